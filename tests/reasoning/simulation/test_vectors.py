"""Rules of AWS's documentation, each with the smallest line that shows it and the page that it is from."""

import json
from pathlib import Path

import pytest
from reasoning.simulation.twin.decide import decide

from apidoctor.reasoning.simulation import answer_line

ABOUT = ("rule", "source", "decision")
VECTORS = [json.loads(text) for text in Path(__file__).with_name("vectors.jsonl").read_text().splitlines()]


def line_of(vector):
    """The batch line alone."""
    return {name: value for name, value in vector.items() if name not in ABOUT}


@pytest.mark.parametrize("vector", VECTORS, ids=[each["rule"] for each in VECTORS])
def test_the_engine_keeps_the_rule(vector):
    assert answer_line(json.dumps(line_of(vector)).encode()).decision == vector["decision"]


def test_the_twin_keeps_every_rule():
    broken = [each["rule"] for each in VECTORS if decide(line_of(each))[0] != each["decision"]]

    assert not broken


def test_every_rule_stands_there_once_and_names_its_source():
    rules = [each["rule"] for each in VECTORS]

    assert len(rules) == len(set(rules))
    assert all(each["source"] for each in VECTORS)
