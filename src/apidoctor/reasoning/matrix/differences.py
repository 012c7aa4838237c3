"""What the difference between cells proves, without any read of AWS: pairs that differ in one thing only.

Each rule compares calls that share all but one part (the address, the SNI, the Host, how the address was found) and
names the fault of that part.  Source: API Gateway developer guide, as for the ways; their needs differ in one thing.
"""

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence

from apidoctor.model.report import Confidence
from apidoctor.reasoning.matrix.cells import in_order
from apidoctor.reasoning.matrix.values import Candidate, Cell, Row

_VPCE = ("endpoint-host", "endpoint-id-header", "endpoint-zonal", "custom-domain-endpoint")
"""Ways whose SNI is a name of the endpoint and not the Host that names the API."""
_DEFAULTS = ("private-dns", "direct-ip")
"""Ways whose SNI and Host are the API's default name."""
_CUSTOM = ("custom-domain", "custom-domain-endpoint")
_OF_API = (*_DEFAULTS, "endpoint-host", "endpoint-id-header", "endpoint-zonal", "alias")
"""Ways that end at the API's own host."""
_AGREE = (*_DEFAULTS, "endpoint-id-header", "alias")
"""Ways whose Host is the name in the URL."""
_ELSEWHERE = {
    "tls": ("N16", "answers in its place or cuts it off"),
    "not_api_gateway": ("N16", "answers in its place"),
    "forbidden": ("A26", "may change its calls, for example their Host"),
}
"""What differs after TCP, with the fault of a box on the way and what that does (faults.md, N16 and A26)."""
_SILENT = frozenset({"timeout"})
"""Failures of a handshake that large packets which get lost have too."""
_VPC_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
"""RFC 1918, RFC 6598 and RFC 4193."""
_ENDS = ("nxdomain", "nodata")


def candidates(rows: Sequence[Row], *, outside: bool) -> tuple[Candidate, ...]:
    """Return the faults that differences speak for, the strongest first; *outside*: the host is not in AWS."""
    rules: tuple[Callable[[Sequence[Row], bool], Iterable[Candidate]], ...] = (
        _strict,
        _some_addresses,
        _name_leads_elsewhere,
        _alias,
        _stripped_answers,
        _default_is_off,
        _domain,
        _signed_for_another_host,
        _changed_on_the_way,
        _one_address_differs,
        _intercepted,
    )
    found = [one for rule in rules for one in rule(rows, outside)]
    order = {"certain": 0, "likely": 1, "possible": 2}
    best: dict[str, Candidate] = {}
    for one in sorted(found, key=lambda one: order[one.confidence]):
        best.setdefault(one.fault, one)
    return tuple(best.values())


def _cells(rows: Sequence[Row], *forms: str) -> Iterator[tuple[Row, Cell]]:
    """Yield the cells of these forms at the endpoint's own addresses, or where those are not known, all."""
    for row in rows:
        if row.form in forms:
            yield from ((row, cell) for cell in row.cells if cell.own is not False)


def _works(cell: Cell) -> bool:
    return cell.http_status is not None and cell.phase == ""


def _answered(cell: Cell, outcome: str) -> bool:
    return cell.phase == "http" and cell.outcome == outcome


def _strict(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """SNI = Host = default name works and every other pair is refused: the access mode is STRICT (A.3, M2 to M5).

    One pair that gets another answer disproves it, at whichever address: then it is the Host that differs, or the
    alias alone, which an endpoint that is not associated has too (M5).
    """
    good = {cell.address for _, cell in _cells(rows, *_DEFAULTS) if _works(cell)}
    tried = [(row, cell) for row, cell in _indirect(rows) if cell.http_status is not None]
    here = [(row, cell) for row, cell in tried if cell.address in good and _answered(cell, "forbidden")]
    forms = tuple(dict.fromkeys(row.form for row, _ in here))
    # What the call with the default name does not reach at this address says nothing of the pair.
    fits = all(_answered(cell, "forbidden") for _, cell in tried if cell.address in good)
    strict = bool(here) and fits and not any(_works(cell) or _answered(cell, "untyped") for _, cell in tried)
    lone = [row for row, _ in here if row.form == "alias" and row.should.works is not True]
    alone = forms == ("alias",) and bool(lone)
    if strict:
        yield Candidate(
            "T04",
            "possible" if alone else "likely",
            f"At {here[0][1].address} the call works with SNI and Host of the default name, and is forbidden with "
            f"another name as SNI ({', '.join(forms)}).",
        )
    if lone and (alone or not strict):
        why = f"{lone[0].name} is forbidden where the default name works"
        yield Candidate("D15", "possible", f"{why}; the endpoint may not be among the API's vpcEndpointIds.")
    if not strict:
        yield from _host_alone(rows)


def _indirect(rows: Sequence[Row]) -> Iterator[tuple[Row, Cell]]:
    """Yield the cells that STRICT refuses; an alias that does not exist, or that another fault explains, is none."""
    for row, cell in _cells(rows, "endpoint-host", "endpoint-id-header", "endpoint-zonal", "alias"):
        if row.form == "alias":
            explained = row.should.works is False and row.should.fault != "T04"
            if not _works(cell) and (row.dns in _ENDS or explained):
                continue
        elif row.form != "endpoint-id-header" and row.host.lower() == row.server_name.lower():
            continue
        yield row, cell


def _host_alone(rows: Sequence[Row]) -> Iterator[Candidate]:
    """The endpoint's name works with the API's id in a header and not with Host: Host may be changed on the way."""
    good = {
        cell.address for row, cell in _indirect(rows) if row.header and not _names_host(row) and _works(cell)
    }
    lost = [
        (row, cell)
        for row, cell in _indirect(rows)
        if _names_host(row) and cell.http_status is not None and cell.address in good
    ]
    if lost and all(_answered(cell, "forbidden") for _, cell in lost):
        row, cell = lost[0]
        why = f"At {cell.address} the call under {row.name} works with x-apigw-api-id and is forbidden with Host"
        yield Candidate("A26", "possible", f"{why} {row.host}: a box on the way may change Host.")


def _names_host(row: Row) -> bool:
    """Say whether the row names the API by a Host that is not the name in the URL."""
    return row.form in ("endpoint-host", "endpoint-zonal") and row.host.lower() != row.server_name.lower()


def _some_addresses(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """All ways fail to connect at one interface and connect at another: what differs is the subnet.

    Addresses of one family are compared: a host without IPv6 reaches no IPv6 address, whatever the subnet.
    """
    by_address: dict[str, list[Cell]] = {}
    for _, cell in _cells(rows, *_OF_API, *_CUSTOM):
        if cell.tcp_ms is not None or cell.phase or cell.http_status is not None:
            by_address.setdefault(cell.address, []).append(cell)
    for family in (False, True):
        cells = {address: found for address, found in by_address.items() if (":" in address) == family}
        yield from _compared(cells, outside)


def _compared(by_address: dict[str, list[Cell]], outside: bool) -> Iterator[Candidate]:
    """Compare addresses of one family; one at which some forms connect and others do not says nothing."""
    failed = {
        address: cells[0].outcome
        for address, cells in by_address.items()
        if all(cell.phase == "tcp" for cell in cells)
    }
    good = [address for address, cells in by_address.items() if all(cell.phase != "tcp" for cell in cells)]
    silent = [address for address, outcome in failed.items() if outcome in ("timeout", "no_route")]
    closed = [address for address, outcome in failed.items() if outcome in ("refused", "reset")]
    if silent and good:
        words = f"{', '.join(silent)} cannot be connected to by any form, {', '.join(good)} can"
        if outside:
            yield Candidate("N11", "possible", f"{words}: the firewall may know the others' addresses alone.")
        sure: Confidence = "possible" if outside else "likely"
        yield Candidate("N05", sure, f"{words}: what differs is subnet, network ACL and route.")
        yield Candidate("N13", "possible", f"{words}: the zone of that interface may be out of reach.")
    if closed and good:
        words = f"{', '.join(closed)} refuses connections, {', '.join(good)} takes them"
        yield Candidate("N23", "possible", f"{words}: the address may be one of an endpoint that is gone.")
    if silent and len(silent) == len(by_address):
        words = (
            f"No form connects to any address ({', '.join(silent)}): what they share is the endpoint's group"
        )
        yield Candidate("N11" if outside else "N01", "possible", f"{words} and the way there.")


def _name_leads_elsewhere(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """The endpoint takes the call by its address, and the name does not lead there: a fault of DNS alone."""
    bare = [cell for _, cell in _cells(rows, *_DEFAULTS) if _works(cell) and cell.own]
    for row in rows:
        lost = row.dns and not any(cell.resolved and cell.own for cell in row.cells)
        if row.form != "private-dns" or not bare or not lost or _works_publicly(row):
            continue
        away = f"leads to {', '.join(row.addresses)}" if row.addresses else f"gets {row.dns.upper()}"
        why = (
            f"The call works at {bare[0].address} with SNI and Host of {row.name}, but the name {away} here."
        )
        if row.addresses and all(_is_private(address) for address in row.addresses):
            yield Candidate("D08", "likely", f"{why} The answer is stale or of another endpoint.")
        else:
            yield Candidate("D03" if outside else "D01", "likely", why)


def _works_publicly(row: Row) -> bool:
    """Say whether the API answers at a public address of its name: it is no private one, whose name is forwarded."""
    return any(cell.resolved and _works(cell) and not _is_private(cell.address) for cell in row.cells)


def _is_private(address: str) -> bool:
    """Say whether *address* is of a network that a VPC has and the Internet does not route."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return any(ip in network for network in _VPC_NETWORKS if network.version == ip.version)


def _alias(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """The endpoint's own name resolves, the alias of API and endpoint does not: they are not associated (A.3, M5)."""
    resolves = {row.endpoint for row in rows if row.form in _VPCE and row.dns == "answer"}
    for row in rows:
        if row.form == "alias" and row.dns == "nxdomain" and row.endpoint in resolves:
            why = f"{row.name} does not exist, while the names of {row.endpoint} resolve."
            yield Candidate("D15", "likely", f"{why} The endpoint is not among the API's vpcEndpointIds.")


def _stripped_answers(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """Public names with private addresses come back empty: a resolver that protects from rebinding (A.4)."""
    names = [row for row in rows if row.form in _VPCE and row.dns]
    elsewhere = any(row.dns == "answer" for row in rows if row.form == "private-dns")
    if names and elsewhere and all(row.dns in _ENDS for row in names):
        why = f"{names[0].name} gets {names[0].dns.upper()}, though it has private addresses in public DNS."
        yield Candidate("D17", "possible", why)


def _default_is_off(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """Only the custom domain works: the default endpoint is off (A.3)."""
    good = [row for row, cell in _cells(rows, *_CUSTOM) if _works(cell)]
    plain = [cell for _, cell in _cells(rows, *_OF_API) if cell.http_status is not None]
    if good and plain and all(_answered(cell, "forbidden") for cell in plain):
        why = f"{good[0].host} works at the endpoint, and every form of the default name is forbidden there."
        yield Candidate("H05", "likely", why)


def _domain(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """The API works by its own names and not by the custom domain: association or mapping (A.9)."""
    good = {cell.address for _, cell in _cells(rows, *_OF_API) if _works(cell)}
    here = [(row, cell) for row, cell in _cells(rows, *_CUSTOM) if cell.address in good]
    if any(_works(cell) for _, cell in here):
        return
    for row, cell in here:
        words = f"{row.host} at {cell.address}"
        if row.form == "custom-domain" and cell.phase == "tls" and cell.outcome == "name_mismatch":
            why = f"{words} gets a certificate of another name; the API's own names work there."
            yield Candidate("H06", "likely", f"{why} The endpoint has no access association with the domain.")
        if _answered(cell, "forbidden"):
            why = f"{words} is forbidden; the API's own names work there."
            yield Candidate("H06", "possible", why)
            yield Candidate("H07", "possible", why)


def _signed_for_another_host(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """Signatures hold where Host and URL agree and not where the Host is another: the signer takes the URL's (A15).

    Both must be known of one address: what is on the way to another may change its calls.
    """
    agree = [cell for _, cell in _cells(rows, *_AGREE) if cell.signed and cell.http_status is not None]
    good = {cell.address for cell in agree if _works(cell)}
    good -= {cell.address for cell in agree if _answered(cell, "signature_mismatch")}
    for row, cell in _cells(rows, "endpoint-host", "endpoint-zonal"):
        if cell.address in good and _answered(cell, "signature_mismatch") and not cell.changed:
            why = f"At {cell.address} the signature does not match with Host {row.host} under {row.name}."
            yield Candidate("A15", "likely", f"{why} Where URL and Host agree it matches there.")


def _changed_on_the_way(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """The refusal of a signature shows another request than was sent: something on the way rewrites it (A26)."""
    cells = [cell for row in rows for cell in row.cells]
    changed = {cell.address: cell.changed for cell in reversed(cells) if cell.changed}
    whole = {cell.address for cell in cells if cell.signed and _works(cell)} - set(changed)
    if changed:
        where = ", ".join(in_order(changed))
        first = changed[in_order(changed)[0]]
        rest = f" Signed calls at {', '.join(in_order(whole))} arrive as they were sent." if whole else ""
        yield Candidate("A26", "likely", f"At {where} a signed call arrives changed. {first}{rest}")


def _one_address_differs(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """One way works at one address and fails at another after TCP, as all ways do there: another server, or a box.

    All interfaces of an endpoint are the same front door: certificate and answer do not depend on which is called.
    """
    lost: dict[tuple[str, str], tuple[Row, Cell, Cell]] = {}
    for row in rows:
        good = next((cell for cell in row.cells if _works(cell)), None)
        for cell in row.cells if good else ():
            kind = "tls" if cell.phase == "tls" and cell.outcome not in _SILENT else cell.outcome
            if good and kind in _ELSEWHERE:
                lost.setdefault((cell.address, kind), (row, good, cell))
    kept = {cell.address for row in rows for cell in row.cells if _works(cell) or cell.changed}
    for (address, kind), (row, good, cell) in lost.items():
        if address in kept:
            continue
        words = f"{row.form} works at {good.address} and at {address} gets: {cell.text[:120]}; no form works there."
        led = cell.resolved and any(other.resolved and _works(other) for other in row.cells)
        if cell.own is not True and led:  # a name that leads to none of the right ones is judged above
            confidence: Confidence = "likely" if cell.own is False else "possible"
            yield Candidate("D08", confidence, f"{words} The address may be one of another server.")
        if cell.own is not False:
            fault, box = _ELSEWHERE[kind]
            sure: Confidence = "likely" if kind == "tls" and cell.own else "possible"
            yield Candidate(fault, sure, f"{words} Something on the way to that address {box}.")


def _intercepted(rows: Sequence[Row], outside: bool) -> Iterator[Candidate]:
    """Every handshake shows a certificate of one issuer that is not trusted: somebody inspects TLS."""
    cells = [cell for row in rows for cell in row.cells if cell.trusted is not None]
    issuers = {cell.issuer for cell in cells if cell.trusted is False and cell.outcome == "untrusted"}
    if cells and len(issuers) == 1 and not any(cell.trusted for cell in cells):
        (issuer,) = issuers
        why = f"Every address and name shows a certificate by {issuer}, which is not trusted."
        yield Candidate("T03", "likely", why)
