"""What `apidoctor check` says of what the probe saw in each world: the fault, and none in a near miss."""

import json

import pytest
from click.testing import CliRunner
from netns.cases.all import CASES

from apidoctor.cli.check import check_command


@pytest.fixture
def report(visit, tmp_path):
    """The report on the probe's snapshot of a case."""

    def judge(case):
        file = tmp_path / "seen.json"
        file.write_text(json.dumps(visit(case).snapshot))
        done = CliRunner().invoke(check_command, ["--snapshot", str(file), "--json", "--quiet"])
        assert done.exit_code in (0, 1, 3), done.output
        return json.loads(done.stdout)

    return judge


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_first_cause_is_the_one_that_was_made(case, report):
    causes = [cause["fault"] for cause in report(case)["root_causes"]]

    assert (causes or [None])[0] in (case.fault, *case.fits)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_cause_is_named_that_cannot_be(case, report):
    causes = {cause["fault"] for cause in report(case)["root_causes"]}

    assert causes.isdisjoint(case.never)


@pytest.mark.parametrize("name", ["clock-ten-minutes-off", "clock-two-minutes-off"])
def test_a_wrong_clock_is_worth_a_warning_where_nothing_is_signed(name, report):
    (case,) = [each for each in CASES if each.name == name]
    told = [each for each in report(case)["results"] if each["check"] == "invoke/clock-is-right"]

    assert [(each["status"], each.get("fault")) for each in told] == [("warn", "T07")]
