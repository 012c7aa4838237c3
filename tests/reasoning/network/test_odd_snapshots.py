"""Snapshots come from anywhere: whatever is in them, the engine answers and never raises."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    REGION,
    TARGET,
    World,
    acl,
    entry,
    from_data_centre,
    over_gateway,
    permission,
    route,
    table,
)

from apidoctor.model.inventory import Inventory
from apidoctor.model.missing import Gap
from apidoctor.reasoning.network import Flow, Reach, Topology, reach

FLOWS = [
    Flow(src_eni="eni-c", dst_ip=TARGET),
    Flow(src_instance="i-c", dst_ip=TARGET),
    Flow(src_subnet="subnet-c1", dst_ip=TARGET),
    Flow(src_ip="192.168.7.9", dst_ip=TARGET),
    Flow(src_ip="192.168.7.9", dst_ip=TARGET, src_at="tgw-attach-c"),
]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2**70),
    st.floats(allow_nan=True),
    st.text(max_size=5),
    st.sampled_from(["", "10.0.0.0/99", "::/0", "-1", "eni-e", "vpc-e", "pl-1", "tgw-1", [], {}, [[]], [{}]]),
)


def answers(accounts: Any) -> list[Any]:
    """The answers in a snapshot; that each is an object is the snapshot reader's business."""
    regions = [region for each in accounts.values() for region in each.values()]
    return [answer for region in regions for answer in region.values()]


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key in a snapshot."""
    found = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        found.append((value, key))
        if isinstance(inner, dict | list):
            found += spots(inner)
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_damage_gives_an_answer(data):
    accounts = data.draw(st.sampled_from([World, over_gateway, from_data_centre]))().accounts
    for _ in range(data.draw(st.integers(1, 3))):
        places = [spot for answer in answers(accounts) for spot in spots(answer)]
        container, key = places[data.draw(st.integers(0, len(places) - 1))]
        if data.draw(st.booleans()):
            container[key] = deepcopy(data.draw(ODD))
        else:
            del container[key]

    for flow in FLOWS:
        answer = reach(Topology(Inventory(accounts), REGION), flow)

        assert isinstance(answer, Reach)
        assert answer.reachable is (False if answer.blockers else None if answer.unknown else True)


def facts(answer: Reach) -> list[str]:
    return [each.what for each in answer.unknown if isinstance(each, Gap)]


def without_port(world):
    rule = world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"][0]
    del rule["FromPort"]


def with_a_bad_block(world):
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission("10.2.0.0/160")]


def acl_entry_without_action(world):
    rule = entry(1, "allow", False, "0.0.0.0/0")
    del rule["RuleAction"]
    world[ENDPOINT, "describe_network_acls"][:] = [
        acl("acl-e", "vpc-e", rule, entry(1, "allow", True, "0.0.0.0/0"))
    ]


def route_without_destination(world):
    odd = {"VpcPeeringConnectionId": "pcx-1", "State": "active"}
    routes = (route("10.2.0.0/16", "local"), route("10.1.0.0/16", "pcx-1"), odd)
    world[CALLER, "describe_route_tables"][:] = [table("rtb-c", "vpc-c", *routes)]


@pytest.mark.parametrize(
    "damage", [without_port, with_a_bad_block, acl_entry_without_action, route_without_destination]
)
def test_a_rule_that_cannot_be_read_is_unknown(damage):
    world = World()
    damage(world)

    answer = world.reach()

    assert answer.reachable is None
    assert facts(answer)


def test_a_rule_that_cannot_be_read_does_not_matter_where_another_one_decides():
    world = World()
    with_a_bad_block(world)
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"].append(permission("10.2.0.0/16"))
    far = {
        "RuleNumber": 5,
        "Egress": False,
        "CidrBlock": "10.77.0.0/16",
        "Protocol": "6",
        "RuleAction": "deny",
    }
    both = [entry(9, "allow", way, "0.0.0.0/0") for way in (True, False)]
    world[ENDPOINT, "describe_network_acls"][:] = [acl("acl-e", "vpc-e", far, *both)]

    assert world.reach().reachable is True


@pytest.mark.parametrize(
    ("flow", "reason"),
    [
        (Flow(dst_ip=TARGET), "no_source"),
        (Flow(src_eni="eni-c", dst_ip="nowhere"), "no_destination"),
        (Flow(src_eni="eni-c", dst_ip=TARGET, protocol="carrier pigeon"), "protocol"),
        (Flow(src_ip="10.999.0.1", dst_ip=TARGET), "no_source"),
        (Flow(src_eni="eni-c", src_ip="10.2.1.99", dst_ip=TARGET), "no_source"),
        (Flow(src_ip="2001:db8::1", dst_ip=TARGET), "address_family"),
    ],
)
def test_a_flow_that_cannot_be_is_told_as_such(flow, reason):
    answer = World().reach(flow)

    assert answer.reachable is False
    assert [each.reason for each in answer.blockers] == [reason]
