"""Hosts ask the DNS servers that their VPC's DHCP options name (VPC user guide, DHCP option sets)."""

import pytest
from worlds.build import ADDRESSES, DEFAULT_NAME, REGION, VPC_E
from worlds.layouts import same_vpc

from apidoctor.reasoning.naming.resolver import Resolver

INBOUND = ("10.7.0.10", "10.7.1.10")


def resolver(servers, *, hub_sees=False):
    """A world whose VPC names *servers*; an inbound endpoint stands in a hub that may or may not see the zone."""
    world = same_vpc()
    world["dopt-0a"]["DhcpConfigurations"][0]["Values"] = [{"Value": server} for server in servers]
    here = world.answers(world.caller_account)
    hub = VPC_E if hub_sees else "vpc-0b0b0b0b0b0b0b0b0"
    here["list_resolver_endpoints"] = {
        "ResolverEndpoints": [{"Id": "rslvr-in-1", "Direction": "INBOUND", "HostVPCId": hub}]
    }
    here["list_resolver_endpoint_ip_addresses"] = {
        "rslvr-in-1": {"IpAddresses": [{"Ip": address} for address in INBOUND]}
    }
    for key, name in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
        here["describe_vpc_attribute"].setdefault(f"{hub}/{key}", {name: {"Value": True}})
    everywhere = world.answers(world.caller_account, "global")
    everywhere["list_hosted_zones_by_vpc"].setdefault(f"{hub}/{REGION}", {"HostedZoneSummaries": []})
    return Resolver(world.snapshot()["accounts"]), world.caller_account


def asked(servers, **more):
    engine, account = resolver(servers, **more)
    return engine.from_host(VPC_E, account, REGION, DEFAULT_NAME)


@pytest.mark.parametrize("own", ["AmazonProvidedDNS", "169.254.169.253", "fd00:ec2::253", "VPC+2"])
def test_the_vpcs_own_resolver_answers_by_whatever_name(own):
    server = "10.1.0.2" if own == "VPC+2" else own

    assert asked([server]).addresses == tuple(ADDRESSES.values())


def test_servers_that_nobody_knows_are_told_with_the_options_that_name_them():
    answer = asked(["192.168.0.53", "192.168.0.54"])

    assert (answer.kind, answer.decider, answer.decided_by) == ("forwarded", "dhcp-options", "dopt-0a")
    assert answer.targets == ("192.168.0.53:53", "192.168.0.54:53")


@pytest.mark.parametrize(("sees", "kind"), [(True, "addresses"), (False, "public")])
def test_an_inbound_endpoint_answers_as_its_own_vpc(sees, kind):
    answer = asked(list(INBOUND), hub_sees=sees)

    assert answer.kind == kind
    assert answer.steps[0].decider == "dhcp-options"


def test_the_first_server_is_the_one_that_hosts_ask():
    assert asked(["AmazonProvidedDNS", "192.168.0.53"]).kind == "addresses"
    assert asked(["192.168.0.53", "AmazonProvidedDNS"]).kind == "forwarded"


def test_options_that_nobody_read_count_as_the_default_ones():
    world = same_vpc()
    del world.answers(world.caller_account)["describe_dhcp_options"]
    answer = Resolver(world.snapshot()["accounts"]).from_host(
        VPC_E, world.caller_account, REGION, DEFAULT_NAME
    )

    assert answer.kind == "addresses"


def test_options_that_may_not_be_read_leave_the_answer_open():
    world = same_vpc()
    error = {"error": {"Code": "UnauthorizedOperation", "Message": "no"}}
    world.answers(world.caller_account)["describe_dhcp_options"] = error
    answer = Resolver(world.snapshot()["accounts"]).from_host(
        VPC_E, world.caller_account, REGION, DEFAULT_NAME
    )

    assert answer.kind == "unknown"
    assert [gap.operation for gap in answer.missing] == ["describe_dhcp_options"]
