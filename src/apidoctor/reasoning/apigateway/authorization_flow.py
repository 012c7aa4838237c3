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

from apidoctor.reasoning.iam import Decision, Policies, Policy, Request
from apidoctor.reasoning.iam.decide import conclude, found_problems, gates
from apidoctor.reasoning.iam.facts import Facts
from apidoctor.reasoning.iam.layers import Assessment, Finding, assess, find, unread
from apidoctor.reasoning.iam.principals import Grant

from .authorization_keys import as_anonymous, for_resource_policy
from .authorization_steps import steps_of, symptom_of
from .authorization_values import AuthorizationType, AuthorizerAnswer, Verdict

_TYPES: tuple[AuthorizationType, ...] = ("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")
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
    problems = found_problems(policies)
    if isinstance(authorizer, Policy):
        problems += authorizer.found
    if any(problem.severity == "invalid" for problem in problems):
        return Verdict("invalid", problems=problems)
    facts = Facts(request, has_boundary=policies.boundary is not None)
    if authorization == "AWS_IAM":
        if facts.caller.kind == "anonymous":
            return _not_signed(request, policies)
        found = _by_iam(request, facts, policies)
    else:
        found = _by_anonymous(request, facts, policies)
        if authorization != "NONE":
            answer = _answer(authorizer, found.facts)
            found = replace(
                found, identity=answer, relation="gateway" if authorization == "CUSTOM" else "cross"
            )
    if policy_required and policies.resource is None and found.relation == "gateway":
        found = replace(found, relation="cross")
    return _verdict(found, endpoint_first(found, conclude(found, problems)), authorization)


def endpoint_first(found: Assessment, decision: Decision) -> Decision:
    """The decision, the endpoint policy being looked at before any other: its silence ends a call that another
    policy would deny by name."""
    endpoint = found.endpoint
    if endpoint is None or (endpoint.allows() and endpoint.deny is False):
        return decision
    if endpoint.deny:
        return replace(
            decision, decision="explicit_deny", decided_by=endpoint.denied_by, missing=(), unknown=()
        )
    if endpoint.allows() is False and endpoint.deny is False:
        missing = tuple(gate for gate, is_open in gates(found).items() if is_open is False)
        return replace(decision, decision="implicit_deny", decided_by=None, missing=missing, unknown=())
    if decision.decision != "explicit_deny":
        return decision
    # Some policy denies; whether the endpoint policy ends the call before it does is open.
    unknown = {"endpoint"} if not endpoint.readable else endpoint.unknown_keys(allows=True)
    return replace(decision, decision="indeterminate", decided_by=None, unknown=tuple(sorted(unknown)))


def _by_iam(request: Request, facts: Facts, policies: Policies) -> Assessment:
    """What the layers say to an authenticated caller."""
    seen = Facts(for_resource_policy(request), has_boundary=facts.has_boundary)
    found = assess(request, policies, facts=facts, resource_facts=seen)
    relation = "gateway" if found.relation == "same" else found.relation
    return replace(found, relation=relation, resource=found.resource or find("resource", (), seen))


def _by_anonymous(request: Request, facts: Facts, policies: Policies) -> Assessment:
    """What the layers say when only the endpoint policy looks at a signature."""
    anonymous = as_anonymous(request)
    seen = Facts(for_resource_policy(anonymous))
    found = assess(anonymous, policies, resource_facts=seen, endpoint_facts=facts)
    return replace(found, resource=found.resource or find("resource", (), seen))


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
    steps = steps_of(found, "AWS_IAM", signed=False)
    symptom = steps[0] if steps[0].denies else steps[-1]
    if found.endpoint is not None and found.endpoint.deny is None and found.endpoint.readable:
        # It is refused for certain; whether by a Deny is open.
        unknown = tuple(sorted(set(found.endpoint.unknown_keys(allows=True))))
        return Verdict("indeterminate", steps, symptom, missing=("grant",), unknown=unknown)
    explicit = symptom.decision == "explicit_deny"
    return Verdict(
        decision="explicit_deny" if explicit else "implicit_deny",
        steps=steps,
        symptom=symptom,
        decided_by=symptom.decided_by,
        missing=() if explicit else ("grant", "endpoint") if steps[0].denies else ("grant",),
        problems=found_problems(policies),
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
    steps = steps_of(assessment, authorization, signed=True)
    by_account = decision.decision == "allow" and _by_account_alone(assessment)
    return Verdict(
        decision=decision.decision,
        steps=steps,
        symptom=symptom_of(steps, authorization),
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
