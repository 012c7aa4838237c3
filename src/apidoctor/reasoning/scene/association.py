"""Access associations of endpoints with private custom domains: how old one may be, and who may make one.

Source: API Gateway Developer Guide, "Custom domain names for private APIs in API Gateway": the endpoint's account makes
the association; the domain's owner allows other accounts to, by a management policy that AWS RAM or a patch writes; an
association works after about 15 minutes; an invitation of RAM outside the organization expires after 12 hours.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from apidoctor.model.aws import DomainName
from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap
from apidoctor.reasoning.iam import Policies, Policy, Request, decide, read_policy
from apidoctor.reasoning.iam.truth import Truth
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.domains import ASSOCIATIONS, DOMAIN
from apidoctor.reasoning.scene.endpoint import endpoint
from apidoctor.reasoning.scene.organizations import organization_of
from apidoctor.reasoning.scene.shares import Sharing, sharing
from apidoctor.reasoning.scene.through import known_domain

INVITATIONS = "get_resource_share_invitations"
ACTION = "apigateway:CreateAccessAssociation"
SETTLING_MINUTES = 15
"""How long an association, a domain or a change of its certificate takes to work everywhere."""
INVITATION_HOURS = 12
"""How long an invitation to a share waits for being accepted."""
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class Permission(Struct, frozen=True):
    """Whether the endpoint's account may make an access association with the domain."""

    granted: Truth
    """None: not known."""
    why: str
    """In words."""
    source: Literal["own", "management_policy", "invitation", "share", "nothing"]
    """What tells it."""
    shared: Sharing | None = None
    """What RAM told, where it was asked."""


class Invitation(Struct, frozen=True):
    """An invitation to a share of AWS RAM that may carry the domain."""

    status: str
    """``PENDING``, ``ACCEPTED``, ``REJECTED``, ``EXPIRED``."""
    at: str
    """When it was sent, ISO 8601; empty when not shown."""
    share: str = ""
    """The share's ARN."""


def holder_of(case: Case) -> str:
    """Return the account that owns the call's endpoint: it makes and lists access associations."""
    via = endpoint(case).value
    if via is None:
        raise Undecided([Gap("fact: which endpoint carries the call; say --via vpce-…")])
    return via.owner_id or via.account


def minutes_between(earlier: str | None, later: str | None) -> float | None:
    """Return the minutes from one ISO moment to another; None when one of them is none."""
    try:
        one, other = datetime.fromisoformat(earlier or ""), datetime.fromisoformat(later or "")
        return (other - one).total_seconds() / 60
    except (ValueError, TypeError):
        return None


@fact
def greatest_age(case: Case) -> float | None:
    """Return how many minutes old the association is at most: it is younger than the endpoint, and than the invitation.

    AWS shows no date of the association itself.  None: nothing bounds its age.
    """
    via, found = endpoint(case).value, known_domain(case).value
    holder = holder_of(case)
    seen = case.inventory.taken_at(holder, case.region, ASSOCIATIONS)
    now = case.taken_at if seen is None else seen
    moments = [via.creation_timestamp if via else None]
    moments += [each.at for each in invitations(case, holder, found) if each.status == "ACCEPTED"][:1]
    ages = [minutes_between(moment, now) for moment in moments]
    return min((age for age in ages if age is not None and age >= 0), default=None)


@fact
def permission(case: Case) -> Permission:
    """Return whether the endpoint's account may make the association, as far as owner and holder let it be seen."""
    found, holder = known_domain(case).value, holder_of(case)
    name = found.domain_name
    if holder == found.owner:
        return Permission(True, f"{name} and the endpoint are of one account.", "own")
    policy: Truth = None
    if found.is_own and found.management_policy and found.management_policy.strip():
        policy = _grants(case, read_policy(found.management_policy, kind="resource"), found, holder)
        if policy is True:
            return Permission(
                True, f"The management policy of {name} lets {holder} do it.", "management_policy"
            )
    shared = sharing(case, found, holder)
    ram = f" {shared.why}" if shared.granted is False else ""
    if policy is False:
        words = f"The management policy of {name} does not let account {holder} make an access association."
        return Permission(False, f"{words}{ram}", "management_policy", shared)
    if shared.granted:
        return Permission(True, shared.why, "share", shared)
    if found.management_policy and found.management_policy.strip():
        words = f"It is not known whether the management policy of {name} lets {holder} do it."
        return Permission(None, words, "management_policy", shared)
    return _without_policy(case, found, holder, shared)


def _without_policy(case: Case, found: DomainName, holder: str, shared: Sharing) -> Permission:
    """Return the permission where no management policy is shown: by invitation, share, or that there is no policy."""
    name = found.domain_name
    known = [
        each
        for each in invitations(case, holder, found)
        if not each.share or shared.carrying is None or each.share in shared.carrying
    ]
    if known and known[0].status != "ACCEPTED":
        words = f"The invitation of {found.owner} to share {name} is {known[0].status} in account {holder}."
        return Permission(False, words, "invitation", shared)
    if shared.granted is False:
        return Permission(False, shared.why, "share", shared)
    own = case.inventory.get(found.account, case.region, DOMAIN, found.key) if found.is_own else None
    if own is not None and own.known and own.value and not shared.seen:
        none = " and no share of AWS RAM" if shared.carrying is not None else ""
        only = f"only its own account {found.owner} may associate endpoints."
        words = f"{name} has no management policy{none}, so that {only}"
        return Permission(False, words, "management_policy", shared)
    words = shared.why or f"Only {found.owner} sees whether {holder} may do it."
    return Permission(None, words, "nothing", shared)


def invitations(case: Case, holder: str, found: DomainName) -> list[Invitation]:
    """Return the invitations to shares by which the owner may have shared the domain, the latest first.

    Nobody has to be able to list them.
    """
    told: list[Invitation] = []
    if holder not in case.inventory.holding(case.region, INVITATIONS):
        return told
    items, _ = case.inventory.seen(holder, case.region, INVITATIONS)
    for item in items:
        if item.get("senderAccountId") != found.owner or not _may_carry(item, found):
            continue
        at, status = str(item.get("invitationTimestamp") or ""), str(item.get("status") or "").upper()
        age = minutes_between(at, case.taken_at)
        if status == "PENDING" and age is not None and age > INVITATION_HOURS * 60:
            status = "EXPIRED"
        told.append(Invitation(status, at, str(item.get("resourceShareArn") or "")))
    return sorted(told, key=lambda each: each.at, reverse=True)


def _may_carry(invitation: dict[str, object], found: DomainName) -> bool:
    """Say whether an invitation can be about the domain: of most, AWS does not list what is shared."""
    listed = invitation.get("resourceShareAssociations")
    shared = (
        [each.get("associatedEntity") for each in listed if isinstance(each, dict)]
        if isinstance(listed, list)
        else []
    )
    return not shared or found.domain_name_arn in shared


def _grants(case: Case, policy: Policy, found: DomainName, holder: str) -> Truth:
    """Say whether a management policy lets some principal of an account make an association."""
    if not policy.valid:
        return None
    partition = case.request.partition
    named = [one for each in policy.statements for one in each.principals if f":{holder}:" in one]
    keys = {clause.key for each in policy.statements for clause in each.clauses}
    known = {"aws:principalaccount": (holder,)}
    if any(key.lower() == "aws:principalorgid" for key in keys) and (mine := organization_of(case, holder)):
        known["aws:principalorgid"] = (mine,)
    decisions = {
        decide(
            Request(
                action=ACTION,
                resource=arn,
                principal_arn=principal,
                principal_account=holder,
                resource_account=found.owner,
                context=known,
                unknown_context=frozenset(key for key in keys if key.lower() not in known),
            ),
            Policies(identity=(read_policy(_EVERYTHING, kind="identity"),), resource=policy),
        ).decision
        for principal in dict.fromkeys([f"arn:{partition}:iam::{holder}:root", *named[:50]])
        for arn in _arns(found)
    }
    return True if "allow" in decisions else None if "indeterminate" in decisions else False


def _arns(found: DomainName) -> list[str]:
    """Return the ARNs by which a management policy may name the domain: before it had an id, too."""
    arn = found.domain_name_arn or ""
    return list(
        dict.fromkeys([arn, arn.partition("+")[0], arn.partition("+")[0].replace(found.owner, "", 1)])
    )
