"""Inventory and host disagree, or say more together than alone: what was seen to work is not called broken."""

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    DEFAULT_NAME,
    ENDPOINT,
    REGION,
    URL,
    VPC_C,
    VPC_E,
    ZONE_NAME,
    World,
    an_id,
    rule,
)
from worlds.cases import Cases, check_case
from worlds.changes import private_dns, zones_of
from worlds.judge import judge
from worlds.layouts import on_prem, peered, same_vpc, transit
from worlds.route53 import (
    CORPORATE,
    alias,
    block,
    firewall,
    hosted,
    inbound,
    only,
    plain,
    resolver_rule,
    servers_by_dhcp,
)
from worlds.seen import dns, http, of, probed, tcp, tls, without

CASES, WORKS = Cases(), []


def by_name() -> World:
    """The default name from a data centre, an inbound endpoint beside the endpoint."""
    world = on_prem()
    world.target, world.options = URL, []
    inbound(world)
    return world


def works(*layouts):
    """The inventory alone would call it broken; the host's own call was answered by the backend."""

    def register(change):
        for layout in layouts:
            name = f"{layout.__name__}, {change.__name__}".replace("_", " ")
            WORKS.append(pytest.param(layout, change, id=name))
        return change

    return register


@works(peered)
def the_zone_lacks_the_name(world: World) -> None:
    only(world, ZONE_NAME)


@works(peered, transit)
def no_zone_is_seen(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])


@works(same_vpc)
def private_dns_is_off(world: World) -> None:
    private_dns(world, on=False)


@works(peered)
def the_zone_is_old(world: World) -> None:
    only(world, ZONE_NAME, plain(f"\\052.{ZONE_NAME}", "A", "10.1.4.99"))


@works(same_vpc)
def a_rule_takes_the_name(world: World) -> None:
    resolver_rule(world, ZONE_NAME)


@works(same_vpc)
def the_firewall_blocks_the_name(world: World) -> None:
    firewall(world, block("*"))


@works(same_vpc)
def dhcp_names_other_servers(world: World) -> None:
    servers_by_dhcp(world, CORPORATE)


@works(by_name)
def the_inbound_endpoint_admits_another_server(world: World) -> None:
    """The host's resolver has a forwarder of its own behind it."""
    guard = world[an_id("sg", "d")]
    guard["IpPermissions"] = [rule("192.168.0.99/32", port=53) | {"IpProtocol": p} for p in ("tcp", "udp")]


@works(by_name)
def the_inbound_endpoint_sees_no_zone(world: World) -> None:
    """The data centre's resolver has records of its own."""
    private_dns(world, on=False)


@works(same_vpc)
def the_attributes_are_off(world: World) -> None:
    answers = world.answers(world.endpoint_account)["describe_vpc_attribute"]
    answers[f"{VPC_E}/enableDnsHostnames"]["EnableDnsHostnames"]["Value"] = False


@pytest.mark.parametrize(("layout", "change"), WORKS)
def test_what_was_seen_to_work_is_not_broken_by_its_name(layout, change, tmp_path):
    """The host may ask other servers, or the inventory is older than a change: a warning at most."""
    world = layout()
    change(world)
    said = judge(probed(world), tmp_path)
    assert said.report["verdict"] == "healthy", said.story()
    assert not said.of("error"), said.story()


def public(world: World, name: str = DEFAULT_NAME) -> None:
    """The host got the Internet's answer."""
    probed(world)
    without(world, "dns", "tcp", "tls", "http")
    world.observations.append(dns(name, "answer", "3.218.10.11", "52.20.30.41"))


def denied(world: World, name: str = DEFAULT_NAME) -> None:
    """The host got NXDOMAIN."""
    probed(world)
    without(world, "dns", "tcp", "tls", "http")
    world.observations.append(dns(name, "nxdomain"))


# Both agree: the configuration's cause is named, and the host's sight is its symptom.


@CASES.broken("D06", peered)
def no_zone_anywhere_and_the_answer_is_public(world: World) -> None:
    private_dns(world, on=True)
    zones_of(world, world.caller_account, VPC_C, [])
    del world.answers(world.endpoint_account, "global")["list_resource_record_sets"]
    public(world)


@CASES.broken("D09", peered)
def a_zone_that_is_not_associated_and_the_answer_is_public(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    public(world)


@CASES.broken("D10", same_vpc)
def attributes_are_off_and_the_answer_is_public(world: World) -> None:
    answers = world.answers(world.endpoint_account)["describe_vpc_attribute"]
    answers[f"{VPC_E}/enableDnsHostnames"]["EnableDnsHostnames"]["Value"] = False
    public(world)


@CASES.broken("D12", same_vpc)
def a_rule_takes_it_and_the_answer_is_public(world: World) -> None:
    resolver_rule(world, ZONE_NAME)
    public(world)


@CASES.broken("D13", same_vpc)
def the_firewall_blocks_it_and_the_name_does_not_exist(world: World) -> None:
    firewall(world, block("*.amazonaws.com"))
    denied(world)


@CASES.broken("D08", peered)
def the_zone_is_old_and_the_host_gets_the_old_address(world: World) -> None:
    only(world, ZONE_NAME, plain(f"\\052.{ZONE_NAME}", "A", "10.1.4.99"))
    probed(world)
    without(world, "dns", "tcp", "tls", "http")
    world.observations += [dns(DEFAULT_NAME, "answer", "10.1.4.99"), tcp("10.1.4.99", "timeout")]


@CASES.broken("D15", on_prem)
def the_alias_is_not_associated_and_does_not_exist(world: World) -> None:
    world.target, world.options = ALIAS_URL, []
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = []
    denied(world, f"{ALIAS_URL.split('/')[2]}")


@CASES.broken("D14", same_vpc)
def private_dns_cannot_be_on_and_the_answer_is_public(world: World) -> None:
    private_dns(world, on=False)
    words = (
        f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {ZONE_NAME}"
    )
    world[ENDPOINT]["LastError"] = {"Code": "InvalidParameter", "Message": words}
    public(world)


@CASES.broken("D01", on_prem)
def private_dns_is_off_where_the_data_centre_asks(world: World) -> None:
    """The inbound endpoint stands beside the endpoint; both the forwarder and the zone would be needed."""
    world.target, world.options = URL, []
    inbound(world)
    private_dns(world, on=False)
    public(world)


# Overlap seen in the inventory.


def secondary(world: World, cidr: str, state: str) -> None:
    """The caller's VPC has, or had, a second network."""
    block = {"CidrBlock": cidr, "CidrBlockState": {"State": state}}
    world[VPC_C]["CidrBlockAssociationSet"].append(block)


@CASES.healthy(peered)
def a_network_that_was_taken_away_overlaps(world: World) -> None:
    secondary(world, "10.1.0.0/16", "disassociated")


@CASES.healthy(peered)
def a_second_network_beside(world: World) -> None:
    secondary(world, "10.10.0.0/16", "associated")


@CASES.healthy(peered)
def the_name_and_the_zone_in_capitals(world: World) -> None:
    world.target = f"https://{DEFAULT_NAME.upper()}/prod/pets"
    zone = hosted(world, ZONE_NAME.upper(), alias(f"*.{ZONE_NAME.upper()}"))
    summary = {
        "HostedZoneId": zone,
        "Name": f"{ZONE_NAME.upper()}.",
        "Owner": {"OwningAccount": "111111111111"},
    }
    zones_of(world, world.caller_account, VPC_C, [summary])


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_configuration_and_sight_name_one_cause(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_an_overlap_is_named_for_the_callers_vpc(tmp_path):
    world = peered()
    secondary(world, "10.1.4.0/24", "associated")
    said = judge(world, tmp_path)
    assert "N10" in said.faults, said.story()


def test_a_proxy_that_leads_to_the_endpoint_is_not_blamed(tmp_path):
    """The call went through it and was answered by the backend."""
    world = probed(on_prem())
    of(world, "host")[0]["proxies"] = {"https_proxy": "http://proxy.corp.example:3128", "no_proxy": None}
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "healthy", said.story()


def test_the_same_zone_in_another_region_of_the_caller(tmp_path):
    """A caller in eu-west-1 by default name: the local Region's zone does not matter, the API's does."""
    world = probed(peered())
    assert REGION in world.target
    extra = {
        "HostedZoneId": "Z0EU",
        "Name": "execute-api.eu-west-1.amazonaws.com.",
        "Owner": {"OwningAccount": "1" * 12},
    }
    key = f"{VPC_C}/{REGION}"
    world.answers(world.caller_account, "global")["list_hosted_zones_by_vpc"][key][
        "HostedZoneSummaries"
    ].append(extra)
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "healthy", said.story()


def test_a_certificate_of_the_endpoint_for_another_host_is_told_by_its_name(tmp_path):
    """SNI of a default name of another Region gets the service's certificate: T02."""
    world = probed(on_prem())
    without(world, "tls", "http")
    name = world.target.split("/")[2]
    world.observations += [
        tls(each["address"], name, "name_mismatch", sans=["*.execute-api.eu-west-1.vpce.amazonaws.com"])
        for each in of(world, "tcp")
    ]
    assert http(world, name)["form"] == "endpoint-id-header"
    said = judge(world, tmp_path)
    assert set(said.faults) == {"T02"}, said.story()


@pytest.mark.parametrize(("types", "faults"), [("REGIONAL", []), ("PRIVATE", ["D01"])])
def test_the_name_of_a_public_api_needs_no_zone(tmp_path, types, faults):
    world = same_vpc()
    private_dns(world, on=False)
    world[API]["endpointConfiguration"] = {"types": [types]}
    zones_of(world, world.caller_account, VPC_C, [])

    assert [fault for fault in judge(world, tmp_path).faults if fault.startswith("D0")][:1] == faults
