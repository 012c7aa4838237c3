"""The laws of merging: neither the order nor the grouping of the inputs matters, nor giving one twice."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from apidoctor.facts.merging import merge
from apidoctor.model.observation import DnsSeen, HostSeen
from apidoctor.model.snapshot import FORMAT, Asked, Snapshot

A, B, REGION = "111111111111", "222222222222", "us-east-1"
VPCS = {"sg-1": "vpc-1", "sg-2": "vpc-1", "sg-3": "vpc-2", "sg-4": "vpc-2"}
TIMES = [
    "",
    "2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00.500Z",
    "2026-11-22T12:30:00+01:00",
    "2026-11-23T00:00:00Z",
]
REFUSED = {"error": {"Code": "UnauthorizedOperation", "Message": "no"}}
GONE = {"error": {"Code": "NotFoundException", "Message": "gone"}}


@st.composite
def groups(draw):
    """A list of security groups: whole, or of some groups, or of a VPC's."""
    shown = draw(st.lists(st.sampled_from(sorted(VPCS)), unique=True))
    kind = draw(st.sampled_from(["whole", "GroupId", "VpcId", "nothing told"]))
    asked = draw(
        st.lists(st.sampled_from(sorted(set(VPCS) if kind == "GroupId" else {*VPCS.values()})), unique=True)
    )
    if kind in ("GroupId", "VpcId"):
        shown = [name for name in shown if (name if kind == "GroupId" else VPCS[name]) in asked]
    items = [{"GroupId": name, "VpcId": VPCS[name], "Rules": draw(st.integers(0, 2))} for name in shown]
    marks = {"whole": {}, "nothing told": {"partial": True}}.get(
        kind, {"partial": True, "asked": {kind: asked}}
    )
    return {"SecurityGroups": items, **marks}


@st.composite
def instances(draw):
    """Instances of one reservation, all or those that were asked for."""
    shown = draw(st.lists(st.sampled_from(["i-1", "i-2", "i-3"]), unique=True))
    items = [{"InstanceId": name, "Type": draw(st.integers(0, 1))} for name in shown]
    answer = {"Reservations": [{"ReservationId": "r-1", "Instances": items}] if items else []}
    return answer | draw(
        st.sampled_from([{}, {"partial": True, "asked": {"Instances.InstanceId": sorted(shown)}}])
    )


def keyed(answers):
    return st.dictionaries(st.sampled_from(["abc", "def"]), answers, max_size=2)


STAGES = st.lists(st.sampled_from(["prod", "test"]), unique=True).map(
    lambda names: {"item": [{"stageName": name} for name in names]}
)
ODD = st.sampled_from([None, [], "text", 7, {}])
ANSWERS = {
    "describe_security_groups": st.one_of(groups(), st.just(REFUSED), ODD),
    "describe_instances": st.one_of(instances(), st.just(REFUSED)),
    "get_stages": st.one_of(keyed(st.one_of(STAGES, st.just(REFUSED), st.just(GONE))), st.just(REFUSED)),
    "get_rest_api": keyed(
        st.one_of(st.builds(dict, id=st.just("abc"), version=st.integers(0, 2)), st.just(GONE))
    ),
    "get_account": st.one_of(st.builds(dict, throttle=st.integers(0, 3)), st.just(REFUSED), ODD),
}
REGIONS = st.fixed_dictionaries({}, optional=ANSWERS)
ACCOUNTS = st.dictionaries(st.sampled_from([A, B]), st.dictionaries(st.just(REGION), REGIONS), max_size=2)


@st.composite
def snapshots(draw):
    """A snapshot of up to two accounts and two hosts, each observation at a time of its own host and kind."""
    seen = []
    for host in draw(st.lists(st.sampled_from(["app-1", "jump"]), unique=True)):
        at = draw(st.integers(10, 59))
        seen.append(
            HostSeen(
                at=f"2026-11-22T10:{at}:00Z", vantage=host, hostname=host, addresses=[f"10.0.0.{len(host)}"]
            )
        )
        seen.append(DnsSeen(at=f"2026-11-22T10:{at}:01Z", vantage=host, name="x.test", outcome="nxdomain"))
    asked = draw(st.sampled_from([None, Asked("abc"), Asked("def", {"from_": "app-1"})]))
    return Snapshot(FORMAT, "1.0", draw(st.sampled_from(TIMES)), draw(ACCOUNTS), seen, asked)


def plain(snapshot):
    """A snapshot as text: what is compared, is what is written."""
    return msgspec.json.encode(snapshot, order="deterministic")


def unordered(snapshot):
    """A snapshot without what the first input decides."""
    seen = sorted(msgspec.json.encode(each, order="deterministic") for each in snapshot.observations)
    return msgspec.json.encode([snapshot.taken_at, snapshot.accounts], order="deterministic"), seen


@settings(max_examples=30, deadline=None)
@given(snapshots(), snapshots())
def test_the_order_of_two_inputs_does_not_matter(one, other):
    assert unordered(merge([one, other])[0]) == unordered(merge([other, one])[0])


@settings(max_examples=30, deadline=None)
@given(st.lists(snapshots(), min_size=2, max_size=4), st.randoms())
def test_the_order_of_many_inputs_does_not_matter(inputs, random):
    mixed = list(inputs)
    random.shuffle(mixed)

    assert unordered(merge(inputs)[0]) == unordered(merge(mixed)[0])


@settings(max_examples=30, deadline=None)
@given(snapshots(), snapshots(), snapshots())
def test_a_merged_snapshot_can_be_merged_again(one, two, three):
    at_once = plain(merge([one, two, three])[0])

    assert plain(merge([merge([one, two])[0], three])[0]) == at_once
    assert plain(merge([one, merge([two, three])[0]])[0]) == at_once


@settings(max_examples=30, deadline=None)
@given(snapshots(), snapshots())
def test_what_is_given_twice_counts_once(one, other):
    merged = merge([one, other])[0]

    assert plain(merge([one, one])[0]) == plain(merge([one])[0])
    assert plain(merge([merged, merged])[0]) == plain(merged)
    assert plain(merge([merged, other])[0]) == plain(merged)
    assert plain(merge([one, other, one])[0]) == plain(merged)


@settings(max_examples=30, deadline=None)
@given(snapshots())
def test_one_input_stays_what_it_is(one):
    merged, notes = merge([one])

    assert merged.accounts == one.accounts
    assert merged.asked == one.asked
    assert {plain(each) for each in merged.observations} == {plain(each) for each in one.observations}
    assert notes == []


@settings(max_examples=30, deadline=None)
@given(st.lists(snapshots(), min_size=1, max_size=3))
def test_an_answer_is_never_lost_to_a_refusal(inputs):
    merged = merge(inputs)[0].accounts
    for snapshot in inputs:
        for account, regions in snapshot.accounts.items():
            for region, answers in regions.items():
                for name, answer in answers.items():
                    told = isinstance(answer, dict) and answer and "error" not in answer
                    assert name in merged[account][region]
                    if told:
                        assert "error" not in merged[account][region][name]


NAMES = st.sampled_from(
    [
        "SecurityGroups",
        "GroupId",
        "partial",
        "asked",
        "taken_at",
        "newer",
        "objects",
        "error",
        "Code",
        "item",
        "abc",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([*ANSWERS, "describe_new_things"]), st.lists(JSON, min_size=1, max_size=3))
def test_odd_answers_do_no_harm(name, bodies):
    inputs = [Snapshot(FORMAT, "1.0", "", {A: {REGION: {name: body}}}) for body in bodies]
    merged, _ = merge(inputs)

    assert name in merged.accounts[A][REGION]
    assert plain(merged)
