"""``apidoctor matrix`` in worlds of the lab and on the snapshots that it saved: the same matrix, no secret in it."""

import json
import os
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jsonschema
import pytest
from cli.command import apidoctor, lines
from click.testing import CliRunner
from facts.servers import Authority, serving

from apidoctor.cli.matrix import matrix_command
from apidoctor.lab import Lab
from apidoctor.schemas import load

CANARY = "k3y-canary-0123456789"
THROUGH = {"endpoint-host", "endpoint-id-header", "endpoint-zonal"}


def run(lab: Lab, *words: str, environment: dict[str, str] | None = None) -> Any:
    """Run the command in this process as on the caller's host.

    Where that is, is said: on a host under load the metadata service may answer too late to tell.
    """
    here = ["--from", lab.world.instance.interface] if lab.world.instance else []
    line = [lab.target, *lab.arguments, *here, *words]
    with patch.dict(os.environ, environment or lab.environment, clear=True):
        done = CliRunner().invoke(matrix_command, line, standalone_mode=False)
    assert done.exception is None, done.exception
    return done


def told(done: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(found, load("matrix"))
    return found


def replayed(file: Path, *words: str) -> Any:
    done = CliRunner().invoke(matrix_command, ["--snapshot", str(file), *words], standalone_mode=False)
    assert done.exception is None, done.exception
    return done


def by_form(matrix: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in matrix["rows"]:
        found.setdefault(row["form"], set()).add(row["status"])
    return found


def shape(matrix: dict[str, Any]) -> list[Any]:
    """What a matrix says, without its times."""
    whole = [matrix[part] for part in ("summary", "use", "proves", "exit_code")]
    rows = [
        [row[part] for part in ("url", "header", "status", "should", "addresses")] for row in matrix["rows"]
    ]
    parts = ("address", "status", "text", "resolved", "own")
    cells = [[cell[part] for part in parts] for row in matrix["rows"] for cell in row["cells"]]
    return [whole, rows, cells]


@pytest.fixture(scope="module")
def healthy_runs(tmp_path_factory, seen_by_lab) -> dict[str, Any]:
    """One healthy world, looked at in several ways; each with what reached the front door."""
    folder = tmp_path_factory.mktemp("matrix")
    other = Authority(tmp_path_factory.mktemp("other"))
    _, arrivals = seen_by_lab
    found: dict[str, Any] = {"file": folder / "seen.json"}
    canary = ["--header", f"x-api-key: {CANARY}", "--header", f"X-Mine: {CANARY}"]
    runs = {
        "whole": [*canary, "--save-snapshot", str(found["file"])],
        "no-invoke": ["--no-invoke"],
        "no-aws": ["--no-aws"],
        "no-probe": ["--no-probe"],
        "method": ["--method", "DELETE"],
        "untrusted": [*canary, "--ca-file", str(other.file)],
        "allowed": [*canary, "--ca-file", str(other.file), "--allow-untrusted"],
    }
    with Lab("same-account") as lab:
        for name, words in runs.items():
            arrivals.clear()
            done = run(lab, *words, "--json")
            found[name] = (done, told(done), [arrival for _, _, arrival in arrivals])
        bare = {k: v for k, v in lab.environment.items() if not k.startswith("AWS_") or "METADATA" in k}
        bare |= {
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/x",
            "AWS_SHARED_CREDENTIALS_FILE": "/x",
        }
        found["no-credentials"] = run(lab, "--json", environment=bare)
        found["text"] = run(lab, "--ascii")
    return found


def test_where_the_metadata_is_silent_no_way_is_said_to_fail(tmp_path):
    with serving(lambda one: time.sleep(4)) as silent, Lab("same-account") as lab:
        late = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{silent.port}"}
        line = [lab.target, *lab.arguments, "--json", "-q", "--save-snapshot", str(tmp_path / "seen.json")]
        with patch.dict(os.environ, {**lab.environment, **late}, clear=True):
            done = CliRunner().invoke(matrix_command, line, standalone_mode=False)
    matrix = told(done)

    should = {row["form"]: row["should"]["works"] for row in matrix["rows"] if row["form"] != "alias"}
    assert set(should.values()) == {None}
    assert "say --from eni-…" in done.stdout
    (here,) = [
        one
        for one in json.loads((tmp_path / "seen.json").read_bytes())["observations"]
        if one["kind"] == "host"
    ]
    assert here["cloud_missing"] == "it did not answer in time"


def test_a_healthy_world_works_in_every_form_but_the_alias_of_nobody(healthy_runs):
    done, matrix, arrivals = healthy_runs["whole"]

    assert done.return_value == matrix["exit_code"] == 0
    forms = by_form(matrix)
    assert forms.pop("alias") == {"fails as configured"}
    assert forms == {form: {"works"} for form in ("private-dns", "direct-ip", *THROUGH)}
    cells = [cell for row in matrix["rows"] for cell in row["cells"]]
    assert all(cell["tcp_ms"] >= 0 and cell["tls_ms"] > 0 and cell["http_ms"] > 0 for cell in cells)
    assert all(cell["trusted"] for cell in cells)
    assert len(arrivals) == len(cells) == 12


def test_sni_and_host_arrive_as_each_form_says(healthy_runs):
    _, matrix, arrivals = healthy_runs["whole"]
    sent = {
        (one.server_name, one.signed.headers["host"], one.signed.headers.get("x-apigw-api-id"))
        for one in arrivals
    }
    wanted = {
        (row["server_name"], row["host"], (row["header"] or "").partition("x-apigw-api-id: ")[2] or None)
        for row in matrix["rows"]
    }

    assert sent == wanted


def test_the_snapshot_shows_the_same_matrix_again_and_judges_as_a_check(healthy_runs):
    _, matrix, _ = healthy_runs["whole"]
    done = replayed(healthy_runs["file"], "--json")

    assert done.return_value == 0
    assert shape(told(done)) == shape(matrix)
    assert replayed(healthy_runs["file"], "--json").stdout == done.stdout
    checked = apidoctor("check", "--snapshot", str(healthy_runs["file"]), "--json")
    assert (checked.returncode, json.loads(checked.stdout)["verdict"]) == (0, "healthy")


def test_no_secret_is_told_or_kept(healthy_runs):
    shown = "".join(
        healthy_runs[name][0].stdout + healthy_runs[name][0].stderr
        for name in ("whole", "untrusted", "allowed")
    )

    assert CANARY not in shown + healthy_runs["file"].read_text()
    assert any(CANARY in str(arrival.signed.headers) for arrival in healthy_runs["whole"][2])


def test_without_invoke_nothing_is_sent_and_the_handshakes_are_told(healthy_runs):
    done, matrix, arrivals = healthy_runs["no-invoke"]

    assert arrivals == []
    cells = [cell for row in matrix["rows"] for cell in row["cells"]]
    assert {cell["text"] for cell in cells} == {"TLS holds"}
    assert {cell["status"] for cell in cells} == {"not tried"}
    assert done.return_value == 3  # that nothing speaks against a call is no call that works
    assert matrix["summary"].startswith("not known: no test call was sent; of 2 addresses 2 open and 2 ")


def test_without_aws_the_asked_form_is_tried_and_works(healthy_runs):
    done, matrix, _ = healthy_runs["no-aws"]

    assert (done.return_value, by_form(matrix)) == (0, {"private-dns": {"works"}})
    assert matrix["rows"][0]["should"]["works"] is None
    assert "AWS's configuration was not read" in matrix["rows"][0]["should"]["missing"]


def test_without_credentials_too_and_a_note_says_so(healthy_runs):
    matrix = told(healthy_runs["no-credentials"])

    assert by_form(matrix) == {"private-dns": {"works"}}
    assert any("no credentials" in note for note in matrix["notes"])


def test_without_probes_only_what_should_be_is_told(healthy_runs):
    done, matrix, arrivals = healthy_runs["no-probe"]

    assert arrivals == []
    assert {row["status"] for row in matrix["rows"]} == {"not tried"}
    assert matrix["rows"][0]["should"]["works"]
    assert done.return_value == 3
    assert matrix["summary"].startswith(
        "not known: nothing was tried; by configuration these forms should work"
    )


def test_a_method_that_changes_data_is_not_sent(healthy_runs):
    _, matrix, arrivals = healthy_runs["method"]

    assert arrivals == []
    assert all("can change data" in cell["text"] for row in matrix["rows"] for cell in row["cells"])


def test_a_server_that_is_not_trusted_gets_nothing_and_is_told(healthy_runs):
    done, matrix, arrivals = healthy_runs["untrusted"]

    assert arrivals == []
    assert done.return_value == 1
    cells = [cell for row in matrix["rows"] for cell in row["cells"]]
    assert {(cell["phase"], cell["outcome"], cell["trusted"]) for cell in cells} == {
        ("tls", "untrusted", False)
    }
    assert all("apidoctor lab CA" in cell["issuer"] for cell in cells)
    assert [one["fault"] for one in matrix["proves"]] == ["T03"]


def test_when_it_is_allowed_it_gets_the_call_without_secrets(healthy_runs):
    _, matrix, arrivals = healthy_runs["allowed"]

    assert len(arrivals) == 12
    headers = [dict(one.signed.headers) for one in arrivals]
    assert all(CANARY not in str(one) for one in headers)
    assert all(set(one) <= {"host", "accept", "accept-encoding", "user-agent", "connection", "x-apigw-api-id",
                            "x-amzn-requestid", "x-amzn-trace-id"} for one in headers)  # fmt: skip
    cells = [cell for row in matrix["rows"] for cell in row["cells"]]
    assert {cell["trusted"] for cell in cells} == {False}
    assert {cell["http_status"] for cell in cells} >= {200}


def test_text_is_ascii_when_asked_and_names_the_call_to_make(healthy_runs):
    shown = healthy_runs["text"].stdout

    assert shown.isascii()
    assert "these forms work: private-dns" in shown
    assert "should work (asked)" in shown


@pytest.mark.parametrize(
    ("world", "fault", "works", "fails", "proves", "code"),
    [
        (None, "N05", {"endpoint-zonal", "direct-ip"}, {"private-dns"}, {"N05", "N13"}, 1),
        (None, "D01", {"direct-ip", *THROUGH}, {"private-dns"}, {"D01", "D15"}, 1),
        (None, "T04", {"private-dns", "direct-ip"}, {"endpoint-host"}, {"T04"}, 1),
        ("on-prem", None, {"direct-ip", *THROUGH}, {"private-dns"}, {"D03", "D15"}, 0),
    ],
)
def test_a_fault_shows_in_its_cells_live_and_from_the_snapshot(
    world, fault, works, fails, proves, code, tmp_path
):
    file = tmp_path / "seen.json"
    with Lab(world, fault) as lab:
        done = run(lab, "--json", "--save-snapshot", str(file))
    matrix = told(done)

    assert done.return_value == code
    assert works <= set(matrix["works"])
    assert not fails & set(matrix["works"])
    assert all(by_form(matrix)[form] == {"fails as configured"} for form in fails)
    assert {one["fault"] for one in matrix["proves"]} == proves
    assert shape(told(replayed(file, "--json"))) == shape(matrix)


def test_a_box_that_rewrites_the_host_of_signed_calls_is_told_live_and_from_the_snapshot(tmp_path):
    file = tmp_path / "seen.json"
    with Lab(None, "A26") as lab:
        done = run(lab, "--json", "--save-snapshot", str(file))
    matrix = told(done)
    calls = [one for one in json.loads(file.read_bytes())["observations"] if one["kind"] == "http"]

    assert done.return_value == 1
    assert [one["fault"] for one in matrix["proves"]] == ["A26"]
    assert any(cell["changed"] for row in matrix["rows"] for cell in row["cells"])
    assert all(one["signing"]["canonical_request"] for one in calls)
    assert shape(told(replayed(file, "--json"))) == shape(matrix)


def test_a_method_with_iam_is_signed_once_for_each_host(tmp_path, seen_by_lab):
    _, arrivals = seen_by_lab
    file = tmp_path / "seen.json"
    with Lab("cross-account") as lab:
        arrivals.clear()
        matrix = told(run(lab, "--json", "--save-snapshot", str(file)))
        secrets = [lab.environment[name] for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
    cells = [cell for row in matrix["rows"] for cell in row["cells"]]

    assert {cell["signed"] for cell in cells} == {True}
    assert {"private-dns", *THROUGH, "direct-ip"} <= set(matrix["works"])
    assert all(secret not in file.read_text() + json.dumps(matrix) for secret in secrets)
    assert all("SignedHeaders=host" in one.signed.headers["authorization"] for _, _, one in arrivals)


def signed_or_not(arrivals):
    return ["authorization" in arrival.signed.headers for _, _, arrival in arrivals]


def test_where_nobody_knows_the_method_what_is_refused_unsigned_is_tried_signed(tmp_path, seen_by_lab):
    _, arrivals = seen_by_lab
    file = tmp_path / "seen.json"
    bare = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    with Lab("cross-account") as lab:
        found = {}
        without = {k: v for k, v in lab.environment.items() if k not in bare}
        for name, words, environment in (
            ("signed", ["--save-snapshot", str(file)], None),
            ("anonymous", ["--as", "anonymous"], None),
            ("own", ["--header", "Authorization: Bearer abcdefgh"], None),
            ("no keys", [], without | {"AWS_CONFIG_FILE": "/x", "AWS_SHARED_CREDENTIALS_FILE": "/x"}),
        ):
            arrivals.clear()
            line = ["--no-aws", "--json", *words]
            found[name] = told(run(lab, *line, environment=environment)), signed_or_not(arrivals)
    matrix, arrived = found["signed"]

    assert (matrix["exit_code"], by_form(matrix)) == (0, {"private-dns": {"works"}})
    assert {cell["signed"] for row in matrix["rows"] for cell in row["cells"]} == {True}
    cells = sum(len(row["cells"]) for row in matrix["rows"])
    assert sorted(arrived) == [False] * cells + [True] * cells
    assert shape(told(replayed(file, "--json"))) == shape(matrix)
    assert found["anonymous"][1] == [False] * cells
    assert found["own"][1] == [True] * cells
    assert found["no keys"][1] == [False] * cells
    for name in ("anonymous", "no keys"):
        assert {row["text"] for row in found[name][0]["rows"]} == {"403 Missing Authentication Token"}


def test_a_snapshot_of_a_check_shows_what_the_check_tried(broken):
    done = replayed(broken, "--json")
    matrix = told(done)
    asked = next(row for row in matrix["rows"] if row["asked"])

    assert done.return_value == 1
    assert (asked["status"], asked["should"]["fault"], asked["phase"]) == (
        "fails as configured",
        "N01",
        "tcp",
    )
    assert any(row["status"] == "not tried" for row in matrix["rows"])


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["matrix"], 2, "no TARGET"),
        (["matrix", "https://x.example/a", "--region", "us-east-1", "--timeout", "0"], 2, "--timeout"),
        (["matrix", "abc1234567"], 2, "--region"),
        (["matrix", "--snapshot", "/no/such.json"], 4, "such.json"),
        (
            ["matrix", "abc1234567", "--region", "us-east-1", "--save-snapshot", "/no/such/dir/x"],
            2,
            "no folder",
        ),
        (["matrix", "abc1234567", "--region", "us-east-1", "--no-aws", "--no-probe", "-q"], 4, "--no-aws"),
    ],
)
def test_wrong_usage_is_one_line(words, code, why, nowhere):
    done = apidoctor(*words, env=nowhere)

    assert (done.returncode, done.stdout) == (code, "")
    assert why in done.stderr
    assert len([line for line in lines(done.stderr) if "trying every way" not in line]) == 1
