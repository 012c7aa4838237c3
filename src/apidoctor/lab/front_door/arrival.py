"""A request and where it came in, and what of the world it reaches."""

from msgspec import Struct

from apidoctor.lab.description import DEFAULT_ZONE, ENDPOINT_ZONE, REGION, Api, Domain, Endpoint, World
from apidoctor.lab.description.domain import Rule
from apidoctor.lab.front_door.sigv4 import Signed
from apidoctor.lab.traffic import Traffic


class Arrival(Struct, frozen=True):
    """A request and where it came in."""

    signed: Signed
    server_name: str
    """Server name of the TLS handshake; empty without one."""
    endpoint: Endpoint | None
    """The endpoint it came through; None for the public front door."""
    traffic: Traffic
    """What came before it."""
    request_id: str = ""
    extended_id: str = ""
    trace: str = ""
    """``Root=…`` of its trace."""

    @property
    def host(self) -> str:
        """The Host header in lower case, without a port."""
        return self.signed.headers.get("host", "").lower().partition(":")[0]


class Reached(Struct, frozen=True):
    """The API that a request reaches, and the request as that API sees it."""

    api: Api
    stage: str
    verb: str
    path: str
    """Path below the stage."""
    domain: Domain | None = None
    """The custom domain it came by."""

    @property
    def key(self) -> str:
        """``GET /pets``."""
        return f"{self.verb} {self.path}"

    @property
    def arn(self) -> str:
        """The method ARN, its account masked to the last four digits."""
        tail = f"{self.stage}/{self.verb}{self.path}"
        return f"arn:aws:execute-api:{REGION}:********{self.api.account[-4:]}:{self.api.id}/{tail}"

    @property
    def domain_arn(self) -> str:
        """The domain as a resource of ``execute-api:Invoke``, masked the same way; empty without a domain."""
        if self.domain is None:
            return ""
        tail = f"/domainnames/{self.domain.name}+{self.domain.id}"
        return f"arn:aws:execute-api:{REGION}:********{self.domain.account[-4:]}:{tail}"


def reach(world: World, arrival: Arrival) -> Reached | None:
    """What a request reaches; None for nothing, which is answered with ``Forbidden``."""
    if domain := find_domain(world, arrival):
        return _by_domain(world, domain, arrival)
    api = find_api(world, arrival)
    if api is None or not _enters(api, arrival):
        return None
    stage, slash, rest = _path(arrival.signed).lstrip("/").partition("/")
    if not stage or not slash or not api.stages:
        return None
    return Reached(api, stage, arrival.signed.method, f"/{rest}")


def find_domain(world: World, arrival: Arrival) -> Domain | None:
    """The private custom domain that Host names; where two have the name, the one this endpoint is let in to."""
    named = [domain for domain in world.domains.values() if domain.name == arrival.host]
    admitting = [domain for domain in named if domain.admits(endpoint_name(world, arrival.endpoint))]
    return next(iter(admitting or named), None)


def endpoint_name(world: World, endpoint: Endpoint | None) -> str:
    """Name of an endpoint in the world; empty for the public side."""
    return next((name for name, value in world.endpoints.items() if value is endpoint), "")


def find_api(world: World, arrival: Arrival) -> Api | None:
    """The API that Host or ``x-apigw-api-id`` names; None when neither does, or there is no such API.

    Source: API Gateway guide, "Invoke a private API".
    """
    host = arrival.host
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
    # STRICT leaves only the API's own name, as server name and as Host (guide, "Security policies").
    own = f"{api.id}.{DEFAULT_ZONE}"
    return not api.strict or arrival.server_name.lower() == arrival.host == own


def _by_domain(world: World, domain: Domain, arrival: Arrival) -> Reached | None:
    """What a custom domain leads to: association first, then the mapping.

    Source: API Gateway guide, "Custom domain names for private APIs" and "Routing rules".
    """
    if arrival.endpoint is None or not domain.admits(endpoint_name(world, arrival.endpoint)):
        return None
    if domain.strict and arrival.server_name.lower() != domain.name:
        return None
    found = None
    if domain.routing != "BASE_PATH_MAPPING_ONLY":
        found = _by_rule(domain, arrival.signed)
    if found is None and domain.routing != "ROUTING_RULE_ONLY":
        found = _by_mapping(domain, arrival.signed)
    if found is None:
        return None
    name, stage, path = found
    api = world.apis[name]
    if api.type != "PRIVATE":
        return None
    return Reached(api, stage, arrival.signed.method, path, domain)


def _by_rule(domain: Domain, signed: Signed) -> tuple[str, str, str] | None:
    path = _path(signed)
    for rule in sorted(domain.rules, key=lambda rule: rule.priority):
        if rule.header and signed.headers.get(rule.header[0].lower()) != rule.header[1]:
            continue
        base = _base(rule, path)
        if base is not None:
            rest = path.removeprefix(f"/{base}") if rule.strips and base else path
            return rule.api, rule.stage, rest or "/"
    return None


def _base(rule: Rule, path: str) -> str | None:
    """The base path of a rule that *path* begins with; empty for a rule about every path."""
    fitting = [base for base in rule.paths if f"{path}/".startswith(f"/{base.strip('/')}/")]
    return max(fitting, key=len).strip("/") if fitting else (None if rule.paths else "")


def _by_mapping(domain: Domain, signed: Signed) -> tuple[str, str, str] | None:
    """The mapping of the first path segment, else that of the root: base paths have one segment."""
    path = _path(signed)
    first, _, rest = path.lstrip("/").partition("/")
    by_path = {mapping.path: mapping for mapping in domain.mappings}
    if first and first in by_path:
        return by_path[first].api, by_path[first].stage, f"/{rest}"
    root = by_path.get("")
    return (root.api, root.stage, path) if root else None


def _path(signed: Signed) -> str:
    return signed.target.partition("?")[0]
