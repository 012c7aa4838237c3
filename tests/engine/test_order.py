"""What runs when: needs before those that need them, and everything whose needs are met at once."""

import pytest
from engine.kit import EMPTY, REQUEST, World, check, run, statuses, wants, wants_group

from apidoctor.engine.registry import Registry
from apidoctor.engine.runner import Limits
from apidoctor.engine.session import Session
from apidoctor.errors import UsageError
from apidoctor.model.facts import together
from apidoctor.model.finding import failed, passed, skipped, unknown, warned
from apidoctor.model.missing import Gap
from apidoctor.reasoning.scene.case import Sources


def judged_in(order: list[str], name: str, finding=None):
    def judge(case):
        order.append(name)
        yield finding or passed("It holds.")

    return judge


def test_a_check_is_judged_after_all_that_it_needs():
    order: list[str] = []
    run(
        [
            check("naming/c", judged_in(order, "c"), needs=("network/b", "invoke/a")),
            check("network/b", judged_in(order, "b"), needs=("invoke/a",)),
            check("invoke/a", judged_in(order, "a")),
        ]
    )

    assert order == ["a", "b", "c"]


def test_checks_that_wait_for_slow_looks_wait_at_the_same_time():
    world = World(meet=4)  # each look ends only when four are under way
    operations = ("describe_vpcs", "describe_subnets", "describe_route_tables", "describe_network_acls")

    report = run([check(f"network/{name}", wants(name)) for name in operations], world)

    assert world.most_at_once == 4
    assert set(statuses(report).values()) == {"pass"}


def test_a_check_asks_for_all_that_it_misses_at_once():
    world = World(meet=2)

    def judge(case):
        vpcs = case.inventory.items("111111111111", "us-east-1", "describe_vpcs")
        subnets = case.inventory.items("111111111111", "us-east-1", "describe_subnets")
        together(vpcs, subnets)
        yield passed("Both are known.")

    report = run([check("network/a", judge)], world)

    assert statuses(report) == {"network/a": "pass"}
    assert world.most_at_once == 2


def test_a_check_does_not_wait_for_another_ones_look():
    order: list[str] = []
    world = World(stuck=["describe_vpcs"])
    run(
        [check("network/slow", wants("describe_vpcs")), check("network/quick", judged_in(order, "quick"))],
        world,
        limits=Limits(run=10, check=0.2, judgement=5),
    )

    assert order == ["quick"]


@pytest.mark.parametrize(
    "finding",
    [
        failed("N01", "Broken."),
        unknown([Gap("host: nobody looked")], "Not seen."),
        pytest.param("raise", id="defect"),
    ],
    ids=lambda finding: getattr(finding, "status", finding),
)
def test_a_check_is_skipped_because_what_it_needs_does_not_hold(finding):
    def judge(case):
        if finding == "raise":
            raise KeyError("Zone")
        yield finding

    report = run([check("naming/a", judge), check("naming/b", needs=("naming/a",))])
    result = report.results[1]

    assert (result.status, result.because) == ("skipped", ["naming/a"])


def test_being_skipped_passes_on_to_those_that_need_the_skipped_one():
    report = run(
        [
            check("naming/a", lambda case: [failed("D01", "Broken.")]),
            check("naming/b", needs=("naming/a",)),
            check("naming/c", needs=("naming/b",)),
        ]
    )

    assert [(r.check, r.because) for r in report.results[1:]] == [
        ("naming/b", ["naming/a"]),
        ("naming/c", ["naming/b"]),
    ]
    assert report.root_causes[0].blocks == ["naming/b", "naming/c"]


@pytest.mark.parametrize("finding", [passed("Holds."), warned("O05", "Hm."), skipped("Does not apply.")])
def test_a_check_runs_when_what_it_needs_holds_or_does_not_apply(finding):
    report = run([check("naming/a", lambda case: [finding]), check("naming/b", needs=("naming/a",))])

    assert statuses(report)["naming/b"] == "pass"


def test_one_good_zone_of_three_is_enough_for_what_comes_after():
    zones = [
        failed("N05", "No.", subject="a"),
        passed("Yes.", subject="b"),
        failed("N05", "No.", subject="c"),
    ]
    report = run([check("endpoint/zones", lambda case: zones), check("invoke/a", needs=("endpoint/zones",))])

    assert [r.status for r in report.results] == ["fail", "pass", "fail", "pass"]


def test_a_need_that_the_user_left_out_is_no_obstacle():
    registry = Registry(
        [check("naming/a", lambda case: [failed("D01", "")]), check("naming/b", needs=("naming/a",))]
    )
    left = registry.select(skip=["naming/a"])

    assert [one.id for one in left] == ["naming/b"]
    assert statuses(Session(left, REQUEST, EMPTY, Sources()).run()) == {"naming/b": "pass"}


def test_results_stand_in_the_order_of_the_path_whatever_ended_first():
    world = World()
    report = run(
        [
            check("invoke/z", position=10),
            check("naming/y", wants("describe_vpcs"), position=20),
            check("naming/x", wants_group("sg-1"), position=10),
            check("cost/extra"),
        ],
        world,
    )

    assert [r.check for r in report.results] == ["naming/x", "naming/y", "invoke/z", "cost/extra"]


def test_needs_in_a_ring_are_told_with_the_ring():
    with pytest.raises(UsageError, match=r"ring: naming/. > naming/. > naming/."):
        Registry([check("naming/a", needs=("naming/b",)), check("naming/b", needs=("naming/a",))])
