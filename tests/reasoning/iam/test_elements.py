"""Actions and resources: case, wildcards, ARN segments, their Not forms, the short forms of API Gateway."""

import pytest
from reasoning.iam.samples import API, METHOD, call, decision, policy, statement

from apidoctor.reasoning.iam import Kind, read_policy

USER = "arn:aws:iam::111111111111:user/team/bob"


def covers(
    resource: str, called: str = METHOD, *, name: str = "Resource", version: str = "2012-10-17", **context
):
    found = policy(statement(**{name: resource}), version=version)
    return decision(call(USER, resource=called, **context), identity=(found,)) == "allow"


@pytest.mark.parametrize(
    "action",
    [
        "execute-api:Invoke",
        "EXECUTE-API:invoke",
        "execute-api:*",
        "execute-api:Inv?ke",
        "*",
        "*:*",
        "exec*:Invoke",
    ],
)
def test_actions_have_wildcards_and_no_case(action):
    assert decision(call(USER), identity=(policy(statement(Action=action)),)) == "allow"


@pytest.mark.parametrize(
    "action", ["Invoke", "execute-api", "execute-api*", "execute-api:Manage*", "s3:Invoke"]
)
def test_an_action_without_or_with_another_service_matches_nothing(action):
    assert decision(call(USER), identity=(policy(statement(Action=["s3:List", action])),)) == "implicit_deny"


def test_not_action_matches_everything_but_its_list():
    spares = policy(statement("Deny", NotAction=["execute-api:*", "sts:*"]))
    forgets = policy(statement("Deny", NotAction="sts:*"))
    allow = policy(statement())

    assert decision(call(USER), identity=(allow, spares)) == "allow"
    assert decision(call(USER), identity=(allow, forgets)) == "explicit_deny"


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("*", True),
        (METHOD, True),
        (f"{API}/*", True),
        (f"{API}/prod/*", True),
        (f"{API}/*/GET/*", True),
        (f"{API}/prod/GE?/pets", True),
        ("arn:aws:execute-api:*:*:*", True),
        ("arn:aws:execute-api:us-*-1:111111111111:abc*/prod/GET/pets", True),
        ("arn:*:execute-api:us-east-1:*:*/pets", True),
        (METHOD.replace("pets", "Pets"), False),
        (METHOD.replace("us-east-1", "eu-west-1"), False),
        (METHOD.replace("111111111111", "222222222222"), False),
        (f"{API}/dev/*", False),
        (f"{API}/", False),
        (API, False),
        ("arn:aws:execute-api:*", True),
        ("arn:aws:execute-api", True),
        ("arn:aws:s3", False),
        ("arn:aws:*:abc1234567/prod/GET/pets", False),
        ("execute-api:/*", False),
    ],
)
def test_a_resource_pattern_is_matched_segment_by_segment(pattern, matches):
    assert covers(pattern) is matches


def test_a_wildcard_does_not_cross_the_colons_of_the_first_five_segments():
    called = "arn:aws:s3:r:2:1:x"

    assert covers("arn:aws:s3:r:2:*", called)
    assert not covers("arn:aws:s3:*:1:x", called)
    assert covers("arn:aws:s3:r:2:*:x", called)


def test_a_wildcard_spans_slashes_and_line_ends_of_the_last_segment():
    assert covers(f"{API}/prod/*/end", f"{API}/prod/GET/a/b\n/c/end")


def test_not_resource_matches_everything_but_its_list():
    assert covers(f"{API}/dev/*", name="NotResource")
    assert not covers(f"{API}/prod/*", name="NotResource")


def test_a_variable_in_the_resource_part_takes_the_callers_value():
    assert covers(f"{API}/prod/GET/${{aws:username}}", aws__username="pets")
    assert not covers(f"{API}/prod/GET/${{aws:username}}", aws__username="*")
    assert not covers(f"{API}/prod/GET/${{aws:username}}")
    assert covers(f"{API}/prod/GET/${{aws:username, 'pets'}}")


def test_a_variable_before_the_fifth_colon_matches_nothing_and_is_noted():
    document = {
        "Version": "2012-10-17",
        "Statement": statement(Resource="arn:aws:s3:${aws:RequestedRegion}::x"),
    }

    assert not covers("arn:aws:execute-api:${k:r}:111111111111:abc1234567/*", k__r="us-east-1")
    assert [each.code for each in read_policy(document, kind="identity").problems] == [
        "variable_outside_resource_part"
    ]


def test_without_the_2012_version_a_variable_in_a_resource_is_plain_text():
    assert not covers(f"{API}/prod/GET/${{aws:username}}", version=None, aws__username="pets")


# The short forms of an API's own policy


def short(resource: str, called: str = METHOD, *, prefix: str | None = None, kind: Kind = "resource") -> bool:
    document = {"Version": "2012-10-17", "Statement": statement(Principal="*", Resource=resource)}
    layer = {kind: read_policy(document, kind=kind, short_arn_prefix=prefix)}
    return decision(call(resource=called), **layer) == "allow"


@pytest.mark.parametrize("prefix", [None, API])
@pytest.mark.parametrize(
    ("resource", "matches"),
    [
        ("execute-api:/*", True),
        ("execute-api:/prod/*", True),
        ("execute-api:/prod/GET/pets", True),
        ("execute-api:/*/GET/pets", True),
        ("execute-api:/prod/GET/p?ts", True),
        ("execute-api:/dev/*", False),
        ("execute-api:/GET/*", False),
        ("execute-api:/prod/POST/pets", False),
    ],
)
def test_a_short_form_stands_for_the_api_of_the_policy(resource, matches, prefix):
    assert short(resource, prefix=prefix) is matches


def test_a_short_form_with_a_prefix_is_that_api_only():
    assert not short("execute-api:/*", METHOD.replace("abc1234567", "zzz1234567"), prefix=API)


@pytest.mark.parametrize("told", [False, True])
def test_a_short_form_in_a_domains_policy_stands_for_the_domain(told):
    domain = "arn:aws:execute-api:us-east-1:111111111111:/domainnames/api.example.com+a1b2"

    assert short("execute-api:/*", domain, prefix=domain if told else None)


def test_a_short_form_in_an_endpoint_policy_matches_nothing_and_is_noted():
    document = {"Statement": statement(Principal="*", Resource="execute-api:/*")}
    found = read_policy(document, kind="endpoint")

    assert [each.code for each in found.problems] == ["resource_is_no_arn"]
    assert decision(call(), resource=policy(statement(), kind="resource"), endpoint=found) == "implicit_deny"


def test_a_hostile_pattern_does_not_make_matching_explode():
    pattern = "arn:aws:s3:::" + "a*" * 200 + "b"

    assert not covers(pattern, "arn:aws:s3:::" + "a" * 20000)
