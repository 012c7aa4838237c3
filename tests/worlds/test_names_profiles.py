"""Zones that a VPC sees through a Profile only, and names that need no zone (Route 53 Developer Guide)."""

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT,
    ENDPOINT_NAME,
    ENDPOINT_URL,
    HOSTED_ZONE,
    REGION,
    VPC_C,
    ZONE_NAME,
    World,
    an_id,
)
from worlds.cases import Cases, check_case
from worlds.changes import customer_zone, private_dns, zones_of
from worlds.judge import judge
from worlds.layouts import peered, same_vpc, transit
from worlds.route53 import (
    alias,
    any_of,
    hosted,
    only,
    plain,
    profile,
    zone_arn,
)
from worlds.test_unknown import forget, refuse

CASES = Cases()
GONE = "10.1.4.99"
SUFFIX_ZONE = f"{REGION}.amazonaws.com"
PROFILED = zone_arn(HOSTED_ZONE)


@CASES.healthy(peered)
def the_vpcs_own_zone_goes_before_a_profiles(world: World) -> None:
    empty = hosted(world, ZONE_NAME, identity="Z0EMPTYZONE0000000001")
    profile(world, zone_arn(empty))


@CASES.broken("D07", peered)
def a_longer_zone_of_a_profile_goes_before_the_vpcs_own(world: World) -> None:
    profile(world, zone_arn(hosted(world, DEFAULT_NAME)))


# Zones through a Profile.


@CASES.healthy(peered)
def the_zone_is_seen_through_a_profile(world: World) -> None:
    """ListHostedZonesByVPC does not show it."""
    zones_of(world, world.caller_account, VPC_C, [])
    profile(world, PROFILED)


@CASES.broken("D07", peered)
def the_zone_of_a_profile_knows_another_api(world: World) -> None:
    customer_zone(world, f"zzz7654321.{ZONE_NAME}")
    zones_of(world, world.caller_account, VPC_C, [])
    profile(world, PROFILED)


@CASES.broken("D09", peered)
def the_profile_belongs_to_another_vpc(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    profile(world, PROFILED)
    links = world.answers(world.caller_account)["list_profile_associations"]["ProfileAssociations"]
    links[0]["ResourceId"] = an_id("vpc", "f")


@CASES.broken("D09", peered)
def the_profile_holds_another_zone(world: World) -> None:
    other = hosted(world, "corp.example")
    zones_of(world, world.caller_account, VPC_C, [])
    profile(world, zone_arn(other))


@CASES.undecided(peered)
def profiles_may_not_be_listed(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    refuse(world, "list_profile_associations")


@CASES.undecided(peered)
def the_resources_of_the_profile_may_not_be_listed(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    profile(world, PROFILED)
    refuse(world, "list_profile_resource_associations")


@CASES.undecided(peered)
def zones_may_not_be_listed_and_the_profile_holds_another_zone(world: World) -> None:
    other = hosted(world, "corp.example")
    profile(world, zone_arn(other))
    refuse(world, "list_hosted_zones_by_vpc")


@CASES.healthy(peered)
def a_profile_with_another_zone_beside_the_right_one(world: World) -> None:
    profile(world, zone_arn(hosted(world, "corp.example")))


# A name of one form is not blamed for another's fault.


@CASES.healthy(peered, transit)
def the_endpoints_name_needs_no_zone(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    world.target, world.options = ENDPOINT_URL, ["-H", f"Host:{DEFAULT_NAME}"]


@CASES.healthy(peered)
def the_id_header_needs_no_zone(world: World) -> None:
    only(world, ZONE_NAME)
    world.target, world.options = ENDPOINT_URL, ["-H", f"x-apigw-api-id:{API}"]


@CASES.healthy(peered, same_vpc)
def the_zonal_name_needs_no_zone(world: World) -> None:
    private_dns(world, on=False)
    zonal = ENDPOINT_NAME.replace(".", f"-{REGION}a.", 1)
    world.target, world.options = f"https://{zonal}/prod/pets", ["-H", f"x-apigw-api-id:{API}"]


@CASES.healthy(same_vpc)
def the_endpoints_name_where_private_dns_is_off(world: World) -> None:
    private_dns(world, on=False)
    world.target, world.options = ENDPOINT_URL, ["-H", f"Host:{DEFAULT_NAME}"]


@CASES.healthy(peered)
def the_address_itself_needs_no_zone(world: World) -> None:
    only(world, ZONE_NAME)
    world.target, world.options = "https://10.1.4.21/prod/pets", ["-H", f"Host:{DEFAULT_NAME}"]


@CASES.healthy(peered)
def the_alias_where_no_zone_is_seen(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    world.target = ALIAS_URL


@CASES.healthy(peered)
def the_alias_beside_a_zone_for_the_api_alone(world: World) -> None:
    """``api-vpce.execute-api.…`` is not below ``api.execute-api.…``."""
    only(world, DEFAULT_NAME, alias(DEFAULT_NAME))
    world.target = ALIAS_URL


@CASES.healthy(peered)
def the_alias_is_covered_by_the_customers_wildcard(world: World) -> None:
    world.target = ALIAS_URL


@CASES.broken("D07", peered)
def the_alias_is_taken_by_a_zone_without_it(world: World) -> None:
    """The zone for the Region takes every name below it, the public alias too."""
    customer_zone(world, ZONE_NAME, DEFAULT_NAME)
    world.target = ALIAS_URL


@CASES.broken("D08", peered)
def the_zone_for_the_endpoints_names_is_the_customers_and_old(world: World) -> None:
    zone = f"execute-api.{REGION}.vpce.amazonaws.com"
    only(world, zone, plain(any_of(zone), "A", GONE))
    world.target, world.options = ENDPOINT_URL, ["-H", f"x-apigw-api-id:{API}"]


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_fault_of_the_zone_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


@pytest.mark.parametrize("status", ["DELETING", "FAILED", "CREATING"])
def test_a_profile_that_is_not_in_force_proves_nothing_good(status, tmp_path):
    world = peered()
    zones_of(world, world.caller_account, VPC_C, [])
    profile(world, PROFILED, status=status)
    said = judge(world, tmp_path)
    assert said.report["verdict"] != "healthy", said.story()
    assert set(said.faults) <= {"D09"}, said.story()


def test_an_endpoint_in_a_profile_is_never_blamed(tmp_path):
    """Whether Profiles carry endpoints is not settled by the sources: nothing certain may be said against it."""
    world = peered()
    private_dns(world, on=True)
    zones_of(world, world.caller_account, VPC_C, [])
    forget(world, "list_resource_record_sets")
    profile(world, f"arn:aws:ec2:{REGION}:{API_ACCOUNT}:vpc-endpoint/{ENDPOINT}")
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("healthy", "undecided"), said.story()
