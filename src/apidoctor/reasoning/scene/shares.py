"""Shares of AWS RAM that carry a private custom domain: whether they reach the account of the endpoint.

Source: RAM API reference, *ResourceShare*, *ResourceShareAssociation* (only the share's owner lists associations; a
principal is an account, an organization, an organizational unit, a role or a user) and *GetResourceShares*; API Gateway
Developer Guide, "Share your private custom domain name using AWS RAM": shares are Regional, as domains are.
"""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.aws import DomainName
from apidoctor.reasoning.iam.truth import Truth
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.organizations import organization_in, organization_of

SHARES, TIES = "get_resource_shares", "get_resource_share_associations"
MOST = 2000
"""Most shares and associations of one account that are looked at."""
_DONE, _GONE = "ASSOCIATED", ("DELETING", "DELETED")
_TIE_STATES = (
    "ASSOCIATING",
    "ASSOCIATED",
    "DISASSOCIATING",
    "DISASSOCIATED",
    "SUSPENDED",
    "SUSPENDING",
    "RESTORING",
)
_KNOWN = frozenset(("ACTIVE", "PENDING", "FAILED", *_GONE, *_TIE_STATES))
"""States of shares and associations; what is none of them is not known."""


_FIXES = (
    "Make a share of {name} with account {holder} in {region}.",
    "Make a new share of {name} with account {holder}.",
    "Mend the share, or make a new one of {name} with account {holder}.",
    "Put {name} into the share again.",
    "Add account {holder} to the share as a principal; outside the organization it must accept within 12 hours.",
    "Let the share allow external principals, add account {holder} again and accept the invitation within 12 hours.",
    "Endpoint's account: accept the invitation; where there is none any more, the owner adds the account again.",
)
"""What mends a share, by how far on its way all is right."""


class Sharing(Struct, frozen=True, kw_only=True):
    """What RAM tells of sharing the domain with the endpoint's account."""

    granted: Truth
    """None: RAM does not decide it."""
    why: str = ""
    """In words."""
    steps: int = 0
    """How far on the way from share to account all is right, see `_FIXES`."""
    carrying: frozenset[str] | None = None
    """ARNs of the owner's shares that carry the domain; None: not known."""
    operation: str = TIES
    """The answer that tells."""
    account: str = ""
    """The account that it is of."""
    region: str = ""
    """The Region that it is of."""
    seen: dict[str, Any] = {}
    """What was seen, for evidence."""
    fix: str = ""
    """What mends it; empty where nothing is wrong."""


class _Tie(Struct, frozen=True):
    """A resource or a principal in a share."""

    share: str
    kind: str
    entity: str
    status: str
    message: str
    external: bool
    name: str
    """The share's name, else its ARN."""


class _World(Struct, frozen=True):
    """What is needed to judge each share."""

    holder: str
    member_of: str | None
    """The organization of the holder: its id, empty when in none, None when not known."""
    region: str
    ties: list[_Tie]
    shares: dict[str, dict[str, Any]]
    all_ties: bool
    all_shares: bool
    visible: frozenset[str]
    """Shares that the holder itself sees as active: it is a principal of them, and has accepted."""


def sharing(case: Case, found: DomainName, holder: str) -> Sharing:
    """Return what RAM tells of sharing the domain *found* with *holder*; nobody has to be able to read it."""
    owner = found.owner
    _wait(case, [(owner, TIES), (owner, SHARES), (holder, SHARES)])
    ties, all_ties = _ties(case, owner, case.region)
    listed, all_shares = _shares(case, owner)
    theirs, _ = _shares(case, holder)
    carrying = [tie for tie in ties if tie.kind == "RESOURCE" and tie.entity == arn_of(case, found)]
    world = _World(
        holder=holder,
        member_of=organization_of(case, holder) if any(organization_in(tie.entity) for tie in ties) else None,
        region=case.region,
        ties=ties,
        shares={**theirs, **listed},
        all_ties=all_ties,
        all_shares=all_shares,
        visible=frozenset(arn for arn, each in theirs.items() if _word(each, "status") == "ACTIVE"),
    )
    told = [_judged(world, found, tie) for tie in carrying] or [_uncarried(case, found)]
    best = max(told, key=lambda each: ((False, None, True).index(each.granted), each.steps))
    told_by_holder = best.operation == SHARES and best.seen.get("share") not in listed and not all_shares
    words = {"name": found.domain_name, "holder": holder, "region": case.region}
    return replace(
        best,
        carrying=frozenset(tie.share for tie in carrying) if all_ties else None,
        account=holder if told_by_holder else owner,
        region=best.region or case.region,
        fix=_FIXES[best.steps].format(**words) if best.granted is False else "",
    )


def arn_of(case: Case, found: DomainName) -> str:
    """Return the ARN by which RAM names a private domain."""
    head = f"arn:{case.request.partition}:apigateway:{case.region}:{found.owner}:/domainnames"
    return found.domain_name_arn or f"{head}/{found.domain_name}+{found.domain_name_id}"


def _judged(world: _World, found: DomainName, tie: _Tie) -> Sharing:
    """Judge one share that carries the domain: the share, the domain in it, then the account in it."""
    name = found.domain_name
    seen: dict[str, Any] = {"share": tie.share, "resource": tie.entity, "status of the resource": tie.status}

    def say(granted: Truth, why: str, steps: int, operation: str = TIES, **more: Any) -> Sharing:
        return Sharing(
            granted=granted, why=why, steps=steps, operation=operation, seen={**seen, **_plain(more)}
        )

    there = tie.share.split(":")[3] if tie.share.count(":") >= 5 else ""
    if there and there != world.region:
        return say(
            False, f"The share {tie.name} is in {there} and {name} in {world.region}: shares are Regional.", 0
        )
    share = world.shares.get(tie.share)
    if share is None and world.all_shares:
        return say(
            False,
            f"The share {tie.name} that carried {name} is not listed any more: it was deleted.",
            1,
            SHARES,
        )
    status = _word(share or {}, "status")
    if status in _GONE:
        return say(False, f"The share {tie.name} that carries {name} is {status}.", 1, SHARES, state=status)
    if status in _KNOWN and status != "ACTIVE":
        text = _because(share or {})
        return say(
            False, f"The share {tie.name} that carries {name} is {status}{text}.", 2, SHARES, state=status
        )
    if tie.status in _KNOWN and tie.status != _DONE:
        return say(
            False, f"{name} is {tie.status} in the share {tie.name}, not {_DONE}{_tail(tie.message)}.", 3
        )
    if status not in _KNOWN or tie.status not in _KNOWN:
        return say(None, f"It is not known whether the share {tie.name} is active.", 3)
    if tie.share in world.visible:
        return say(
            True, f"The share {tie.name} carries {name}, and account {world.holder} sees it.", 7, SHARES
        )
    return _with_principal(world, found, tie, share or {}, say)


def _with_principal(
    world: _World, found: DomainName, tie: _Tie, share: dict[str, Any], say: Callable[..., Sharing]
) -> Sharing:
    """Judge whether the holder is a principal of an active share that carries the domain."""
    principals = [each for each in world.ties if each.share == tie.share and each.kind == "PRINCIPAL"]
    named = {each: _names(world, each.entity) for each in principals}
    mine = [each for each in principals if named[each] is True]
    closed = share.get("allowExternalPrincipals") is False
    rule = "the share does not allow principals outside the owner's organization"
    told: list[Sharing] = []
    for each in mine:
        more = {"principal": each.entity, "status of the principal": each.status}
        if each.external and closed:
            words = f"Account {world.holder} is outside the organization of {found.owner}, and {rule} ({tie.name})."
            told.append(say(False, words, 5, SHARES, allowExternalPrincipals=False, **more))
        elif each.status == _DONE:
            words = f"The share {tie.name} carries {found.domain_name}, with {each.entity} as principal."
            told.append(say(True, words, 7, **more))
        elif each.status in _KNOWN:
            waits = "; its invitation may wait to be accepted" if each.status == "ASSOCIATING" else ""
            words = f"{each.entity} is {each.status} in the share {tie.name}, not {_DONE}{_tail(each.message)}{waits}."
            told.append(say(False, words, 6, **more))
        else:
            told.append(say(None, f"The state of {each.entity} in the share {tie.name} is not known.", 6))
    if told and any(each.granted for each in told):
        return next(each for each in told if each.granted)
    if None in named.values() or not world.all_ties:
        words = (
            f"It is not known whether account {world.holder} belongs to a principal of the share {tie.name}."
        )
        return say(None, words, 4)
    if told:
        return told[0]
    others = ", ".join(sorted({each.entity for each in principals})[:5]) or "nobody"
    words = (
        f"Account {world.holder} is no principal of the share {tie.name} that carries {found.domain_name}: "
    )
    return say(False, f"{words}it is shared with {others}{'; ' + rule if closed else ''}.", 4)


def _names(world: _World, principal: str) -> Truth:
    """Say whether a principal of a share is the holder, something of it, or its organization."""
    if principal == world.holder or f"::{world.holder}:" in principal:
        return True
    organization = organization_in(principal)
    if not organization:
        return False
    if world.member_of is None:
        return None
    if organization != world.member_of:
        return False
    return None if ":ou/" in principal else True


def _uncarried(case: Case, found: DomainName) -> Sharing:
    """Say what no share carries the domain, or only a domain of its name in another Region."""
    for region in case.inventory.regions:
        for tie in _ties(case, found.owner, region)[0]:
            parts = tie.entity.split(":", 5)
            same = len(parts) == 6 and (parts[2], parts[4]) == ("apigateway", found.owner)
            named = same and parts[5].rpartition("/")[2].partition("+")[0].lower() == found.domain_name
            if tie.kind != "RESOURCE" or not named or parts[3] == case.region or tie.status != _DONE:
                continue
            words = (
                f"The share {tie.name} carries {found.domain_name} of {parts[3]}, "
                f"not that of {case.region}: shares are Regional."
            )
            seen = {"share": tie.share, "resource": tie.entity}
            return Sharing(granted=False, why=words, region=region, seen=seen)
    return Sharing(granted=None)


def _wait(case: Case, wanted: Iterable[tuple[str, str]]) -> None:
    """Wait for answers that may still come; those that cannot be had are done without."""
    case.expect(
        gap
        for account, name in wanted
        if account in case.inventory.accounts
        for gap in case.inventory.get(account, case.region, name).missing
    )


def _ties(case: Case, account: str, region: str) -> tuple[list[_Tie], bool]:
    """Return what an account's shares hold, and whether that is all."""
    if account not in case.inventory.holding(region, TIES):
        return [], False
    items, whole = case.inventory.seen(account, region, TIES)
    found = [
        _Tie(
            share=_text(item, "resourceShareArn"),
            kind=_word(item, "associationType"),
            entity=_text(item, "associatedEntity"),
            status=_word(item, "status"),
            message=_text(item, "statusMessage"),
            external=item.get("external") is True,
            name=_text(item, "resourceShareName") or _text(item, "resourceShareArn"),
        )
        for item in items[:MOST]
    ]
    return found, whole and len(items) <= MOST


def _shares(case: Case, account: str) -> tuple[dict[str, dict[str, Any]], bool]:
    """Return the shares that an account sees, by ARN, and whether these are all."""
    if account not in case.inventory.holding(case.region, SHARES):
        return {}, False
    items, whole = case.inventory.seen(account, case.region, SHARES)
    return {_text(item, "resourceShareArn"): item for item in items[:MOST]}, whole and len(items) <= MOST


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value[:2048] if isinstance(value, str) else ""


def _word(item: dict[str, Any], name: str) -> str:
    return _text(item, name).upper()


def _because(share: dict[str, Any]) -> str:
    return _tail(_text(share, "statusMessage"))


def _tail(message: str) -> str:
    return f" ({message[:200].rstrip('. ')})" if message else ""


def _plain(more: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in more.items() if value not in (None, "")}
