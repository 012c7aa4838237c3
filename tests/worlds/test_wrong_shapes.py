"""Answers of the wrong shape are the snapshot's fault: never a traceback, never a crash of a check."""

import pytest
from worlds.build import API, HOSTED_ZONE, REGION, VPC_C
from worlds.judge import judge
from worlds.layouts import cross_account
from worlds.seen import probed

PLACES = {
    "describe_vpc_endpoints": ("222222222222", REGION, ["VpcEndpoints"]),
    "an endpoint": ("222222222222", REGION, ["VpcEndpoints", 0], "describe_vpc_endpoints"),
    "describe_security_groups": ("222222222222", REGION, ["SecurityGroups"]),
    "a rule": ("222222222222", REGION, ["SecurityGroups", 0, "IpPermissions"], "describe_security_groups"),
    "describe_route_tables": ("222222222222", REGION, ["RouteTables", 0, "Routes"]),
    "describe_network_acls": ("222222222222", REGION, ["NetworkAcls", 0, "Entries", 0]),
    "describe_network_interfaces": ("333333333333", REGION, ["NetworkInterfaces"]),
    "an address": (
        "222222222222", REGION, ["NetworkInterfaces", 0, "PrivateIpAddress"], "describe_network_interfaces",
    ),
    "describe_dhcp_options": ("333333333333", REGION, ["DhcpOptions", 0, "DhcpConfigurations", 0]),
    "DNS servers": (
        "333333333333", REGION, ["DhcpOptions", 0, "DhcpConfigurations", 0, "Values"], "describe_dhcp_options",
    ),
    "get_rest_api": ("111111111111", REGION, [API]),
    "the policy": ("111111111111", REGION, [API, "policy"], "get_rest_api"),
    "get_stages": ("111111111111", REGION, [API, "item"]),
    "the methods": ("111111111111", REGION, [API, "items", 1, "resourceMethods"], "get_resources"),
    "an authorization type": (
        "111111111111", REGION, [API, "items", 1, "resourceMethods", "GET", "authorizationType"], "get_resources",
    ),
    "an integration": (
        "111111111111", REGION, [API, "items", 1, "resourceMethods", "GET", "methodIntegration"], "get_resources",
    ),
    "get_export": ("111111111111", REGION, [f"{API}/prod/oas30", "body"]),
    "the role's ARN": ("333333333333", "global", ["app", "Role", "Arn"], "get_role"),
    "get_role": ("333333333333", "global", ["app", "Role"]),
    "list_role_policies": ("333333333333", "global", ["app", "PolicyNames"]),
    "list_hosted_zones_by_vpc": (
        "333333333333", "global", [f"{VPC_C}/{REGION}", "HostedZoneSummaries", 0, "Owner"],
    ),
    "list_resource_record_sets": (
        "222222222222", "global", [HOSTED_ZONE, "ResourceRecordSets", 2, "AliasTarget"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_of_the_wrong_shape_is_no_defect_of_the_program(place, tmp_path):
    account, region, steps, *operation = PLACES[place]
    for garbage in (7, "x", ["x", None]):
        world = probed(cross_account())
        within = world.answers(account, region)[operation[0] if operation else place]
        for step in steps[:-1]:
            within = within[step]
        within[steps[-1]] = garbage

        said = judge(world, tmp_path)

        assert said.of("error") == [], (garbage, said.of("error")[0]["traceback"])
        assert said.code in (0, 1, 3, 4), (garbage, said.story())
