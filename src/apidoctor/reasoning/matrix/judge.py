"""Should against did: judges each cell and row of the matrix, and says which way to use now."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from apidoctor.reasoning.apigateway.names import is_address
from apidoctor.reasoning.matrix.cells import Resolved, own_addresses, places, resolved, seen_at
from apidoctor.reasoning.matrix.differences import candidates
from apidoctor.reasoning.matrix.values import (
    Cause,
    Cell,
    Expectation,
    Matrix,
    Phase,
    Row,
    Should,
    Status,
    Use,
)
from apidoctor.reasoning.matrix.ways import Way
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.seen import host

EXPLAINS: dict[Phase, tuple[str, ...]] = {
    "dns": ("naming", "endpoint", "api"),
    "tcp": ("naming", "endpoint", "network"),
    "tls": ("naming", "endpoint", "network", "api", "invoke"),
    "http": ("naming", "endpoint", "api", "policy", "invoke", "integration"),
}
"""Layers of checks whose failure shows at a phase: a policy stops no TCP connect, an ACL no request that got there."""
OF_THE_NAME = frozenset({"D02", "D15", "D18", "D21", "D22", "N14"})
"""Faults of names that no other address mends: API Gateway refuses the name itself, wherever it leads."""
_BEST = (
    "private-dns",
    "custom-domain",
    "alias",
    "endpoint-id-header",
    "endpoint-host",
    "custom-domain-endpoint",
    "endpoint-zonal",
    "direct-ip",
)
"""Ways by how little a client has to change; an address is for tests only."""


def judge(
    case: Case, found: Sequence[Way], expected: Mapping[int, Expectation], notes: Sequence[str] = ()
) -> Matrix:
    """Judge the matrix of *found* ways; *expected* has what the checks say of each, by its number."""
    own = own_addresses(found)
    rows = tuple(
        _row(case, way, expected.get(number, Expectation()), own) for number, way in enumerate(found)
    )
    works = tuple(dict.fromkeys(row.form for row in rows if row.status in ("works", "works unexpectedly")))
    use = _use(rows)
    there = host(case)
    outside = there.known and there.value.cloud is None and not there.value.cloud_missing
    return Matrix(
        target=case.request.target,
        method=case.request.method,
        at=case.taken_at,
        vantage=case.vantages[0] if case.vantages else "",
        summary=_summary(rows, works),
        works=works,
        use=use,
        proves=candidates(rows, outside=outside),
        rows=rows,
        notes=tuple(notes),
        exit_code=_code(rows),
    )


def _row(case: Case, way: Way, expected: Expectation, own: frozenset[str]) -> Row:
    found = resolved(case, way)
    cells = tuple(
        _judged(replace(seen_at(case, way, address), resolved=_leads(way, found, address)), expected, own)
        for address in places(way, found)
    )
    expected = replace(expected, causes=_of_row(expected.causes, cells))
    bare = way.form == "direct-ip"
    url = (replace(way.request, name=way.server_name) if bare else way.request).url or ""
    row = Row(
        form=way.form,
        url=url,
        resolve=f"{way.server_name}:{way.request.port}:{way.name}" if bare else None,
        name=way.name,
        server_name=way.server_name,
        host=way.request.host or way.name,
        header=None if bare else way.header,
        endpoint=way.request.endpoint
        if way.form.startswith(("endpoint", "alias", "custom-domain-e"))
        else None,
        asked=way.asked,
        needs=way.needs,
        should=_should(expected.causes, expected),
        dns=found.outcome,
        dns_ms=found.elapsed_ms,
        addresses=found.addresses,
        cells=cells,
    )
    return _whole(row, expected)


def _of_row(causes: tuple[Cause, ...], cells: Sequence[Cell]) -> tuple[Cause, ...]:
    """Leave out causes that are about interfaces which this way does not use: a zonal name has one of them."""
    used = {cell.address for cell in cells}
    return tuple(
        cause
        for cause in causes
        if not used or not any(map(is_address, cause.affects)) or used.intersection(cause.affects)
    )


def _leads(way: Way, found: Resolved, address: str) -> bool:
    return way.form == "direct-ip" or address in found.addresses


def _judged(cell: Cell, expected: Expectation, own: frozenset[str]) -> Cell:
    """Judge one cell by the causes that are about it: behind a broken name, the way at the address may be good."""
    mine = cell.address in own if own else None
    causes = [
        cause
        for cause in expected.causes
        if (cell.address in cause.affects or not any(map(is_address, cause.affects)))
        and not (mine and cause.check.startswith("naming/") and cause.fault not in OF_THE_NAME)
    ]
    should = _should(tuple(causes), expected)
    works = None if not _tried(cell) else cell.phase == ""
    status = _status(should, works, cell.phase, causes)
    if cell.outcome == "untyped" and status != "fails as configured":
        status = "not known"
    return replace(cell, own=mine, should=should, status=status)


def _tried(cell: Cell) -> bool:
    """Say whether the cell was tried to its end: it failed, or an answer came."""
    return cell.phase != "" or cell.http_status is not None


def _should(causes: tuple[Cause, ...], expected: Expectation) -> Should:
    if causes:
        first = causes[0]
        return Should(works=False, fault=first.fault, sentence=first.sentence)
    if expected.decided:
        return Should(works=True)
    sentence = f"not known: {expected.missing[0]}" if expected.missing else "not known"
    return Should(sentence=sentence, missing=expected.missing)


def _status(should: Should, works: bool | None, phase: Phase, causes: Sequence[Cause]) -> Status:
    if works is None:
        return "not tried"
    if works:
        return "works unexpectedly" if should.works is False else "works"
    if should.works is None:
        return "fails"
    layers = EXPLAINS.get(phase, ())
    explained = any(cause.check.partition("/")[0] in layers for cause in causes)
    return "fails as configured" if explained else "fails unexpectedly"


def _whole(row: Row, expected: Expectation) -> Row:
    """Judge the row by what a client gets that follows its name."""
    if row.dns and row.dns != "answer":
        status = _status(row.should, False, "dns", expected.causes)
        return replace(row, status=status, phase="dns", text=row.dns.upper().replace("_", " "))
    led = [cell for cell in row.cells if cell.resolved]
    if not led:
        return replace(row, text="the name was not resolved" if row.form != "direct-ip" else "")
    unknown = [cell for cell in led if cell.status == "not known"]
    bad = [cell for cell in led if cell.phase and cell not in unknown]
    if bad:
        some = f" at {len(bad)} of {len(led)} addresses" if len(bad) < len(led) else ""
        # Part of the addresses failing is enough for clients to fail now and then.
        status = _status(row.should, False, bad[0].phase, expected.causes)
        return replace(row, status=status, phase=bad[0].phase, text=f"{bad[0].text}{some}")
    if unknown:
        return replace(row, status="not known", phase="http", text=unknown[0].text)
    good = [cell for cell in led if cell.http_status is not None]
    if not good:
        return replace(row, text=led[0].text)
    status = _status(row.should, True, "", ())
    if status == "works unexpectedly" and all(cell.status == "works" for cell in good):
        status = "works"
    return replace(row, status=status, text=good[0].text)


def _use(rows: Sequence[Row]) -> Use | None:
    """Return the shortest call that works; the user's own when it does."""
    good = [row for row in rows if row.status in ("works", "works unexpectedly")]
    if not good:
        return None
    best = min(
        good, key=lambda row: (not row.asked, _BEST.index(row.form), row.header is not None, len(row.url))
    )
    return Use(form=best.form, url=best.url, header=best.header, resolve=best.resolve)


def _summary(rows: Sequence[Row], works: Sequence[str]) -> str:
    failing = tuple(dict.fromkeys(row.form for row in rows if row.status.startswith("fails")))
    open_ = [form for form in failing if form not in works]
    if works:
        asked = next((row for row in rows if row.asked), None)
        first = (
            f"{asked.form}, which was asked about, fails; "
            if asked and asked.status.startswith("fails")
            else ""
        )
        rest = f"; these do not: {', '.join(open_)}" if open_ else ""
        return f"{first}these forms work: {', '.join(works)}{rest}"
    if unknown := tuple(dict.fromkeys(row.form for row in rows if row.status == "not known")):
        rest = f"; these forms fail: {', '.join(failing)}" if failing else ""
        forms = ", ".join(unknown)
        return f"not known whether backend or API Gateway wrote the answer ({forms}): apidoctor check calls again{rest}"
    if failing:
        return f"no form that was tried works: {', '.join(failing)}"
    should = tuple(dict.fromkeys(row.form for row in rows if row.should.works))
    if should:
        return f"{_looked(rows)}; by configuration these forms should work: {', '.join(should)}"
    return f"{_looked(rows)}, and nothing is known to work"


def _looked(rows: Sequence[Row]) -> str:
    """Say how far the connections went where no call was answered."""
    cells = [cell for row in rows for cell in row.cells]
    answered = tuple(
        dict.fromkeys(row.form for row in rows for cell in row.cells if cell.http_status is not None)
    )
    if answered:
        return (
            f"not known: only addresses to which the name does not lead were called ({', '.join(answered)})"
        )
    tcp = {cell.address for cell in cells if cell.tcp_ms is not None}
    tls = {cell.address for cell in cells if cell.tls_ms is not None}
    if not tcp:
        return "not known: nothing was tried"
    every = len({cell.address for cell in cells})
    return f"not known: no test call was sent; of {every} addresses {len(tcp)} open and {len(tls)} have TLS that holds"


def _code(rows: Sequence[Row]) -> int:
    """Return the exit code: that of the way asked about.

    Where it was not tried, what should fail by configuration does; that nothing speaks against it shows no call.
    """
    asked = next((row for row in rows if row.asked), None)
    if asked is None:
        return 3
    if asked.status in ("works", "works unexpectedly"):
        return 0
    if asked.status.startswith("fails"):
        return 1
    return 1 if asked.should.works is False and asked.status == "not tried" else 3
