"""What a hostile or broken HTTP server may answer, with the outcomes that are right: both clients are tried on it.

An attack is a talk of `facts.servers`; those that pour without end stop when their peer is gone.
"""

import gzip
import itertools
import struct
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from facts.servers import Talk

MARKS = "\x1b]0;pwned\x07\x9b2J\x85\u202e\u200b[@click=app.quit]x[/]::error::pwned<script>alert(1)</script>|=cmd()"
"""What obeys whom: a terminal, a C1-aware one, bidi, textual's markup, GitHub's commands, HTML, tables, a sheet."""
LATIN = MARKS.encode("utf-8").replace(b"\x07", b"").replace(b"\x1b", b"")
"""The same for places in which ESC and BEL would end the answer for every reader."""
ELSEWHERE = "http://169.254.169.254/latest/meta-data/"


@dataclass
class Attack:
    """One way to answer."""

    talk: Callable[[Talk], None]
    """What the server does."""
    outcomes: set[str]
    """Outcomes that are right."""
    status: int | None = None
    """Status that must be told; None: none."""
    body: str | None = None
    """What the body must begin with, when there is one."""
    truncated: bool | None = None
    """Whether the body must be told to be cut off; None: either."""
    alpn: list[str] = field(default_factory=list)
    """Protocols that the server offers in place of HTTP/1.1."""


def says(*parts: bytes, pause: float = 0.0) -> Callable[[Talk], None]:
    """Read the request, send *parts* with a *pause* between them, and close."""

    def talk(one: Talk) -> None:
        one.head()
        for part in parts:
            one.send(part)
            time.sleep(pause)

    return talk


def pours(first: bytes, again: bytes | Iterable[bytes], pause: float = 0.0) -> Callable[[Talk], None]:
    """Send *first*, then *again* and again until the peer is gone."""

    def talk(one: Talk) -> None:
        one.head()
        one.send(first)
        for part in itertools.repeat(again) if isinstance(again, bytes) else again:
            one.send(part)
            time.sleep(pause)

    return talk


def keeps(first: bytes) -> Callable[[Talk], None]:
    """Send *first* and then nothing, with the connection open."""

    def talk(one: Talk) -> None:
        one.head()
        one.send(first)
        one.connection.recv(1)

    return talk


def resets(first: bytes) -> Callable[[Talk], None]:
    """Send *first* and reset."""

    def talk(one: Talk) -> None:
        one.head()
        one.send(first)
        time.sleep(0.05)
        one.reset()

    return talk


def ok(*headers: str | bytes, body: bytes = b"", status: str = "200 OK") -> bytes:
    """Return an answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}".encode(), *(h if isinstance(h, bytes) else h.encode() for h in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _numbered() -> Iterable[bytes]:
    return (b"x-%d: y\r\n" % number for number in itertools.count())


def _silent(one: Talk) -> None:
    one.connection.recv(65536)
    one.connection.recv(1)


ZEROS = bytes(24 << 20)
CHUNKED = "Transfer-Encoding: chunked"
ANSWERED, BROKEN = {"response"}, {"error", "reset"}
H2_SETTINGS = struct.pack(">I", 0)[1:] + b"\x04\x00\x00\x00\x00\x00"

ATTACKS: dict[str, Attack] = {
    "a body without end and length": Attack(pours(ok(), b"x" * 16384), ANSWERED, 200, "xxx", True),
    "a body of a length without end": Attack(
        pours(ok(f"Content-Length: {1 << 60}"), b"x" * 16384), ANSWERED, 200, "xxx", True
    ),
    "chunks without end": Attack(
        pours(ok(CHUNKED), b"4000\r\n" + b"x" * 0x4000 + b"\r\n"), ANSWERED, 200, "xxx", True
    ),
    "chunks of one byte without end": Attack(
        pours(ok(CHUNKED), b"1\r\nx\r\n" * 500), ANSWERED, 200, "xxx", True
    ),
    "one chunk of a huge size": Attack(
        pours(ok(CHUNKED, body=b"ffffffffffffff\r\n"), b"x" * 16384), ANSWERED, 200, None, True
    ),
    "a chunk extension without end": Attack(
        pours(ok(CHUNKED, body=b"5;"), b"x" * 16384), ANSWERED | BROKEN, None, None, True
    ),
    "trailers without end": Attack(
        pours(ok(CHUNKED, body=b"2\r\nhi\r\n0\r\n"), _numbered()), ANSWERED, 200, "hi"
    ),
    "a trailer line without end": Attack(
        pours(ok(CHUNKED, body=b"2\r\nhi\r\n0\r\nx: "), b"x" * 16384), ANSWERED, 200, "hi"
    ),
    "trailers": Attack(
        says(ok(CHUNKED, body=b"2\r\nhi\r\n0\r\nSet-Cookie: a=b\r\n\r\n")), ANSWERED, 200, "hi", False
    ),
    "headers without end": Attack(pours(b"HTTP/1.1 200 OK\r\n", _numbered()), BROKEN | {"timeout"}),
    "a header line without end": Attack(pours(b"HTTP/1.1 200 OK\r\nx: ", b"x" * 16384), BROKEN),
    "a status line without end": Attack(pours(b"HTTP/1.1 200 ", b"x" * 16384), BROKEN),
    "a header line of 60 KiB": Attack(
        says(ok("x: " + "y" * 60_000, "Content-Length: 2", body=b"hi")), ANSWERED, 200, "hi"
    ),
    "a header line of 64 KiB": Attack(
        says(ok("x: " + "y" * 65_536, "Content-Length: 2", body=b"hi")), ANSWERED | BROKEN
    ),
    "ten thousand headers": Attack(
        says(ok(*(f"x-{number}: y" for number in range(10_000)), "Content-Length: 0")), ANSWERED | BROKEN
    ),
    "a thousand headers of one name": Attack(
        says(ok(*("set-thing: y" for _ in range(1000)), "Content-Length: 0")), ANSWERED | BROKEN
    ),
    "interim answers without end": Attack(
        pours(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 20), {"timeout", "error"}
    ),
    "interim answers 103 without end": Attack(
        pours(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 20), {"timeout", "error"}
    ),
    "an interim answer 102, then the true one": Attack(
        says(b"HTTP/1.1 102 Processing\r\n\r\n" + ok("Content-Length: 2", body=b"hi")), ANSWERED, 200, "hi"
    ),
    "an upgrade nobody asked for": Attack(
        keeps(ok("Connection: upgrade", "Upgrade: websocket", status="101 Switching Protocols")),
        {"response", "error", "timeout"},
    ),
    "Connection: upgrade on 200": Attack(
        says(ok("Connection: upgrade", "Upgrade: h2c", "Content-Length: 2", body=b"hi")), ANSWERED, 200, "hi"
    ),
    "a gzip bomb": Attack(
        says(ok("Content-Encoding: gzip", body=gzip.compress(ZEROS))), ANSWERED, 200, "\x00", True
    ),
    "a deflate bomb": Attack(
        says(ok("Content-Encoding: deflate", body=zlib.compress(ZEROS))), ANSWERED, 200, "\x00", True
    ),
    "a raw deflate bomb": Attack(
        says(ok("Content-Encoding: deflate", body=_raw_deflate(ZEROS))), ANSWERED, 200, None, None
    ),
    "gzip in gzip": Attack(
        says(ok("Content-Encoding: gzip, gzip", body=gzip.compress(gzip.compress(ZEROS)))), ANSWERED, 200
    ),
    "brotli that is none": Attack(
        says(ok("Content-Encoding: br", body=b"\x5b\xff\xff\xff" * 100)), ANSWERED, 200
    ),
    "gzip that is none": Attack(
        says(ok("Content-Encoding: gzip", "Content-Length: 5", body=b"plain")), ANSWERED, 200, "plain"
    ),
    "gzip that breaks off": Attack(
        says(ok("Content-Encoding: gzip", body=gzip.compress(b"readable beginning" * 99)[:-12])),
        ANSWERED,
        200,
        "readable",
        True,
    ),
    "a gzip header without end": Attack(
        pours(ok("Content-Encoding: gzip", body=b"\x1f\x8b\x08\x08" + bytes(6)), b"x" * 16384), ANSWERED, 200
    ),
    "a head that drips": Attack(pours(b"", b"H", 0.05), {"timeout", "error"}),
    "headers that drip": Attack(pours(b"HTTP/1.1 200 OK\r\n", b"x-y: z\r\n", 0.05), {"timeout"}),
    "a body that drips": Attack(pours(ok("Content-Length: 100000"), b"x", 0.05), ANSWERED, 200, "x", True),
    "chunks that drip": Attack(pours(ok(CHUNKED), b"1\r\nx\r\n", 0.05), ANSWERED, 200, "x", True),
    "a chunk's size that drips": Attack(pours(ok(CHUNKED), b"0", 0.05), ANSWERED, 200, "", True),
    "a length that is too long": Attack(
        says(ok("Content-Length: 99", body=b"half")), ANSWERED, 200, "half", True
    ),
    "a length that is too short": Attack(
        says(ok("Content-Length: 2", body=b"hi, and much more")), ANSWERED, 200, "hi", False
    ),
    "a negative length": Attack(says(ok("Content-Length: -1", body=b"hi")), ANSWERED | BROKEN),
    "a length of a thousand digits": Attack(
        says(ok("Content-Length: " + "9" * 1000, body=b"hi")), ANSWERED | BROKEN
    ),
    "a length of ten thousand digits": Attack(
        says(ok("Content-Length: " + "9" * 10_000, body=b"hi")), ANSWERED | BROKEN
    ),
    "a length that is none": Attack(says(ok("Content-Length: 1_0", body=b"hi")), ANSWERED | BROKEN),
    "two lengths": Attack(says(ok("Content-Length: 2", "Content-Length: 20", body=b"hi")), ANSWERED | BROKEN),
    "a length and chunks": Attack(
        says(ok("Content-Length: 2", CHUNKED, body=b"5\r\nhello\r\n0\r\n\r\n")), ANSWERED | BROKEN
    ),
    "a chunk's size that is none": Attack(
        says(ok(CHUNKED, body=b"2\r\nhi\r\nzzz\r\nmore")), ANSWERED, 200, "hi", True
    ),
    "a negative chunk": Attack(says(ok(CHUNKED, body=b"2\r\nhi\r\n-5\r\nmore")), ANSWERED, 200, "hi", True),
    "a chunk without its end": Attack(says(ok(CHUNKED, body=b"2\r\nhi")), ANSWERED, 200, "hi", True),
    "a transfer encoding nobody knows": Attack(
        says(ok("Transfer-Encoding: rot13", body=b"uv")), ANSWERED | BROKEN
    ),
    "two status lines": Attack(says(b"HTTP/1.1 200 OK\r\nHTTP/1.1 403 No\r\n\r\nhi"), ANSWERED | BROKEN),
    "HTTP/0.9": Attack(says(b"<html>hello</html>"), BROKEN),
    "HTTP/1.0": Attack(says(b"HTTP/1.0 200 OK\r\n\r\nhi"), ANSWERED, 200, "hi", False),
    "HTTP/9.9": Attack(says(b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nhi"), ANSWERED | BROKEN),
    "HTTP/2 though HTTP/1.1 was asked": Attack(says(H2_SETTINGS * 3), BROKEN, alpn=["h2"]),
    "an SMTP server": Attack(says(b"220 mail.example ESMTP\r\n"), BROKEN),
    "NUL bytes": Attack(says(bytes(4096)), BROKEN),
    "one line feed": Attack(says(b"\n"), BROKEN),
    "line feeds without end": Attack(pours(b"", b"\r\n" * 4000), {"error", "reset", "timeout"}),
    "status 999": Attack(says(ok("Content-Length: 2", status="999 Odd", body=b"hi")), ANSWERED, 999, "hi"),
    "status 000": Attack(says(ok("Content-Length: 2", status="000 Odd", body=b"hi")), ANSWERED | BROKEN),
    "status of five digits": Attack(says(ok(status="20000 OK")), BROKEN),
    "status that is negative": Attack(says(ok(status="-20 OK")), BROKEN),
    "status without a reason": Attack(
        says(b"HTTP/1.1 403\r\nContent-Length: 2\r\n\r\nhi"), ANSWERED, 403, "hi"
    ),
    "204 with a body": Attack(
        says(ok("Content-Length: 2", status="204 No Content", body=b"hi")), ANSWERED, 204, ""
    ),
    "304 with a body": Attack(
        says(ok("Content-Length: 2", status="304 Not Modified", body=b"hi")), ANSWERED, 304, ""
    ),
    "marks in the reason": Attack(
        says(b"HTTP/1.1 403 " + LATIN + b"\r\nContent-Length: 2\r\n\r\nhi"), ANSWERED | BROKEN
    ),
    "marks in a header's value": Attack(
        says(ok(b"x-evil: " + LATIN, "Content-Length: 2", body=b"hi")), ANSWERED, 200, "hi"
    ),
    "ESC in a header's value": Attack(
        says(ok(b"x-evil: " + MARKS.encode(), "Content-Length: 2", body=b"hi")), ANSWERED | BROKEN
    ),
    "NUL in a header's value": Attack(
        says(ok(b"x-evil: a\x00b", "Content-Length: 2", body=b"hi")), ANSWERED | BROKEN
    ),
    "marks in a header's name": Attack(
        says(ok(LATIN + b": 1", "Content-Length: 2", body=b"hi")), ANSWERED | BROKEN
    ),
    "a name of 60 KiB": Attack(
        says(ok("x" * 60_000 + ": 1", "Content-Length: 2", body=b"hi")), ANSWERED | BROKEN
    ),
    "marks in the body": Attack(
        says(ok("Content-Type: application/json", body=MARKS.encode() * 9)), ANSWERED, 200, "\x1b]0"
    ),
    "marks in known headers": Attack(
        says(
            ok(
                *(
                    name.encode() + b": " + LATIN
                    for name in (
                        "x-amzn-ErrorType",
                        "x-amzn-RequestId",
                        "x-amz-apigw-id",
                        "Server",
                        "Date",
                        "Content-Type",
                        "Location",
                        "WWW-Authenticate",
                        "Via",
                    )
                ),
                "Content-Length: 2",
                status="403 Forbidden",
                body=b"hi",
            )
        ),
        ANSWERED,
        403,
        "hi",
    ),
    "invalid UTF-8": Attack(says(ok(body=b"\xff\xfe\xc0\x80\xed\xa0\x80ok")), ANSWERED, 200, "\ufffd", False),
    "UTF-16": Attack(
        says(ok("Content-Type: text/html; charset=utf-16", body="hi".encode("utf-16"))), ANSWERED, 200
    ),
    "a letter cut in two at the bound": Attack(
        says(ok(body=b"x" * 2047 + "é".encode() * 9)), ANSWERED, 200, "xx"
    ),
    "JSON nested deeply": Attack(
        says(ok("Content-Type: application/json", status="403 Forbidden", body=b"[" * 60_000)),
        ANSWERED,
        403,
        "[[[",
    ),
    "JSON with odd members": Attack(
        says(ok(status="403 Forbidden", body=b'{"message": {"Message": [1e999, null]}, "Message": 5}')),
        ANSWERED,
        403,
        '{"message',
    ),
    "a number of ten thousand digits": Attack(
        says(ok(status="403 Forbidden", body=b'{"message": ' + b"9" * 10_000 + b"}")), ANSWERED, 403
    ),
    "a date of the year 9999": Attack(
        says(ok("Date: Fri, 31 Dec 9999 23:59:59 GMT", body=b"hi")), ANSWERED, 200, "hi"
    ),
    "a date of the year 0": Attack(
        says(ok("Date: Sat, 01 Jan 0000 00:00:00 GMT", body=b"hi")), ANSWERED, 200, "hi"
    ),
    "a date with a zone of years": Attack(
        says(ok("Date: Fri, 31 Dec 9999 23:59:59 -9999", body=b"hi")), ANSWERED, 200, "hi"
    ),
    "a date that is none": Attack(says(ok("Date: " + "9" * 5000, body=b"hi")), ANSWERED, 200, "hi"),
    "two dates": Attack(
        says(ok("Date: Fri, 27 Nov 2026 00:00:00 GMT", "date: Fri, 27 Nov 2026 10:00:00 GMT", body=b"hi")),
        ANSWERED,
        200,
        "hi",
    ),
    "names that differ by case": Attack(
        says(ok("X-A: 1", "x-a: 2", "X-a: 3", "Set-Cookie: k=v", "SET-COOKIE: l=w", body=b"hi")),
        ANSWERED,
        200,
        "hi",
    ),
    "a redirect to the metadata service": Attack(
        says(ok(f"Location: {ELSEWHERE}", "Content-Length: 0", status="302 Found")), ANSWERED, 302, ""
    ),
    "a redirect that cannot be read": Attack(
        says(ok("Location: http://[::1/\\..%00", "Content-Length: 0", status="301 Moved")), ANSWERED, 301, ""
    ),
    "a refresh and a header for everything": Attack(
        says(ok(f"Refresh: 0; url={ELSEWHERE}", f"Link: <{ELSEWHERE}>", 'Alt-Svc: h3=":1"', body=b"hi")),
        ANSWERED,
        200,
        "hi",
    ),
    "folded headers": Attack(
        says(ok("x-a: 1", " 2", "\t3", "Content-Length: 2", body=b"hi")), ANSWERED | BROKEN
    ),
    "a header without a colon": Attack(says(ok("x-a", "Content-Length: 2", body=b"hi")), ANSWERED | BROKEN),
    "silence": Attack(_silent, {"timeout"}),
    "silence after the status line": Attack(keeps(b"HTTP/1.1 200 OK\r\n"), {"timeout"}),
    "silence after a header": Attack(keeps(b"HTTP/1.1 200 OK\r\nx: "), {"timeout"}),
    "silence in place of a body": Attack(keeps(ok("Content-Length: 9")), ANSWERED, 200, "", True),
    "silence in the body": Attack(keeps(ok("Content-Length: 9", body=b"hi")), ANSWERED, 200, "hi", True),
    "silence in the chunks": Attack(keeps(ok(CHUNKED, body=b"2\r\nhi\r\n")), ANSWERED, 200, "hi", True),
    "closes after the handshake": Attack(lambda one: None, {"reset"}),
    "resets after the handshake": Attack(lambda one: one.reset(), {"reset"}),
    "closes after the request": Attack(says(), {"reset"}),
    "resets after the request": Attack(resets(b""), {"reset"}),
    "resets in the status line": Attack(resets(b"HTTP/1.1 2"), BROKEN),
    "closes in the status line": Attack(says(b"HTTP/1.1 2"), BROKEN),
    "closes in the headers": Attack(says(b"HTTP/1.1 200 OK\r\nx: y"), ANSWERED | BROKEN),
    "resets in the headers": Attack(resets(b"HTTP/1.1 200 OK\r\nx: y"), BROKEN),
    "resets in the body": Attack(resets(ok("Content-Length: 9", body=b"hi")), ANSWERED, 200, "hi", True),
    "resets in the chunks": Attack(resets(ok(CHUNKED, body=b"2\r\nhi\r\n3\r\nt")), ANSWERED, 200, "hi", True),
    "a body of nothing but its end": Attack(says(ok("Content-Length: 0")), ANSWERED, 200, "", False),
}
"""Each attack by what it does."""
