"""From the findings of the layers to the gates that a request meets, in order, and the denial that is seen.

Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow" and
"Use VPC endpoint policies for private APIs in API Gateway" (the endpoint policy comes first)."""

from apidoctor.reasoning.iam import Gate, Layer
from apidoctor.reasoning.iam.decide import gates
from apidoctor.reasoning.iam.layers import GATE_OF, Assessment, Finding
from apidoctor.reasoning.iam.truth import Truth

from .authorization_values import AuthorizationType, GateName, Step, StepDecision

GATE_NAME: dict[Layer, GateName] = {
    "endpoint": "endpoint_policy",
    "scp": "service_control_policies",
    "resource": "resource_policy",
    "authorizer": "authorizer",
    "identity": "identity_policies",
    "boundary": "permissions_boundary",
    "session": "session_policy",
}
_BLAMED: tuple[GateName, ...] = (
    "service_control_policies",
    "identity_policies",
    "authorizer",
    "domain_policy",
    "resource_policy",
    "permissions_boundary",
    "session_policy",
)
"""Which silence the text of a 403 blames when several layers are silent. That the identity policies come
before the resource policy is known for callers of the API's account, and assumed for others."""


def steps_of(a: Assessment, authorization: AuthorizationType, *, signed: bool) -> tuple[Step, ...]:
    """The gates in the order in which a request meets them."""
    opened = gates(a)
    found = [_step(a.endpoint, opened, a)] if a.endpoint else []
    if authorization == "AWS_IAM":
        found.append(Step("authentication", "allow" if signed else "implicit_deny"))
        if not signed:
            return tuple(found)
    policies = (*a.scps, a.resource, a.identity, a.boundary, a.session)
    if authorization == "COGNITO_USER_POOLS":
        # The token is looked at before the resource policy.
        policies = (a.identity, a.resource)
    found += [_step(each, opened, a) for each in policies if each is not None]
    return tuple(found)


def _step(finding: Finding, opened: dict[Gate, Truth], a: Assessment) -> Step:
    gate = GATE_OF[finding.layer]
    name = GATE_NAME[finding.layer]
    decision = _decision(finding, opened.get(gate, True), both=a.relation in ("cross", "alone"))
    ref = finding.denied_by if decision == "explicit_deny" else None
    if decision == "allow":
        ref = finding.allowed_by
    return Step(name, decision, finding.layer, ref, finding.level)


def _decision(finding: Finding, is_open: Truth, *, both: bool) -> StepDecision:
    """What one layer answers, given whether its gate is open (a grant may come from another layer)."""
    allows = finding.allows()
    if finding.deny:
        return "explicit_deny"
    alone = finding.layer in ("endpoint", "scp") or (both and GATE_OF[finding.layer] == "grant")
    if allows is False and (is_open is False or alone):
        return "implicit_deny"
    if finding.deny is None or allows is None:
        return "indeterminate"
    return "allow" if allows else "neutral"


def symptom_of(steps: tuple[Step, ...], authorization: AuthorizationType) -> Step | None:
    """The certain denial that the caller sees: a Deny before silence, but first what is looked at first."""
    first: list[GateName] = ["endpoint_policy"]
    if authorization == "COGNITO_USER_POOLS":
        first.append("authorizer")
    denying = [step for step in steps if step.denies]
    for step in denying:
        if step.gate in first:
            return step
    for step in denying:
        if step.decision == "explicit_deny":
            return step
    return min(denying, key=lambda step: _BLAMED.index(step.gate), default=None)
