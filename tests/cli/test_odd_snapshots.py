"""A snapshot is somebody else's file: whatever stands in it, every check gets a result and the report is whole."""

import copy
import json
import random

import msgspec
import pytest

from apidoctor.cli.diagnose import prepare
from apidoctor.cli.options import Options
from apidoctor.report import FORMATS, render

ODD = [
    None,
    5,
    -1.5,
    "",
    "x\x1b[31m",
    "10.0.0.0/8",
    [],
    {},
    True,
    [None],
    [{}],
    {"a": [1]},
    [[1]],
    "é" * 5000,
]


def paths(value, path=()):
    """Every place in a JSON value."""
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from paths(inner, (*path, step))


def put(document, path, value):
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value


@pytest.mark.parametrize("world", ["same-account", "cross-account", "on-prem", "broken"])
def test_an_odd_value_anywhere_loses_no_result(world, saved, tmp_path):
    good = json.loads(saved[world].file.read_text())
    places = [path for path in paths(good) if len(path) > 4 or (len(path) > 1 and path[0] == "observations")]
    file = tmp_path / "odd.json"
    dice = random.Random(world)
    for _ in range(40):
        document = copy.deepcopy(good)
        put(document, dice.choice(places), dice.choice(ODD))
        file.write_text(json.dumps(document))
        session = prepare(Options(snapshot=str(file))).session
        report = session.run()

        assert session.defect is None
        assert {result.check for result in report.results} == {
            result["check"] for result in saved[world].report["results"]
        }
        assert set(report.root_causes[0].evidence if report.root_causes else ()) <= set(report.evidence)
        for format in FORMATS:
            assert b"\x1b[31m" not in render(report, format)
        msgspec.json.decode(msgspec.json.encode(report))
