"""Hosted zones of a generated world, and their records."""

from .draft import Draft
from .facts import Thing, suffix_of

LONG = 11
"""CNAMEs in a row: more than are followed."""


def add_zones(draft: Draft) -> None:
    rng = draft.rng
    bare, suffix = draft.bare(), suffix_of(draft.regions[0])
    names = [
        bare,
        bare,
        f"{draft.any_api()}.{bare}",
        f"{draft.any_api()}.{bare}",
        "corp.example",
        "corp.example",
    ]
    names += ["sub.corp.example", "deep.sub.corp.example", "orders.internal.test", "internal.test"]
    names += [
        f"{draft.regions[0]}.{suffix}",
        f"execute-api.{draft.regions[0]}.vpce.{suffix}",
        "app.corp.example",
    ]
    for number, name in enumerate(rng.sample(names, rng.randint(2, 6))):
        add_zone(draft, f"Z{number}{rng.randrange(10**6):06d}", name)


def add_zone(draft: Draft, own: str, name: str) -> None:
    """A zone with its records; some VPCs see it, and the others may through a Profile."""
    rng = draft.rng
    owner = rng.choice(draft.accounts)
    draft.zones.append((own, name))
    zone = {"Id": f"/hostedzone/{own}", "Name": f"{name}.", "Config": {"PrivateZone": True}}
    if rng.random() < 0.7:
        draft.list_in(owner, "global", "list_hosted_zones", "HostedZones").append(zone)
    if rng.random() < 0.3 or zone not in draft.list_in(owner, "global", "list_hosted_zones", "HostedZones"):
        draft.keyed(owner, "global", "get_hosted_zone")[own] = {"HostedZone": zone, "VPCs": []}
    for vpc in draft.vpcs:
        seen = draft.zones_seen(vpc)
        customer = [each["Name"] for each in seen if "OwningAccount" in each["Owner"]]
        if rng.random() < 0.4 and zone["Name"] not in customer:
            seen.append({"HostedZoneId": own, "Name": zone["Name"], "Owner": {"OwningAccount": owner}})
    records = [
        record(name, "NS", "ns-0.awsdns-00.com."),
        record(name, "SOA", "ns-0.awsdns-00.com. x. 1 2 3 4 5"),
    ]
    records += api_records(draft, name) if "execute-api" in name else corporate_records(draft, own, name)
    if rng.random() < 0.2:
        records = records[2:]
    records = accepted(records)
    chained = [each["ResourceRecords"][0]["Value"] for each in records if each["Type"] == "CNAME"]
    draft.chained += [name.removesuffix(".") for name in chained]
    owners = [each["Name"].replace("\\052", "any") for each in records if each["Type"] == "CNAME"]
    draft.chaining += [name.removesuffix(".") for name in owners if not name.startswith("k")]
    rng.shuffle(records)
    draft.keyed(owner, "global", "list_resource_record_sets")[own] = {"ResourceRecordSets": records}


def accepted(records: list[Thing]) -> list[Thing]:
    """What Route 53 would take: nothing beside a CNAME, and one set of an owner and type unless it is weighted."""
    kept: list[Thing] = []
    for each in records:
        others = [other for other in kept if other["Name"] == each["Name"]]
        same = [other for other in others if other["Type"] == each["Type"]]
        beside = "CNAME" in {each["Type"], *(other["Type"] for other in others)} and len(same) < len(others)
        identifiers = [other.get("SetIdentifier") for other in same]
        alone = not same or ("SetIdentifier" in each and None not in identifiers)
        if not beside and alone and each.get("SetIdentifier", 0) not in identifiers:
            kept.append(each)
    return kept


def record(owner: str, kind: str, *values: str) -> Thing:
    held = [{"Value": value} for value in values]
    return {
        "Name": f"{owner.replace('*', chr(92) + '052')}.",
        "Type": kind,
        "TTL": 60,
        "ResourceRecords": held,
    }


def alias(owner: str, kind: str, target: str, zone: str = "Z7HUB22UULQXV") -> Thing:
    target = f"{target.replace('*', chr(92) + '052')}."
    pointer = {"HostedZoneId": zone, "DNSName": target, "EvaluateTargetHealth": False}
    return {"Name": f"{owner.replace('*', chr(92) + '052')}.", "Type": kind, "AliasTarget": pointer}


def weighted(records: list[Thing]) -> list[Thing]:
    return [{**each, "SetIdentifier": f"set-{place}", "Weight": 10} for place, each in enumerate(records)]


def aliases(draft: Draft, owner: str) -> list[Thing]:
    """Aliases of both families, or of one, to an endpoint."""
    target = draft.any_endpoint_name()
    kinds = draft.rng.choice((("A",), ("A", "AAAA"), ("A", "AAAA"), ("AAAA",)))
    return [alias(owner, kind, target) for kind in kinds]


def api_records(draft: Draft, zone: str) -> list[Thing]:
    """What stands for an endpoint in a zone of default names, of one API or of endpoint names."""
    rng = draft.rng
    records = aliases(draft, zone) if rng.random() < 0.8 else []
    draft.names += [zone, f"x.{zone}"]
    if rng.random() < 0.5:
        records += aliases(draft, f"*.{zone}")
    for _ in range(rng.randint(0, 2)):
        records += some_records(draft, zone, f"{draft.any_api()}.{zone}", [])
    if rng.random() < 0.2:
        records += aliases(draft, f"a.b.{zone}")
        draft.names += [f"a.b.{zone}", f"b.{zone}", f"c.b.{zone}"]
    return records if records else aliases(draft, zone)


def some_records(draft: Draft, zone: str, owner: str, there: list[str]) -> list[Thing]:
    """Record sets of one owner. `there` are owners with an address in this zone."""
    rng = draft.rng
    draft.names.append(owner)
    number = rng.randrange(250)
    first, second = f"172.16.{number}.1", f"172.16.{number}.2"
    other = rng.choice(draft.names + [name for _, name in draft.zones])
    kind = rng.randrange(14)
    if kind == 0:
        return [record(owner, "A", first), record(owner, "AAAA", f"fd00::{number:x}")]
    if kind == 1:
        return [record(owner, "A", second, first)]
    if kind == 2:
        return weighted([record(owner, "A", first), record(owner, "A", second)])
    if kind == 3 and draft.endpoints:
        several = [draft.rng.choice(draft.endpoints)[2][0] for _ in "ab"]
        return weighted([alias(owner, "A", each) for each in several])
    if kind == 4:
        return [
            alias(owner, each, "dualstack.lb-1.elb.amazonaws.com", "Z35SXDOTRQ7X7K") for each in ("A", "AAAA")
        ]
    if kind == 5:
        return [record(owner, "CNAME", draft.any_endpoint_name())]
    if kind in (6, 10):
        return [record(owner, "CNAME", f"{other.replace('*', 'any')}.")]
    if kind in (7, 13):
        return [record(owner, "CNAME", rng.choice(("www.Public.test.", f"{draft.any_api()}.{draft.bare()}")))]
    if kind == 8:
        return [record(owner, "TXT", '"hello"')]
    if kind == 9 and there:
        return weighted([record(owner, "CNAME", each) for each in rng.sample(there, min(2, len(there)))])
    return aliases(draft, owner)


def corporate_records(draft: Draft, own: str, zone: str) -> list[Thing]:
    rng = draft.rng
    www, loop = f"www.{zone}", f"loop.{zone}"
    records = [record(www, "A", "172.16.0.1", "172.16.0.2")]
    there = [www]
    draft.names += [zone, www, f"none.{zone}", f"x.y.{zone}"]
    if rng.random() < 0.6:
        records += some_records(draft, zone, zone, []) if rng.random() < 0.5 else aliases(draft, zone)
        records = [each for each in records if each["Type"] != "CNAME" or each["Name"] != f"{zone}."]
    for name in rng.sample(("app", "api", "db", "old", "shop"), rng.randint(1, 4)):
        records += some_records(draft, zone, f"{name}.{zone}", there)
    if rng.random() < 0.55:
        records += some_records(draft, zone, f"*.{zone}", there)
        draft.names.remove(f"*.{zone}")
        draft.names += [f"any.{zone}", f"some.thing.{zone}"]
    if rng.random() < 0.5:
        records.append(record(f"a.b.c.{zone}", "A", "172.16.9.9"))
        draft.names += [f"a.b.c.{zone}", f"b.c.{zone}", f"z.b.c.{zone}", f"q.c.{zone}"]
        if rng.random() < 0.4:
            records += some_records(draft, zone, f"*.c.{zone}", there)
            draft.names.remove(f"*.c.{zone}")
    if rng.random() < 0.5:
        records += [alias(f"in.{zone}", "A", www, own), alias(f"in2.{zone}", "A", f"in.{zone}", own)]
        draft.names += [f"in.{zone}", f"in2.{zone}"]
        if any(each["Name"].startswith("\\052.") and each["Type"] == "A" for each in records):
            wild = next(each for each in records if each["Name"].startswith("\\052.") and each["Type"] == "A")
            records.append(alias(f"star.{zone}", "A", "*" + wild["Name"][4:-1], own))
            draft.names.append(f"star.{zone}")
    if rng.random() < 0.4:
        records += [record(loop, "CNAME", f"loop2.{zone}."), record(f"loop2.{zone}", "CNAME", loop.upper())]
        records += [
            alias(f"round.{zone}", "A", f"around.{zone}", own),
            alias(f"around.{zone}", "A", f"round.{zone}", own),
        ]
        draft.names += [loop, f"round.{zone}"]
    if rng.random() < 0.3:
        end = f"k{LONG}.{zone}"
        records += [record(f"k{place}.{zone}", "CNAME", f"k{place + 1}.{zone}.") for place in range(LONG)]
        records.append(record(end, "A", "172.16.7.7"))
        draft.names += [f"k{place}.{zone}" for place in (0, LONG - 9, LONG - 8, LONG - 2)]
    return records
