"""Private zones that the caller's VPC sees, and what they say of a name."""

from apidoctor.model.facts import together
from apidoctor.model.inventory import as_dict
from apidoctor.reasoning.naming.answer import Answer, plain
from apidoctor.reasoning.naming.endpoints import ENDPOINT_NAME
from apidoctor.reasoning.naming.resolver import Resolver
from apidoctor.reasoning.naming.sight import Rule, Sight, Zone
from apidoctor.reasoning.scene.case import Case, accounts, fact
from apidoctor.reasoning.scene.inbound import inbound_reads
from apidoctor.reasoning.scene.place import place


@fact
def resolver(case: Case) -> Resolver:
    """Return the resolver engine on what was seen so far; DNS Firewall and Profiles that were refused count as none."""
    return Resolver(case.inventory, case.expect, strict=False)


def sight(case: Case, vpc: str, account: str | None, region: str | None = None) -> Sight:
    """Return what the resolver of *vpc* sees; *account* is where the VPC was found, if that is known."""
    known = accounts(case).value
    where = place(case)
    region = region or (where.value.region if where.known else None) or case.region
    return resolver(case).value.sight(vpc, account if account and account in known else known[0], region)


@fact
def caller_zone(case: Case, vpc: str, account: str | None, name: str) -> Zone | None:
    """Return the most specific private zone that answers *name* in *vpc*, whatever the VPC's DNS attributes are."""
    return sight(case, vpc, account).best_zone(plain(name))


@fact
def taking_zone(case: Case, vpc: str, account: str | None, name: str) -> Zone | None:
    """Return the customer's zone that answers *name* in *vpc* in place of public DNS; None when none does."""
    zone = sight(case, vpc, account).zone_of(plain(name))
    return zone if zone is not None and zone.managed is None else None


@fact
def leads_to(
    case: Case, zone: Zone, name: str, records: tuple[str, ...] = ("A", "AAAA")
) -> tuple[str, ...] | None:
    """Return what a customer's zone leads *name* to: addresses and other names; None for NXDOMAIN."""
    return resolver(case).value.leads(zone, plain(name), records)


@fact
def alias_target(case: Case, vpc: str, account: str, name: str) -> str | None:
    """Return the id of the endpoint that the VPC's own zones lead *name* to, None when they lead to none."""
    zone = caller_zone(case, vpc, account, name).value if name else None
    if zone is None:
        return None
    if zone.managed is not None:
        return zone.id
    for target in leads_to(case, zone, name).value or ():
        if match := ENDPOINT_NAME.match(target):
            return match["endpoint"]
    return None


@fact
def known_zones(case: Case) -> dict[str, str]:
    """Return every private zone that any answer speaks of, id to name, whether or not the caller's VPC sees it."""
    found: dict[str, str] = {}
    lists = [case.inventory.items(account, "global", "list_hosted_zones") for account in accounts(case).value]
    case.expect([gap for listed in lists for gap in listed.missing])
    for listed in lists:
        for item in listed.value if listed.known else []:
            if (item.get("Config") or {}).get("PrivateZone"):
                found[str(item.get("Id", "")).rpartition("/")[2]] = plain(item.get("Name"))
    for account in accounts(case).value:
        found |= _mentioned(case, account)
    return found


@fact
def zone_elsewhere(case: Case, name: str) -> tuple[str, str] | None:
    """Return id and name of the private zone closest to *name* in any account, whether or not a VPC sees it."""
    fitting = [
        (identity, zone)
        for identity, zone in known_zones(case).value.items()
        if zone and f".{name}".endswith(f".{zone}")
    ]
    return max(fitting, key=lambda pair: len(pair[1]), default=None)


def _mentioned(case: Case, account: str) -> dict[str, str]:
    """Return the zones that answers about single VPCs and zones mention."""
    found: dict[str, str] = {}
    for answer in (case.inventory.answer(account, "global", "list_hosted_zones_by_vpc") or {}).values():
        for item in answer.get("HostedZoneSummaries") or [] if isinstance(answer, dict) else []:
            if "OwningService" not in as_dict(item.get("Owner"), "owner of a hosted zone"):
                found[str(item.get("HostedZoneId", "")).rpartition("/")[2]] = plain(item.get("Name"))
    for zone, answer in (case.inventory.answer(account, "global", "list_resource_record_sets") or {}).items():
        names = [plain(item.get("Name")) for item in answer.get("ResourceRecordSets") or []]
        if names:
            found.setdefault(zone, min(names, key=len).removeprefix("*."))
    return found


@fact
def forwarding(case: Case, vpc: str, account: str | None, name: str) -> Rule | None:
    """Return the Resolver rule that sends *name* from *vpc* to other servers; None when none does."""
    return sight(case, vpc, account).forwarding(plain(name))


@fact
def inbound_answer(case: Case, targets: tuple[str, ...], name: str) -> Answer | None:
    """Return what *name* gets from the VPC of the inbound endpoint at *targets* (``ip:port``).

    None when they are other servers.
    """
    engine = resolver(case).value
    region = place(case).value.region or case.region
    together(*inbound_reads(case, region))
    there = engine.inbound.vpc_of(targets)
    return engine.answered(there.vpc, there.account, there.region, name) if there else None


BLAME = {
    "nxdomain": {"hosted-zone": "D07", "dns-firewall": "D13"},
    "nodata": {"hosted-zone": "D07", "dns-firewall": "D13"},
    "addresses": {"hosted-zone": "D08", "endpoint": "D14", "dns-firewall": "D13"},
    "forwarded": {"resolver-rule": "D12", "dhcp-options": "D11"},
    "public": {},
    "off": {"vpc": "D10"},
}
"""The fault of an answer that does not lead to the endpoint, by kind and by who decided; D06 for all others."""


def fault_of(answer: Answer) -> str:
    """Name the fault of an answer that does not lead to the endpoint."""
    return BLAME.get(answer.kind, {}).get(answer.decider, "D06")
