"""Which condition keys a call of a private API has, and which of them a policy layer sees.

Source: API Gateway Developer Guide, "AWS condition keys that can be used in API Gateway resource policies"
and "Use VPC endpoint policies for private APIs in API Gateway"; IAM User Guide, "AWS global condition
context keys"."""

from msgspec.structs import replace

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
    "execute-api:viadomainarn",
}
"""All keys (lower case) that an API's resource policy can use; others are absent there."""

_TAG = "aws:principaltag/"
_UNSEEN = ("aws:CurrentTime", "aws:EpochTime", "aws:Referer", "aws:UserAgent")
_UNSEEN_OF_RESOURCE = ("aws:ResourceOrgID", "aws:ResourceOrgPaths")
_UNSEEN_OF_PRINCIPAL = ("aws:userid", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalTag/*")
_UNSEEN_OF_SESSION = ("aws:TokenIssueTime", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge")
_UNSEEN_OF_NOBODY = ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:username")


def is_iam_only(key: str) -> bool:
    """Whether a key (any case) exists only for callers that IAM authenticated."""
    lowered = key.lower()
    return lowered in IAM_ONLY or lowered.startswith(_TAG)


def as_anonymous(request: Request) -> Request:
    """The request as a layer sees it that does not authenticate the caller."""
    return replace(
        request,
        principal_arn=None,
        principal_account=None,
        context={key: values for key, values in request.context.items() if not is_iam_only(key)},
        unknown_context=frozenset(key for key in request.unknown_context if not is_iam_only(key)),
    )


def for_resource_policy(request: Request) -> Request:
    """The request with the keys that API Gateway gives to resource policies."""

    def given(key: str) -> bool:
        return key.lower() in RESOURCE_POLICY_KEYS or key.lower().startswith(_TAG)

    return replace(
        request,
        context={key: values for key, values in request.context.items() if given(key)},
        unknown_context=frozenset(key for key in request.unknown_context if given(key)),
    )


def method_arn(call: Call) -> str:
    """ARN of the method as policies see it; the query string is not part of it."""
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
    unknown = {key for key in _unknown(call, known) if key.lower() not in known} | call.unknown_context
    return Request(
        action="execute-api:Invoke",
        resource=method_arn(call),
        principal_arn=call.principal_arn if call.signed else None,
        principal_account=call.principal_account if call.signed else None,
        resource_account=call.account,
        context=known,
        unknown_context=frozenset(unknown),
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


def _unknown(call: Call, known: dict[str, tuple[str, ...]]) -> set[str]:
    """The keys that the call may have and that it does not tell."""
    unknown = {*_UNSEEN, *_UNSEEN_OF_RESOURCE, "aws:SourceVpce", "aws:SourceVpc", "aws:VpcSourceIp"}
    if not call.signed:
        return unknown
    unknown |= {*_UNSEEN_OF_PRINCIPAL}
    kind = known.get("aws:principaltype", ("",))[0]
    if kind not in ("User", "Account"):
        unknown |= {*_UNSEEN_OF_SESSION, "aws:PrincipalArn"}
    if call.principal_arn is None:
        unknown |= {*_UNSEEN_OF_NOBODY}
    return unknown
