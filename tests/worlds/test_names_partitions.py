"""The same worlds in every partition, and names that end in another partition's suffix (aws.md A.2, A.3)."""

import json
import re

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    REGION,
    URL,
    ZONE_NAME,
    World,
)
from worlds.cases import Cases, check_case
from worlds.changes import private_dns
from worlds.layouts import cross_account, on_prem, peered, same_vpc
from worlds.route53 import (
    block,
    firewall,
    only,
    resolver_rule,
)
from worlds.seen import probed

PLACES = {
    "China": ("cn-north-1", "amazonaws.com.cn", "aws-cn"),
    "GovCloud": ("us-gov-west-1", "amazonaws.com", "aws-us-gov"),
    "EU sovereign": ("eusc-de-east-1", "amazonaws.eu", "aws-eusc"),
    "isolated": ("us-iso-east-1", "c2s.ic.gov", "aws-iso"),
    "another Region": ("ap-southeast-5", "amazonaws.com", "aws"),
}
Place = tuple[str, str, str]


def moved(text: str, place: Place) -> str:
    """A text about us-east-1 as it reads in another Region and partition."""
    region, suffix, partition = place
    text = re.sub(rf"({REGION}(?:\.vpce)?)\.amazonaws\.com\b", rf"\1.{suffix}", text, flags=re.IGNORECASE)
    return text.replace("arn:aws:", f"arn:{partition}:").replace(REGION, region)


def move(world: World, place: Place) -> None:
    """Let the whole world, and the question, stand in another Region and partition."""
    world.accounts = json.loads(moved(json.dumps(world.accounts), place))
    world.observations = json.loads(moved(json.dumps(world.observations), place))
    world.target, world.principal = moved(world.target, place), moved(world.principal, place)
    world.options = [moved(option, place) for option in world.options]


ANYWHERE, WRONG = Cases(), Cases()
HEADER = ["-H", f"x-apigw-api-id:{API}"]
HOST = ["-H", f"Host:{DEFAULT_NAME}"]


# The same in every partition.


@ANYWHERE.healthy(same_vpc, peered, cross_account, on_prem)
def nothing_is_wrong(world: World) -> None:
    """The layout as it is."""


@ANYWHERE.healthy(on_prem)
def the_endpoints_name_with_host(world: World) -> None:
    world.options = HOST


@ANYWHERE.healthy(on_prem)
def the_alias(world: World) -> None:
    world.target, world.options = ALIAS_URL, []


@ANYWHERE.healthy(peered)
def the_zonal_name(world: World) -> None:
    zonal = ENDPOINT_NAME.replace(".", f"-{REGION}a.", 1)
    world.target, world.options = f"https://{zonal}/prod/pets", HEADER


@ANYWHERE.broken("D01", same_vpc)
def private_dns_is_off(world: World) -> None:
    private_dns(world, on=False)


@ANYWHERE.broken("D15", on_prem)
def the_alias_of_an_endpoint_that_is_not_associated(world: World) -> None:
    world.target, world.options = ALIAS_URL, []
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = []


@ANYWHERE.broken("D12", same_vpc)
def a_rule_takes_the_zone(world: World) -> None:
    resolver_rule(world, ZONE_NAME)


@ANYWHERE.broken("D07", peered)
def the_zone_lacks_the_name(world: World) -> None:
    only(world, ZONE_NAME)


@ANYWHERE.broken("D13", same_vpc)
def the_firewall_blocks_the_zone(world: World) -> None:
    firewall(world, block(f"*.{ZONE_NAME}"))


@ANYWHERE.broken("D02", same_vpc)
def the_api_is_public(world: World) -> None:
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"]}


@ANYWHERE.healthy(same_vpc)
def a_host_saw_that_all_is_well(world: World) -> None:
    probed(world)


def everywhere() -> list:
    """Each case in each place."""
    return [
        pytest.param(place, *case.values, id=f"{name}: {case.id}")
        for name, place in PLACES.items()
        for case in ANYWHERE.params
    ]


@pytest.mark.parametrize(("place", "layout", "change", "faults", "verdict"), everywhere())
def test_partitions_differ_in_nothing_but_names(place, layout, change, faults, verdict, tmp_path):
    def change_and_move(world: World) -> None:
        change(world)
        move(world, place)

    check_case(layout, change_and_move, faults, verdict, tmp_path)


def in_china() -> World:
    """One VPC in Beijing."""
    world = same_vpc()
    move(world, PLACES["China"])
    return world


def by_endpoint_name_in_china() -> World:
    """From a data centre in Beijing, by the endpoint's name with the API's name as Host."""
    world = on_prem()
    world.options = list(HOST)
    move(world, PLACES["China"])
    return world


# D21: the suffix of another partition.


@WRONG.broken("D21", in_china)
def the_url_lacks_cn(world: World) -> None:
    world.target = world.target.replace("amazonaws.com.cn", "amazonaws.com")


@WRONG.broken("D21", in_china)
def the_url_lacks_cn_and_no_zone_is_left(world: World) -> None:
    """Private DNS is off, or on for the right suffix: either way the name is another partition's."""
    the_url_lacks_cn(world)
    for _, answer in world.everywhere("describe_vpc_endpoints"):
        for endpoint in answer["VpcEndpoints"]:
            endpoint["PrivateDnsEnabled"] = False


@WRONG.broken("D21", by_endpoint_name_in_china)
def the_endpoints_name_lacks_cn(world: World) -> None:
    world.target = world.target.replace("amazonaws.com.cn", "amazonaws.com")
    world.options = HEADER


@WRONG.broken("D21", by_endpoint_name_in_china)
def the_host_lacks_cn(world: World) -> None:
    world.options = [option.replace("amazonaws.com.cn", "amazonaws.com") for option in world.options]


@WRONG.broken("D21", same_vpc)
def the_url_has_cn_outside_china(world: World) -> None:
    world.target = URL.replace("amazonaws.com", "amazonaws.com.cn")


@WRONG.broken("D21", on_prem)
def the_host_has_cn_outside_china(world: World) -> None:
    world.options = ["-H", f"Host:{DEFAULT_NAME}.cn"]


@WRONG.broken("D21", on_prem)
def the_host_has_cn_and_a_port_outside_china(world: World) -> None:
    world.options = ["-H", f"Host:{DEFAULT_NAME}.cn:443"]


@WRONG.healthy(on_prem)
def the_host_has_a_port(world: World) -> None:
    world.options = ["-H", f"Host:{DEFAULT_NAME}:443"]


@WRONG.broken("D21", same_vpc)
def the_url_has_the_sovereign_suffix(world: World) -> None:
    world.target = URL.replace("amazonaws.com", "amazonaws.eu")


@WRONG.healthy(by_endpoint_name_in_china)
def the_id_header_needs_no_suffix(world: World) -> None:
    world.options = HEADER


@WRONG.healthy(in_china)
def the_url_is_right_in_china(world: World) -> None:
    assert ".amazonaws.com.cn/" in world.target


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), WRONG.params)
def test_what_the_url_or_the_endpoint_gets_wrong_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)
