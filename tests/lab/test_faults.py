"""Every fault of the lab shows itself to an independent client; its scenario asks, so that its lab starts once."""

from lab.shown import LOOKS
from scenarios.trial import NAMES, scenario

from apidoctor.lab import faults, worlds


def test_every_fault_is_listed_once_and_in_order():
    ids = [fault.id for fault in faults()]

    assert ids == sorted(set(ids))
    assert set(ids) == set(LOOKS)
    assert all(LOOKS.values())
    assert {fault.world for fault in faults()} <= set(worlds())


def test_every_fault_and_healthy_world_has_a_scenario_that_asks_an_independent_client():
    plain = [one for one in map(scenario, NAMES) if one.change is None]

    assert {one.breaks for one in plain if one.breaks} == {fault.id for fault in faults()}
    assert {one.world for one in plain if not one.breaks} == set(worlds())
