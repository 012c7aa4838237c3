"""The gate that a private custom domain adds: its own resource policy, and the endpoint policy for the
domain.

Source: API Gateway Developer Guide, "Custom domain names for private APIs in API Gateway". The endpoint
policy must allow both the domain and the API; the domain's policy must allow the call by itself, before the
API's is looked at."""

from msgspec.structs import replace

from apidoctor.reasoning.iam import Policies, Request
from apidoctor.reasoning.iam.decide import conclude, found_problems
from apidoctor.reasoning.iam.facts import Facts
from apidoctor.reasoning.iam.layers import assess, find

from .authorization_flow import endpoint_first
from .authorization_keys import for_resource_policy
from .authorization_steps import steps_of, symptom_of
from .authorization_values import Verdict


def authorize_domain_request(request: Request, policies: Policies) -> Verdict:
    """Whether the domain lets a request in, before the API is asked.

    Args:
        request: the call, with the domain's execute-side ARN as its resource.
        policies: the domain's policy as ``resource`` and the endpoint's; others play no part here.
    """
    only = Policies(
        resource=policies.resource,
        endpoint=policies.endpoint,
        unknown_layers=policies.unknown_layers & {"resource", "endpoint"},
    )
    problems = found_problems(only)
    if any(problem.severity == "invalid" for problem in problems):
        return Verdict("invalid", problems=problems)
    facts, seen = Facts(request), Facts(for_resource_policy(request))
    found = assess(request, only, facts=facts, resource_facts=seen)
    found = replace(
        found,
        relation="alone",
        identity=None,
        resource=found.resource or find("resource", (), seen),
    )
    decision = endpoint_first(found, conclude(found, problems))
    steps = tuple(
        replace(step, gate="domain_policy") if step.gate == "resource_policy" else step
        for step in steps_of(found, "NONE", signed=True)
    )
    return Verdict(
        decision=decision.decision,
        steps=steps,
        symptom=symptom_of(steps, "NONE"),
        decided_by=decision.decided_by,
        missing=decision.missing,
        unknown=decision.unknown,
        problems=decision.problems,
    )
