"""Access log lines, read by the template that the stage wrote them with.

A stage's format is any text with ``$context`` variables (JSON, CSV, XML, the common log format …); a line is that text
with each variable replaced by its value, ``-`` where there is none.
Source: API Gateway developer guide, "Set up CloudWatch logging for REST APIs" (formats) and "Variables for access
logging".
"""

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_FORMAT = 4096
"""Most characters of a format that are read; AWS takes at most 3 KB."""
MAX_LINE = 8192
"""Most characters of a line that are read."""
MAX_STEPS = 20_000
"""Most places that are tried for the pieces of a template: a hostile line must not cost more."""

VARIABLE = re.compile(r"\$context\.([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)")
"""A variable of a format; its name without ``$context.``."""

_NUMBER = r"\d+"
_STATUS = r"\d{3}"
_SHAPES: tuple[tuple[str, str], ...] = (
    (r"(?:.*\.)?(?:status|integrationStatus)|integrationStatus", _STATUS),
    (r"(?:.*\.)?(?:latency|responseLatency|integrationLatency|responseLength)|requestTimeEpoch", _NUMBER),
    (r"requestId", r"[0-9A-Fa-f-]{36}|UUID_REPLACED_INVALID_REQUEST_ID"),
    (r"extendedRequestId", r"[\w=+/-]+"),
    (r"error\.responseType", r"[A-Z0-9_]+"),
    (r"wafResponseCode", r"[A-Z_]+"),
    (r"identity\.vpceId", r"vpce-\w+"),
    (r"identity\.vpcId", r"vpc-\w+"),
    (r"identity\.sourceIp", r"[0-9A-Fa-f.:]+"),
    (r"httpMethod", r"[A-Z]+"),
    (r"(?:identity\.)?(?:accountId|apiId|stage|resourceId)", r"[\w.-]+"),
)
"""What the value of a variable looks like, where that is known: it tells where one value ends and the next begins."""


def variables(template: str) -> list[str]:
    """Return the variables that a format names, in its order."""
    return VARIABLE.findall(template[:MAX_FORMAT])


def read_line(template: str, line: str) -> dict[str, str] | None:
    """Return the values of the template's variables in *line*; None when the line was not written with it.

    A value ``-`` is left out: there is none.  A variable that stands twice must have one value.
    """
    template, line = template[:MAX_FORMAT].strip(), line[:MAX_LINE].strip()
    pieces = VARIABLE.split(template)
    names, literals = pieces[1::2], pieces[0::2]
    if not names:
        return None
    values = _Fit(names, literals, line).values()
    if values is None:
        return None
    found: dict[str, str] = {}
    for name, value in zip(names, values, strict=True):
        if found.setdefault(name, value) != value:
            return None
    return {name: value for name, value in found.items() if value not in ("-", "")}


class _Fit:
    """Finds places for the literal pieces of a template in a line; each place is tried once."""

    def __init__(self, names: list[str], literals: list[str], line: str) -> None:
        self._names = names
        self._literals = literals
        self._line = line
        self._shapes = [_shape(name) for name in names]
        self._hopeless: set[tuple[int, int]] = set()
        self._steps = 0

    def values(self) -> list[str] | None:
        """Return the values between the literals, in their order; None when they do not fit."""
        first = self._literals[0]
        if not self._line.startswith(first):
            return None
        chosen: list[tuple[int, int]] = []
        # A stack of (variable, where its value begins, end of the last place tried) stands for the recursion.
        stack = [(0, len(first), -1)]
        while stack:
            number, start, tried = stack.pop()
            del chosen[number:]
            end = self._next_end(number, start, tried)
            if end is None:
                self._hopeless.add((number, start))
                continue
            stack.append((number, start, end))
            chosen.append((start, end))
            if number == len(self._names) - 1:
                return [self._line[begin:stop] for begin, stop in chosen]
            after = end + len(self._literals[number + 1])
            if (number + 1, after) not in self._hopeless:
                stack.append((number + 1, after, -1))
        return None

    def _next_end(self, number: int, start: int, tried: int) -> int | None:
        """Return the next place after *tried* where the value of a variable may end."""
        literal, line = self._literals[number + 1], self._line
        if number == len(self._names) - 1:
            end = len(line) - len(literal)
            good = tried < 0 and end >= start and line.endswith(literal)
            return end if good and self._is_shaped(number, start, end) else None
        end = tried
        while self._steps < MAX_STEPS:
            self._steps += 1
            begin = start if end < 0 else end + 1
            end = line.find(literal, begin) if literal else (begin if begin <= len(line) else -1)
            if end < 0:
                return None
            if self._is_shaped(number, start, end):
                return end
        return None

    def _is_shaped(self, number: int, start: int, end: int) -> bool:
        shape, text = self._shapes[number], self._line[start:end]
        return shape is None or text == "-" or shape.fullmatch(text) is not None


def _shape(name: str) -> re.Pattern[str] | None:
    return next((re.compile(shape) for pattern, shape in _SHAPES if re.fullmatch(pattern, name)), None)


KEYS: Mapping[str, str] = {
    "requestid": "requestId",
    "extendedrequestid": "extendedRequestId",
    "status": "status",
    "vpceid": "identity.vpceId",
    "identityvpceid": "identity.vpceId",
    "sourceip": "identity.sourceIp",
    "identitysourceip": "identity.sourceIp",
    "userarn": "identity.userArn",
    "identityuserarn": "identity.userArn",
    "errormessage": "error.message",
    "errorresponsetype": "error.responseType",
    "responsetype": "error.responseType",
    "wafresponsecode": "wafResponseCode",
    "wafstatus": "waf.status",
    "authorizestatus": "authorize.status",
    "authenticatestatus": "authenticate.status",
    "authorizerstatus": "authorizer.status",
    "authorizeerror": "authorize.error",
    "authenticateerror": "authenticate.error",
    "authorizererror": "authorizer.error",
    "integrationerror": "integration.error",
    "integrationstatus": "integration.status",
}
"""Usual names of members (small letters and digits only) and the variable they stand for."""


def read_json(line: str) -> dict[str, str] | None:
    """Read a JSON line by the names of its members, for want of its template; None when it is none."""
    try:
        document: Any = json.loads(line[:MAX_LINE])
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    found: dict[str, str] = {}
    for path, value in _flat(document):
        name = KEYS.get(re.sub(r"[^a-z0-9]", "", path.lower()))
        if name and str(value) not in ("-", ""):
            found.setdefault(name, str(value))
    return found or None


def _flat(document: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the members of an object and of the objects in it, two deep at most, with their paths."""
    flat: list[tuple[str, Any]] = []
    for name, value in document.items():
        inner = value.items() if isinstance(value, dict) else ()
        flat += [(f"{name}.{part}", item) for part, item in inner if isinstance(item, str | int)]
        if isinstance(value, str | int):
            flat.append((name, value))
    return flat
