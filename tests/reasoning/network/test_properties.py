"""Laws that hold in every world, and agreement with a simpler evaluator that walks packet by packet."""

from copy import deepcopy
from ipaddress import ip_address, ip_network

from hypothesis import given, settings
from hypothesis import strategies as st
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    TARGET,
    World,
    acl,
    entry,
    over_gateway,
    peering,
    permission,
    route,
    table,
    transit_route,
)

from apidoctor.reasoning.network import Flow

BLOCKS = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.2.0.0/16",
    "10.1.4.0/24",
    "10.2.1.0/24",
    "10.2.1.10/32",
]
CLIENT = "10.2.1.10"
PORTS = (2000, 2003)
FLOW = Flow(src_eni="eni-c", dst_ip=TARGET, src_port=PORTS)

ports = st.sampled_from([None, (443, 443), (0, 1024), (2000, 2001), (2002, 65535), (0, 65535)])
rules = st.lists(
    st.tuples(st.sampled_from(BLOCKS), st.sampled_from([80, 443]), st.sampled_from(["", "sg-c", "sg-e"])),
    max_size=3,
)
entries = st.lists(
    st.tuples(
        st.integers(1, 9), st.sampled_from(["allow", "deny"]), st.booleans(), st.sampled_from(BLOCKS), ports
    ),
    max_size=6,
    unique_by=lambda each: (each[0], each[2]),
)
states = st.sampled_from(["active", "active", "active", "blackhole"])
targets = st.sampled_from(["pcx-1", "pcx-1", "pcx-1", "igw-1", "vgw-gone"])
routes = st.lists(
    st.tuples(st.sampled_from(BLOCKS[:6]), targets, states), max_size=4, unique_by=lambda each: each[0]
)


@st.composite
def worlds(draw):
    """A peered world with arbitrary groups, ACLs, routes and peering state: enough of them open."""
    rarely = st.sampled_from([False, False, True])
    world = World()
    for account, side, own in ((CALLER, "c", "10.2.0.0/16"), (ENDPOINT, "e", "10.1.0.0/16")):
        [group] = world[account, "describe_security_groups"]
        for member in ("IpPermissions", "IpPermissionsEgress"):
            if draw(rarely):
                drawn = draw(rules)
                group[member] = [permission("" if peer else cidr, port, peer) for cidr, port, peer in drawn]
        if draw(rarely):
            drawn = [entry(*each) for each in draw(entries)]
            fallback = (
                [entry(50, "allow", way, "0.0.0.0/0") for way in (True, False)] if draw(st.booleans()) else []
            )
            none = entry(32766, "deny", True, "0.0.0.0/0")
            world[account, "describe_network_acls"][:] = [
                acl(f"acl-{side}", f"vpc-{side}", *drawn, *fallback, none)
            ]
        if draw(rarely):
            drawn = [each for each in draw(routes) if each[0] != own]
            listed = [route(own, "local"), *(route(cidr, to, State=state) for cidr, to, state in drawn)]
            world[account, "describe_route_tables"][:] = [table(f"rtb-{side}", f"vpc-{side}", *listed)]
    state = draw(st.sampled_from(["active", "active", "active", "failed"]))
    world.both("describe_vpc_peering_connections", {"VpcPeeringConnections": [peering(state=state)]})
    world.both("describe_vpn_gateways", {"VpnGateways": []})
    return world


def holds(cidr, address):
    return ip_address(address) in ip_network(cidr)


def group_admits(world, account, member, other, other_group, port):
    """Walk all rules of a group, one packet."""
    for rule in world[account, "describe_security_groups"][0][member]:
        inside = rule["IpProtocol"] == "-1" or rule["FromPort"] <= port <= rule["ToPort"]
        named = any(holds(each["CidrIp"], other) for each in rule.get("IpRanges", []))
        member_of = any(each["GroupId"] == other_group for each in rule.get("UserIdGroupPairs", []))
        if inside and (named or member_of):
            return True
    return False


def acl_admits(world, account, egress, other, port):
    """Walk the entries of an ACL by number, one packet."""
    [found] = world[account, "describe_network_acls"]
    mine = [each for each in found["Entries"] if each["Egress"] is egress]
    for each in sorted(mine, key=lambda rule: rule["RuleNumber"]):
        within = each["Protocol"] == "-1" or each["PortRange"]["From"] <= port <= each["PortRange"]["To"]
        if within and holds(each["CidrBlock"], other):
            return each["RuleAction"] == "allow"
    return False


def routed(world, account, other):
    """Find the longest prefix by trying all, and say whether it crosses a working peering."""
    [found] = world[account, "describe_route_tables"]
    matching = [each for each in found["Routes"] if holds(each["DestinationCidrBlock"], other)]
    if not matching:
        return False
    best = max(matching, key=lambda each: ip_network(each["DestinationCidrBlock"]).prefixlen)
    [link] = world[CALLER, "describe_vpc_peering_connections"]
    carries = best.get("VpcPeeringConnectionId") == "pcx-1" and link["Status"]["Code"] == "active"
    return carries and best["State"] == "active"


def gets_through(world):
    """The second opinion: the request, then a reply to every port of the client."""
    request = (
        group_admits(world, CALLER, "IpPermissionsEgress", TARGET, "sg-e", 443)
        and acl_admits(world, CALLER, True, TARGET, 443)
        and routed(world, CALLER, TARGET)
        and acl_admits(world, ENDPOINT, False, CLIENT, 443)
        and group_admits(world, ENDPOINT, "IpPermissions", CLIENT, "sg-c", 443)
    )
    replies = all(
        acl_admits(world, ENDPOINT, True, CLIENT, port) and acl_admits(world, CALLER, False, TARGET, port)
        for port in range(PORTS[0], PORTS[1] + 1)
    )
    return request and replies and routed(world, ENDPOINT, CLIENT)


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_the_engine_agrees_with_a_walk_packet_by_packet(world):
    assert world.reach(FLOW).reachable is gets_through(world)


@settings(max_examples=100, deadline=None)
@given(worlds(), st.data())
def test_taking_an_allowing_rule_away_never_opens_a_path(world, data):
    before = world.reach(FLOW)
    account = data.draw(st.sampled_from([CALLER, ENDPOINT]))
    groups = [
        world[account, "describe_security_groups"][0][member]
        for member in ("IpPermissions", "IpPermissionsEgress")
    ]
    allowing = [(found, each) for found in groups for each in found]
    entries_of = world[account, "describe_network_acls"][0]["Entries"]
    allowing += [(entries_of, each) for each in entries_of if each["RuleAction"] == "allow"]
    if allowing:
        container, rule = data.draw(st.sampled_from(allowing))
        container.remove(rule)

    assert before.reachable is True or world.reach(FLOW).reachable is not True


@settings(max_examples=100, deadline=None)
@given(worlds(), st.sampled_from([CALLER, ENDPOINT]))
def test_adding_an_allowing_rule_never_closes_a_path(world, account):
    before = world.reach(FLOW)
    group = world[account, "describe_security_groups"][0]
    for member in ("IpPermissions", "IpPermissionsEgress"):
        group[member] = [*group[member], permission("10.0.0.0/8", 443)]
    for way in (True, False):
        world[account, "describe_network_acls"][0]["Entries"].append(entry(0, "allow", way, "0.0.0.0/0"))

    after = world.reach(FLOW)

    assert after.reachable is True or before.reachable is not True
    assert {each.subject for each in after.blockers} <= {each.subject for each in before.blockers}


@settings(max_examples=100, deadline=None)
@given(worlds(), st.data())
def test_forgetting_an_answer_never_turns_a_verdict_round(world, data):
    before = world.reach(FLOW).reachable
    account = data.draw(st.sampled_from([CALLER, ENDPOINT]))
    smaller = World()
    smaller.accounts = deepcopy(world.accounts)
    smaller.drop(account, data.draw(st.sampled_from(sorted(next(iter(world.accounts[account].values()))))))

    after = smaller.reach(FLOW)

    assert after.reachable in (before, None)
    assert after.reachable is not None or after.unknown


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(BLOCKS[:5]), st.sampled_from("ce"), st.booleans()), max_size=5))
def test_a_transit_gateway_takes_the_longest_prefix_and_of_two_equal_ones_the_static(drawn):
    world = over_gateway()
    listed = [
        transit_route(cidr, side, Type="static" if static else "propagated")
        for cidr, side, static in {(each[0], each[2]): each for each in drawn}.values()
    ]
    world[ENDPOINT, "search_transit_gateway_routes"]["tgw-rtb-c"]["Routes"] = listed
    matching = [each for each in listed if holds(each["DestinationCidrBlock"], TARGET)]
    lengths = {id(each): ip_network(each["DestinationCidrBlock"]).prefixlen for each in listed}
    best = max(matching, key=lambda each: (lengths[id(each)], each["Type"] == "static"), default=None)
    leads_there = best is not None and best["TransitGatewayAttachments"][0]["ResourceId"] == "vpc-e"

    answer = world.reach()

    assert answer.reachable is leads_there
    if not leads_there:
        assert answer.blockers[0].reason in ("tgw_no_route", "wrong_target")
