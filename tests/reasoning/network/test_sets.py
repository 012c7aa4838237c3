"""What gets through, as sets: ports and addresses between the edges of rules, not samples."""

from msgspec.structs import replace

from apidoctor.reasoning.network import Flow, reach
from apidoctor.reasoning.network.addresses import number
from apidoctor.reasoning.network.sets import passing
from apidoctor.reasoning.network.who import who_reaches

from .world import (
    CALLER,
    ENDPOINT,
    FLOW,
    TARGET,
    World,
    acl,
    entry,
    from_data_centre,
    over_gateway,
    permission,
)

ALL_PORTS = ((0, 65535),)


def addresses(first: str, last: str) -> tuple[int, int]:
    return number(first), number(last)


def replies_to(*ports: tuple[int, int]) -> World:
    """The endpoint's ACL lets replies out to some ports only."""
    world = World()
    out = [entry(100 + place, "allow", True, "0.0.0.0/0", each) for place, each in enumerate(ports)]
    rules = [entry(100, "allow", False, "0.0.0.0/0"), *out]
    world[ENDPOINT, "describe_network_acls"] = {"NetworkAcls": [acl("acl-e", "vpc-e", *rules)]}
    return world


def test_a_healthy_path_passes_the_ports_of_the_rules_and_replies_to_all():
    [found] = passing(World().topology(), FLOW)
    assert (found.destination_ports, found.source_ports) == (((443, 443),), ALL_PORTS)
    assert found.sources == addresses("10.2.1.10", "10.2.1.10")
    assert found.any


def test_replies_to_some_ports_are_told_as_ranges():
    [found] = passing(replies_to((1024, 32767), (49152, 65535)).topology(), FLOW)
    assert found.source_ports == ((1024, 32767), (49152, 65535))
    assert found.holds(number("10.2.1.10"), 50000, 6, 443)
    assert not found.holds(number("10.2.1.10"), 40000, 6, 443)
    assert not found.holds(number("10.2.1.10"), 50000, 6, 444)
    assert not found.holds(number("10.2.1.10"), 50000, 17, 443)


def test_neighbouring_ranges_of_several_rules_are_one():
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [
        permission("10.2.0.0/16", 443),
        permission("10.2.0.0/16", 444),
        permission("10.2.0.0/16", 8443),
    ]
    [found] = passing(world.topology(), FLOW)
    assert found.destination_ports == ((443, 444), (8443, 8443))


def test_a_subnet_is_cut_where_the_rules_cut_it():
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission("10.2.1.64/26")]
    pieces = passing(world.topology(), Flow(src_subnet="subnet-c1", dst_ip=TARGET))
    assert [(each.sources, each.any) for each in pieces] == [
        (addresses("10.2.1.0", "10.2.1.63"), False),
        (addresses("10.2.1.64", "10.2.1.127"), True),
        (addresses("10.2.1.128", "10.2.1.255"), False),
    ]


def test_what_is_not_known_is_open_and_not_closed():
    world = World()
    world.drop(ENDPOINT, "describe_network_acls")
    [found] = passing(world.topology(), FLOW)
    assert found.any is False
    assert found.open_destination_ports == ((443, 443),)
    assert found.open_source_ports == ALL_PORTS


def test_a_protocol_without_ports_passes_or_not():
    world = World()
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.2.0.0/16"}]}
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [everything]
    world[ENDPOINT, "describe_network_interfaces"][0]["InterfaceType"] = "interface"
    [found] = passing(world.topology(), replace(FLOW, protocol="icmp"))
    assert (found.protocol, found.any) == (1, True)
    assert found.holds(number("10.2.1.10"), -1, 1, -1)


def test_a_caller_that_is_not_there_or_no_protocol_has_no_set():
    assert passing(World().topology(), replace(FLOW, src_eni="eni-none")) == ()
    assert passing(World().topology(), replace(FLOW, protocol="carrier pigeon")) == ()


def test_on_the_way_over_a_gateway_the_acl_of_its_subnet_cuts_too():
    world = over_gateway()
    rules = [entry(90, "deny", False, "10.2.1.0/25"), entry(100, "allow", False, "0.0.0.0/0")]
    rules.append(entry(100, "allow", True, "0.0.0.0/0"))
    world[CALLER, "describe_network_acls"] = {"NetworkAcls": [acl("acl-c", "vpc-c", *rules)]}
    pieces = passing(world.topology(), Flow(src_subnet="subnet-c1", dst_ip=TARGET))
    assert [(each.sources, each.any) for each in pieces] == [
        (addresses("10.2.1.0", "10.2.1.127"), False),
        (addresses("10.2.1.128", "10.2.1.255"), True),
    ]


# Who reaches


def told(world: World, **asked) -> list[tuple]:
    found = who_reaches(world.topology(), "eni-e", **asked)
    return [(each.subnet or each.gateway, each.sources, each.group, each.reachable) for each in found]


def test_every_subnet_whose_addresses_the_rules_name_reaches_it():
    assert told(World()) == [
        ("subnet-c1", addresses("10.2.1.0", "10.2.1.255"), "", True),
        ("subnet-c2", addresses("10.2.2.0", "10.2.2.255"), "", True),
    ]
    assert told(World(), port=80) == []


def test_members_of_a_named_group_reach_it_where_the_address_alone_does_not():
    world = World()
    rules = [permission("10.2.1.128/25"), permission(group="sg-c")]
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = rules
    assert told(world) == [
        ("subnet-c1", addresses("10.2.1.128", "10.2.1.255"), "", True),
        ("subnet-c1", addresses("10.2.1.0", "10.2.1.127"), "sg-c", True),
        ("subnet-c2", addresses("10.2.2.0", "10.2.2.255"), "sg-c", True),
    ]


def test_over_a_transit_gateway_no_group_lets_anybody_in():
    world = over_gateway()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission(group="sg-c")]
    assert told(world) == []


def test_a_data_centre_reaches_it_as_far_as_route_and_rule_both_go():
    assert told(from_data_centre()) == [("vgw-1", addresses("192.168.0.0", "192.168.255.255"), "", True)]
    world = from_data_centre()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission("192.168.7.0/24")]
    assert told(world) == [("vgw-1", addresses("192.168.7.0", "192.168.7.255"), "", True)]


def test_those_to_whom_only_some_replies_come_back_are_told_with_their_share():
    found = who_reaches(replies_to((49152, 65535)).topology(), "eni-e")
    assert {each.subnet for each in found} == {"subnet-c1", "subnet-c2"}
    assert all(0.41 < each.share < 0.43 for each in found)


def test_of_whom_it_is_not_known_is_told_with_what_is_missing():
    world = World()
    world.drop(CALLER, "describe_network_acls")
    found = who_reaches(world.topology(), "eni-e")
    assert {(each.subnet, each.reachable) for each in found} == {("subnet-c1", None), ("subnet-c2", None)}
    assert all(gap.operation == "describe_network_acls" for each in found for gap in each.missing)


def test_an_interface_that_is_not_there_is_reached_by_nobody():
    assert who_reaches(World().topology(), "eni-none") == ()


# Stretches that are walked once


def test_an_answer_from_memory_is_the_answer_of_a_first_look():
    """Both kinds of worlds, with the flows in an order that meets every stretch again."""
    for make in (World, over_gateway, from_data_centre):
        shared = make().topology()
        flows = [
            replace(FLOW, src_eni=None, src_subnet=subnet, src_ip=ip, dst_port=port)
            for port in (443, 80)
            for subnet, ip in (
                ("subnet-c1", "10.2.1.10"),
                ("subnet-c1", "10.2.1.77"),
                ("subnet-c2", "10.2.2.9"),
            )
        ]
        flows += [FLOW, Flow(src_ip="192.168.7.9", dst_ip=TARGET), Flow(src_ip="192.168.7.10", dst_ip=TARGET)]
        for flow in flows * 3:
            assert reach(shared, flow) == reach(make().topology(), flow)


def test_texts_from_memory_name_the_flow_at_hand():
    world = World()
    world[CALLER, "describe_route_tables"][0]["Routes"].pop()
    topology = world.topology()
    for ip in ("10.2.1.7", "10.2.1.8", "10.2.1.9"):
        flow = Flow(src_subnet="subnet-c1", src_ip=ip, dst_ip=TARGET)
        found = reach(topology, flow)
        assert [each.detail for each in found.blockers] == [
            f"rtb-c, the route table of subnet-c1, has no route to {TARGET}"
        ]
        assert not any("\0" in hop.decided_by for hop in (*found.path, *found.return_path))
