"""Build snapshots of whole worlds from nothing but the published formats.

Every object has the shape that boto3 returns, every answer stands where the snapshot format puts it.  A
world starts healthy; a test changes one thing in it, ``world[GROUP_E]["IpPermissions"] = []``, and asks for a
verdict.
"""

from dataclasses import dataclass, field
from typing import Any

REGION = "us-east-1"
API_ACCOUNT, ENDPOINT_ACCOUNT, CALLER_ACCOUNT = "111111111111", "222222222222", "333333333333"
API = "abc1234567"
ZONE_NAME = f"execute-api.{REGION}.amazonaws.com"
DEFAULT_NAME = f"{API}.{ZONE_NAME}"
URL = f"https://{DEFAULT_NAME}/prod/pets"


def an_id(kind: str, mark: str) -> str:
    """An AWS id of the usual length whose first digits say which object of the world it is."""
    return f"{kind}-0{mark:0<16}"


ENDPOINT = an_id("vpce", "e")
ENDPOINT_LABEL = f"{ENDPOINT}-1a2b3c4d"
ENDPOINT_NAME = f"{ENDPOINT_LABEL}.execute-api.{REGION}.vpce.amazonaws.com"
ALIAS_URL = f"https://{API}-{ENDPOINT}.{ZONE_NAME}/prod/pets"
ENDPOINT_URL = f"https://{ENDPOINT_NAME}/prod/pets"
VPC_E, VPC_C = an_id("vpc", "e"), an_id("vpc", "c")
GROUP_E, GROUP_C = an_id("sg", "e"), an_id("sg", "c")
SUBNET_E1, SUBNET_E2, SUBNET_C = an_id("subnet", "e1"), an_id("subnet", "e2"), an_id("subnet", "c")
ACL_E1, ACL_E2, ACL_C = an_id("acl", "e1"), an_id("acl", "e2"), an_id("acl", "c")
TABLE_E, TABLE_C = an_id("rtb", "e"), an_id("rtb", "c")
MAIN_TABLE_E, MAIN_TABLE_C = an_id("rtb", "ee"), an_id("rtb", "cc")
ENI_E1, ENI_E2, ENI_C = an_id("eni", "e1"), an_id("eni", "e2"), an_id("eni", "c")
PEERING, TGW, VGW, VPN = an_id("pcx", "a"), an_id("tgw", "a"), an_id("vgw", "a"), an_id("vpn", "a")
ATTACHMENT_E, ATTACHMENT_C = an_id("tgw-attach", "e"), an_id("tgw-attach", "c")
TGW_TABLE = an_id("tgw-rtb", "a")
ADDRESSES = {ENI_E1: "10.1.4.21", ENI_E2: "10.1.5.21"}
ON_PREM = "192.168.7.9"
HOSTED_ZONE = "Z0CUSTOMERZONE0000001"

LISTS = {
    "describe_vpcs": "Vpcs",
    "describe_subnets": "Subnets",
    "describe_route_tables": "RouteTables",
    "describe_network_acls": "NetworkAcls",
    "describe_security_groups": "SecurityGroups",
    "describe_network_interfaces": "NetworkInterfaces",
    "describe_vpc_endpoints": "VpcEndpoints",
    "describe_vpc_peering_connections": "VpcPeeringConnections",
    "describe_transit_gateways": "TransitGateways",
    "describe_transit_gateway_attachments": "TransitGatewayAttachments",
    "describe_transit_gateway_vpc_attachments": "TransitGatewayVpcAttachments",
    "describe_transit_gateway_peering_attachments": "TransitGatewayPeeringAttachments",
    "describe_transit_gateway_route_tables": "TransitGatewayRouteTables",
    "describe_vpn_gateways": "VpnGateways",
    "describe_vpn_connections": "VpnConnections",
    "describe_dhcp_options": "DhcpOptions",
    "describe_managed_prefix_lists": "PrefixLists",
    "list_resolver_rules": "ResolverRules",
    "list_resolver_rule_associations": "ResolverRuleAssociations",
    "list_resolver_endpoints": "ResolverEndpoints",
    "list_firewall_rule_group_associations": "FirewallRuleGroupAssociations",
    "list_profile_associations": "ProfileAssociations",
    "get_rest_apis": "items",
    "get_domain_names": "items",
    "get_domain_name_access_associations": "items",
    "get_usage_plans": "items",
    "get_vpc_links": "items",
}


@dataclass
class World:
    """A snapshot in the making, and the question asked about it."""

    accounts: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    observations: list[dict[str, Any]] = field(default_factory=list)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Every object by its id: the very object that stands in its account's answer."""
    target: str = URL
    origin: str = ENI_C
    principal: str = "anonymous"
    """Who calls; empty: nobody says it."""
    options: list[str] = field(default_factory=list)
    api_account: str = API_ACCOUNT
    endpoint_account: str = API_ACCOUNT
    caller_account: str = API_ACCOUNT

    def __getitem__(self, identity: str) -> dict[str, Any]:
        return self.things[identity]

    def answers(self, account: str, region: str = REGION) -> dict[str, Any]:
        """The answers of one account and Region; a new account answers every list with an empty one."""
        regions = self.accounts.setdefault(account, {})
        if region not in regions:
            regions[region] = {} if region == "global" else {op: {key: []} for op, key in LISTS.items()}
        return regions[region]

    def keyed(self, account: str, operation: str, key: str, answer: Any, region: str = REGION) -> None:
        """Put the answer of an operation that is about one object."""
        self.answers(account, region).setdefault(operation, {})[key] = answer

    def add(self, account: str, operation: str, thing: dict[str, Any]) -> None:
        """Append an object to a list; its first member is its id."""
        self.answers(account)[operation][LISTS[operation]].append(thing)
        self.things[next(iter(thing.values()))] = thing

    def everywhere(self, operation: str) -> list[tuple[dict[str, Any], Any]]:
        """Every place that holds an answer of this operation: the mapping and the answer."""
        regions = [region for account in self.accounts.values() for region in account.values()]
        return [(region, region[operation]) for region in regions if operation in region]

    def snapshot(self) -> dict[str, Any]:
        """The world as a snapshot file."""
        return {
            "format": "apidoctor.snapshot",
            "format_version": "1.0",
            "taken_at": "2026-11-22T10:42:07Z",
            "accounts": self.accounts,
            "observations": self.observations,
        }


def statement(effect: str = "Allow", resource: str = "*", **rest: Any) -> dict[str, Any]:
    """One statement of an execute-api policy, about this API below ``resource``."""
    arn = f"arn:aws:execute-api:{REGION}:{API_ACCOUNT}:{API}/{resource}"
    return {"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": arn} | rest


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document in the current language version."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def rule(
    cidr: str | None, port: int = 443, group: str | None = None, prefix_list: str | None = None
) -> dict[str, Any]:
    """One TCP rule of a security group, as describe_security_groups shows it."""
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        "Ipv6Ranges": [],
        "PrefixListIds": [{"PrefixListId": prefix_list}] if prefix_list else [],
        "UserIdGroupPairs": [{"GroupId": group, "UserId": API_ACCOUNT}] if group else [],
    }


ALL_TRAFFIC = {
    "IpProtocol": "-1",
    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    "Ipv6Ranges": [],
    "PrefixListIds": [],
    "UserIdGroupPairs": [],
}


def entry(
    number: int, action: str, egress: bool, ports: tuple[int, int] | None = None, cidr: str = "0.0.0.0/0"
) -> dict[str, Any]:
    """One entry of a network ACL: TCP when it has ports, else every protocol."""
    made: dict[str, Any] = {
        "RuleNumber": number,
        "RuleAction": action,
        "Egress": egress,
        "CidrBlock": cidr,
        "Protocol": "6" if ports else "-1",
    }
    return made | ({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {})


def final_denies() -> list[dict[str, Any]]:
    """The two entries at the end of every network ACL."""
    return [entry(32767, "deny", egress) for egress in (True, False)]


def route(cidr: str, state: str = "active", origin: str = "CreateRoute", **target: str) -> dict[str, Any]:
    """One route: ``route("10.9.0.0/16", VpcPeeringConnectionId="pcx-…")``."""
    return {"DestinationCidrBlock": cidr, "Origin": origin, "State": state} | target


def role_arn(account: str, name: str = "app") -> str:
    """The ARN of a role."""
    return f"arn:aws:iam::{account}:role/{name}"
