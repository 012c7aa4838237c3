"""Who calls, and which accounts can be read: one source of credentials is one account, and STS says which."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import Any, Literal

from msgspec import Struct

from apidoctor.facts.aws.failures import expected, failure_of
from apidoctor.facts.redact import redact

Outcome = Literal["ok", "expired", "invalid", "none", "timeout"]

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})


class Identified(Struct, frozen=True):
    """What STS said of one source of credentials."""

    outcome: Outcome
    """How it answered."""
    principal: str | None = None
    """ARN."""
    account: str | None = None
    """Its account."""
    clock_offset_ms: float | None = None
    """STS's clock minus this host's, in milliseconds; known to half a second."""
    problem: str | None = None
    """One sentence for a person: what is wrong with these credentials and what to do."""


def identify(client: Any, label: str) -> Identified:
    """Ask STS whose credentials *client* has; *label* names them in sentences (``profile app``)."""
    before = time.time()
    try:
        answer = client.get_caller_identity()
    except expected() as error:
        return problem_of(error, label, before)
    offset = _clock_offset(answer, before)
    return Identified("ok", str(answer["Arn"]), str(answer["Account"]), offset)


def problem_of(error: Exception, label: str, before: float | None = None) -> Identified:
    """Return the outcome of credentials that do not work, and the sentence that tells how to mend them."""
    known = import_module("botocore.exceptions")
    code = failure_of(error)["error"]["Code"]
    offset = _clock_offset(getattr(error, "response", None), before) if before else None
    if isinstance(error, known.NoCredentialsError):
        return Identified(
            "none", problem="no AWS credentials were found: set AWS_PROFILE or run aws configure"
        )
    if isinstance(error, known.SSOError | known.TokenRetrievalError):
        name = label.removeprefix("profile ") if label.startswith("profile ") else "default"
        hint = f"run aws sso login --profile {name}"
        return Identified("expired", problem=f"the SSO session of {label} has expired: {hint}")
    if code in _EXPIRED:
        return Identified(
            "expired", None, None, offset, f"the session token of {label} has expired: get a new one"
        )
    if code in ("RequestTimeout", "EndpointConnectionError"):
        return Identified("timeout", problem=f"AWS STS did not answer for {label}: {_reason(error)}")
    return Identified("invalid", None, None, offset, f"{label} cannot be used: {code}: {_reason(error)}")


def _reason(error: Exception) -> str:
    """Return what an error says, without secrets; one that says nothing is a time-out of this run's own."""
    return redact(str(error))[:200] or "no answer in the time that this run has"


def assumed(client: Any, role_arn: str, external_id: str | None) -> tuple[Any, str]:
    """Assume a role with *client*; return credentials that renew themselves, and the account.

    Raises what botocore raises: a ClientError when the role's trust policy or the caller's own policy
    refuses.
    """
    wanted = {"RoleArn": role_arn, "RoleSessionName": "apidoctor"}
    if external_id:
        wanted["ExternalId"] = external_id

    def renew() -> dict[str, str]:
        keys = client.assume_role(**wanted)["Credentials"]
        return {
            "access_key": keys["AccessKeyId"],
            "secret_key": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
            "expiry_time": keys["Expiration"].isoformat(),
        }

    renewing = import_module("botocore.credentials").RefreshableCredentials
    create: Callable[..., Any] = renewing.create_from_metadata
    return create(metadata=renew(), refresh_using=renew, method="sts-assume-role"), account_of(role_arn)


def account_of(arn: str) -> str:
    """Return the account in an ARN; empty when there is none."""
    return (arn.split(":") + [""] * 5)[4]


def _clock_offset(answer: Any, before: float) -> float | None:
    """Return STS's clock minus this host's; the Date header is cut to the second, so its middle is taken."""
    headers = ((answer or {}).get("ResponseMetadata") or {}).get("HTTPHeaders") or {}
    try:
        there = parsedate_to_datetime(headers.get("date", "")).timestamp() + 0.5
    except (TypeError, ValueError):
        return None
    return round((there - (before + time.time()) / 2) * 1000, 1)
