"""What API Gateway answers to one request, from the world's data.

The order is that of the real gates: API found, signature, endpoint policy, route, resource policy or
identity, API key (API Gateway guide, "How API Gateway resource policies affect authorization workflow" and
"Use VPC endpoint policies for private APIs": those come first).  Policies are not evaluated here: the world
says which layer denies.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from apidoctor.lab.description import DEFAULT_ZONE, ENDPOINT_ZONE, Api, Denial, Endpoint, Method, World
from apidoctor.lab.front_door import texts
from apidoctor.lab.front_door.sigv4 import ALGORITHM, Known, Signed, digest, verify
from apidoctor.lab.front_door.texts import Reply

KeyRing = Callable[[str], Known | None]
"""Access key id to the key, None for one that was never issued."""


class Arrival(Struct, frozen=True):
    """A request and where it came in."""

    signed: Signed
    server_name: str
    """Server name of the TLS handshake; empty without one."""
    endpoint: Endpoint | None
    """The endpoint it came through; None for the public front door."""


class _Route(Struct, frozen=True):
    stage: str
    verb: str
    path: str

    @property
    def request(self) -> str:
        """``stage/METHOD/path``, the tail of a method ARN."""
        return f"{self.stage}/{self.verb}{self.path}"


def decide(world: World, keys: KeyRing, arrival: Arrival) -> Reply:
    """Answer one request."""
    api = find_api(world, arrival)
    if api is None or not _enters(api, arrival):
        return texts.FORBIDDEN
    route = _route(arrival.signed)
    if route is None or not api.stages:
        return texts.FORBIDDEN
    who = _caller(world, keys, arrival.signed)
    if isinstance(who, Reply):
        return who
    key = f"{route.verb} {route.path}"
    for denial in _denials(world, api, key):
        if denial.layer == "VPC endpoint":
            return texts.denied(who, api, route.request, denial.layer, denial.explicit)
    method = next((method for method in api.deployed.methods if method.key == key), None)
    if method is None or route.stage not in api.stages:
        return _no_route(arrival.signed)
    return _authorize(world, api, method, route, who, arrival.signed)


def _authorize(world: World, api: Api, method: Method, route: _Route, who: str, signed: Signed) -> Reply:
    if method.authorization == "AWS_IAM" and who == "anonymous":
        return _no_route(signed)
    for denial in _denials(world, api, method.key):
        caller = who if method.authorization == "AWS_IAM" else "anonymous"
        return texts.denied(caller, api, route.request, denial.layer, denial.explicit)
    if method.api_key and signed.headers.get("x-api-key") not in world.front_door.keys:
        return texts.FORBIDDEN
    return texts.good(api, route.path)


def find_api(world: World, arrival: Arrival) -> Api | None:
    """The API that Host or ``x-apigw-api-id`` names; None when neither does, or there is no such API.

    Source: API Gateway guide, "Invoke a private API".
    """
    host = arrival.signed.headers.get("host", "").lower().partition(":")[0]
    if host.endswith(f".{ENDPOINT_ZONE}"):
        wanted = arrival.signed.headers.get("x-apigw-api-id", "")
    elif host.endswith(f".{DEFAULT_ZONE}"):
        wanted = host.removesuffix(f".{DEFAULT_ZONE}")
    else:
        return None
    for api in world.apis.values():
        aliases = {f"{api.id}-{world.endpoints[name].id}" for name in api.endpoints}
        if wanted == api.id or wanted in aliases:
            return api
    return None


def _enters(api: Api, arrival: Arrival) -> bool:
    """Whether the API takes requests that come in here: private ones through endpoints only."""
    if (api.type == "PRIVATE") != (arrival.endpoint is not None):
        return False
    if api.deployed.disabled:
        return False
    host = arrival.signed.headers.get("host", "").lower().partition(":")[0]
    return not api.strict or arrival.server_name.lower() == host


def _route(signed: Signed) -> _Route | None:
    """Stage, verb and path; None when the path has no stage segment."""
    stage, slash, rest = signed.target.partition("?")[0].lstrip("/").partition("/")
    return _Route(stage, signed.method, f"/{rest}") if stage and slash else None


def _caller(world: World, keys: KeyRing, signed: Signed) -> str | Reply:
    """Who calls: an ARN, ``anonymous`` without a signature, or the refusal of a wrong one."""
    if not signed.headers.get("authorization", "").startswith(ALGORITHM):
        return "anonymous"
    ahead = world.front_door.signature_clock_s + world.front_door.date_header_s
    return verify(signed, keys, datetime.now(UTC) + timedelta(seconds=ahead))


def _no_route(signed: Signed) -> Reply:
    """No such method, or no signature where one is needed; a bearer token reads as a broken signature."""
    header = signed.headers.get("authorization", "")
    if header and not header.startswith(ALGORITHM):
        return texts.incomplete_signature(texts.NO_KEY_VALUE.format(digest=digest(header)))
    return texts.MISSING_TOKEN


def _denials(world: World, api: Api, method: str) -> list[Denial]:
    return [
        denial
        for denial in world.front_door.denials
        if (not denial.api or world.apis[denial.api] is api) and denial.method in ("", method)
    ]
