"""Whether a body was made from the template of a gateway response.

Source: API Gateway developer guide, "Set up gateway responses": a template is fixed text in which variables of
``$context``, ``$stageVariables`` and the request stand; nothing else is evaluated.
"""

import re

DEFAULT = '{"message":$context.error.messageString}'
"""The template of a gateway response that has none of its own."""
CUT_AT = 2000
"""A body at least this long (characters) may be the beginning of a longer one."""

_NAME = r"(?:context|stageVariables|method\.request)(?:\.[\w-]+)+"
_VARIABLE = re.compile(rf"(\$\{{{_NAME}\}}|\${_NAME})", re.ASCII)
_KEY = re.compile(r'"[Mm]essage"\s*:')
_LEAST = 4
"""Letters and digits of fixed text from which on it counts as words that are somebody's own."""


def filled(template: str, body: str) -> dict[str, str] | None:
    """Return what *body* has in the place of each variable of *template*; None when it was not made from it."""
    texts, names = _parts(template)
    body = _plain(body)
    is_cut = len(body) >= CUT_AT
    if not body.startswith(texts[0]):
        return {} if is_cut and texts[0].startswith(body) else None
    found: dict[str, str] = {}
    place = len(texts[0])
    for name, text in zip(names[:-1], texts[1:-1], strict=True):
        # The first place where the fixed text goes on leaves most to what follows.
        end = body.find(text, place)
        if end < 0:
            return found if is_cut else None
        found[name] = body[place:end].strip('"')
        place = end + len(text)
    last = len(body) - len(texts[-1])
    if not names:
        return found if place == len(body) else None
    if last < place or not body.endswith(texts[-1]):
        return found if is_cut else None
    return found | {names[-1]: body[place:last].strip('"')}


def is_distinctive(template: str) -> bool:
    """Say whether the fixed text of *template* is words, and not only the braces and keys that many bodies have."""
    fixed = _KEY.sub("", "".join(_parts(template)[0]))
    return sum(each.isalnum() for each in fixed) >= _LEAST


def _parts(template: str) -> tuple[list[str], list[str]]:
    """Return the fixed texts, and the variables between them."""
    pieces = _VARIABLE.split(_plain(template))
    return pieces[::2], [piece.strip("${}") for piece in pieces[1::2]]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
