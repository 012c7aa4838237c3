"""A world seen in parts, by two sides and a host that never met: merged, it is judged like the whole."""

import json
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from worlds.build import (
    ACL_E1,
    ADDRESSES,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENI_C,
    ENI_E1,
    GROUP_E,
    ON_PREM,
    TABLE_E,
    URL,
    VPC_E,
    World,
    entry,
    rule,
)
from worlds.changes import set_policy
from worlds.judge import EXIT, Verdict, arguments, judge, written
from worlds.layouts import caller_side, cross_account, on_prem, peered, same_vpc
from worlds.seen import dns, probed, refused, times_out, without
from worlds.test_observed import CASES

from apidoctor.cli.app import run

REFUSED = {"error": {"Code": "UnauthorizedOperation", "Message": "You are not authorized."}}
SEEN = [case for case in CASES.params if case.values[0].__name__ != "bare"][::2]
"""Half of the worlds: what merging does hangs on the layout, of which each is here several times."""


def parts(world: World) -> list[dict[str, Any]]:
    """The world's snapshot as a host without credentials and two readers of AWS bring it.

    Several accounts go to one reader each; of a single one, each reader may ask every other operation.
    """
    whole = world.snapshot()
    sides: list[dict[str, Any]] = [{}, {}]
    for number, (account, regions) in enumerate(sorted(whole["accounts"].items())):
        if len(whole["accounts"]) > 1:
            sides[number % 2][account] = regions
            continue
        for reader in (0, 1):
            sides[reader][account] = {
                region: {
                    name: answer if place % 2 == reader else REFUSED
                    for place, (name, answer) in enumerate(sorted(answers.items()))
                }
                for region, answers in regions.items()
            }
    return [{**whole, "accounts": {}}, *({**whole, "accounts": side, "observations": []} for side in sides)]


def command(*words: str) -> tuple[int, bytes, str]:
    """Run a command in this process."""
    raw, err = BytesIO(), StringIO()
    out = TextIOWrapper(raw, encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        code = run(words)
    out.flush()
    return code, raw.getvalue(), err.getvalue()


def merged(documents: list[dict[str, Any]], folder: Path) -> Path:
    """The parts, written and merged by the command."""
    code, _, err = command("merge", *written_all(documents, folder), "-o", str(folder / "merged.json"))
    assert (code, err) == (0, "")
    return folder / "merged.json"


def judge_file(world: World, file: Path) -> Verdict:
    """Ask the world's question of another file."""
    code, out, err = command(*arguments(world, file))
    assert out, err
    return Verdict(code, json.loads(out))


def told(said: Verdict) -> tuple[Any, ...]:
    """What a report says, without what the time of the run changes; evidence is numbered as it comes."""
    results = [
        (r["check"], r["status"], r["fault"], r["subject"], r["summary"]) for r in said.report["results"]
    ]
    evidence = sorted(json.dumps(each, sort_keys=True) for each in said.report["evidence"].values())
    return said.code, said.report["verdict"], said.faults, results, evidence, said.report["caller"]


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), SEEN)
def test_the_parts_of_a_world_are_judged_like_the_whole(layout, change, faults, verdict, tmp_path):
    world = layout()
    change(world)
    whole, joined = judge(world, tmp_path), judge_file(world, merged(parts(world), tmp_path))

    assert (joined.report["verdict"], joined.code, set(joined.faults)) == (verdict, EXIT[verdict], faults)
    assert told(joined) == told(whole)


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), SEEN)
def test_the_ages_beside_answers_change_nothing_in_the_judgement(layout, change, faults, verdict, tmp_path):
    world = layout()
    change(world)
    documents = parts(world)
    for document, taken in zip(documents, ("2026-11-22T10:42:07Z", "2026-11-22T10:10:07Z", ""), strict=True):
        document["taken_at"] = taken
    code, _, _ = command("merge", *written_all(documents, tmp_path), "-o", str(tmp_path / "merged.json"))
    whole, joined = judge(world, tmp_path), judge_file(world, tmp_path / "merged.json")

    assert code == 0
    assert told(joined)[:4] == told(whole)[:4]


def written_all(documents: list[dict[str, Any]], folder: Path) -> list[str]:
    """The parts as files."""
    files = [folder / f"part{number}.json" for number in range(len(documents))]
    for file, document in zip(files, documents, strict=True):
        file.write_text(json.dumps(document))
    return [str(file) for file in files]


def no_way_back() -> World:
    """Three accounts, no route back to the caller."""
    world = cross_account()
    world[TABLE_E]["Routes"].pop()
    times_out(probed(world))
    return world


def one_acl() -> World:
    """One account, a network ACL that denies."""
    world = peered()
    world[ACL_E1]["Entries"].append(entry(90, "deny", egress=False))
    times_out(probed(world), ADDRESSES[ENI_E1])
    return world


@pytest.mark.parametrize("build", [no_way_back, one_acl])
def test_the_order_of_the_parts_does_not_change_the_report(build, tmp_path):
    world = build()
    reports = [told(judge_file(world, merged(list(order), tmp_path))) for order in permutations(parts(world))]

    assert len(reports) == 6
    assert all(report == reports[0] for report in reports)


def test_no_part_alone_is_enough(tmp_path):
    world = no_way_back()
    file = tmp_path / "part.json"
    found = []
    for part in parts(world):
        file.write_text(json.dumps(part))
        found.append(judge_file(world, file).faults == ["N07"])

    assert found == [False, False, False]


def test_narrowed_lists_of_two_runs_are_judged_like_the_whole(tmp_path):
    """Live runs ask for objects by id: two of them see different halves of a list."""
    world = on_prem()
    world[GROUP_E]["IpPermissions"] = []
    whole = judge(world, tmp_path)
    documents = [json.loads(json.dumps(world.snapshot())) for _ in range(2)]
    for half, document in enumerate(documents):
        for regions in document["accounts"].values():
            for answers in regions.values():
                for name, member, field in [
                    ("describe_subnets", "Subnets", "SubnetId"),
                    ("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
                ]:
                    if name in answers:
                        kept = answers[name][member][half::2]
                        asked = {field: [item[field] for item in kept], "VpcId": []}
                        answers[name] = {member: kept, "partial": True, "asked": asked}
    joined = judge_file(world, merged(documents, tmp_path))

    assert whole.faults == joined.faults == ["N01"]
    assert whole.code == joined.code == 1


# A host in the data centre, and a jump host in the cloud that has observations as well.


def two_hosts(tmp_path: Path, first: str = "prem") -> tuple[World, Path]:
    """The data centre's resolver does not forward; a jump host inside sees a healthy path."""
    inside, outside = on_prem(), on_prem()
    for world in (inside, outside):
        world.target, world.options = URL, []
    caller_side(inside, API_ACCOUNT, VPC_E, "10.1.8.0/24", TABLE_E)
    inside[GROUP_E]["IpPermissions"].append(rule("10.1.0.0/16"))
    probed(inside)
    probed(outside)
    without(outside, "dns", "tcp", "tls", "http")
    outside.observations.append(dns(DEFAULT_NAME, "answer", "3.218.10.11", "52.20.30.41"))
    prem = outside.snapshot() | {"accounts": {}, "asked": {"target": URL, "options": {"as_": "anonymous"}}}
    for seen in prem["observations"]:
        seen.update(vantage="dc-1", at="2026-11-22T10:00:00Z")
    cloud = inside.snapshot() | {"asked": {"target": URL, "options": {"as_": "anonymous"}}}
    inputs = [prem, cloud] if first == "prem" else [cloud, prem]
    return inside, merged(inputs, tmp_path)


def report(file: Path, *words: str) -> dict[str, Any]:
    """The report on a file, asked as a user asks."""
    _, out, err = command("check", "--snapshot", str(file), "--json", *words)
    assert out, err
    return json.loads(out)


def test_the_first_input_decides_from_where_the_call_is_judged(tmp_path):
    said = report(two_hosts(tmp_path)[1])

    assert said["caller"]["from"] == "local"
    assert [cause["fault"] for cause in said["root_causes"]] == ["D03"]
    assert said["run"]["notes"] == [
        "2 hosts looked: dc-1, app-1; the call is judged from dc-1, --from NAME chooses another"
    ]


def test_in_the_other_order_it_is_the_other_host(tmp_path):
    said = report(two_hosts(tmp_path, first="cloud")[1])

    assert said["verdict"] == "healthy"
    assert "judged from app-1" in said["run"]["notes"][0]


@pytest.mark.parametrize(("name", "faults"), [("dc-1", ["D03"]), ("app-1", [])])
@pytest.mark.parametrize("first", ["prem", "cloud"])
def test_a_host_of_the_snapshot_is_chosen_by_its_name(name, faults, first, tmp_path):
    said = report(two_hosts(tmp_path, first)[1], "--from", name)

    assert said["caller"]["from"] == name
    assert [cause["fault"] for cause in said["root_causes"]] == faults
    assert said["run"]["notes"] == []


def test_a_host_is_chosen_by_its_address_too(tmp_path):
    said = report(two_hosts(tmp_path)[1], "--from", f"ip:{ON_PREM}")

    assert [cause["fault"] for cause in said["root_causes"]] == ["D03"]


def test_a_name_that_no_host_has_is_wrong_usage_and_the_hosts_are_named(tmp_path):
    code, out, err = command("check", "--snapshot", str(two_hosts(tmp_path)[1]), "--from", "dc-2", "-q")

    assert (code, out) == (2, b"")
    assert "a host of the snapshot: dc-1, app-1" in err


def test_a_host_whose_name_looks_like_an_instance_can_be_chosen(tmp_path):
    """EC2 names hosts by their instance: i-….ec2.internal."""
    world = probed(same_vpc())
    world[ENI_C]["Attachment"] = {"InstanceId": "i-0c000000000000000"}
    document = world.snapshot() | {"asked": {"target": URL, "options": {"as_": "anonymous"}}}
    for seen in document["observations"]:
        seen["vantage"] = "i-0c000000000000000.ec2.internal"
    file = tmp_path / "one.json"
    file.write_text(json.dumps(document))

    assert report(file, "--from", "i-0c000000000000000.ec2.internal")["verdict"] == "healthy"
    assert report(file, "--from", "i-0c000000000000000")["verdict"] == "healthy"


def test_what_another_host_saw_is_never_taken_for_the_callers(tmp_path):
    """The jump host's 403 says nothing of the call from the data centre."""
    inside, outside = probed(same_vpc()), probed(on_prem())
    set_policy(inside)
    refused(inside, "AccessDeniedException", '{"Message":"User: anonymous is not authorized"}')
    prem = outside.snapshot()
    for seen in prem["observations"]:
        seen["vantage"] = "dc-1"
    jump = inside.snapshot() | {"accounts": {}}

    assert judge_file(outside, merged([prem, jump], tmp_path)).report["verdict"] == "healthy"


def test_evidence_tells_how_old_an_answer_of_an_older_part_is(tmp_path):
    world = no_way_back()
    probe, one, other = parts(world)
    one["taken_at"], other["taken_at"], probe["taken_at"] = (f"2026-11-22T10:{m}:07Z" for m in (10, 20, 42))
    said = judge_file(world, merged([probe, one, other], tmp_path))
    times = {
        (each["account"], each["at"])
        for each in said.report["evidence"].values()
        if each["source"].startswith("ec2.")
    }

    assert said.faults == ["N07"]
    assert times == {
        (account, "2026-11-22T10:20:07Z" if account in other["accounts"] else "2026-11-22T10:10:07Z")
        for account, _ in times
    }


def test_the_whole_world_merged_with_itself_is_judged_the_same(tmp_path):
    world = no_way_back()
    whole = judge(world, tmp_path)
    document = json.loads(written(world, tmp_path).read_text())

    assert told(judge_file(world, merged([document, document], tmp_path))) == told(whole)
