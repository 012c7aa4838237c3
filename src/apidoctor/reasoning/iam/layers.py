"""What each layer of policies says about a request, before anything is concluded from it."""

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ._services import TRUST_ACTIONS, is_key, rcps_apply
from .facts import Facts
from .policy import Policies, Policy
from .principals import IAM_KINDS, Grant
from .statements import Statement
from .truth import Truth
from .values import Gate, Layer, Request, StatementRef

Relation: TypeAlias = Literal["same", "cross", "alone", "trust", "gateway", "unknown"]
"""How identity and resource policies combine: ``same`` and ``cross`` account, the resource policy ``alone``
(anonymous callers, AWS services, token issuers), ``trust`` (a role's trust policy, or a key's policy, must always
allow), ``gateway`` (same account, by API Gateway's table), or ``unknown`` which of same and cross."""


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


class Placed(NamedTuple):
    """A statement in a layer."""

    document: int
    statement: Statement


class Finding(Struct, frozen=True, gc=False, eq=False):
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
    denying: Placed | None = None
    """A Deny that applies."""
    allowing: Placed | None = None
    """The strongest Allow that certainly applies."""
    level: int | None = None
    readable: bool = True
    hangs_on: tuple[str, ...] = ()
    """Keys that leave open whether the layer concerns the caller."""

    @property
    def denied_by(self) -> StatementRef | None:
        """Where the Deny stands."""
        return self._ref(self.denying)

    @property
    def allowed_by(self) -> StatementRef | None:
        """Where the Allow stands."""
        return self._ref(self.allowing)

    def _ref(self, place: Placed | None) -> StatementRef | None:
        if place is None:
            return None
        statement = place.statement
        return StatementRef(self.layer, place.document, statement.index, self.level, statement.sid)

    def allows(self, least: Grant = Grant.ACCOUNT) -> Truth:
        """Whether an Allow applies that names the caller at least this directly."""
        if self.sure >= least:
            return True
        return None if self.possible >= least else False

    def unknown_keys(self, *, allows: bool) -> Iterator[str]:
        """The keys that leave its Deny statements, and with ``allows`` its Allow statements, open."""
        yield from self.hangs_on
        for policy in self.documents:
            for reading in policy.readings:
                for statement in reading.about(self.facts.action):
                    sure, possible = statement.strength_for(self.facts)
                    if sure is not possible and (allows or not statement.allow):
                        for key in statement.unknown_keys(self.facts):
                            yield self.facts.spelling.get(key.lower(), key)


class Assessment(Struct, frozen=True, gc=False, eq=False):
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
    denying = allowing = None
    action = facts.action
    for at, policy in enumerate(documents):
        readings = policy.readings
        if len(readings) > 1:
            says = _agreed(policy, [find(layer, (each,), facts) for each in policy.each_reading()])
            if denying is None and says.deny is not False:
                deny, denying = says.deny, _moved(says.denying, at) if says.deny else None
            possible = max(possible, says.possible)
            if says.sure > sure:
                sure, allowing = says.sure, _moved(says.allowing, at)
            continue
        for statement in readings[0].about(action):
            certain, greatest = statement.strength_for(facts)
            if not greatest:
                continue
            if statement.allow:
                if greatest > possible:
                    possible = greatest
                if certain > sure:
                    sure, allowing = certain, Placed(at, statement)
            elif not certain:
                deny = deny or None
            elif denying is None:
                deny, denying = True, Placed(at, statement)
    return Finding(layer, documents, facts, deny, sure, possible, denying, allowing, level)


def _agreed(policy: Policy, says: list[Finding]) -> Finding:
    """What holds in every reading of a document is certain, what holds in some is possible."""
    first = says[0]
    deny = first.deny if all(each.deny is first.deny for each in says) else None
    return replace(
        first,
        deny=deny,
        denying=_denial_of_all(policy, first) if deny else None,
        sure=min(each.sure for each in says),
        possible=max(each.possible for each in says),
    )


def _denial_of_all(policy: Policy, first: Finding) -> Placed | None:
    """A Deny that applies in every reading; when each has another one, that of the first."""
    facts = first.facts
    applying = [
        {each.index for each in reading.about(facts.action) if not each.allow and each.strength_for(facts)[0]}
        for reading in policy.readings
    ]
    common = sorted(set.intersection(*applying))
    return Placed(0, policy.statements[common[0]]) if common else first.denying


def _moved(place: Placed | None, document: int) -> Placed | None:
    return None if place is None else Placed(document, place.statement)


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
    limited = personal and who.kind != "root"
    governed = personal and who.service_linked is not True
    identity = None
    if limited:
        guess = who.kind == "unknown" or "identity" in unknown
        identity = unread("identity", facts) if guess else find("identity", policies.identity, facts)
    return Assessment(
        relation=_relation(request, facts),
        facts=facts,
        resource=_one("resource", policies.resource, resource_facts or facts, unknown),
        identity=identity,
        boundary=_one("boundary", policies.boundary, facts, unknown) if limited else None,
        session=_one("session", policies.session, facts, unknown) if limited else None,
        endpoint=_one("endpoint", policies.endpoint, endpoint_facts or facts, unknown),
        scps=_levels("scp", policies.scps, facts, unknown) if governed else (),
        rcps=_levels("rcp", policies.rcps, facts, unknown)
        if (policies.rcps or unknown) and rcps_apply(facts.action) and who.service_linked is not True
        else (),
    )


def _one(layer: Layer, policy: Policy | None, facts: Facts, unknown: frozenset[Layer]) -> Finding | None:
    if layer in unknown:
        return unread(layer, facts)
    return None if policy is None else find(layer, (policy,), facts)


def _levels(
    layer: Layer, levels: tuple[tuple[Policy, ...], ...], facts: Facts, unknown: frozenset[Layer]
) -> tuple[Finding, ...]:
    if layer in unknown:
        return (unread(layer, facts),)
    found = tuple([find(layer, each, facts, at) for at, each in enumerate(levels)])
    return found if facts.caller.service_linked is False else tuple(map(_in_doubt, found))


def _in_doubt(found: Finding) -> Finding:
    """What a level says to a caller whom it may not concern at all."""
    deny = found.deny if found.deny is False else None
    return replace(found, deny=deny, denying=None, possible=Grant.DIRECT, hangs_on=("aws:PrincipalArn",))


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
    guarded = facts.action in TRUST_ACTIONS or is_key(facts.action, request.resource)
    return "trust" if guarded else "same"
