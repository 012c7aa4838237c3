"""A call through a private custom domain: every gate that it must pass, in order.

Source: API Gateway Developer Guide, "Custom domain names for private APIs in API Gateway": the endpoint policy must
allow the domain and the API, the endpoint must have an access association with the domain, the domain's own policy must
allow the call, a mapping must lead to an API and a stage, and then the API decides as always.
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.reasoning.iam import Policies, Policy, Request
from apidoctor.reasoning.iam.truth import Truth

from .authorization_domain import authorize_domain_request
from .authorization_flow import authorize_request
from .authorization_values import AuthorizationType, AuthorizerAnswer, GateName, Step, StepDecision, Verdict

_KEY = "execute-api:viaDomainArn"


class Domain(Struct, frozen=True):
    """The private custom domain that a call goes through."""

    arn: str
    """Its execute-side ARN: ``arn:aws:execute-api:us-east-1:111122223333:/domainnames/api.example.com+a1b2c3``."""
    policy: Policy | None
    """Its own resource policy; without one it refuses every call."""
    associated: Truth = None
    """Whether the endpoint has an access association with it that is ready; ``None``: not known."""
    mapped: Truth = None
    """Whether a base path mapping or routing rule leads to the API; ``None``: not known."""


def authorize_through_domain(
    request: Request,
    policies: Policies,
    authorization: AuthorizationType | None,
    domain: Domain,
    *,
    authorizer: AuthorizerAnswer = None,
) -> Verdict:
    """API Gateway's answer to a call of a private API that goes through a custom domain.

    Args:
        request: the call, with the method's ARN as its resource.
        policies: the documents, with the API's resource policy.
        authorization: the method's authorization type; ``None``: not known.
        domain: the domain, its policy and what leads through it.
        authorizer: what the Lambda authorizer or the user pool said.
    """
    through = replace(request, context={**request.context, _KEY: (domain.arn,)})
    at_domain = authorize_domain_request(
        replace(through, resource=domain.arn),
        Policies(
            resource=domain.policy,
            endpoint=policies.endpoint,
            unknown_layers=policies.unknown_layers & {"endpoint"},
        ),
    )
    at_api = authorize_request(through, policies, authorization, authorizer=authorizer, policy_required=True)
    for verdict in (at_domain, at_api):
        if verdict.decision == "invalid":
            return verdict
    return _in_order(at_domain, at_api, domain)


def _in_order(at_domain: Verdict, at_api: Verdict, domain: Domain) -> Verdict:
    endpoint = [step for step in (*at_domain.steps, *at_api.steps) if step.gate == "endpoint_policy"]
    steps = (
        *_strictest(endpoint),
        _gate("access_association", domain.associated),
        *(step for step in at_domain.steps if step.gate == "domain_policy"),
        _gate("mapping", domain.mapped),
        *(step for step in at_api.steps if step.gate != "endpoint_policy"),
    )
    before = steps[: len(steps) - sum(step.gate != "endpoint_policy" for step in at_api.steps)]
    refusing = next((step for step in before if step.denies), None)
    symptom = refusing or at_api.symptom
    unknown = {
        *(key for key in (*at_domain.unknown, *at_api.unknown)),
        *(step.gate for step in before if step.layer is None and step.decision == "indeterminate"),
    }
    open_before = any(step.decision == "indeterminate" for step in before[: _place(before, refusing)])
    if refusing is not None and not open_before:
        return _refused(refusing, steps, at_domain)
    if open_before or any(step.decision == "indeterminate" for step in before):
        return Verdict(
            "indeterminate", steps, symptom, unknown=tuple(sorted(unknown)), problems=at_api.problems
        )
    return replace(at_api, steps=steps, symptom=symptom, problems=(*at_domain.problems, *at_api.problems))


def _refused(step: Step, steps: tuple[Step, ...], at_domain: Verdict) -> Verdict:
    explicit = step.decision == "explicit_deny"
    missing = at_domain.missing if step.layer is not None and not explicit else ()
    return Verdict(
        "explicit_deny" if explicit else "implicit_deny",
        steps,
        step,
        decided_by=step.decided_by if explicit else None,
        missing=missing,
        problems=at_domain.problems,
    )


def _place(steps: tuple[Step, ...], wanted: Step | None) -> int:
    return next((at for at, step in enumerate(steps) if step is wanted), len(steps))


def _gate(name: GateName, is_open: Truth) -> Step:
    words: dict[Truth, StepDecision] = {True: "allow", False: "implicit_deny", None: "indeterminate"}
    return Step(name, words[is_open])


_ORDER: tuple[StepDecision, ...] = ("explicit_deny", "implicit_deny", "indeterminate", "neutral", "allow")


def _strictest(steps: Iterable[Step]) -> list[Step]:
    """The endpoint policy is asked for the domain and for the API: the stricter answer counts."""
    return sorted(steps, key=lambda step: _ORDER.index(step.decision))[:1]
