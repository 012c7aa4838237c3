"""The resolver engine against a plain second evaluator, in generated worlds, and laws of the second one."""

import json
from collections import Counter

import pytest

from apidoctor.reasoning.naming.resolver import Resolver

from .twin.compare import Case, as_compared, differences, marked, said_by_engine
from .twin.judge import resolve
from .twin.worlds import holes, world

SEEDS = 60
CHUNK = 30
CHUNKS = [range(start, start + CHUNK) for start in range(0, SEEDS, CHUNK)]
OFTEN = 3
"""Questions in which each rule of the definition must come into play."""


def named(seeds):
    return f"seeds {seeds.start}-{seeds.stop - 1}"


def told(found: list[Case]) -> str:
    """How many differ, by what kind of difference, and the ones of the smallest worlds."""
    kinds = Counter(f"engine {case.engine['kind']}, twin {case.twin['kind']}" for case in found)
    least = sorted(found, key=lambda case: len(json.dumps(case.snapshot)))[:5]
    return "\n".join([f"{len(found)} answers differ: {dict(kinds)}", *(case.told() for case in least)])


@pytest.mark.parametrize("seeds", CHUNKS, ids=named)
def test_the_engine_and_the_twin_say_the_same(seeds):
    found = [case for seed in seeds for case in differences(seed)]

    assert not found, told(found)


@pytest.mark.parametrize("seeds", CHUNKS, ids=named)
def test_with_holes_the_engine_says_the_same_or_that_it_does_not_know(seeds):
    """It is a little more cautious: it does not ask whether what it lacks could win at all."""
    found = [case for seed in seeds for case in differences(seed, torn=True)]
    wrong = [case for case in found if case.engine["kind"] != "unknown"]
    asked = sum(len(world(seed)[1]) for seed in seeds)

    assert not wrong, told(wrong)
    assert len(found) < asked / 10


@pytest.mark.parametrize("seeds", CHUNKS, ids=named)
def test_the_engine_never_turns_an_answer_into_another_by_forgetting(seeds):
    resolver = Resolver
    for seed in seeds:
        snapshot, questions = world(seed)
        torn, base = holes(snapshot, seed)
        before, after = resolver(base["accounts"]), resolver(torn["accounts"])
        for question in questions:
            said = said_by_engine(after, question)

            assert said["kind"] == "unknown" or said == said_by_engine(before, question), (seed, question)


# --- the twin itself


@pytest.mark.parametrize("seeds", CHUNKS, ids=named)
def test_the_twin_never_turns_an_answer_into_another_by_forgetting(seeds):
    for seed in seeds:
        snapshot, questions = world(seed)
        torn, base = holes(snapshot, seed)
        for question in questions:
            after = as_compared(resolve(torn, **question))

            assert after["kind"] == "unknown" or after == as_compared(resolve(base, **question)), (
                seed,
                question,
            )


def test_holes_leave_many_answers_open_and_more_answers_known():
    kinds = Counter()
    for seed in range(40):
        snapshot, questions = world(seed)
        torn, _ = holes(snapshot, seed)
        kinds.update(
            resolve(torn, **question)["kind"] == "unknown"
            for question in questions
            if resolve(snapshot, **question)["kind"] != "unknown"
        )

    assert kinds[True] > sum(kinds.values()) / 20
    assert kinds[False] > sum(kinds.values()) / 3


def test_worlds_ask_for_every_kind_of_answer_every_decider_and_every_rule():
    kinds, marks = Counter(), Counter()
    for seed in range(SEEDS):
        snapshot, questions = world(seed)
        for question in questions:
            said, rules = marked(snapshot, question)
            kinds[said["kind"], decider(said["decided_by"])] += 1
            marks.update(rules.keys())

    assert {each for each in EXPECTED_KINDS if kinds[each] < OFTEN} == set()
    assert {each for each in EXPECTED_MARKS if marks[each] < OFTEN} == set()


def decider(own):
    starts = ("vpce-", "vpc-", "rslvr-frg", "rslvr-", "api", "Z")
    return next((start for start in starts if own.startswith(start)), "")


EXPECTED_KINDS = [
    ("addresses", "vpce-"),
    ("addresses", "Z"),
    ("nodata", "vpce-"),
    ("nodata", "Z"),
    ("nodata", "rslvr-frg"),
    ("nxdomain", "Z"),
    ("nxdomain", "api"),
    ("nxdomain", "rslvr-frg"),
    ("forwarded", "rslvr-"),
    ("off", "vpc-"),
    ("public", ""),
    ("unknown", ""),
]

EXPECTED_MARKS = [
    "1 off",
    "1 zones ignored",
    "2 ALERT",
    "2 ALLOW",
    "2 BLOCK NODATA",
    "2 BLOCK NXDOMAIN",
    "2 BLOCK OVERRIDE",
    "2 a name of the chain matches",
    "2 a name that is not inspected",
    "2 another Qtype",
    "2 entry: below",
    "2 entry: everything",
    "2 entry: the name",
    "2 group of a Profile",
    "2 groups of equal priority",
    "2 managed list",
    "2 rule without a domain list",
    "2 the rest of the chain is trusted",
    "3 DELEGATE captures nothing",
    "3 Profile's managed zone",
    "3 Profile's zone",
    "3 RECURSIVE: no zone",
    "3 SYSTEM: a zone",
    "3 SYSTEM: no zone",
    "3 a Profile's rule beats the VPC's own zone",
    "3 a rule beats an equal zone",
    "3 a zone is longer than the rule",
    "3 an earlier Profile's rule beats a later one's",
    "3 an earlier Profile's zone beats a later one's",
    "3 customer zone beats managed zone",
    "3 forwarded",
    "3 forwarded to a VPC",
    "3 own managed zone",
    "3 own rule beats a Profile's",
    "3 own zone",
    "3 own zone beats a Profile's",
    "3 rule of another status",
    "3 several Profiles",
    "3 zone of a service ignored",
    "4 CNAME",
    "4 alias inside the zone",
    "4 alias to an endpoint",
    "4 alias to elsewhere",
    "4 empty non-terminal",
    "4 no record",
    "4 owner without the type",
    "4 several record sets",
    "4 wildcard",
    "4 wildcard hidden",
    "5 alias name: API and endpoint",
    "5 alias name: API of nobody",
    "5 alias name: API without the endpoint",
    "5 alias name: endpoint of nobody",
    "5 endpoint name by DnsEntries",
    "5 endpoint name by id",
    "5 endpoint name of nobody",
    "5 family by DnsRecordIpType",
    "5 family by IpAddressType",
    "5 no address of the family",
    "5 nothing captures the name",
    "5 public: any other name",
    "5 regional",
    "5 zonal",
    "6 DNS Firewall not asked",
    "6 Profiles not asked",
    "unknown: a cycle of rules",
    "unknown: too many CNAMEs",
]
