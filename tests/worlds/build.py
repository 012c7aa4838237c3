"""Build snapshots of whole worlds from nothing but the published formats.

Every object has the shape that boto3 returns, every answer stands where the snapshot format puts it.  A
world starts healthy; a test changes one thing in it, ``world[GROUP_E]["IpPermissions"] = []``, and asks for a
verdict.
"""

import json
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


def set_policy(world: World, *statements: dict[str, Any], deployed: dict[str, Any] | None = None) -> None:
    """Save a resource policy and deploy it, or leave another one deployed.

    get_rest_api shows the text with its quotes escaped once more (API Gateway's own way).
    """
    saved = document(*statements)
    world[API]["policy"] = json.dumps(json.dumps(saved))[1:-1]
    export(world)["x-amazon-apigateway-policy"] = saved if deployed is None else deployed


def export(world: World) -> dict[str, Any]:
    """The OpenAPI document that the stage runs."""
    body: dict[str, Any] = world.answers(world.api_account)["get_export"][f"{API}/prod/oas30"]["body"]
    return body


def set_methods(
    world: World, methods: dict[str, dict[str, str]], deployed: bool = True, key: bool = False
) -> None:
    """Save methods, ``{path: {METHOD: authorization type}}``, and deploy them unless told not to."""
    items: list[dict[str, Any]] = [{"id": "root000001", "path": "/"}]
    for number, (path, verbs) in enumerate(methods.items()):
        item = {
            "id": f"res{number:07}",
            "parentId": "root000001",
            "pathPart": path.split("/")[-1],
            "path": path,
        }
        items.append(
            item | {"resourceMethods": {verb: method(verb, auth, key) for verb, auth in verbs.items()}}
        )
    world.keyed(world.api_account, "get_resources", API, {"items": items})
    if deployed:
        export(world)["paths"] = {
            path: {
                "x-amazon-apigateway-any-method" if verb == "ANY" else verb.lower(): exported(auth, key)
                for verb, auth in verbs.items()
            }
            for path, verbs in methods.items()
        }


def method(verb: str, authorization: str, key: bool) -> dict[str, Any]:
    """A method as get_resources embeds it."""
    return {
        "httpMethod": verb,
        "authorizationType": authorization,
        "apiKeyRequired": key,
        "methodIntegration": {
            "type": "MOCK",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
        },
    }


def exported(authorization: str, key: bool) -> dict[str, Any]:
    """A method as get_export writes it."""
    asked = [{"sigv4": []}] if authorization == "AWS_IAM" else []
    asked += [{"api_key": []}] if key else []
    return {"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}} | (
        {"security": asked} if asked else {}
    )


def set_endpoint_policy(world: World, *statements: dict[str, Any]) -> None:
    """Give the endpoint a policy of its own."""
    world[ENDPOINT]["PolicyDocument"] = json.dumps(document(*statements))


def private_dns(world: World, on: bool) -> None:
    """Switch the endpoint's private DNS, and with it the zone that AWS associates with the endpoint's VPC."""
    world[ENDPOINT]["PrivateDnsEnabled"] = on
    names = [entry for entry in world[ENDPOINT]["DnsEntries"] if ".vpce." in entry["DnsName"]]
    private = [
        {"DnsName": name, "HostedZoneId": "Z01AWSOWNED00000001"} for name in (ZONE_NAME, f"*.{ZONE_NAME}")
    ]
    world[ENDPOINT]["DnsEntries"] = names + (private if on else [])
    zone = {
        "HostedZoneId": "Z01AWSOWNED00000001",
        "Name": f"{ZONE_NAME}.",
        "Owner": {"OwningService": "vpce.amazonaws.com"},
    }
    zones_of(world, world.endpoint_account, VPC_E, [zone] if on else [])


def zones_of(world: World, account: str, vpc: str, zones: list[dict[str, Any]]) -> None:
    """Say which hosted zones a VPC sees."""
    answer = {"HostedZoneSummaries": zones, "MaxItems": "100"}
    world.keyed(account, "list_hosted_zones_by_vpc", f"{vpc}/{REGION}", answer, "global")


def seen_zone(world: World) -> dict[str, Any]:
    """The customer's hosted zone as list_hosted_zones_by_vpc shows it."""
    return {
        "HostedZoneId": HOSTED_ZONE,
        "Name": f"{ZONE_NAME}.",
        "Owner": {"OwningAccount": world.endpoint_account},
    }


def customer_zone(world: World, *names: str) -> None:
    """A customer's hosted zone with alias records to the endpoint, seen by both VPCs; ``*`` is ``\\052``."""
    target = {"HostedZoneId": "Z7HUB22UULQXV", "DNSName": f"{ENDPOINT_NAME}.", "EvaluateTargetHealth": False}
    records = [
        {
            "Name": f"{ZONE_NAME}.",
            "Type": "SOA",
            "TTL": 900,
            "ResourceRecords": [{"Value": "ns-1.example. a. 1 2 3 4 5"}],
        }
    ]
    records += [{"Name": f"{name}.", "Type": "A", "AliasTarget": target} for name in names]
    world.keyed(
        world.endpoint_account,
        "list_resource_record_sets",
        HOSTED_ZONE,
        {"ResourceRecordSets": records},
        "global",
    )
    zones_of(world, world.endpoint_account, VPC_E, [seen_zone(world)])
    zones_of(world, world.caller_account, VPC_C, [seen_zone(world)])


def identity_policy(
    world: World, *statements: dict[str, Any], boundary: dict[str, Any] | None = None
) -> None:
    """Give the caller's role exactly this inline policy, and perhaps a boundary."""
    account, role = (
        world.caller_account,
        {"RoleName": "app", "Arn": role_arn(world.caller_account), "Path": "/"},
    )
    inline = document(*({k: v for k, v in s.items() if k != "Principal"} for s in statements))
    if boundary is not None:
        arn = f"arn:aws:iam::{account}:policy/limit"
        role |= {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}}
        world.keyed(account, "get_policy", arn, {"Policy": {"Arn": arn, "DefaultVersionId": "v1"}}, "global")
        version = {"PolicyVersion": {"VersionId": "v1", "IsDefaultVersion": True, "Document": boundary}}
        world.keyed(account, "get_policy_version", f"{arn}/v1", version, "global")
    world.keyed(account, "get_role", "app", {"Role": role}, "global")
    world.keyed(account, "list_attached_role_policies", "app", {"AttachedPolicies": []}, "global")
    world.keyed(
        account, "list_role_policies", "app", {"PolicyNames": ["calls"] if statements else []}, "global"
    )
    shown = {"RoleName": "app", "PolicyName": "calls", "PolicyDocument": inline}
    world.keyed(account, "get_role_policy", "app/calls", shown, "global")
