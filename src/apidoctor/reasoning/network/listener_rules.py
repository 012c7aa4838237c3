"""Which rule of an Application Load Balancer's listener takes a request, as far as host, path and method tell.

Source: Application Load Balancer guide, "Listener rules" and "Condition types for listener rules": rules by priority,
the default action last; all conditions of a rule must hold, of each any value; ``*`` stands for any characters, ``?``
for one; hosts are compared in any case, paths as they are written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from apidoctor.reasoning.iam._globs import glob_matches


class BackendRequest(Struct, frozen=True, kw_only=True):
    """A request as the load balancer gets it."""

    host: str | None
    """Host header without its port, lower case; None: not known."""
    path: str
    """Path; from the first ``{`` on nobody knows it."""
    method: str | None
    """HTTP method; None: not known."""


class Way(Struct, frozen=True, kw_only=True):
    """Where a rule, or the default action, leads."""

    rule: str
    """Which: ``rule 20``, or ``the default action``."""
    groups: tuple[str, ...] = ()
    """ARNs of the target groups that it forwards to."""
    status: int | None = None
    """Status of its fixed response."""


def ways(
    listener: Mapping[str, Any], rules: Sequence[Mapping[str, Any]], request: BackendRequest
) -> tuple[Way, ...]:
    """Return where the request may go: only one way when its rule can be told."""
    found = []
    for rule in sorted((rule for rule in rules if not _is_default(rule)), key=_priority):
        truth = _takes(rule.get("Conditions"), request)
        if truth is not False:
            found.append(_way(f"rule {rule.get('Priority')}", rule.get("Actions")))
        if truth:
            return tuple(found)
    return (*found, _way("the default action", listener.get("DefaultActions")))


def _is_default(rule: Mapping[str, Any]) -> bool:
    return bool(rule.get("IsDefault")) or rule.get("Priority") == "default"


def _priority(rule: Mapping[str, Any]) -> int:
    """Return a priority as a number: AWS writes it as text, and 9 comes before 10."""
    text = str(rule.get("Priority") or "")
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 1_000_000


def _takes(conditions: Any, request: BackendRequest) -> bool | None:
    """Say whether all conditions hold; None where one cannot be decided and no other fails."""
    if not isinstance(conditions, list) or not conditions:
        return None
    truths = [_holds(condition, request) for condition in conditions]
    if False in truths:
        return False
    return None if None in truths else True


_CONFIGS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-request-method": "HttpRequestMethodConfig",
}


def _holds(condition: Any, request: BackendRequest) -> bool | None:
    field = condition.get("Field") if isinstance(condition, dict) else None
    if not isinstance(field, str) or field not in _CONFIGS:
        return None
    config = condition.get(_CONFIGS[field])
    config = config if isinstance(config, dict) else {}
    values = config.get("Values") or condition.get("Values")
    if not isinstance(values, list) or not values or config.get("RegexValues"):
        return None
    truths = [_fits(field, str(value), request) for value in values]
    if True in truths:
        return True
    return None if None in truths else False


def _fits(field: str, value: str, request: BackendRequest) -> bool | None:
    if field == "path-pattern":
        return _fits_path(value, request.path)
    if field == "host-header":
        return None if request.host is None else glob_matches(value.lower(), request.host)
    return None if request.method is None else value == request.method


def _fits_path(value: str, path: str) -> bool | None:
    known, brace, _ = path.partition("{")
    if not brace:
        return glob_matches(value, path)
    if value.endswith("*") and glob_matches(value, known):
        return True  # its beginning fits already, and any rest does
    head = re.split(r"[*?]", value, maxsplit=1)[0]
    return None if head.startswith(known) or known.startswith(head) else False


def _way(rule: str, actions: Any) -> Way:
    """Return where actions lead; those that only look at who calls go before the one that ends."""
    shown = [each for each in actions if isinstance(each, dict)] if isinstance(actions, list) else []
    groups = tuple(dict.fromkeys(arn for action in shown for arn in _groups_of(action)))
    fixed = [each.get("FixedResponseConfig") for each in shown if each.get("Type") == "fixed-response"]
    code = str(fixed[0].get("StatusCode") or "") if fixed and isinstance(fixed[0], dict) else ""
    return Way(rule=rule, groups=groups, status=int(code) if re.fullmatch(r"[2-5]\d\d", code) else None)


def _groups_of(action: Mapping[str, Any]) -> Iterator[str]:
    forward = action.get("ForwardConfig")
    groups = forward.get("TargetGroups") if isinstance(forward, dict) else None
    named = [action.get("TargetGroupArn")]
    if isinstance(groups, list):
        named += [
            each.get("TargetGroupArn")
            for each in groups
            if isinstance(each, dict) and each.get("Weight") != 0
        ]
    return (str(arn) for arn in named if arn)
