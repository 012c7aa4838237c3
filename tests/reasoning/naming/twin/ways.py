"""Resolver endpoints and rules of a generated world."""

from .draft import Draft, Vpc
from .facts import Thing, suffix_of


def add_inbound(draft: Draft) -> None:
    rng = draft.rng
    for vpc in draft.vpcs:
        for number in range(rng.choice((0, 1, 1, 2))):
            own = f"rslvr-in-{vpc.number}{number}"
            direction = rng.choice(("INBOUND",) * 6 + ("INBOUND_DELEGATION", "OUTBOUND"))
            addresses = [f"10.{vpc.number}.2{number}.{last}" for last in (4, 5)]
            endpoint = {"Id": own, "Direction": direction, "HostVPCId": vpc.id, "Status": "OPERATIONAL"}
            held: list[Thing] = [
                {"IpId": f"ip-{each}", "Ip": each, "Status": "ATTACHED"} for each in addresses
            ]
            if rng.random() < 0.2:
                six = f"2600:1f18:{vpc.number}:2{number}::4"
                held.append({"IpId": f"ip-{six}", "Ipv6": six, "Status": "ATTACHED"})
                addresses.append(six)
            draft.list_in(vpc.account, vpc.region, "list_resolver_endpoints", "ResolverEndpoints").append(
                endpoint
            )
            shown = draft.keyed(vpc.account, vpc.region, "list_resolver_endpoint_ip_addresses")
            shown[own] = {"IpAddresses": held}
            draft.inbound.append((vpc, addresses))


def add_rules(draft: Draft) -> None:
    rng = draft.rng
    for vpc in draft.vpcs:
        if rng.random() < 0.6:
            status = "OVERRIDDEN" if rng.random() < 0.1 else "COMPLETE"
            rule = {
                "Id": "rslvr-autodefined-rr-internet-resolver",
                "DomainName": ".",
                "RuleType": "RECURSIVE",
            }
            add_rule(
                draft, vpc.account, vpc.region, {**rule, "Status": "COMPLETE", "OwnerId": "Route 53 Resolver"}
            )
            associate(draft, vpc, rule["Id"], status)
    for number in range(rng.randint(1, 6)):
        region = draft.regions[0] if rng.random() < 0.85 else draft.regions[1]
        rule = a_rule(draft, f"rslvr-rr-{number}{rng.randrange(16**4):04x}")
        owner = rng.choice(draft.accounts)
        add_rule(draft, owner, region, rule)
        for vpc in draft.vpcs:
            taken = domains_of(draft, vpc)
            if vpc.region == region and rng.random() < 0.4 and rule.get("DomainName") not in taken:
                add_rule(draft, vpc.account, region, rule)
                associate(
                    draft, vpc, rule["Id"], rng.choice(("COMPLETE",) * 8 + ("CREATING", "FAILED", "DELETING"))
                )


def a_rule(draft: Draft, own: str) -> Thing:
    rng = draft.rng
    kind = rng.choice(("FORWARD",) * 6 + ("SYSTEM",) * 3 + ("DELEGATE",))
    rule: Thing = {
        "Id": own,
        "RuleType": kind,
        "Status": rng.choice(("COMPLETE",) * 8 + ("UPDATING", "FAILED")),
    }
    if kind == "DELEGATE":
        return {**rule, "DelegationRecord": "ns.corp.example."}
    suffix = suffix_of(draft.regions[0])
    domains = [
        "amazonaws.com",
        f"{draft.regions[0]}.{suffix}",
        draft.bare(),
        f"{draft.any_api()}.{draft.bare()}",
    ]
    domains += [
        "corp.example",
        "corp.example",
        "sub.corp.example",
        "www.corp.example",
        "example",
        "internal.test",
    ]
    domains += [f"execute-api.{draft.regions[0]}.vpce.{suffix}", "public.test", "orders.internal.test"]
    domains += [name for _, name in draft.zones] * 2
    domain = rng.choice(domains)
    rule["DomainName"] = "." if rng.random() < 0.08 else f"{domain}{rng.choice(('.', '.', ''))}"
    if kind == "FORWARD":
        rule["TargetIps"] = targets(draft)
    return rule


def targets(draft: Draft) -> list[Thing]:
    """Servers on-prem, or inbound endpoints of a VPC, or some of each."""
    rng = draft.rng
    chance = rng.random()
    if draft.inbound and chance < 0.65:
        _, addresses = rng.choice(draft.inbound)
        held = rng.sample(addresses, rng.randint(1, len(addresses)))
        if chance < 0.05:
            held.append("192.168.1.53")
        elif chance < 0.1:
            held += rng.choice(draft.inbound)[1][:1]
        port = 5353 if rng.random() < 0.07 else 53
        found: list[Thing] = [{("Ipv6" if ":" in each else "Ip"): each, "Port": port} for each in held]
    else:
        found = [{"Ip": f"192.168.1.{last}", "Port": rng.choice((53, 53, 5353))} for last in (53, 54)]
    if rng.random() < 0.3:
        for each in found:
            if each["Port"] == 53:
                del each["Port"]
    return found


def add_rule(draft: Draft, account: str, region: str, rule: Thing) -> None:
    rules = draft.list_in(account, region, "list_resolver_rules", "ResolverRules")
    if rule["Id"] not in [each["Id"] for each in rules]:
        rules.append(dict(rule))


def associate(draft: Draft, vpc: Vpc, rule: str, status: str) -> None:
    held = draft.list_in(
        vpc.account, vpc.region, "list_resolver_rule_associations", "ResolverRuleAssociations"
    )
    held.append({"Id": f"rslvr-a-{len(held)}", "ResolverRuleId": rule, "VPCId": vpc.id, "Status": status})


def domains_of(draft: Draft, vpc: Vpc) -> list[str]:
    """Domains that the VPC has a rule for: no two rules of a VPC have one domain."""
    held = draft.list_in(
        vpc.account, vpc.region, "list_resolver_rule_associations", "ResolverRuleAssociations"
    )
    ids = [each["ResolverRuleId"] for each in held if each["VPCId"] == vpc.id]
    rules = draft.list_in(vpc.account, vpc.region, "list_resolver_rules", "ResolverRules")
    domains = [
        each["DomainName"].removesuffix(".") for each in rules if each["Id"] in ids and "DomainName" in each
    ]
    return [spelled for domain in domains for spelled in (domain, f"{domain}.")]
