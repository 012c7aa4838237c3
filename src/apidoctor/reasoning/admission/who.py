"""Who may call an API: what its policies admit, as a value and as a sentence.

Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow" (tables A and
B), "AWS condition keys that can be used in API Gateway resource policies" and "Use VPC endpoint policies for private
APIs".
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from apidoctor.reasoning.apigateway.authorization_keys import in_resource_policy, is_iam_only
from apidoctor.reasoning.apigateway.authorize import AuthorizationType
from apidoctor.reasoning.iam import Policy

from .boxes import Box, Part, Union, meet
from .items import Item, text
from .sets import ABSENT, PRESENT, Addresses, listed
from .statements import admitted, spared

Also: TypeAlias = Literal[
    "nothing", "identity", "identity_elsewhere", "authorizer", "authorizer_silent", "token"
]
"""What must let a caller through besides: the caller's own policies (``identity_elsewhere``: only those of callers of
other accounts than the API's), the Lambda authorizer (``authorizer_silent``: it must only not deny), a valid token of
the user pool."""


class Through(Struct, frozen=True):
    """A VPC endpoint that calls can take."""

    endpoint: str
    vpc: str | None = None
    policy: Policy | None = None
    """``None``: not known."""


class Admission(Struct, frozen=True):
    """Requests that are admitted together."""

    box: Box
    also: Also


class WhoCan(Struct, frozen=True):
    """Who may call an API."""

    authorization: AuthorizationType
    admissions: tuple[Admission, ...]
    complete: bool = True
    """Whether these are all; policies with very many alternatives are cut."""
    notes: tuple[str, ...] = ()

    def has(self, request: Mapping[str, str | None]) -> Also | None:
        """What else a request needs to be admitted; ``None``: it is not. Parts as in `Box`, keys in lower case."""
        return next((each.also for each in self.admissions if each.box.has(request)), None)


def who_can(
    policy: Policy | None,
    api_arn: str,
    authorization: AuthorizationType,
    endpoints: Sequence[Through] | None = None,
) -> WhoCan:
    """Say who may call a private API.

    Args:
        policy: the API's resource policy; without one nobody may.
        api_arn: the API's ARN up to and with its id.
        authorization: the methods' authorization type.
        endpoints: the endpoints that exist, with their policies; ``None``: any endpoint is thought of, with the
            default policy.
    """
    if policy is None:
        return WhoCan(
            authorization, (), notes=("A private API without a resource policy refuses every call.",)
        )
    seen, real = _in_view(policy, api_arn, authorization), _requests(api_arn, endpoints)
    ways = _ways(api_arn, real)
    allowed = meet(_forgotten(admitted(policy, api_arn, start=seen), seen), ways)
    undenied = meet(_forgotten(spared(policy, api_arn, start=seen), seen), ways)
    found: list[tuple[Union, Also]] = []
    if authorization == "NONE":
        found = [(allowed, "nothing")]
    elif authorization == "COGNITO_USER_POOLS":
        found = [(allowed, "token")]
    elif authorization == "CUSTOM":
        found = [(allowed, "authorizer_silent"), (undenied, "authorizer")]
    else:
        own = Union((Box({"principal": listed([Item("account", api_arn.split(":")[4])])}),))
        found = [(allowed, "identity_elsewhere"), (meet(undenied, own), "identity")]
    return WhoCan(
        authorization,
        tuple(
            Admission(_plain(box, api_arn, endpoints), also) for boxes, also in found for box in boxes.boxes
        ),
        complete=all(boxes.complete for boxes, _ in found),
        notes=_notes(authorization, endpoints),
    )


def _notes(authorization: AuthorizationType, endpoints: Sequence[Through] | None) -> tuple[str, ...]:
    found = []
    if authorization == "AWS_IAM":
        found.append(
            "Permissions boundaries, session policies and organization policies of the callers still limit."
        )
    unread = [each.endpoint for each in endpoints or () if each.policy is None]
    if unread:
        found.append(f"The endpoint policy of {', '.join(unread)} is not known; it may refuse more.")
    if endpoints is None:
        found.append("Endpoint policies are not looked at; they may refuse more.")
    return tuple(found)


def _constant(api_arn: str) -> dict[str, Part]:
    """Parts that are the same for every call of a private API."""
    _, _, _, region, account, _ = api_arn.split(":", 5)
    return {
        "path": PRESENT,
        "aws:sourceip": ABSENT,
        "aws:securetransport": listed([text("true")]),
        "aws:viaawsservice": listed([text("false")]),
        "aws:principalisawsservice": listed([text("false")]),
        "aws:resourceaccount": listed([text(account)]),
        "aws:requestedregion": listed([text(region)]),
    }


_ALWAYS: dict[str, Part] = {
    "aws:sourcevpce": PRESENT,
    "aws:sourcevpc": PRESENT,
    "aws:vpcsourceip": Addresses(absent=False),
    "aws:currenttime": PRESENT,
    "aws:epochtime": PRESENT,
}
"""Keys that every call of a private API has."""
_OF_CALLERS = ("aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid")
"""Keys that every caller has whom IAM authenticated."""


def _in_view(policy: Policy, api_arn: str, authorization: AuthorizationType) -> Union:
    """The requests as the API's resource policy sees them: keys that it is not given are absent."""
    parts = {**_constant(api_arn), **_ALWAYS}
    if authorization == "AWS_IAM":
        parts.update(dict.fromkeys(("principal", *_OF_CALLERS), PRESENT))
    else:
        parts["principal"] = ABSENT
    for statement in policy.statements:
        for clause in statement.clauses:
            iam_only = is_iam_only(clause.key) and authorization != "AWS_IAM"
            if iam_only or not in_resource_policy(clause.key):
                parts[clause.lookup] = ABSENT
    return Union((Box(parts),))


def _forgotten(found: Union, seen: Union) -> Union:
    """The same requests, whatever they hold that the policy did not see."""
    unseen = {name for name, part in seen.boxes[0].parts.items() if part == ABSENT} - {"aws:sourceip"}
    return Union(
        tuple(
            Box({name: part for name, part in box.parts.items() if name not in unseen}, box.written)
            for box in found.boxes
        ),
        found.complete,
    )


def _requests(api_arn: str, endpoints: Sequence[Through] | None) -> list[tuple[Box, Policy | None]]:
    """The requests there are, by the endpoint that they take, with its policy."""
    every = Box({**_constant(api_arn), **_ALWAYS})
    if endpoints is None:
        return [(every, None)]
    found = []
    for each in endpoints:
        parts: dict[str, Part] = {"aws:sourcevpce": listed([text(each.endpoint)])}
        if each.vpc:
            parts["aws:sourcevpc"] = listed([text(each.vpc)])
        found.append((every.meet(Box(parts)), each.policy))
    return found


def _ways(api_arn: str, requests: Iterable[tuple[Box, Policy | None]]) -> Union:
    """The requests that the endpoints let through."""
    found = [
        Union((box,))
        if policy is None or not policy.valid
        else admitted(policy, api_arn, start=Union((box,)))
        for box, policy in requests
    ]
    return Union(tuple(box for each in found for box in each.boxes), all(each.complete for each in found))


def _plain(box: Box, api_arn: str, endpoints: Sequence[Through] | None) -> Box:
    """The box without what holds for every call anyway, or follows from the endpoint."""
    usual = {**_constant(api_arn), **_ALWAYS, **dict.fromkeys(("principal", *_OF_CALLERS), PRESENT)}
    for each in endpoints or ():
        if each.vpc and box.parts.get("aws:sourcevpce") == listed([text(each.endpoint)]):
            usual["aws:sourcevpc"] = listed([text(each.vpc)])
    kept = {
        name: part for name, part in box.parts.items() if part != usual.get(name) and not part.is_everything
    }
    return Box(kept, box.written)
