"""Whether a text that a server shows belongs to the request that was sent, or to an older one.

The verifier takes the time of its string to sign from the request, to the second: a text of another second is of
another request, such as a cache answers with.  A box that changes ``X-Amz-Date`` may make both times of the text others
too; a text that has the own time in one of the two is the request's own, and so is one beside the id that was sent.
"""

import re

from msgspec import Struct

from apidoctor.model.observation import HttpSeen
from apidoctor.reasoning.signing.split import Parts

_STAMP = re.compile(r"\d{8}T\d{6}Z")
_IN_QUERY = re.compile(r"(?:^|&)x-amz-date=([^&]*)", re.IGNORECASE)
ID = "x-amzn-requestid"
"""The id that this run sends with a call; API Gateway may give it back, and no cache can know it."""


class Another(Struct, frozen=True):
    """A text of another request."""

    ours: str
    """When the request was signed that was sent."""
    theirs: str
    """When that was signed which the server's text is of."""


def of_another(
    seen: HttpSeen, signed: Parts, received: Parts, ours: str | None, theirs: str | None
) -> Another | None:
    """Return the two times where the server's texts are of another request than *seen*; None where they may be of it.

    *ours* and *theirs* are the strings to sign.
    """
    mine = _second_line(ours) or _date(signed)
    shown = [stamp for stamp in (_second_line(theirs), _date(received)) if stamp]
    if mine is None or not shown or mine in shown or _is_echoed(seen):
        return None
    return Another(mine, shown[0])


def _second_line(text: str | None) -> str | None:
    lines = (text or "").split("\n")
    return _stamp(lines[1]) if len(lines) > 1 else None


def _date(parts: Parts) -> str | None:
    """Return the time in a canonical request: of its header, or of a presigned query."""
    found = _IN_QUERY.search(parts.query or "")
    return _stamp(parts.headers.get("x-amz-date", "")) or (_stamp(found[1]) if found else None)


def _stamp(text: str) -> str | None:
    return text if _STAMP.fullmatch(text) else None


def _is_echoed(seen: HttpSeen) -> bool:
    given = {value for name, value in seen.headers.items() if name.lower() == ID}
    return seen.sent.get(ID) in given
