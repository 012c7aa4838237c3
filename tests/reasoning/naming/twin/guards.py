"""DNS Firewall and Profiles of a generated world."""

import json

from .draft import Draft
from .facts import Thing


def add_firewall(draft: Draft) -> None:
    """Rule groups in both Regions, and their associations with VPCs."""
    rng = draft.rng
    for region in dict.fromkeys(draft.regions):
        for number in range(2):
            add_group(
                draft, region, f"rslvr-frg-{region[:2]}{region[-1]}{number}", rng.choice(draft.accounts)
            )
    for vpc in draft.vpcs:
        held = draft.list_in(
            vpc.account, vpc.region, "list_firewall_rule_group_associations", "FirewallRuleGroupAssociations"
        )
        for number in rng.choice(((), (), (0,), (1,), (0, 1), (1, 0))):
            own = f"rslvr-frg-{vpc.region[:2]}{vpc.region[-1]}{number}"
            status = rng.choice(("COMPLETE",) * 6 + ("UPDATING", "DELETING"))
            priority = 101 + 100 * sum(each["VpcId"] == vpc.id for each in held)
            held.append({"Id": f"rslvr-frgassoc-{len(held)}", "FirewallRuleGroupId": own, "VpcId": vpc.id})
            held[-1] |= {"Priority": priority, "Status": status}
        rng.shuffle(held)


def add_group(draft: Draft, region: str, own: str, owner: str) -> None:
    rng = draft.rng
    rules: list[Thing] = []
    priorities = rng.sample(range(1, 99), 6)
    for number in range(rng.randint(1, 5)):
        held = f"{own.replace('frg', 'fdl')}-{number}"
        rule: Thing = {
            "FirewallRuleGroupId": own,
            "FirewallDomainListId": held,
            "Priority": priorities[number],
        }
        rule |= rng.choice(
            (
                {"Action": "ALLOW"},
                {"Action": "ALLOW", "FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"},
                {"Action": "ALLOW", "FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"},
                {"Action": "ALLOW", "FirewallDomainRedirectionAction": "INSPECT_REDIRECTION_DOMAIN"},
                {"Action": "ALERT"},
                {"Action": "ALERT", "FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"},
                {"Action": "BLOCK", "BlockResponse": "NXDOMAIN"},
                {"Action": "BLOCK", "BlockResponse": "NODATA"},
                override(draft),
                override(draft),
            )
        )
        if rng.random() < 0.2:
            rule["Qtype"] = rng.choice(("A", "AAAA", "TYPE28", "MX"))
        if rng.random() < 0.1:
            rule["FirewallThreatProtectionId"] = "rslvr-tp-1"
            del rule["FirewallDomainListId"]
        else:
            add_list(draft, region, held, owner, chaining=rule["Action"] != "BLOCK")
        rules.append(rule)
    if rng.random() < 0.25:  # a list of what is allowed, then nothing else
        rules[0] |= {"Action": "ALLOW", "Priority": 0}
        for field in ("BlockResponse", "BlockOverrideDomain", "BlockOverrideDnsType"):
            rules[0].pop(field, None)
        last = {"FirewallRuleGroupId": own, "FirewallDomainListId": f"{own.replace('frg', 'fdl')}-all"}
        rules.append(
            {**last, "Priority": 100, "Action": "BLOCK", "BlockResponse": rng.choice(("NXDOMAIN", "NODATA"))}
        )
        add_list(draft, region, last["FirewallDomainListId"], owner, ["*"])
    rng.shuffle(rules)
    draft.keyed(owner, region, "list_firewall_rules")[own] = {"FirewallRules": rules}


def override(draft: Draft) -> Thing:
    to = draft.rng.choice(
        ("blocked.public.test", "www.corp.example.", "app.corp.example", draft.any_endpoint_name())
    )
    return {
        "Action": "BLOCK",
        "BlockResponse": "OVERRIDE",
        "BlockOverrideDomain": to,
        "BlockOverrideDnsType": "CNAME",
        "BlockOverrideTtl": 0,
    }


def add_list(
    draft: Draft,
    region: str,
    own: str,
    owner: str,
    domains: list[str] | None = None,
    chaining: bool = False,
) -> None:
    """A domain list, maybe with names that have a CNAME; those that AWS manages do not show what they hold."""
    rng = draft.rng
    managed = domains is None and rng.random() < 0.1
    shown: Thing = {"Id": own, "Name": own}
    if managed:
        shown["ManagedOwnerName"] = "Route 53 Resolver DNS Firewall"
    draft.list_in(owner, region, "list_firewall_domain_lists", "FirewallDomainLists").append(shown)
    if managed and rng.random() < 0.3:
        return
    pool = (
        draft.chained * 2
        + draft.names
        + [name for _, name in draft.zones] * 2
        + [draft.bare(), "www.public.test", "public.test"]
    )
    pool += [f"{draft.any_api()}.{draft.bare()}", draft.any_endpoint_name()]
    entries = domains or [entry(draft, rng.choice(pool)) for _ in range(rng.randint(1, 5))]
    if chaining and domains is None:
        entries += rng.sample(draft.chaining, min(3, len(draft.chaining)))
    found: Thing = (
        {"error": {"Code": "AccessDeniedException", "Message": "managed"}}
        if managed
        else {"Domains": entries}
    )
    draft.keyed(owner, region, "list_firewall_domains")[own] = found


def entry(draft: Draft, name: str) -> str:
    rng = draft.rng
    written = name if rng.random() < 0.5 or name.startswith("*") else f"*.{name}"
    written = f"{written}." if rng.random() < 0.5 else written
    return written.upper() if rng.random() < 0.2 else written


def add_profiles(draft: Draft) -> None:
    rng = draft.rng
    for number in range(rng.choice((1, 2, 3, 3))):
        own = f"rp-{number}{rng.randrange(16**4):04x}"
        region = draft.regions[0] if rng.random() < 0.9 else draft.regions[1]
        owner = rng.choice(draft.accounts)
        held = draft.keyed(owner, region, "list_profile_resource_associations")
        held[own] = {"ProfileResourceAssociations": brought(draft, owner, region)}
        for vpc in draft.vpcs:
            if vpc.region == region and rng.random() < 0.65:
                mine = draft.list_in(vpc.account, region, "list_profile_associations", "ProfileAssociations")
                mine.append({"Id": f"rpassoc-{number}", "ProfileId": own, "ResourceId": vpc.id})
                mine[-1]["Status"] = rng.choice(("COMPLETE",) * 7 + ("DELETING",))
                if rng.random() < 0.7:
                    mine[-1]["Priority"] = rng.choice((9, 7, 5, 3, 1)) * 10 + number


def brought(draft: Draft, owner: str, region: str) -> list[Thing]:
    """What a Profile brings to its VPCs: no two zones or rules of one name."""
    rng = draft.rng
    found: list[Thing] = []
    zones = {name: own for own, name in rng.sample(draft.zones, len(draft.zones))}
    for own in rng.sample([*zones.values()], min(len(zones), rng.randint(0, 4))):
        found.append(
            {"ResourceType": "PRIVATE_HOSTED_ZONE", "ResourceArn": f"arn:aws:route53:::hostedzone/{own}"}
        )
    start = f"arn:aws:{{}}:{region}:{owner}:"
    rules = {
        each.get("DomainName", "").removesuffix("."): each["Id"]
        for account in draft.accounts
        for each in draft.list_in(account, region, "list_resolver_rules", "ResolverRules")
        if each["Id"].startswith("rslvr-rr")
    }
    for own in rng.sample([*rules.values()], min(len(rules), rng.randint(0, 5))):
        arn = f"{start.format('route53resolver')}resolver-rule/{own}"
        found.append({"ResourceType": "RESOLVER_RULE", "ResourceArn": arn})
    endpoints = [each["VpcEndpointId"] for vpc, each, _ in draft.endpoints if vpc.region == region]
    private = [each["VpcEndpointId"] for _, each, _ in draft.endpoints if each["PrivateDnsEnabled"]]
    if endpoints and rng.random() < 0.6:
        own = rng.choice([each for each in endpoints if each in private] or endpoints)
        arn = f"{start.format('ec2')}vpc-endpoint/{own}"
        found.append({"ResourceType": "VPC_ENDPOINT", "ResourceArn": arn})
    groups = {
        own: account
        for account in draft.accounts
        for own in draft.answers.get(account, {}).get(region, {}).get("list_firewall_rules", {})
    }
    if groups and rng.random() < 0.4:
        arn = f"{start.format('route53resolver')}firewall-rule-group/{rng.choice([*groups])}"
        found.append({"ResourceType": "FIREWALL_RULE_GROUP", "ResourceArn": arn})
        found[-1]["ResourceProperties"] = json.dumps({"priority": rng.choice((100, 101, 101, 150, 201, 300))})
    for number, each in enumerate(found):
        each |= {"Id": f"rpr-{number}", "Status": rng.choice(("COMPLETE",) * 8 + ("CREATING",))}
    return found
