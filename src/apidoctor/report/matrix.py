"""The invoke matrix for terminals: which call to make now, what the differences prove, then every way and address."""

from apidoctor.model.report import Status as Sign
from apidoctor.reasoning.matrix.values import Cell, Matrix, Row, Status
from apidoctor.report.glyphs import UNICODE, Glyphs, Role
from apidoctor.report.page import Page, Span

_SIGNS: dict[Status, Sign] = {
    "works": "pass",
    "works unexpectedly": "warn",
    "fails as configured": "fail",
    "fails unexpectedly": "fail",
    "fails": "fail",
    "not known": "unknown",
    "not tried": "skipped",
}
"""The sign of each status: what was, never only what should be."""
_SHOULD = {True: "work", False: "fail", None: "?"}
_ADDRESS = 15
"""Cells of an IPv4 address."""
_MOST_GAPS = 3


def render(matrix: Matrix, *, glyphs: Glyphs = UNICODE, colour: bool = False, width: int = 80) -> str:
    """Return *matrix* as plain text of *width* cells; the same matrix gives the same text."""
    page = Page(glyphs, width)
    fill(page, matrix, alone=True)
    return page.text(colour=colour)


def fill(page: Page, matrix: Matrix, *, alone: bool = False) -> None:
    """Put the whole matrix on *page*; *alone*: there is no report beside it that tells causes."""
    page.flow(("matrix", "strong"), f"{matrix.method} {matrix.target}", first="apidoctor ")
    where = f"from {matrix.vantage}" if matrix.vantage else "seen from nowhere"
    page.flow(where, matrix.at, first="  ")
    page.blank()
    sign, role = _verdict(page, matrix)
    page.flow((matrix.summary, "strong"), first=(f"{sign} ", role))
    if matrix.use:
        page.field("use", matrix.use.url, indent=2)
        if matrix.use.header:
            page.field("header", matrix.use.header, indent=2)
        if matrix.use.resolve:
            page.field("led by", f"curl --resolve {matrix.use.resolve}", indent=2)
    for one in matrix.proves:
        page.flow((one.fault, "strong"), f"({one.confidence})", one.because, first="  proves   ")
    if alone and matrix.exit_code == 1:
        page.field("next", "apidoctor check tells the cause and what to change", indent=2)
    page.blank()
    heads = "".join(f"{name:>8}" for name in ("tcp ms", "tls ms", "http ms"))
    page.lines.append((Span(f"      {'address':{_ADDRESS}}{heads}  answer", "dim"),))
    told: dict[str, str] = {}
    for row in matrix.rows:
        _row(page, row, told)
    page.blank()
    for note in matrix.notes:
        page.field("note", note, indent=2)


def _verdict(page: Page, matrix: Matrix) -> tuple[str, Role]:
    status: Sign = {0: "pass", 1: "fail"}.get(matrix.exit_code, "unknown")  # type: ignore[assignment]
    return page.glyphs.of(status), status


def _row(page: Page, row: Row, told: dict[str, str]) -> None:
    """Show one way; *told* has the form under which each reason was given already: it is given once."""
    sign = _SIGNS[row.status]
    if row.status == "not tried" and row.should.works is False:
        sign = "fail"
    asked = "   (asked)" if row.asked else ""
    page.flow(
        (row.status, sign),
        f"should {_SHOULD[row.should.works]}{asked}",
        first=(f"{page.glyphs.of(sign)} {row.form:24}", sign),
        rest=4,
    )
    page.flow(row.url, first="    ")
    if row.header:
        page.flow(row.header, first="    with ")
    if row.resolve:
        page.flow(f"curl --resolve {row.resolve}", first="    led by ")
    if row.should.works is False:
        why = row.should.sentence
        page.flow(
            (row.should.fault or "", "strong"),
            f"as {told[why]}" if why in told else why,
            first="    fails by configuration: ",
            rest=8,
        )
        told.setdefault(why, row.form)
    elif row.should.works is None and row.should.missing:
        page.flow("; ".join(row.should.missing[:_MOST_GAPS]), first="    not known: ", rest=8)
    if row.dns:
        answer = ", ".join(row.addresses) if row.addresses else row.dns.upper()
        took = f"{row.dns_ms:.1f} ms  " if row.dns_ms is not None else ""
        page.flow(answer, first=f"    dns  {took}", rest=8)
    for cell in row.cells:
        _cell(page, row, cell)


def _cell(page: Page, row: Row, cell: Cell) -> None:
    sign = _SIGNS[cell.status]
    times = "".join(map(_ms, (cell.tcp_ms, cell.tls_ms, cell.http_ms)))
    aside = ["(not by DNS)"] if not cell.resolved and row.dns else []
    differs = [cell.status] if cell.status != row.status and cell.status.endswith("unexpectedly") else []
    address = page.glyphs.safe(cell.address)
    page.flow(
        (cell.text or cell.status, sign),
        *differs,
        *aside,
        first=(f"    {page.glyphs.of(sign)} {address:{_ADDRESS}}{times}  ", "plain"),
        rest=8,
    )


def _ms(value: float | None) -> str:
    """Return milliseconds in eight cells."""
    return f"{value:8.1f}" if value is not None else f"{'-':>8}"
