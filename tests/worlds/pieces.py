"""The pieces that worlds are put together from: networks, interfaces, attachments, one private API."""

from typing import Any

from worlds.build import (
    ALL_TRAFFIC,
    API,
    API_ACCOUNT,
    ENDPOINT,
    ENI_C,
    REGION,
    TGW,
    TGW_TABLE,
    World,
    entry,
    final_denies,
    role_arn,
    route,
    statement,
)
from worlds.changes import (
    identity_policy,
    set_methods,
    set_policy,
    zones_of,
)


def vpc(world: World, owner: str, identity: str, cidr: str, table: str, main: str) -> None:
    """A VPC with DNS on, a route table for its subnets and a main one that only knows the VPC itself."""
    blocks = [{"CidrBlock": cidr, "CidrBlockState": {"State": "associated"}}]
    options = {"OwnerId": owner, "DhcpOptionsId": "dopt-0a", "IsDefault": False, "State": "available"}
    world.add(
        owner,
        "describe_vpcs",
        {"VpcId": identity, "CidrBlock": cidr, "CidrBlockAssociationSet": blocks} | options,
    )
    if not world.answers(owner)["describe_dhcp_options"]["DhcpOptions"]:
        servers = [{"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]}]
        dhcp = {"DhcpOptionsId": "dopt-0a", "DhcpConfigurations": servers, "OwnerId": owner}
        world.add(owner, "describe_dhcp_options", dhcp)
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        key = f"{identity}/{attribute[0].lower()}{attribute[1:]}"
        world.keyed(owner, "describe_vpc_attribute", key, {"VpcId": identity, attribute: {"Value": True}})
    for table_id, associations in ((table, []), (main, [{"Main": True, "RouteTableId": main}])):
        local = route(cidr, origin="CreateRouteTable", GatewayId="local")
        rest: dict[str, Any] = {"VpcId": identity, "OwnerId": owner, "PropagatingVgws": [], "Routes": [local]}
        thing = {"RouteTableId": table_id, "Associations": associations} | rest
        world.add(owner, "describe_route_tables", thing)
    zones_of(world, owner, identity, [])


def subnet(
    world: World, owner: str, identity: str, of_vpc: str, cidr: str, zone: str, acl: str, table: str
) -> None:
    """A subnet with an ACL of its own that passes everything, associated with a route table."""
    place = {"AvailabilityZone": f"{REGION}{zone}", "AvailabilityZoneId": f"use1-az{ord(zone) - 96}"}
    thing = {"SubnetId": identity, "VpcId": of_vpc, "CidrBlock": cidr, "OwnerId": owner, "State": "available"}
    world.add(owner, "describe_subnets", thing | place)
    rules = [entry(100, "allow", egress) for egress in (True, False)] + final_denies()
    association = {"NetworkAclAssociationId": identity.replace("subnet", "aclassoc"), "SubnetId": identity}
    kept = {"Associations": [association | {"NetworkAclId": acl}], "Entries": rules, "IsDefault": False}
    world.add(owner, "describe_network_acls", {"NetworkAclId": acl, "VpcId": of_vpc, "OwnerId": owner} | kept)
    state = {"AssociationState": {"State": "associated"}, "Main": False}
    world[table]["Associations"].append({"RouteTableId": table, "SubnetId": identity} | state)


def group(world: World, owner: str, identity: str, of_vpc: str, ingress: list[dict[str, Any]]) -> None:
    """A security group that lets everything out."""
    rules = {"IpPermissions": ingress, "IpPermissionsEgress": [ALL_TRAFFIC]}
    thing = {"GroupId": identity, "GroupName": identity, "VpcId": of_vpc, "OwnerId": owner, "Description": ""}
    world.add(owner, "describe_security_groups", thing | rules)


def interface(world: World, owner: str, identity: str, in_subnet: str, with_group: str, address: str) -> None:
    """A network interface, of the endpoint or of the caller."""
    place = world[in_subnet]
    thing = {
        "NetworkInterfaceId": identity,
        "InterfaceType": "interface" if identity == ENI_C else "vpc_endpoint",
        "Status": "in-use",
        "SubnetId": in_subnet,
        "VpcId": place["VpcId"],
        "AvailabilityZone": place["AvailabilityZone"],
        "OwnerId": owner,
        "Groups": [{"GroupId": with_group, "GroupName": with_group}],
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"Primary": True, "PrivateIpAddress": address}],
        "Ipv6Addresses": [],
        "SourceDestCheck": True,
    }
    world.add(owner, "describe_network_interfaces", thing)


def attach(world: World, identity: str, of_vpc: str, subnets: list[str]) -> None:
    """Attach a VPC to the transit gateway, associate and propagate it."""
    owners = {"TransitGatewayOwnerId": API_ACCOUNT, "ResourceOwnerId": API_ACCOUNT, "VpcOwnerId": API_ACCOUNT}
    base = {"TransitGatewayAttachmentId": identity, "TransitGatewayId": TGW, "State": "available"} | owners
    options = {"DnsSupport": "enable", "Ipv6Support": "disable", "ApplianceModeSupport": "disable"}
    detail = base | {"VpcId": of_vpc, "SubnetIds": subnets, "Options": options}
    world.add(API_ACCOUNT, "describe_transit_gateway_vpc_attachments", detail)
    association = {"TransitGatewayRouteTableId": TGW_TABLE, "State": "associated"}
    resource = {"ResourceType": "vpc", "ResourceId": of_vpc}
    thing = base | resource | {"Association": association}
    world.answers(API_ACCOUNT)["describe_transit_gateway_attachments"]["TransitGatewayAttachments"].append(
        thing
    )
    short = {"TransitGatewayAttachmentId": identity} | resource
    for operation, key, state in (
        ("get_transit_gateway_route_table_associations", "Associations", "associated"),
        ("get_transit_gateway_route_table_propagations", "TransitGatewayRouteTablePropagations", "enabled"),
    ):
        answer = world.answers(API_ACCOUNT).setdefault(operation, {}).setdefault(TGW_TABLE, {key: []})
        answer[key].append(short | {"State": state})


def tgw_route(cidr: str, attachment: str, of_vpc: str, state: str = "active") -> dict[str, Any]:
    """A propagated route of the transit gateway's table."""
    target = {"TransitGatewayAttachmentId": attachment, "ResourceId": of_vpc, "ResourceType": "vpc"}
    return {
        "DestinationCidrBlock": cidr,
        "Type": "propagated",
        "State": state,
        "TransitGatewayAttachments": [target],
    }


def rest_api(world: World, auth: str) -> None:
    """A deployed private API: GET /pets, open to the endpoint and closed to every other."""
    account = world.api_account
    api = {
        "id": API,
        "name": "pets",
        "createdDate": "2026-01-05T09:00:00+00:00",
        "apiKeySource": "HEADER",
        "endpointConfiguration": {
            "types": ["PRIVATE"],
            "ipAddressType": "dualstack",
            "vpcEndpointIds": [ENDPOINT],
        },
        "disableExecuteApiEndpoint": False,
    }
    world.add(account, "get_rest_apis", api)
    world.keyed(account, "get_rest_api", API, api)
    logs = {"destinationArn": f"arn:aws:logs:{REGION}:{account}:log-group:api", "format": LOG_FORMAT}
    settings = {"*/*": {"loggingLevel": "INFO", "metricsEnabled": True, "dataTraceEnabled": False}}
    dates = {"createdDate": "2026-01-05T09:10:00+00:00", "lastUpdatedDate": "2026-01-05T09:10:00+00:00"}
    stage = {
        "stageName": "prod",
        "deploymentId": "dep001",
        "methodSettings": settings,
        "accessLogSettings": logs,
        "tracingEnabled": True,
    } | dates
    world.things["prod"] = stage
    world.keyed(account, "get_stages", API, {"item": [stage]})
    world.keyed(account, "get_stage", f"{API}/prod", stage)
    deployment = {"id": "dep001", "createdDate": "2026-01-05T09:10:00+00:00"}
    world.keyed(account, "get_deployments", API, {"items": [deployment]})
    world.keyed(account, "get_deployment", f"{API}/dep001", deployment)
    head = {"openapi": "3.0.1", "info": {"title": "pets", "version": "1"}}
    document = {"contentType": "application/octet-stream", "body": head}
    world.keyed(account, "get_export", f"{API}/prod/oas30", document)
    for operation in ("get_authorizers", "get_gateway_responses", "get_request_validators"):
        world.keyed(account, operation, API, {"items": []})
    set_policy(
        world, statement(), statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": ENDPOINT}})
    )
    set_methods(world, {"/pets": {"GET": auth}})
    if auth == "AWS_IAM":
        world.principal = role_arn(world.caller_account)
        identity_policy(world, statement())


LOG_FORMAT = (
    '{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId",'
    '"vpceId":"$context.identity.vpceId","status":"$context.status","error":"$context.error.message",'
    '"type":"$context.error.responseType","tls":"$context.tlsVersion"}'
)
