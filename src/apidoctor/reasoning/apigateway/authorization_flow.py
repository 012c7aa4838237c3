"""How API Gateway authorizes a request, by the method's authorization type.

Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow"
(tables A and B) and "Use VPC endpoint policies for private APIs in API Gateway".

==================  ==================================================================================
type                what must allow, after the endpoint policy
==================  ==================================================================================
NONE                the resource policy, for an anonymous caller
AWS_IAM             same account: identity or resource policy (table A); else both (table B)
CUSTOM              the resource policy must not deny; then the authorizer's policy or it (table A)
COGNITO_USER_POOLS  the token; then the resource policy by itself (table B)
==================  ==================================================================================
"""

from msgspec.structs import replace

from apidoctor.reasoning.iam import Decision, Gate, Layer, Policies, Policy, Request
from apidoctor.reasoning.iam.decide import all_problems, conclude, gates
from apidoctor.reasoning.iam.facts import Facts
from apidoctor.reasoning.iam.layers import GATE_OF, Assessment, Finding, assess, find, unread
from apidoctor.reasoning.iam.principals import Grant
from apidoctor.reasoning.iam.truth import Truth

from .authorization_keys import as_anonymous, for_resource_policy
from .authorization_values import AuthorizationType, AuthorizerAnswer, GateName, Step, StepDecision, Verdict

GATE_NAME: dict[Layer, GateName] = {
    "endpoint": "endpoint_policy",
    "scp": "service_control_policies",
    "resource": "resource_policy",
    "authorizer": "authorizer",
    "identity": "identity_policies",
    "boundary": "permissions_boundary",
    "session": "session_policy",
}
_TYPES: tuple[AuthorizationType, ...] = ("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")
_BLAMED: tuple[GateName, ...] = (
    "service_control_policies",
    "identity_policies",
    "authorizer",
    "resource_policy",
    "permissions_boundary",
    "session_policy",
)
"""Which silence the text of a 403 blames when several layers are silent. That the identity policies come
before the resource policy is known for callers of the API's account, and assumed for others."""

ACCOUNT_NOTE = (
    "The resource policy names the caller's account, not the caller: API Gateway's table lets the caller in, "
    "IAM's own rule would ask for an identity policy too"
)


def authorize_request(
    request: Request,
    policies: Policies,
    authorization: AuthorizationType | None,
    *,
    authorizer: AuthorizerAnswer = None,
    policy_required: bool = False,
) -> Verdict:
    """API Gateway's answer to a complete request.

    Args:
        request: what is called, by whom; without a principal it is not signed.
        policies: the documents; resource control policies do not cover ``execute-api`` and count for nothing.
        authorization: the method's authorization type; ``None``: not known.
        authorizer: what the Lambda authorizer or the user pool said.
        policy_required: the API is private, so that without a resource policy every call is refused
            (API Gateway Developer Guide, "Private REST APIs in API Gateway").
    """
    if authorization is None:
        return _any_type(request, policies, authorizer, policy_required=policy_required)
    problems = all_problems(policies)
    if isinstance(authorizer, Policy):
        problems += authorizer.problems
    if any(problem.severity == "invalid" for problem in problems):
        return Verdict("invalid", problems=problems)
    anonymous = Facts(request).caller.kind == "anonymous"
    if authorization == "AWS_IAM" and anonymous:
        return _not_signed(request, policies)
    assessment = _assess(request, policies, authorization, authorizer, policy_required=policy_required)
    return _verdict(assessment, conclude(assessment, problems), authorization)


def _assess(
    request: Request,
    policies: Policies,
    authorization: AuthorizationType,
    authorizer: AuthorizerAnswer,
    *,
    policy_required: bool,
) -> Assessment:
    endpoint = Facts(request)
    if authorization == "AWS_IAM":
        resource = Facts(for_resource_policy(request), has_boundary=policies.boundary is not None)
        found = assess(request, policies, resource_facts=resource, endpoint_facts=endpoint)
        if found.relation == "same":
            found = replace(found, relation="gateway")
    else:
        anonymous = as_anonymous(request)
        resource = Facts(for_resource_policy(anonymous))
        found = assess(anonymous, policies, resource_facts=resource, endpoint_facts=endpoint)
        if authorization != "NONE":
            answer = _answer(authorizer, Facts(anonymous))
            found = replace(
                found, identity=answer, relation="gateway" if authorization == "CUSTOM" else "cross"
            )
    if found.resource is None:
        relation = "cross" if policy_required and found.relation == "gateway" else found.relation
        found = replace(found, resource=find("resource", (), resource), relation=relation)
    return found


def _answer(authorizer: AuthorizerAnswer, facts: Facts) -> Finding:
    """The authorizer as a layer."""
    if authorizer is None:
        return unread("authorizer", facts)
    if isinstance(authorizer, Policy):
        return find("authorizer", (authorizer,), facts)
    grant = Grant.DIRECT if authorizer == "allow" else Grant.NONE
    return Finding("authorizer", (), facts, authorizer == "explicit_deny", grant, grant)


def _not_signed(request: Request, policies: Policies) -> Verdict:
    """A method with AWS_IAM that is called without a signature: after the endpoint policy nothing is
    evaluated."""
    unread_endpoint = policies.unknown_layers & {"endpoint"}
    found = assess(request, Policies(endpoint=policies.endpoint, unknown_layers=unread_endpoint))
    steps = _steps(found, "AWS_IAM", signed=False)
    symptom = steps[0] if steps[0].denies else steps[-1]
    explicit = symptom.decision == "explicit_deny"
    return Verdict(
        decision="explicit_deny" if explicit else "implicit_deny",
        steps=steps,
        symptom=symptom,
        decided_by=symptom.decided_by,
        missing=() if explicit else ("grant",),
        problems=all_problems(policies),
    )


def _any_type(
    request: Request, policies: Policies, authorizer: AuthorizerAnswer, *, policy_required: bool
) -> Verdict:
    """The verdict that holds for every authorization type, else one that hangs on the type."""
    verdicts = [
        authorize_request(request, policies, each, authorizer=authorizer, policy_required=policy_required)
        for each in _TYPES
    ]
    first = verdicts[0]
    if all(each.decision == first.decision and not each.unknown for each in verdicts):
        return first
    if all(each.denied for each in verdicts):
        return replace(first, decision="indeterminate", unknown=("authorization",))
    common = tuple(step for step in first.steps if all(step in each.steps for each in verdicts))
    unknown = {"authorization", *(key for each in verdicts for key in each.unknown if key != "authorizer")}
    return Verdict("indeterminate", common, unknown=tuple(sorted(unknown)), problems=first.problems)


def _verdict(assessment: Assessment, decision: Decision, authorization: AuthorizationType) -> Verdict:
    steps = _steps(assessment, authorization, signed=True)
    by_account = decision.decision == "allow" and _by_account_alone(assessment)
    return Verdict(
        decision=decision.decision,
        steps=steps,
        symptom=_symptom(steps, authorization),
        decided_by=decision.decided_by,
        missing=decision.missing,
        unknown=decision.unknown,
        problems=decision.problems,
        notes=(ACCOUNT_NOTE,) if by_account else (),
    )


def _by_account_alone(a: Assessment) -> bool:
    """Whether the grant hangs on a resource policy that names only the caller's account."""
    if a.relation != "gateway" or a.resource is None or a.identity is None:
        return False
    return a.resource.sure is Grant.ACCOUNT and a.identity.allows() is False


def _steps(a: Assessment, authorization: AuthorizationType, *, signed: bool) -> tuple[Step, ...]:
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
    decision = _step_decision(finding, opened.get(gate, True), both=a.relation in ("cross", "alone"))
    ref = finding.denied_by if decision == "explicit_deny" else None
    if decision == "allow":
        ref = finding.allowed_by
    return Step(name, decision, finding.layer, ref, finding.level)


def _step_decision(finding: Finding, is_open: Truth, *, both: bool) -> StepDecision:
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


def _symptom(steps: tuple[Step, ...], authorization: AuthorizationType) -> Step | None:
    """The certain denial that the caller sees: a Deny before silence, but first what is looked at first."""
    first = ["endpoint_policy"]
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
