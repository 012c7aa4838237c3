"""``apidoctor lab`` on the command line."""

import json
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from apidoctor.cli.lab import lab as command

LAB = [sys.executable, "-c", "from apidoctor.cli.lab import lab; lab()"]


def test_list_names_every_fault_and_world():
    listed = CliRunner().invoke(command, ["list"])

    assert listed.exit_code == 0
    assert "N01  same-account   The endpoint's security group admits only its own members" in listed.output
    assert "healthy: same-account, cross-account, on-prem, peered" in listed.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "Z99"], "no fault 'Z99' in the lab"),
        (["up", "Z99"], "no fault 'Z99' in the lab"),
        (["run", "N01", "--world", "moon"], "no world 'moon' in the lab"),
        (["run", "N02", "--world", "on-prem"], "fault N02 cannot be shown in world on-prem"),
    ],
)
def test_an_unknown_fault_or_world_is_wrong_usage(arguments, told):
    result = CliRunner().invoke(command, arguments)

    assert result.exit_code == 2
    assert told in result.output


def test_without_the_emulator_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "moto", None)
    result = CliRunner().invoke(command, ["run", "N01"])

    assert result.exit_code == 2
    assert "the lab needs moto: pip install 'apidoctor[lab]'" in result.output


def test_the_commands_import_nothing_heavy():
    check = "import sys, apidoctor.cli.lab; print([name for name in sys.modules if name.startswith(HEAVY)])"
    heavy = "('apidoctor.lab', 'moto', 'boto', 'cryptography', 'werkzeug')"
    told = subprocess.run(
        [sys.executable, "-c", check.replace("HEAVY", heavy)], capture_output=True, text=True
    )

    assert told.stdout == "[]\n"


def test_run_exits_as_the_check_does_and_tells_what_was_broken(tmp_path):
    snapshot = tmp_path / "seen.json"
    broken = subprocess.run(
        [*LAB, "run", "N05", "--json", "--save-snapshot", str(snapshot)], capture_output=True, text=True
    )

    assert broken.stderr.startswith("lab: N05 The network ACL of one of the two endpoint subnets denies")
    assert broken.returncode == 1
    assert [cause["fault"] for cause in json.loads(broken.stdout)["root_causes"]] == ["N05"]
    assert json.loads(snapshot.read_text())["format"] == "apidoctor.snapshot"


def test_run_of_a_healthy_world_exits_with_zero():
    healthy = subprocess.run([*LAB, "run", "healthy", "--world", "peered"], capture_output=True, text=True)

    assert healthy.returncode == 0
    assert "lab: nothing is broken (world peered)" in healthy.stderr


def test_up_prints_a_shell_script_and_ends_cleanly_on_ctrl_c():
    process = subprocess.Popen([*LAB, "up", "N01"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = []
    while not (lines and lines[-1].startswith("apidoctor check ")):
        lines.append(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)

    assert any(line.startswith("export AWS_ENDPOINT_URL=http://127.0.0.1:") for line in lines)
    assert process.returncode == 0
    first, last = told.splitlines()
    assert first.startswith("lab: N01 The endpoint's security group admits only its own members (world same-")
    assert last == "lab: stopped"
