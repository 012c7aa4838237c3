"""Custom domain names of API Gateway, and the access associations of endpoints with them, as the accounts show them.

Source: API Gateway Developer Guide, "Custom domain names for private APIs in API Gateway": several accounts may have a
private domain of one name, so that its ARN tells it apart; an access association belongs to the endpoint's account, and
the domain's owner can list it too.
"""

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.aws import AccessAssociation, DomainName, read
from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Inventory
from apidoctor.model.missing import Missing
from apidoctor.reasoning.scene.case import Case, accounts, fact

DOMAINS, DOMAIN, ASSOCIATIONS = "get_domain_names", "get_domain_name", "get_domain_name_access_associations"
MAPPINGS, RULES = "get_base_path_mappings", "apigatewayv2.list_routing_rules"


class Shown(Struct, frozen=True):
    """The domains of one name that are shown."""

    domains: tuple[DomainName, ...]
    """One for each ARN, as its owner shows it where that can be read."""
    missing: tuple[Missing, ...]
    """Accounts that did not say which domains they have."""


class Ties(Struct, frozen=True):
    """The access associations with domains of one name that are shown."""

    found: tuple[AccessAssociation, ...]
    """Those of all accounts."""
    missing: tuple[tuple[str, Missing], ...]
    """Accounts that did not say which associations they have, and what would tell."""

    def of(self, endpoint: str) -> list[AccessAssociation]:
        """Return those of one endpoint, one for each domain."""
        mine = {each.domain: each for each in self.found if each.endpoint == endpoint}
        return list(mine.values())

    def missing_of(self, account: str) -> tuple[Missing, ...]:
        """Return what keeps an account's associations from being known."""
        return tuple(gap for owner, gap in self.missing if owner == account)


@fact
def shown_domains(case: Case, name: str) -> Shown:
    """Return the domains of this name in the lists of all accounts; an account that does not tell is no obstacle."""
    found: dict[tuple[str, str | None], DomainName] = {}
    missing: list[Missing] = []
    for account in accounts(case).value:
        listed = case.inventory.items(account, case.region, DOMAINS)
        missing += listed.missing
        items, _ = case.inventory.seen(account, case.region, DOMAINS)
        for item in items:
            if str(item.get("domainName", "")).lower() != name:
                continue
            seen = replace(read(DomainName, item, account), domain_name=name)
            identity = (seen.owner, seen.domain_name_id)
            if identity not in found or seen.is_own:
                found[identity] = seen
    return Shown(tuple(found.values()), tuple(missing))


@fact
def access_associations(case: Case, name: str) -> Ties:
    """Return the access associations with domains of this name in the lists of all accounts."""
    found: list[AccessAssociation] = []
    missing: list[tuple[str, Missing]] = []
    for account in accounts(case).value:
        listed = case.inventory.items(account, case.region, ASSOCIATIONS)
        missing += [(account, gap) for gap in listed.missing]
        items, _ = case.inventory.seen(account, case.region, ASSOCIATIONS)
        found += [read(AccessAssociation, item, account) for item in items]
    return Ties(tuple(each for each in found if each.domain[1] == name), tuple(missing))


@fact
def ended_associations(case: Case, name: str) -> tuple[AccessAssociation, ...]:
    """Return the associations whose domain is not among all those of its owner: it was deleted, perhaps made again.

    A domain that is made again has another id, and so another ARN: to it they are nothing.
    """
    return tuple(each for each in access_associations(case, name).value.found if _is_ended(case, each))


def _is_ended(case: Case, tie: AccessAssociation) -> bool:
    owner, name, identity = tie.domain
    if not identity or owner not in accounts(case).value:
        return False
    listed = case.inventory.items(owner, case.region, DOMAINS)
    case.expect(listed.missing)
    if not listed.known:
        return False
    same = [
        read(DomainName, item, owner)
        for item in listed.value
        if str(item.get("domainName", "")).lower() == name
    ]
    # A private domain whose id is not shown may be the one.
    return not any(identity == (each.domain_name_id or identity) for each in same if each.is_private)


@fact
def live_associations(case: Case, name: str) -> Ties:
    """Return the access associations without those whose domain is known to be gone."""
    ties, gone = access_associations(case, name).value, ended_associations(case, name).value
    return Ties(tuple(each for each in ties.found if each not in gone), ties.missing)


@fact
def private_domain(case: Case, name: str) -> DomainName | None:
    """Return the private custom domain *name* of any account; None when no account that can be read has one."""
    shown = shown_domains(case, name).value
    private = [each for each in shown.domains if each.is_private]
    if not private and shown.missing:
        raise Undecided(shown.missing)
    return next((each for each in private if each.is_own), private[0] if private else None)


def regions_of(inventory: Inventory, name: str) -> list[str]:
    """Return the Regions in which a list shows a domain of this name."""
    return [
        region
        for region in inventory.regions
        if any(
            str(item.get("domainName", "")).lower() == name
            for account in inventory.holding(region, DOMAINS)
            for item in inventory.seen(account, region, DOMAINS)[0]
        )
    ]


def domain_elsewhere(case: Case, name: str) -> str | None:
    """Return another Region in which a list shows a domain of this name; None when none does."""
    return next((region for region in regions_of(case.inventory, name) if region != case.region), None)


def apis_behind(case: Case, found: DomainName) -> list[str]:
    """Return the APIs that a domain's mappings lead to, as far as its account shows them; nobody has to."""
    if found.account not in case.inventory.holding(case.region, MAPPINGS):
        return []
    listed = case.inventory.items(found.account, case.region, MAPPINGS, found.key)
    return sorted({str(each.get("restApiId")) for each in listed.value}) if listed.known else []
