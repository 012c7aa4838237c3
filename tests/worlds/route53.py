"""Pieces of Route 53 as boto3 shows them: zones with records, Resolver rules and endpoints, DNS Firewall, Profiles."""

from typing import Any

from worlds.build import (
    API_ACCOUNT,
    ENDPOINT_NAME,
    HOSTED_ZONE,
    REGION,
    SUBNET_E1,
    SUBNET_E2,
    VPC_C,
    VPC_E,
    ZONE_NAME,
    World,
    an_id,
    rule,
)
from worlds.changes import zones_of
from worlds.pieces import group, interface

AWS_ZONE = "Z7HUB22UULQXV"
INBOUND = ("10.1.4.53", "10.1.5.53")
INBOUND_ENDPOINT = "rslvr-in-0a"
CORPORATE = "192.168.0.53"
Record = dict[str, Any]


def owners(world: World) -> dict[str, str]:
    """The owner of each VPC."""
    return {VPC_E: world.endpoint_account, VPC_C: world.caller_account}


# Records.


def alias(name: str, to: str = ENDPOINT_NAME, kind: str = "A", zone: str = AWS_ZONE, **rest: Any) -> Record:
    """An alias record; by default to the endpoint's name."""
    target = {"HostedZoneId": zone, "DNSName": f"{to}.", "EvaluateTargetHealth": False}
    return {"Name": f"{name}.", "Type": kind, "AliasTarget": target} | rest


def plain(name: str, kind: str, *values: str, **rest: Any) -> Record:
    """A record with values."""
    shown = [{"Value": value} for value in values]
    return {"Name": f"{name}.", "Type": kind, "TTL": 60, "ResourceRecords": shown} | rest


def any_of(name: str) -> str:
    """The wildcard below a name, as Route 53 prints it."""
    return f"\\052.{name}"


# Hosted zones.


def hosted(world: World, name: str, *records: Record, identity: str = "", vpcs: tuple[str, ...] = ()) -> str:
    """A customer's private zone with these records, seen by these VPCs beside what they see already."""
    identity = identity or f"Z0{abs(hash_of(name)):018}"[:21]
    head = plain(
        name, "SOA", "ns-1536.awsdns-00.co.uk. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
    )
    answer = {"ResourceRecordSets": [head, plain(name, "NS", "ns-1536.awsdns-00.co.uk."), *records]}
    world.keyed(world.endpoint_account, "list_resource_record_sets", identity, answer, "global")
    described(world, name, identity)
    summary = {
        "HostedZoneId": identity,
        "Name": f"{name}.",
        "Owner": {"OwningAccount": world.endpoint_account},
    }
    for vpc in vpcs:
        seen_by(world, vpc).append(summary)
    return identity


def described(world: World, name: str, identity: str) -> None:
    """What get_hosted_zone shows of a private zone."""
    zone = {"Id": f"/hostedzone/{identity}", "Name": f"{name}.", "Config": {"PrivateZone": True}}
    answer = {"HostedZone": zone, "VPCs": [{"VPCRegion": REGION, "VPCId": an_id("vpc", "a")}]}
    world.keyed(world.endpoint_account, "get_hosted_zone", identity, answer, "global")


def hash_of(text: str) -> int:
    """A number that depends on nothing but the text."""
    return sum((place + 1) * ord(letter) for place, letter in enumerate(text))


def seen_by(world: World, vpc: str) -> list[dict[str, Any]]:
    """The list of zones that a VPC sees, to be changed in place."""
    answers = world.answers(owners(world)[vpc], "global")
    summaries: list[dict[str, Any]] = answers["list_hosted_zones_by_vpc"][f"{vpc}/{REGION}"][
        "HostedZoneSummaries"
    ]
    return summaries


def only(world: World, name: str, *records: Record, vpcs: tuple[str, ...] = (VPC_C,)) -> str:
    """As `hosted`; these VPCs see no other zone."""
    for vpc in vpcs:
        zones_of(world, owners(world)[vpc], vpc, [])
    return hosted(world, name, *records, vpcs=vpcs)


# Resolver rules.


def resolver_rule(
    world: World,
    name: str,
    *targets: str,
    kind: str = "FORWARD",
    vpc: str = VPC_E,
    status: str = "COMPLETE",
    associated: bool = True,
) -> str:
    """A Resolver rule, associated with the VPC; SYSTEM rules have no targets."""
    owner = owners(world)[vpc]
    rules = world.answers(owner)["list_resolver_rules"]["ResolverRules"]
    identity = f"rslvr-rr-0{len(rules):x}"
    made = {
        "Id": identity,
        "Arn": f"arn:aws:route53resolver:{REGION}:{owner}:resolver-rule/{identity}",
        "DomainName": f"{name.strip('.')}.",
        "Status": "COMPLETE",
        "RuleType": kind,
        "Name": "to-the-data-centre",
        "OwnerId": owner,
        "ShareStatus": "NOT_SHARED",
    }
    if kind == "FORWARD":
        made["TargetIps"] = [
            {"Ip": target, "Port": 53, "Protocol": "Do53"} for target in targets or (CORPORATE,)
        ]
    rules.append(made)
    if associated:
        link = {
            "Id": f"rslvr-rrassoc-0{len(rules):x}",
            "ResolverRuleId": identity,
            "VPCId": vpc,
            "Status": status,
        }
        world.answers(owner)["list_resolver_rule_associations"]["ResolverRuleAssociations"].append(link)
    return identity


# Resolver endpoints.


def inbound(
    world: World,
    *addresses: str,
    vpc: str = VPC_E,
    status: str = "ATTACHED",
    admits: tuple[str, ...] = ("tcp", "udp"),
    source: str = "192.168.0.0/16",
    interfaces: bool = False,
) -> dict[str, Any]:
    """An inbound endpoint whose security group admits port 53 by these protocols from *source*.

    Its interfaces stand in no answer when told so: a collection for one API may not have asked for them.
    """
    owner, guard = owners(world)[vpc], an_id("sg", "d")
    ingress = [rule(source, port=53) | {"IpProtocol": protocol} for protocol in admits]
    group(world, owner, guard, vpc, ingress)
    places = addresses or INBOUND
    made: dict[str, Any] = {
        "Id": INBOUND_ENDPOINT,
        "Arn": f"arn:aws:route53resolver:{REGION}:{owner}:resolver-endpoint/{INBOUND_ENDPOINT}",
        "Name": "from-the-data-centre",
        "SecurityGroupIds": [guard],
        "Direction": "INBOUND",
        "IpAddressCount": len(places),
        "HostVPCId": vpc,
        "Status": "OPERATIONAL",
        "ResolverEndpointType": "IPV4",
        "Protocols": ["Do53"],
    }
    world.answers(owner)["list_resolver_endpoints"]["ResolverEndpoints"].append(made)
    for number, (address, subnet) in enumerate(zip(places, (SUBNET_E1, SUBNET_E2), strict=False)):
        if interfaces and vpc == VPC_E:
            interface(world, owner, an_id("eni", f"d{number}"), subnet, guard, address)
            world[an_id("eni", f"d{number}")]["InterfaceType"] = "interface"
    shown = [
        {"IpId": f"rni-0{number}", "SubnetId": subnet, "Ip": address, "Status": status}
        for number, (address, subnet) in enumerate(zip(places, (SUBNET_E1, SUBNET_E2), strict=False))
    ]
    world.keyed(owner, "list_resolver_endpoint_ip_addresses", INBOUND_ENDPOINT, {"IpAddresses": shown})
    return made


def inbound_addresses(world: World) -> list[dict[str, Any]]:
    """The addresses of the inbound endpoint, to be changed in place."""
    for _, answer in world.everywhere("list_resolver_endpoint_ip_addresses"):
        shown: list[dict[str, Any]] = answer[INBOUND_ENDPOINT]["IpAddresses"]
        return shown
    raise AssertionError("no inbound endpoint")


# DNS Firewall.

Listed = tuple[str, list[str], dict[str, Any]]


def block(*domains: str, **rest: Any) -> Listed:
    """A rule that blocks these domains, with NXDOMAIN unless told otherwise."""
    return "BLOCK", [f"{name}." for name in domains], {"BlockResponse": "NXDOMAIN"} | rest


def allow(*domains: str, **rest: Any) -> Listed:
    """A rule that lets these domains pass."""
    return "ALLOW", [f"{name}." for name in domains], rest


def alert(*domains: str, **rest: Any) -> Listed:
    """A rule that lets these domains pass and tells of it."""
    return "ALERT", [f"{name}." for name in domains], rest


def firewall(
    world: World,
    *rules: Listed,
    vpc: str = VPC_E,
    priority: int = 101,
    status: str = "COMPLETE",
    associated: bool = True,
) -> str:
    """A rule group with these rules in their order, associated with the VPC."""
    owner = owners(world)[vpc]
    links = world.answers(owner)["list_firewall_rule_group_associations"]["FirewallRuleGroupAssociations"]
    identity = f"rslvr-frg-0{priority:x}"
    shown = []
    for number, (action, domains, rest) in enumerate(rules, start=1):
        lists = f"rslvr-fdl-0{priority:x}{number:x}"
        world.keyed(owner, "list_firewall_domains", lists, {"Domains": domains})
        base = {"FirewallRuleGroupId": identity, "FirewallDomainListId": lists, "Name": f"rule-{number}"}
        shown.append(base | {"Priority": number * 10, "Action": action} | rest)
    # AWS does not promise an order: the last rule is told first.
    world.keyed(owner, "list_firewall_rules", identity, {"FirewallRules": shown[::-1]})
    if associated:
        base = {"Id": f"rslvr-frgassoc-0{priority:x}", "FirewallRuleGroupId": identity, "VpcId": vpc}
        links.append(
            base | {"Priority": priority, "Name": "g", "MutationProtection": "DISABLED", "Status": status}
        )
    return identity


# Profiles.


def profile(world: World, *arns: str, vpc: str = VPC_C, status: str = "COMPLETE", **properties: str) -> str:
    """A Profile with these resources, associated with the VPC."""
    owner, identity = owners(world)[vpc], "rp-0a"
    described(world, ZONE_NAME, HOSTED_ZONE)
    link = {"Id": "rpassoc-0a", "Name": "p", "OwnerId": owner, "ProfileId": identity, "ResourceId": vpc}
    world.answers(owner)["list_profile_associations"]["ProfileAssociations"].append(link | {"Status": status})
    resources = [
        {
            "Id": f"rpr-0{number}",
            "Name": f"r{number}",
            "OwnerId": owner,
            "ProfileId": identity,
            "ResourceArn": arn,
            "ResourceType": KINDS[arn.rpartition(":")[2].partition("/")[0]],
            "Status": "COMPLETE",
        }
        | properties
        for number, arn in enumerate(arns)
    ]
    answer = {"ProfileResourceAssociations": resources}
    world.keyed(owner, "list_profile_resource_associations", identity, answer)
    return identity


KINDS = {
    "hostedzone": "PRIVATE_HOSTED_ZONE",
    "resolver-rule": "RESOLVER_RULE",
    "firewall-rule-group": "FIREWALL_RULE_GROUP",
    "vpc-endpoint": "VPC_ENDPOINT",
}
"""Kinds of a Profile's resources by the word in their ARN."""


def zone_arn(identity: str) -> str:
    """The ARN of a hosted zone."""
    return f"arn:aws:route53:::hostedzone/{identity}"


def resolver_arn(kind: str, identity: str) -> str:
    """The ARN of a Resolver rule or a firewall rule group."""
    return f"arn:aws:route53resolver:{REGION}:{API_ACCOUNT}:{kind}/{identity}"


# DHCP options.


def servers_by_dhcp(world: World, *servers: str, **more: str) -> None:
    """Let the DHCP options name these DNS servers."""
    keys = {"domain-name-servers": servers} | {key.replace("_", "-"): (value,) for key, value in more.items()}
    world["dopt-0a"]["DhcpConfigurations"] = [
        {"Key": key, "Values": [{"Value": value} for value in values]} for key, values in keys.items()
    ]


WILDCARD_AND_APEX = (alias(ZONE_NAME), alias(any_of(ZONE_NAME)))
"""What a zone for the whole Region holds."""
