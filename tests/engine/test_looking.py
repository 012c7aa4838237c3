"""How facts are fetched: each once, joined where AWS allows it, and told truly when they cannot be had."""

import threading

import pytest
from engine.kit import (
    ACCOUNT,
    REGION,
    Broken,
    Diary,
    Nobody,
    World,
    check,
    only,
    run,
    statuses,
    wants,
    wants_group,
)

from apidoctor.engine.events import LookedUp
from apidoctor.engine.runner import Limits
from apidoctor.engine.store import Store
from apidoctor.facts.looker import Answer, Seen
from apidoctor.model.facts import Undecided
from apidoctor.model.finding import failed, passed
from apidoctor.model.missing import Lookup, Probe
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Snapshot
from apidoctor.reasoning.scene.case import Sources, accounts

REFUSED = {"error": {"Code": "UnauthorizedOperation", "Message": "You are not authorized"}}


def test_each_fact_is_looked_up_once_though_many_checks_want_it():
    world = World()
    run([check(f"network/c{number}", wants("describe_vpcs")) for number in range(20)], world)

    assert world.looks == [Lookup("describe_vpcs", ACCOUNT, REGION)]


def test_narrowed_reads_of_one_list_are_one_call():
    world = World()
    names = [f"sg-{number}" for number in range(50)]
    report = run([check("network/groups", wants_group(*names))], world)

    assert statuses(report) == {"network/groups": "pass"}
    assert [set(look.values) for look in world.looks] == [set(names)]


def test_what_a_joined_read_brought_is_not_read_again_for_another_check():
    world = World()
    later = check("network/b", wants_group("sg-2"), needs=("network/a",))
    run([check("network/a", wants_group("sg-1", "sg-2")), later], world)

    assert len(world.looks) == 1


def test_a_narrowed_read_says_nothing_of_other_objects():
    world = World()
    first = check("network/a", wants_group("sg-1"))
    run([first, check("network/b", wants_group("sg-2"), needs=("network/a",))], world)

    assert [look.values for look in world.looks] == [("sg-1",), ("sg-2",)]


def test_an_object_that_is_not_in_the_answer_is_known_to_be_absent():
    world = World(answers={"describe_security_groups": {"SecurityGroups": []}})
    report = run([check("network/a", wants_group("sg-1"))], world)

    assert statuses(report) == {"network/a": "pass"}
    assert len(world.looks) == 1


def test_objects_are_asked_one_by_one_with_their_keys():
    world = World(answers={"get_role": {"Role": {}}})
    run([check("policy/a", wants("get_role", "app", "global"))], world)

    assert world.looks == [Lookup("get_role", ACCOUNT, "global", "app")]


def test_more_ids_than_one_filter_takes_are_still_all_asked_for():
    world = World()
    names = [f"sg-{number}" for number in range(230)]
    report = run([check("network/groups", wants_group(*names))], world)

    assert statuses(report) == {"network/groups": "pass"}
    assert {value for look in world.looks for value in look.values} == set(names)
    assert max(len(look.values) for look in world.looks) <= 200


def test_a_refusal_names_the_permission_and_is_not_asked_again():
    world = World(answers={"describe_network_acls": REFUSED})
    report = run([check(f"network/{n}", wants("describe_network_acls")) for n in "ab"], world)

    for result in report.results:
        assert result.status == "unknown"
        assert result.missing == [
            "permission: ec2:DescribeNetworkAcls (account 111111111111, us-east-1; UnauthorizedOperation)"
        ]
    assert len(world.looks) == 1
    assert report.exit_code == 3


def test_a_permission_of_api_gateway_is_named_with_its_resource():
    world = World(answers={"get_stages": {"error": {"Code": "AccessDeniedException", "Message": ""}}})
    result = only(run([check("api/a", wants("get_stages", "abc1234567"))], world), "api/a")

    assert "apigateway:GET on /restapis/abc1234567/stages" in result.missing[0]


def test_a_throttled_read_is_no_missing_permission():
    world = World(
        answers={"describe_vpcs": {"error": {"Code": "RequestLimitExceeded", "Message": "slow down"}}}
    )
    result = only(run([check("network/a", wants("describe_vpcs"))], world), "network/a")

    assert result.status == "unknown"
    assert result.missing == ["fact: describe_vpcs (account 111111111111, us-east-1; RequestLimitExceeded)"]


def test_a_refusal_of_more_does_not_wipe_out_what_was_seen():
    seen = {
        "describe_security_groups": {
            "SecurityGroups": [{"GroupId": "sg-1"}],
            "partial": True,
            "asked": {"GroupId": ["sg-1"]},
        }
    }
    snapshot = Snapshot(FORMAT, FORMAT_VERSION, "", {ACCOUNT: {REGION: seen}})
    world = World(answers={"describe_security_groups": REFUSED})
    report = run(
        [check("network/known", wants_group("sg-1")), check("network/refused", wants_group("sg-2"))],
        world,
        snapshot=snapshot,
    )

    assert statuses(report) == {"network/known": "pass", "network/refused": "unknown"}
    assert only(report, "network/refused").missing[0].startswith("permission: ec2:DescribeSecurityGroups")


def test_an_unknown_hides_no_certain_failure_elsewhere():
    world = World(answers={"describe_vpcs": REFUSED})
    report = run(
        [
            check("network/a", wants("describe_vpcs")),
            check("network/b", lambda case: [failed("N01", "Broken.")]),
        ],
        world,
    )

    assert (report.verdict, report.exit_code) == ("broken", 1)
    assert [cause.check for cause in report.root_causes] == ["network/b"]


def test_a_looker_with_a_defect_neither_hangs_nor_hides():
    report = run(
        [
            check("network/a", wants("describe_vpcs")),
            check("network/b", needs=("network/a",)),
            check("network/c"),
        ],
        Broken(),
        limits=Limits(run=300, check=300, judgement=5),
    )
    result = only(report, "network/a")

    assert statuses(report) == {"network/a": "error", "network/b": "skipped", "network/c": "pass"}
    assert "ZeroDivisionError: the looker is broken" in (result.traceback or "")
    assert result.summary == "A look-up has a defect: ZeroDivisionError: the looker is broken"
    assert report.exit_code == 70


def test_the_looks_that_ended_are_told_with_place_and_outcome():
    diary = Diary()
    world = World(answers={"describe_vpcs": REFUSED, "describe_subnets": {"Subnets": []}})
    checks = [check("network/a", wants("describe_vpcs")), check("network/b", wants("describe_subnets"))]
    run(checks, world, diary=diary)
    told = {event.what: (event.where, event.outcome) for event in diary.of(LookedUp)}

    assert told == {
        "describe_vpcs": ("111111111111/us-east-1", "UnauthorizedOperation"),
        "describe_subnets": ("111111111111/us-east-1", "ok"),
    }


def test_what_nobody_can_look_at_is_not_waited_for():
    def judge(case):
        raise_for = case.inventory.get(ACCOUNT, REGION, "describe_vpcs")
        yield passed(str(raise_for.value))

    report = run([check("network/a", judge)], limits=Limits(run=300, check=300, judgement=5))

    assert only(report, "network/a").missing == [
        "fact: describe_vpcs (account 111111111111, us-east-1); needs ec2:DescribeVpcs"
    ]


@pytest.mark.parametrize(
    ("sources", "kind", "summary"),
    [
        (Sources(aws=True), "tcp", "Not looked at: no probes from the caller's host."),
        (Sources(aws=True, probe=True), "http", "Not looked at: no test calls (left out)."),
    ],
)
def test_probes_that_were_not_asked_for_are_skipped_not_unknown(sources, kind, summary):
    def judge(case):
        raise Undecided([Probe(kind, name="https://x/", address="10.0.0.1", detail="unsigned")])

    result = only(run([check("invoke/a", judge), check("api/b")], sources=sources), "invoke/a")

    assert (result.status, result.summary, result.because) == ("skipped", summary, [])


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("none", "there are none"),
        ("expired", "they have expired"),
        # AWS may never have been asked: a profile that is not there, a role that cannot be assumed.
        ("invalid", "they cannot be used"),
    ],
)
def test_credentials_that_do_not_work_end_the_run_with_code_4(outcome, says):
    def judge(case):
        yield passed(str(accounts(case).value))

    report = run([check("api/a", judge)], Nobody(outcome))

    assert (report.exit_code, report.verdict, report.run.complete) == (4, "undecided", False)
    assert report.run.notes == [f"AWS credentials ({says})"]


def test_events_of_several_calls_in_one_log_group_stand_together():
    store = Store(Snapshot(FORMAT, FORMAT_VERSION))
    for name in ("r1", "r2"):
        body = {"events": [{"message": name}]}
        answer = Answer(ACCOUNT, REGION, "filter_log_events", "group", body, "message", (name,))
        store.add(Seen(answers=(answer,)))
    refused = Answer(ACCOUNT, REGION, "filter_log_events", "group", REFUSED, "message", ("r3",))
    store.add(Seen(answers=(refused,)))

    kept = store.accounts[ACCOUNT][REGION]["filter_log_events"]["group"]
    assert kept["events"] == [{"message": "r1"}, {"message": "r2"}]
    assert (kept["partial"], kept["asked"]) == (True, {"message": ["r1", "r2"]})


def test_no_thread_is_left_when_a_run_is_over():
    """The TUI runs again and again, and a test's process runs hundreds of times."""
    before = set(threading.enumerate())
    names = ("describe_vpcs", "describe_subnets", "describe_route_tables")
    report = run([check(f"network/{name}", wants(name)) for name in names], World())
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(10)

    assert set(statuses(report).values()) == {"pass"}
    assert [thread for thread in left if thread.is_alive()] == []
