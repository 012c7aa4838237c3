"""Network ACLs: order, both directions, and which subnets are asked at all."""

import pytest
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    FLOW,
    TARGET,
    World,
    acl,
    entry,
    group,
    interface,
    over_gateway,
    permission,
)

from apidoctor.reasoning.network import Flow
from apidoctor.reasoning.network.acls import cut

DENY = [entry(1, "deny", way, "0.0.0.0/0") for way in (True, False)]
OPEN = [entry(9, "allow", way, "0.0.0.0/0") for way in (True, False)]


def blocked(world, flow=FLOW):
    return [(each.reason, each.direction) for each in world.reach(flow).blockers]


def test_the_lowest_number_decides_whatever_the_order_in_the_answer():
    world = World()
    late, early = entry(200, "deny", False, "10.2.0.0/16"), entry(100, "allow", False, "10.2.1.0/24")
    world[ENDPOINT, "describe_network_acls"][:] = [acl("acl-e", "vpc-e", late, early, OPEN[0])]
    assert blocked(world) == []

    early["RuleNumber"] = 300
    assert blocked(world) == [("nacl_ingress", "forward")]


def test_an_association_wins_over_the_default_acl_of_the_vpc():
    world = World()
    world[ENDPOINT, "describe_network_acls"].insert(0, acl("acl-x", "vpc-e", *DENY, subnets=("subnet-e1",)))
    assert blocked(world) == [("nacl_ingress", "forward"), ("nacl_egress", "return")]

    world[ENDPOINT, "describe_network_acls"][0]["Associations"][0]["SubnetId"] = "subnet-e2"
    assert blocked(world) == []


@pytest.mark.parametrize(
    ("kind", "port", "partial"),
    [
        ("interface", None, None),
        ("lambda", None, (65535 - 32768 + 1) / (65535 - 1024 + 1)),
        ("interface", (80, 80), 0),
    ],
)
def test_the_ports_of_replies_are_those_of_the_clients_platform(kind, port, partial):
    world = World()
    world[CALLER, "describe_network_interfaces"][0]["InterfaceType"] = kind
    ephemeral = entry(1, "allow", False, "0.0.0.0/0", (32768, 65535))
    world[CALLER, "describe_network_acls"][:] = [acl("acl-c", "vpc-c", OPEN[0], ephemeral)]

    answer = world.reach(Flow(src_eni="eni-c", dst_ip=TARGET, src_port=port))

    if partial is None:
        assert answer.reachable is True
        assert answer.assumptions == ("the caller's ports are 32768-60999",)
    else:
        [blocker] = answer.blockers
        assert (blocker.reason, blocker.direction) == ("nacl_ingress", "return")
        assert blocker.partial == (pytest.approx(partial) if partial else None)


def test_within_a_vpc_both_subnets_are_asked_and_nothing_between():
    world = World()
    near = interface("eni-n", "vpc-e", "subnet-e2", "10.1.5.9", "sg-n")
    world[ENDPOINT, "describe_network_interfaces"].append(near)
    world[ENDPOINT, "describe_security_groups"].append(group("sg-n", "vpc-e", []))
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-n")]
    flow = Flow(src_eni="eni-n", dst_ip=TARGET)
    assert world.reach(flow).reachable is True

    world[ENDPOINT, "describe_network_acls"][:] = [
        acl("acl-e", "vpc-e"),
        acl("acl-n", "vpc-e", *DENY, subnets=("subnet-e2",)),
    ]
    assert blocked(world, flow) == [("nacl_egress", "forward"), ("nacl_ingress", "return")]


def gateway_subnets(caller, endpoint):
    """The transit gateway with one attachment subnet on each side."""
    world = over_gateway()
    for account, name in ((CALLER, caller), (ENDPOINT, endpoint)):
        world[account, "describe_transit_gateway_vpc_attachments"][0]["SubnetIds"] = [name]
        for each in world[account, "describe_subnets"]:
            each["AvailabilityZoneId"] = "use1-az1"
    return world


def test_the_acls_of_the_gateways_own_subnets_are_asked_too():
    world = gateway_subnets("subnet-c2", "subnet-e2")
    assert blocked(world) == []

    shut = acl("acl-t", "vpc-e", *DENY, subnets=("subnet-e2",))
    world[ENDPOINT, "describe_network_acls"].append(shut)
    answer = world.reach()
    assert [(each.reason, each.direction, each.subject) for each in answer.blockers] == [
        ("nacl_egress", "forward", "acl-t"),
        ("nacl_ingress", "return", "acl-t"),
    ]


def test_from_the_gateways_own_subnet_the_acl_is_not_asked_again():
    world = gateway_subnets("subnet-c1", "subnet-e1")
    no_ingress = acl("acl-e", "vpc-e", DENY[1], OPEN[0])
    world[ENDPOINT, "describe_network_acls"][:] = [no_ingress]

    assert blocked(world) == [("nacl_ingress", "return")]


@pytest.mark.parametrize(
    ("ranges", "first", "last", "taken", "left"),
    [
        ([(1, 9)], 3, 5, 3, [(1, 2), (6, 9)]),
        ([(1, 9)], 0, 99, 9, []),
        ([(1, 9)], 10, 12, 0, [(1, 9)]),
        ([(1, 2), (6, 9)], 2, 6, 2, [(1, 1), (7, 9)]),
    ],
)
def test_cutting_ports_out_of_ranges(ranges, first, last, taken, left):
    assert cut(ranges, first, last) == (taken, left)
