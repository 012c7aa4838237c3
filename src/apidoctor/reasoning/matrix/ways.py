"""The ways to invoke as calls that can be made: every name of the API with the caller's own request in its form.

Source: API Gateway developer guide, "Invoke a private API" and "Custom domain names for private APIs".  What cannot be
derived from AWS's answers is derived from the URL, the options and what names resolve to.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.errors import UsageError
from apidoctor.model.facts import Fact, Undecided
from apidoctor.model.missing import Missing
from apidoctor.model.observation import DnsSeen
from apidoctor.model.report import Form
from apidoctor.model.request import Request
from apidoctor.reasoning.apigateway.names import is_address, read_target
from apidoctor.reasoning.matrix.domains import Mapping, mappings_of
from apidoctor.reasoning.naming.answer import plain
from apidoctor.reasoning.naming.derived import Name, derive
from apidoctor.reasoning.scene.answer import is_signed
from apidoctor.reasoning.scene.api import stage_name
from apidoctor.reasoning.scene.case import Case, accounts
from apidoctor.reasoning.scene.endpoint import endpoint, endpoint_addresses
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.seen import host

MAX_WAYS = 64
"""Most ways that are tried: eight forms, several endpoints and addresses; more is no private API."""


MAX_DOMAINS = 20
"""Most domains of an account whose mappings are read: each is one read."""


class Way(Struct, frozen=True, kw_only=True):
    """One way to invoke, ready to be called."""

    request: Request
    """The caller's call in this form."""
    server_name: str
    """SNI."""
    header: str | None = None
    """The header that a client must add, ``Name: value``."""
    addresses: tuple[str, ...] = ()
    """Interfaces of the endpoint to try it at."""
    needs: str = ""
    """What must be so for it to work."""
    asked: bool = False
    """Whether it is the way the user asked about."""

    @property
    def form(self) -> Form:
        """The way, as in reports."""
        return self.request.form or "private-dns"

    @property
    def name(self) -> str:
        """Name in the URL, or the address."""
        return self.request.name or ""


def ways(case: Case) -> list[Way]:
    """Return every way to make the call of *case*, the one asked about among them, at most `MAX_WAYS`."""
    request = case.request
    try:
        mappings = mappings_of(case.inventory, case.region, request.api_id, request.host or "")
    except Undecided:
        mappings = []
    if request.api_id is None and mappings:
        request = replace(request, api_id=mappings[0].api_id)
    known = _known_interfaces(case)
    found: list[Way] = []
    for name in _names(case, request, mappings):
        way = _way(case, request, name, mappings, known)
        if way and not any(_same(way, other) for other in found):
            found.append(way)
    if case.request.name and not any(way.asked for way in found):
        found.insert(0, _asked(case, known))
    return found[:MAX_WAYS]


def wanted(case: Case) -> list[Missing]:
    """Return what would have to be read before all ways are known, and whether the call is to be signed."""
    facts: list[Fact[Any]] = [accounts(case), endpoint(case), endpoint_addresses(case), is_signed(case)]
    facts += [stage_name(case), place(case), host(case)]
    missing = [gap for one in facts for gap in one.missing]
    for account in case.inventory.accounts:
        listed = case.inventory.items(account, case.region, "get_domain_names")
        missing += listed.missing
        for item in listed.value[:MAX_DOMAINS] if listed.known else []:
            key = f"{item.get('domainName')}/{item.get('domainNameId', '')}"
            if item.get("domainNameId"):
                missing += case.inventory.items(account, case.region, "get_base_path_mappings", key).missing
    return missing


def _names(case: Case, request: Request, mappings: list[Mapping]) -> Iterator[Name]:
    """Yield names from AWS's answers, then what the URL and what was resolved tell besides."""
    chosen = endpoint(case)
    only = chosen.value.vpc_endpoint_id if chosen.known and chosen.value else request.endpoint
    if request.api_id and request.region:
        try:
            derived = derive(case.inventory, request.region, request.api_id, request.suffix)[0]
        except Undecided:  # an answer of an odd shape: the URL alone still tells some
            derived = []
        for name in derived or [Name(form="private-dns", name=request.default_name or "")]:
            if only is None or name.endpoint in (None, only):
                yield name
        yield from _of_url(request, only)
        default = request.default_name
        for address in _resolved_interfaces(case):
            yield Name(form="direct-ip", name=address, host=default, addresses=(address,), needs=_BARE)


_BARE = "SNI and Host of the default name; for tests only"


def _of_url(request: Request, vpce: str | None) -> Iterator[Name]:
    """Yield the names that follow from API id, Region and endpoint id alone."""
    own = "a Host header of one's own"
    if request.form in ("endpoint-host", "endpoint-id-header") and request.name:
        common: dict[str, Any] = {"name": request.name, "endpoint": vpce}
        yield Name(form="endpoint-host", host=request.default_name, needs=own, **common)
        yield Name(
            form="endpoint-id-header", api_id_header=request.api_id, needs="a header of one's own", **common
        )
    if vpce and request.api_id:
        name = f"{request.api_id}-{vpce}.execute-api.{request.region}.{request.suffix}"
        yield Name(form="alias", name=name, endpoint=vpce, needs=f"{vpce} among the API's vpcEndpointIds")


def _way(
    case: Case, asked: Request, name: Name, mappings: list[Mapping], known: tuple[str, ...]
) -> Way | None:
    """Return *name* as a call; None when it cannot be one."""
    domain = {"custom-domain": name.name, "custom-domain-endpoint": name.host}.get(name.form)
    mapping = next((one for one in mappings if one.domain == domain), None)
    pairs = _headers(asked, name)
    try:
        read = read_target(
            f"https://{_bracketed(name.name)}/",
            headers=pairs,
            region=asked.region,
            method=asked.method,
            endpoint=name.endpoint or asked.endpoint,
            from_=asked.from_,
            as_=asked.as_,
            sign_host=asked.sign_host,
        )
    except UsageError:
        return None
    if read.form != name.form:  # an answer of an odd shape: a name that is not what it is said to be
        return None
    placed = _placed(case, asked, read, mapping, mappings)
    added = None
    if name.api_id_header:
        added = f"x-apigw-api-id: {name.api_id_header}"
    elif name.host:
        added = f"Host: {name.host}"
    is_asked = _is_asked(asked, placed)
    if is_asked:
        placed = case.request
    return Way(
        request=placed,
        server_name=(name.host or name.name) if name.form == "direct-ip" else name.name,
        header=added,
        addresses=_interfaces(name, known),
        needs=name.needs,
        asked=is_asked,
    )


def _interfaces(name: Name, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return where to try *name*: names that lead to whichever endpoint are tried at the one that carries the call."""
    if name.form in ("private-dns", "custom-domain"):
        same = set(known) <= set(name.addresses)  # then the name tells addresses of both families
        return name.addresses if same else known
    return name.addresses or (() if name.zone else known)


def _placed(
    case: Case, asked: Request, read: Request, mapping: Mapping | None, mappings: list[Mapping]
) -> Request:
    """Put stage, path and query of the call where this form has them."""
    from_domain = (asked.form or "").startswith("custom-domain")
    stage, path = asked.stage, asked.path
    if from_domain:
        own = next((one for one in mappings if one.domain == plain(asked.host or asked.name or "")), None)
        path, stage = (own.below(asked.path), own.stage) if own else (asked.path, asked.stage)
    elif stage is None and not asked.is_url and stage_name(case).known:
        stage = stage_name(case).value
    common = {"query": asked.query, "port": asked.port, "target": asked.target}
    if (read.form or "").startswith("custom-domain"):
        below = asked.path if from_domain else (mapping.above(path) if mapping else path)
        return replace(read, stage=None, path=below, **common)
    return replace(read, stage=stage, path=path, is_url=asked.is_url or stage is not None, **common)


def _headers(asked: Request, name: Name) -> list[tuple[str, str]]:
    """Return the user's headers with those of this form in place of what named the API."""
    pairs = [pair for pair in asked.headers if pair[0].lower() not in ("host", "x-apigw-api-id")]
    if name.host:
        pairs.append(("Host", name.host))
    if name.api_id_header:
        pairs.append(("x-apigw-api-id", name.api_id_header))
    return pairs


def _is_asked(asked: Request, placed: Request) -> bool:
    return (placed.form, placed.name, placed.host) == (asked.form, asked.name, asked.host)


def _asked(case: Case, known: tuple[str, ...]) -> Way:
    """Return the user's own call, for a name that nothing else gives."""
    request = case.request
    bare = request.form == "direct-ip"
    host = (request.host or "").partition(":")[0]
    added = f"Host: {request.host}" if host != request.name else None
    return Way(
        request=request,
        server_name=host if bare else request.name or "",
        header=added,
        addresses=(request.name or "",) if bare else known,
        asked=True,
    )


def _same(one: Way, other: Way) -> bool:
    def key(way: Way) -> tuple[str, str, str | None]:
        return way.form, way.name, way.header if way.form != "alias" else None

    return key(one) == key(other)


def _known_interfaces(case: Case) -> tuple[str, ...]:
    """Return the endpoint's addresses, from AWS's answers or from what its own names resolve to."""
    own = endpoint_addresses(case)
    return own.value if own.known and own.value else _resolved_interfaces(case)


def _resolved_interfaces(case: Case) -> tuple[str, ...]:
    """Return what names of the endpoint itself resolve to, where its interfaces cannot be read."""
    if endpoint_addresses(case).known and endpoint_addresses(case).value:
        return ()
    found: dict[str, None] = {}
    for seen in case.observed(DnsSeen):
        if seen.type == "A" and seen.outcome == "answer" and ".vpce." in plain(seen.name):
            found |= dict.fromkeys(address for address in seen.addresses[:8] if is_address(address))
    return tuple(found)


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
