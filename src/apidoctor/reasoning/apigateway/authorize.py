"""Whether API Gateway lets a call of a private API through, gate by gate, and what the refusal looks like."""

from apidoctor.reasoning.iam import Policies

from .authorization_faults import classify_denial
from .authorization_flow import authorize_request
from .authorization_keys import method_arn, request_of
from .authorization_text import denial_text, parse_denial
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
    "GateName",
    "Step",
    "StepDecision",
    "Verdict",
    "authorize",
    "authorize_request",
    "classify_denial",
    "denial_text",
    "method_arn",
    "parse_denial",
    "request_of",
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
