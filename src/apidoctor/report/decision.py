"""A policy decision as text: what was asked, what each layer says and why, and what would be allowed."""

from apidoctor.reasoning.apigateway.authorization_keys import spelt
from apidoctor.reasoning.iam import Outcome, Request
from apidoctor.reasoning.iam.explain import Mismatch
from apidoctor.reasoning.simulation.changes import Change
from apidoctor.reasoning.simulation.explained import Explained
from apidoctor.reasoning.simulation.trace import LayerTrace, Says, StatementTrace
from apidoctor.report.glyphs import Role
from apidoctor.report.page import Page

_WORDS: dict[Outcome, str] = {
    "allow": "allowed",
    "explicit_deny": "denied: a Deny statement applies",
    "implicit_deny": "denied: nothing allows it",
    "indeterminate": "undecided: it hangs on what is not known",
    "invalid": "not decided: a document is no policy",
}
_ROLES: dict[Outcome, Role] = {
    "allow": "pass",
    "explicit_deny": "fail",
    "implicit_deny": "fail",
    "indeterminate": "unknown",
    "invalid": "error",
}
_SAYS: dict[Says, Role] = {"allows": "pass", "denies": "fail", "silent": "dim", "open": "unknown"}
_NAMES = {
    "identity": "identity policies",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "resource policy",
    "endpoint": "endpoint policy",
    "scp": "service control policies",
    "rcp": "resource control policies",
    "authorizer": "authorizer's policy",
}
_GATES = {
    "grant": "no identity or resource policy grants the call",
    "boundary": "the permissions boundary does not allow it",
    "session": "the session policy does not allow it",
    "endpoint": "the endpoint policy does not allow it",
    "scp": "a level of service control policies does not allow it",
    "rcp": "a level of resource control policies does not allow it",
}
_DOMAIN_GATES = {
    "access_association": "the endpoint has no access association with the custom domain",
    "domain_policy": "the custom domain's own policy refuses, before the API is asked",
    "mapping": "the custom domain leads to no API",
}
_MOST = 4
"""Values of a list that are shown."""


def fill(page: Page, found: Explained, *, verbose: bool = False) -> None:
    """Put a decision on *page*; with *verbose*, statements about other actions are listed too."""
    _head(page, found.request)
    for step in found.answer.steps:
        page.field("step", f"{step.action} {step.resource}: {_WORDS[step.decision]}", indent=2)
    page.blank()
    _verdict(page, found)
    for layer in found.layers:
        page.blank()
        _layer(page, layer, verbose=verbose)
    page.blank()
    for change in found.changes[:_MOST]:
        page.field("allowed", " and ".join(_change(each) for each in change), indent=2)
    for note in found.answer.notes:
        page.field("note", note, indent=2)
    for problem in found.problems:
        page.field(problem.severity, f"{problem.where}: {problem.message} ({problem.code})", "warn", indent=2)


def _head(page: Page, request: Request) -> None:
    page.flow((request.action, "strong"), first="apidoctor simulate ", rest=2)
    page.field("on", request.resource, indent=2)
    page.field("by", request.principal_arn or "anonymous", indent=2)
    for key, values in sorted(request.context.items()):
        if key.lower() in ("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip", "aws:sourceip"):
            page.field("from", f"{spelt(key)} {', '.join(values)}", indent=2)


def _verdict(page: Page, found: Explained) -> None:
    answer = found.answer
    role = _ROLES[answer.decision]
    sign = page.glyphs.of({"pass": "pass", "fail": "fail", "unknown": "unknown"}.get(role, "error"))  # type: ignore[arg-type]
    page.flow((_WORDS[answer.decision], role), first=(f"{sign} ", role))
    by = answer.decided_by
    if by is not None:
        level = f", level {by.level + 1}" if by.level is not None else ""
        name = _name(by.document, by.statement, by.sid)
        whose = "policy of the custom domain" if found.gate == "domain_policy" else _NAMES[by.layer]
        page.field("by", f"{whose}{level}: {name}", indent=2)
    if found.gate is not None:
        page.field("at", _DOMAIN_GATES[found.gate], indent=2)
    for gate in answer.missing:
        page.field("missing", _GATES[gate], indent=2)
    if answer.unknown:
        page.field("unknown", ", ".join(answer.unknown), indent=2)
    if found.text:
        page.field(
            "the 403", f"… {found.text}" if not found.text.startswith("Missing") else found.text, indent=2
        )


def _layer(page: Page, layer: LayerTrace, *, verbose: bool) -> None:
    level = "" if layer.level is None else f", level {layer.level + 1}"
    page.flow((f"{_NAMES[layer.layer]}{level}", "strong"), (layer.says, _SAYS[layer.says]))
    hidden = 0
    for each in layer.statements:
        if not verbose and any("Action" in miss.element for miss in each.mismatches):
            hidden += 1
            continue
        _statement(page, each)
    if hidden:
        page.flow((f"{hidden} about other actions (--verbose)", "dim"), first="  ")


def _statement(page: Page, found: StatementTrace) -> None:
    name = _name(found.document, found.statement, found.sid)
    if found.applies:
        page.flow(
            f"{name}: {found.effect}",
            ("applies", "fail" if found.effect == "Deny" else "pass"),
            first="  ",
            gap=" ",
        )
        for each in found.conditions:
            got = _list(each.got) or "nothing"
            page.flow(
                f"{each.operator} {each.key}: it lists {_list(each.wanted)}, the call has {got}", first="    "
            )
        return
    if found.applies is None:
        page.flow(
            f"{name}: {found.effect} hangs on", (", ".join(found.unknown), "unknown"), first="  ", gap=" "
        )
        return
    page.flow(f"{name}: {found.effect}", ("does not match", "dim"), first="  ", gap=" ")
    for miss in found.mismatches:
        page.flow(_mismatch(miss), first="    ")


def _name(document: int, statement: int, sid: str | None) -> str:
    """A statement as a reader counts: from 1."""
    policy = f"policy {document + 1}, " if document else ""
    return f"{policy}statement {statement + 1}" + (f' "{sid}"' if sid else "")


def _mismatch(miss: Mismatch) -> str:
    got = _list(miss.got) or "nothing"
    if miss.element == "Condition":
        return f"{miss.operator} {miss.key}: it wants {_list(miss.wanted)}, the call has {got}"
    word = "spares" if miss.element.startswith("Not") else "lists"
    return f"{miss.element}: it {word} {_list(miss.wanted)}, the call has {got}"


def _list(values: tuple[str, ...]) -> str:
    more = len(values) - _MOST
    return ", ".join(values[:_MOST]) + (f" and {more} more" if more > 0 else "")


def _change(change: Change) -> str:
    fits = f" (any that fits {change.pattern})" if change.pattern else ""
    if change.what == "context":
        return f"without {change.key}" if change.to is None else f"with {change.key} {change.to}{fits}"
    if change.what == "principal":
        return f"by a caller of {change.pattern}" if change.pattern else f"by {change.to}"
    return f"{'on' if change.what == 'resource' else 'for'} {change.to}{fits}"
