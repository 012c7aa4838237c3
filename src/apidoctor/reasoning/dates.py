"""Dates as HTTP writes them."""

import re
from datetime import UTC, datetime

_IMF = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(text: str) -> datetime:
    """Read an HTTP date, in UTC; raises ValueError, TypeError or OverflowError for one that is none.

    Servers write the fixed form (RFC 9110, section 5.6.7); older forms are left to the standard library.
    """
    match = _IMF.fullmatch(text.strip())
    if match and match[2] in _MONTHS:
        day, year, hour, minute, second = (int(match[number]) for number in (1, 3, 4, 5, 6))
        return datetime(year, _MONTHS.index(match[2]) + 1, day, hour, minute, second, tzinfo=UTC)
    from email.utils import parsedate_to_datetime  # takes longer to import than most runs to judge

    found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
