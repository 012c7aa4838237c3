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
from apidoctor.reasoning.matrix.custom import Place, call_of, domains_in, place_at
from apidoctor.reasoning.naming.answer import plain
from apidoctor.reasoning.naming.derived import Name, derive
from apidoctor.reasoning.scene.answer import is_signed
from apidoctor.reasoning.scene.api import stage_name
from apidoctor.reasoning.scene.case import Case, accounts
from apidoctor.reasoning.scene.endpoint import endpoint, endpoint_addresses
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.seen import host
from apidoctor.reasoning.scene.through import Called, called

MAX_WAYS = 64
"""Most ways that are tried: eight forms, several endpoints and addresses; more is no private API."""


class Way(Struct, frozen=True, kw_only=True):
    """One way to invoke, ready to be called."""

    request: Request
    """The caller's call in this form."""
    server_name: str
    """SNI."""
    header: str | None = None
    """The header that a client must add, ``Name: value``; several are joined by ``, and ``."""
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
    call, domains = call_of(case), domains_in(case.inventory, case.region)
    if request.api_id is None and call is not None:
        request = replace(request, api_id=call.api)
    known = _known_interfaces(case)
    found: list[Way] = []
    for name in _names(case, request):
        domain = {"custom-domain": name.name, "custom-domain-endpoint": name.host}.get(name.form)
        there = place_at(case, domain, call, domains) if domain and call else None
        if domain and there is None:
            continue
        way = _way(case, request, name, call, there, known)
        if way and not any(_same(way, other) for other in found):
            found.append(way)
        if len(found) >= MAX_WAYS:
            break
    if case.request.name and not any(way.asked for way in found):
        found.insert(0, _asked(case, known))
    return found[:MAX_WAYS]


def wanted(case: Case) -> list[Missing]:
    """Return what would have to be read before all ways are known, and whether the call is to be signed."""
    facts: list[Fact[Any]] = [accounts(case), endpoint(case), endpoint_addresses(case), is_signed(case)]
    facts += [stage_name(case), place(case), host(case)]
    facts += [called(case)] if case.request.domain else []
    missing = [gap for one in facts for gap in one.missing]
    for account in case.inventory.accounts:
        missing += case.inventory.items(account, case.region, "get_domain_names").missing
    return [*missing, *(gap for one in domains_in(case.inventory, case.region) for gap in one.missing)]


def _names(case: Case, request: Request) -> Iterator[Name]:
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
    case: Case, asked: Request, name: Name, call: Called | None, there: Place | None, known: tuple[str, ...]
) -> Way | None:
    """Return *name* as a call, behind a domain at the place *there*; None when it cannot be one."""
    more = there.headers if there else ()
    pairs = [*_headers(asked, name), *more]
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
    placed = _placed(asked, read, call, there)
    added = [f"x-apigw-api-id: {name.api_id_header}"] if name.api_id_header else []
    added += [f"Host: {name.host}"] if name.host and not added else []
    added += [f"{key}: {value}" for key, value in more]
    is_asked = _is_asked(asked, placed)
    if is_asked:
        placed = case.request
    return Way(
        request=placed,
        server_name=(name.host or name.name) if name.form == "direct-ip" else name.name,
        header=", and ".join(added) or None,
        addresses=_interfaces(name, known),
        needs=_needs(name, there),
        asked=is_asked,
    )


def _interfaces(name: Name, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return where to try *name*: names that lead to whichever endpoint are tried at the one that carries the call."""
    if name.form in ("private-dns", "custom-domain"):
        same = set(known) <= set(name.addresses)  # then the name tells addresses of both families
        return name.addresses if same else known
    return name.addresses or (() if name.zone else known)


def _needs(name: Name, there: Place | None) -> str:
    """Return what must be so for the way to work, the headers of a routing rule among it."""
    if there is None or not there.headers:
        return name.needs
    return f"{name.needs}, and {', '.join(key for key, _ in there.headers)} for {there.by}"


def _placed(asked: Request, read: Request, call: Called | None, there: Place | None) -> Request:
    """Put stage, path and query of the call where this form has them."""
    common = {"query": asked.query, "port": asked.port, "target": asked.target}
    if there is not None:
        return replace(read, stage=None, path=there.path, **common)
    stage, path = (call.stage, call.path) if call else (asked.stage, asked.path)
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
