"""The engine and a plain second evaluator answer the same, and what must hold for all lines holds."""

import copy
import json
import random
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reasoning.simulation.lines import draw_line, generate
from reasoning.simulation.twin.decide import decide

from apidoctor.reasoning.simulation import answer_line

CHUNK = {"generic": 80, "gateway": 80, "unknown": 20}
SEEDS = range(12)


def answer(line):
    return answer_line(json.dumps(line).encode())


def documents(line):
    """The documents of a line that are objects."""
    nested = [*line["policies"].values(), line.get("authorizer")]
    while nested:
        found = nested.pop()
        if isinstance(found, list):
            nested += found
        elif isinstance(found, dict):
            yield found


def may_be_undecided(line):
    """Only unknown keys and keys that stand twice in a JSON text leave a decision open."""
    return "unknown_context" in line or '\\"Statement' in json.dumps(line)


def denies(named, places):
    """Is the statement that the engine names among those that deny? A bare verdict has no statement to name."""
    if named is None:
        return places == [{"layer": "authorizer"}]
    where = ("layer", "level", "document", "statement")
    found = {name: getattr(named, name) for name in where if getattr(named, name) is not None}
    return found in places


def difference(line):
    """What the two do not agree on, with the line; nothing when they agree."""
    (decision, places), found = decide(line), answer(line)
    if found.decision == "indeterminate" and may_be_undecided(line):
        return None
    if found.decision == decision and (decision != "explicit_deny" or denies(found.decided_by, places)):
        return None
    twin = f"twin {decision} {places or ''}"
    engine = f"engine {found.decision} {found.decided_by or ''}"
    return f"{twin}\n{engine}\n{json.dumps(line, separators=(',', ':'))}"


@pytest.mark.parametrize(("flavour", "seed"), [(flavour, seed) for flavour in CHUNK for seed in SEEDS])
def test_the_engine_decides_as_its_twin_does(flavour, seed):
    differences = [found for line in generate(seed, CHUNK[flavour], flavour) if (found := difference(line))]

    assert not differences, "\n\n".join(["", *differences])


def test_each_decision_has_about_a_third_of_the_lines_and_every_layer_denies():
    answers = [decide(line) for flavour in ("generic", "gateway") for line in generate(0, 100, flavour)]
    shares = Counter(decision for decision, _ in answers)
    denying = {place["layer"] for _, places in answers for place in places}

    assert min(shares[each] for each in ("allow", "implicit_deny", "explicit_deny")) > len(answers) / 4
    assert denying == {"identity", "boundary", "session", "resource", "endpoint", "scp", "rcp", "authorizer"}


drawn = st.builds(
    lambda flavour, number: draw_line(f"{flavour}-any-{number}", flavour),
    st.sampled_from([*CHUNK]),
    st.integers(0, 10**6),
)


@settings(max_examples=150, deadline=None)
@given(drawn, st.data())
def test_a_further_deny_never_turns_a_denial_into_an_allow(line, data):
    changed = copy.deepcopy(line)
    found = [each for each in documents(changed) if isinstance(each.get("Statement"), list)]
    assume(found)
    document = data.draw(st.sampled_from(found))
    like = data.draw(st.sampled_from(document["Statement"]))
    assume(isinstance(like, dict))
    left_out = data.draw(st.sampled_from(["Sid", "Condition"]))
    document["Statement"].append({k: v for k, v in like.items() if k != left_out} | {"Effect": "Deny"})

    before, after = answer(line).decision, answer(changed).decision

    assert after != "allow" or before == "allow"


@settings(max_examples=150, deadline=None)
@given(drawn, st.integers(0, 100))
def test_the_order_of_statements_and_documents_changes_no_decision(line, seed):
    changed = copy.deepcopy(line)
    rng = random.Random(seed)
    for document in documents(changed):
        if isinstance(document.get("Statement"), list):
            rng.shuffle(document["Statement"])
    rng.shuffle(changed["policies"].get("identity", []))

    assert answer(changed).decision == answer(line).decision
