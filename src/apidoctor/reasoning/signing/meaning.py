"""What it means that a line of the canonical request differs."""

import re
from typing import Literal
from urllib.parse import quote, unquote

from msgspec import Struct

from apidoctor.model.request import wire_path
from apidoctor.reasoning.signing.canonical import (
    EMPTY_HASH,
    UNSIGNED,
    canonical_path,
    canonical_value,
    normal_path,
    strict,
)

_MOST_NAMES = 5
_PLUS_OR_SPACE = re.compile(r"\+|%2B|%20", re.IGNORECASE)


class Meaning(Struct, frozen=True):
    """What one difference means."""

    fault: str
    """Fault id."""
    words: str
    """One sentence."""
    fix: str
    """What to change."""
    rival: str | None = None
    """Another fault with the same difference; None: there is none."""


ON_THE_WAY = (
    "Keep the proxy or load balancer on the way from rewriting it, or let it sign the request itself."
)
_ENCODE = "Let a current AWS SDK sign, or encode as the rule says: apidoctor sign TARGET --explain shows it."


_CHANGED = {
    "path": "The path was signed as it was sent and arrived in another form: something on the way encodes, decodes or "
    "shortens it.",
    "query": "The query was signed as it was sent and arrived in another form: something on the way rewrites it.",
    "body": "The body was signed as it was sent, and another one arrived: something on the way changes or adds one.",
    "header": "The header was signed as it was sent and arrived in other letters: something on the way writes it anew.",
}


def on_the_way(meaning: Meaning, part: Literal["path", "query", "body", "header"]) -> Meaning:
    """Return what a difference means of which the signed side is what was sent: it is not the client's."""
    return meaning if meaning.fault == "A26" else Meaning("A26", _CHANGED[part], ON_THE_WAY)


def of_other_rule(sent: str, received: str) -> Meaning:
    """Return what differs where *received* is the path as it was *sent*, and only read by another rule.

    A path that was decoded on the way may look the same: by the right rule it then is encoded once, as the sent one.
    """
    told = []
    if normal_path(received) != received:
        told.append("with its dot segments and double slashes")
    if quote(normal_path(sent), safe="/-_.~") != quote(normal_path(received), safe="/-_.~%"):
        told.append("not encoded once more")
    how = " and ".join(told) or "its reserved characters not encoded"
    decoded = unquote(received)
    if decoded != sent and wire_path(decoded) == decoded and canonical_path(decoded) == received:
        words = (
            f"The path arrived decoded once ({decoded[:80]}): something on the way decodes it. Or it arrived as it was "
            "sent, and is read without being encoded once more; the text of the server is the same for both."
        )
        return Meaning("A26", words, ON_THE_WAY, rival="A25")
    words = f"The path arrived as it was sent, and the server reads it by another rule: {how}."
    fix = (
        f"Send a path without what is read in two ways, or sign it as the server shows it ({received[:80]}): "
        "apidoctor sign TARGET --explain shows the rule."
    )
    return Meaning("A25", words, fix)


OTHER_RULE = Meaning(
    "A25",
    "The query arrived as it was sent, and the server reads it by another rule: not sorted and encoded once more.",
    "Send the parameters encoded strictly and sorted by name, then value: then every rule makes the same of them.",
)
"""What it means that a query is shown as it was sent, and a right signer makes another of it."""


def as_sent(meaning: Meaning, part: Literal["path", "query"]) -> Meaning:
    """Return what a difference means of which the received side is what was sent: nothing on the way changed it."""
    words = f"The {part} arrived as it was sent, and another one was signed."
    return meaning if meaning.fault == "A25" else Meaning("A25", words, f"Sign the {part} that is sent.")


def of_host(signed: str, received: str, sent: str | None) -> list[Meaning]:
    """Return what differs about the Host: the client signed another one than it sent, or another one arrived."""
    found = []
    client = sent is None or signed.lower() != sent.lower()
    if client:
        port = f" The port is part of it: {signed} is not {sent}." if _same_name(signed, sent or "") else ""
        words = f"The signature is for Host {signed}, the request was sent with {sent or received}.{port}"
        found.append(Meaning("A15", words, f"Sign the Host header that is sent ({sent or received})."))
    if sent is not None and received.lower() != sent.lower():
        words = f"The request was sent with Host {sent}, API Gateway received {received or 'none'}."
        found.append(
            Meaning(
                "A26", words, "Keep the proxy or load balancer on the way from rewriting the Host header."
            )
        )
    if not found:
        words = f"The Host {signed} and {received} differ in their case only."
        if sent == signed:
            return [on_the_way(Meaning("A25", words, ON_THE_WAY), "header")]
        found.append(Meaning("A25", words, "Sign the Host in the spelling in which it is sent."))
    return found


def _same_name(one: str, other: str) -> bool:
    return one.lower().partition(":")[0] == other.lower().partition(":")[0]


def of_path(signed: str, received: str) -> Meaning:
    """Return what differs about two canonical paths."""
    if signed in (quote(received, safe="/-_.~"), unquote(received)) or received == unquote(signed):
        once, twice = ("received", "signed") if len(signed) > len(received) else ("signed", "received")
        words = (
            f"The path was encoded once more in the {twice} request than in the {once} one: for execute-api the path "
            "is encoded twice (%20 becomes %2520), for S3 once."
        )
        return Meaning(
            "A25", words, "Sign for service execute-api with a signer that encodes the path twice."
        )
    ours, theirs = _decoded(signed), _decoded(received)
    if ours == theirs:
        return Meaning("A25", "The path has another percent-encoding (hex digits, %2F, UTF-8).", _ENCODE)
    if normal_path(ours) == normal_path(theirs):
        words = "Dot segments or double slashes of the path were resolved on one side only."
        return Meaning("A25", words, "Send the path without dot segments and double slashes.")
    if ours.rstrip("/") == theirs.rstrip("/"):
        change = "added" if theirs.endswith("/") else "removed"
        return Meaning("A26", f"A slash at the end of the path was {change} on the way.", ON_THE_WAY)
    if theirs.endswith(ours) or ours.endswith(theirs):
        change, longer, shorter = (
            ("added", theirs, ours) if len(theirs) > len(ours) else ("removed", ours, theirs)
        )
        part = longer[: len(longer) - len(shorter)]
        words = f"{part[:80]} was {change} at the beginning of the path on the way: a stage or base path is rewritten."
        return Meaning("A26", words, ON_THE_WAY)
    return Meaning("A26", "Another path arrived than was sent: it is rewritten on the way.", ON_THE_WAY)


def _decoded(path: str) -> str:
    return unquote(unquote(path))


def of_query(signed: str, received: str) -> Meaning:
    """Return what differs about two canonical queries; values are not repeated."""
    ours, theirs = signed.split("&"), received.split("&")
    if sorted(ours) == sorted(theirs):
        return Meaning(
            "A25", "The query has the same parameters in another order.", "Sort them by name, then value."
        )
    if sorted(map(_with_value, ours)) == sorted(map(_with_value, theirs)):
        words = "A parameter without a value has no = on one side: it must have one in the canonical request."
        return Meaning("A25", words, "Write the = of parameters without a value.")
    if _read(ours) == _read(theirs):
        return Meaning("A25", "The query has the same parameters in another percent-encoding.", _ENCODE)
    if sorted(map(_spaced, ours)) == sorted(map(_spaced, theirs)):
        words = "A + in the query was read as a space on one side and as a plus on the other."
        return Meaning("A25", words, "Send %20 for a space and %2B for a plus.")
    return Meaning("A26", f"{_changed(ours, theirs)} on the way.", ON_THE_WAY)


def _with_value(part: str) -> str:
    return part if "=" in part or not part else f"{part}="


def _read(parts: list[str]) -> list[tuple[str, str]]:
    pairs = (part.partition("=")[::2] for part in parts if part)
    return sorted((strict(unquote(name)), strict(unquote(value))) for name, value in pairs)


def _spaced(part: str) -> str:
    return _PLUS_OR_SPACE.sub(" ", part)


def _changed(ours: list[str], theirs: list[str]) -> str:
    names = [{part.partition("=")[0] for part in parts if part} for parts in (ours, theirs)]
    added, gone = sorted(names[1] - names[0]), sorted(names[0] - names[1])
    if added or gone:
        told = [f"{_list(found)} {word}" for found, word in ((added, "added"), (gone, "removed")) if found]
        return f"Query parameters were changed ({'; '.join(told)})"
    differing = sorted({part.partition("=")[0] for part in {*ours} ^ {*theirs}})
    return f"The value of query parameters was changed ({_list(differing)})"


def _list(names: list[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:_MOST_NAMES])
    return f"{shown}, …" if len(names) > _MOST_NAMES else shown


def of_header(name: str, signed: str | None, received: str | None) -> Meaning:
    """Return what differs about a signed header that is not the Host."""
    if signed is None:
        return Meaning(
            "A26", f"The header {name} was not signed, and the server counts it as signed.", ON_THE_WAY
        )
    if not received:
        fix = f"Let {name} pass on the way, or do not sign it."
        return Meaning("A26", f"The signed header {name} was removed on the way.", fix)
    if canonical_value(signed) == canonical_value(received) or signed.lower() == received.lower():
        words = f"The header {name} differs in spaces or case only."
        return Meaning(
            "A25", words, f"Sign {name} trimmed, with single spaces, in the case in which it is sent."
        )
    fix = f"Keep {name} unchanged on the way, or do not sign it."
    return Meaning("A26", f"The signed header {name} was changed on the way.", fix)


def of_payload(signed: str, received: str) -> Meaning:
    """Return what differs about the hash of the body."""
    if UNSIGNED in (signed, received):
        words = f"{UNSIGNED} stands for the hash on one side: API Gateway hashes the body."
        return Meaning("A25", words, "Sign the SHA-256 of the body.")
    if received == EMPTY_HASH:
        return Meaning(
            "A25", "A body was signed, and none arrived.", "Send the body that is signed, byte for byte."
        )
    if signed == EMPTY_HASH:
        words = "The signature is for an empty body, and one arrived."
        return Meaning("A25", words, "Sign the body that is sent, byte for byte.")
    words = "The body that arrived is not the body that was signed: written anew after signing, or changed on the way."
    return Meaning("A25", words, "Sign the bytes that are sent; keep proxies from changing the body.")
