"""What a web ACL does to one request, as far as its rules can be decided from the request alone.

Source: AWS WAF developer guide, "Rule and rule group evaluation in a protection pack", "Rule statements list" and
"Text transformations": rules are tried by priority, the first that matches and ends the evaluation decides, else the
default action does.  What the rules of a group, a rate, a country or their labels decide stays open: never guessed.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import unquote

from msgspec import Struct

from apidoctor.reasoning.apigateway.web_acl_answers import MASK, CustomAnswer, custom_answer
from apidoctor.reasoning.apigateway.web_acl_labels import Labels, prefix_of

DEEPEST = 12
"""Statements nested deeper than this are not followed."""

Action = Literal["allow", "block", "challenge"]
Truth = bool | None
"""None: cannot be told."""

_ACTIONS: dict[str, Action] = {
    "Allow": "allow",
    "Block": "block",
    "Captcha": "challenge",
    "Challenge": "challenge",
}
"""Actions of a rule that end the evaluation (``Count`` does not); a client that runs no script fails a challenge."""
_ALWAYS_SENT = frozenset(
    {"user-agent", "accept", "accept-encoding", "connection", "content-type", "content-length", "host"}
)
"""Headers that a client may send unasked: of these, what the request does not name is not known."""


class WebRequest(Struct, frozen=True, kw_only=True):
    """A request as a web ACL sees it."""

    method: str
    """HTTP method."""
    path: str
    """Path with the stage in it."""
    query: str = ""
    """Query string without ``?``."""
    headers: Mapping[str, str] = {}
    """Headers that are known to be sent, names in lower case."""
    source: str | None = None
    """Address of the client; None: not known."""


class Step(Struct, frozen=True):
    """A rule, or the default action, that decides or may decide."""

    rule: str | None
    """Its name; None: the default action."""
    action: Action
    """What it does."""
    metric: str | None = None
    """Name of the metric under which its requests are sampled; None: they are not."""
    answer: CustomAnswer | None = None
    """What it answers, where the owner chose that."""


class Outcome(Struct, frozen=True):
    """What becomes of a request."""

    last: Step
    """The first that certainly decides, if nothing before it does."""
    may: tuple[Step, ...] = ()
    """What stands before it and may decide."""

    @property
    def action(self) -> Action | None:
        """What is done to the request; None when that hangs on what cannot be told."""
        kinds = {step.action for step in (*self.may, self.last)}
        return self.last.action if len(kinds) == 1 else None

    def gave(self, status: int | None, headers: Mapping[str, str], body: str | None) -> Step | None:
        """Return the block whose custom response is this very answer; None when no block that may decide has it.

        Of a rule that only may match, an answer without words or headers of its own says nothing.
        """
        for step in (self.last, *self.may):
            own = step.answer
            sure = step is self.last and not self.may
            if own and own.is_it(status, headers, body) and (sure or own.is_distinctive):
                return step
        return None


def outcome(acl: Mapping[str, Any], request: WebRequest, addresses: Mapping[str, Sequence[str]]) -> Outcome:
    """Try the rules of *acl* on *request*; *addresses* holds the IP sets that could be read, by ARN."""
    may: list[Step] = list(_of_groups(acl.get("PreProcessFirewallManagerRuleGroups")))
    rules = [rule for rule in _list(acl.get("Rules")) if isinstance(rule, dict)]
    bodies = acl.get("CustomResponseBodies")
    labels = Labels(prefix_of(acl), others=bool(acl.get("PreProcessFirewallManagerRuleGroups")))
    for rule in sorted(rules, key=_priority):
        step = _step(rule, bodies)
        truth = None if "Action" not in rule else holds(rule.get("Statement"), request, addresses, labels)
        if step is None or truth is not True:
            labels = labels.after(rule, truth if step is None else False)
        if step is None:
            continue
        if truth:
            return Outcome(step, tuple(may))
        if truth is None:
            may.append(step)
    may += _of_groups(acl.get("PostProcessFirewallManagerRuleGroups"))
    default = _dict(acl.get("DefaultAction"))
    last = Step(
        None, "block" if "Block" in default else "allow", _metric(acl), custom_answer(default, bodies)
    )
    return Outcome(last, tuple(may))


def _priority(rule: Mapping[str, Any]) -> float:
    value = rule.get("Priority")
    return float(value) if isinstance(value, int | float) else float("inf")


def _step(rule: Mapping[str, Any], bodies: Any = None) -> Step | None:
    """Return what a rule does when it matches; None for one that only counts.  A group may block by its own rules."""
    name = str(rule.get("Name") or "")
    action = _dict(rule.get("Action"))
    if action:
        kind = next((_ACTIONS[each] for each in action if each in _ACTIONS), None)
        return Step(name, kind, _metric(rule), custom_answer(action, bodies)) if kind else None
    return None if "Count" in _dict(rule.get("OverrideAction")) else Step(name, "block", _metric(rule))


def _of_groups(groups: Any) -> Iterator[Step]:
    """Yield what the rule groups of a Firewall Manager may do."""
    for group in _list(groups):
        step = _step(_dict(group))
        if step is not None:
            yield step


def _metric(of: Mapping[str, Any]) -> str | None:
    shown = _dict(of.get("VisibilityConfig"))
    return (
        str(shown["MetricName"]) if shown.get("SampledRequestsEnabled") and shown.get("MetricName") else None
    )


def ip_sets(acl: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ARNs of the IP sets that the rules of *acl* name."""
    found: list[str] = []
    waiting = [(_dict(rule).get("Statement"), 0) for rule in _list(acl.get("Rules"))]
    while waiting:
        statement, depth = waiting.pop()
        arn = _dict(_dict(statement).get("IPSetReferenceStatement")).get("ARN")
        if isinstance(arn, str):
            found.append(arn)
        if depth < DEEPEST:
            waiting += [(part, depth + 1) for part in _parts(_dict(statement))]
    return tuple(sorted(set(found)))


def _parts(statement: Mapping[str, Any]) -> list[Any]:
    both = [_dict(statement.get(name)) for name in ("AndStatement", "OrStatement")]
    return [*(part for each in both for part in _list(each.get("Statements"))), _negated(statement)]


def _negated(statement: Mapping[str, Any]) -> Any:
    return _dict(statement.get("NotStatement")).get("Statement")


def holds(
    statement: Any,
    request: WebRequest,
    addresses: Mapping[str, Sequence[str]],
    labels: Labels | None = None,
    depth: int = 0,
) -> Truth:
    """Say whether a statement matches the request, which has these labels by the rules before."""
    if not isinstance(statement, dict) or len(statement) != 1 or depth > DEEPEST:
        return None
    (kind, body) = next(iter(statement.items()))
    body = _dict(body)
    if kind == "NotStatement":
        truth = holds(body.get("Statement"), request, addresses, labels, depth + 1)
        return None if truth is None else not truth
    if kind in ("AndStatement", "OrStatement"):
        truths = [
            holds(part, request, addresses, labels, depth + 1) for part in _list(body.get("Statements"))
        ]
        decisive: bool = kind == "OrStatement"
        if decisive in truths:
            return decisive
        return None if None in truths or not truths else not decisive
    if kind == "IPSetReferenceStatement":
        return _in_set(body, request, addresses)
    if kind == "ByteMatchStatement":
        return _matches(body, request)
    if kind == "LabelMatchStatement" and labels is not None:
        return labels.match(body)
    return None


def _in_set(body: Mapping[str, Any], request: WebRequest, addresses: Mapping[str, Sequence[str]]) -> Truth:
    blocks = addresses.get(str(body.get("ARN")))
    if blocks is None or request.source is None or body.get("IPSetForwardedIPConfig"):
        return None
    try:
        source = ipaddress.ip_address(request.source)
        networks = [ipaddress.ip_network(block, strict=False) for block in blocks]
    except ValueError:
        return None
    return any(bool(source.version == network.version and source in network) for network in networks)


def _matches(body: Mapping[str, Any], request: WebRequest) -> Truth:
    value = _field(_dict(body.get("FieldToMatch")), request)
    if value is None:
        return None
    if value is False:
        return False
    wanted = _wanted(body.get("SearchString"))
    kinds = [str(_dict(each).get("Type")) for each in _list(body.get("TextTransformations"))]
    if not wanted or any(kind not in _TRANSFORMATIONS for kind in kinds):
        return None
    for kind in kinds:
        value = _TRANSFORMATIONS[kind](value)
    truths = {_compare(str(body.get("PositionalConstraint")), value, text) for text in wanted}
    return truths.pop() if len(truths) == 1 else None


def _field(field: Mapping[str, Any], request: WebRequest) -> str | Literal[False] | None:
    """Return the part of the request that is compared; False: it has none, None: not known."""
    match next(iter(field), ""):
        case "UriPath":
            return request.path
        case "Method":
            return request.method
        case "QueryString":
            return request.query
        case "SingleHeader":
            name = str(_dict(field["SingleHeader"]).get("Name", "")).lower()
            if name in request.headers:
                return None if MASK in request.headers[name] else request.headers[name]
            return None if name in _ALWAYS_SENT else False
    return None


def _wanted(text: Any) -> set[str]:
    """Return what a rule searches for.  Tools print it as text or in base64: then it may be either."""
    if not isinstance(text, str) or MASK in text:
        return set()
    found = {text}
    try:
        found.add(base64.b64decode(text, validate=True).decode())
    except (binascii.Error, ValueError):
        return found
    return found


def _compare(constraint: str, value: str, wanted: str) -> Truth:
    match constraint:
        case "EXACTLY":
            return value == wanted
        case "STARTS_WITH":
            return value.startswith(wanted)
        case "ENDS_WITH":
            return value.endswith(wanted)
        case "CONTAINS":
            return wanted in value
        case "CONTAINS_WORD":
            return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", value, re.ASCII) is not None
    return None


_TRANSFORMATIONS: dict[str, Callable[[str], str]] = {
    "NONE": str,
    "LOWERCASE": str.lower,
    "URL_DECODE": unquote,
}
"""Text transformations that are followed."""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
