"""Names asked from a data centre, judged by the inventory alone: what inbound endpoints see (aws.md A.7, A.8)."""

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    DEFAULT_NAME,
    TABLE_E,
    URL,
    VPC_E,
    ZONE_NAME,
    World,
    an_id,
    rule,
)
from worlds.cases import Cases, check_case
from worlds.changes import private_dns
from worlds.judge import judge
from worlds.layouts import on_prem
from worlds.route53 import (
    CORPORATE,
    INBOUND_ENDPOINT,
    alias,
    any_of,
    block,
    firewall,
    hosted,
    inbound,
    inbound_addresses,
    plain,
    resolver_rule,
    seen_by,
)
from worlds.seen import of, probed, without
from worlds.test_unknown import refuse

CASES = Cases()
GUARD = an_id("sg", "d")


def by_name() -> World:
    """The default name from a data centre; an inbound endpoint in the endpoint's VPC, where private DNS is on."""
    world = on_prem()
    world.target, world.options = URL, []
    inbound(world)
    return world


def without_inbound() -> World:
    """The same without an inbound endpoint."""
    world = on_prem()
    world.target, world.options = URL, []
    return world


def with_interfaces() -> World:
    """The same; the inbound endpoint's interfaces were listed also."""
    world = on_prem()
    world.target, world.options = URL, []
    inbound(world, interfaces=True)
    return world


def by_endpoint_name() -> World:
    """The endpoint's own name beside the inbound endpoint."""
    world = on_prem()
    inbound(world)
    return world


# What the data centre's forwarder does is for a probe or a person: the inventory blames nobody for it.


@CASES.undecided(by_name, without_inbound)
def all_is_well_in_aws(world: World) -> None:
    """Whether the corporate resolver forwards is not known."""


@CASES.healthy(by_endpoint_name)
def the_endpoints_name_needs_no_forwarding(world: World) -> None:
    """Public DNS knows it."""


@CASES.healthy(by_endpoint_name)
def the_endpoints_name_beside_a_closed_inbound_endpoint(world: World) -> None:
    world[GUARD]["IpPermissions"] = []


@CASES.healthy(by_endpoint_name)
def the_alias_beside_a_closed_inbound_endpoint(world: World) -> None:
    world[GUARD]["IpPermissions"] = []
    world.target, world.options = ALIAS_URL, []


@CASES.healthy(by_endpoint_name)
def the_address_beside_a_closed_inbound_endpoint(world: World) -> None:
    world[GUARD]["IpPermissions"] = []
    world.target, world.options = "https://10.1.4.21/prod/pets", ["-H", f"Host:{DEFAULT_NAME}"]


# D05: nobody gets to the inbound endpoint.


@CASES.broken("D05", by_name, with_interfaces)
def the_group_admits_nobody(world: World) -> None:
    world[GUARD]["IpPermissions"] = []


@CASES.broken("D05", by_name, with_interfaces)
def the_group_does_not_admit_the_corporate_resolver(world: World) -> None:
    """The host told whom it asks: 192.168.0.53."""
    the_group_admits_other_networks(world)
    probed(world)
    without(world, "dns", "tcp", "tls", "http")


@CASES.undecided(by_name, with_interfaces)
def the_group_admits_one_server_that_nobody_spoke_of(world: World) -> None:
    """It may be the corporate resolver: the caller's own address need not be admitted."""
    world[GUARD]["IpPermissions"] = [
        rule(f"{CORPORATE}/32", port=53) | {"IpProtocol": protocol} for protocol in ("tcp", "udp")
    ]


@CASES.undecided(by_name, with_interfaces)
def the_group_admits_other_networks(world: World) -> None:
    """The data centre's servers may be there."""
    world[GUARD]["IpPermissions"] = [rule("10.0.0.0/8", port=53) | {"IpProtocol": p} for p in ("tcp", "udp")]


@CASES.broken("D05", by_name, with_interfaces)
def the_group_admits_another_port(world: World) -> None:
    world[GUARD]["IpPermissions"] = [rule("192.168.0.0/16", port=443)]


@CASES.undecided(by_name, with_interfaces)
def the_group_admits_everything(world: World) -> None:
    world[GUARD]["IpPermissions"] = [rule("0.0.0.0/0") | {"IpProtocol": "-1"}]


@CASES.undecided(by_name, with_interfaces)
def the_group_admits_a_range_of_ports(world: World) -> None:
    wide = {"FromPort": 1, "ToPort": 1024}
    world[GUARD]["IpPermissions"] = [rule("192.168.0.0/16") | wide | {"IpProtocol": p} for p in ("6", "17")]


@CASES.undecided(by_name, with_interfaces)
def the_group_admits_the_corporate_resolver_alone(world: World) -> None:
    """As it should be: the host itself need not get there."""
    world[GUARD]["IpPermissions"] = [
        rule(f"{CORPORATE}/32", port=53) | {"IpProtocol": protocol} for protocol in ("tcp", "udp")
    ]
    probed(world)
    without(world, "dns", "tcp", "tls", "http")


@CASES.broken("D05", by_name, with_interfaces)
def no_address_of_the_inbound_endpoint_is_attached(world: World) -> None:
    for address in inbound_addresses(world):
        address["Status"] = "FAILED_CREATION"


@CASES.undecided(by_name)
def one_address_of_the_inbound_endpoint_is_not_attached(world: World) -> None:
    inbound_addresses(world)[0]["Status"] = "FAILED_RESOURCE_GONE"


@CASES.undecided(by_name)
def the_addresses_of_the_inbound_endpoint_may_not_be_listed(world: World) -> None:
    refuse(world, "list_resolver_endpoint_ip_addresses")


@CASES.undecided(by_name)
def resolver_endpoints_may_not_be_listed(world: World) -> None:
    refuse(world, "list_resolver_endpoints")


@CASES.undecided(by_name)
def an_outbound_endpoint_is_closed(world: World) -> None:
    """It asks, it is not asked."""
    answers = world.answers(world.endpoint_account)["list_resolver_endpoints"]
    answers["ResolverEndpoints"].append(
        {
            "Id": "rslvr-out-0a",
            "Direction": "OUTBOUND",
            "HostVPCId": VPC_E,
            "SecurityGroupIds": [an_id("sg", "f")],
            "Status": "OPERATIONAL",
        }
    )
    world.keyed(
        world.endpoint_account, "list_resolver_endpoint_ip_addresses", "rslvr-out-0a", {"IpAddresses": []}
    )


# What the inbound endpoint answers: as if its own VPC had asked.


@CASES.broken("D01", by_name)
def private_dns_is_off_where_the_inbound_endpoint_stands(world: World) -> None:
    private_dns(world, on=False)


@CASES.undecided(by_name)
def a_customers_zone_answers_where_the_inbound_endpoint_stands(world: World) -> None:
    private_dns(world, on=False)
    hosted(world, ZONE_NAME, alias(any_of(ZONE_NAME)), vpcs=(VPC_E,))


@CASES.broken("D07", by_name)
def a_customers_zone_lacks_the_name_there(world: World) -> None:
    private_dns(world, on=False)
    hosted(world, ZONE_NAME, alias(f"zzz7654321.{ZONE_NAME}"), vpcs=(VPC_E,))


@CASES.broken("D07", by_name)
def a_longer_zone_lacks_the_name_there(world: World) -> None:
    hosted(world, DEFAULT_NAME, vpcs=(VPC_E,))


@CASES.broken("D08", by_name)
def a_customers_zone_is_old_there(world: World) -> None:
    private_dns(world, on=False)
    hosted(world, ZONE_NAME, plain(any_of(ZONE_NAME), "A", "10.1.4.99"), vpcs=(VPC_E,))


@CASES.broken("D13", by_name)
def the_firewall_of_that_vpc_blocks_the_name(world: World) -> None:
    firewall(world, block(f"*.{ZONE_NAME}"))


@CASES.broken("D12", by_name)
def a_rule_of_that_vpc_takes_the_name(world: World) -> None:
    resolver_rule(world, ZONE_NAME)


@CASES.undecided(by_name)
def a_shorter_rule_of_that_vpc(world: World) -> None:
    resolver_rule(world, "amazonaws.com")


@CASES.broken("D10", by_name)
def that_vpc_has_no_host_names(world: World) -> None:
    answers = world.answers(world.endpoint_account)["describe_vpc_attribute"]
    answers[f"{VPC_E}/enableDnsHostnames"]["EnableDnsHostnames"]["Value"] = False


@CASES.undecided(by_name)
def the_api_is_public_and_its_name_is_captured_there(world: World) -> None:
    """If the forwarder does its work the call ends at the endpoint and fails; if not it works."""
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"]}


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_fault_on_aws_side_of_the_forwarding_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_no_way_back_stops_calls_and_questions_alike(tmp_path):
    """The missing route is to blame for both."""
    world = with_interfaces()
    world[TABLE_E]["Routes"] = world[TABLE_E]["Routes"][:1]
    world[TABLE_E]["PropagatingVgws"] = []
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert {"N07"} <= set(said.faults) <= {"N07", "D05"}, said.story()


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_a_group_that_lacks_one_protocol_is_told(protocol, tmp_path):
    """Small answers still get through over UDP: failure or warning, but told, and by its own id."""
    world = by_name()
    world[GUARD]["IpPermissions"] = [rule("192.168.0.0/16", port=53) | {"IpProtocol": protocol}]
    said = judge(world, tmp_path)
    told = {each["fault"] for each in said.of("fail") + said.of("warn")}
    assert told == {"D05"}, said.story()
    assert protocol == "tcp" or said.report["verdict"] in ("broken", "undecided")


def test_no_udp_is_no_dns(tmp_path):
    """Resolvers ask over UDP first."""
    world = by_name()
    world[GUARD]["IpPermissions"] = [rule("192.168.0.0/16", port=53)]
    said = judge(world, tmp_path)
    assert (said.report["verdict"], said.faults) == ("broken", ["D05"]), said.story()


def test_an_address_that_is_not_attached_is_told(tmp_path):
    world = by_name()
    inbound_addresses(world)[0]["Status"] = "FAILED_RESOURCE_GONE"
    said = judge(world, tmp_path)
    assert {each["fault"] for each in said.of("warn") + said.of("fail")} == {"D05"}, said.story()


def test_an_inbound_endpoint_in_a_vpc_that_sees_no_zone_is_told(tmp_path):
    """The only inbound endpoint stands in a VPC of its own: its answer is the Internet's."""
    world = without_inbound()
    hub = an_id("vpc", "b")
    made = inbound(world)
    made["HostVPCId"] = hub
    network = dict(world[VPC_E]) | {"VpcId": hub, "CidrBlock": "10.2.0.0/16", "CidrBlockAssociationSet": []}
    world.add(world.endpoint_account, "describe_vpcs", network)
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        key = f"{hub}/{attribute[0].lower()}{attribute[1:]}"
        world.keyed(world.endpoint_account, "describe_vpc_attribute", key, {attribute: {"Value": True}})
    answer = {"HostedZoneSummaries": [], "MaxItems": "100"}
    world.keyed(world.endpoint_account, "list_hosted_zones_by_vpc", f"{hub}/us-east-1", answer, "global")
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"D06", "D09"}, said.story()


def test_the_inbound_endpoint_of_another_vpc_does_not_hide_the_right_one(tmp_path):
    world = by_name()
    answers = world.answers(world.endpoint_account)["list_resolver_endpoints"]["ResolverEndpoints"]
    answers.insert(0, answers[0] | {"Id": "rslvr-in-0b", "HostVPCId": an_id("vpc", "b")})
    assert answers[1]["Id"] == INBOUND_ENDPOINT
    world.keyed(
        world.endpoint_account, "list_resolver_endpoint_ip_addresses", "rslvr-in-0b", {"IpAddresses": []}
    )
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "undecided", said.story()
    assert said.faults == [], said.story()


def test_no_forwarding_is_told_with_the_name_that_must_be_forwarded(tmp_path):
    """Undecided, and the report says what would decide it."""
    said = judge(by_name(), tmp_path)
    open_ones = [r for r in said.of("unknown") if r["check"].startswith("naming/")]
    assert open_ones, said.story()
    assert any(each["missing"] for each in open_ones)


def test_the_zone_that_the_inbound_endpoint_sees_is_the_one_that_counts(tmp_path):
    world = by_name()
    assert [zone["Name"] for zone in seen_by(world, VPC_E)] == [f"{ZONE_NAME}."]
    assert of(world, "host") == []
