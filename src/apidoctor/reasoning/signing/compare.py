"""Two canonical requests side by side: each line that differs, with what it means and the fault it proves.

What was *sent* decides who is to blame: a signed line that is not what was sent is the client's (A15, A25), a received
one that is not what was sent was changed on the way (A26).
"""

from collections.abc import Iterator

from msgspec import Struct

from apidoctor.reasoning.signing.canonical import canonical_value, other_readings
from apidoctor.reasoning.signing.meaning import (
    OTHER_RULE,
    Meaning,
    as_sent,
    of_header,
    of_host,
    of_other_rule,
    of_path,
    of_payload,
    of_query,
    on_the_way,
)
from apidoctor.reasoning.signing.split import NOT_KNOWN, SENT, Parts, Wire

MOST = 20
"""Differences that are told."""


class Difference(Struct, frozen=True):
    """One line that differs."""

    element: str
    """``method``, ``path``, ``query``, ``header NAME``, ``signed headers``, ``payload hash``."""
    signed: str | None
    """The line as it was signed; None: there is none."""
    received: str | None
    """The line as the server has it; None: there is none."""
    meaning: Meaning
    """What it means."""


def compare(
    signed: Parts,
    received: Parts,
    sent_host: str | None,
    sent: Parts | None = None,
    line: Wire = NOT_KNOWN,
) -> list[Difference]:
    """Return the lines that differ, in their order; what is not known on one side differs from nothing.

    *sent_host* is the Host header that was really sent, *sent* what a signer that is right makes of what was sent; None
    where nothing but that tells what was signed.  *line* is the request line as it was sent: a server that shows it as
    it stands got it unchanged, by whatever rule it reads it.
    """
    found = _differences(signed, received, sent_host, sent or Parts(), line)
    return [difference for difference, _ in zip(found, range(MOST), strict=False)]


def _differences(
    signed: Parts, received: Parts, sent_host: str | None, sent: Parts, line: Wire
) -> Iterator[Difference]:
    if signed.method and received.method and signed.method != received.method:
        meaning = Meaning(
            "A26",
            f"The method arrived as {received.method[:20]}: something on the way changed it.",
            "Keep proxies on the way from changing the method.",
        )
        yield Difference("method", signed.method, received.method, meaning)
    if signed.path is not None and received.path is not None and signed.path != received.path:
        meaning = _of_path(signed.path, received.path, sent.path, line.path)
        yield Difference("path", signed.path, received.path, meaning)
    if signed.query is not None and received.query is not None and signed.query != received.query:
        meaning = _of_query(signed.query, received.query, sent.query, line.query)
        yield Difference("query", signed.query, received.query, meaning)
    yield from _headers(signed, received, sent_host, sent)
    yield from _names(signed, received)
    if signed.payload_hash and received.payload_hash and signed.payload_hash != received.payload_hash:
        meaning = of_payload(signed.payload_hash, received.payload_hash)
        meaning = meaning if signed.payload_hash != sent.payload_hash else on_the_way(meaning, "body")
        yield Difference("payload hash", signed.payload_hash, received.payload_hash, meaning)


def _of_path(signed: str, received: str, sent: str | None, line: str | None) -> Meaning:
    if line is not None and received in other_readings(line):
        return of_other_rule(line, received)
    meaning = of_path(signed, received)
    if received == sent:
        return as_sent(meaning, "path")
    return on_the_way(meaning, "path") if signed == sent else meaning


def _of_query(signed: str, received: str, sent: str | None, line: str | None) -> Meaning:
    if received == line and sent is not None and line != sent:
        return OTHER_RULE
    meaning = of_query(signed, received)
    if received in (sent, line):
        return as_sent(meaning, "query")
    return on_the_way(meaning, "query") if signed == sent else meaning


def _headers(signed: Parts, received: Parts, sent_host: str | None, sent: Parts) -> Iterator[Difference]:
    for name in dict.fromkeys([*signed.headers, *received.headers]):
        ours, theirs = signed.headers.get(name), received.headers.get(name)
        if ours == theirs or (ours is None and signed.is_partial) or (theirs is None and received.is_partial):
            continue
        if ours == SENT and theirs:
            continue
        lines = (_line(name, ours), _line(name, theirs))
        if name == "host":
            for meaning in of_host(ours or "", theirs or "", sent_host):
                yield Difference("header host", *lines, meaning)
        else:
            meaning = of_header(name[:60], ours, theirs)
            # Spaces alone are collapsed by whoever reads the value: only letters can have been changed.
            is_sent = ours is not None and ours == sent.headers.get(name)
            if is_sent and canonical_value(ours or "") != canonical_value(theirs or ""):
                meaning = on_the_way(meaning, "header")
            yield Difference(f"header {name[:60]}", *lines, meaning)


def _line(name: str, value: str | None) -> str | None:
    return None if value is None else f"{name}:{value}"


def _names(signed: Parts, received: Parts) -> Iterator[Difference]:
    ours, theirs = signed.signed_headers, received.signed_headers
    if not ours or not theirs or ours == theirs:
        return
    if sorted(ours.lower().split(";")) == sorted(theirs.lower().split(";")):
        meaning = Meaning(
            "A25",
            "The names of the signed headers have another order or case.",
            "Write the names of the signed headers in lower case and sort them.",
        )
    else:
        meaning = Meaning(
            "A26",
            "The list of signed headers is another: the Authorization header was rewritten on the way.",
            "Keep proxies on the way from touching the Authorization header.",
        )
    yield Difference("signed headers", ours, theirs, meaning)
