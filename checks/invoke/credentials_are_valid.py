"""The caller's credentials are valid.

Why it matters
--------------
Expired or incomplete credentials are refused with 403 before any policy is asked.

How it decides
--------------
STS must tell who the caller is; the answer to the test call must not speak of an invalid or expired
token. A temporary access key (ASIA…) needs its session token beside it. A token that STS takes and API Gateway does
not is of another partition, or of a Region that has to be enabled first; where neither is so, and the token
was sent, it was revoked since, or something on the way removes or changes it (A26). One that neither takes
was never valid, is deactivated or deleted.

How to fix
----------
Get fresh credentials (`aws sso login`, a new role session), and send the session token with temporary
ones.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
- https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    Candidate,
    Case,
    Evidence,
    Finding,
    HttpSeen,
    answer,
    check,
    failed,
    identity,
    is_on_by_default,
    own_signature,
    passed,
    principal,
    reading,
    sent_signature,
    skipped,
)
from apidoctor.reasoning.scene.reading import is_in_own_words

REFUSED = ("token_invalid", "token_expired")
FRESH = "Get fresh credentials, and send the session token that belongs to temporary ones."


@check(
    needs=("api/exists",),
    reads=CALL_READS,
    probes=("identity", "tcp", "http"),
    faults=("A17", "A24", "A26"),
    explained_by=("invoke/clock-is-right",),
    playbook="signature-refused",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge what STS and the answer to the call say of the credentials."""
    own = own_signature(case)
    mine = own.known and own.value is not None
    who = None if mine else principal(case).value
    if who is None and not mine:
        yield skipped("The call is not signed.")
        return
    subject = who.arn if who else case.request.name
    said = reading(case)
    if said.known and said.value.kind in REFUSED:
        yield _refused(case, answer(case).value, said.value.kind, said.value.text, subject)
        return
    if own.known and own.value is not None:
        yield from _own(case, subject)
        return
    yield _by_sts(case, subject)


def _own(case: Case, subject: str | None) -> Iterator[Finding]:
    """Judge the access key and token of a signature that the user brought."""
    own = own_signature(case).value
    wrong = [problem for problem in (own.problems if own else ()) if problem.fault == "A17"]
    for problem in wrong:
        told = case.derived("signing", own.told if own else {}, subject)
        yield failed(
            "A17", problem.words, fix=problem.fix, subject=subject, evidence=[told], affects=["credentials"]
        )
    if not wrong:
        yield skipped("The call brings its own authorization; its credentials are not at hand here.")


def _refused(case: Case, seen: HttpSeen, kind: str, text: str, subject: str | None) -> Finding:
    """Keep an expired token and an invalid one apart, and say what the second can mean."""
    evidence = [case.show(seen, "status", "sent", "body", subject=subject)]
    if kind == "token_invalid" and _is_verified(case, seen) and "session-token" in seen.sent:
        return _lost(case, seen, subject, evidence)
    sure = not is_in_own_words(case)
    if kind == "token_expired":
        words = f"The session token is expired: it ended before {seen.at or 'this answer'}. {text}"
        fix = "Get fresh credentials (aws sso login, a new role session); they were valid once."
    else:
        words, fix = _why_invalid(case, seen)
        words = f"API Gateway does not know the credentials. {words}"
        # What STS takes was in order a moment before: its word stands against the answer's.
        sure = sure and not _is_verified(case, seen)
    return failed(
        "A17",
        words,
        fix=fix,
        subject=subject,
        evidence=evidence,
        affects=["credentials"],
        confidence="certain" if sure else "likely",
    )


def _is_verified(case: Case, seen: HttpSeen) -> bool:
    """Say whether STS knows the credentials that signed the call, and nothing keeps them from being valid there."""
    who = identity(case)
    if not seen.signed or not who.known or who.value.outcome != "ok" or not who.value.principal:
        return False
    return who.value.principal.split(":")[1] == case.request.partition and is_on_by_default(case.region)


def _lost(case: Case, seen: HttpSeen, subject: str | None, evidence: list[Evidence]) -> Finding:
    """Judge a token that was sent, that STS takes, and that API Gateway has not got, or got otherwise."""
    words = (
        "STS takes the credentials, their session token was sent, and API Gateway does not know them: the session was "
        "revoked since, or X-Amz-Security-Token does not arrive as it was sent."
    )
    separate = "The same call past the proxy; aws sts get-caller-identity once more."
    found = [
        Candidate(
            "A17",
            "likely",
            "The session was revoked after STS had answered, or is not valid there.",
            separate,
        ),
        Candidate(
            "A26", "possible", "Something on the way removes or changes X-Amz-Security-Token.", separate
        ),
    ]
    return failed(
        "A17",
        words,
        fix="Get fresh credentials; when they are refused too, let X-Amz-Security-Token pass unchanged on the way.",
        subject=subject,
        evidence=[case.show(identity(case).value), *evidence],
        affects=["credentials"],
        confidence="likely",
        candidates=found,
    )


def _why_invalid(case: Case, seen: HttpSeen) -> tuple[str, str]:
    """Return why a token is invalid, as far as it can be told, and what to do."""
    key, who = sent_signature(seen).key_type, identity(case)
    if key == "temporary" and "session-token" not in seen.sent:
        words = "The access key is a temporary one (ASIA…), and no session token was sent with it."
        return words, "Send the session token as X-Amz-Security-Token, and sign it."
    if seen.signed and who.known and who.value.outcome == "ok" and who.value.principal:
        partition = who.value.principal.split(":")[1]
        if partition != case.request.partition:
            words = f"They belong to the partition {partition}, the API to {case.request.partition}."
            return words, f"Use credentials of the partition {case.request.partition}."
        if not is_on_by_default(case.region):
            words = (
                f"STS knows them. {case.region} has to be enabled for an account, and tokens of the global STS "
                "endpoint are not valid there."
            )
            return (
                words,
                "Get the token from the STS endpoint of a Region, or enable the Region for the account.",
            )
        return (
            "STS knows the caller's: the token that was sent belongs to other keys, or was revoked since.",
            FRESH,
        )
    words = (
        "They were never valid, are deactivated or of another partition, or the token belongs to other keys."
    )
    return words, FRESH


def _by_sts(case: Case, subject: str | None) -> Finding:
    seen = identity(case)
    if not seen.known:
        return skipped("The credentials of the caller are not at hand here.", subject=subject)
    outcome, evidence = seen.value.outcome, [case.show(seen.value)]
    if outcome == "ok":
        return passed(f"STS knows the caller as {seen.value.principal}.", subject=subject)
    fault, words, fix = {
        "timeout": (
            "A24",
            "STS cannot be reached, so there are no credentials to sign with.",
            "Give the subnet a way to STS (an interface endpoint for com.amazonaws.REGION.sts).",
        ),
        "expired": ("A17", "The credentials are expired; they were valid once.", "Get fresh credentials."),
        "none": (
            "A17",
            "There are no credentials on this host.",
            "Set AWS_PROFILE, or give the host a role.",
        ),
    }.get(outcome, ("A17", "STS does not know the credentials: never valid, deactivated or deleted.", FRESH))
    return failed(fault, words, fix=fix, subject=subject, evidence=evidence, affects=["credentials"])
