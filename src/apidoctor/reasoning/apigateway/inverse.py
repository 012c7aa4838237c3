"""The URL of a custom domain that leads to a given stage and path of an API: `mapping` the other way round.

A path is tried for each rule and mapping that leads to the API, and counts only when API Gateway would lead it back:
a rule of a lower number, or a longer base path, may take it away.  Headers that a rule asks for are named.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from apidoctor.reasoning.apigateway.mapping import (
    MOST_RULES,
    Routed,
    base_path_of,
    bases_to,
    lead,
    missing_headers,
    stage_of,
    target_of,
)

Headers = Sequence[tuple[str, str]]

MOST_TRIED = 100
"""Most paths of one domain that are tried."""
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?")
_NOT_OURS = re.compile(
    r"host|authorization|cookie|connection|content-.*|transfer-encoding|te|upgrade|expect|x-api-key|x-am[zn]-.*|x-apigw-.*",
    re.IGNORECASE,
)
"""Headers that no one may add to make a rule fit: they mean something to HTTP, to API Gateway or to a signature."""


class Above(Struct, frozen=True, kw_only=True):
    """A call of the domain that reaches what is wanted."""

    path: str
    """The path in the domain's URL."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that the call needs besides the caller's own."""
    routed: Routed
    """Where it leads, and by what."""


def above(
    api: str,
    stage: str | None,
    path: str,
    *,
    headers: Headers,
    rules: Sequence[Mapping[str, Any]],
    mappings: Sequence[Mapping[str, Any]],
    levels: int | None = 1,
) -> Above | None:
    """Return the call that leads to *path* of *stage* (None: any) with the fewest headers more; None when none does."""
    best: Above | None = None
    for tried, more in islice(_tries(api, stage, path, headers, rules, mappings), MOST_TRIED):
        routed = lead(tried, [*headers, *more], rules, mappings, levels=levels)
        if (
            routed is None
            or (routed.api, routed.path) != (api, path)
            or routed.stage != (stage or routed.stage)
        ):
            continue
        if best is None or len(more) < len(best.headers):
            best = Above(path=tried, headers=more, routed=routed)
        if not best.headers:
            break
    return best


def _tries(
    api: str,
    stage: str | None,
    path: str,
    headers: Headers,
    rules: Iterable[Mapping[str, Any]],
    mappings: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield paths that may lead there, each with the headers that it needs."""
    for rule in islice(rules, MOST_RULES):
        target = target_of(rule)
        if target is None or stage not in (None, target.get("Stage")):
            continue
        more = _needed(rule, headers)
        for base in bases_to(rule, api) if more is not None else ():
            yield _below(base, path) if target.get("StripBasePath") else path, more or ()
    for mapping in islice(mappings, MOST_RULES):
        if mapping.get("restApiId") != api:
            continue
        base, named = base_path_of(mapping), stage_of(mapping)
        if named is None:
            if stage:
                yield _below(base, _below(stage, path)), ()
        elif stage in (None, named):
            yield _below(base, path), ()


def _below(base: str, path: str) -> str:
    return f"/{base}{path}" if base else path


def _needed(rule: Mapping[str, Any], headers: Headers) -> tuple[tuple[str, str], ...] | None:
    """Return the headers that a caller must add for the rule; None when adding alone does not make it fit."""
    own = {name.lower() for name, _ in headers}
    added: dict[str, tuple[str, str]] = {}
    for choices in missing_headers(rule, headers):
        usable = [
            pair
            for pair in choices
            if _NAME.fullmatch(pair[0])
            and _VALUE.fullmatch(pair[1])
            and not _NOT_OURS.fullmatch(pair[0])
            and pair[0].lower() not in own
            and added.get(pair[0].lower(), pair) == pair
        ]
        if not usable:
            return None
        added[usable[0][0].lower()] = usable[0]
    return tuple(added.values())
