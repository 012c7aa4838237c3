"""The method's authorizer admits the call.

Why it matters
--------------
A method with a Lambda authorizer or a Cognito user pool decides by a token that only the caller has. Its
answer cannot be read from the configuration.

How it decides
--------------
For the authorization types `CUSTOM` and `COGNITO_USER_POOLS` the answer to the test call decides;
without one this is unknown. What the authorizer takes the caller's identity from is read from the stage's
export, else from the saved authorizer: where the call lacks one of these headers, query parameters or stage
variables, API Gateway answers 401 without asking the authorizer, and what is missing is named.

How to fix
----------
Send what the authorizer takes its identity from, and look into the authorizer's log; a cached Deny may cover
another path.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    Case,
    Finding,
    Gap,
    answer,
    check,
    failed,
    header,
    is_admitted,
    method,
    passed,
    reading,
    skipped,
    unknown,
)
from apidoctor.reasoning.scene.identity_sources import absent, identity_sources

FAULTS = {"CUSTOM": "A20", "COGNITO_USER_POOLS": "A21"}
"""Fault by authorization type."""
UNKNOWN = "the header with the token"
"""What is missing where nobody can see which header that is."""


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=(*CALL_READS, "get_authorizers"),
    probes=("tcp", "http"),
    faults=("A20", "A21"),
    playbook="unauthorized-401",
    position=60,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge by the answer to the call."""
    found = method(case).value
    kind = found.authorization if found else None
    if found is None or kind not in FAULTS:
        yield skipped("The method has no authorizer.")
        return
    what = f"{found.verb} {found.resource}"
    said = reading(case)
    if is_admitted(case):
        yield passed("The authorizer admits the call.", subject=what)
    elif said.known and said.value.kind in ("authorizer_denied", "unauthorized"):
        words, fix = _told(case)
        yield failed(
            FAULTS[kind],
            words,
            fix=fix,
            subject=what,
            confidence="likely",
            evidence=[case.show(answer(case).value, "status", "headers", "body", subject=what)],
            affects=["authorizer"],
        )
    else:
        gap = Gap(
            f"fact: what the authorizer of {what} answers ({kind}); only a call with the caller's token tells"
        )
        lacking = [each for each in _lacking(case) if each != UNKNOWN]
        told = f" This call sends it no {_names(lacking)}." if lacking else ""
        yield unknown([gap], f"The authorizer's answer is not known.{told}", subject=what)


def _told(case: Case) -> tuple[str, str]:
    """Say what the authorizer refuses, and what to change; a 401 without an identity source is about that.

    Where one is not sent, API Gateway answers 401 and asks nobody (developer guide, "Use API Gateway Lambda
    authorizers").
    """
    said = reading(case).value
    lacking = _lacking(case)
    if said.kind == "unauthorized" and lacking == [UNKNOWN]:
        words = f"The call has no token: no Authorization header is sent ({said.text})."
        fix = (
            "Send the token (-H 'Authorization: …'), or the header that is the authorizer's identity source."
        )
        return words, fix
    if said.kind == "unauthorized" and lacking:
        what = " and ".join(lacking)
        words = f"The call has no token: {what} {'is' if len(lacking) == 1 else 'are'} missing ({said.text})."
        return words, f"Send what the authorizer takes its identity from: {what}."
    return (
        f"The authorizer refuses the call: {said.text.rstrip('.')}.",
        "Send the token that the authorizer expects, and look into the authorizer's log.",
    )


def _lacking(case: Case) -> list[str]:
    """Return in words the identity sources that the call lacks; where none are shown, the usual header."""
    sources = identity_sources(case)
    case.expect(sources.missing)
    if sources.known and sources.value is not None:
        return absent(case, sources.value)
    return [UNKNOWN] if header(case.request, "authorization") is None else []


def _names(lacking: list[str]) -> str:
    return ", ".join(each.removeprefix("the ") for each in lacking)
