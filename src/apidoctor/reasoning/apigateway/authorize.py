"""Whether API Gateway lets a call of a private API through, gate by gate, and what the refusal looks like."""

from msgspec.structs import replace

from apidoctor.reasoning.iam import Policies

from .authorization_domain import authorize_domain_request
from .authorization_explain import explain_request, views
from .authorization_faults import classify_denial
from .authorization_flow import authorize_request
from .authorization_keys import method_arn, request_of
from .authorization_text import denial_text, parse_denial
from .authorization_through import Domain, authorize_through_domain
from .authorization_values import (
    AuthorizationType,
    AuthorizerAnswer,
    Call,
    Denial,
    GateName,
    Step,
    StepDecision,
    Verdict,
)

__all__ = [
    "AuthorizationType",
    "AuthorizerAnswer",
    "Call",
    "Denial",
    "Domain",
    "GateName",
    "Step",
    "StepDecision",
    "Verdict",
    "authorize",
    "authorize_domain",
    "authorize_domain_request",
    "authorize_request",
    "authorize_through_domain",
    "classify_denial",
    "denial_text",
    "explain_request",
    "method_arn",
    "parse_denial",
    "request_of",
    "views",
]


def authorize(call: Call, policies: Policies, authorizer: AuthorizerAnswer = None) -> Verdict:
    """API Gateway's answer to a call of a private API.

    Args:
        call: the call; what it leaves open is unknown, not absent. policies: the documents. The resource
        policy is the one that the stage runs, which may be older than the
            saved one; whether it is, is the caller's business. Without a resource policy a private API
            refuses every call.
        authorizer: what the Lambda authorizer or the user pool said.
    """
    return authorize_request(
        request_of(call), policies, call.authorization, authorizer=authorizer, policy_required=True
    )


def authorize_domain(call: Call, policies: Policies) -> Verdict:
    """Whether the private custom domain of a call (``call.domain_arn``) lets it in, before the API is asked.

    Args:
        call: the call.
        policies: the domain's policy as ``resource``, and the endpoint's.
    """
    request = request_of(call)
    return authorize_domain_request(replace(request, resource=call.domain_arn or request.resource), policies)
