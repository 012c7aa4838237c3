"""What a name gets in a VPC, straight from the definition: DNS Firewall, then rules and zones, then the internet.

Slow on purpose: every question reads the whole snapshot again. What nobody saw is tried at every length at which it
could win, and where it does, the answer is unknown.
"""

from collections import Counter
from typing import Any

from .endpoints import (
    Place,
    has_managed_zone,
    is_endpoint_name,
    managed_domain,
    of_endpoint,
    of_endpoint_name,
    of_public,
    said,
)
from .facts import (
    REFUSED,
    Case,
    NotKnown,
    Thing,
    answer,
    anywhere,
    covers,
    domains_above,
    everywhere,
    labels,
    listed,
    plain,
    whole,
)
from .firewall import inspect
from .profiles import resources

MOST_STEPS = 8
"""CNAMEs (and aliases inside a zone) that are followed."""


def resolve(
    snapshot: Thing,
    vpc: str,
    account: str,
    region: str,
    name: str,
    record: str,
    marks: Counter[str] | None = None,
) -> Thing:
    """The answer to one question; `marks` counts the rules of the definition that came into play."""
    case = Case(snapshot["accounts"], record, Counter() if marks is None else marks)
    try:
        return from_vpc(case, Place(vpc, account, region), plain(name))
    except NotKnown:
        return said("unknown")


def from_vpc(
    case: Case, place: Place, name: str, inspected: bool = True, steps: int = 0, way: tuple[Any, ...] = ()
) -> Thing:
    """Ask the resolver of a VPC. `way` holds each (VPC, name) that forwarding left or came to."""
    support = attribute(case, place, "enableDnsSupport", "EnableDnsSupport")
    if support is None:
        raise case.unknown("enableDnsSupport")
    if not support:
        case.mark("1 off")
        return said("off", place.vpc)
    trusted = not inspected
    if inspected:
        verdict = inspect(case, place, name, first=steps == 0)
        if verdict["override"]:
            case.mark("2 OVERRIDE")
            return from_vpc(case, place, plain(verdict["override"]), False, steps + 1, way)
        if verdict["blocked"]:
            return said(verdict["blocked"], verdict["group"])
        trusted = verdict["trusted"]
    else:
        case.mark("2 a name that is not inspected")
    hostnames = attribute(case, place, "enableDnsHostnames", "EnableDnsHostnames")
    if hostnames is not None:
        return beyond_firewall(case, place, name, hostnames, trusted, steps, way)
    both = [beyond_firewall(case, place, name, each, trusted, steps, way) for each in (True, False)]
    if both[0] != both[1]:
        raise case.unknown("enableDnsHostnames")
    return both[0]


def attribute(case: Case, place: Place, name: str, field: str) -> bool | None:
    found = answer(case, place.account, place.region, "describe_vpc_attribute", f"{place.vpc}/{name}")
    value = (found.get(field) or {}).get("Value") if isinstance(found, dict) else None
    return value if isinstance(value, bool) else None


# --- rules and zones


def beyond_firewall(
    case: Case, place: Place, name: str, hostnames: bool, trusted: bool, steps: int, way: tuple[Any, ...]
) -> Thing:
    candidates = rules_of(case, place)
    if hostnames:
        candidates += zones_of(case, place)
    elif any(covers(plain(each["domain"] or ""), name) for each in zones_of(case, place) if each["thing"]):
        case.mark("1 zones ignored")
    best = decided(case, name, candidates)
    if best is None:
        case.mark("5 nothing captures the name")
        return of_public(case, name)
    if best["kind"] == "rule":
        return forwarded(case, place, name, best["thing"], way)
    if best["kind"] == "managed":
        case.mark("3 own managed zone" if best["own"] else "3 Profile's managed zone")
        return of_endpoint(case, best["account"], place.region, best["thing"])
    case.mark("3 own zone" if best["own"] else "3 Profile's zone")
    return in_zone(case, place, best["thing"], best["domain"], name, trusted, steps, way)


def candidate(kind: str, domain: str | None, thing: Any, profile: int | None, **more: Any) -> Thing:
    """A rule or zone; without a thing it is one that may exist, without a domain it may be for any domain."""
    return {
        "kind": kind,
        "domain": domain,
        "thing": thing,
        "own": profile is None,
        "profile": profile or 0,
        **more,
    }


def rules_of(case: Case, place: Place) -> list[Thing]:
    """Resolver rules: the VPC's own, then those of its Profiles."""
    found = answer(case, place.account, place.region, "list_resolver_rule_associations")
    candidates = [] if whole(found) else [candidate("rule", None, None, None)]
    names = [
        (each["ResolverRuleId"], None)
        for each in listed(found, "ResolverRuleAssociations")
        if each.get("VPCId") == place.vpc and each.get("Status") == "COMPLETE"
    ]
    names += [(own, order) for own, order, _ in resources(case, place, "RESOLVER_RULE", "resolver-rule/")]
    for own, order in names:
        rules = [
            each
            for _, region, each in everywhere(case, "list_resolver_rules", "ResolverRules")
            if region == place.region and each["Id"] == own
        ]
        if not rules:
            candidates.append(candidate("rule", None, None, order))
        elif rules[0].get("Status") not in ("COMPLETE", "UPDATING"):
            case.mark("3 rule of another status")
        elif rules[0].get("RuleType") == "DELEGATE":
            case.mark("3 DELEGATE captures nothing")
        else:
            candidates.append(candidate("rule", plain(rules[0]["DomainName"]), rules[0], order))
    return candidates


def zones_of(case: Case, place: Place) -> list[Thing]:
    """Hosted zones and managed zones: the VPC's own, then those of its Profiles."""
    found = anywhere(case, "global", "list_hosted_zones_by_vpc", f"{place.vpc}/{place.region}")
    candidates = [] if whole(found) else [candidate("zone", None, None, None)]
    for each in listed(found, "HostedZoneSummaries"):
        if (each.get("Owner") or {}).get("OwningService"):
            case.mark("3 zone of a service ignored")
        else:
            candidates.append(candidate("zone", plain(each["Name"]), each["HostedZoneId"], None))
    for own, order, _ in resources(case, place, "PRIVATE_HOSTED_ZONE", "hostedzone/"):
        name = zone_name(case, own)
        candidates.append(candidate("zone", name, None if name is None else own, order))
    domain = managed_domain(place.region)
    shown = answer(case, place.account, place.region, "describe_vpc_endpoints")
    if not whole(shown):
        candidates.append(candidate("managed", domain, None, None))
    for each in listed(shown, "VpcEndpoints"):
        if each.get("VpcId") == place.vpc and has_managed_zone(each):
            candidates.append(candidate("managed", domain, each, None, account=place.account))
    for own, order, _ in resources(case, place, "VPC_ENDPOINT", "vpc-endpoint/"):
        endpoints = [
            (account, each)
            for account, region, each in everywhere(case, "describe_vpc_endpoints", "VpcEndpoints")
            if region == place.region and each["VpcEndpointId"] == own
        ]
        if not endpoints:
            candidates.append(candidate("managed", domain, None, order))
        candidates += [
            candidate("managed", domain, each, order, account=account)
            for account, each in endpoints
            if has_managed_zone(each)
        ]
    return candidates


def zone_name(case: Case, own: str) -> str | None:
    for _, _, each in everywhere(case, "list_hosted_zones", "HostedZones"):
        if each["Id"].rpartition("/")[2] == own:
            return plain(each["Name"])
    found = anywhere(case, "global", "get_hosted_zone", own)
    return plain(found["HostedZone"]["Name"]) if isinstance(found, dict) else None


def decided(case: Case, name: str, candidates: list[Thing]) -> Thing | None:
    """The rule or zone that answers; none for the internet. What may exist must not be able to win."""
    known = [each for each in candidates if each["thing"] and covers(each["domain"], name)]
    for each in candidates:
        if each["thing"]:
            continue
        possible = domains_above(name) if each["domain"] is None else [each["domain"]]
        for domain in possible:
            guess = {**each, "domain": domain}
            if covers(domain, name) and winner(case, [*known, guess]) is guess:
                raise case.unknown(f"a {each['kind']} {'of the VPC' if each['own'] else 'of a Profile'}")
    best = winner(case, known)
    if best:
        mark_ties(case, best, known)
    return best


def mark_ties(case: Case, best: Thing, known: list[Thing]) -> None:
    """What the best one won against at equal length."""
    for each in known:
        if each is best or labels(each["domain"]) != labels(best["domain"]):
            continue
        if each["kind"] != "rule" and best["kind"] == "rule" and each["own"] and not best["own"]:
            case.mark("3 a Profile's rule beats the VPC's own zone")
        elif (each["kind"] == "rule") == (best["kind"] == "rule"):
            kind = "rule" if each["kind"] == "rule" else "zone"
            if each["own"] != best["own"]:
                case.mark(f"3 own {kind} beats a Profile's")
            elif each["kind"] != best["kind"]:
                case.mark("3 customer zone beats managed zone")
            elif each["profile"] != best["profile"]:
                case.mark(f"3 an earlier Profile's {kind} beats a later one's")


def winner(case: Case, candidates: list[Thing]) -> Thing | None:
    rules = sorted((each for each in candidates if each["kind"] == "rule"), key=rank)
    zones = sorted((each for each in candidates if each["kind"] != "rule"), key=rank)
    zone = zones[0] if zones else None
    if not rules:
        return zone
    if zone and labels(zone["domain"]) > labels(rules[0]["domain"]):
        case.mark("3 a zone is longer than the rule")
        return zone
    if zone and labels(zone["domain"]) == labels(rules[0]["domain"]):
        case.mark("3 a rule beats an equal zone")
    if rules[0]["thing"] and rules[0]["thing"]["RuleType"] != "FORWARD":
        case.mark(f"3 {rules[0]['thing']['RuleType']}: {'a zone' if zone else 'no zone'}")
        return zone
    return rules[0]


def rank(each: Thing) -> tuple[Any, ...]:
    return (-labels(each["domain"]), not each["own"], each["kind"] == "managed", each["profile"])


# --- forwarding


def forwarded(case: Case, place: Place, name: str, rule: Thing, way: tuple[Any, ...]) -> Thing:
    """Off to the servers of a rule, or on to the VPC whose inbound endpoint they are."""
    targets = [
        (each.get("Ip") or each.get("Ipv6"), each.get("Port") or 53) for each in rule.get("TargetIps") or []
    ]
    host = inbound_host(case, targets)
    if host is None:
        case.mark("3 forwarded")
        return said("forwarded", rule["Id"], targets=[f"{ip}:{port}" for ip, port in targets])
    if (host, name) in (*way, (place, name)):
        raise case.unknown("a cycle of rules")
    case.mark("3 forwarded to a VPC")
    return from_vpc(case, host, name, way=(*way, (place, name), (host, name)))


def inbound_host(case: Case, targets: list[tuple[str, int]]) -> Place | None:
    """The one VPC whose inbound endpoints have all of these addresses."""
    if not targets or any(port != 53 for _, port in targets):
        return None
    hosts: dict[Place, set[str]] = {}
    all_seen = True
    for account, regions in case.accounts.items():
        for region in regions:
            if region == "global":
                continue
            found = answer(case, account, region, "list_resolver_endpoints")
            all_seen = all_seen and whole(found)
            for endpoint in listed(found, "ResolverEndpoints"):
                if endpoint.get("Direction") != "INBOUND":
                    continue
                shown = anywhere(case, region, "list_resolver_endpoint_ip_addresses", endpoint["Id"])
                all_seen = all_seen and whole(shown)
                addresses = hosts.setdefault(Place(endpoint["HostVPCId"], account, region), set())
                for each in listed(shown, "IpAddresses"):
                    addresses.update(each[field] for field in ("Ip", "Ipv6") if each.get(field))
    fitting = [place for place, addresses in hosts.items() if all(ip in addresses for ip, _ in targets)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting or not all_seen:
        raise case.unknown("whose inbound endpoint the targets are")
    return None


# --- inside a zone


def in_zone(
    case: Case,
    place: Place,
    zone: str,
    apex: str,
    name: str,
    trusted: bool,
    steps: int,
    way: tuple[Any, ...],
) -> Thing:
    """The records of one hosted zone for a name that it captures (RFC 1034 4.3.2, RFC 4592)."""
    found = anywhere(case, "global", "list_resource_record_sets", zone)
    if not whole(found):
        raise case.unknown("records refused" if found == REFUSED else "records not read")
    owners: dict[str, list[Thing]] = {}
    existing = {apex}
    for each in listed(found, "ResourceRecordSets"):
        owner = plain(each["Name"])
        if covers(apex, owner):
            owners.setdefault(owner, []).append(each)
            existing.update(above for above in domains_above(owner) if covers(apex, above))
    source = name
    if name not in existing:
        encloser = next(above for above in domains_above(name) if above in existing)
        source = f"*.{encloser}"
        if source not in existing:
            hidden = any(f"*.{above}" in existing for above in domains_above(encloser)[1:])
            case.mark("4 wildcard hidden" if hidden else "4 no record")
            return said("nxdomain", zone)
        case.mark("4 wildcard")
    sets = [each for each in owners.get(source, []) if each["Type"] == case.record]
    sets = sets or [each for each in owners.get(source, []) if each["Type"] == "CNAME"]
    if not sets:
        case.mark("4 owner without the type" if source in owners else "4 empty non-terminal")
        return said("nodata", zone)
    if len(sets) > 1:
        case.mark("4 several record sets")
    answers = []
    for each in sets:
        alias = each.get("AliasTarget")
        target = plain(alias["DNSName"]) if alias else ""
        if alias and alias["HostedZoneId"].rpartition("/")[2] == zone:
            case.mark("4 alias inside the zone")
            if steps >= MOST_STEPS:
                raise case.unknown("too many aliases")
            inner = in_zone(case, place, zone, apex, target, trusted, steps + 1, way)
            answers.append(
                said("nodata", zone) if inner == said("nxdomain", zone) else inner | {"decided_by": zone}
            )
        elif alias and is_endpoint_name(target):
            case.mark("4 alias to an endpoint")
            answers.append(of_endpoint_name(case, target) | {"decided_by": zone})
        elif alias:
            case.mark("4 alias to elsewhere")
            answers.append(said("public", zone))
        elif each["Type"] == "CNAME":
            case.mark("4 CNAME")
            if steps >= MOST_STEPS:
                raise case.unknown("too many CNAMEs")
            target = plain(each["ResourceRecords"][0]["Value"])
            if trusted:
                case.mark("2 the rest of the chain is trusted")
            answers.append(from_vpc(case, place, target, not trusted, steps + 1, way))
        else:
            answers.append(said("addresses", zone, [value["Value"] for value in each["ResourceRecords"]]))
    return united(case, zone, answers)


def united(case: Case, zone: str, answers: list[Thing]) -> Thing:
    """One answer of several record sets: all addresses; the zone decides where its record sets lead apart."""
    if all(each == answers[0] for each in answers):
        return answers[0]
    if any(each["kind"] not in ("addresses", "nodata", "nxdomain") for each in answers):
        raise case.unknown("record sets that lead apart")
    deciders = {each["decided_by"] for each in answers}
    addresses = [address for each in answers for address in each["addresses"]]
    decider = deciders.pop() if len(deciders) == 1 else zone
    return said("addresses" if addresses else "nodata", decider, addresses)
