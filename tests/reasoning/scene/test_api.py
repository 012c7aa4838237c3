"""The API, its stage, and the method that answers a path.

Source: API Gateway developer guide, "Proxy resources" and "Amazon API Gateway concepts".
"""

import pytest
from reasoning.scene.kit import API, A, B, case

from apidoctor.model.facts import Undecided
from apidoctor.reasoning.scene.api import Method, best_match, method, methods, rest_api, stage, stage_name
from apidoctor.reasoning.scene.caller import read_principal

OWN = {"get_rest_api": {API: {"id": API, "name": "pets", "endpointConfiguration": {"types": ["PRIVATE"]}}}}
GONE = {"get_rest_api": {API: {"error": {"Code": "NotFoundException", "Message": "Invalid API identifier"}}}}
REFUSED = {"get_rest_api": {API: {"error": {"Code": "AccessDeniedException", "Message": "no"}}}}


def resource(path, **verbs):
    return {
        "path": path,
        "resourceMethods": {verb: {"authorizationType": kind} for verb, kind in verbs.items()},
    }


@pytest.mark.parametrize(
    ("verb", "path", "found"),
    [
        ("GET", "/pets", "/pets GET"),
        ("GET", "/pets/", "/pets GET"),
        ("GET", "/pets/7", "/pets/{id} GET"),
        ("GET", "/pets/mine", "/pets/mine GET"),
        ("GET", "/pets/7/toys/3", "/{proxy+} ANY"),
        ("DELETE", "/pets/7", "/{proxy+} ANY"),
        ("POST", "/pets", "/pets ANY"),
        ("GET", "/", "/ GET"),
        ("POST", "/", None),
    ],
)
def test_a_literal_comes_before_a_parameter_before_a_greedy_one(verb, path, found):
    there = ["/ GET", "/pets GET", "/pets ANY", "/pets/{id} GET", "/pets/mine GET", "/{proxy+} ANY"]
    candidates = [Method(resource=one.split()[0], verb=one.split()[1]) for one in there]
    match = best_match(candidates, verb, path)

    assert (f"{match.resource} {match.verb}" if match else None) == found


@pytest.mark.parametrize("path", ["/a.c", "/a+c", "/a(c", "/%2e", "/a\nb"])
def test_a_path_is_no_pattern(path):
    assert (
        best_match([Method(resource="/abc", verb="GET"), Method(resource="/a", verb="GET")], "GET", path)
        is None
    )


def test_an_api_is_found_in_whatever_account_shows_it():
    assert rest_api(case(OWN)).value.account == A
    assert rest_api(case(GONE, other=OWN)).value.account == B
    assert rest_api(case(REFUSED, other=OWN)).value.account == B


def test_an_api_is_absent_only_when_every_account_says_so():
    assert rest_api(case(GONE, other=GONE)).value is None
    assert not rest_api(case(GONE, other=REFUSED)).known
    assert not rest_api(case(GONE, other={})).known


def test_the_list_of_all_apis_tells_as_much_as_the_call_by_id():
    assert rest_api(case({"get_rest_apis": {"items": [OWN["get_rest_api"][API]]}})).value.name == "pets"
    assert rest_api(case({"get_rest_apis": {"items": []}})).value is None


def test_the_owner_in_an_arn_is_the_only_account_that_counts():
    target = f"arn:aws:execute-api:us-east-1:{B}:{API}/prod/GET/pets"

    assert not rest_api(case(OWN, target=target)).known
    assert rest_api(case(GONE, other=OWN, target=target)).value.account == B


def test_the_stage_is_known_by_its_own_answer_or_by_the_list():
    one = {"get_stage": {f"{API}/prod": {"stageName": "prod", "deploymentId": "d1"}}}
    many = {
        "get_stages": {API: {"item": [{"stageName": "dev"}, {"stageName": "prod", "deploymentId": "d1"}]}}
    }

    assert stage(case(OWN | one)).value.deployment_id == "d1"
    assert stage(case(OWN | many)).value.deployment_id == "d1"
    assert stage(case(OWN | {"get_stages": {API: {"item": []}}})).value is None
    assert not stage(case(OWN)).known


def test_an_id_alone_means_the_only_stage():
    only = OWN | {"get_stages": {API: {"item": [{"stageName": "prod"}]}}}
    two = OWN | {"get_stages": {API: {"item": [{"stageName": "prod"}, {"stageName": "dev"}]}}}

    assert stage_name(case(only, target=API, region="us-east-1")).value == "prod"
    assert stage_name(case(two, target=API, region="us-east-1")).value is None


def test_the_saved_methods_answer_when_no_export_can_be_seen():
    items = [resource("/pets", GET="NONE", ANY="AWS_IAM"), resource("/orders/{id}", POST="AWS_IAM")]
    one = case(OWN | {"get_resources": {API: {"items": items}}})

    assert {(m.resource, m.verb, m.authorization) for m in methods(one).value} == {
        ("/pets", "GET", "NONE"),
        ("/pets", "ANY", "AWS_IAM"),
        ("/orders/{id}", "POST", "AWS_IAM"),
    }


def test_what_is_deployed_counts_not_what_is_saved():
    saved = {
        "get_resources": {API: {"items": [resource("/pets", GET="AWS_IAM"), resource("/new", GET="NONE")]}}
    }
    export = {"get_export": {f"{API}/prod/oas30": {"body": {"paths": {"/pets": {"get": {}}}}}}}

    assert method(case(OWN | saved | export)).value.authorization == "AWS_IAM"
    assert (
        method(
            case(OWN | saved | export, target=f"https://{API}.execute-api.us-east-1.amazonaws.com/prod/new")
        ).value
        is None
    )


def deployed_beside(draft, operation):
    """An API whose saved GET /pets is *draft* and whose export shows *operation* for it, with its schemes."""
    schemes = {
        "sigv4": {"type": "apiKey", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
        "gate": {"type": "apiKey", "name": "token", "x-amazon-apigateway-authtype": "custom"},
        "key": {"type": "apiKey", "name": "x-api-key"},
    }
    items = [{"path": "/pets", "resourceMethods": {"GET": draft}}]
    body = {"components": {"securitySchemes": schemes}, "paths": {"/pets": {"get": operation}}}
    answers = {"get_resources": {API: {"items": items}}, "get_export": {f"{API}/prod/oas30": {"body": body}}}
    return method(case(OWN | answers)).value


WHOLE = {"x-amazon-apigateway-integration": {"type": "mock"}}
"""What an export with API Gateway's extensions shows of every method."""


@pytest.mark.parametrize(
    ("draft", "operation", "authorization", "key"),
    [
        ({"authorizationType": "AWS_IAM", "apiKeyRequired": True}, WHOLE, "NONE", False),
        ({"authorizationType": "CUSTOM"}, WHOLE, "NONE", False),
        ({"authorizationType": "NONE"}, WHOLE | {"security": [{"key": []}]}, "NONE", True),
        ({"authorizationType": "NONE"}, WHOLE | {"security": [{"sigv4": []}]}, "AWS_IAM", False),
        ({"authorizationType": "NONE"}, WHOLE | {"security": [{"gate": []}, {"key": []}]}, "CUSTOM", True),
        (
            {"authorizationType": "AWS_IAM"},
            WHOLE | {"x-amazon-apigateway-auth": {"type": "none"}},
            "NONE",
            False,
        ),
        # An export without the extensions tells of the key, and not of the authorization.
        ({"authorizationType": "AWS_IAM", "apiKeyRequired": True}, {}, "AWS_IAM", False),
        ({"authorizationType": "AWS_IAM"}, {"security": [{"key": []}]}, "AWS_IAM", True),
        # A scheme that is not explained asks for something: the draft tells what, unless it asks for nothing.
        ({"authorizationType": "CUSTOM"}, WHOLE | {"security": [{"other": []}]}, "CUSTOM", False),
        ({"authorizationType": "NONE"}, WHOLE | {"security": [{"other": []}]}, None, False),
    ],
)
def test_what_a_method_asks_for_is_what_was_deployed(draft, operation, authorization, key):
    found = deployed_beside(draft, operation)

    assert (found.authorization, found.api_key_required) == (authorization, key)


@pytest.mark.parametrize(
    ("arn", "kind", "name"),
    [
        ("arn:aws:iam::222222222222:user/team/alice", "user", "alice"),
        ("arn:aws:iam::222222222222:role/service/app", "role", "app"),
        ("arn:aws:sts::222222222222:assumed-role/app/i-1", "assumed-role", "app"),
        ("arn:aws:iam::222222222222:root", "root", ""),
        ("arn:aws-us-gov:iam::222222222222:role/app", "role", "app"),
    ],
)
def test_a_principal_is_read_from_its_arn(arn, kind, name):
    who = read_principal(arn)

    assert (who.kind, who.name, who.account) == (kind, name, B)


@pytest.mark.parametrize("arn", ["arn:aws:iam::222222222222:group/x", "alice", "arn:aws:s3:::bucket", ""])
def test_what_is_no_principal_is_unknown(arn):
    with pytest.raises(Undecided):
        read_principal(arn)
