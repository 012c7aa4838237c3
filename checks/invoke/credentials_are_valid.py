"""The caller's credentials are valid.

Why it matters
--------------
Expired or incomplete credentials are refused with 403 before any policy is asked.

How it decides
--------------
STS must tell who the caller is; the answer to the test call must not speak of an invalid or expired
token.

How to fix
----------
Get fresh credentials (`aws sso login`, a new role session), and send the session token with temporary
ones.

References
----------
- https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    Case,
    Finding,
    answer,
    check,
    failed,
    identity,
    passed,
    principal,
    reading,
    skipped,
)


@check(
    needs=("api/exists",),
    reads=CALL_READS,
    probes=("identity", "tcp", "http"),
    faults=("A17", "A24"),
    explained_by=("invoke/clock-is-right",),
    playbook="signature-refused",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge what STS and the answer to the call say of the credentials."""
    who = principal(case).value
    if who is None:
        yield skipped("The call is not signed.")
        return
    said = reading(case)
    if said.known and said.value.kind in ("token_invalid", "token_expired"):
        yield failed(
            "A17",
            f"API Gateway refuses the credentials: {said.value.text}",
            fix="Get fresh credentials, and send the session token that belongs to temporary ones.",
            subject=who.arn,
            evidence=[case.show(answer(case).value, "status", "body", subject=who.arn)],
            affects=["credentials"],
        )
        return
    seen = identity(case)
    if not seen.known:
        yield skipped("The credentials of the caller are not at hand here.", subject=who.arn)
    elif seen.value.outcome == "ok":
        yield passed(f"STS knows the caller as {seen.value.principal}.", subject=who.arn)
    else:
        slow = seen.value.outcome == "timeout"
        yield failed(
            "A24" if slow else "A17",
            "STS cannot be reached." if slow else f"The credentials are {seen.value.outcome}.",
            fix="Give the subnet a way to STS (an interface endpoint)." if slow else "Get fresh credentials.",
            subject=who.arn,
            evidence=[case.show(seen.value)],
            affects=["credentials"],
        )
