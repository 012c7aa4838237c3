"""Which condition keys a call of a private API has, and which of them a policy layer sees.

Source: API Gateway Developer Guide, "AWS condition keys that can be used in API Gateway resource policies"
and "Use VPC endpoint policies for private APIs in API Gateway"; IAM User Guide, "AWS global condition
context keys".
"""

from functools import lru_cache

from apidoctor.reasoning.iam import Request

from .authorization_values import Call

IAM_ONLY = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principaltype",
        "aws:userid",
        "aws:username",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:tokenissuetime",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
    }
)
"""Keys (lower case) that exist only for a caller that IAM authenticated; ``aws:PrincipalTag/…`` too."""

RESOURCE_POLICY_KEYS = IAM_ONLY | {
    "aws:currenttime",
    "aws:epochtime",
    "aws:securetransport",
    "aws:referer",
    "aws:useragent",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpcsourceip",
}
"""All global keys (lower case) that an API's resource policy can use; others are absent there."""

_SPELT = {
    name.lower(): name
    for name in (
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalType",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:TokenIssueTime",
        "aws:MultiFactorAuthPresent",
        "aws:MultiFactorAuthAge",
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:SecureTransport",
        "aws:Referer",
        "aws:UserAgent",
        "aws:SourceArn",
        "aws:SourceIp",
        "aws:SourceVpc",
        "aws:SourceVpce",
        "aws:VpcSourceIp",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "aws:ResourceAccount",
        "aws:RequestedRegion",
        "execute-api:viaDomainArn",
    )
}
_TAG = "aws:principaltag/"
_UNSEEN = (
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:Referer",
    "aws:UserAgent",
    "aws:SourceVpce",
    "aws:SourceVpc",
    "aws:VpcSourceIp",
)
_UNSEEN_OF_RESOURCE = ("aws:ResourceOrgID", "aws:ResourceOrgPaths")
_UNSEEN_OF_PRINCIPAL = ("aws:userid", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalTag/*")
_UNSEEN_OF_SESSION = (
    "aws:PrincipalArn",
    "aws:TokenIssueTime",
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
)
_UNSEEN_OF_NOBODY = ("aws:PrincipalAccount", "aws:PrincipalType", "aws:username")


def spelt(key: str) -> str:
    """A condition key as AWS spells it, where it is a known one."""
    return _SPELT.get(key.lower(), key)


@lru_cache(maxsize=1024)
def is_iam_only(key: str) -> bool:
    """Whether a key (any case) exists only for callers that IAM authenticated."""
    lowered = key.lower()
    return lowered in IAM_ONLY or lowered.startswith(_TAG)


@lru_cache(maxsize=1024)
def in_resource_policy(key: str) -> bool:
    """Whether API Gateway gives a key (any case) to resource policies."""
    lowered = key.lower()
    # The list is of AWS's global keys; a service's own keys are not among them.
    return lowered in RESOURCE_POLICY_KEYS or lowered.startswith(_TAG) or not lowered.startswith("aws:")


def as_anonymous(request: Request) -> Request:
    """The request as a layer sees it that does not authenticate the caller."""
    return Request(
        action=request.action,
        resource=request.resource,
        resource_account=request.resource_account,
        context={key: values for key, values in request.context.items() if not is_iam_only(key)},
        unknown_context=frozenset([key for key in request.unknown_context if not is_iam_only(key)]),
    )


def for_resource_policy(request: Request) -> Request:
    """The request with the keys that API Gateway gives to resource policies."""
    return Request(
        action=request.action,
        resource=request.resource,
        principal_arn=request.principal_arn,
        principal_account=request.principal_account,
        resource_account=request.resource_account,
        context={key: values for key, values in request.context.items() if in_resource_policy(key)},
        unknown_context=frozenset([key for key in request.unknown_context if in_resource_policy(key)]),
    )


def method_arn(call: Call) -> str:
    """ARN of the method as policies see it; the query string is not part of it.

    A call without an API is what a custom domain is asked for: its own ARN.
    """
    if not call.api_id and call.domain_arn:
        return call.domain_arn
    path = call.path.partition("?")[0].removeprefix("/")
    api = f"arn:{call.partition}:execute-api:{call.region}:{call.account}:{call.api_id}"
    return f"{api}/{call.stage}/{call.method.upper()}/{path}"


def request_of(call: Call) -> Request:
    """The complete request of a call: what it tells is known, what only AWS or the client knows is unknown.

    ``aws:SourceIp`` is never there: it does not exist for calls through a VPC endpoint.
    """
    known = _known(call)
    known.update({key.lower(): values for key, values in call.context.items()})
    known.pop("aws:sourceip", None)
    kind = known.get("aws:principaltype", ("",))[0] if call.signed else None
    unknown = [key for key, lowered in _unseen(kind) if lowered not in known]
    return Request(
        action="execute-api:Invoke",
        resource=method_arn(call),
        principal_arn=call.principal_arn if call.signed else None,
        principal_account=call.principal_account if call.signed else None,
        resource_account=call.account,
        context=known,
        unknown_context=call.unknown_context.union(unknown),
    )


def _known(call: Call) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {
        "aws:securetransport": ("true",),
        "aws:requestedregion": (call.region,),
        "aws:resourceaccount": (call.account,),
        "aws:principalisawsservice": ("false",),
        "aws:viaawsservice": ("false",),
    }
    for key, value in (
        ("aws:sourcevpce", call.endpoint),
        ("aws:sourcevpc", call.endpoint_vpc),
        ("aws:vpcsourceip", call.source_ip),
        ("execute-api:viadomainarn", call.domain_arn),
    ):
        if value is not None:
            known[key] = (value,)
    if call.signed and call.principal_arn is not None:
        known.update(_principal(call.principal_arn, call.principal_account))
    return known


def _principal(arn: str, account: str | None) -> dict[str, tuple[str, ...]]:
    """The keys that follow from the principal's ARN; a session's role ARN does not (its path is lost)."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return {}
    known: dict[str, tuple[str, ...]] = {"aws:principalaccount": (account or parts[4],)}
    name = parts[5]
    if parts[2] == "sts":
        kind = "FederatedUser" if name.startswith("federated-user/") else "AssumedRole"
        known["aws:principaltype"] = (kind,)
        return known
    known["aws:principalarn"] = (arn,)
    known["aws:principaltype"] = (
        "AssumedRole" if name.startswith("role/") else "Account" if name == "root" else "User",
    )
    if name.startswith("user/"):
        known["aws:username"] = (name.rpartition("/")[2],)
    return known


@lru_cache(maxsize=16)
def _unseen(kind: str | None) -> tuple[tuple[str, str], ...]:
    """The keys, also in lower case, that a call may have and does not tell.

    Args:
        kind: ``aws:PrincipalType`` of who signed, empty when it is not known who, ``None`` when nobody did.
    """
    unseen = [*_UNSEEN, *_UNSEEN_OF_RESOURCE]
    if kind is not None:
        unseen += _UNSEEN_OF_PRINCIPAL
        if kind not in ("User", "Account"):
            unseen += _UNSEEN_OF_SESSION
        if not kind:
            unseen += _UNSEEN_OF_NOBODY
    return tuple((key, key.lower()) for key in unseen)
