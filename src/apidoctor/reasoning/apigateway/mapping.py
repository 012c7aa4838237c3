"""Where a custom domain leads a call: base path mappings and routing rules, as API Gateway evaluates them.

Source: API Gateway Developer Guide, "Routing rules to connect API stages to a custom domain name for REST APIs" and
"Use API mappings to connect API stages to a custom domain name for REST APIs"; API reference, BasePathMapping.  Rules
come by priority, the lowest number first, and before every mapping; all conditions of a rule must hold, of one
condition any value.  Header names compare without case, values and base paths with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

NONE = "(none)"
"""How API Gateway writes an empty base path, and a mapping that leaves the stage to the caller."""
MOST_RULES = 1000
"""Most rules and mappings of one domain that are looked at."""


class Routed(Struct, frozen=True, kw_only=True):
    """Where a call ends up."""

    api: str
    """API id."""
    stage: str | None
    """Stage; None when the mapping leaves it to the caller and the path has no segment for it."""
    path: str
    """The path that the API sees."""
    by: str
    """What led there, in words: ``mapping of (none)`` or ``routing rule abc``."""
    base_path: str = ""
    """The base path that matched; empty for the whole domain."""
    stage_in_path: bool = False
    """Whether the caller's path names the stage."""


def uses_rules(mode: str | None) -> bool:
    """Say whether routing rules count (``routingMode``; pages and models spell the modes differently)."""
    return (mode or "").upper().startswith("ROUTING_RULE")


def uses_mappings(mode: str | None) -> bool:
    """Say whether base path mappings count."""
    return (mode or "").upper() != "ROUTING_RULE_ONLY"


def lead(
    path: str,
    headers: Sequence[tuple[str, str]],
    rules: Iterable[Mapping[str, Any]],
    mappings: Iterable[Mapping[str, Any]],
    *,
    levels: int | None,
) -> Routed | None:
    """Return where a call is led, by rules, then by mappings; None when nothing fits.  *levels* as in `by_mappings`."""
    return by_rules(path, headers, rules) or by_mappings(path, mappings, levels=levels)


def by_rules(
    path: str, headers: Sequence[tuple[str, str]], rules: Iterable[Mapping[str, Any]]
) -> Routed | None:
    """Return where the first routing rule leads whose conditions hold; None when none does."""
    for rule in sorted(list(rules)[:MOST_RULES], key=_priority):
        target = target_of(rule)
        matched = _base_path(rule, path, headers)
        if target is None or matched is None:
            continue
        rest = _without(path, matched) if target.get("StripBasePath") else path
        name = f"routing rule {name_of(rule)}"
        return Routed(
            api=str(target.get("ApiId")),
            stage=str(target.get("Stage")),
            path=rest,
            by=name,
            base_path=matched,
        )
    return None


def by_mappings(path: str, mappings: Iterable[Mapping[str, Any]], *, levels: int | None) -> Routed | None:
    """Return where the mapping with the longest base path leads that *path* begins with; None when none fits.

    *levels* is the greatest number of segments that a base path may have; None: any.
    """
    fitting = [
        (base, mapping)
        for mapping in list(mappings)[:MOST_RULES]
        for base in [base_path_of(mapping)]
        if _begins_with(path, base) and (levels is None or base.count("/") < levels)
    ]
    if not fitting:
        return None
    base, mapping = max(fitting, key=lambda pair: len(pair[0]))
    rest, stage = _without(path, base), stage_of(mapping)
    words = f"mapping of {base or NONE}"
    if stage:
        return Routed(api=str(mapping.get("restApiId")), stage=stage, path=rest, by=words, base_path=base)
    first, _, further = rest.removeprefix("/").partition("/")
    return Routed(
        api=str(mapping.get("restApiId")),
        stage=first or None,
        path=f"/{further}",
        by=words,
        base_path=base,
        stage_in_path=True,
    )


def base_path_of(mapping: Mapping[str, Any]) -> str:
    """Return a mapping's base path, empty for the whole domain."""
    value = mapping.get("basePath")
    return "" if not isinstance(value, str) or value == NONE else value.strip("/")


def stage_of(mapping: Mapping[str, Any]) -> str | None:
    """Return a mapping's stage; None when the caller names it in the path."""
    value = mapping.get("stage")
    return value if isinstance(value, str) and value not in ("", NONE) else None


def bases_to(rule: Mapping[str, Any], api: str) -> list[str]:
    """Return the base paths by which a routing rule leads to *api*, an empty one when it asks for none."""
    target = target_of(rule)
    if target is None or target.get("ApiId") != api:
        return []
    wanted = [condition.get("MatchBasePaths") for condition in _dicts(rule.get("Conditions"))]
    listed = [each.get("AnyOf") for each in wanted if isinstance(each, dict)]
    found = [str(value).strip("/") for values in listed if isinstance(values, list) for value in values]
    return found or [""]


def _priority(rule: Mapping[str, Any]) -> tuple[int, str]:
    value = rule.get("Priority")
    return (value if isinstance(value, int) else 1 << 31), str(rule.get("RoutingRuleId"))


def target_of(rule: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what a rule invokes (``ApiId``, ``Stage``, ``StripBasePath``); None when it names no API and stage."""
    for action in _dicts(rule.get("Actions")):
        target = action.get("InvokeApi")
        if isinstance(target, dict) and target.get("ApiId") and target.get("Stage"):
            return target
    return None


def name_of(rule: Mapping[str, Any]) -> str:
    """Return how a rule is called in messages."""
    return str(rule.get("RoutingRuleId") or rule.get("Priority"))


def only_headers_lack(
    path: str, headers: Sequence[tuple[str, str]], rules: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Yield the rules that only *headers* keep from matching, by priority, with the headers that each condition wants.

    Their values may be a secret that a box before the domain adds: they are not told.
    """
    for rule in sorted(list(rules)[:MOST_RULES], key=_priority):
        unmet = [
            " or ".join(dict.fromkeys(str(each.get("Header", "")) for each in choices))
            for choices in _unmet(rule, headers)
            if choices
        ]
        if unmet and target_of(rule) is not None and _path_of(rule, path) is not None:
            yield rule, unmet


def _base_path(rule: Mapping[str, Any], path: str, headers: Sequence[tuple[str, str]]) -> str | None:
    """Return the base path by which a rule matches, empty when it asks for none; None when it does not match."""
    return None if any(True for _ in _unmet(rule, headers)) else _path_of(rule, path)


def _path_of(rule: Mapping[str, Any], path: str) -> str | None:
    """Return the same, whatever the rule asks of headers."""
    matched = ""
    for condition in _dicts(rule.get("Conditions")):
        paths = condition.get("MatchBasePaths")
        if isinstance(paths, dict):
            listed = paths.get("AnyOf")
            values = [str(value).strip("/") for value in listed] if isinstance(listed, list) else []
            fitting = [value for value in values if value and _begins_with(path, value)]
            if not fitting:
                return None
            matched = max(fitting, key=len)
    return matched


def missing_headers(
    rule: Mapping[str, Any], headers: Sequence[tuple[str, str]]
) -> Iterator[list[tuple[str, str]]]:
    """Yield, for each condition of a rule that *headers* do not meet, the headers of which one would meet it."""
    for choices in _unmet(rule, headers):
        globs = [(str(each.get("Header", "")), str(each.get("ValueGlob", ""))) for each in choices]
        yield [(name, "any" if glob.strip("*") == "" else _core(glob)) for name, glob in globs]


def _unmet(rule: Mapping[str, Any], headers: Sequence[tuple[str, str]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the choices of each condition of a rule that no header meets."""
    for condition in _dicts(rule.get("Conditions")):
        wanted = condition.get("MatchHeaders")
        choices = _dicts(wanted.get("AnyOf")) if isinstance(wanted, dict) else []
        if isinstance(wanted, dict) and not any(_has(headers, each) for each in choices):
            yield choices


def _has(headers: Sequence[tuple[str, str]], wanted: Mapping[str, Any]) -> bool:
    name, glob = str(wanted.get("Header", "")).lower(), str(wanted.get("ValueGlob", ""))
    return any(key.lower() == name and _fits(value.strip(), glob) for key, value in headers)


def _fits(value: str, glob: str) -> bool:
    """Match a header value: ``*`` may stand at the beginning and at the end."""
    core = _core(glob)
    match glob.startswith("*"), glob.endswith("*"):
        case True, True:
            return core in value
        case True, False:
            return value.endswith(core)
        case False, True:
            return value.startswith(core)
    return value == glob


def _core(glob: str) -> str:
    return glob.removeprefix("*").removesuffix("*") if glob != "*" else ""


def _begins_with(path: str, base: str) -> bool:
    own = path.partition("?")[0].removeprefix("/")
    return not base or own == base or own.startswith(f"{base}/")


def _without(path: str, base: str) -> str:
    return path.removeprefix("/")[len(base) :] or "/" if base else path


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
