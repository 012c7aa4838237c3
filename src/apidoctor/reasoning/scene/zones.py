"""Private hosted zones that a VPC sees, and what they say of a name.

Source: Route 53 developer guide, "Considerations when working with a private hosted zone": the most specific zone
answers alone; a name without a record in it does not exist, there is no fall-through to public DNS.
"""

import re
from typing import Any

from msgspec import Struct

from apidoctor.model.inventory import as_dict, as_list
from apidoctor.reasoning.scene.case import Case, accounts, fact
from apidoctor.reasoning.scene.place import place

_ENDPOINT_NAME = re.compile(r"(vpce-[0-9a-z]+)-[0-9a-z]+(?:-[a-z0-9-]+)?\.execute-api\.[a-z0-9-]+\.vpce\.")


class Zone(Struct, frozen=True):
    """A private hosted zone of a customer."""

    id: str
    """Its id, without ``/hostedzone/``."""
    name: str
    """Its name without the final dot."""
    account: str
    """Account whose VPC sees it."""


@fact
def customer_zone(case: Case, vpc: str, account: str, name: str) -> Zone | None:
    """Return the most specific customer zone that answers *name* in *vpc*, None when there is none."""
    known = accounts(case).value
    owner = account if account in known else known[0]
    where = place(case)
    region = (where.value.region if where.known else None) or case.region
    summaries = case.inventory.items(owner, "global", "list_hosted_zones_by_vpc", f"{vpc}/{region}").value
    zones = [
        Zone(str(item.get("HostedZoneId", "")).rpartition("/")[2], _plain(item.get("Name")), owner)
        for item in summaries
        if "OwningService" not in as_dict(item.get("Owner"), "owner of a hosted zone")
    ]
    fitting = [zone for zone in zones if zone.name and (name == zone.name or name.endswith("." + zone.name))]
    return max(fitting, key=lambda zone: len(zone.name), default=None)


@fact
def zone_record(case: Case, zone: Zone, name: str) -> dict[str, Any] | None:
    """Return the record set that answers *name* in *zone* (exact name first, then the wildcard), None for NXDOMAIN."""
    facts = [
        case.inventory.items(account, "global", "list_resource_record_sets", zone.id)
        for account in sorted(accounts(case).value, key=lambda account: account != zone.account)
    ]
    case.expect([gap for item in facts for gap in item.missing])
    records = next((item.value for item in facts if item.known and item.value), None)
    if records is None:
        records = facts[0].value
    by_name = {
        _plain(item.get("Name")): item for item in records if item.get("Type") in ("A", "AAAA", "CNAME")
    }
    labels = name.split(".")
    for candidate in [name, *("*." + ".".join(labels[n:]) for n in range(1, len(labels)))]:
        if candidate in by_name:
            return by_name[candidate]
    return None


def targets(record: dict[str, Any]) -> list[str]:
    """Return what a record set leads to: the alias target or its values."""
    alias = as_dict(record.get("AliasTarget"), "alias of a record").get("DNSName")
    listed = as_list(record.get("ResourceRecords"), "values of a record")
    values = [str(as_dict(item, "value of a record").get("Value", "")) for item in listed]
    return [_plain(alias)] if alias else [_plain(value) for value in values]


@fact
def known_zones(case: Case) -> dict[str, str]:
    """Return every private zone that any answer speaks of, id to name, whether or not the caller's VPC sees it."""
    found: dict[str, str] = {}
    lists = [case.inventory.items(account, "global", "list_hosted_zones") for account in accounts(case).value]
    case.expect([gap for listed in lists for gap in listed.missing])
    for listed in lists:
        for item in listed.value if listed.known else []:
            if (item.get("Config") or {}).get("PrivateZone"):
                found[str(item.get("Id", "")).rpartition("/")[2]] = _plain(item.get("Name"))
    for account in accounts(case).value:
        found |= _mentioned(case, account)
    return found


def _mentioned(case: Case, account: str) -> dict[str, str]:
    """Return the zones that answers about single VPCs and zones mention."""
    found: dict[str, str] = {}
    for answer in (case.inventory.answer(account, "global", "list_hosted_zones_by_vpc") or {}).values():
        for item in answer.get("HostedZoneSummaries") or [] if isinstance(answer, dict) else []:
            if "OwningService" not in as_dict(item.get("Owner"), "owner of a hosted zone"):
                found[str(item.get("HostedZoneId", "")).rpartition("/")[2]] = _plain(item.get("Name"))
    for zone, answer in (case.inventory.answer(account, "global", "list_resource_record_sets") or {}).items():
        names = [_plain(item.get("Name")) for item in answer.get("ResourceRecordSets") or []]
        if names:
            found.setdefault(zone, min(names, key=len).removeprefix("*."))
    return found


@fact
def alias_target(case: Case, vpc: str, account: str, name: str) -> str | None:
    """Return the id of the endpoint that the VPC's own zones lead *name* to, None when they lead to none."""
    zone = customer_zone(case, vpc, account, name).value if name else None
    record = zone_record(case, zone, name).value if zone else None
    for target in targets(record) if record else ():
        if match := _ENDPOINT_NAME.match(target):
            return match[1]
    return None


def _plain(name: Any) -> str:
    """Return a Route 53 name without the final dot, with ``\\052`` written as ``*``."""
    return str(name or "").rstrip(".").replace("\\052", "*").lower()
