"""Near misses of a call that API Gateway refused: each layer sees the request in its own way."""

from collections.abc import Callable

from apidoctor.reasoning.iam import Layer, NearMiss, Policies, Policy, Request
from apidoctor.reasoning.iam.decide import Place, documents
from apidoctor.reasoning.iam.explain import near_misses
from apidoctor.reasoning.iam.facts import Facts

from .authorization_keys import as_anonymous, for_resource_policy
from .authorization_values import AuthorizationType, AuthorizerAnswer, Verdict


def explain_request(
    request: Request,
    policies: Policies,
    authorization: AuthorizationType,
    verdict: Verdict,
    *,
    authorizer: AuthorizerAnswer = None,
) -> tuple[NearMiss, ...]:
    """The Allow statements that would have opened a missing gate but for one element.

    Args:
        request: what was authorized.
        policies: the documents.
        authorization: the method's authorization type.
        verdict: what `authorize_request` said.
        authorizer: what the authorizer said; its policy is the layer ``authorizer``.
    """
    places, facts_of = views(request, policies, authorization, verdict, authorizer=authorizer)
    return tuple(near_misses(places, facts_of, frozenset(verdict.missing)))


def views(
    request: Request,
    policies: Policies,
    authorization: AuthorizationType,
    verdict: Verdict,
    *,
    authorizer: AuthorizerAnswer = None,
) -> tuple[list[Place], Callable[[Layer], Facts]]:
    """The documents that API Gateway looked at for a verdict, and how each layer sees the request."""
    iam = authorization == "AWS_IAM"
    seen = request if iam else as_anonymous(request)
    bounded = iam and policies.boundary is not None
    resource = Facts(for_resource_policy(seen), has_boundary=bounded)
    own, endpoint = Facts(seen, has_boundary=bounded), Facts(request)

    def facts_of(layer: Layer) -> Facts:
        return resource if layer == "resource" else endpoint if layer == "endpoint" else own

    places = [place for place in documents(policies) if place[0] in _looked_at(verdict, iam=iam)]
    if isinstance(authorizer, Policy):
        places.append(("authorizer", None, 0, authorizer))
    return places, facts_of


def _looked_at(verdict: Verdict, *, iam: bool) -> frozenset[Layer]:
    """The layers whose policies API Gateway evaluated."""
    if any(step.gate == "authentication" and step.denies for step in verdict.steps):
        return frozenset({"endpoint"})
    if iam:
        return frozenset({"endpoint", "resource", "identity", "boundary", "session", "scp"})
    return frozenset({"endpoint", "resource"})
