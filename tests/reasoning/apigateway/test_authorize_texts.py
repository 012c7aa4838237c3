"""The texts of a 403: what each layer prints, and what is read from a body."""

import json

import pytest

from apidoctor.reasoning.apigateway.authorize import Denial, Step, denial_text, parse_denial

MASKED = "arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets/7"
PARTS = {
    "resource": MASKED,
    "action": "execute-api:Invoke",
    "partition": "aws",
    "region": "us-east-1",
    "account_last4": "1111",
    "api_id": "abc1234567",
    "stage": "prod",
    "method": "GET",
    "path": "/pets/7",
}
POLICY_ARN = "arn:aws:organizations::111122223333:policy/o-x/service_control_policy/p-1"

ENDINGS = [
    (
        "identity_policies",
        "identity",
        "implicit",
        "because no identity-based policy allows the execute-api:Invoke action",
    ),
    ("identity_policies", "identity", "explicit", "with an explicit deny in an identity-based policy"),
    (
        "resource_policy",
        "resource",
        "implicit",
        "because no resource-based policy allows the execute-api:Invoke action",
    ),
    ("resource_policy", "resource", "explicit", "with an explicit deny in a resource-based policy"),
    (
        "endpoint_policy",
        "endpoint",
        "implicit",
        "because no VPC endpoint policy allows the execute-api:Invoke action",
    ),
    ("endpoint_policy", "endpoint", "explicit", "with an explicit deny in a VPC endpoint policy"),
    (
        "permissions_boundary",
        "boundary",
        "implicit",
        "because no permissions boundary allows the execute-api:Invoke action",
    ),
    ("permissions_boundary", "boundary", "explicit", "with an explicit deny in a permissions boundary"),
    (
        "session_policy",
        "session",
        "implicit",
        "because no session policy allows the execute-api:Invoke action",
    ),
    ("session_policy", "session", "explicit", "with an explicit deny in a session policy"),
    ("service_control_policies", "scp", "explicit", "with an explicit deny in a service control policy"),
]


def body(tail: str, who: str = "anonymous", key: str = "Message") -> str:
    return json.dumps(
        {key: f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {MASKED}{tail}"}
    )


@pytest.mark.parametrize(("gate", "layer", "kind", "text"), ENDINGS)
def test_each_layer_has_its_ending_and_the_ending_tells_the_layer(gate, layer, kind, text):
    assert denial_text(Step(gate, f"{kind}_deny", layer)) == text
    assert parse_denial(body(f" {text}")) == Denial(layer, kind, "anonymous", **PARTS)


def test_a_silent_service_control_policy_is_worded_as_a_deny():
    step = Step("service_control_policies", "implicit_deny", "scp")

    assert denial_text(step) == "with an explicit deny in a service control policy"


def test_a_gate_that_does_not_deny_prints_nothing():
    assert denial_text(Step("resource_policy", "neutral", "resource")) == ""
    assert denial_text(Step("resource_policy", "indeterminate", "resource")) == ""


def test_a_lambda_authorizer_prints_neither_user_nor_arn():
    explicit = denial_text(Step("authorizer", "explicit_deny", "authorizer"))
    implicit = denial_text(Step("authorizer", "implicit_deny", "authorizer"))

    assert explicit == "User is not authorized to access this resource with an explicit deny"
    assert implicit == (
        "User is not authorized to access this resource "
        "because no identity-based policy allows the execute-api:Invoke action"
    )
    assert parse_denial(json.dumps({"Message": explicit})) == Denial("authorizer", "explicit")
    assert parse_denial(json.dumps({"Message": implicit})) == Denial("authorizer", "implicit")
    assert parse_denial("User is not authorized to access this resource") == Denial("authorizer", None)


def test_an_older_text_without_an_ending_tells_only_what_was_called():
    assert parse_denial(body("")) == Denial(None, None, "anonymous", **PARTS)


def test_an_older_text_with_a_bare_explicit_deny_tells_no_layer():
    assert parse_denial(body(" with an explicit deny")) == Denial(None, "explicit", "anonymous", **PARTS)


@pytest.mark.parametrize("suffix", [f": {POLICY_ARN}", f" (: {POLICY_ARN})", f": {POLICY_ARN}."])
def test_a_newer_text_names_the_policy(suffix):
    found = parse_denial(body(f" with an explicit deny in a service control policy{suffix}"))

    assert found is not None
    assert (found.layer, found.kind, found.policy_arn) == ("scp", "explicit", POLICY_ARN)


@pytest.mark.parametrize(
    ("tail", "layer", "kind"),
    [
        (
            "with an explicit deny in a VPC endpoint policy transitively through a service control policy",
            "scp",
            "explicit",
        ),
        ("with an explicit deny in a sessions policy", "session", "explicit"),
        ("with an explicit deny in a resource control policy", "rcp", "explicit"),
        ("because no service control policy allows the sts:AssumeRole action", "scp", "implicit"),
        ("because no role trust policy allows the sts:AssumeRole action", "resource", "implicit"),
        ("with an explicit deny in the role trust policy", "resource", "explicit"),
    ],
)
def test_rare_endings_are_understood(tail, layer, kind):
    found = parse_denial(body(f" {tail}"))

    assert found is not None
    assert (found.layer, found.kind) == (layer, kind)


@pytest.mark.parametrize("tail", ["", *(f" {row[3]}" for row in ENDINGS), " (request 1)", "\n"])
def test_a_path_with_a_blank_in_it_tells_no_path_and_a_whole_one_does(tail):
    whole, broken = parse_denial(body(tail)), parse_denial(body(f" dogs{tail}"))

    assert whole is not None
    assert broken is not None
    assert (whole.method, whole.path) == ("GET", "/pets/7")
    assert (broken.api_id, broken.stage, broken.method, broken.path) == ("abc1234567", "prod", None, None)
    assert (broken.layer, broken.kind) == (whole.layer, whole.kind)


def test_the_principal_of_a_signed_call_is_read():
    who = "arn:aws:sts::222222222222:assumed-role/app/worker"

    found = parse_denial(body(" with an explicit deny", who))

    assert found is not None
    assert found.who == who


@pytest.mark.parametrize(
    "text",
    [
        body("", key="message"),
        json.loads(body(""))["Message"],
        f"<AccessDeniedException><Message>{json.loads(body(''))['Message']}</Message></AccessDeniedException>",
        body("").replace("resource: ", "resource:"),
    ],
    ids=["small m", "plain", "xml", "no space"],
)
def test_the_message_is_found_in_every_wrapping(text):
    assert parse_denial(text) == Denial(None, None, "anonymous", **PARTS)


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:execute-api:us-east-1:********1111:abc/prod/GET/", ("abc", "prod", "GET", "/", None)),
        ("arn:aws-cn:execute-api:cn-north-1:********1111:abc/prod/GET", ("abc", "prod", "GET", None, None)),
        (
            "arn:aws:execute-api:us-east-1:********1111:/domainnames/a.example.com+x1",
            (None, None, None, None, "a.example.com+x1"),
        ),
        ("arn:aws:iam::111:role/x", (None, None, None, None, None)),
    ],
)
def test_the_parts_of_the_arn_are_told_as_far_as_it_has_them(arn, expected):
    found = parse_denial(body("").replace(MASKED, arn))

    assert found is not None
    assert (found.api_id, found.stage, found.method, found.path, found.domain) == expected
    assert found.resource == arn


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Forbidden",
        '{"message":"Forbidden"}',
        '{"message":null}',
        "{",
        "{}",
        "[1]",
        '{"message":["x"]}',
        "[" * 9999,
        '{"message":"Missing Authentication Token"}',
        "<html>",
        "User: x",
    ],
)
def test_a_body_in_which_no_policy_speaks_gives_nothing(text):
    assert parse_denial(text) is None


def test_a_hostile_body_is_read_in_bounded_time():
    tail = "because no " + "a " * 200_000

    assert (
        parse_denial("User: a is not authorized to perform: a:b on resource: " + "x" * 500_000 + tail)
        is not None
    )
    assert parse_denial("{" * 200_000) is None
