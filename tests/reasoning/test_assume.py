"""A call through assumed roles: who may assume, what the session may do, what the API admits."""

import json

import pytest

from apidoctor.reasoning.simulation import answer_line

OWNER, CALLER = "111111111111", "222222222222"
METHOD = f"arn:aws:execute-api:us-east-1:{OWNER}:abc1234567/prod/GET/pets"
USER = f"arn:aws:iam::{CALLER}:user/ann"
ROLE = f"arn:aws:iam::{OWNER}:role/team/caller"
SECOND = f"arn:aws:iam::{OWNER}:role/second"


def document(action="*", effect="Allow", **elements):
    return {
        "Version": "2012-10-17",
        "Statement": {"Effect": effect, "Action": action, "Resource": "*", **elements},
    }


def trust(principal=CALLER, **condition):
    elements = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": principal}}
    return {
        "Version": "2012-10-17",
        "Statement": {**elements, **({"Condition": condition} if condition else {})},
    }


def role(arn=ROLE, **members):
    return {"arn": arn, "trust": trust(), "identity": [document("execute-api:*")], **members}


def answer(*roles, identity=("sts:*",), resource=None, endpoint=None, scps=(), **members):
    line = {
        "id": "c",
        "request": {"action": "execute-api:Invoke", "resource": METHOD, "principal_arn": USER,
                    "context": {"aws:PrincipalArn": [USER], "aws:PrincipalTag/team": ["blue"]}},
        "policies": {"identity": [document(each) for each in identity], "resource": resource,
                     "endpoint": endpoint, "scps": list(scps)},
        "authorization": "AWS_IAM",
        "assume": list(roles),
        **members,
    }  # fmt: skip
    return answer_line(json.dumps(line).encode())


def steps(found):
    return [(step.resource, step.decision) for step in found.steps]


def test_a_caller_that_becomes_a_role_of_the_apis_account_needs_no_resource_policy():
    found = answer(role())

    assert found.decision == "allow"
    assert steps(found) == [(ROLE, "allow")]


@pytest.mark.parametrize(("first", "others", "decision"), [
    (role(), {"identity": ("s3:*",)}, "implicit_deny"),  # the caller may not assume
    (role(trust=trust("333333333333")), {}, "implicit_deny"),  # the role does not trust the caller
    (role(trust=trust(f"arn:aws:iam::{CALLER}:user/bob")), {}, "implicit_deny"),
    (role(), {"scps": [[document("sts:*", "Deny")]]}, "explicit_deny"),  # the caller's organization
    (role(rcps=[[document("sts:*", "Deny", Principal="*")]]), {}, "explicit_deny"),  # the role's organization
])  # fmt: skip
def test_the_first_step_is_decided_by_both_sides(first, others, decision):
    found = answer(first, **others)

    assert (found.decision, steps(found)) == (decision, [(ROLE, decision)])


@pytest.mark.parametrize(
    ("sent", "decision"), [("secret-1", "allow"), ("other", "implicit_deny"), (None, "implicit_deny")]
)
def test_a_required_external_id_must_be_sent(sent, decision):
    asked = trust(CALLER, StringEquals={"sts:ExternalId": "secret-1"})

    found = answer(role(trust=asked, external_id=sent))

    assert found.decision == decision
    if decision != "allow":
        assert found.near_misses[0].key == "sts:ExternalId"


@pytest.mark.parametrize(("members", "decision"), [
    ({"identity": []}, "implicit_deny"),
    ({"boundary": document("s3:*")}, "implicit_deny"),
    ({"session": document("s3:*")}, "implicit_deny"),
    ({"session": document("execute-api:Invoke")}, "allow"),
    ({"identity": [document("execute-api:*"), document("execute-api:*", "Deny")]}, "explicit_deny"),
    ({"scps": [[document("s3:*")]]}, "implicit_deny"),
])  # fmt: skip
def test_the_session_may_do_what_the_roles_policies_allow(members, decision):
    found = answer(role(**members))

    assert (found.decision, steps(found)) == (decision, [(ROLE, "allow")])


def test_the_api_admits_the_session_and_not_the_first_caller():
    named = {"Statement": {"Effect": "Deny", "Principal": {"AWS": USER}, "Action": "*", "Resource": "*"}}
    by_role = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
                             "Condition": {"ArnEquals": {"aws:PrincipalArn": ROLE}}}}  # fmt: skip

    assert answer(role(), resource=named).decision == "allow"
    assert answer(role(), resource=by_role).decision == "explicit_deny"


def test_what_the_caller_was_is_not_what_the_session_is():
    tagged = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
                            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}}}  # fmt: skip

    assert answer(role(), resource=tagged).decision == "allow"
    assert (
        answer(role(context={"aws:PrincipalTag/team": "blue"}), resource=tagged).decision == "explicit_deny"
    )


def test_roles_are_assumed_one_by_the_other():
    first = role(identity=[document("sts:AssumeRole")])
    session = f"arn:aws:sts::{OWNER}:assumed-role/caller/session"

    assert answer(first, role(SECOND, trust=trust(ROLE))).decision == "allow"
    assert answer(first, role(SECOND, trust=trust(session))).decision == "allow"
    found = answer(role(), role(SECOND, trust=trust(f"arn:aws:iam::{OWNER}:root")))
    assert steps(found) == [(ROLE, "allow"), (SECOND, "implicit_deny")]


def test_in_its_own_account_a_role_is_assumed_by_trust_in_the_role_alone():
    found = answer(role(), role(SECOND, trust=trust(ROLE)))

    assert steps(found) == [(ROLE, "allow"), (SECOND, "allow")]


@pytest.mark.parametrize(("roles", "decision"), [
    ((role(duration=3600),), "allow"),
    ((role(duration=7200),), "invalid"),
    ((role(duration=7200, max_duration=43200),), "allow"),
    ((role(identity=[document()]), role(SECOND, trust=trust(ROLE), duration=7200, max_duration=43200)), "invalid"),
])  # fmt: skip
def test_a_session_that_is_to_last_too_long_is_refused(roles, decision):
    found = answer(*roles)

    assert found.decision == decision
    assert [each.code for each in found.problems] == (["duration_too_long"] if decision == "invalid" else [])


def test_a_role_that_is_no_arn_makes_the_line_invalid():
    found = answer(role("caller"))

    assert (found.decision, found.problems[0].code) == ("invalid", "not_a_case")
