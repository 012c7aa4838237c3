"""As much of a certificate (RFC 5280, in DER: X.690) as an observation tells, read with bounds: it is hostile input,
and `ssl` reads only one that it verified."""

from __future__ import annotations

import ipaddress
from datetime import datetime
from typing import Any

_SEQUENCE, _OID, _BITS = 0x30, 0x06, 0x03
_MAX_BYTES, _MAX_TEXT, _MAX_PARTS, MAX_SANS = 128 * 1024, 1024, 2000, 100  # OpenSSL takes chains of 100 KiB
_SHORT = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
"""Names that RFC 4514, section 3, gives to attributes; others are told by their number."""
_WIDE = {0x1E: "utf-16-be", 0x1C: "utf-32-be"}


class DerError(ValueError):
    """The bytes are no certificate."""


def described(data: bytes) -> dict[str, Any]:
    """Return what `certificate` does; nothing when it cannot be read."""
    try:
        return certificate(data)
    except DerError:
        return {}


def certificate(data: bytes) -> dict[str, Any]:
    """Return subject, issuer (RFC 4514), sans, not_before and not_after; raise `DerError` when *data* is none."""
    if len(data) > _MAX_BYTES:
        raise DerError("longer than any certificate")
    inside = _only(_content(data))
    if inside[0][0] == 0xA0:  # the version
        inside = inside[1:]
    if [tag for tag, _ in inside[2:5]] != [_SEQUENCE] * 3 or len(inside) < 6:
        raise DerError("no certificate")
    moments = [_moment(*part) for part in _parts(inside[3][1])]
    if len(moments) != 2:
        raise DerError("no validity")
    extensions = [part for tag, content in inside[6:] if tag == 0xA3 for part in _only(content)]
    return {
        "subject": _name(inside[4][1]),
        "issuer": _name(inside[2][1]),
        "sans": [name for _, one in extensions for name in _sans(_parts(one))][:MAX_SANS],
        "not_before": moments[0],
        "not_after": moments[1],
    }


def _parts(data: bytes, most: int | None = None) -> list[tuple[int, bytes]]:
    """Return tag and content of the values that stand one after the other; lengths are at most four bytes.

    With *most*, what follows so many is not looked at; without, more than any honest list has is an error.
    """
    found: list[tuple[int, bytes]] = []
    place = 0
    while place < len(data) and len(found) != most:
        if len(data) < place + 2 or data[place] & 0x1F == 0x1F or len(found) == _MAX_PARTS:
            raise DerError("no certificate has that")
        tag, length = data[place], data[place + 1]
        place += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[place : place + size], "big") if 1 <= size <= 4 else len(data)
            place += size
        if length > len(data) - place:
            raise DerError("cut off")
        found.append((tag, data[place : place + length]))
        place += length
    return found


def _content(data: bytes) -> bytes:
    """Return the content of the sequence that *data* begins with; what follows is not looked at."""
    for tag, content in _parts(data)[:1]:
        if tag == _SEQUENCE and content:
            return content
    raise DerError("no sequence")


def _only(data: bytes) -> list[tuple[int, bytes]]:
    return _parts(_content(data))


def _name(data: bytes) -> str:
    """Return a name as RFC 4514 writes it: the last part first."""
    sets = [[_attribute(_parts(one)) for _, one in _parts(part)] for _, part in _parts(data)]
    return ",".join("+".join(one) for one in reversed(sets))[:_MAX_TEXT]


def _attribute(parts: list[tuple[int, bytes]]) -> str:
    if len(parts) != 2 or parts[0][0] != _OID:
        raise DerError("no attribute of a name")
    number, (tag, content) = _oid(parts[0][1]), parts[1]
    text = content.decode(_WIDE.get(tag, "utf-8"), "replace")
    for special in '\\"+,;<>':
        text = text.replace(special, "\\" + special)
    text = text.replace("\0", "\\00")
    if text[:1] == "#" or (text[:1] == " " and len(text) > 1):
        text = "\\" + text
    if text[-1:] == " ":
        text = text[:-1] + "\\ "
    if tag == _BITS:
        text = f"#{content[1:].hex()}" if content[1:] else ""
    return f"{_SHORT.get(number, number)}={text}"


def _oid(content: bytes) -> str:
    if not 0 < len(content) <= 64 or content[-1] & 0x80:
        raise DerError("no object identifier")
    numbers = [0]
    for byte in content:
        numbers[-1] = numbers[-1] << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(0)
    head = min(numbers[0] // 40, 2)
    return ".".join(map(str, (head, numbers[0] - 40 * head, *numbers[1:-1])))


def _moment(tag: int, content: bytes) -> str:
    """Return a UTCTime (two-digit years: 1950 to 2049) or GeneralizedTime as ISO 8601 (RFC 5280, 4.1.2.5)."""
    text = content.decode("latin-1")
    if tag == 0x17:
        text = ("20" if text[:1] < "5" else "19") + text
    try:
        if len(text) != 15 or not (text.isascii() and text[:14].isdigit()):
            raise ValueError
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").isoformat() + "Z"
    except ValueError:
        raise DerError("no date") from None


def _sans(extension: list[tuple[int, bytes]]) -> list[str]:
    """Return DNS names and addresses, where *extension* is the subject's alternative names (2.5.29.17)."""
    if len(extension) < 2 or extension[0] != (_OID, b"\x55\x1d\x11"):
        return []
    names = []
    for tag, content in _parts(_content(extension[-1][1]), MAX_SANS):
        if tag == 0x82:
            names.append(content.decode("utf-8", "replace")[:_MAX_TEXT])
        elif tag == 0x87 and len(content) in (4, 16):
            names.append(str(ipaddress.ip_address(content)))
    return names
