"""A snapshot with many private zones, rules and firewall lists, and questions about it."""

import random
from typing import Any

ACCOUNT, REGION = "111111111111", "us-east-1"
APEX = f"execute-api.{REGION}.amazonaws.com"
VPCS = ("vpc-hub", "vpc-spoke", "vpc-app")

Question = tuple[str, str, str]
"""VPC, name, record type."""


def snapshot(zones: int, seed: int = 1) -> dict[str, Any]:
    """Make a snapshot with *zones* hosted zones, all of them associated with every VPC."""
    made = random.Random(seed)
    names = [f"z{number}.corp{number % 20}.example" for number in range(zones - 100)]
    names += [f"api{number:07d}.{APEX}" for number in range(100)]
    sets = {f"Z{number:04d}": _records(name, made) for number, name in enumerate(names)}
    listed = [
        {"HostedZoneId": f"Z{number:04d}", "Name": f"{name}.", "Owner": {"OwningAccount": ACCOUNT}}
        for number, name in enumerate(names)
    ]
    endpoint = {
        "VpcEndpointId": "vpce-0aaa",
        "VpcId": "vpc-hub",
        "VpcEndpointType": "Interface",
        "ServiceName": f"com.amazonaws.{REGION}.execute-api",
        "State": "available",
        "PrivateDnsEnabled": True,
        "IpAddressType": "ipv4",
        "NetworkInterfaceIds": ["eni-1", "eni-2"],
        "DnsEntries": [{"DnsName": f"vpce-0aaa-1b2c3d4e.execute-api.{REGION}.vpce.amazonaws.com"}],
    }
    interfaces = [
        {
            "NetworkInterfaceId": f"eni-{n}",
            "AvailabilityZone": f"{REGION}{'ab'[n - 1]}",
            "PrivateIpAddresses": [{"PrivateIpAddress": f"10.0.{n}.10"}],
        }
        for n in (1, 2)
    ]
    region: dict[str, Any] = {
        "describe_vpcs": {"Vpcs": [{"VpcId": vpc, "CidrBlock": "10.0.0.0/16"} for vpc in VPCS]},
        "describe_vpc_attribute": {
            f"{vpc}/enableDns{key}": {f"EnableDns{key}": {"Value": True}}
            for vpc in VPCS
            for key in ("Support", "Hostnames")
        },
        "describe_vpc_endpoints": {"VpcEndpoints": [endpoint]},
        "describe_network_interfaces": {"NetworkInterfaces": interfaces},
        "get_rest_apis": {"items": []},
        **_rules(),
        **_firewall(made),
    }
    everywhere = {
        "list_hosted_zones_by_vpc": {f"{vpc}/{REGION}": {"HostedZoneSummaries": listed} for vpc in VPCS},
        "list_resource_record_sets": sets,
    }
    accounts = {ACCOUNT: {REGION: region, "global": everywhere}}
    return {"format": "apidoctor.snapshot", "format_version": "1.0", "accounts": accounts, "observations": []}


def questions(count: int, zones: int, seed: int = 2) -> list[Question]:
    """Make *count* questions, hardly two alike: names with and without records, wildcards, public names."""
    made = random.Random(seed)
    asked: list[Question] = []
    for number in range(count):
        zone = made.randrange(zones - 100)
        name = made.choice(
            (
                f"host{made.randrange(60)}.z{zone}.corp{zone % 20}.example",
                f"x{number}.wild.z{zone}.corp{zone % 20}.example",
                f"alias.z{zone}.corp{zone % 20}.example",
                f"api{made.randrange(200):07d}.{APEX}",
                f"n{number}.{APEX}",
                f"www{number}.example.org",
                f"h{number}.fwd{made.randrange(40)}.example",
            )
        )
        asked.append((made.choice(VPCS), name, made.choice(("A", "A", "A", "AAAA"))))
    return asked


def _records(zone: str, made: random.Random) -> dict[str, Any]:
    sets: list[dict[str, Any]] = [
        {
            "Name": f"host{n}.{zone}.",
            "Type": "A",
            "TTL": 60,
            "ResourceRecords": [{"Value": f"10.{made.randrange(256)}.{n}.5"}],
        }
        for n in range(40)
    ]
    sets.append(
        {"Name": f"\\052.wild.{zone}.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.9.9.9"}]}
    )
    sets.append(
        {
            "Name": f"alias.{zone}.",
            "Type": "CNAME",
            "TTL": 60,
            "ResourceRecords": [{"Value": f"host1.{zone}"}],
        }
    )
    sets.append({"Name": f"{zone}.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.1.10"}]})
    return {"ResourceRecordSets": sets}


def _rules() -> dict[str, Any]:
    rules = [
        {
            "Id": f"rslvr-rr-{n}",
            "DomainName": f"fwd{n}.example.",
            "RuleType": "FORWARD",
            "Status": "COMPLETE",
            "TargetIps": [{"Ip": "192.168.0.53", "Port": 53}],
        }
        for n in range(40)
    ]
    associations = [
        {"ResolverRuleId": rule["Id"], "VPCId": vpc, "Status": "COMPLETE"} for rule in rules for vpc in VPCS
    ]
    return {
        "list_resolver_rules": {"ResolverRules": rules},
        "list_resolver_rule_associations": {"ResolverRuleAssociations": associations},
        "list_resolver_endpoints": {"ResolverEndpoints": []},
    }


def _firewall(made: random.Random) -> dict[str, Any]:
    group = "rslvr-frg-1"
    rules = [
        {
            "FirewallRuleGroupId": group,
            "FirewallDomainListId": f"rslvr-fdl-{n}",
            "Priority": n,
            "Action": "BLOCK",
            "BlockResponse": "NXDOMAIN",
        }
        for n in range(5)
    ]
    domains = {
        f"rslvr-fdl-{n}": {"Domains": [f"*.bad{made.randrange(10**6)}.example." for _ in range(200)]}
        for n in range(5)
    }
    return {
        "list_firewall_rule_group_associations": {
            "FirewallRuleGroupAssociations": [
                {"FirewallRuleGroupId": group, "VpcId": vpc, "Priority": 101, "Status": "COMPLETE"}
                for vpc in VPCS
            ]
        },
        "list_firewall_rules": {group: {"FirewallRules": rules}},
        "list_firewall_domains": domains,
    }
