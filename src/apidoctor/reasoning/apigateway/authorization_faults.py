"""Which fault of the catalogue a denial is (A01 to A13, A18, A20 to A22).

The visible layer decides first; for the resource policy, which has most faults, the statement that denied,
or the Allow statement that came nearest to matching, is looked at. Each rule is a line of `RULES`, in order
of preference.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from apidoctor.reasoning.iam import Policies, Policy
from apidoctor.reasoning.iam.explain import Mismatch, mismatches
from apidoctor.reasoning.iam.facts import Facts

from .authorization_keys import as_anonymous, for_resource_policy, is_iam_only, request_of
from .authorization_values import Call, Step, Verdict


class Cause(NamedTuple):
    """What a rule looks at: one part of a statement that keeps the caller out."""

    mismatch: Mismatch
    iam: bool
    """Whether the method authenticates callers by IAM."""
    live_endpoints: frozenset[str] | None
    """Ids of the endpoints that exist; ``None``: not known."""
    denies: bool
    """The condition belongs to a Deny that applied, not to an Allow that did not."""

    @property
    def key(self) -> str:
        """The condition key in lower case; empty for another element."""
        return (self.mismatch.key or "").lower()


class Rule(NamedTuple):
    """One fault and how it is known."""

    fault: str
    meaning: str
    applies: Callable[[Cause], bool]


def _mixed_up(cause: Cause) -> bool:
    """VPC ids where endpoint ids belong, or the other way round."""
    wrong = {"aws:sourcevpce": "vpc-", "aws:sourcevpc": "vpce-"}.get(cause.key)
    return wrong is not None and any(value.startswith(wrong) for value in cause.mismatch.wanted)


def _stale_endpoint(cause: Cause) -> bool:
    """Endpoint ids of which none is known to exist; a Deny that spares only these is always this fault."""
    if cause.key != "aws:sourcevpce":
        return False
    return (
        cause.denies or cause.live_endpoints is None or cause.live_endpoints.isdisjoint(cause.mismatch.wanted)
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "A13",
        "a condition key that exists only for IAM callers, on a method without IAM authorization",
        lambda cause: not cause.iam and is_iam_only(cause.key),
    ),
    Rule(
        "A05",
        "a condition on aws:SourceIp, absent through a VPC endpoint",
        lambda cause: cause.key == "aws:sourceip",
    ),
    Rule(
        "A04",
        "the VPC id is another one, or VPC and endpoint ids are mixed up",
        lambda cause: cause.key == "aws:sourcevpc" or _mixed_up(cause),
    ),
    Rule("A03", "a condition on endpoint ids that leaves this endpoint out", _stale_endpoint),
    Rule(
        "A06",
        "the resource pattern does not cover the stage, method or path",
        lambda cause: cause.mismatch.element in ("Resource", "NotResource") and not cause.denies,
    ),
)
"""In order of preference; a denial of the resource policy that none fits is A02."""

_LAYER_FAULTS = {
    ("identity", "implicit_deny"): "A11",
    ("endpoint", "explicit_deny"): "A09",
}


def classify_denial(
    verdict: Verdict, call: Call, policies: Policies, live_endpoints: frozenset[str] | None = None
) -> str | None:
    """The fault id of a denied call; ``None`` when the call is not certainly denied.

    Args:
        verdict: what `authorize` said of the call.
        call: the call.
        policies: the documents that the verdict was made from.
        live_endpoints: ids of the VPC endpoints that exist, ``None`` when they are not known.
    """
    step = verdict.symptom
    if step is None:
        return None
    if step.layer is None:
        return {"access_association": "H06", "mapping": "H07"}.get(step.gate, "A18")
    if step.gate == "domain_policy":
        return "A22"
    if step.layer == "authorizer":
        return "A21" if call.authorization == "COGNITO_USER_POOLS" else "A20"
    if step.layer == "resource":
        return _resource_fault(step, call, policies.resource, live_endpoints)
    if step.layer == "endpoint" and step.decision == "implicit_deny":
        return "A10" if _only_principals_differ(call, policies.endpoint) else "A08"
    return _LAYER_FAULTS.get((step.layer, step.decision), "A12")


def _only_principals_differ(call: Call, endpoint: Policy | None) -> bool:
    """Whether an Allow of the endpoint policy would match an unsigned call, did it not name principals."""
    if call.signed or endpoint is None:
        return False
    facts = Facts(as_anonymous(request_of(call)))
    found = [mismatches(each, facts) for each in endpoint.statements if each.allow]
    return any(missed and all(_asks_who(each) for each in missed) for missed in found)


def _asks_who(mismatch: Mismatch) -> bool:
    """Whether a part of a statement can only match a caller that signed."""
    return mismatch.element == "Principal" or is_iam_only(mismatch.key or "")


def _resource_fault(
    step: Step, call: Call, policy: Policy | None, live_endpoints: frozenset[str] | None
) -> str:
    if policy is None:
        return "A01"
    iam = call.authorization == "AWS_IAM"
    request = request_of(call)
    facts = Facts(for_resource_policy(request if iam else as_anonymous(request)))
    if step.decision == "explicit_deny":
        causes = _denying_conditions(step, policy, facts)
    else:
        causes = _nearest([mismatches(each, facts) for each in policy.statements if each.allow])
    denies = step.decision == "explicit_deny"
    return _first_rule(Cause(each, iam, live_endpoints, denies) for each in causes)


def _denying_conditions(step: Step, policy: Policy, facts: Facts) -> list[Mismatch]:
    """The conditions of the Deny that applied, in the form of mismatches."""
    if step.decided_by is None:
        return []
    clauses = policy.statements[step.decided_by.statement].clauses
    return [
        Mismatch("Condition", each.wanted, facts.context.get(each.lookup, ()), each.key, each.operator)
        for each in clauses
    ]


def _nearest(found: Iterable[tuple[Mismatch, ...]]) -> list[Mismatch]:
    """The parts that keep the caller out of the Allow statements with the fewest such parts."""
    missed = [each for each in found if each]
    fewest = min((len(each) for each in missed), default=0)
    return [part for each in missed if len(each) == fewest for part in each]


def _first_rule(causes: Iterable[Cause]) -> str:
    found = tuple(causes)
    for rule in RULES:
        if any(rule.applies(cause) for cause in found):
            return rule.fault
    return "A02"
