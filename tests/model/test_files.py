"""Snapshots on disk: whatever a file or folder holds, it is read within bounds or refused in one line that says why."""

import gzip
import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from apidoctor.errors import NothingToJudge
from apidoctor.facts import files
from apidoctor.facts.files import read_snapshot, write_snapshot
from apidoctor.model.observation import TcpSeen
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Asked, Snapshot

A, REGION = "111111111111", "us-east-1"
GOOD = Snapshot(
    FORMAT,
    FORMAT_VERSION,
    "2026-11-22T10:42:07Z",
    {
        A: {
            REGION: {"describe_vpcs": {"Vpcs": [{"VpcId": "vpc-1"}]}},
            "global": {"get_role": {"app": {"Role": {}}}},
        }
    },
    [TcpSeen(address="10.0.0.1", outcome="connected")],
    Asked("abc1234567", {"from_": "eni-1"}),
)
TEXT = msgspec.json.encode(GOOD)


def refusal(path: Path) -> str:
    """The line with which a path is refused."""
    with pytest.raises(NothingToJudge) as caught:
        read_snapshot(path)
    line = str(caught.value)
    assert "\n" not in line
    assert str(path) in line
    assert len(line) < 400
    return line


def written(folder: Path, data: bytes, name: str = "snapshot.json") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("name", ["snapshot.json", "snapshot.json.gz", "no-suffix"])
def test_what_is_written_is_read_again(name, tmp_path):
    write_snapshot(GOOD, tmp_path / name)

    assert read_snapshot(tmp_path / name) == (GOOD, [])


def test_a_compressed_file_is_known_by_its_bytes_not_by_its_name(tmp_path):
    assert read_snapshot(written(tmp_path, gzip.compress(TEXT, mtime=0)))[0] == GOOD


def test_writing_the_same_snapshot_twice_gives_the_same_bytes(tmp_path):
    for name in ("a.json.gz", "b.json.gz"):
        write_snapshot(GOOD, tmp_path / name)

    assert (tmp_path / "a.json.gz").read_bytes() == (tmp_path / "b.json.gz").read_bytes()


def test_a_snapshot_is_readable_for_its_owner_only(tmp_path):
    write_snapshot(GOOD, tmp_path / "snapshot.json")

    assert stat.S_IMODE((tmp_path / "snapshot.json").stat().st_mode) == 0o600


def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    old = written(tmp_path, b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_snapshot(GOOD, old)

    assert old.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.json"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not a JSON snapshot"),
        (b"what is this?", "not a JSON snapshot"),
        (TEXT[: len(TEXT) // 2], "cut off? copy it again"),
        (TEXT + b"}", "not a JSON snapshot"),
        (b"\xff\xfe{}", "not a JSON snapshot"),
        (TEXT.replace(b"vpc-1", b"\xff\xff"), "not a JSON snapshot"),
        (b"[]", 'no "format"'),
        (b"17", 'no "format"'),
        (b"null", 'no "format"'),
        (b'{"format": "apidoctor.report", "format_version": "1.0"}', 'no "format": "apidoctor.snapshot"'),
        (b'{"format": "apidoctor.snapshot"}', "without a version"),
        (b'{"format": "apidoctor.snapshot", "format_version": "2.0"}', "snapshot format 2.0"),
        (b'{"format": "apidoctor.snapshot", "format_version": [1]}', "snapshot format"),
        (b'{"format": "apidoctor.snapshot", "format_version": "1.0", "accounts": [1]}', "accounts is not an object"),
        (b'{"format": "apidoctor.snapshot", "format_version": "1.0", "accounts": {"1": 5}}', "accounts.1"),
        (b'{"format": "apidoctor.snapshot", "format_version": "1.0", "accounts": {"1": {"r": []}}}', "accounts.1.r"),
        (b"[" * 10_000 + b"]" * 10_000, "deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "deep"),
        (TEXT.replace(b"[{", b"[" * 100 + b"{", 1).replace(b"}]", b"}" + b"]" * 100, 1), "more than 64 deep"),
        (gzip.compress(TEXT, mtime=0)[:-12], "broken gzip"),
        (gzip.compress(TEXT, mtime=0)[:12] + b"\xff" * 40, "broken gzip"),
        (b"\x1f\x8b" + b"nonsense", "broken gzip"),
        (gzip.compress(bytes(1 << 20), mtime=0) * 300, "unpacks to more than"),
        (gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0), "not a JSON snapshot"),
    ],
    ids=lambda value: "file" if isinstance(value, bytes) else value,
)  # fmt: skip
def test_a_file_that_is_no_snapshot_is_refused_in_one_line(data, told, tmp_path):
    assert told in refusal(written(tmp_path, data))


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "huge.json"
    with file.open("wb") as stream:
        stream.truncate(600 << 20)

    assert "600 MiB, more than the 512 MiB" in refusal(file)


def test_a_bomb_is_never_unpacked_whole(tmp_path):
    bomb = written(tmp_path, gzip.compress(bytes(16 << 20), 9, mtime=0) * 128)  # 2 GiB in 2 MiB
    program = (
        "import resource, sys; from pathlib import Path; from apidoctor.facts.files import read_snapshot\n"
        "resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20))\n"
        "try: read_snapshot(Path(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    command = [sys.executable, "-c", program, str(bomb)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stdout == "NothingToJudge\n", done.stderr


def test_what_cannot_be_opened_is_told_with_the_systems_words(tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        loop = tmp_path / "loop"
        loop.symlink_to(loop)

        assert "No such file or directory" in refusal(tmp_path / "gone.json")
        assert "Not a directory" in refusal(written(tmp_path, TEXT) / "inner")
        assert "No such device or address" in refusal(tmp_path / "socket")
        assert "Too many levels of symbolic links" in refusal(loop)


@pytest.fixture
def nobody():
    """Become somebody who may not read everything, if this is the superuser."""
    who = os.geteuid()
    if who == 0:
        os.seteuid(65534)
    yield
    os.seteuid(who)


def test_a_file_without_permission_is_told(tmp_path, request):
    file = written(tmp_path, TEXT)
    file.chmod(0)
    request.getfixturevalue("nobody")

    assert "Permission denied" in refusal(file)


def test_observations_that_are_not_understood_are_noted(tmp_path):
    document = json.loads(TEXT)
    document["observations"] += [{"kind": "teleport"}, 5]
    snapshot, notes = read_snapshot(written(tmp_path, json.dumps(document).encode()))

    assert snapshot.observations == GOOD.observations
    assert [note.partition(" was")[0] for note in notes] == ["observation 1", "observation 2"]


@pytest.mark.parametrize("asked", [5, "abc", {"target": 5}, {"options": {}}])
def test_a_question_that_is_not_understood_is_noted(asked, tmp_path):
    document = json.loads(TEXT) | {"asked": asked}
    snapshot, notes = read_snapshot(written(tmp_path, json.dumps(document).encode()))

    assert snapshot.asked is None
    assert notes[0].startswith("the recorded question was set aside")


def test_a_later_minor_version_is_read(tmp_path):
    document = json.loads(TEXT) | {"format_version": "1.9", "weather": "fine"}

    assert read_snapshot(written(tmp_path, json.dumps(document).encode()))[0].accounts == GOOD.accounts


class TestFolders:
    """One file per operation, as the AWS CLI prints it."""

    def folder(self, root: Path, **answers: object) -> Path:
        for name, answer in answers.items():
            path = root / A / REGION / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
        return root

    def test_operations_are_named_by_their_files_with_hyphens_or_without(self, tmp_path):
        files_ = {
            "describe-vpcs.json": {"Vpcs": []},
            "describe_subnets.json": {"Subnets": []},
            "apigatewayv2.get-vpc-links.json": {"Items": []},
        }
        snapshot, notes = read_snapshot(self.folder(tmp_path, **files_))

        assert notes == []
        assert set(snapshot.accounts[A][REGION]) == {
            "describe_vpcs",
            "describe_subnets",
            "apigatewayv2.get_vpc_links",
        }

    def test_files_may_be_compressed(self, tmp_path):
        snapshot, _ = read_snapshot(
            self.folder(tmp_path, **{"describe-vpcs.json.gz": gzip.compress(b'{"Vpcs": []}', mtime=0)})
        )

        assert snapshot.accounts == {A: {REGION: {"describe_vpcs": {"Vpcs": []}}}}

    def test_observations_may_lie_beside_the_accounts(self, tmp_path):
        (tmp_path / "observations.json").write_text(
            '[{"kind": "tcp", "address": "10.0.0.1", "outcome": "timeout"}]'
        )

        assert read_snapshot(tmp_path)[0].observations == [TcpSeen(address="10.0.0.1", outcome="timeout")]

    def test_a_folder_without_answers_is_none(self, tmp_path):
        (tmp_path / "README.md").write_text("nothing here")

        assert "holds no <account>/<region>/<operation>.json" in refusal(tmp_path)

    def test_a_broken_file_is_named(self, tmp_path):
        folder = self.folder(tmp_path, **{"describe-vpcs.json": b"{"})
        with pytest.raises(NothingToJudge, match=r"describe-vpcs\.json: not a JSON snapshot"):
            read_snapshot(folder)

    def test_a_folder_that_is_named_like_a_file_is_told(self, tmp_path):
        (tmp_path / A / REGION / "describe-vpcs.json").mkdir(parents=True)

        assert "Is a directory" in refusal(tmp_path)

    def test_too_many_files_are_no_snapshot(self, tmp_path, monkeypatch):
        monkeypatch.setattr(files, "MAX_FILES", 2)
        names = {f"describe-{number}.json": {} for number in range(3)}

        assert "more than 2 files" in refusal(self.folder(tmp_path, **names))
