"""Certificates as text: as much of X.509 (RFC 5280, in DER: X.690) as an observation tells, read with bounds.

A server's own certificate is hostile input; `ssl` reads one for us only when it was verified.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime
from typing import Any, Iterator, Tuple

_MAX_BYTES = 64 * 1024
MAX_SANS = 100
"""Most names of a certificate that are kept."""
_MAX_TEXT = 1024
_MAX_PARTS = 2000
_SEQUENCE, _SET, _OID, _BITS = 0x30, 0x31, 0x06, 0x03
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
_SAN = "2.5.29.17"

Part = Tuple[int, bytes]
"""Tag and content of one value."""


class DerError(ValueError):
    """The bytes are no certificate."""


def described(data: bytes) -> dict[str, Any]:
    """Return subject, issuer, names and dates of a certificate; nothing when it cannot be read."""
    try:
        return certificate(data)
    except DerError:
        return {}


def certificate(data: bytes) -> dict[str, Any]:
    """Return subject, issuer (RFC 4514), sans, not_before and not_after; raise `DerError` when *data* is none."""
    if len(data) > _MAX_BYTES:
        raise DerError("longer than any certificate")
    inside = _parts(_first(_first(data, _SEQUENCE), _SEQUENCE))
    if inside and inside[0][0] == 0xA0:  # the version
        inside = inside[1:]
    if len(inside) < 6 or any(inside[place][0] != _SEQUENCE for place in (2, 3, 4)):
        raise DerError("no certificate")
    dates = _parts(inside[3][1])
    if len(dates) != 2:
        raise DerError("no validity")
    return {
        "subject": _name(inside[4][1]),
        "issuer": _name(inside[2][1]),
        "sans": [name for tag, content in inside[6:] if tag == 0xA3 for name in _sans(content)][:MAX_SANS],
        "not_before": _moment(dates[0]),
        "not_after": _moment(dates[1]),
    }


def _walk(data: bytes) -> Iterator[Part]:
    """Yield the values that stand one after the other; lengths are definite and at most four bytes."""
    place = 0
    while place < len(data):
        tag = data[place]
        if tag & 0x1F == 0x1F or place + 2 > len(data):
            raise DerError("a tag that no certificate has")
        length = data[place + 1]
        place += 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4 or place + size > len(data):
                raise DerError("a length that cannot be read")
            length = int.from_bytes(data[place : place + size], "big")
            place += size
        if length > len(data) - place:
            raise DerError("cut off")
        yield tag, data[place : place + length]
        place += length


def _parts(data: bytes) -> list[Part]:
    found = []
    for part in _walk(data):
        found.append(part)
        if len(found) > _MAX_PARTS:
            raise DerError("more parts than any certificate has")
    return found


def _first(data: bytes, wanted: int) -> bytes:
    for tag, content in _walk(data):
        if tag == wanted:
            return content
        break
    raise DerError("something else was expected")


def _name(data: bytes) -> str:
    """Return a name as RFC 4514 writes it: the last part first."""
    sets = _parts(data)
    shown = ["+".join(_attribute(content) for _, content in _parts(part)) for _, part in reversed(sets)]
    return ",".join(shown)[:_MAX_TEXT]


def _attribute(data: bytes) -> str:
    parts = _parts(data)
    if len(parts) != 2 or parts[0][0] != _OID:
        raise DerError("no attribute of a name")
    number = _oid(parts[0][1])
    return f"{_SHORT.get(number, number)}={_escaped(*parts[1])}"


def _escaped(tag: int, content: bytes) -> str:
    if tag == _BITS:
        return f"#{content[1:].hex()}" if content[1:] else ""
    text = content.decode(_WIDE.get(tag, "utf-8"), "replace")
    for special in '\\"+,;<>':
        text = text.replace(special, "\\" + special)
    text = text.replace("\0", "\\00")
    if text[:1] == "#" or (text[:1] == " " and len(text) > 1):
        text = "\\" + text
    return text[:-1] + "\\ " if text[-1:] == " " else text


def _oid(content: bytes) -> str:
    if not 0 < len(content) <= 64 or content[-1] & 0x80:
        raise DerError("no object identifier")
    numbers, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    head = min(numbers[0] // 40, 2)
    return ".".join(str(number) for number in (head, numbers[0] - 40 * head, *numbers[1:]))


def _moment(part: Part) -> str:
    """Return a UTCTime (two-digit years: 1950 to 2049) or GeneralizedTime as ISO 8601 (RFC 5280, 4.1.2.5)."""
    tag, content = part
    text = content.decode("ascii", "replace")
    if tag == 0x17 and text[:2].isdigit():
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    try:
        if len(text) != 15 or not text[:14].isdigit() or not text.isascii():
            raise ValueError
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").isoformat() + "Z"
    except ValueError:
        raise DerError("no date") from None


def _sans(extensions: bytes) -> list[str]:
    """Return DNS names and addresses of the subject's alternative names."""
    for _, extension in _parts(_first(extensions, _SEQUENCE)):
        parts = _parts(extension)
        if len(parts) >= 2 and parts[0][0] == _OID and _oid(parts[0][1]) == _SAN:
            return [
                text
                for tag, content in _parts(_first(parts[-1][1], _SEQUENCE))
                for text in _plain(tag, content)
            ]
    return []


def _plain(tag: int, content: bytes) -> list[str]:
    if tag == 0x82:
        return [content.decode("utf-8", "replace")[:_MAX_TEXT]]
    if tag == 0x87 and len(content) in (4, 16):
        return [str(ipaddress.ip_address(content))]
    return []
