"""What was not seen is unknown: never an error, never "closed", and it names exactly what to look up."""

import pytest
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    FLOW,
    REGION,
    TARGET,
    World,
    from_data_centre,
    over_gateway,
    permission,
    route,
    table,
)

from apidoctor.model.inventory import Inventory
from apidoctor.model.missing import Gap, Lookup
from apidoctor.reasoning.network import Flow, Topology, reach

DATA_CENTRE = Flow(src_ip="192.168.7.9", dst_ip=TARGET)


@pytest.mark.parametrize(
    ("make", "account", "operation", "field", "value", "flow"),
    [
        (World, CALLER, "describe_network_interfaces", "NetworkInterfaceId", "eni-c", FLOW),
        (World, CALLER, "describe_security_groups", "GroupId", "sg-c", FLOW),
        (World, ENDPOINT, "describe_security_groups", "GroupId", "sg-e", FLOW),
        (World, CALLER, "describe_network_acls", "VpcId", "vpc-c", FLOW),
        (World, ENDPOINT, "describe_network_acls", "VpcId", "vpc-e", FLOW),
        (World, CALLER, "describe_route_tables", "VpcId", "vpc-c", FLOW),
        (World, ENDPOINT, "describe_route_tables", "VpcId", "vpc-e", FLOW),
        (
            over_gateway,
            CALLER,
            "describe_transit_gateway_vpc_attachments",
            "VpcId",
            "vpc-c",
            FLOW,
        ),
        (
            over_gateway,
            ENDPOINT,
            "describe_transit_gateway_attachments",
            "TransitGatewayAttachmentId",
            "tgw-attach-c",
            FLOW,
        ),
        (from_data_centre, ENDPOINT, "describe_vpn_gateways", "VpnGatewayId", "vgw-1", DATA_CENTRE),
        (from_data_centre, ENDPOINT, "describe_vpn_connections", "VpnGatewayId", "vgw-1", DATA_CENTRE),
    ],
)
def test_an_operation_that_was_not_asked_is_asked_for(make, account, operation, field, value, flow):
    world = make()
    world.drop(account, operation)

    answer = world.reach(flow)

    assert answer.reachable is None
    assert not answer.blockers
    assert Lookup(operation, account, REGION, "", field, (value,)) in answer.unknown


def test_a_peering_that_no_account_shows_is_asked_for():
    world = World()
    world.drop(CALLER, "describe_vpc_peering_connections")
    world.drop(ENDPOINT, "describe_vpc_peering_connections")

    answer = world.reach()

    assert answer.reachable is None
    field, values = "VpcPeeringConnectionId", ("pcx-1",)
    assert {each for each in answer.unknown if isinstance(each, Lookup)} == {
        Lookup("describe_vpc_peering_connections", account, REGION, "", field, values)
        for account in (CALLER, ENDPOINT)
    }


def test_a_peering_that_the_other_side_shows_is_enough():
    world = World()
    world.drop(CALLER, "describe_vpc_peering_connections")

    assert world.reach().reachable is True


def test_the_routes_of_a_transit_gateway_table_are_asked_for_by_table():
    world = over_gateway()
    world.drop(ENDPOINT, "search_transit_gateway_routes")

    answer = world.reach()

    assert answer.reachable is None
    assert answer.unknown == (
        Lookup("search_transit_gateway_routes", ENDPOINT, REGION, "tgw-rtb-c"),
        Lookup("search_transit_gateway_routes", ENDPOINT, REGION, "tgw-rtb-e"),
    )


def test_a_refused_operation_names_the_permission_that_is_missing():
    world = World()
    world[ENDPOINT, "describe_network_acls"] = {"error": {"Code": "UnauthorizedOperation", "Message": "no"}}

    answer = world.reach()

    assert answer.reachable is None
    [missing] = answer.unknown
    assert (missing.operation, missing.refused, missing.reason) == (
        "describe_network_acls",
        True,
        "UnauthorizedOperation",
    )


def test_an_account_that_was_not_looked_at_is_named():
    world = World()
    del world.accounts[ENDPOINT]

    answer = world.reach()

    assert answer.reachable is None
    assert Gap(f"account: {ENDPOINT} (owner of vpc-e)") in answer.unknown


def test_a_certain_blocker_is_told_although_other_parts_are_unknown():
    world = World()
    world[CALLER, "describe_security_groups"][0]["IpPermissionsEgress"] = []
    del world.accounts[ENDPOINT]

    answer = world.reach()

    assert answer.reachable is False
    assert [each.reason for each in answer.blockers] == ["security_group_egress"]
    assert answer.unknown


def test_with_two_interfaces_known_everything_about_both_ends_is_asked_for_at_once():
    world = World()
    for account in (CALLER, ENDPOINT):
        answers = world.accounts[account][REGION]
        answers |= dict.fromkeys(set(answers) - {"describe_network_interfaces"})

    asked = {(each.operation, each.account) for each in world.reach().unknown}

    assert asked == {
        (f"describe_{what}", account)
        for what in ("security_groups", "subnets", "route_tables", "network_acls")
        for account in (CALLER, ENDPOINT)
    } | {("describe_vpc_endpoints", ENDPOINT)}


def test_the_destination_is_asked_about_while_the_caller_is_still_unknown():
    world = World()
    world.accounts[CALLER][REGION] = {}
    world.drop(ENDPOINT, "describe_security_groups")

    asked = {(each.operation, each.account) for each in world.reach().unknown}

    assert ("describe_network_interfaces", CALLER) in asked
    assert ("describe_security_groups", ENDPOINT) in asked


@pytest.mark.parametrize(("make", "most"), [(World, 3), (over_gateway, 5)])
def test_a_live_run_reaches_a_decision_in_few_rounds(make, most):
    """Each round asks for all that the one before named; the answers are narrowed as EC2 narrows them."""
    truth = make().accounts
    seen: dict = {account: {REGION: {}} for account in truth}

    answer = reach(Topology(Inventory(seen), REGION), FLOW)
    rounds = 0
    while answer.reachable is None and rounds < 8:
        rounds += 1
        for lookup in answer.unknown:
            assert isinstance(lookup, Lookup)
            _look(truth, seen, lookup)
        answer = reach(Topology(Inventory(seen), REGION), FLOW)

    assert answer.reachable is True
    assert rounds <= most


def _look(truth, seen, lookup):
    """Answer a look-up from the whole truth; for a list, only with the objects that were wanted."""
    whole = truth[lookup.account][REGION].get(lookup.operation)
    answers = seen[lookup.account][REGION]
    if lookup.key:
        answers.setdefault(lookup.operation, {})[lookup.key] = (whole or {})[lookup.key]
        return
    [(member, items)] = (whole or {"Items": []}).items()
    found = [item for item in items if set(lookup.values) & set(_values(item, lookup.field))]
    answer = answers.setdefault(lookup.operation, {member: [], "partial": True, "asked": {}})
    answer.setdefault(member, []).extend(item for item in found if item not in answer[member])
    answer["asked"].setdefault(lookup.field, []).extend(lookup.values)


def _values(item, path):
    head, _, rest = path.partition(".")
    inner = item.get(head)
    if rest:
        return (
            [value for part in (inner or []) for value in _values(part, rest)]
            if isinstance(inner, list)
            else (_values(inner or {}, rest))
        )
    return inner if isinstance(inner, list) else [inner]


def test_prefix_list_entries_are_asked_for_only_when_no_other_rule_admits():
    world = World()
    rules = world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"]
    rules.append(permission(prefix_list="pl-1"))
    assert world.reach().reachable is True

    del rules[0]
    answer = world.reach()

    assert answer.reachable is None
    assert answer.unknown == (Lookup("get_managed_prefix_list_entries", ENDPOINT, REGION, "pl-1"),)


@pytest.mark.parametrize(
    "target", ["arn:aws:networkmanager::1:core-network/c", "vpce-gwlb", "eni-fw", "nat-1"]
)
def test_a_middlebox_on_the_path_is_unknown_and_never_assumed_open(target):
    world = World()
    routes = [route("10.2.0.0/16", "local"), route("10.1.4.0/24", target)]
    known = table("rtb-p", "vpc-c", route("10.1.0.0/16", "pcx-1"), subnets=("subnet-c2",))
    world[CALLER, "describe_route_tables"][:] = [table("rtb-c", "vpc-c", *routes), known]

    answer = world.reach()

    assert answer.reachable is None
    assert [each for each in answer.unknown if "not modelled" in each.what]


def test_several_interfaces_with_the_address_are_told_apart_by_where_the_routes_lead():
    world = World()
    twin = dict(world[ENDPOINT, "describe_network_interfaces"][0])
    twin |= {"NetworkInterfaceId": "eni-twin", "VpcId": "vpc-t", "SubnetId": "subnet-t"}
    world[ENDPOINT, "describe_network_interfaces"].insert(0, twin)

    answer = world.reach()

    assert answer.reachable is True
    assert answer.path[-1].id == "eni-e"


@pytest.mark.parametrize(
    ("make", "flow"), [(World, FLOW), (over_gateway, FLOW), (from_data_centre, DATA_CENTRE)]
)
def test_forgetting_any_one_answer_of_a_working_path_leaves_it_open_or_undecided(make, flow):
    for account, answers in ((each, make().accounts[each][REGION]) for each in (CALLER, ENDPOINT)):
        for operation in answers:
            world = make()
            world.drop(account, operation)

            answer = world.reach(flow)

            assert answer.blockers == (), (operation, answer)
            assert answer.reachable is True or answer.unknown
