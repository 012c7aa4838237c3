"""An object that others name and no list shows is not known: nothing passes by not having been found."""

import pytest
from worlds.build import ENI_C, ENI_E1, GROUP_C, GROUP_E, PEERING, World
from worlds.judge import judge
from worlds.layouts import HEALTHY, cross_account, on_prem, peered, same_vpc
from worlds.seen import probed


def lose(world: World, operation: str, *identities: str) -> World:
    """Take objects out of a list that is complete otherwise: another account owns them, say."""
    for _, answer in world.everywhere(operation):
        for key, things in answer.items():
            answer[key] = [thing for thing in things if not set(identities) & set(map(str, thing.values()))]
    return world


@pytest.mark.parametrize(
    ("layout", "operation", "identity"),
    [
        (same_vpc, "describe_security_groups", GROUP_E),
        (cross_account, "describe_security_groups", GROUP_E),
        (on_prem, "describe_security_groups", GROUP_E),
        (same_vpc, "describe_security_groups", GROUP_C),
        (same_vpc, "describe_network_interfaces", ENI_E1),
        (peered, "describe_vpc_peering_connections", PEERING),
        (same_vpc, "describe_network_interfaces", ENI_C),
    ],
)
def test_what_no_list_shows_is_unknown(layout, operation, identity, tmp_path):
    said = judge(lose(layout(), operation, identity), tmp_path)

    assert (said.code, said.of("fail")) == (3, []), said.story()


@pytest.mark.parametrize("layout", [cross_account, same_vpc])
def test_an_endpoint_whose_interfaces_nobody_saw_is_not_judged_healthy(layout, tmp_path):
    world = layout()
    world.answers(world.endpoint_account)["describe_network_interfaces"]["NetworkInterfaces"] = []

    said = judge(world, tmp_path)

    assert (said.code, said.of("fail")) == (3, []), said.story()


@pytest.mark.parametrize("name", HEALTHY)
def test_probes_of_an_endpoint_whose_interfaces_nobody_saw_are_no_defect(name, tmp_path):
    world = probed(HEALTHY[name]())
    world.answers(world.endpoint_account)["describe_network_interfaces"]["NetworkInterfaces"] = []

    said = judge(world, tmp_path)

    assert said.code in (0, 3), said.story()
    assert said.of("error") == []
