"""Bad input ends in one clear line, the exit code of the contract, and soon."""

import gzip
import json
import time

import pytest
from worlds.build import DEFAULT_NAME, GROUP_E, URL
from worlds.judge import apidoctor, arguments, written
from worlds.layouts import same_vpc

SOON = 20.0
"""Seconds; a small run takes half of one, a reader without bounds takes minutes or the machine's memory."""


def assert_one_line(done, code: int) -> None:
    """The exit code, nothing on standard output, one line on standard error, no traceback."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert code == done.returncode, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert 1 <= len(lines) <= 3, done.stderr
    assert all(len(line) < 500 for line in lines)


@pytest.mark.parametrize(
    "words",
    [
        ["http://[::1"],
        ["https://"],
        ["ftp://" + DEFAULT_NAME + "/prod"],
        [""],
        ["abc 1234567"],
        [URL, "--no-such-option"],
        [URL, "--from", "moon"],
        [URL, "--as", "arn:aws:iam::1:nobody"],
        [URL, "-o", "papyrus"],
        [URL, "-H", "no colon"],
        [URL, "--expect", "miracle"],
        [URL, "--timeout", "-1"],
        [URL, "--via", "not an endpoint"],
        [],
    ],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_wrong_usage_is_exit_2(words, tmp_path):
    file = written(same_vpc(), tmp_path)

    assert_one_line(apidoctor("check", "--snapshot", str(file), "-q", *words, timeout=SOON), 2)


GOOD = json.dumps(same_vpc().snapshot())
DEEP = "[" * 10_000 + "]" * 10_000
BROKEN = {
    "not JSON": b"what?",
    "empty file": b"",
    "truncated": GOOD[: len(GOOD) // 2].encode(),
    "binary": bytes(range(256)) * 8,
    "not UTF-8": GOOD.encode("cp500"),
    "a list": b"[]",
    "a number": b"17",
    "another format": json.dumps(json.loads(GOOD) | {"format": "somebody.else"}).encode(),
    "no format": json.dumps({"accounts": {}, "observations": []}).encode(),
    "unknown major version": json.dumps(json.loads(GOOD) | {"format_version": "2.0"}).encode(),
    "accounts is a list": json.dumps(json.loads(GOOD) | {"accounts": []}).encode(),
    "10 000 deep list": DEEP.encode(),
    "10 000 deep answer": GOOD.replace('"Tags": []', '"Tags": ' + DEEP, 1).encode(),
    "a number with a million digits": GOOD.replace("443", "4" * 1_000_000, 1).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_an_unreadable_snapshot_is_exit_4(name, tmp_path):
    file = tmp_path / "bad.json"
    file.write_bytes(BROKEN[name])

    assert_one_line(apidoctor("check", "--snapshot", str(file), "-q", URL, timeout=SOON), 4)


def test_a_snapshot_that_is_not_there_is_exit_4(tmp_path):
    assert_one_line(apidoctor("check", "--snapshot", str(tmp_path / "none.json"), "-q", URL), 4)


def test_a_folder_without_answers_is_exit_4(tmp_path):
    assert_one_line(apidoctor("check", "--snapshot", str(tmp_path), "-q", URL), 4)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "huge.json"
    with file.open("wb") as sparse:
        sparse.truncate(600 * 2**20)

    before = time.monotonic()
    done = apidoctor("check", "--snapshot", str(file), "-q", URL, timeout=SOON)

    assert_one_line(done, 4)
    assert time.monotonic() - before < SOON


def test_a_file_that_unpacks_to_a_gigabyte_is_refused(tmp_path):
    file = tmp_path / "bomb.json.gz"
    with gzip.open(file, "wb", compresslevel=1) as packed:
        for _ in range(1024):
            packed.write(b" " * 2**20)

    assert_one_line(apidoctor("check", "--snapshot", str(file), "-q", URL, timeout=SOON), 4)


def test_a_device_without_end_is_refused():
    assert_one_line(apidoctor("check", "--snapshot", "/dev/zero", "-q", URL, timeout=SOON), 4)


def test_a_snapshot_of_nothing_decides_nothing(tmp_path):
    file = tmp_path / "nothing.json"
    head = {"format": "apidoctor.snapshot", "format_version": "1.0", "taken_at": "2026-11-22T10:42:07Z"}
    file.write_text(json.dumps(head | {"accounts": {}, "observations": []}))

    assert_one_line(apidoctor("check", "--snapshot", str(file), "-q", URL), 4)


def test_a_selection_that_matches_no_check_is_exit_5(tmp_path):
    file = written(same_vpc(), tmp_path)

    assert_one_line(apidoctor("check", "--snapshot", str(file), "-q", "--only", "nothing/*", URL), 5)


def test_a_newer_minor_version_with_unknown_fields_is_read(tmp_path):
    file = tmp_path / "newer.json"
    newer = json.loads(GOOD) | {"format_version": "1.99", "something_new": {"a": 1}}
    newer["observations"] = [{"kind": "magic", "at": "2026-11-22T10:42:06Z", "vantage": "app-1", "wand": 7}]
    newer["accounts"]["111111111111"]["us-east-1"]["describe_something_new"] = {"Things": []}
    file.write_text(json.dumps(newer))

    done = apidoctor(*arguments(same_vpc(), file))

    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "healthy"), done.stderr


def test_a_packed_snapshot_is_read(tmp_path):
    file = tmp_path / "world.json.gz"
    file.write_bytes(gzip.compress(GOOD.encode()))

    assert apidoctor(*arguments(same_vpc(), file)).returncode == 0


def test_a_folder_of_aws_answers_is_read(tmp_path):
    """One file per operation, as `aws … describe-…` prints it."""
    for account, regions in same_vpc().accounts.items():
        for region, answers in regions.items():
            for operation, answer in answers.items():
                file = tmp_path / account / region / f"{operation}.json"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(answer))

    done = apidoctor(*arguments(same_vpc(), tmp_path))

    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "healthy"), done.stderr


OPTIONS = [
    ("healthy", [], 0),
    ("healthy", ["--expect", "reachable"], 0),
    ("healthy", ["--expect", "denied"], 1),
    ("broken", [], 1),
    ("broken", ["--exit-zero"], 0),
    ("broken", ["--expect", "denied"], 0),
    ("broken", ["--fail-on", "N01"], 1),
    ("broken", ["--fail-on", "A01"], 0),
    ("undecided", [], 3),
    ("undecided", ["--allow-unknown"], 0),
    ("undecided", ["--expect", "reachable"], 3),
]


@pytest.mark.parametrize(("state", "words", "code"), OPTIONS, ids=lambda value: str(value))
def test_the_exit_code_follows_verdict_and_options(state, words, code, tmp_path):
    world = same_vpc()
    if state == "broken":
        world[GROUP_E]["IpPermissions"] = []
    elif state == "undecided":
        del world.answers("111111111111")["describe_security_groups"]

    done = apidoctor(*arguments(world, written(world, tmp_path)), *words)

    assert (code, state) == (done.returncode, json.loads(done.stdout)["verdict"]), done.stderr
