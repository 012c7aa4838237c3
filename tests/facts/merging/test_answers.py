"""Which of two answers counts, and how two lists become one."""

import pytest

from apidoctor.facts.merging import merge
from apidoctor.model.inventory import Inventory
from apidoctor.model.snapshot import FORMAT, Asked, Snapshot

A, B, REGION = "111111111111", "222222222222", "us-east-1"
EARLY, LATE = "2026-11-22T09:00:00Z", "2026-11-22T10:42:07Z"
GROUPS = "describe_security_groups"
REFUSED = {"error": {"Code": "UnauthorizedOperation", "Message": "no"}}
GONE = {"error": {"Code": "NotFoundException", "Message": "gone"}}


def at(when, answers, account=A, **more):
    """A snapshot of one account and Region."""
    return Snapshot(FORMAT, "1.0", when, {account: {REGION: answers}}, **more)


def groups(*names, rules=1, **marks):
    """A list of security groups; without marks it is whole."""
    return {"SecurityGroups": [{"GroupId": name, "Rules": rules} for name in names], **marks}


def some(*names, rules=1, asked=()):
    """A list of the security groups that were asked for by id."""
    return groups(*names, rules=rules, partial=True, asked={"GroupId": [*names, *asked]})


def merged(*snapshots):
    """What stands in the first account of a merged snapshot."""
    return merge(snapshots)[0].accounts[A][REGION]


def shown(answer):
    """The groups in a list, and their rules."""
    return {group["GroupId"]: group["Rules"] for group in answer["SecurityGroups"]}


def test_accounts_regions_and_operations_that_only_one_input_has_are_all_there():
    one, other = at(LATE, {"describe_vpcs": {"Vpcs": []}}), at(LATE, {GROUPS: groups("sg-1")}, B)
    both, notes = merge([one, other])

    assert both.accounts == {**one.accounts, **other.accounts}
    assert notes == []


@pytest.mark.parametrize(("first", "second"), [(EARLY, LATE), (LATE, EARLY), (LATE, LATE)])
def test_a_refusal_never_hides_an_answer_whatever_their_ages(first, second):
    seen = merged(at(first, {GROUPS: groups("sg-1")}), at(second, {GROUPS: REFUSED}))

    assert shown(seen[GROUPS]) == {"sg-1": 1}


def test_answers_about_objects_are_joined_by_object():
    one = at(LATE, {"get_stages": {"abc": {"item": []}, "def": REFUSED}})
    other = at(LATE, {"get_stages": {"def": {"item": []}, "ghi": REFUSED}})

    assert merged(one, other)["get_stages"] == {"abc": {"item": []}, "def": {"item": []}, "ghi": REFUSED}


def test_a_refusal_of_all_objects_gives_way_to_what_is_known_of_one():
    one, other = at(LATE, {"get_stages": REFUSED}), at(EARLY, {"get_stages": {"abc": {"item": []}}})

    assert merged(one, other)["get_stages"] == {"abc": {"item": [], "taken_at": EARLY}}


def test_that_an_object_is_gone_counts_like_an_answer_the_newer_one():
    found, gone = {"get_rest_api": {"abc": {"id": "abc"}}}, {"get_rest_api": {"abc": GONE}}

    assert merged(at(EARLY, found), at(LATE, gone))["get_rest_api"]["abc"] == GONE
    assert merged(at(LATE, found), at(EARLY, gone))["get_rest_api"]["abc"] == {"id": "abc"}
    assert merged(at(LATE, found), at(LATE, gone))["get_rest_api"]["abc"] == {"id": "abc"}


def test_of_two_whole_lists_the_newer_counts_and_a_note_tells_that_they_differ():
    both, notes = merge([at(LATE, {GROUPS: groups("sg-1")}), at(EARLY, {GROUPS: groups("sg-1", "sg-2")})])

    assert both.accounts[A][REGION][GROUPS] == groups("sg-1")
    assert any(f"different in two inputs: {A} {REGION} {GROUPS}" in note for note in notes)


def test_equal_answers_make_no_note():
    assert merge([at(LATE, {GROUPS: groups("sg-1")}), at(LATE, {GROUPS: groups("sg-1")})])[1] == []


def test_whole_lists_of_one_age_show_together_what_either_shows():
    """Two dumps of one moment (or of none that is told) cannot tell which of them is right: nothing is hidden."""
    both = merged(at("", {GROUPS: groups("sg-1")}), at("", {GROUPS: groups("sg-2")}))

    assert both[GROUPS] == groups("sg-1", "sg-2")


@pytest.mark.parametrize("when", [EARLY, LATE])
def test_a_whole_list_beats_a_partial_one_that_is_not_newer(when):
    seen = merged(at(LATE, {GROUPS: groups("sg-1")}), at(when, {GROUPS: some("sg-1", "sg-2", rules=2)}))

    assert seen[GROUPS] == groups("sg-1")


def test_a_newer_partial_list_amends_a_whole_one_which_stays_whole():
    whole, newer = groups("sg-1", "sg-2", "sg-3"), some("sg-1", "sg-9", rules=2, asked=["sg-2"])
    seen = merged(at(EARLY, {GROUPS: whole}), at(LATE, {GROUPS: newer}))

    assert shown(seen[GROUPS]) == {"sg-1": 2, "sg-3": 1, "sg-9": 2}  # sg-2 was asked for and is gone
    assert "partial" not in seen[GROUPS]
    assert Inventory({A: {REGION: seen}}).where(A, REGION, GROUPS, "GroupId", "sg-2").value == []


def test_two_partial_lists_are_joined_with_what_each_was_asked_for():
    seen = merged(at(LATE, {GROUPS: some("sg-1")}), at(LATE, {GROUPS: some("sg-2", asked=["sg-3"])}))
    inventory = Inventory({A: {REGION: seen}})

    assert seen[GROUPS] == groups("sg-1", "sg-2", partial=True, asked={"GroupId": ["sg-1", "sg-2", "sg-3"]})
    assert inventory.where(A, REGION, GROUPS, "GroupId", "sg-3").value == []
    assert not inventory.where(A, REGION, GROUPS, "GroupId", "sg-4").known


def test_of_an_object_in_two_partial_lists_the_newer_counts():
    seen = merged(at(LATE, {GROUPS: some("sg-1", rules=2)}), at(EARLY, {GROUPS: some("sg-1", "sg-2")}))

    assert shown(seen[GROUPS]) == {"sg-1": 2, "sg-2": 1}


def test_instances_of_one_reservation_that_were_asked_for_apart_come_together():
    def instance(name):
        found = [{"ReservationId": "r-1", "OwnerId": A, "Instances": [{"InstanceId": name}]}]
        return {"Reservations": found, "partial": True, "asked": {"Instances.InstanceId": [name]}}

    seen = merged(*(at(LATE, {"describe_instances": instance(name)}) for name in ("i-1", "i-2")))

    both = [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]
    assert seen["describe_instances"]["Reservations"] == [
        {"ReservationId": "r-1", "OwnerId": A, "Instances": both}
    ]


def test_an_operation_of_a_later_version_is_joined_by_its_shape():
    one = at(LATE, {"get_new_things": {"x": {"a": 1}}, "describe_new_things": {"Things": [1]}})
    other = at(EARLY, {"get_new_things": {"y": {"a": 2}}, "describe_new_things": {"Things": [1, 2]}})
    seen = merged(one, other)

    assert seen["get_new_things"] == {"x": {"a": 1}, "y": {"a": 2, "taken_at": EARLY}}
    assert seen["describe_new_things"] == {"Things": [1]}


def test_answers_of_an_older_input_keep_their_age():
    both = merge([at(LATE, {"describe_vpcs": {"Vpcs": []}}), at(EARLY, {GROUPS: groups("sg-1")}, B)])[0]

    assert both.taken_at == LATE
    assert both.accounts[A][REGION]["describe_vpcs"] == {"Vpcs": []}
    assert Inventory(both.accounts).taken_at(B, REGION, GROUPS) == EARLY
    assert Inventory(both.accounts).taken_at(A, REGION, "describe_vpcs") is None
    assert Inventory(both.accounts).items(B, REGION, GROUPS).value == [{"GroupId": "sg-1", "Rules": 1}]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("2026-11-22T10:00:00Z", None),
        ("2026-11-22T08:30:07Z", "old.json is 2 h 12 min older than the newest input"),
        ("2026-11-20T09:42:07Z", "old.json is 2 d 1 h older"),
        ("", "old.json does not tell when it was taken"),
        ("yesterday", "old.json does not tell when it was taken"),
    ],
)
def test_a_note_tells_of_inputs_more_than_an_hour_apart(other, said):
    _, notes = merge([at(LATE, {}), at(other, {})], ["new.json", "old.json"])

    assert len(notes) == (1 if said else 0)
    assert said is None or notes[0].startswith(said)


def test_the_first_question_is_kept_and_another_one_is_told():
    inputs = [
        at(LATE, {}),
        at(LATE, {}, asked=Asked("abc", {"method": "GET"})),
        at(LATE, {}, asked=Asked("def")),
    ]
    both, notes = merge(inputs, ["a", "b", "c"])

    assert both.asked == Asked("abc", {"method": "GET"})
    assert notes == ["1 input was taken for another call: c; the question is that of b"]


def test_the_newest_minor_version_of_the_format_is_kept():
    versions = ["1.9", "1.10", "1.0", "1." + "9" * 5000]
    inputs = [Snapshot(FORMAT, version, LATE) for version in versions]

    assert merge(inputs)[0].format_version == "1.10"


def test_accounts_whose_numbers_are_not_known_are_joined_with_a_note():
    inputs = [at("", {GROUPS: groups(name)}, "unknown") for name in ("sg-1", "sg-2")]
    both, notes = merge(inputs, ["a", "b"])

    assert shown(both.accounts["unknown"][REGION][GROUPS]) == {"sg-1": 1, "sg-2": 1}
    assert "an account is not known by its number in a, b: taken for one account" in notes


def test_nothing_cannot_be_merged():
    with pytest.raises(ValueError, match="nothing to merge"):
        merge([])
