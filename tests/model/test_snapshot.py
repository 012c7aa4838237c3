"""Snapshots: what was seen comes back as it was, and what is not understood is set aside with a note."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.engine.store import Store
from apidoctor.facts.looker import Answer, Seen
from apidoctor.model.observation import DnsSeen, HostSeen, TcpSeen
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Asked, Snapshot, read_observations

A, REGION = "111111111111", "us-east-1"
EMPTY = Snapshot(FORMAT, FORMAT_VERSION, "2026-11-22T10:42:07Z")


def groups(*names, values=None, body=None) -> Answer:
    """One answer of DescribeSecurityGroups, narrowed to ids when *values* are given."""
    found = {"SecurityGroups": [{"GroupId": name} for name in names]}
    field = "GroupId" if values else ""
    return Answer(A, REGION, "describe_security_groups", "", body or found, field, tuple(values or ()))


def stored(*answers, snapshot=EMPTY):
    store = Store(snapshot)
    for answer in answers:
        store.add(Seen((answer,)))
    return store.accounts[A][REGION]


REFUSED = {"error": {"Code": "UnauthorizedOperation", "Message": "no"}}


def test_narrowed_answers_join_and_remember_what_was_asked():
    answer = stored(groups("sg-1", values=["sg-1", "sg-9"]), groups("sg-2", values=["sg-2"]))[
        "describe_security_groups"
    ]

    assert [item["GroupId"] for item in answer["SecurityGroups"]] == ["sg-1", "sg-2"]
    assert answer["partial"] is True
    assert answer["asked"] == {"GroupId": ["sg-1", "sg-2", "sg-9"]}


def test_the_same_object_seen_twice_is_kept_once():
    answer = stored(groups("sg-1", values=["sg-1"]), groups("sg-1", values=["sg-1"]))[
        "describe_security_groups"
    ]

    assert len(answer["SecurityGroups"]) == 1


@pytest.mark.parametrize("later", [groups("sg-1", values=["sg-1"]), groups(values=["sg-1"], body=REFUSED)])
def test_a_whole_list_says_more_than_a_later_part_or_refusal(later):
    answer = stored(groups("sg-1", "sg-2"), later)["describe_security_groups"]

    assert [item["GroupId"] for item in answer["SecurityGroups"]] == ["sg-1", "sg-2"]
    assert "partial" not in answer


def test_a_refusal_does_not_wipe_out_a_part_and_a_part_replaces_a_refusal():
    part, no = groups("sg-1", values=["sg-1"]), groups(values=["sg-2"], body=REFUSED)

    assert stored(part, no)["describe_security_groups"]["SecurityGroups"] == [{"GroupId": "sg-1"}]
    assert stored(no, part)["describe_security_groups"]["SecurityGroups"] == [{"GroupId": "sg-1"}]
    assert stored(no)["describe_security_groups"] == REFUSED


def test_answers_about_objects_stand_under_their_keys():
    one = Answer(A, REGION, "get_stage", "abc/prod", {"stageName": "prod"})
    other = Answer(A, REGION, "get_stage", "abc/dev", REFUSED)

    assert stored(one, other)["get_stage"] == {"abc/prod": {"stageName": "prod"}, "abc/dev": REFUSED}


def test_adding_never_changes_a_snapshot_that_was_taken_before():
    store = Store(EMPTY)
    store.add(Seen((groups("sg-1", values=["sg-1"]),)))
    before = store.snapshot(None)
    packed = msgspec.json.encode(before)
    store.add(
        Seen(
            (groups("sg-2", values=["sg-2"]), Answer(A, REGION, "get_stage", "a/b", {})),
            (TcpSeen(address="10.0.0.1", outcome="connected"),),
        )
    )

    assert msgspec.json.encode(before) == packed
    assert store.snapshot(None) != before


def test_an_account_without_answers_is_known_to_be_readable():
    store = Store(EMPTY)
    store.add(Seen((), (), (A,)))

    assert store.snapshot(None).accounts == {A: {}}


def test_a_snapshot_survives_its_own_json():
    seen = [
        HostSeen(vantage="h", hostname="host", addresses=["10.0.0.1"]),
        DnsSeen(name="x.example", outcome="nxdomain", soa="example"),
        TcpSeen(address="10.0.0.1", outcome="timeout", elapsed_ms=3000.0),
    ]
    whole = Snapshot(
        FORMAT,
        FORMAT_VERSION,
        "t",
        {A: {REGION: {"describe_vpcs": {"Vpcs": []}}}},
        seen,
        Asked("abc", {"from_": "local"}),
    )

    assert msgspec.json.decode(msgspec.json.encode(whole), type=Snapshot) == whole


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({"kind": "teleport"}, "teleport"),
        ({"kind": "tcp", "address": "10.0.0.1", "outcome": "exploded"}, "exploded"),
        ({"kind": "tcp", "outcome": "connected"}, "address"),
        ({"kind": "dns", "name": "x.example", "outcome": "answer", "addresses": [[]]}, "addresses"),
        ({"outcome": "connected"}, "kind"),
        ("tcp", "object"),
        (None, "object"),
        ([], "object"),
    ],
)
def test_an_observation_that_is_not_understood_is_set_aside_with_a_note(raw, why):
    good = {"kind": "tcp", "address": "10.0.0.1", "outcome": "connected"}
    seen, notes = read_observations([good, raw, good])

    assert seen == [TcpSeen(address="10.0.0.1", outcome="connected")] * 2
    assert len(notes) == 1
    assert notes[0].startswith("observation 1 was set aside: ")
    assert why in notes[0]


def test_members_of_a_later_version_and_nulls_do_no_harm():
    raw = {"kind": "tcp", "address": "10.0.0.1", "outcome": "connected", "colour": "green", "source": None}

    assert read_observations([raw]) == ([TcpSeen(address="10.0.0.1", outcome="connected")], [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "outcome", "address", "name", "url", "x"]) | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=5) | JSON)
def test_whatever_stands_for_observations_is_read_or_noted(raw):
    seen, notes = read_observations(raw)

    assert len(seen) + len(notes) == (len(raw) if isinstance(raw, list) else 0)
