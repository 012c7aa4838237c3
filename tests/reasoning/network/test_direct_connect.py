"""Direct Connect behind a virtual private gateway or a transit gateway, as far as it is seen."""

import pytest

from apidoctor.reasoning.network import Flow

from .world import ENDPOINT, TARGET, World, from_data_centre

CALL = Flow(src_ip="192.168.7.9", dst_ip=TARGET, src_at="vgw-1")


def direct_connect(*prefixes: str, state: str = "associated", line: str = "available") -> World:
    """A data centre behind Direct Connect instead of a VPN."""
    world = from_data_centre()
    world[ENDPOINT, "describe_vpn_connections"] = {"VpnConnections": []}
    association = {
        "directConnectGatewayId": "dxgw-1",
        "associationState": state,
        "associatedGateway": {"id": "vgw-1", "type": "virtualPrivateGateway", "ownerAccount": ENDPOINT},
        "allowedPrefixesToDirectConnectGateway": [{"cidr": each} for each in prefixes],
    }
    world[ENDPOINT, "describe_direct_connect_gateway_associations"] = {
        "directConnectGatewayAssociations": [association]
    }
    interface = {
        "virtualInterfaceId": "dxvif-1",
        "virtualInterfaceState": line,
        "directConnectGatewayId": "dxgw-1",
    }
    world[ENDPOINT, "describe_virtual_interfaces"] = {"virtualInterfaces": [interface]}
    return world


def told(world: World) -> list[tuple]:
    return [(each.reason, each.direction, each.subject) for each in world.reach(CALL).blockers]


def test_a_prefix_that_holds_the_endpoint_lets_the_call_in():
    found = direct_connect("10.1.0.0/16").reach(CALL)
    assert found.reachable is True, found
    assert any("Direct Connect" in each for each in found.assumptions)


@pytest.mark.parametrize(
    ("world", "blocker"),
    [
        (direct_connect("10.9.0.0/16"), ("vgw_no_route", "forward", "dxgw-1")),
        (direct_connect("10.1.0.0/22"), ("vgw_no_route", "forward", "dxgw-1")),
    ],
    ids=["another VPC's prefix", "a prefix that ends before the endpoint"],
)
def test_a_gateway_that_does_not_announce_the_endpoint_is_named(world, blocker):
    assert told(world) == [blocker]


def test_an_association_that_is_gone_blocks_both_ways():
    assert told(direct_connect("10.1.0.0/16", state="disassociated")) == [
        ("vgw_no_route", "forward", "dxgw-1"),
        ("vgw_no_route", "return", "dxgw-1"),
    ]


def test_a_line_that_is_down_blocks_both_ways():
    assert told(direct_connect("10.1.0.0/16", line="down")) == [
        ("vpn_down", "forward", "dxvif-1"),
        ("vpn_down", "return", "dxvif-1"),
    ]


def test_another_gateways_association_says_nothing():
    world = direct_connect("10.9.0.0/16", state="disassociated", line="down")
    [association] = world[ENDPOINT, "describe_direct_connect_gateway_associations"]
    association["associatedGateway"]["id"] = "vgw-9"
    assert world.reach(CALL).reachable is True


def test_what_nobody_looked_at_is_assumed_and_said():
    world = from_data_centre()
    world[ENDPOINT, "describe_vpn_connections"] = {"VpnConnections": []}
    found = world.reach(CALL)
    assert found.reachable is True
    assert "vgw-1 shows no VPN connection; Direct Connect carries the traffic" in found.assumptions
