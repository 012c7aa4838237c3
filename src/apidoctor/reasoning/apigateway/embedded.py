"""What a body of the owner's own making still tells: the message or the type that its template passed on.

Source: API Gateway developer guide, "$context variables for gateway responses" (``error.message``,
``error.messageString``, ``error.responseType``).  A gateway response that was changed often repeats one of them.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from apidoctor.reasoning.apigateway.response_types import RESPONSES

_LONGEST, _DEEPEST, _MOST = 16_000, 5, 200
"""Characters, levels and strings of a body that are looked at."""
_DENIAL = re.compile(
    r"(?:User: \S{1,300} is not authorized to perform: execute-api:Invoke on resource:"
    r"|User is not authorized to access this resource (?:with an explicit deny|because no identity-based policy))"
    r"[^<\"\n]{0,2000}"
)
"""A refusal by a policy, an authorizer's included, in the middle of other text; no backend but one that calls API
Gateway itself writes it, where an authorizer's has its ending."""


def denial_in(body: str) -> str | None:
    """Return the text of a policy's refusal, where *body* holds one."""
    for text in (*strings_in(body), html.unescape(body[:_LONGEST])):
        if match := _DENIAL.search(text):
            return match[0].strip()
    return None


def type_in(body: str) -> str | None:
    """Return the gateway response type that *body* names under a member called ``type``, ``responseType`` …"""
    members = list(_members(_parsed(body), 0))[:_MOST]
    return next(
        (value for name, value in members if "type" in name.lower() and value in RESPONSES),
        None,
    )


def strings_in(body: str) -> list[str]:
    """Return the strings in a JSON body, at any depth that a gateway response's template has."""
    return [value for _, value in _members(_parsed(body), 0)][:_MOST]


def _parsed(body: str) -> Any:
    try:
        return json.loads(body[: 4 * _LONGEST].removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _members(value: Any, depth: int, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in a JSON value with the name of the member that holds it."""
    if isinstance(value, str):
        yield name, value
    elif depth < _DEEPEST and isinstance(value, dict):
        for key, each in value.items():
            yield from _members(each, depth + 1, str(key))
    elif depth < _DEEPEST and isinstance(value, list):
        for each in value[:_MOST]:
            yield from _members(each, depth + 1, name)
