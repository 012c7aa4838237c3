"""The answer that a web ACL's owner lets a block give, and whether an answer is it.

Source: AWS WAF developer guide, "Sending custom responses for Block actions": a status, headers and a body that the web
ACL keeps under a key.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

MASK = "***"
"""What stands for a text that was not kept."""


class CustomAnswer(Struct, frozen=True):
    """What a block answers instead of the bare ``Forbidden``."""

    status: int
    """Status code."""
    body: str = ""
    """Body; empty for a response without one."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that it adds, names in lower case."""

    def is_it(self, status: int | None, headers: Mapping[str, str], body: str | None) -> bool:
        """Say whether an answer has this very status and body, and every header of it."""
        if status != self.status or _plain(body or "") != _plain(self.body) or MASK in self.body:
            return False
        names = {name.lower(): value.strip() for name, value in headers.items()}
        return all(_is_header(names.get(name), value) for name, value in self.headers)

    @property
    def is_distinctive(self) -> bool:
        """Whether hardly anybody else gives such an answer: it has words of its own, or a header."""
        return bool(_plain(self.body)) or bool(self.headers)


def custom_answer(action: Mapping[str, Any], bodies: Any) -> CustomAnswer | None:
    """Return the custom response of an action ``{"Block": …}``; None for one that has none, or cannot be read."""
    block = action.get("Block")
    made = block.get("CustomResponse") if isinstance(block, dict) else None
    status = made.get("ResponseCode") if isinstance(made, dict) else None
    if not isinstance(made, dict) or not isinstance(status, int):
        return None
    body, key = "", made.get("CustomResponseBodyKey")
    if key is not None:
        kept = bodies.get(key) if isinstance(bodies, dict) and isinstance(key, str) else None
        content = kept.get("Content") if isinstance(kept, dict) else None
        if not isinstance(content, str):
            return None
        body = content
    headers = made.get("ResponseHeaders")
    found = [
        (str(each.get("Name", "")).lower(), str(each.get("Value", "")))
        for each in (headers if isinstance(headers, list) else [])
        if isinstance(each, dict) and each.get("Name")
    ]
    return CustomAnswer(status, body, tuple(found))


def _plain(text: str) -> str:
    return text.strip()


def _is_header(seen: str | None, wanted: str) -> bool:
    """Say whether a header is the one that is wanted; of a value that was not kept only its name is compared."""
    return seen is not None and (MASK in seen or MASK in wanted or seen == wanted.strip())
