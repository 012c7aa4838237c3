"""From what the layers say to a decision.

Source: IAM User Guide, "Policy evaluation logic", "How AWS enforcement code logic evaluates requests" and
"Cross-account policy evaluation logic"; AWS Organizations User Guide, "SCP evaluation" and "RCP evaluation";
VPC guide, "Control access to VPC endpoints using endpoint policies".

1. A Deny that applies anywhere decides.
2. The *grant*: in one account the identity policies or the resource policy, between accounts both.
3. Boundary and session policy limit the grant, unless a resource policy of the same account names the user or
   session itself, or everyone.
4. Every level of SCPs, and the endpoint policy, must allow too. RCPs only deny: the default that allows
   everything cannot be detached.
"""

from collections.abc import Iterator
from typing import TypeAlias

from ._services import FREE_ACTIONS
from .layers import GATE_OF, Assessment, Finding, Relation, assess
from .policy import Policies, Policy
from .principals import Grant
from .truth import Truth, every, some
from .values import Decision, Gate, Layer, Problem, Request, StatementRef

Place: TypeAlias = tuple[Layer, int | None, int, Policy]
"""A document with its layer, its level (for organizations) and its index."""


def decide(request: Request, policies: Policies) -> Decision:
    """What the policies decide about the request, for any service."""
    problems = found_problems(policies)
    if problems and any(problem.severity == "invalid" for problem in problems):
        return Decision("invalid", problems=problems)
    if request.action.lower() in FREE_ACTIONS:
        return Decision("allow", problems=problems)
    return conclude(assess(request, policies), problems)


def found_problems(policies: Policies) -> tuple[Problem, ...]:
    """What was found when the documents were read: repeated keys, and why one is no policy."""
    return () if _flawless(policies) else tuple(_told(policies, all_of_them=False))


def all_problems(policies: Policies) -> tuple[Problem, ...]:
    """The problems of all documents; ``where`` begins with the layer and the document's index."""
    return tuple(_told(policies, all_of_them=True))


def _told(policies: Policies, *, all_of_them: bool) -> Iterator[Problem]:
    for layer, level, at, policy in documents(policies):
        for each in policy.problems if all_of_them else policy.found:
            place = f"{layer}[{at}]" if level is None else f"{layer}[{level}][{at}]"
            where = f"{place}.{each.where}" if each.where else place
            yield Problem(each.code, where, each.message, each.severity)


def _flawless(policies: Policies) -> bool:
    """Whether nothing was found in any document, the usual case."""
    for policy in policies.identity:
        if policy.found:
            return False
    for single in (policies.resource, policies.endpoint, policies.boundary, policies.session):
        if single is not None and single.found:
            return False
    for organization in (policies.scps, policies.rcps):
        for level in organization:
            for policy in level:
                if policy.found:
                    return False
    return True


def documents(policies: Policies) -> Iterator[Place]:
    """Every document with its layer, level and index."""
    for at, policy in enumerate(policies.identity):
        yield "identity", None, at, policy
    if policies.resource is not None:
        yield "resource", None, 0, policies.resource
    if policies.endpoint is not None:
        yield "endpoint", None, 0, policies.endpoint
    if policies.boundary is not None:
        yield "boundary", None, 0, policies.boundary
    if policies.session is not None:
        yield "session", None, 0, policies.session
    for level, each in enumerate(policies.scps):
        yield from (("scp", level, at, policy) for at, policy in enumerate(each))
    for level, each in enumerate(policies.rcps):
        yield from (("rcp", level, at, policy) for at, policy in enumerate(each))


def conclude(assessment: Assessment, problems: tuple[Problem, ...] = ()) -> Decision:
    """The decision that follows from the findings."""
    findings = assessment.findings()
    for finding in findings:
        if finding.deny:
            return Decision("explicit_deny", finding.denied_by, problems=problems)
    opened = gates(assessment)
    is_open = every(opened.values())
    missing = () if is_open else tuple([gate for gate, truth in opened.items() if truth is False])
    # A layer that could not be read makes no certain denial uncertain; an open Deny that was read leaves open
    # whether the denial is explicit.
    undecided = [
        finding for finding in findings if finding.deny is None and (is_open is not False or finding.readable)
    ]
    if is_open is False and not undecided:
        return Decision("implicit_deny", missing=missing, problems=problems)
    if is_open and not undecided:
        return Decision("allow", _granted_by(assessment), problems=problems)
    unknown = _unknown(assessment, opened)
    return Decision("indeterminate", missing=missing, unknown=unknown, problems=problems)


def gates(a: Assessment) -> dict[Gate, Truth]:
    """Each gate that applies, and whether something opens it."""
    boundary = True if a.boundary is None else a.boundary.allows()
    session = _session(a)
    found: dict[Gate, Truth] = {"grant": _grant(a, True, True)}
    if a.boundary is not None and boundary is not True:
        found["boundary"] = _grant(a, boundary, True) if found["grant"] is not False else boundary
    if session is not True:
        found["session"] = _grant(a, True, session) if found["grant"] is not False else session
    if a.endpoint is not None:
        found["endpoint"] = a.endpoint.allows()
    if a.scps:
        found["scp"] = every(finding.allows() for finding in a.scps)
    return found


def _session(a: Assessment) -> Truth:
    """Without a session policy a role's session is not limited, a federated user's may do nothing."""
    if a.session is not None:
        return a.session.allows()
    return a.facts.caller.kind != "federated"


def _grant(a: Assessment, boundary: Truth, session: Truth) -> Truth:
    if a.relation != "unknown":
        return _grant_by(a, a.relation, boundary, session)
    same = _grant_by(a, "same", boundary, session)
    return same if same is _grant_by(a, "cross", boundary, session) else None


def _grant_by(a: Assessment, relation: Relation, boundary: Truth, session: Truth) -> Truth:
    named, role, direct = _resource_grants(a.resource)
    if relation == "alone":
        return named
    # The account's root user needs no identity policy.
    identity = True if a.identity is None else a.identity.allows()
    limits = every((boundary, session))
    own = every((identity, limits))
    if relation == "cross":
        return every((named, own))
    if relation == "trust":
        return some((direct, every((role, limits)), every((named, own))))
    # API Gateway's table for one account does not ask how the caller is named.
    by_resource = named if relation == "gateway" else role
    return some((direct, every((by_resource, limits)), own))


def _resource_grants(resource: Finding | None) -> tuple[Truth, Truth, Truth]:
    """Whether the resource policy names the caller in any way, at least by role, and directly."""
    if resource is None:
        return False, False, False
    return resource.allows(), resource.allows(Grant.ROLE), resource.allows(Grant.DIRECT)


def _granted_by(a: Assessment) -> StatementRef | None:
    """The statement that granted: the resource policy's when it suffices, else the identity policy's."""
    by_resource = a.resource.allowed_by if a.resource else None
    by_identity = a.identity.allowed_by if a.identity else None
    if a.relation in ("same", "trust") and a.resource is not None and a.resource.sure < Grant.ROLE:
        return by_identity or by_resource
    return by_resource or by_identity


def _unknown(a: Assessment, opened: dict[Gate, Truth]) -> tuple[str, ...]:
    """What would decide: keys of the open statements of the layers that matter, and unread layers."""
    found: set[str] = set()
    for finding in a.findings():
        matters = opened.get(GATE_OF[finding.layer]) is None
        if not finding.readable:
            found.add(finding.layer)
        found.update(finding.unknown_keys(allows=matters))
    return tuple(sorted(found))
