"""What checks read is what they and those they need declare: permissions and documents are made from that."""

import functools
from pathlib import Path

import msgspec
import pytest

from apidoctor.cli.diagnose import prepare
from apidoctor.cli.options import Options
from apidoctor.engine.registry import load
from apidoctor.model.facts import Undecided
from apidoctor.reasoning.scene.case import Case, Sources

CHECKS = load().checks
WORLDS = ("same-account", "cross-account", "on-prem", "broken")


@functools.cache
def asked(file: Path):
    """The request and the snapshot of a file: read once, a case is made anew each time."""
    session = prepare(Options(snapshot=str(file))).session
    return session._request, session.snapshot()


def findings(check, file: Path):
    """Judge one check alone on a snapshot."""
    case = Case(*asked(file), Sources(aws=True, probe=True, invoke=True))
    try:
        return list(check.declaration.judge(case))
    except Undecided as undecided:
        return [undecided]


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_reads_only_what_it_and_those_it_needs_declare(name, saved, looked_at):
    operations, kinds = looked_at
    declared = [check.declaration for check in load().select([name])]
    for world in WORLDS:
        findings(CHECKS[name], saved[world].file)

    assert operations - {"get_caller_identity"} <= {read for each in declared for read in each.reads}
    assert kinds - {"identity"} <= {kind for each in declared for kind in each.probes}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_names_only_faults_that_it_declares(name, saved):
    declared = CHECKS[name].declaration
    found = {
        finding.fault
        for world in WORLDS
        for finding in findings(CHECKS[name], saved[world].file)
        if getattr(finding, "fault", None)
    }

    assert found <= set(declared.faults)


@pytest.mark.parametrize("world", WORLDS)
def test_a_judgement_depends_on_nothing_but_the_snapshot(world, saved):
    first, second = (
        [msgspec.json.encode(findings(check, saved[world].file), enc_hook=str) for check in CHECKS.values()]
        for _ in range(2)
    )

    assert first == second
