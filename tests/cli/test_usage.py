"""Wrong usage: one line that says what to do, exit code 2; an empty selection 5; and what help promises exists."""

import re

import pytest
from cli.command import apidoctor, lines

from apidoctor.cli.app import COMMANDS, run

URL = "https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check"], "no TARGET"),
        (["check", "ht!tp://x"], "invoke URL"),
        (["check", URL, "--bogus"], "No such option"),
        (["check", URL, "--from", "moon"], "--from moon"),
        (["check", URL, "-H", "no colon"], "NAME:VALUE"),
        (["check", URL, "-o", "papyrus"], "no format 'papyrus'; there are: text, json"),
        (["check", URL, "--json", "-o", "text"], "on standard output; write all but one to a file"),
        (["check", URL, "-o", "json=/no/such/folder/x"], "there is no folder /no/such/folder"),
        (["check", URL, "--save-snapshot", "/no/such/folder/x"], "there is no folder /no/such/folder"),
        (["check", URL, "--fail-on", "Z99"], "--fail-on Z99"),
        (["check", URL, "--timeout", "0"], "--timeout"),
        (["check", URL, "--checks", "/no/such/folder"], "no folder of checks"),
        (["check", URL, "--as", "root"], "--as root"),
        (["explain", "nothing-like-this"], "nothing is called nothing-like-this"),
        (["list", "miracles"], "miracles"),
        (["diagnose"], "No such command 'diagnose'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage_is_one_line_and_code_2(words, told, nowhere):
    done = apidoctor(*words, *(["-q"] if words[0] == "check" else []), env=nowhere)

    assert done.returncode == 2
    assert done.stdout == ""
    assert len(lines(done.stderr)) == 1
    assert told in done.stderr


def test_nothing_left_to_look_at_is_told(nowhere):
    done = apidoctor("check", URL, "--no-aws", "--no-probe", "-q", env=nowhere)

    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (4, "", 1)
    assert "--no-aws" in done.stderr


def test_a_password_in_the_url_is_refused_and_never_shown(nowhere):
    done = apidoctor("check", "https://user:hunter2secret@abc.example.com/prod", env=nowhere)

    assert done.returncode == 2
    assert "hunter2secret" not in done.stdout + done.stderr


def test_an_empty_selection_is_code_5(healthy):
    done = apidoctor("check", "--snapshot", str(healthy), "--only", "cost/*", "-q")

    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (5, "", 1)


@pytest.mark.parametrize("words", [[], ["check"], ["lab"]])
def test_help_names_only_what_exists(words):
    done = apidoctor(*words, "--help")
    assert done.returncode == 0
    commands = re.search(r"Commands:\n((?:  .*\n?)+)", done.stdout)
    for name in re.findall(r"^  (\w+)", commands[1], re.MULTILINE) if commands else []:
        assert apidoctor(*words, name, "--help").returncode == 0


def test_every_command_is_in_the_help_with_its_line():
    done = apidoctor("--help")

    for name in COMMANDS:
        assert re.search(rf"^  {name}\s+\w", done.stdout, re.MULTILINE)
    assert not {"sweep", "watch", "plan"} & set(re.findall(r"^  (\w+)", done.stdout, re.MULTILINE))


def test_no_arguments_show_the_help_and_are_wrong_usage():
    done = apidoctor()

    assert done.returncode == 2
    assert "Commands:" in done.stderr


def test_the_version_is_one_line():
    from apidoctor import __version__

    assert apidoctor("--version").stdout == f"apidoctor {__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list"], "say what to list: checks, faults, playbooks"),
        (["check"], "no TARGET"),
        (["matrix"], "no TARGET"),
        (["chek"], "No such command 'chek'; did you mean check?"),
        (["lab", "run", "n01", "--wrold", "x"], "no such option: --wrold; did you mean --world?"),
    ],
)
def test_a_slip_is_one_line_and_names_what_was_meant(words, said, capsys):
    code = run(words)
    errors = capsys.readouterr().err.splitlines()

    assert code == 2
    assert len(errors) == 1
    assert said in errors[0]
