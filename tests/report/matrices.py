"""Matrices to show: a broken zone with a name that leads elsewhere, and one full of a stranger's text."""

from msgspec.structs import replace

from apidoctor.reasoning.matrix.values import Candidate, Cell, Matrix, Row, Should, Use

API = "abc1234567.execute-api.us-east-1.amazonaws.com"
VPCE = "vpce-0aaa1111-bbbb2222.execute-api.us-east-1.vpce.amazonaws.com"
GOOD, BAD, PUBLIC = "10.1.4.21", "10.1.5.21", "52.94.1.9"
WORKS = Should(works=True)
NO_NAME = Should(works=False, fault="D01", sentence="Private DNS of vpce-0aaa1111 is off.")
NO_ZONE = Should(works=False, fault="N05", sentence="acl-0e2 drops the replies from 10.1.5.21.")


def answered(address: str, *, resolved: bool = True, **fields) -> Cell:
    """A cell whose call was admitted."""
    timed = {"tcp_ms": 1.2, "tls_ms": 11.0, "http_ms": 30.4, "trusted": True, "issuer": "CN=Amazon"}
    return Cell(
        address=address,
        resolved=resolved,
        own=True,
        should=WORKS,
        status="works",
        outcome="answered",
        text="200",
        http_status=200,
        **timed,
        **fields,
    )


def silent(address: str, *, resolved: bool = True) -> Cell:
    """A cell that cannot be connected to."""
    failed = {"status": "fails as configured", "phase": "tcp", "outcome": "timeout", "text": "times out"}
    return Cell(address=address, resolved=resolved, own=True, should=NO_ZONE, tcp_ms=3000.0, **failed)


def row(form: str, name: str, **fields) -> Row:
    """A way to invoke."""
    common = {"url": f"https://{name}/prod/pets", "name": name, "server_name": name, "host": API}
    return Row(form=form, **{**common, **fields})


def broken() -> Matrix:
    """The name leads to the public front door, one of two zones is cut off, the id header works at the other."""
    forbidden = {"phase": "http", "outcome": "forbidden", "text": "403 Forbidden", "http_status": 403}
    away = replace(answered(PUBLIC), own=False, should=NO_NAME, status="fails as configured", **forbidden)
    default = row(
        "private-dns",
        API,
        asked=True,
        should=NO_NAME,
        status="fails as configured",
        phase="http",
        text="403 Forbidden",
        dns="answer",
        dns_ms=3.1,
        addresses=(PUBLIC,),
        cells=(answered(GOOD, resolved=False), silent(BAD, resolved=False), away),
    )
    through = row(
        "endpoint-id-header",
        VPCE,
        host=VPCE,
        header="x-apigw-api-id: abc1234567",
        endpoint="vpce-0aaa1111",
        should=NO_ZONE,
        status="fails as configured",
        phase="tcp",
        text="times out at 1 of 2 addresses",
        dns="answer",
        dns_ms=4.0,
        addresses=(GOOD, BAD),
        cells=(answered(GOOD), silent(BAD)),
    )
    bare = row(
        "direct-ip",
        GOOD,
        url=f"https://{API}/prod/pets",
        server_name=API,
        resolve=f"{API}:443:{GOOD}",
        should=WORKS,
        status="works",
        text="200",
        cells=(answered(GOOD),),
    )
    return Matrix(
        target=f"https://{API}/prod/pets",
        at="2026-11-22T10:42:07Z",
        vantage="app-1",
        summary="private-dns, which was asked about, fails; these forms work: direct-ip; these do not: private-dns",
        works=("direct-ip",),
        use=Use(form="direct-ip", url=bare.url, resolve=bare.resolve),
        proves=(
            Candidate("N05", "likely", f"{BAD} cannot be connected to by any form, {GOOD} can."),
            Candidate("D01", "likely", f"The call works at {GOOD}, but the name leads to {PUBLIC} here."),
        ),
        rows=(default, through, bare),
        notes=("2 of 194 connections were left out",),
        exit_code=1,
    )


def hostile() -> Matrix:
    """Every text is a stranger's."""
    bad = "\x1b]0;owned\x07[@click=app.quit]x[/]\u202egnp.exe\x9b2J\nline"
    cell = Cell(address=bad, text=bad, phase="http", outcome="other_refusal", status="fails", issuer=bad)
    one = row("alias", bad, header=bad, should=Should(works=False, fault="D15", sentence=bad), cells=(cell,))
    return Matrix(
        target=bad,
        vantage=bad,
        summary=bad,
        rows=(one,),
        notes=(bad,),
        proves=(Candidate("T04", "likely", bad),),
    )
