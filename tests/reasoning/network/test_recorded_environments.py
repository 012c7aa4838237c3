"""Networks that other projects recorded in AWS, and what their own tests say gets through (see recorded/NOTICE.md).

Batfish walks one way only and knows the routers outside AWS; here the replies count too.  Where a row says more, or
something else, than its source, ``says`` tells why.
"""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apidoctor.cli.reach_network import topology_of
from apidoctor.facts.files import read_snapshot
from apidoctor.reasoning.network import Flow, Reach, Topology, reach

RECORDED = Path(__file__).parent / "recorded"
OUT, BACK = "forward", "return"
INGRESS = (OUT, "security_group_ingress")
NO_ACLS = frozenset({"describe_network_acls"})


class Row(NamedTuple):
    """One flow, and what is to be said of it."""

    network: str
    says: str
    """The test that states the outcome, and the outcome in words."""
    source: str
    """``eni-…`` or an address outside AWS."""
    to: str
    port: int
    reachable: bool | None
    blocks: frozenset[tuple[str, str]] = frozenset()
    """Direction and reason of every blocker."""
    unknown: frozenset[str] = frozenset()
    """Of an undecided flow: the answers that are missing."""
    at: str | None = None


def denied(
    network: str, says: str, source: str, to: str, port: int, *blocks: tuple[str, str], **more: Any
) -> Row:
    return Row(network, says, source, to, port, False, frozenset(blocks), **more)


def arrives(network: str, says: str, source: str, to: str, port: int, **more: Any) -> Row:
    return Row(network, says, source, to, port, True, **more)


PEERED = "vpc-peering"
PEERED_A, PEERED_B, PEERED_C = "eni-0f0708220e812876c", "eni-0024c0af5aa1387e5", "eni-06347554b65539ff3"
SHARED_PEERING = "vpc-peering-multi-account"
TRANSIT = "transit-gateway"
TRANSIT_A2 = "eni-030eeb1fb8c2d6654"
GATEWAYS = "transit-gateway-peering"
BAT, BAT2, FISH = "eni-0b40a7cf8f5fcd7c3", "eni-0a5a94e62838a2b2c", "eni-0590296cf36ac8a7b"
TWO_WAYS = "transit-gateway-asymmetric-paths"
SHARED_TRANSIT = "transit-gateway-multi-account"
VPN, VPN_AT = "vpn-gateway", "vgw-0c09bd7fadac961bf"
ENDPOINT = "vpc-endpoint-interface"
DIRECT = "direct-connect-gateway"

ROWS = [
    # VpcPeering: A peers with B and C, which have the same block; each route names one of them.
    denied(PEERED, "testFromAtoB: denied at B's group", PEERED_A, "192.168.1.106", 443, INGRESS),
    arrives(PEERED, "testFromAtoB: the path A, B; the group admits ssh", PEERED_A, "192.168.1.106", 22),
    denied(PEERED, "testFromBtoA: denied at A's group", PEERED_B, "10.10.10.157", 443, INGRESS),
    arrives(PEERED, "testFromBtoA: the path B, A; the group admits ssh", PEERED_B, "10.10.10.157", 22),
    arrives(PEERED, "the class: C is configured as B is", PEERED_C, "10.10.10.157", 22),
    denied(PEERED, "testFromAtoUnusedSubnet: no route", PEERED_A, "192.168.100.1", 22, (OUT, "no_route")),
    denied(
        PEERED, "testFromBtoUnusedSubnet: dropped in A", PEERED_B, "10.10.100.1", 22, (OUT, "no_destination")
    ),
    denied(
        PEERED, "testFromBtoUnusedIp: nobody has it", PEERED_B, "10.10.10.11", 22, (OUT, "no_destination")
    ),
    # VpcPeeringCrossAccount: accepted, since Batfish takes ACLs that were not recorded for open.  The folders are
    # named after other accounts than the objects' owners.
    Row(
        SHARED_PEERING,
        "testFromAtoB: accepted",
        "eni-0664ca29e3153724d",
        "10.2.1.252",
        22,
        None,
        unknown=NO_ACLS,
    ),
    Row(
        SHARED_PEERING,
        "testFromBtoA: accepted",
        "eni-0b9f8c68d6cb974a6",
        "10.1.1.100",
        22,
        None,
        unknown=NO_ACLS,
    ),
    # TransitGateway: subnet A2 is in a zone in which the attachment has no subnet.
    denied(TRANSIT, "testFromAtoB: denied at B's group", PEERED_A, "192.168.1.106", 443, INGRESS),
    arrives(TRANSIT, "testFromAtoB: the path; the group admits ssh", PEERED_A, "192.168.1.106", 22),
    denied(TRANSIT, "testFromBtoA: denied at A's group", PEERED_B, "10.10.10.157", 443, INGRESS),
    arrives(TRANSIT, "testFromBtoA: the path; the group admits ssh", PEERED_B, "10.10.10.157", 22),
    denied(
        TRANSIT,
        "testFromA2toB: dies at A2's subnet",
        TRANSIT_A2,
        "192.168.1.106",
        22,
        (OUT, "tgw_attachment_az"),
    ),
    denied(
        TRANSIT,
        "testFromBtoA2: dies in VPC A; in AWS it arrives, and it is A2's reply that never leaves",
        PEERED_B,
        "10.10.20.154",
        22,
        (BACK, "tgw_attachment_az"),
    ),
    # TransitGatewayPeering: the four ways between bat, bat2 and fish, each also as the reply of its opposite.
    denied(
        GATEWAYS,
        "testBatToFish: no route at bat's gateway; testFishToBat: none at fish's",
        BAT,
        "192.168.1.100",
        22,
        (OUT, "tgw_no_route"),
        (BACK, "tgw_no_route"),
    ),
    denied(
        GATEWAYS,
        "testBat2ToFish: reaches fish; testFishToBat2: the reply has no route at bat's gateway",
        BAT2,
        "192.168.1.100",
        22,
        (BACK, "tgw_no_route"),
    ),
    denied(
        GATEWAYS,
        "testBat2ToFish: denied at fish's group",
        BAT2,
        "192.168.1.100",
        443,
        INGRESS,
        (BACK, "tgw_no_route"),
    ),
    denied(
        GATEWAYS,
        "testFishToBat: no route at fish's gateway; testBatToFish: none at bat's",
        FISH,
        "10.10.1.100",
        22,
        (OUT, "tgw_no_route"),
        (BACK, "tgw_no_route"),
    ),
    denied(
        GATEWAYS,
        "testFishToBat2: no route at bat's gateway; testBat2ToFish: the reply would arrive",
        FISH,
        "10.20.1.100",
        22,
        (OUT, "tgw_no_route"),
    ),
    # TransitGatewayAsymmetricPaths: one gateway for each way.
    denied(
        TWO_WAYS, "testBatToFish: denied at fish's group", "eni-0d19a87aebdb8525e", "10.2.1.100", 443, INGRESS
    ),
    arrives(TWO_WAYS, "testBatToFish, testFishToBat: both paths", "eni-0d19a87aebdb8525e", "10.2.1.100", 22),
    denied(
        TWO_WAYS, "testFishToBat: denied at bat's group", "eni-077bf283bce1e7610", "10.1.1.100", 443, INGRESS
    ),
    arrives(TWO_WAYS, "testFishToBat, testBatToFish: both paths", "eni-077bf283bce1e7610", "10.1.1.100", 22),
    # TransitGatewayMultiAccount: accepted, since Batfish takes ACLs that were not recorded for open.
    Row(
        SHARED_TRANSIT,
        "testFromAtoB: accepted",
        "eni-0206afdbeb82fcedf",
        "10.2.1.183",
        22,
        None,
        unknown=NO_ACLS,
    ),
    Row(
        SHARED_TRANSIT,
        "testFromBtoA: accepted",
        "eni-0d1a34edceb1e9c42",
        "10.1.1.100",
        22,
        None,
        unknown=NO_ACLS,
    ),
    # VpnGateway: Batfish takes the tunnels for up; AWS had told that both were down.
    denied(
        VPN,
        "testFromOnPrem: denied at the group; and both tunnels are down",
        "192.168.7.9",
        "10.0.1.204",
        443,
        (OUT, "vpn_down"),
        INGRESS,
        (BACK, "vpn_down"),
        at=VPN_AT,
    ),
    denied(
        VPN,
        "testFromOnPrem: an address of the subnet that nobody has",
        "192.168.7.9",
        "10.0.1.205",
        443,
        (OUT, "no_destination"),
        at=VPN_AT,
    ),
    denied(
        VPN,
        "testFromOnPrem: an address of the VPC in no subnet is dropped",
        "192.168.7.9",
        "10.0.2.1",
        443,
        (OUT, "no_destination"),
        at=VPN_AT,
    ),
    # VpcEndpointInterface: both ways, from the endpoint's subnet and from another.
    arrives(ENDPOINT, "testFromSubnetEndpoint: both ways", "eni-049c6a0839a3348e8", "10.1.101.97", 443),
    arrives(ENDPOINT, "testFromSubnetNonEndpoint: both ways", "eni-03ffdf7beb0ee9a00", "10.1.101.97", 443),
    # DirectConnect: Batfish has the router's configuration; AWS does not tell what Direct Connect has learnt, and
    # a longer prefix among that might lead elsewhere.
    Row(
        DIRECT,
        "testFromOnPremToInstance: accepted",
        "10.10.0.1",
        "10.100.1.10",
        443,
        None,
        unknown=frozenset({"tgw-rtb-dx01"}),
        at="tgw-attach-dx01",
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.network} {row.says.split(':')[0]} {row.port}")
def test_flow(row):
    answer = asked(row)
    assert answer.reachable is row.reachable, (row.says, answer.blockers, answer.unknown)
    assert {(each.direction, each.reason) for each in answer.blockers} == row.blocks, row.says
    if row.reachable is None:
        named = [getattr(each, "operation", "") or str(each) for each in answer.unknown]
        assert named
        for name in named:
            assert any(each in name for each in row.unknown), (row.says, name)


MIXED = {
    "p1": ("NetworkInterfaceId:41", "10.240.3.70"),
    "p2": ("NetworkInterfaceId:29", "10.240.2.28"),
    "p3": ("NetworkInterfaceId:34", "10.240.0.96"),
    "q1": ("NetworkInterfaceId:14", "10.240.32.91"),
    "q2": ("NetworkInterfaceId:8", "10.240.32.122"),
    "r1": ("NetworkInterfaceId:21", "10.240.48.198"),
}
CONNECTED = {
    ("p2", "p3"): {("tcp", 9080), ("tcp", 443), ("udp", 53)},
    ("p3", "p2"): {("tcp", 9080), ("tcp", 443), ("udp", 53)},
    ("q1", "q2"): {("udp", 53)},
    ("q2", "q1"): {("udp", 53)},
}
"""NP-Guard's report of all connections between the instances, as far as the recording decides them."""
ROUTES_WANTED = {("q2", "r1"), ("r1", "q2")}
"""Connected on TCP 9080 in its report; but the route tables of the subnets were not recorded."""


@pytest.mark.parametrize(("protocol", "port"), [("tcp", 9080), ("tcp", 443), ("udp", 53)])
def test_every_pair(protocol, port):
    for source, (eni, _) in MIXED.items():
        for target, (_, address) in MIXED.items():
            if source == target:
                continue
            answer = mixed(eni, address, protocol, port)
            expected: bool | None = (protocol, port) in CONNECTED.get((source, target), ())
            if (source, target) in ROUTES_WANTED and port == 9080:
                expected = None
                assert {each.operation for each in answer.unknown} == {"describe_route_tables"}
            assert answer.reachable is expected, (source, target, answer.blockers, answer.unknown)


def test_why_not():
    """NP-Guard's explanations: an ACL lets nothing in; within one subnet only the groups count."""
    blocked = mixed("NetworkInterfaceId:29", "10.240.32.122", "tcp", 9080).blockers
    assert [(each.direction, each.reason) for each in blocked] == [
        (OUT, "nacl_ingress"),
        (BACK, "nacl_egress"),
    ]
    blocked = mixed("NetworkInterfaceId:34", "10.240.3.70", "tcp", 9080).blockers
    assert [(each.direction, each.reason) for each in blocked] == [INGRESS]


def asked(row: Row) -> Reach:
    inside = row.source.startswith("eni-")
    source = {"src_eni": row.source} if inside else {"src_ip": row.source, "src_at": row.at}
    flow = Flow(dst_ip=row.to, dst_port=row.port, **source)
    return reach(network(row.network), flow)


def mixed(eni: str, address: str, protocol: str, port: int) -> Reach:
    return reach(
        network("acls-and-groups"), Flow(src_eni=eni, dst_ip=address, dst_port=port, protocol=protocol)
    )


@cache
def network(name: str) -> Topology:
    snapshot, _ = read_snapshot(RECORDED / name)
    return topology_of(snapshot.accounts, None)
