"""The README promises nothing that is not there: its commands parse, its targets, files and ids exist."""

import re
import shlex

import click
import pytest
from project.tree import ROOT

from apidoctor.cli.app import app

README = (ROOT / "README.md").read_text()
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
LINES = [
    line.removeprefix("$ ").strip()
    for block in CONSOLE
    for line in block.replace("\\\n", "").splitlines()
    if line.startswith("$ ")
]
COMMANDS = [line for line in LINES if line.startswith(("apidoctor ", ".venv/bin/apidoctor "))]
MAKE = [line for line in LINES if line.startswith("make ")]


def parse(command: click.Command, words: list[str], name: str = "apidoctor") -> click.Command:
    """Parse *words* as the command would, without running it; return the command that would run."""
    context = command.make_context(name, list(words))
    if isinstance(command, click.Group):
        _, found, rest = command.resolve_command(
            context, [*getattr(context, "_protected_args", []), *context.args]
        )
        assert found is not None
        return parse(found, rest, found.name or "")
    return command


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_in_the_readme_can_be_typed(line):
    words = shlex.split(line.partition(" #")[0].partition(" | ")[0].partition(" > ")[0])[1:]

    assert parse(app, words).name


@pytest.mark.parametrize("line", MAKE)
def test_a_make_target_in_the_readme_exists(line):
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(line.split()[1:]) <= targets


def test_the_readme_shows_both_ways_to_begin():
    assert "make demo" in MAKE
    assert "make test" in MAKE
    assert any(" check " in line for line in COMMANDS)


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`((?:src|checks|tests|playbooks|benchmarks|docs)/[\w./-]*)`", README)))
)
def test_a_path_in_the_readme_exists(name):
    assert (ROOT / name).exists()


def test_the_exit_codes_of_the_readme_are_those_of_the_contract():
    table = README.partition("### Exit codes")[2].partition("\n\n`")[0]
    codes = {
        int(code) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in row.split(",")
    }

    assert codes == {0, 1, 2, 3, 4, 5, 70, 130, 143}


@pytest.mark.parametrize("option", sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))))
def test_an_option_in_the_readme_exists(option):
    known = {name for command in commands(app) for parameter in command.params for name in parameter.opts}
    of_packed_file, of_curl = {"--source"}, {"--aws-sigv", "--user"}

    assert option in known | of_packed_file | of_curl


def commands(group: click.Group):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield command
        if isinstance(command, click.Group):
            yield from commands(command)
