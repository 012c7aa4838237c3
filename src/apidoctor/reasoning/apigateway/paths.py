"""Why a path or method that looks right answers nothing: what it differs in from one that is deployed.

Source: API Gateway answers a path or method that is not deployed with 403 ``Missing Authentication Token``; paths are
case-sensitive and a greedy parameter does not cover the resource it stands below (API Gateway developer guide,
"Set up a proxy integration with a proxy resource"); ``/ping`` and ``/sping`` are the service's own (same guide,
"Quotas and important notes").
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

RESERVED = frozenset({"/ping", "/sping"})
"""Root paths of custom domains that the service's health check answers."""

_ENCODED_SLASH = re.compile("%2f", re.IGNORECASE)

Route = tuple[str, str]
"""Resource path and verb (``ANY`` for all)."""


def has_final_slash(resource: str, path: str) -> bool:
    """Say whether *path* matches *resource* but for a slash at its end, which a resource path never has."""
    path = path.partition("?")[0]
    return path != "/" and path.endswith("/") and not resource.rstrip("/").endswith("+}")


def explain(routes: Iterable[Route], stage: str | None, verb: str, path: str) -> str | None:
    """Return in what the request differs from something that is deployed, as one sentence; None when nothing is near.

    *stage* is the name of the stage, *path* the path below it.
    """
    routes, path = list(routes), path.partition("?")[0] or "/"
    resources = sorted({resource for resource, _ in routes})
    same = sorted(own for resource, own in routes if fits(resource, path))
    if same:
        return _of_the_verb(verb, same)
    if stage and (path == f"/{stage}" or path.startswith(f"/{stage}/")):
        rest = path[len(stage) + 1 :] or "/"
        if near := _first(resources, rest):
            return f"The path repeats the name of the stage, /{stage}, before {near}."
    if near := _first(resources, path.rstrip("/") or "/"):
        return f"The path differs only by a trailing slash from {near}."
    if _ENCODED_SLASH.search(path) and (near := _first(resources, _ENCODED_SLASH.sub("/", path))):
        return f"The path differs only by an encoded slash (%2F) from {near}."
    if near := next((each for each in resources if fits(each.lower(), path.lower())), None):
        return f"The path differs only by case from {near}."
    if (near := _first(resources, unquote(path))) and unquote(path) != path:
        return f"The path differs only by its encoding from {near}."
    return _of_a_greedy_one(resources, path)


def fits(resource: str, path: str) -> bool:
    """Say whether *path* is one of *resource*: a parameter takes one segment, a greedy one the rest."""
    parts = [part for part in resource.split("/") if part]
    pattern = "".join(
        "/.+" if part.endswith("+}") else "/[^/]+" if part.startswith("{") else "/" + re.escape(part)
        for part in parts
    )
    return re.fullmatch(pattern or "/", path) is not None


def _first(resources: Iterable[str], path: str) -> str | None:
    return next((each for each in resources if fits(each, path)), None)


def _of_the_verb(verb: str, have: list[str]) -> str:
    names = ", ".join(dict.fromkeys(have))
    if verb == "HEAD":
        return f"The path has {names}; API Gateway does not answer HEAD with the GET method."
    if verb == "OPTIONS":
        return f"The path has {names}; API Gateway answers OPTIONS only where that method is defined."
    return f"The path exists, with {names} and no {verb}."


def _of_a_greedy_one(resources: Iterable[str], path: str) -> str | None:
    """A greedy parameter needs at least one segment: the resource it stands below has no method by it."""
    for each in resources:
        head, _, last = each.rpartition("/")
        if last.endswith("+}") and fits(head or "/", path.rstrip("/") or "/"):
            return f"{each} does not cover {head or '/'} itself: that resource needs a method of its own."
    return None
