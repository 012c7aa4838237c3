"""Which gates a refused call has passed: the one that refused it stands behind them.

Source: API Gateway developer guide, "How API Gateway resource policies affect authorization workflow", "Use VPC
endpoint policies for private APIs" (the endpoint's comes first) and "Use AWS WAF to protect your REST APIs" (it comes
before resource policies, IAM and authorizers); knowledge center, "Troubleshoot HTTP 403 errors from API Gateway".
"""

from apidoctor.reasoning.apigateway.fingerprints import Fingerprint

ENDPOINT = frozenset({"A08", "A09", "A10"})
"""The endpoint policy."""
NAME = frozenset({"D02", "D15", "D22", "H01", "H05", "H06", "H07", "H08", "T04", "T06"})
"""Whether the name leads to an API that may be called so; a custom domain has an association and a mapping too."""
DOMAIN = frozenset({"A22"})
"""The policy of a custom domain."""
WEB_ACL = frozenset({"H12"})
"""The web ACL of the stage."""
AUTHORIZED = frozenset(
    {"A01", "A02", "A03", "A04", "A05", "A06", "A07", "A11", "A12", "A13", "A18", "A20", "A21"}
)
"""Resource policy, the caller's own policies and authorizers."""

_FOUND = ENDPOINT | NAME | DOMAIN
_OF_STAGE = {"missing_token", "unauthorized", "authorizer_denied", "authorizer_error"}


def passed_gates(said: Fingerprint) -> frozenset[str]:
    """Return the faults of the gates that a call has passed which got this answer.

    Only API Gateway's own words tell.  That a web ACL comes before routes and throttles too is a reading of its page,
    which calls it the first line of defence.
    """
    if not said.is_ours:
        return frozenset()
    if said.kind == "policy_denied" and said.denial is not None and said.denial.layer is not None:
        return _of_policy(said.denial.layer, of_domain=said.denial.domain is not None)
    if said.kind in _OF_STAGE or (said.kind in ("throttled", "not_found") and said.error_type):
        return _FOUND | WEB_ACL
    if said.kind == "forbidden" and said.text.startswith("Invalid API Key"):
        return _FOUND | WEB_ACL | AUTHORIZED
    return frozenset()


def _of_policy(layer: str, *, of_domain: bool) -> frozenset[str]:
    if layer == "endpoint":
        return frozenset()
    return ENDPOINT if of_domain else _FOUND | WEB_ACL
