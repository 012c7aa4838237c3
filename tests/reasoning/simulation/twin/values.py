"""Values that are not texts: numbers, times, bytes, addresses. ``None`` means: not of this type.

Source: IAM User Guide, "Condition operators", one heading for each type.
"""

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS = re.compile(r"-?\d+(\.\d+)?")
MOMENT = re.compile(
    r"(\d{4})-(\d\d)(?:-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?)?"
)


def number(text: str) -> Decimal | None:
    """A whole or decimal number."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def moment(text: str) -> Decimal | None:
    """Seconds since 1970, of an ISO 8601 date and time or of epoch seconds; a time without zone is UTC."""
    text = text.strip()
    if SECONDS.fullmatch(text):
        return Decimal(text)
    found = MOMENT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        at = datetime(
            int(year),
            int(month),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    if zone and zone not in "Zz":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        at += offset if zone[0] == "-" else -offset
    return Decimal(int((at - EPOCH).total_seconds())) + Decimal(fraction or 0)


def octets(text: str) -> bytes | None:
    """The bytes that a base64 text stands for."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def address(text: str) -> Address | None:
    """An IPv4 or IPv6 address."""
    try:
        return ipaddress.ip_address(text.strip())
    except ValueError:
        return None


def network(text: str) -> Network | None:
    """A CIDR range; without a mask it is one host, bits behind the mask do not count."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
