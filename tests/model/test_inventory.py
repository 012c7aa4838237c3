"""The inventory never mistakes what was not asked, refused or only partly listed for what is not there."""

import pytest

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Inventory, is_not_found, is_refusal, reach_into
from apidoctor.model.missing import Lookup

A, B, REGION = "111111111111", "222222222222", "us-east-1"
GROUPS = "describe_security_groups"


def inventory(answers, account=A, region=REGION) -> Inventory:
    return Inventory({account: {region: answers}})


def group(name, **more):
    return {"GroupId": name, **more}


def refused(code):
    return {"error": {"Code": code, "Message": "no"}}


def test_what_was_not_asked_is_unknown_and_names_the_read():
    fact = inventory({}).get(A, REGION, "describe_vpcs")

    assert not fact.known
    assert fact.missing == (Lookup("describe_vpcs", A, REGION),)
    with pytest.raises(Undecided):
        fact.value  # noqa: B018 - asking is what raises


@pytest.mark.parametrize(
    "accounts", [{}, {A: {}}, {A: {"eu-west-1": {"describe_vpcs": {"Vpcs": []}}}}, {B: {}}]
)
def test_another_account_or_region_says_nothing(accounts):
    assert not Inventory(accounts).items(A, REGION, "describe_vpcs").known


def test_a_list_that_came_back_empty_is_known_to_be_empty():
    fact = inventory({"describe_vpcs": {"Vpcs": []}}).items(A, REGION, "describe_vpcs")

    assert (fact.known, fact.value) == (True, [])


def test_one_of_a_whole_list_that_is_not_there_is_known_to_be_absent():
    found = inventory({GROUPS: {"SecurityGroups": [group("sg-1")]}})

    assert found.one(A, REGION, GROUPS, "GroupId", "sg-1").value == group("sg-1")
    assert found.one(A, REGION, GROUPS, "GroupId", "sg-2").value is None


@pytest.mark.parametrize(
    ("code", "is_permission"),
    [
        ("UnauthorizedOperation", True),
        ("AccessDenied", True),
        ("AccessDeniedException", True),
        ("AuthFailure", True),
        ("ExpiredToken", True),
        ("RequestLimitExceeded", False),
        ("InternalError", False),
        ("EndpointConnectionError", False),
        ("", False),
    ],
)
def test_a_refusal_is_unknown_with_its_reason(code, is_permission):
    fact = inventory({GROUPS: refused(code)}).one(A, REGION, GROUPS, "GroupId", "sg-1")
    (gap,) = fact.missing

    assert not fact.known
    assert (gap.refused, gap.reason) == (is_permission, code or "error")
    assert gap.values == ("sg-1",)
    assert is_refusal(code) is is_permission


@pytest.mark.parametrize(
    "code",
    [
        "NotFoundException",
        "NoSuchEntity",
        "ResourceNotFoundException",
        "InvalidVpcID.NotFound",
        "InvalidVpcEndpointId.NotFound",
        "NoSuchHostedZone",
    ],
)
def test_aws_says_that_there_is_no_such_thing(code):
    fact = inventory({"get_rest_api": {"abc": refused(code)}}).get(A, REGION, "get_rest_api", "abc")

    assert is_not_found(code)
    assert (fact.known, fact.value) == (True, None)


def test_objects_are_found_by_their_keys_and_only_by_them():
    found = inventory({"get_stage": {"abc/prod": {"stageName": "prod"}, "abc/dev": refused("AccessDenied")}})

    assert found.get(A, REGION, "get_stage", "abc/prod").value == {"stageName": "prod"}
    assert not found.get(A, REGION, "get_stage", "abc/dev").known
    assert found.get(A, REGION, "get_stage", "abc/test").missing == (
        Lookup("get_stage", A, REGION, "abc/test"),
    )


def test_an_operation_that_was_refused_as_a_whole_is_refused_for_every_key():
    fact = inventory({"get_stage": refused("AccessDeniedException")}).get(A, REGION, "get_stage", "abc/prod")

    assert (fact.known, fact.missing[0].refused, fact.missing[0].key) == (False, True, "abc/prod")


SILENT = {"SecurityGroups": [group("sg-1")], "partial": True}
ASKED = {**SILENT, "asked": {"GroupId": ["sg-1", "sg-2"]}}


class TestPartialLists:
    """Lists that were filtered by id."""

    def test_what_is_in_it_is_known(self):
        for answer in (ASKED, SILENT):
            assert inventory({GROUPS: answer}).one(A, REGION, GROUPS, "GroupId", "sg-1").value == group(
                "sg-1"
            )

    def test_what_was_asked_for_and_is_not_in_it_is_absent(self):
        assert inventory({GROUPS: ASKED}).one(A, REGION, GROUPS, "GroupId", "sg-2").value is None

    def test_what_was_not_asked_for_is_unknown(self):
        assert not inventory({GROUPS: ASKED}).one(A, REGION, GROUPS, "GroupId", "sg-3").known
        assert not inventory({GROUPS: SILENT}).one(A, REGION, GROUPS, "GroupId", "sg-2").known

    def test_the_whole_list_is_unknown(self):
        assert not inventory({GROUPS: ASKED}).items(A, REGION, GROUPS).known

    def test_being_asked_by_one_field_says_nothing_of_another(self):
        assert not inventory({GROUPS: ASKED}).where(A, REGION, GROUPS, "VpcId", "vpc-1").known

    @pytest.mark.parametrize("asked", [None, 5, "sg-2", ["sg-2"], {"GroupId": 5}, {"GroupId": "sg-2 sg-3"}])
    def test_a_filter_that_makes_no_sense_is_no_filter(self, asked):
        answer = {**ASKED, "asked": asked}

        assert not inventory({GROUPS: answer}).one(A, REGION, GROUPS, "GroupId", "sg-2").known


@pytest.mark.parametrize(
    "answer", [5, "text", True, [], ["a"], {"SecurityGroups": "sg-1"}, {"SecurityGroups": {"a": 1}}]
)
def test_an_answer_of_another_shape_is_unknown(answer):
    fact = inventory({GROUPS: answer}).one(A, REGION, GROUPS, "GroupId", "sg-1")

    assert not fact.known
    assert fact.missing[0].reason == "unreadable answer"


def test_what_is_no_object_in_a_list_is_left_out():
    found = inventory({GROUPS: {"SecurityGroups": [None, 5, "sg-1", group("sg-1"), {"GroupId": ["sg-2"]}]}})

    assert found.one(A, REGION, GROUPS, "GroupId", "sg-1").value == group("sg-1")
    assert len(found.items(A, REGION, GROUPS).value) == 2


def test_nested_fields_are_reached_through_lists():
    table = {"RouteTableId": "rtb-1", "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]}
    found = inventory({"describe_route_tables": {"RouteTables": [table]}})

    assert found.where(A, REGION, "describe_route_tables", "Associations.SubnetId", "subnet-2").value == [
        table
    ]
    assert found.where(A, REGION, "describe_route_tables", "Associations.SubnetId", "subnet-3").value == []


@pytest.mark.parametrize(
    ("item", "path", "values"),
    [
        ({"a": 1}, "a", [1]),
        ({"a": [1, 2]}, "a", [1, 2]),
        ({"a": [{"b": 1}, {"b": [2, 3]}, {}]}, "a.b", [1, 2, 3]),
        ({"a": None}, "a", []),
        ({"a": 5}, "a.b", []),
        ([{"a": 1}, {"a": 2}], "a", [1, 2]),
        (None, "a", []),
    ],
)
def test_values_are_reached_whatever_the_shape(item, path, values):
    assert list(reach_into(item, path)) == values


class TestSeveralAccounts:
    """Objects that any of the readable accounts may show."""

    def two(self, a, b) -> Inventory:
        return Inventory({A: {REGION: a}, B: {REGION: b}})

    def test_an_object_is_found_whatever_the_other_accounts_refuse(self):
        found = self.two({GROUPS: refused("AccessDenied")}, {GROUPS: {"SecurityGroups": [group("sg-1")]}})

        assert found.find(REGION, GROUPS, "GroupId", "sg-1").value == (B, group("sg-1"))

    def test_it_is_absent_only_when_every_account_says_so(self):
        empty = {GROUPS: {"SecurityGroups": []}}

        assert self.two(empty, empty).find(REGION, GROUPS, "GroupId", "sg-1").value is None
        assert not self.two(empty, {}).find(REGION, GROUPS, "GroupId", "sg-1").known
        assert not Inventory({}).find(REGION, GROUPS, "GroupId", "sg-1").known

    def test_the_account_that_is_asked_first_wins(self):
        both = {GROUPS: {"SecurityGroups": [group("sg-1")]}}

        assert self.two(both, both).find(REGION, GROUPS, "GroupId", "sg-1", first=B).value[0] == B


def test_iams_and_lambdas_get_policy_do_not_mix():
    iam, function = {"Policy": {"Arn": "arn:p"}}, {"Policy": "{}"}
    found = Inventory(
        {A: {"global": {"get_policy": {"arn:p": iam}}, REGION: {"get_policy": {"f": function}}}}
    )

    assert found.get(A, "global", "get_policy", "arn:p").value == iam
    assert found.get(A, REGION, "get_policy", "f").value == function
    assert not found.get(A, "global", "get_policy", "f").known
