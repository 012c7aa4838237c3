"""Rows of the policy engine: which layer denied, in each wording, old and new."""

from dataclasses import replace

from attribution.row import ADMITTED, ARN, BY_HOST, ROLE, SIGNED, Answer, Call, Row, Rung, denied, faults
from worlds.build import API, REGION

INVOKE = "the execute-api:Invoke action"
SILENT = f" because no resource-based policy allows {INVOKE}"
SECTION = "faults.md 1; aws.md C.9, E.2 A1-A7"
RESOURCE = faults("A01-A07 A13")
LAYERS = faults("A02-A12")
IDENTITY = faults("A11 A12")
"""An anonymous caller has no identity policy, boundary, session or SCP."""
ORG = "arn:aws:organizations::123456789012:policy/o-exampleorg/service_control_policy/p-examplepolicy"
ONLY_ROUTES = faults("H01 H02 H03 H05 H10 H12 D22 D02 H08 T04 A18")
"""A policy spoke of this very method: the API was found, and nothing before the policies refused."""


PARTS = {"stage": "/prod/", "method": "/GET/", "path": "/pets", "api": API, "region": REGION}


def authorizer(tail: str) -> Answer:
    """The refusal of a Lambda authorizer's policy: no user, no ARN."""
    return Answer(
        f'{{"Message":"User is not authorized to access this resource{tail}"}}', "AccessDeniedException"
    )


def _seen_as(tail: str, **parts: str) -> Answer:
    """A refusal whose ARN differs from what was sent."""
    arn = ARN
    for old, new in parts.items():
        arn = arn.replace(PARTS[old], new)
    return denied(tail, arn=arn)


NO_GRANT = denied(SILENT)
PREFLIGHT = Call(method="OPTIONS")
OF_PREFLIGHT = ARN.replace("/GET/", "/OPTIONS/")


def _silent(name: str, answer: Answer = NO_GRANT, says: tuple[str, ...] = ()) -> Row:
    # Doubt: the title of A02 is just what the text says, so that `likely` is let pass; A03-A07 remain open.
    return Row(
        name, SECTION, answer, RESOURCE, "possible", "likely", RESOURCE, IDENTITY | ONLY_ROUTES, says=says
    )


ROWS = [
    # A browser asks with OPTIONS, unsigned, before it calls.
    Row("the resource policy does not allow a pre-flight", "faults.md 3, H16", denied(SILENT, arn=OF_PREFLIGHT),
        RESOURCE | {"H16"}, "possible", "likely", RESOURCE | {"H16"}, IDENTITY | ONLY_ROUTES, PREFLIGHT),
    Row("a Deny of the resource policy hits a pre-flight", "faults.md 3, H16",
        denied(" with an explicit deny in a resource-based policy", arn=OF_PREFLIGHT), faults("A03 A04 H16"),
        "possible", "likely", faults("A03 A04 H16"), IDENTITY | ONLY_ROUTES, PREFLIGHT),
    Row("a pre-flight is denied in customised words", "faults.md 3, H16; 1 caveats",
        Answer('{"error":"no"}', "AccessDeniedException"), LAYERS - IDENTITY | faults("A13 A20 A22 H16"), "possible",
        "possible", faults("A02 H16"), IDENTITY | ONLY_ROUTES, PREFLIGHT),
    Row("the endpoint policy denies a pre-flight", "faults.md A08, A10",
        denied(f" because no VPC endpoint policy allows {INVOKE}", arn=OF_PREFLIGHT), faults("A08 A10"), "possible",
        "likely", faults("A08 A10"), RESOURCE | IDENTITY | ONLY_ROUTES | {"H16"}, PREFLIGHT),
    Row("the resource policy does not allow a GET: no pre-flight", "faults.md 3, H16", denied(SILENT), RESOURCE,
        "possible", "likely", RESOURCE, IDENTITY | ONLY_ROUTES | {"H16"}),
    Row("resource policy silent, and nothing shows that API Gateway answered", "aws.md E.1; faults.md 1, last row",
        replace(denied(SILENT), kind=None, ids=False, headers={"Server": "nginx"}), RESOURCE, "possible", "possible",
        faults("A02 N16 N19"), IDENTITY | ONLY_ROUTES),
    _silent("resource policy silent, anonymous"),
    _silent("resource policy silent, no space after resource", Answer(
        denied(SILENT).body.replace("resource: arn", "resource:arn"), "AccessDeniedException")),
    _silent("resource policy silent, key message", denied(SILENT, key="message")),
    Row("resource policy silent, signed", SECTION, denied(SILENT, ROLE), RESOURCE - {"A13"}, "possible", "likely",
        faults("A03 A04 A05 A06 A07"), faults("A11 A12 A13 A08 A09 A10 A20 H02 D22"), SIGNED),
    Row("resource policy silent, by endpoint name with Host", SECTION, denied(SILENT), RESOURCE, "possible",
        "likely",
        RESOURCE, IDENTITY | ONLY_ROUTES, BY_HOST),
    Row("explicit deny in resource policy", SECTION, denied(" with an explicit deny in a resource-based policy"),
        faults("A03 A04"), "possible", "likely", faults("A03 A04"), faults("A08 A09 A10 A11 A12 A20 H02 D22")),
    Row("explicit deny in resource policy, ARN at the end", "aws.md C.9",
        denied(" with an explicit deny in a resource-based policy: arn:aws:execute-api:us-east-1:111111111111:x/*"),
        faults("A03 A04"), "possible", "likely", faults("A03 A04"), faults("A08 A09 A10 A11 A12 A20")),
    Row("explicit deny, older, anonymous", SECTION + "; faults.md 0 (identity)", denied(" with an explicit deny"),
        faults("A03 A04 A09"), "possible", "possible", faults("A03 A09"), faults("A11 A12 A20")),
    Row("explicit deny, older, signed", SECTION, denied(" with an explicit deny", ROLE), faults("A03 A04 A09 A12"),
        "possible", "possible", faults("A03 A09 A12"), faults("A20 A11"), SIGNED),
    Row("older form without a reason, anonymous", SECTION + "; faults.md 0 (identity)", denied(),
        faults("A02-A08 A10"), "possible", "possible", faults("A02-A08 A10"), faults("A11 A12 A20 A18")),
    Row("older form without a reason, signed", SECTION, denied("", ROLE), faults("A02-A09 A11 A12"), "possible",
        "possible", faults("A02 A03 A08 A11"), faults("A10 A20 A18"), SIGNED),
    Row("no identity policy allows", SECTION, denied(f" because no identity-based policy allows {INVOKE}", ROLE),
        faults("A11"), "likely", "certain", frozenset(), faults("A02 A08 A20"), SIGNED),
    Row("endpoint policy silent, anonymous", SECTION + "; aws.md B.5",
        denied(f" because no VPC endpoint policy allows {INVOKE}"), faults("A08 A10"), "possible", "likely",
        faults("A08 A10"), faults("A02 A03 A11 A09")),
    Row("endpoint policy silent, signed: the caller is not anonymous", SECTION + "; aws.md B.5",
        denied(f" because no VPC endpoint policy allows {INVOKE}", ROLE), faults("A08"), "likely", "certain",
        frozenset(), faults("A10 A02 A11"), SIGNED),
    Row("endpoint policy silent, anonymous; the signed call is admitted", "aws.md B.5, K.5; faults.md A10",
        denied(f" because no VPC endpoint policy allows {INVOKE}"), faults("A10"), "likely", "certain",
        frozenset(), faults("A08 A02 A11"), rungs=(Rung("signed", ADMITTED),)),
    Row("endpoint policy silent, anonymous; to the signed call too", "aws.md B.5, L 13",
        denied(f" because no VPC endpoint policy allows {INVOKE}"), faults("A08 A10"), "possible", "likely",
        faults("A08 A10"), faults("A02 A11"),
        rungs=(Rung("signed", denied(f" because no VPC endpoint policy allows {INVOKE}", ROLE)),)),
    Row("explicit deny in endpoint policy", SECTION, denied(" with an explicit deny in a VPC endpoint policy"),
        faults("A09"), "likely", "certain", frozenset(), faults("A02 A03 A08 A10 A11")),
    Row("explicit deny in endpoint policy, ARN at the end", "aws.md C.9",
        denied(f" with an explicit deny in a VPC endpoint policy: arn:aws:ec2:{REGION}:222222222222:vpc-endpoint/x"),
        faults("A09"), "likely", "certain", frozenset(), faults("A02 A03 A08 A10 A11")),
    Row("explicit deny in endpoint policy, through an SCP", "aws.md C.9",
        denied(" with an explicit deny in a VPC endpoint policy transitively through a service control policy",
            ROLE),
        faults("A12 A09"), "possible", "certain", frozenset(), faults("A02 A08 A11"), SIGNED),
    *(
        Row(f"explicit deny in {layer}{', ARN at the end' if arn else ''}", SECTION,
            denied(f" with an explicit deny in {layer}{arn}", ROLE), faults("A12"), "likely", "certain",
            frozenset(), faults("A02 A03 A08 A09 A20"), SIGNED)
        for layer, arn in [
            ("an identity-based policy", ""),
            ("an identity-based policy", ": arn:aws:iam::111111111111:policy/NoCalls"),
            ("a service control policy", ""),
            ("a service control policy", f": {ORG}"),
            ("a permissions boundary", ""),
            ("a permissions boundary", ": arn:aws:iam::111111111111:policy/limit"),
            ("a session policy", ""),
            ("a sessions policy", ""),
        ]
    ),
    *(
        Row(f"silence of {layer}", "aws.md C.9", denied(f" because no {layer} allows {INVOKE}", ROLE),
            faults("A12"),
            "possible", "certain", frozenset(), faults("A02 A03 A08 A09 A20"), SIGNED)
        for layer in ("permissions boundary", "session policy", "service control policy")
    ),
    # Doubt: the wording is [U], yet who sees it has the bytes before him; `likely` is let pass.
    Row("explicit deny in a resource control policy", "aws.md C.9, tagged [U]",
        denied(" with an explicit deny in a resource control policy", ROLE), faults("A12"), "possible", "likely",
        frozenset(), faults("A02 A08 A09 A20"), SIGNED),
    # The masked ARN shows what the gateway believed it received; the report has to say where that differs.
    _silent("ARN names another stage", _seen_as(SILENT, stage="/dev/"), ("dev",)),
    _silent("ARN names another method", _seen_as(SILENT, method="/POST/"), ("POST",)),
    _silent("ARN names another path", _seen_as(SILENT, path="/v1/pets"), ("/v1/pets",)),
    replace(
        _silent("ARN names another API", _seen_as(SILENT, api="zzzzzzzzzz"), ("zzzzzzzzzz",)),
        # Doubt: the Host was rewritten on the way (A26), or a domain leads elsewhere (H17): both explain it.
        heads=RESOURCE | faults("A26 H17"),
    ),
    replace(
        _silent("ARN names another Region", _seen_as(SILENT, region="eu-west-1"), ("eu-west-1",)),
        heads=RESOURCE | faults("A26 H17"),
    ),
    Row("deny of a custom domain's own policy", "faults.md A22; aws.md E.2 (unverified, so at most likely)",
        denied(SILENT, arn=f"arn:aws:execute-api:{REGION}:********1111:/domainnames/api.corp.example+0a1b2c"),
        faults("A22"), "possible", "likely", frozenset(), faults("A11 A08 H02"), ),
    Row("another kind of principal: an IAM user", SECTION,
        denied(f" because no identity-based policy allows {INVOKE}", "arn:aws:iam::333333333333:user/deploy"),
        faults("A11"), "likely", "certain", frozenset(), faults("A20 A02"), SIGNED),
    # Doubt: a policy may well refuse an anonymous caller, but this one signed: the signature did not arrive (A26).
    Row("the call was signed and the text says anonymous", "faults.md 0 (identity), A26; aws.md E.4 line 6", NO_GRANT,
        RESOURCE | {"A26"}, "possible", "likely", frozenset({"A26"}), faults("A11 A12 A20 D22"), SIGNED),
    # No user and no ARN: a Lambda authorizer's policy; "identity-based" is the authorizer's.
    Row("authorizer denies", "faults.md 1; aws.md L1",
        authorizer(" with an explicit deny"),
        faults("A20"), "likely", "certain", frozenset(), faults("A02 A03 A09 A11 A12")),
    Row("authorizer denies, newer", "faults.md 1; aws.md L1",
        authorizer(" with an explicit deny in an identity-based policy"),
        faults("A20"), "likely", "certain", frozenset(), faults("A02 A03 A09 A11 A12")),
    Row("authorizer's policy does not cover the method", "faults.md 1; aws.md L2",
        authorizer(f" because no identity-based policy allows {INVOKE}"),
        faults("A20"), "likely", "certain", frozenset(), faults("A02 A11 A12")),
    Row("authorizer's refusal, bare", "aws.md L1 (older wording)",
        authorizer(""),
        faults("A20"), "possible", "certain", frozenset(), faults("A11 H02 D22")),
]  # fmt: skip
