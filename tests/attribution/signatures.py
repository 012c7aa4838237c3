"""Rows about tokens, signatures and keys, and of routes that are not there."""

import json
from typing import Any

from attribution.row import (
    ADMITTED,
    BEARER,
    BY_DOMAIN,
    BY_HOST,
    DOMAIN,
    MISSING,
    SIGNED,
    Answer,
    Call,
    Row,
    Rung,
    faults,
)
from worlds.build import DEFAULT_NAME, ENDPOINT_NAME, World
from worlds.seen import of

ROUTE = "faults.md 1; aws.md E.4"
NOT_THE_API = faults("D02 D22 H01 H05 H06 H08 H12 T04")
"""A text of the signature check or of the route says that an API was found."""
STALE = (
    "Signature expired: 20261122T102206Z is now earlier than 20261122T102706Z (20261122T104206Z - 15 min.)"
)
STALE_5 = (
    "Signature expired: 20261122T102206Z is now earlier than 20261122T103706Z (20261122T104206Z - 5 min.)"
)
EARLY = "Signature not yet current: 20261122T110206Z is still later than 20261122T104706Z (20261122T104206Z + 5 min.)"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details."
)
WITHOUT = "(missing equal-sign) in Authorization header"
OLDER = f"""{{"message":"'***' not a valid key=value pair {WITHOUT}: 'Bearer ***'."}}"""
HASHED = "qUiQTy8PR5uPgZdpSzAYSw0u0cHNKh7A+4XSmaGSpEc="
_NEWER = f"Invalid key=value pair {WITHOUT} (hashed with SHA-256 and encoded with Base64): '{HASHED}'."
NEWER = f'{{"message":"{_NEWER}"}}'
UNNAMED = (
    """{"message":"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' """
    """parameter. Authorization=***"}"""
)
SIGNER_ONLY = faults("A14 A15 A16 A25 A26 T07")


def signature(text: str, kind: str = "InvalidSignatureException", key: str = "message") -> Answer:
    """A refusal of the signature."""
    return Answer(json.dumps({key: text}), kind)


def expected(host: str, path: str = "/prod/pets") -> str:
    """The mismatch with the server's own canonical request and string to sign."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    canonical = f"GET\n{path}\n\nhost:{host}\nx-amz-date:20261122T104206Z\n\nhost;x-amz-date\n{empty}"
    string = f"AWS4-HMAC-SHA256\n20261122T104206Z\n20261122/us-east-1/execute-api/aws4_request\n{'0' * 64}"
    return (
        f"{MISMATCH}\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n"
        f"The String-to-Sign should have been\n'{string}'\n"
    )


def no_clock(world: World) -> None:
    """Nobody measured the clock."""
    for each in world.observations:
        if "clock_offset_ms" in each:
            each["clock_offset_ms"] = None
    for each in of(world, "http"):
        each["headers"].pop("date")


def clock(offset_ms: float) -> Any:
    """The host's clock was measured to be off."""

    def change(world: World) -> None:
        for each in world.observations:
            if "clock_offset_ms" in each:
                each["clock_offset_ms"] = offset_ms
        for each in of(world, "http"):
            each["headers"].pop("date")

    return change


def untold(world: World) -> None:
    """Nobody noted what was signed."""
    for each in of(world, "http"):
        kept = {name: value for name, value in each["sent"].items() if not name.startswith("signed-")}
        each["sent"] = {name: value for name, value in kept.items() if name != "credential-scope"}


def _wrong(name: str, text: str, fault: str, **rest: Any) -> Row:
    others = (SIGNER_ONLY | faults("A17 A18 A19 H02") | NOT_THE_API) - {fault}
    return Row(name, "faults.md 1; aws.md S1-S6", signature(text), faults(fault), "likely", "certain", frozenset(),
               others, **({"call": SIGNED} | rest))  # fmt: skip


SIGNED_BY_HOST = Call(BY_HOST.target, "endpoint-host", True, {"Host": DEFAULT_NAME})
ROWS = [
    Row("Missing Authentication Token, unsigned", ROUTE, MISSING, faults("H02 H04 A18"), "possible", "possible",
        faults("H02 H04 A18"), NOT_THE_API | faults("A02 A11 H10")),
    Row("Missing Authentication Token, by endpoint name", ROUTE, MISSING, faults("H02 H04 A18"), "possible",
        "possible",
        faults("H02 H04 A18"), NOT_THE_API | faults("A02 A11 H10"), BY_HOST),
    Row("Missing Authentication Token, though signed", ROUTE + " line 5", MISSING, faults("H02 H04"), "possible",
        "likely",
        faults("H02 H04 A26"), NOT_THE_API | faults("A18 A02 A11"), SIGNED),
    Row("Missing Authentication Token unsigned and signed", ROUTE + " line 5", MISSING, faults("H02 H04"),
        "possible",
        "likely", faults("H02 H04"), NOT_THE_API | faults("A18 A02"), rungs=(Rung("signed", MISSING),)),
    Row("Missing Authentication Token unsigned, admitted signed", ROUTE + " line 5", MISSING, faults("A18"),
        "likely",
        "certain", frozenset(), NOT_THE_API | faults("H02 H04 A02"), rungs=(Rung("signed", ADMITTED),)),
    Row("Missing Authentication Token also for the impossible path", ROUTE, MISSING, faults("H02 H04 A18"),
        "possible",
        "possible", faults("H02 H04 A18"), NOT_THE_API, rungs=(Rung("impossible", MISSING),)),
    Row("Missing Authentication Token, the signature that was tried is refused", ROUTE, MISSING,
        # Doubt: an odd Authorization header at an unknown route is parsed too (faults.md 1, A19), so that the expired
        # token does not prove that the route is there.
        faults("A18 A17"), "possible", "certain", frozenset(), NOT_THE_API,
        rungs=(Rung("signed", signature("The security token included in the request is expired",
            "ExpiredTokenException")),)),
    Row("Missing Authentication Token, custom domain with the stage in the path", ROUTE + " line 1", MISSING,
        faults("H02 H04 A18"),
        "possible", "possible", faults("H02 A18"), NOT_THE_API, Call(f"https://{DOMAIN}/prod/pets",
            "custom-domain")),
    Row("Missing Authentication Token, custom domain", ROUTE, MISSING, faults("H02 H04 A18"), "possible",
        "possible",
        faults("H02 H04 A18"), NOT_THE_API, BY_DOMAIN),
    Row("Missing Authentication Token, no stage in the URL", "faults.md H03 and 7; aws.md E.4 line 1", MISSING,
        faults("H02 H03 H04 A18"), "possible", "likely", frozenset(), NOT_THE_API,
        Call(f"https://{DEFAULT_NAME}/")),
    _wrong("signature expired, 15 minutes, no clock measured", STALE, "A16", change=no_clock),
    _wrong("signature expired, 5 minutes, no clock measured", STALE_5, "A16", change=no_clock),
    _wrong("signature not yet current, no clock measured", EARLY, "A16", change=no_clock),
    _wrong("signature expired, clock right: an old request", STALE_5, "A16"),
    _wrong("signature expired, clock measured slow", STALE_5, "T07", change=clock(1_200_000.0)),
    _wrong("signature not yet current, clock measured fast", EARLY, "T07", change=clock(-1_200_000.0)),
    Row("signature mismatch", "faults.md 1", signature(MISMATCH), faults("A15 A25 A26"), "possible", "possible",
        faults("A15 A25 A26"), NOT_THE_API | faults("A14 A16 A18 A19 T07"), SIGNED),
    Row("signature mismatch by the endpoint's name, what was signed is not told", "faults.md 1, A15",
        signature(MISMATCH), faults("A15"), "possible", "likely", faults("A15 A25 A26"),
        NOT_THE_API | faults("A14 A16 A18 A19 T07"), SIGNED_BY_HOST, change=untold),
    Row("signature mismatch, the server saw what was sent, what was signed is not told", "faults.md 1, A25",
        signature(expected(DEFAULT_NAME)), faults("A15 A25"), "possible", "likely", faults("A15 A25"),
        NOT_THE_API | faults("A14 A16 A18 A19 A26 T07"), SIGNED, change=untold),
    _wrong("signed for another Host", MISMATCH, "A15", call=Call(signed=True, sign_host="vpce-other.example")),
    _wrong("signed for the endpoint's name by the endpoint's name", MISMATCH, "A15",
           call=Call(BY_HOST.target, "endpoint-host", True, {"Host": DEFAULT_NAME}, ENDPOINT_NAME)),
    _wrong("signed for the endpoint's name, sent with Host", expected(DEFAULT_NAME), "A15",
           call=Call(BY_HOST.target, "endpoint-host", True, {"Host": DEFAULT_NAME}, ENDPOINT_NAME)),
    _wrong("the server saw another Host than was sent", expected("backend.internal.example"), "A26"),
    Row("the server saw another path than was sent", "faults.md A25, A26",
        signature(expected(DEFAULT_NAME, "/prod/a/b")),
        faults("A25 A26"), "possible", "likely", frozenset(), NOT_THE_API | faults("A14 A15 A16 A18 A19 T07"),
        Call(f"https://{DEFAULT_NAME}/prod/a%2Fb", signed=True)),
    _wrong("scope of another Region", "Credential should be scoped to a valid region, not 'eu-west-1'. ", "A14"),
    _wrong("scope of another Region, older", "Credential should be scoped to a valid region. ", "A14"),
    _wrong("scope of another service", "Credential should be scoped to correct service: 'execute-api'. ", "A14"),
    # The name of a custom domain tells no Region: the run's own is the suspect.
    Row("scope of another Region, by a custom domain", "faults.md 1; A14: signer's config beside the name",
        Answer(json.dumps({"message": "Credential should be scoped to a valid region. "}), "InvalidSignatureException"),
        faults("A14"), "possible", "certain", frozenset(), frozenset(),
        Call(f"https://{DOMAIN}/pets", "custom-domain", signed=True)),
    _wrong("scope of both", "Credential should be scoped to a valid region, not 'eu-west-1'. "
           "Credential should be scoped to correct service: 'execute-api'. ", "A14"),
    *(
        Row(f"incomplete signature: {name}", "faults.md 1; aws.md S6, B.5",
            Answer(body, "IncompleteSignatureException"), faults("A19 H02"), "possible", "likely",
            faults("A19 H02"),
            NOT_THE_API | faults("A15 A16 A17 A18"), BEARER)
        for name, body in [
            ("older text", OLDER),
            ("newer text", NEWER),
            ("no Credential", UNNAMED),
            ("XML", "<IncompleteSignatureException>\n  <Message>Authorization header requires 'Credential' parameter. "
             "</Message>\n</IncompleteSignatureException>\n"),
            ("empty header", '{"message":"Authorization header cannot be empty"}'),
        ]
    ),
    *(
        Row(f"security token invalid: {kind}, {key}", "faults.md 1; aws.md S3",
            signature("The security token included in the request is invalid.", kind, key), faults("A17"),
            "likely", "certain",
            frozenset(), NOT_THE_API | SIGNER_ONLY | faults("A02 A11 A18 A19 H02"), SIGNED)
        for kind in ("AccessDeniedException", "UnrecognizedClientException") for key in ("message", "Message")
    ),
    Row("incomplete signature, though signed", "faults.md 1 and A26: we sent a whole one",
        Answer(UNNAMED, "IncompleteSignatureException"), faults("A26"), "possible", "likely", faults("A26 A19"),
        NOT_THE_API | faults("A15 A16 A17 A18 H02"), SIGNED),
    Row("security token expired", "faults.md 1; aws.md S4",
        signature("The security token included in the request is expired", "ExpiredTokenException"), faults("A17"),
        "likely",
        "certain", frozenset(), NOT_THE_API | SIGNER_ONLY | faults("A18 A19 H02"), SIGNED),
]  # fmt: skip
