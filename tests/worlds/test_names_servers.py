"""Which servers the hosts of a VPC ask: DHCP options and the attributes of the VPC (aws.md A.6)."""

import pytest
from worlds.build import (
    API,
    DEFAULT_NAME,
    ENDPOINT_URL,
    REGION,
    VPC_C,
    VPC_E,
    World,
)
from worlds.cases import Cases, check_case
from worlds.changes import private_dns, zones_of
from worlds.hidden import Hidden, check_hidden
from worlds.judge import judge
from worlds.layouts import cross_account, peered, same_vpc
from worlds.route53 import (
    CORPORATE,
    INBOUND,
    inbound,
    servers_by_dhcp,
)
from worlds.test_unknown import refuse

CASES, HIDDEN = Cases(), Hidden()


def by_endpoint_name() -> World:
    """The call by the endpoint's name, from the endpoint's own VPC."""
    world = same_vpc()
    world.target, world.options = ENDPOINT_URL, ["-H", f"x-apigw-api-id:{API}"]
    return world


def by_address() -> World:
    """The call straight to an address of the endpoint."""
    world = same_vpc()
    world.target, world.options = "https://10.1.4.21/prod/pets", ["-H", f"Host:{DEFAULT_NAME}"]
    return world


def nobody_sees_a_zone() -> World:
    """Two VPCs; the endpoint's own zone is the only one, and the caller's VPC does not see it."""
    world = peered()
    private_dns(world, on=True)
    zones_of(world, world.caller_account, VPC_C, [])
    del world.answers(world.endpoint_account, "global")["list_resource_record_sets"]
    return world


def switch(world: World, vpc: str, attribute: str, value: bool) -> None:
    """Set an attribute of a VPC."""
    owner = world.endpoint_account if vpc == VPC_E else world.caller_account
    answer = world.answers(owner)["describe_vpc_attribute"][f"{vpc}/{attribute}"]
    answer[attribute[0].upper() + attribute[1:]]["Value"] = value


@CASES.healthy(same_vpc)
def dhcp_names_the_vpcs_own_resolver_by_address(world: World) -> None:
    servers_by_dhcp(world, "10.1.0.2")


@CASES.healthy(same_vpc, peered)
def dhcp_names_the_link_local_resolver(world: World) -> None:
    servers_by_dhcp(world, "169.254.169.253")


@CASES.healthy(same_vpc)
def dhcp_names_both_addresses_of_the_resolver(world: World) -> None:
    servers_by_dhcp(world, "10.1.0.2", "169.254.169.253")


@CASES.healthy(same_vpc)
def dhcp_sets_a_search_domain(world: World) -> None:
    """It is a suffix, it makes no name resolvable and none unresolvable."""
    servers_by_dhcp(world, "AmazonProvidedDNS", domain_name=f"{REGION}.vpce.amazonaws.com")


@CASES.broken("D01", same_vpc)
def a_search_domain_does_not_take_the_place_of_private_dns(world: World) -> None:
    private_dns(world, on=False)
    servers_by_dhcp(world, "AmazonProvidedDNS", domain_name=f"{REGION}.vpce.amazonaws.com")


@CASES.healthy(same_vpc)
def dhcp_names_the_inbound_endpoints_addresses(world: World) -> None:
    inbound(world, source="10.1.0.0/16")
    servers_by_dhcp(world, *INBOUND)


@CASES.healthy(peered, nobody_sees_a_zone)
def dhcp_names_the_hubs_inbound_endpoint(world: World) -> None:
    inbound(world, source="10.9.0.0/16")
    servers_by_dhcp(world, *INBOUND)


@CASES.healthy(by_address)
def dhcp_names_anybody_and_no_name_is_asked(world: World) -> None:
    servers_by_dhcp(world, CORPORATE)


@HIDDEN.by("naming/vpc-asks-its-own-resolver", peered, same_vpc)
def dhcp_options_may_not_be_read(world: World) -> None:
    refuse(world, "describe_dhcp_options")


@CASES.undecided(peered)
def dhcp_names_servers_of_the_data_centre(world: World) -> None:
    servers_by_dhcp(world, CORPORATE, "192.168.0.54")


@CASES.broken("D10", same_vpc, by_endpoint_name)
def the_vpc_has_no_resolver_at_all(world: World) -> None:
    switch(world, VPC_E, "enableDnsSupport", False)


@CASES.healthy(by_endpoint_name)
def the_vpc_has_no_host_names_and_the_name_is_public(world: World) -> None:
    """enableDnsHostnames matters to private zones; endpoint names are public."""
    switch(world, VPC_E, "enableDnsHostnames", False)


@CASES.healthy(by_address)
def the_vpc_has_no_resolver_and_no_name_is_asked(world: World) -> None:
    switch(world, VPC_E, "enableDnsSupport", False)
    switch(world, VPC_E, "enableDnsHostnames", False)


@CASES.healthy(peered, cross_account)
def the_endpoints_vpc_has_no_host_names_where_nobody_asks(world: World) -> None:
    """Private DNS is off there; the caller asks its own VPC's resolver."""
    switch(world, VPC_E, "enableDnsHostnames", False)


@CASES.undecided(same_vpc)
def one_attribute_may_not_be_read(world: World) -> None:
    answers = world.answers(world.endpoint_account)["describe_vpc_attribute"]
    answers[f"{VPC_E}/enableDnsHostnames"] = {"error": {"Code": "UnauthorizedOperation", "Message": "no"}}


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_servers_that_hosts_ask_are_judged(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


@pytest.mark.parametrize("servers", [("AmazonProvidedDNS", CORPORATE), (CORPORATE, "AmazonProvidedDNS")])
def test_a_second_server_beside_amazons_is_no_certain_fault(servers, tmp_path):
    """Which one a host asks is the host's own business."""
    world = same_vpc()
    servers_by_dhcp(world, *servers)
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("healthy", "undecided"), said.story()


def test_the_data_centres_server_first_is_no_all_clear(tmp_path):
    world = same_vpc()
    servers_by_dhcp(world, CORPORATE, "AmazonProvidedDNS")
    assert judge(world, tmp_path).report["verdict"] == "undecided"


def test_an_inbound_endpoint_in_a_vpc_without_the_zone_is_no_all_clear(tmp_path):
    """DHCP options that name it give the Internet's answer."""
    world = nobody_sees_a_zone()
    inbound(world, "10.9.8.53", vpc=VPC_C, source="10.9.0.0/16")
    servers_by_dhcp(world, "10.9.8.53")
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"D06", "D09", "D11"}, said.story()


def test_the_resolver_of_another_vpc_is_no_all_clear(tmp_path):
    """VPC+2 of a peered VPC does not answer from here."""
    world = same_vpc()
    servers_by_dhcp(world, "10.9.0.2")
    said = judge(world, tmp_path)
    assert said.report["verdict"] != "healthy", said.story()


@pytest.mark.parametrize(("layout", "change", "check"), HIDDEN.params)
def test_what_may_not_be_read_is_unknown_and_blames_nobody(layout, change, check, tmp_path):
    check_hidden(layout, change, check, tmp_path)
