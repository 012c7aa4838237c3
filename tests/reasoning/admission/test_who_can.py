"""Who may call, computed as sets: the same as trying every request of a small world."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reasoning.iam.samples import API, OTHER, OWNER, document, statement

from apidoctor.reasoning.admission import Through, sentences, who_can
from apidoctor.reasoning.apigateway.authorize import authorize_request
from apidoctor.reasoning.iam import Policies, Request, read_policy

ENDPOINTS = ("vpce-a", "vpce-b", "vpce-ab")
VPCS = {"vpce-a": "vpc-1", "vpce-b": "vpc-2", "vpce-ab": "vpc-2"}
ADDRESSES = ("10.0.0.5", "10.1.0.5")
PATHS = ("prod/GET/pets", "prod/POST/pets", "dev/GET/")
ROLE = f"arn:aws:iam::{OWNER}:role/app"
STRANGER = f"arn:aws:iam::{OTHER}:role/app"
EVE = f"arn:aws:iam::{OTHER}:user/eve"
ALLOW = read_policy(document(statement()), kind="identity")

clauses = st.sampled_from(
    [
        {"StringEquals": {"aws:SourceVpce": ["vpce-a"]}},
        {"StringEquals": {"aws:SourceVpce": ["vpce-a", "vpce-b"], "aws:SourceVpc": "vpc-2"}},
        {"StringNotEquals": {"aws:SourceVpce": ["vpce-a", "vpce-ab"]}},
        {"StringLike": {"aws:SourceVpce": "vpce-a*"}},
        {"StringNotLike": {"aws:SourceVpce": "*b"}},
        {"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}},
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"StringNotEquals": {"aws:PrincipalAccount": OWNER}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
        {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:*"}},
        {"IpAddress": {"aws:VpcSourceIp": ["10.0.0.0/16", "192.168.0.0/24"]}},
        {"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}},
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
        {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"Null": {"aws:PrincipalOrgID": "true"}},
        {"Null": {"aws:SourceVpce": "false"}},
        {"StringEquals": {"aws:SourceAccount": OWNER}},
        {"StringNotEquals": {"aws:ResourceOrgID": "o-1"}},
    ]
)
resources = st.sampled_from(
    ["*", "execute-api:/*", "execute-api:/prod/*", "execute-api:/*/GET/*", f"{API}/dev/*", f"{API}*", "arn:aws:*",
     "arn:aws:execute-api:*:*:*/GET/*", f"{API}/prod/?ET/pets", f"{API}x/*",
     "arn:aws:execute-api:us-east-1:*:a*7/prod*"]
)  # fmt: skip
actions = st.sampled_from(["execute-api:Invoke", "*", "s3:*"])
named = st.sampled_from(
    [
        "*",
        "*",
        {"AWS": ROLE},
        {"AWS": [OTHER]},
        {"AWS": [STRANGER, OWNER]},
        {"AWS": f"arn:aws:iam::{OTHER}:root"},
    ]
)


@st.composite
def statements(draw, effects):
    found = {
        "Effect": draw(effects),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(actions),
        draw(st.sampled_from(["Resource"] * 4 + ["NotResource"])): draw(st.lists(resources, min_size=1, max_size=2)),
        "Principal": draw(named),
    }  # fmt: skip
    condition = draw(st.none() | clauses)
    return found if condition is None else {**found, "Condition": condition}


def documents(most):
    some = st.lists(statements(st.sampled_from(["Allow", "Deny"])), min_size=1, max_size=most)
    return some.map(lambda body: document(statement(Principal="*"), *body)) | some.map(
        lambda body: document(*body)
    )


def requests():
    """Every request of the small world, as the parts that the sets are asked for."""
    for endpoint, address, path in product(ENDPOINTS, ADDRESSES, PATHS):
        for who, organization in ((None, None), (ROLE, None), (STRANGER, "o-1"), (EVE, "o-2")):
            parts = {
                "principal": who,
                "path": path,
                "aws:sourcevpce": endpoint,
                "aws:sourcevpc": VPCS[endpoint],
                "aws:vpcsourceip": address,
                "aws:securetransport": "true",
            }
            if who:
                account = who.split(":")[4]
                parts |= {"aws:principalarn": who, "aws:principalaccount": account, "aws:principaltype": "x"}
                parts |= {"aws:userid": "AROA:x"} | (
                    {"aws:principalorgid": organization} if organization else {}
                )
            yield parts


def decided(parts, resource, endpoint, authorization, *, identity=False, authorizer=None):
    context = {key: (value,) for key, value in parts.items() if key.startswith("aws:")}
    request = Request(
        "execute-api:Invoke", f"{API}/{parts['path']}", parts["principal"], None, OWNER, context
    )
    policies = Policies(identity=(ALLOW,) if identity else (), resource=resource, endpoint=endpoint)
    return authorize_request(request, policies, authorization, authorizer=authorizer).decision == "allow"


@settings(max_examples=60, deadline=None)
@given(
    documents(3),
    st.none() | documents(2),
    st.sampled_from(["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]),
)
def test_a_request_is_in_the_sets_exactly_when_it_is_allowed(body, gate, authorization):
    resource = read_policy(body, kind="resource")
    endpoint = read_policy(gate, kind="endpoint") if gate else None
    ways = [Through(each, VPCS[each], endpoint) for each in ENDPOINTS] if gate else None
    found = who_can(resource, API, authorization, ways)

    for parts in requests():
        if authorization == "AWS_IAM" and parts["principal"] is None:
            continue
        alsos = {each.also for each in found.admissions if each.box.has(parts)}
        same = parts["principal"] == ROLE
        if authorization == "NONE":
            assert bool(alsos) is decided(parts, resource, endpoint, "NONE"), parts
        elif authorization == "COGNITO_USER_POOLS":
            assert bool(alsos) is decided(parts, resource, endpoint, authorization, authorizer="allow"), parts
        elif authorization == "CUSTOM":
            silent = decided(parts, resource, endpoint, authorization, authorizer="implicit_deny")
            allowed = decided(parts, resource, endpoint, authorization, authorizer="allow")
            assert ("authorizer_silent" in alsos, bool(alsos)) == (silent, allowed), parts
        else:
            alone = decided(parts, resource, endpoint, authorization)
            with_own = decided(parts, resource, endpoint, authorization, identity=True)
            assert (same and "identity_elsewhere" in alsos, bool(alsos)) == (alone, with_own), parts


def resource(*elements):
    bodies = [statement(**{"Principal": "*", "Resource": "execute-api:/*", **each}) for each in elements]
    return read_policy(document(*bodies), kind="resource")


OURS = {"StringEquals": {"aws:SourceVpce": ["vpce-a", "vpce-b"]}}
NOT_OURS = {"StringNotEquals": {"aws:SourceVpce": "vpce-a"}}


@pytest.mark.parametrize(
    ("policy", "authorization", "sentence"),
    [
        (
            resource({"Condition": OURS}),
            "NONE",
            "Anybody, signed or not, may call every stage, method and path through vpce-a or vpce-b.",
        ),
        (
            resource({}, {"effect": "Deny", "Condition": NOT_OURS}),
            "NONE",
            "Anybody, signed or not, may call every stage, method and path through vpce-a.",
        ),
        (
            resource({"Condition": OURS}),
            "AWS_IAM",
            f"callers of account {OWNER} may call every stage, method and path when their own policies allow it.",
        ),
        (
            resource({"Resource": "execute-api:/prod/GET/*", "Principal": {"AWS": STRANGER}}),
            "AWS_IAM",
            f"{STRANGER} may call prod/GET/*; those of other accounts only when their own policies allow it too.",
        ),
        (
            resource({}, {"effect": "Deny", "Resource": "execute-api:/dev/*"}),
            "COGNITO_USER_POOLS",
            "Callers with a valid token of the user pool may call everything except dev/*.",
        ),
        (
            resource({}, {"effect": "Deny", "Condition": {"IpAddress": {"aws:VpcSourceIp": "0.0.0.0/1"}}}),
            "NONE",
            "Anybody, signed or not, may call every stage, method and path from 128.0.0.0/1 or ::/0.",
        ),
        (resource({"Principal": {"AWS": ROLE}}), "NONE", "Nobody may call the API."),
        (resource({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}), "NONE", "Nobody may call the API."),
    ],
)  # fmt: skip
def test_who_may_call_is_told_in_a_plain_sentence(policy, authorization, sentence):
    assert sentence in sentences(who_can(policy, API, authorization))


def test_both_ids_in_one_negated_condition_admit_either_of_them():
    both = {"StringNotEquals": {"aws:SourceVpce": "vpce-a", "aws:SourceVpc": "vpc-2"}}
    told = sentences(who_can(resource({}, {"effect": "Deny", "Condition": both}), API, "NONE"))

    assert any("through vpce-a." in each for each in told)
    assert any("from endpoints in vpc-2." in each for each in told)


def test_an_endpoint_whose_policy_is_not_known_is_named():
    found = who_can(resource({}), API, "NONE", [Through("vpce-a", "vpc-1")])

    assert any("vpce-a is not known" in each for each in sentences(found))


def test_without_a_resource_policy_nobody_may_call():
    assert sentences(who_can(None, API, "AWS_IAM"))[0] == "Nobody may call the API."


def test_a_condition_that_is_no_set_of_values_is_told_as_it_is_written():
    odd = {"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}
    told = sentences(who_can(resource({"Condition": odd}), API, "AWS_IAM"))

    assert any("if NumericLessThan aws:MultiFactorAuthAge 300" in each for each in told)


def test_very_many_alternatives_are_cut_and_told():
    pairs = [
        {"effect": "Deny", "Condition": {"StringEquals": {"aws:Referer": f"r{n}", "aws:UserAgent": f"u{n}"}}}
        for n in range(12)
    ]
    found = who_can(resource({}, *pairs), API, "NONE")

    assert not found.complete
    assert any("more alternatives" in each for each in sentences(found))
