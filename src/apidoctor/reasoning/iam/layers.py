"""What each layer of policies says about a request, before anything is concluded from it."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from ._services import TRUST_ACTIONS, rcps_apply
from .facts import Facts
from .policy import Policies, Policy
from .principals import IAM_KINDS, Grant
from .statements import Statement
from .truth import Truth
from .values import Gate, Layer, Request, StatementRef

Relation: TypeAlias = Literal["same", "cross", "alone", "trust", "gateway", "unknown"]
"""How identity and resource policies combine: ``same`` and ``cross`` account, the resource policy ``alone``
(anonymous callers, AWS services, token issuers), ``trust`` (a role's trust policy must always allow),
``gateway`` (same account, by API Gateway's table), or ``unknown`` which of same and cross."""


GATE_OF: dict[Layer, Gate] = {
    "identity": "grant",
    "resource": "grant",
    "authorizer": "grant",
    "boundary": "boundary",
    "session": "session",
    "endpoint": "endpoint",
    "scp": "scp",
    "rcp": "rcp",
}
"""The gate that the Allow statements of a layer open."""


_NONE = Grant.NONE


class Finding(Struct, frozen=True, eq=False):
    """What one layer (one level of an organization) says."""

    layer: Layer
    documents: tuple[Policy, ...]
    facts: Facts
    deny: Truth
    """Whether a Deny applies."""
    sure: Grant
    """The strongest Allow that certainly applies."""
    possible: Grant
    """The strongest Allow that may apply."""
    denied_by: StatementRef | None = None
    allowed_by: StatementRef | None = None
    level: int | None = None
    readable: bool = True

    def allows(self, least: Grant = Grant.ACCOUNT) -> Truth:
        """Whether an Allow applies that names the caller at least this directly."""
        if self.sure >= least:
            return True
        return None if self.possible >= least else False

    def unknown_keys(self, *, allows: bool) -> Iterator[str]:
        """The keys that leave its Deny statements, and with ``allows`` its Allow statements, open."""
        for policy in self.documents:
            for statements in policy.readings:
                for statement in statements:
                    sure, possible = statement.strength(self.facts)
                    if sure is not possible and (allows or not statement.allow):
                        for key in statement.unknown_keys(self.facts):
                            yield self.facts.spelling.get(key.lower(), key)


class Assessment(Struct, frozen=True, eq=False):
    """What all layers say. A layer that does not apply to the caller is left out."""

    relation: Relation
    facts: Facts
    resource: Finding | None = None
    identity: Finding | None = None
    boundary: Finding | None = None
    session: Finding | None = None
    endpoint: Finding | None = None
    scps: tuple[Finding, ...] = ()
    rcps: tuple[Finding, ...] = ()

    def findings(self) -> tuple[Finding, ...]:
        """All of them, in AWS's order of evaluation."""
        single = (self.resource, self.identity, self.boundary, self.session, self.endpoint)
        return (*self.scps, *self.rcps, *(each for each in single if each is not None))


def find(layer: Layer, documents: tuple[Policy, ...], facts: Facts, level: int | None = None) -> Finding:
    """Evaluate the documents of one layer."""
    deny: Truth = False
    sure = possible = _NONE
    denied_by = allowed_by = None
    for at, policy in enumerate(documents):
        if len(policy.readings) == 1:
            verdict = _evaluate(policy.readings[0], facts)
        else:
            verdict = _agreed([_evaluate(statements, facts) for statements in policy.readings])
        if verdict.deny and denied_by is None:
            deny, denied_by = True, _ref(layer, at, verdict.denying, level)
        elif verdict.deny is None and not deny:
            deny = None
        if verdict.possible > possible:
            possible = verdict.possible
        if verdict.sure > sure:
            sure, allowed_by = verdict.sure, _ref(layer, at, verdict.allowing, level)
    return Finding(layer, documents, facts, deny, sure, possible, denied_by, allowed_by, level)


class _Verdict(Struct, frozen=True, eq=False):
    """What one reading of one document says."""

    deny: Truth
    sure: Grant
    possible: Grant
    denying: Statement | None
    allowing: Statement | None


def _evaluate(statements: tuple[Statement, ...], facts: Facts) -> _Verdict:
    deny: Truth = False
    best = greatest = _NONE
    denying = allowing = None
    for statement in statements:
        sure, possible = statement.strength(facts)
        if not possible:
            continue
        if statement.allow:
            if possible > greatest:
                greatest = possible
            if sure > best:
                best, allowing = sure, statement
        elif not sure:
            deny = deny or None
        elif denying is None:
            deny, denying = True, statement
    return _Verdict(deny, best, greatest, denying, allowing)


def _agreed(verdicts: list[_Verdict]) -> _Verdict:
    """What holds in every reading of a document is certain, what holds in some is possible."""
    first = verdicts[0]
    deny = first.deny if all(each.deny is first.deny for each in verdicts) else None
    sure = min(each.sure for each in verdicts)
    return _Verdict(deny, sure, max(each.possible for each in verdicts), first.denying, first.allowing)


def _ref(layer: Layer, document: int, statement: Statement | None, level: int | None) -> StatementRef | None:
    return None if statement is None else StatementRef(layer, document, statement.index, level, statement.sid)


def unread(layer: Layer, facts: Facts) -> Finding:
    """The finding of a layer that could not be read: it may allow, and it may deny."""
    return Finding(layer, (), facts, None, Grant.NONE, Grant.DIRECT, readable=False)


def assess(
    request: Request,
    policies: Policies,
    *,
    facts: Facts | None = None,
    resource_facts: Facts | None = None,
    endpoint_facts: Facts | None = None,
) -> Assessment:
    """Evaluate every layer that applies to the caller.

    Args:
        request: the call.
        policies: valid documents only.
        facts: the prepared request, when it was prepared already.
        resource_facts: what the resource policy sees, when that differs from the request.
        endpoint_facts: what the endpoint policy sees, when that differs from the request.
    """
    facts = facts or Facts(request, has_boundary=policies.boundary is not None)
    who = facts.caller
    unknown = policies.unknown_layers
    personal = who.kind in IAM_KINDS

    def one(layer: Layer, policy: Policy | None, seen: Facts) -> Finding | None:
        if layer in unknown:
            return unread(layer, seen)
        return None if policy is None else find(layer, (policy,), seen)

    def levels(layer: Layer, documents: tuple[tuple[Policy, ...], ...]) -> tuple[Finding, ...]:
        if layer in unknown:
            return (unread(layer, facts),)
        return tuple([find(layer, each, facts, at) for at, each in enumerate(documents)])

    limited = personal and who.kind != "root"
    identity = None
    if limited:
        guess = who.kind == "unknown" or "identity" in unknown
        identity = unread("identity", facts) if guess else find("identity", policies.identity, facts)
    return Assessment(
        relation=_relation(request, facts),
        facts=facts,
        resource=one("resource", policies.resource, resource_facts or facts),
        identity=identity,
        boundary=one("boundary", policies.boundary, facts) if limited else None,
        session=one("session", policies.session, facts) if limited else None,
        endpoint=one("endpoint", policies.endpoint, endpoint_facts or facts),
        scps=levels("scp", policies.scps) if personal and not who.service_linked else (),
        rcps=levels("rcp", policies.rcps) if rcps_apply(facts.action) and not who.service_linked else (),
    )


def _relation(request: Request, facts: Facts) -> Relation:
    who = facts.caller
    if who.kind not in IAM_KINDS:
        return "alone"
    parts = request.resource.split(":", 5)
    owner = request.resource_account or (parts[4] if len(parts) == 6 else "") or who.account
    if not who.account:
        return "unknown"
    if owner != who.account:
        return "cross"
    return "trust" if facts.action in TRUST_ACTIONS else "same"
