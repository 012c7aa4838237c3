"""The method's authorizer admits the call.

Why it matters
--------------
A method with a Lambda authorizer or a Cognito user pool decides by a token that only the caller has. Its
answer cannot be read from the configuration.

How it decides
--------------
For the authorization types `CUSTOM` and `COGNITO_USER_POOLS` the answer to the test call decides;
without one this is unknown.

How to fix
----------
Send the token that the authorizer expects, and look into the authorizer's log; a cached Deny may cover
another path.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
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

FAULTS = {"CUSTOM": "A20", "COGNITO_USER_POOLS": "A21"}
"""Fault by authorization type."""


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=("get_resources", "get_export"),
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
        yield unknown([gap], "The authorizer's answer is not known.", subject=what)


def _told(case: Case) -> tuple[str, str]:
    """Say what the authorizer refuses, and what to change; a 401 without a token is about the missing token.

    Where no identity source is sent, API Gateway answers 401 and asks nobody (developer guide, "Use API Gateway Lambda
    authorizers").
    """
    said = reading(case).value
    if said.kind == "unauthorized" and header(case.request, "authorization") is None:
        words = f"The call has no token: no Authorization header is sent ({said.text})."
        fix = (
            "Send the token (-H 'Authorization: …'), or the header that is the authorizer's identity source."
        )
        return words, fix
    return (
        f"The authorizer refuses the call: {said.text.rstrip('.')}.",
        "Send the token that the authorizer expects, and look into the authorizer's log.",
    )
