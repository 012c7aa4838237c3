"""Who calls and from where: interface, instance, subnet, function, address, account, Region, and by which endpoint."""

import pytest
from worlds.build import (
    ACL_C,
    API,
    API_ACCOUNT,
    ENDPOINT,
    ENI_C,
    GROUP_C,
    GROUP_E,
    PEERING,
    SUBNET_C,
    TABLE_C,
    VPC_C,
    World,
    an_id,
    entry,
    final_denies,
    rule,
)
from worlds.cases import Cases, check_case
from worlds.layouts import on_prem, peered, same_vpc, transit

CASES = Cases()
INSTANCE = an_id("i", "c")
SECOND = an_id("vpce", "b")


def three_accounts() -> World:
    """Caller, endpoint and API in three accounts, and the method is open to unsigned calls."""
    return peered(accounts=True)


def another_region() -> World:
    """The caller's VPC is in another Region, for execute-api endpoints do not span Regions; the peering does."""
    world = peered(accounts=True)
    regions = world.accounts[world.caller_account]
    regions["us-west-2"] = regions.pop("us-east-1")
    zones = regions["global"]["list_hosted_zones_by_vpc"]
    zones[f"{VPC_C}/us-west-2"] = zones.pop(f"{VPC_C}/us-east-1")
    world[PEERING]["RequesterVpcInfo"]["Region"] = "us-west-2"
    for thing in (SUBNET_C, ENI_C):
        world[thing]["AvailabilityZone"] = "us-west-2a"
    return world


@CASES.healthy(three_accounts)
def an_unsigned_call_needs_no_account(world: World) -> None:
    """Only the endpoint's id and VPC count for an unsigned call, not the accounts."""


@CASES.healthy(another_region)
def a_caller_in_another_region(world: World) -> None:
    pass


@CASES.broken("N06", another_region)
def a_caller_in_another_region_without_a_route(world: World) -> None:
    world[TABLE_C]["Routes"].pop()


@CASES.broken("N03", another_region)
def a_group_reference_over_a_peering_between_regions(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule(None, group=GROUP_C)]


def from_instance(world: World) -> None:
    world[ENI_C]["Attachment"] = {"InstanceId": INSTANCE, "Status": "attached", "DeviceIndex": 0}
    world.origin = INSTANCE


def function(world: World, **where: dict) -> None:
    """The caller is a Lambda function."""
    world.origin = "lambda:shop"
    arn = f"arn:aws:lambda:us-east-1:{API_ACCOUNT}:function:shop"
    answer = {"FunctionName": "shop", "FunctionArn": arn} | where
    world.keyed(API_ACCOUNT, "get_function_configuration", "shop", answer)


def from_function(world: World) -> None:
    place = {"VpcId": world[SUBNET_C]["VpcId"], "SubnetIds": [SUBNET_C], "SecurityGroupIds": [GROUP_C]}
    function(world, VpcConfig=place)


@CASES.healthy(same_vpc, peered, transit)
def an_instance(world: World) -> None:
    from_instance(world)


@CASES.healthy(same_vpc, peered)
def a_subnet(world: World) -> None:
    world.origin = SUBNET_C


@CASES.healthy(same_vpc, peered)
def a_function_in_the_vpc(world: World) -> None:
    from_function(world)


@CASES.healthy(on_prem)
def another_address_of_the_data_centre(world: World) -> None:
    world.origin = "ip:192.168.250.1"


@CASES.broken("N02", peered)
def an_instance_whose_group_lets_nothing_out(world: World) -> None:
    from_instance(world)
    world[GROUP_C]["IpPermissionsEgress"] = []


@CASES.broken("N02", same_vpc)
def a_function_whose_group_lets_nothing_out(world: World) -> None:
    from_function(world)
    world[GROUP_C]["IpPermissionsEgress"] = []


@CASES.broken("N06", peered)
def a_subnet_without_a_route(world: World) -> None:
    world.origin = SUBNET_C
    world[TABLE_C]["Routes"].pop()


@CASES.broken("N07", on_prem)
def an_address_that_no_route_leads_back_to(world: World) -> None:
    world[GROUP_E]["IpPermissions"] = [rule("0.0.0.0/0")]
    world.origin = "ip:172.20.0.9"


@CASES.broken("N20", same_vpc)
def a_function_outside_every_vpc(world: World) -> None:
    function(world)


@CASES.healthy(same_vpc)
def replies_to_the_ports_of_a_linux_host(world: World) -> None:
    world[ACL_C]["Entries"] = [
        entry(10, "allow", egress=True),
        entry(10, "allow", egress=False, ports=(32768, 65535)),
        *final_denies(),
    ]


@CASES.broken("N04", same_vpc)
def replies_to_the_ports_of_a_linux_host_only_and_a_function_calls(world: World) -> None:
    """Lambda uses 1024-65535 (VPC User Guide, network ACLs, ephemeral ports)."""
    replies_to_the_ports_of_a_linux_host(world)
    from_function(world)


def second_endpoint(world: World) -> None:
    """Another endpoint in the same subnets, without private DNS."""
    name = f"{SECOND}-9z8y7x6w.execute-api.us-east-1.vpce.amazonaws.com"
    own = {"VpcEndpointId": SECOND, "DnsEntries": [{"DnsName": name, "HostedZoneId": "Z7HUB22UULQXV"}]}
    world.add(API_ACCOUNT, "describe_vpc_endpoints", own | {"PrivateDnsEnabled": False} | without(world, own))


def without(world: World, own: dict) -> dict:
    """The first endpoint's other members."""
    return {key: value for key, value in world[ENDPOINT].items() if key not in {*own, "PrivateDnsEnabled"}}


@CASES.healthy(same_vpc)
def of_two_endpoints_private_dns_leads_to_the_right_one(world: World) -> None:
    second_endpoint(world)


@CASES.broken("A03", same_vpc)
def of_two_endpoints_the_one_the_policy_denies_is_used(world: World) -> None:
    second_endpoint(world)
    world.options = ["--via", SECOND]


@CASES.broken("A03", on_prem)
def the_name_of_the_endpoint_that_the_policy_denies_is_called(world: World) -> None:
    second_endpoint(world)
    world.target = world.target.replace(f"{ENDPOINT}-1a2b3c4d", f"{SECOND}-9z8y7x6w")


@CASES.broken("T04", on_prem)
def strict_access_mode_and_the_endpoints_name(world: World) -> None:
    world[API].update(securityPolicy="SecurityPolicy_TLS13_1_3_2025_09", endpointAccessMode="STRICT")


@CASES.healthy(same_vpc)
def strict_access_mode_and_the_default_name(world: World) -> None:
    world[API].update(securityPolicy="SecurityPolicy_TLS13_1_3_2025_09", endpointAccessMode="STRICT")


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_callers_place_is_understood(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)
