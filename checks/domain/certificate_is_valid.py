"""The domain's certificate is valid and has its name.

Why it matters
--------------
API Gateway shows the domain's own certificate to clients that call it by its name. One that is expired,
is for another name or has a key that private domains do not support makes every client end the
connection.

How it decides
--------------
The certificate in AWS Certificate Manager must be `ISSUED` and within its dates, have the domain among
its names (a wildcard stands for one label) and an RSA 2048, ECDSA 256 or ECDSA 384 key. A status that is not
known here is a warning. A handshake with the endpoint that fails for its certificate makes that certain: ACM
may show a certificate that is not in use yet. A client that calls the endpoint's own name sees the endpoint's
certificate instead.

How to fix
----------
Issue or import a certificate for the name, give it to the domain, and wait about 15 minutes.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CERTIFICATES,
    OF_DOMAINS,
    Case,
    Finding,
    check,
    failed,
    known_domain,
    passed,
    skipped,
    unknown,
    unless_admitted,
    warned,
)
from apidoctor.model.report import Confidence
from apidoctor.reasoning.scene.certificate import certificate, ends_soon, unknown_status, wrongs
from apidoctor.reasoning.scene.handshakes import WRONG, shaken


@check(
    **OF_DOMAINS,
    needs=("domain/domain-exists",),
    faults=("T06",),
    required=False,
    position=60,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge what ACM shows of the certificate."""
    name = case.request.domain
    if name is None or case.request.form == "custom-domain-endpoint":
        yield skipped("The call does not use a custom domain's certificate.")
        return
    found = known_domain(case).value
    arn = found.certificate_arn
    if not found.is_private or not found.is_own or not arn:
        yield skipped(f"The certificate of {name} is for its owner to see.", subject=name)
        return
    shown = certificate(case)
    case.expect(shown.missing)
    if not shown.known:
        yield unknown(shown.missing, f"The certificate of {name} cannot be read.", subject=arn)
        return
    have = shown.value
    value = (
        {"status": have.status, "names": have.names[:20], "key": have.key_algorithm, "until": have.not_after}
        if have
        else None
    )
    evidence = [case.cite(CERTIFICATES(found.account, case.region), value, arn)]
    wrong = list(wrongs(case, have, name)) if have else ["does not exist any more"]
    fix = f"Give {name} a valid certificate of ACM for its name, and wait about 15 minutes."
    if wrong:
        words = f"The certificate of {name} {', and '.join(wrong)}."
        met = [seen for seen in shaken(case, name) if seen.outcome in WRONG]
        evidence += [
            case.show(seen, "outcome", "not_after", "sans", subject=seen.address) for seen in met[:1]
        ]
        sure: Confidence = "certain" if met else "likely"  # ACM may show another one than is in use yet
        yield unless_admitted(
            case, failed("T06", words, fix=fix, subject=arn, confidence=sure, evidence=evidence)
        )
    elif have and (odd := unknown_status(have)):
        yield warned(
            "T06",
            f"The certificate of {name} has the status {odd}, which is not known here.",
            fix="Look the status up; a handshake with the domain's name tells whether the certificate is good.",
            subject=arn,
            evidence=evidence,
        )
    elif have and ends_soon(case, have):
        yield warned(
            "T06",
            f"The certificate of {name} ends on {have.not_after}.",
            fix=fix,
            subject=arn,
            evidence=evidence,
        )
    else:
        yield passed(f"The certificate of {name} is valid and has its name.", subject=arn, evidence=evidence)
