"""Code, schema and contract agree: the shipped schemas are fresh, and the contract's own samples fit them."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from apidoctor.facts.files import read_snapshot
from apidoctor.model.report import Report
from apidoctor.schemas import NAMES, generate, load
from apidoctor.schemas.__main__ import main

SAMPLES = {name: (Path(__file__).parent / "contract" / f"{name}.json").read_text() for name in NAMES}
"""The documents that the contract shows, as it shows them."""


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_schema_is_the_generated_one(name):
    assert json.loads(generate(name)) == load(name), "run make schema"


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_a_schema_and_the_contracts_sample_fits_it(name):
    schema = load(name)
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.validate(json.loads(SAMPLES[name]), schema)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdict",), "fine"),
        (("results", 0, "status"), "maybe"),
        (("root_causes", 0, "confidence"), "sure"),
        (("run", "complete"), "yes"),
        (("summary", "pass"), "31"),
        (("results",), {}),
    ],
)
def test_a_value_outside_the_closed_lists_does_not_fit(path, value):
    document = json.loads(SAMPLES["report"])
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, load("report"))


@pytest.mark.parametrize(
    "member", ["format", "verdict", "results", "root_causes", "evidence", "summary", "run"]
)
def test_a_report_without_a_part_does_not_fit(member):
    document = json.loads(SAMPLES["report"])
    del document[member]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, load("report"))


def test_a_member_of_a_later_minor_version_does_no_harm():
    later = json.loads(SAMPLES["report"]) | {"weather": "fine"}

    jsonschema.validate(later, load("report"))
    assert msgspec.convert(later, Report).verdict == "broken"


def test_the_contracts_sample_report_is_read_by_the_type():
    report = msgspec.json.decode(SAMPLES["report"], type=Report)

    assert (report.caller.from_, report.summary.passed) == ("eni-0c11", 31)
    written = json.loads(msgspec.json.encode(report))
    assert written | {"exit_code": 0} == json.loads(SAMPLES["report"]) | {
        "exit_code": 0,
        "run": written["run"],
        "results": written["results"],
        "root_causes": written["root_causes"],
    }


def test_the_contracts_sample_snapshot_is_read_by_the_reader(tmp_path):
    file = tmp_path / "snapshot.json"
    file.write_text(SAMPLES["snapshot"])
    snapshot, notes = read_snapshot(file)

    assert notes == []
    assert snapshot.accounts == json.loads(SAMPLES["snapshot"])["accounts"]


def test_the_schemas_are_written_by_one_command(tmp_path):
    main(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.schema.json" for name in NAMES}
    assert all(json.loads((tmp_path / f"{name}.schema.json").read_text()) == load(name) for name in NAMES)
