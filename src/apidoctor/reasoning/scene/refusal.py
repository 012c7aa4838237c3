"""What the text of a refusal says, beside what the policies predict."""

from apidoctor.reasoning.apigateway.authorize import Denial, Verdict
from apidoctor.reasoning.iam import Layer
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.policies import Side, api_side, domain_side

READ: frozenset[Layer] = frozenset({"identity", "boundary", "resource", "endpoint"})
"""Layers whose policies are read; of others the text alone tells."""
_MASKED = "*"


def contradictions(case: Case, said: Denial) -> list[str]:
    """Return in what the text of a refusal contradicts the simulation of the call."""
    asked = domain_side(case) if said.domain and case.request.domain else api_side(case)
    if not asked.known:
        return []
    side = asked.value
    found = [words for words in (_layer(side, said), _caller(side, said)) if words]
    return found + differences(case, said)


def _layer(side: Side, said: Denial) -> str | None:
    decided, unread = side.verdict, side.policies.unknown_layers
    if said.layer is None or said.layer not in READ or said.layer in unread or decided.decision == "invalid":
        return None
    named = _words(said.layer)
    if said.layer not in decided.denied_layers:
        if any(step.layer == said.layer and step.decision == "indeterminate" for step in decided.steps):
            return None
        others = ", ".join(map(_words, decided.denied_layers)) or "nothing"
        return f"The text says that the {named} refuses; of the policies that were read, {others} does."
    if said.kind is not None and not _same_kind(said, decided):
        kinds = ("explicitly", "by silence") if said.kind == "explicit" else ("by silence", "explicitly")
        return f"The text says that the {named} denies {kinds[0]}; the one that was read denies {kinds[1]}."
    return None


def _same_kind(said: Denial, decided: Verdict) -> bool:
    kinds = {step.decision for step in decided.steps if step.layer == said.layer and step.denies}
    return f"{said.kind}_deny" in kinds


def _words(layer: Layer) -> str:
    return {"identity": "caller's policies", "boundary": "permissions boundary"}.get(layer, f"{layer} policy")


def _caller(side: Side, said: Denial) -> str | None:
    asked = side.call
    if not asked.api_id:
        return None
    anonymous = asked.authorization != "AWS_IAM" or asked.principal_arn is None
    if said.who == "anonymous" and not anonymous:
        return (
            f"The text calls the caller anonymous; the call is thought to be signed by {asked.principal_arn}."
        )
    if said.who not in (None, "anonymous") and asked.principal_arn is None:
        return f"The text names the caller {said.who}; the call is thought to be unsigned."
    return None


def differences(case: Case, said: Denial) -> list[str]:
    """Return in what API, stage, method and path as API Gateway understood them differ from what was called."""
    side = domain_side(case) if said.domain and case.request.domain else api_side(case)
    asked = side.value.call if side.known else case.request
    path = asked.path.partition("?")[0]
    pairs = [
        ("API", said.api_id, asked.api_id),
        ("stage", said.stage, asked.stage),
        ("method", said.method, asked.method.upper()),
        ("path", (said.path or "/") if said.method else None, path or "/"),
        ("Region", said.region, asked.region),
    ]
    return [
        f"The text speaks of the {name} {theirs}; the call is for {ours}."
        for name, theirs, ours in pairs
        if theirs and ours and _MASKED not in theirs and theirs.rstrip("/") != ours.rstrip("/")
    ]
