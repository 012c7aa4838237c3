"""``apidoctor merge``: what it reads, writes and says, and that nothing is written when it fails."""

import gzip
import json
import os
import stat
import subprocess
import sys

import pytest
from cli.command import SOON, apidoctor, clean, lines

REGION = "us-east-1"
A, B = "111111111111", "222222222222"


@pytest.fixture
def env(home):
    """A host without AWS settings, and a terminal of a fixed width."""
    return clean(home) | {"COLUMNS": "100"}


@pytest.fixture
def inputs(healthy, tmp_path):
    """A healthy path of the lab, as a probe's observations and an inventory."""
    whole = json.loads(healthy.read_text())
    probe = tmp_path / "probe.json"
    probe.write_text(json.dumps({**whole, "accounts": {}}))
    cloud = tmp_path / "cloud.json.gz"
    cloud.write_bytes(gzip.compress(json.dumps({**whole, "observations": [], "asked": None}).encode()))
    return probe, cloud, whole


def document(answers, account=A, **more):
    """A snapshot of one account and Region."""
    accounts = {account: {REGION: answers}}
    return {"format": "apidoctor.snapshot", "format_version": "1.0", "accounts": accounts} | more


def write(path, value):
    """Write a value as JSON; return the name."""
    path.write_text(json.dumps(value))
    return str(path)


def test_a_probe_and_an_inventory_are_judged_like_the_run_they_came_from(inputs, env, tmp_path):
    probe, cloud, whole = inputs
    merged = tmp_path / "both.json"
    done = apidoctor("merge", str(probe), str(cloud), "-o", str(merged), env=env)
    said = apidoctor("check", "--snapshot", str(merged), "--json", "-q", env=env)

    assert (done.returncode, done.stderr) == (0, "")
    written = json.loads(merged.read_text())
    assert {key: written[key] for key in ("accounts", "asked", "taken_at")} == {
        key: whole[key] for key in ("accounts", "asked", "taken_at")
    }
    assert len(written["observations"]) == len(whole["observations"])
    assert (said.returncode, json.loads(said.stdout)["verdict"]) == (0, "healthy")


def test_one_line_tells_of_each_input_and_one_of_the_result_and_what_to_type_next(env, tmp_path):
    groups = {"SecurityGroups": [{"GroupId": "sg-1"}]}
    refused = {"error": {"Code": "UnauthorizedOperation", "Message": "no"}}
    seen = [
        {
            "kind": "tcp",
            "vantage": "dc-1",
            "at": "2026-11-22T10:00:00Z",
            "address": "10.1.4.21",
            "outcome": "timeout",
        }
    ]
    one = write(
        tmp_path / "one.json", document({"describe_security_groups": groups, "describe_vpcs": refused})
    )
    other = write(tmp_path / "other.json", document({}, B) | {"accounts": {}, "observations": seen})
    done = apidoctor("merge", one, other, "-o", str(tmp_path / "a b.json"), env=env)

    assert done.stdout.splitlines() == [
        f"{one}: 1 account ({A}) in us-east-1, 2 operations, 1 refused",
        f"{other}: 1 observation of 1 host (dc-1)",
        f"{tmp_path}/a b.json: 1 account ({A}) in us-east-1, 2 operations, 1 refused, 1 observation of 1 host (dc-1); "
        f"judge it with apidoctor check --snapshot '{tmp_path}/a b.json' TARGET",
    ]


def test_the_result_is_merged_json_in_this_folder_for_its_owner_only(inputs, env, tmp_path):
    command = [sys.executable, "-m", "apidoctor", "merge", str(inputs[0]), str(inputs[1])]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, timeout=SOON, check=False)

    assert done.returncode == 0
    assert stat.S_IMODE((tmp_path / "merged.json").stat().st_mode) == 0o600


def test_a_result_that_ends_in_gz_is_compressed_and_can_be_merged_again(inputs, env, tmp_path):
    first, second = str(tmp_path / "first.json.gz"), str(tmp_path / "second.json.gz")
    apidoctor("merge", str(inputs[0]), str(inputs[1]), "-o", first, env=env)
    done = apidoctor("merge", first, str(inputs[0]), "-o", second, env=env)

    assert done.returncode == 0
    assert gzip.decompress(open(first, "rb").read()) == gzip.decompress(open(second, "rb").read())  # noqa: SIM115


def test_an_input_may_be_the_result(inputs, env, tmp_path):
    probe, cloud, whole = inputs
    done = apidoctor("merge", str(probe), str(cloud), "--save-snapshot", str(probe), env=env)

    assert done.returncode == 0
    assert json.loads(probe.read_text())["accounts"] == whole["accounts"]


@pytest.mark.parametrize("packed", [False, True])
def test_an_input_may_come_from_standard_input(packed, inputs, env, tmp_path):
    probe, cloud, whole = inputs
    data = cloud.read_bytes() if packed else gzip.decompress(cloud.read_bytes())
    command = [sys.executable, "-m", "apidoctor", "merge", str(probe), "-", "-o", str(tmp_path / "both.json")]
    done = subprocess.run(command, env=env, input=data, capture_output=True, timeout=SOON, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads((tmp_path / "both.json").read_text())["accounts"] == whole["accounts"]


def test_folders_of_answers_are_merged_and_notes_name_the_input(env, tmp_path):
    for account, group in ((A, "sg-1"), (B, "sg-2")):
        folder = tmp_path / f"dump-{account}" / account / REGION
        folder.mkdir(parents=True)
        write(folder / "describe-security-groups.json", {"SecurityGroups": [{"GroupId": group}]})
        (folder / "describe-vpcs.json").write_text("")
    names = [str(tmp_path / f"dump-{account}") for account in (A, B)]
    done = apidoctor("merge", *names, "-o", str(tmp_path / "both.json"), env=env)

    assert done.returncode == 0
    assert set(json.loads((tmp_path / "both.json").read_text())["accounts"]) == {A, B}
    assert [line.split(": ")[1] for line in lines(done.stderr)] == names


def test_two_inputs_that_do_not_fit_are_told_on_standard_error(env, tmp_path):
    one = write(tmp_path / "one.json", document({"get_account": {"a": 1}}, taken_at="2026-11-22T10:00:00Z"))
    other = write(
        tmp_path / "other.json", document({"get_account": {"a": 2}}, taken_at="2026-11-20T10:00:00Z")
    )
    done = apidoctor("merge", one, other, "-o", str(tmp_path / "both.json"), env=env)

    assert lines(done.stderr) == [
        f"apidoctor: {other} is 2 d 0 h older than the newest input: what has changed since is not in it",
        f"apidoctor: 1 answer was different in two inputs: {A} {REGION} get_account; "
        "what is newer counts, of the same age what either shows",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "not a JSON snapshot"),
        (b'{"a": 1}', "not a snapshot"),
        (b'{"format": "apidoctor.snapshot", "format_version": "2.0"}', "this apidoctor reads 1.x"),
        (
            b'{"format": "apidoctor.snapshot", "format_version": "1.0"}',
            "holds no AWS answers and no observations",
        ),
        (
            b'{"format": "apidoctor.snapshot", "format_version": "1.0", "accounts": {"1": []}}',
            "is not an object",
        ),
        (b"\x1f\x8b broken", "broken gzip file"),
        (b"\xff\xfe\x00\xd8", "not a JSON snapshot"),
        (None, "No such file"),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_what_is_no_snapshot_is_one_line_and_code_4_and_nothing_is_written(
    content, says, place, inputs, env, tmp_path
):
    bad, result = tmp_path / "bad.json", tmp_path / "both.json"
    if content is not None:
        bad.write_bytes(content)
    names = [str(inputs[0])]
    names.insert(place, str(bad))
    done = apidoctor("merge", *names, "-o", str(result), env=env)

    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (4, "", 1)
    assert says in done.stderr
    assert "bad.json" in done.stderr
    assert not result.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "nothing to merge"),
        (["-", "-"], "only once"),
        (["{probe}", "-o", "{folder}/no/such/both.json"], "there is no folder"),
        (["{probe}", "-o", "{folder}"], "is there and is no file"),
        (["{probe}", "-o", "{fifo}"], "is there and is no file"),
        (["{probe}", "--no-such-option"], "No such option"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(words, says, inputs, env, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    places = {"probe": inputs[0], "folder": tmp_path, "fifo": tmp_path / "fifo"}
    before = set(tmp_path.iterdir())
    done = apidoctor("merge", *(word.format(**places) for word in words), env=env)

    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (2, "", 1)
    assert says in done.stderr
    assert set(tmp_path.iterdir()) == before
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


def test_a_place_that_cannot_be_written_is_code_2_and_what_is_there_stays(inputs, env, tmp_path):
    """A file system that takes no file of this name: nothing is left behind."""
    name = "x" * 252 + ".gz"
    done = apidoctor("merge", str(inputs[0]), "-o", str(tmp_path / name), env=env)

    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (2, "", 1)
    assert {path.name for path in tmp_path.iterdir()} == {"probe.json", "cloud.json.gz"}


def test_a_members_own_text_cannot_move_the_cursor(env, tmp_path):
    account = "1\x1b[2J\u202e"
    one = write(tmp_path / "one.json", document({"get_account": {"a": 1}}, account))
    other = write(tmp_path / "other.json", document({"get_account": {"a": 2}}, account))
    done = apidoctor("merge", one, other, "-o", str(tmp_path / "both.json"), env=env)

    assert done.returncode == 0
    assert not {"\x1b", "\u202e"} & set(done.stdout + done.stderr)


def test_members_of_answers_of_a_later_minor_version_are_kept(env, tmp_path):
    answers = {"describe_vpcs": {"Vpcs": [], "later": {"x": 1}}, "get_new": {"k": {"y": 2}}}
    later = write(tmp_path / "later.json", document(answers) | {"format_version": "1.7"})
    other = write(tmp_path / "other.json", document({"get_account": {"a": 1}}, B))
    apidoctor("merge", other, later, "-o", str(tmp_path / "both.json"), env=env)
    merged = json.loads((tmp_path / "both.json").read_text())

    assert merged["format_version"] == "1.7"
    assert merged["accounts"][A][REGION] == answers


def test_the_help_names_both_ways_to_use_it(env):
    done = apidoctor("merge", "--help", env=env)

    assert done.returncode == 0
    assert "apidoctor merge probe.json cloud.json -o both.json" in done.stdout
    assert "--save-snapshot" in done.stdout
