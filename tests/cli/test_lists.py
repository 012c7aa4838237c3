"""``list`` and ``explain``: what there is, read from the things themselves."""

import re

import pytest
from cli.command import apidoctor, lines

from apidoctor import _bundled
from apidoctor.engine.registry import HEADINGS, load
from apidoctor.model.faults import FAULTS
from apidoctor.report import FORMATS

CHECKS = load().checks


def names(what: str, *options: str) -> list[str]:
    done = apidoctor("list", what, *options)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split()[0] for line in lines(done.stdout)]


def test_every_check_is_listed_with_its_title_in_the_order_of_the_path():
    done = apidoctor("list", "checks")

    assert [line.split(None, 1) for line in lines(done.stdout)] == [
        [check.id, check.title] for check in CHECKS.values()
    ]


def test_faults_playbooks_and_outputs_are_listed():
    assert names("faults") == list(FAULTS)
    assert names("playbooks") == sorted(path.stem for path in _bundled.PLAYBOOKS.glob("*.md"))
    assert names("outputs") == list(FORMATS)


def test_checks_can_be_listed_by_glob_with_what_they_need():
    listed = names("checks", "--only", "endpoint/is-available")

    assert listed[-1] == "endpoint/is-available"
    assert set(listed) == {check.id for check in load().select(["endpoint/is-available"])}


def test_the_permissions_are_read_only_actions_with_those_that_need_them():
    actions = names("permissions")

    assert "sts:GetCallerIdentity" in actions
    assert "ec2:DescribeSecurityGroups" in actions
    reading = ("Get", "List", "Describe", "Search", "GET", "Filter", "BatchGet")
    assert all(action.split(":")[1].startswith(reading) for action in actions)


def test_fewer_checks_need_fewer_permissions():
    assert set(names("permissions", "--only", "api/is-private")) < set(names("permissions"))


def test_a_check_is_explained_by_its_page():
    page = apidoctor("explain", "network/endpoint-group-admits-caller").stdout

    assert page.startswith("network/endpoint-group-admits-caller\n")
    assert all(heading in page for heading in HEADINGS)


@pytest.mark.parametrize("fault", ["N01", "n01"])
def test_a_fault_is_explained_with_the_checks_that_find_it(fault):
    page = apidoctor("explain", fault).stdout

    assert FAULTS["N01"] in page
    assert "network/endpoint-group-admits-caller" in page


@pytest.mark.parametrize("playbook", [path.stem for path in _bundled.PLAYBOOKS.glob("*.md")])
def test_a_playbook_names_only_checks_that_exist(playbook):
    text = apidoctor("explain", playbook).stdout
    layers = {check.layer for check in CHECKS.values()}
    named = {
        name
        for name in re.findall(r"\b([a-z]+/[a-z]+(?:-[a-z0-9]+)+)\b", text)
        if name.split("/")[0] in layers
    }

    assert named
    assert named <= set(CHECKS)


@pytest.mark.parametrize("name", ["../pyproject", "checks/../../README", "no-such-story"])
def test_explain_reads_no_other_file(name):
    done = apidoctor("explain", name)

    assert (done.returncode, done.stdout) == (2, "")
