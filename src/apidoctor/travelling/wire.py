"""DNS messages (RFC 1035, RFC 6891): questions written, answers read; every bound is checked."""

from __future__ import annotations

import ipaddress
import struct
from typing import Any, NamedTuple

TYPES = {
    "A": 1,
    "NS": 2,
    "CNAME": 5,
    "SOA": 6,
    "PTR": 12,
    "MX": 15,
    "TXT": 16,
    "AAAA": 28,
    "SRV": 33,
    "DNAME": 39,
    "OPT": 41,
    "SVCB": 64,
    "HTTPS": 65,
}
"""Record types by their names."""
RCODES = {
    0: "NOERROR",
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
    9: "NOTAUTH",
    16: "BADVERS",
    23: "BADCOOKIE",
}
MAX_ALIASES = 8
"""Most CNAMEs that are followed in an answer."""
MAX_ADDRESSES = 64
"""Most records that are kept of an answer."""

_NAMES = {number: name for name, number in TYPES.items()}
_MAX_RECORDS = 1024
_MAX_TEXT = 2048
_MAX_JUMPS = 127  # as many as there can be labels
_SPECIAL = b'".;\\@$()'
_TO_NAMES = {"NS", "CNAME", "PTR", "DNAME"}
_QR, _AA, _TC, _RD = 0x8000, 0x0400, 0x0200, 0x0100
_EDE = 15  # RFC 8914: why a resolver answered as it did
_EDE_SAID = {
    4: "forged answer",
    6: "DNSSEC bogus",
    15: "blocked",
    16: "censored",
    17: "filtered",
    18: "prohibited",
    20: "not authoritative",
    22: "no reachable authority",
    23: "network error",
}


class WireError(ValueError):
    """The bytes are no DNS message, or no answer to the question; the text says why."""


class Record(NamedTuple):
    """One record: owner and value as text without the final dot, TTL in seconds."""

    name: str
    type: str
    value: str
    ttl: int


class Message(NamedTuple):
    """What a message says."""

    id: int
    is_answer: bool
    authoritative: bool
    truncated: bool
    rcode: str
    question: tuple[str, int, int] | None
    answer: list[Record]
    authority: list[Record]
    edns: int | None
    """UDP size that the server offers; None when it does not speak EDNS."""
    extended: str
    """Extended errors (RFC 8914) in words."""


def question(name: str, record: str, number: int, edns: int | None = 1232) -> bytes:
    """Write the question for *record* of *name* with the id *number*; *edns* is the UDP size offered.

    Raises `WireError` for what is no name or no known type.
    """
    kind = type_number(record)
    head = struct.pack("!6H", number, _RD, 1, 0, 0, 0 if edns is None else 1)
    opt = b"" if edns is None else b"\0" + struct.pack("!HHIH", TYPES["OPT"], edns, 0, 0)
    return head + write_name(name) + struct.pack("!2H", kind, 1) + opt


def type_number(record: str) -> int:
    """Return a record type's number; raise `WireError` for an unknown one."""
    try:
        return TYPES[record.upper()]
    except KeyError:
        raise WireError(f"{record!r} is no record type that is known here") from None


def write_name(name: str) -> bytes:
    """Write *name*; labels outside ASCII become punycode.  Raises `WireError` for what is no name."""
    out = b""
    for label in name.rstrip(".").split(".") if name.rstrip(".") else ():
        try:
            data = label.encode("ascii") if label.isascii() else label.encode("idna")
        except UnicodeError:
            raise WireError(f"{name!r} is no domain name") from None
        if not 0 < len(data) < 64:
            raise WireError(f"{name!r} has a label of {len(data)} bytes (1 to 63 are allowed)")
        out += bytes((len(data),)) + data
    if len(out) > 254:
        raise WireError("the name is longer than 255 bytes")
    return out + b"\0"


def read(data: bytes) -> Message:
    """Read a message.  Raises `WireError` when it is none; of a truncated one what is there is read."""
    if len(data) < 12:
        raise WireError("shorter than a header")
    number, flags, asked, answers, authorities, more = struct.unpack_from("!6H", data)
    if asked > 1:
        raise WireError("more than one question")
    offset, question = 12, None
    if asked:
        owner, offset = _name(data, offset)
        kind, group = _unpack("!2H", data, offset)
        offset, question = offset + 4, (owner, kind, group)
    sections: list[list[Record]] = [[], [], []]
    rcode, edns, extended = flags & 15, None, ""
    try:
        for section, count in zip(sections, (answers, authorities, more)):
            for _ in range(count):
                offset, found, opt = _record(data, offset, len(section) < _MAX_RECORDS)
                if found:
                    section.append(found)
                if opt and edns is None:
                    edns, extended = opt[0], opt[2]
                    rcode |= opt[1] << 4
    except WireError:
        if not flags & _TC:
            raise
    return Message(
        number,
        bool(flags & _QR),
        bool(flags & _AA),
        bool(flags & _TC),
        RCODES.get(rcode, f"RCODE{rcode}"),
        question,
        sections[0],
        sections[1],
        edns,
        extended,
    )


def answers(message: Message, name: str, record: str, number: int) -> bool:
    """Say whether *message* is an answer to this question: id, direction, and the question echoed.

    A server that could not read the question may leave it out (RFC 1035, section 4.1.1).
    """
    if message.id != number or not message.is_answer:
        return False
    if message.question is None:
        return message.rcode in ("FORMERR", "SERVFAIL", "NOTIMP", "REFUSED")
    asked, _ = _name(write_name(name), 0)
    owner, kind, group = message.question
    return owner.lower() == asked.lower() and kind == type_number(record) and group == 1


def follow(message: Message, name: str, record: str) -> dict[str, Any]:
    """Return outcome, chain, addresses and soa: the aliases in their order, and the records where they end."""
    owner, _ = _name(write_name(name), 0)
    aliases = {one.name.lower(): one for one in reversed(message.answer) if one.type == "CNAME"}
    chain: list[Record] = []
    while record != "CNAME" and owner.lower() in aliases and len(chain) < MAX_ALIASES:
        chain.append(aliases[owner.lower()])
        owner = chain[-1].value
    there = owner.lower()
    found = [one for one in message.answer if one.name.lower() == there and one.type == record]
    found = found[:MAX_ADDRESSES]
    outcome = "answer" if found else "nodata"
    if message.rcode != "NOERROR":
        known = {"NXDOMAIN": "nxdomain", "SERVFAIL": "servfail", "REFUSED": "refused"}
        outcome = known.get(message.rcode, "error")
    elif not found and len(chain) == MAX_ALIASES:
        outcome = "error"  # a loop, or a chain that no resolver would follow
    return {
        "outcome": outcome,
        "chain": [one._asdict() for one in chain + found],
        "addresses": [one.value for one in found if outcome == "answer" and record in ("A", "AAAA")],
        "soa": next((one.name for one in message.authority if one.type == "SOA"), None),
    }


def extended_error(number: int, words: str) -> str:
    """Return an extended error (RFC 8914) in words: its number, what that means, and the server's own, cut."""
    return ": ".join(
        part for part in (f"extended error {number}", _EDE_SAID.get(number, ""), words[:200]) if part
    )


def _unpack(form: str, data: bytes, offset: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, data, offset)
    except struct.error:
        raise WireError("cut off") from None


def _name(data: bytes, offset: int) -> tuple[str, int]:
    """Read the name at *offset*; return it with the offset behind it.  A pointer must point backwards."""
    labels: list[str] = []
    size, behind, lowest, jumps = 0, -1, offset, 0
    while True:
        (length,) = _unpack("!B", data, offset)
        offset += 1
        if length >= 192:
            (low,) = _unpack("!B", data, offset)
            behind = offset + 1 if behind < 0 else behind
            offset = (length & 63) << 8 | low
            lowest, jumps, forwards = offset, jumps + 1, offset >= lowest
            if forwards or jumps > _MAX_JUMPS:
                raise WireError("a name that points forwards, in a loop or too often")
            continue
        if length >= 64:
            raise WireError("a label of an unknown kind")
        if length == 0:
            return ".".join(labels), offset if behind < 0 else behind
        label = data[offset : offset + length]
        offset, size = offset + length, size + length + 1
        if len(label) < length or size > 254:
            raise WireError("a name that is cut off or too long")
        labels.append(_text(label, _SPECIAL))


def _text(data: bytes, special: bytes) -> str:
    r"""Write bytes as master files do: ``\.`` for a special sign, ``\032`` for what is not printable."""
    return "".join(
        "\\" + chr(byte) if byte in special else chr(byte) if 32 < byte < 127 else f"\\{byte:03d}"
        for byte in data
    )


def _record(data: bytes, offset: int, wanted: bool) -> tuple[int, Record | None, tuple[int, int, str] | None]:
    """Read one record: return the offset behind it, and the record or what an OPT record tells."""
    owner, offset = _name(data, offset)
    kind, group, ttl, length = _unpack("!HHIH", data, offset)
    offset += 10
    end = offset + length
    if end > len(data):
        raise WireError("a record that is cut off")
    if kind == TYPES["OPT"]:
        return end, None, (group, ttl >> 24, _extended(data[offset:end]))
    if group != 1 or not wanted:
        return end, None, None
    value = _value(_NAMES.get(kind, ""), data, offset, end)
    ttl = 0 if ttl > 0x7FFFFFFF else ttl  # RFC 2181, section 8
    return end, Record(owner, _NAMES.get(kind, f"TYPE{kind}"), value[:_MAX_TEXT], ttl), None


def _value(kind: str, data: bytes, offset: int, end: int) -> str:
    """Return a record's data as master files write it, names without their final dot."""
    raw, behind = data[offset:end], end
    if kind == "A" and len(raw) == 4:
        return str(ipaddress.IPv4Address(raw))
    if kind == "AAAA" and len(raw) == 16:
        return str(ipaddress.IPv6Address(raw))
    if kind in ("A", "AAAA"):
        raise WireError("an address of a wrong length")
    if kind in _TO_NAMES:
        text, behind = _name(data, offset)
    elif kind == "SOA":
        server, behind = _name(data, offset)
        mail, behind = _name(data, behind)
        numbers = _unpack("!5I", data, behind)
        text, behind = " ".join([server, mail, *map(str, numbers)]), behind + 20
    elif kind in ("MX", "SRV"):
        numbers = _unpack("!H" if kind == "MX" else "!3H", data, offset)
        there, behind = _name(data, offset + 2 * len(numbers))
        text = " ".join([*map(str, numbers), there])
    elif kind == "TXT":
        text = " ".join(f'"{part}"' for part in _strings(raw))
    else:
        text = f"\\# {len(raw)} {raw.hex()}".rstrip()  # RFC 3597
    if behind != end:
        raise WireError("a record whose length does not fit")
    return text


def _strings(raw: bytes) -> list[str]:
    parts = []
    while raw:
        length = raw[0]
        if length >= len(raw):
            raise WireError("a text that is cut off")
        parts.append(_text(raw[1 : length + 1], b'"\\').replace("\\032", " "))
        raw = raw[length + 1 :]
    return parts


def _extended(options: bytes) -> str:
    """Return the extended errors among the options of an OPT record, in words."""
    said: list[str] = []
    while len(options) >= 4 and len(said) < 4:
        code, length = struct.unpack_from("!2H", options)
        body, options = options[4 : 4 + length], options[4 + length :]
        if code == _EDE and len(body) >= 2:
            words = body[2:202].decode("utf-8", "replace").rstrip("\0")
            said.append(extended_error(int.from_bytes(body[:2], "big"), words))
    return "; ".join(said)
