"""Signatures are checked for real, by code that shares nothing with the signer of the client, botocore."""

import pytest

from apidoctor.lab.front_door.sigv4 import (
    Signed,
    canonical_path,
    canonical_query,
    canonical_request,
    signature,
)

ORDERS = "https://<api:pets>.execute-api.us-east-1.amazonaws.com/prod/orders"


def orders(client):
    target = client.lab.world.fill(ORDERS)
    return target, target.split("/")[2]


def test_a_right_signature_is_accepted(same_account):
    target, host = orders(same_account)

    assert same_account.get(target, sign=host).status_code == 200


def test_a_signed_call_through_the_endpoints_own_name_is_accepted(same_account):
    world = same_account.lab.world
    target = world.fill("https://<host:main>/prod/orders")
    api = {"x-apigw-api-id": world.api.id}

    assert same_account.get(target, sign=world.fill("<host:main>"), headers=api).status_code == 200


@pytest.mark.parametrize("query", ["b=2&a=1", "q=a%20b", "q=%C3%A4&empty=", "a=1&a=0"])
def test_a_query_is_part_of_the_signature(same_account, query):
    target, host = orders(same_account)

    assert same_account.get(f"{target}?{query}", sign=host).status_code == 200


def test_a_signature_for_another_host_shows_the_servers_canonical_string(same_account):
    target, host = orders(same_account)
    message = same_account.get(target, sign="other.example").json()["message"]

    assert "The Canonical String for this request should have been\n'GET\n/prod/orders\n\n" in message
    assert f"host:{host}\n" in message
    assert "The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n" in message


def test_a_wrong_secret_is_a_mismatch(same_account):
    target, host = orders(same_account)
    headers = same_account.signature(target, host, {})
    headers["Authorization"] = headers["Authorization"][:-4] + "0000"
    answer = same_account.get(target, headers=headers)

    assert answer.headers["x-amzn-ErrorType"] == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ({"region": "eu-west-1"}, "Credential should be scoped to a valid region."),
        ({"service": "apigateway"}, "Credential should be scoped to correct service: 'execute-api'."),
    ],
)
def test_a_signature_of_another_scope_is_named(same_account, scope, text):
    target, host = orders(same_account)
    answer = same_account.get(target, headers=same_account.signature(target, host, {}, **scope))

    assert answer.json() == {"message": text}


def test_a_missing_session_token_is_an_invalid_token(same_account):
    target, host = orders(same_account)
    headers = same_account.signature(target, host, {})
    headers["X-Amz-Security-Token"] = ""
    answer = same_account.get(target, headers=headers)

    assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert answer.json() == {"message": "The security token included in the request is invalid."}


def test_a_signature_without_its_parts_is_incomplete(same_account):
    target, _ = orders(same_account)
    answer = same_account.get(target, headers={"Authorization": "AWS4-HMAC-SHA256 Credential=a/b/c/d/e"})

    assert answer.headers["x-amzn-ErrorType"] == "IncompleteSignatureException"
    assert answer.json() == {"message": "Authorization header requires 'Signature' parameter."}


def test_a_wrong_signature_is_refused_even_where_none_is_needed(same_account):
    target = same_account.lab.world.fill(ORDERS).replace("orders", "pets")
    answer = same_account.get(target, sign="other.example")

    assert answer.headers["x-amzn-ErrorType"] == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("seconds", "text"), [(20 * 60, "Signature expired: "), (-20 * 60, "Signature not yet current: ")]
)
def test_a_clock_that_is_off_is_named_with_both_times(lab, seconds, text):
    client = lab(change=lambda world: setattr(world.front_door, "signature_clock_s", seconds))
    target, host = orders(client)
    message = client.get(target, sign=host).json()["message"]

    assert message.startswith(text)
    assert message.endswith(" 5 min.)")


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("", "/"),
        ("/", "/"),
        ("/a/../b", "/b"),
        ("//a//b/", "/a/b/"),
        ("/a%20b", "/a%2520b"),
        ("/-._~", "/-._~"),
        ("/a/./", "/a/"),
    ],
)
def test_paths_are_normalised_and_encoded_once_more(path, canonical):
    assert canonical_path(path) == canonical


@pytest.mark.parametrize(
    ("query", "canonical"),
    [("", ""), ("b=1&a=2", "a=2&b=1"), ("a", "a="), ("a=b+c", "a=b%2Bc"), ("q=%7e'", "q=~%27")],
)
def test_queries_are_decoded_encoded_strictly_and_sorted(query, canonical):
    assert canonical_query(query) == canonical


def test_the_published_vanilla_example_gives_its_published_signature():
    """The ``get-vanilla`` case of AWS's Signature Version 4 test suite."""
    headers = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
    canonical = canonical_request(Signed("GET", "/", headers, b""), ["host", "x-amz-date"])
    scope = ["20150830", "us-east-1", "service", "aws4_request"]
    to_sign = (
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
        "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63"
    )

    assert canonical.splitlines()[0:3] == ["GET", "/", ""]
    assert (
        signature("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope, to_sign)
        == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    )
