"""Signatures agree with the published rule, computed by an independent canonicaliser."""

import pytest
from facts import sigv4

from apidoctor.facts.probes.sign import SigningCredentials, sign, strict_query

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEYS = SigningCredentials("AKIAIOSFODNN7EXAMPLE", SECRET)
HOST = "abc1234567.execute-api.us-east-1.amazonaws.com"

QUERIES = [
    "",
    "a=1",
    "b=2&a=1",
    "a=2&a=1",
    "q=a+b",
    "q=%7e",
    "q=%2f",
    "q='()*",
    "q=a/b:c",
    "q=a,b;c",
    "q=a=b",
    "q",
    "q=%C3%A9",
    "q=é",
    "q=a%20b",
    "q=%zz",
    "A=1&a=2&%41b=3",
]
PATHS = ["/", "/prod/pets", "/prod/a%20b", "/prod/a:b@c", "/prod/%C3%A9", "/prod/a,b;c=d", "/prod/pets/"]


def signed(path="/prod/pets", query="", method="GET", headers=None, keys=KEYS, body=b"", host=HOST):
    target = f"{path}?{strict_query(query)}" if query else path
    headers = headers or {}
    added = sign(keys, method, f"https://{HOST}{target}", headers, body, region="us-east-1", host=host)
    added = added.headers
    lower = {name.lower(): value for name, value in {**headers, **added, "host": host}.items()}
    return target, lower


def agrees(target, headers, method="GET", body=b""):
    expected = sigv4.signature(SECRET, method, target, headers, body)
    return sigv4.given(headers["authorization"]) == expected


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_is_signed_as_the_rule_says_once_it_is_strictly_encoded(query):
    assert agrees(*signed(query=query))


@pytest.mark.parametrize("path", PATHS)
def test_every_path_is_signed_as_the_rule_says(path):
    assert agrees(*signed(path))


def test_method_and_body_are_part_of_the_signature():
    target, headers = signed(method="POST", body=b"{}", headers={"content-type": "application/json"})

    assert agrees(target, headers, "POST", b"{}")
    assert not agrees(target, headers, "PUT", b"{}")
    assert not agrees(target, headers, "POST", b"[]")


def test_the_session_token_is_sent_and_signed():
    _, headers = signed(keys=SigningCredentials("ASIAIOSFODNN7EXAMPLE", SECRET, "the-token"))

    assert headers["x-amz-security-token"] == "the-token"
    assert "x-amz-security-token" in sigv4.parts(headers["authorization"])[1]
    assert agrees("/prod/pets", headers)


def test_only_headers_that_nobody_rewrites_are_signed():
    sent = {
        "accept": "*/*",
        "user-agent": "x",
        "x-amzn-requestid": "1",
        "x-apigw-api-id": "abc",
        "x-mine": "1",
    }
    _, headers = signed(headers=sent)

    assert sigv4.parts(headers["authorization"])[1] == ["host", "x-amz-date", "x-apigw-api-id"]


def test_the_given_host_is_the_one_that_is_signed():
    target, headers = signed(host="other.example")

    assert agrees(target, headers)
    assert not agrees(target, {**headers, "host": HOST})


def test_the_scope_names_region_and_service():
    _, headers = signed()
    scope, _ = sigv4.parts(headers["authorization"])

    assert scope.split("/")[1:] == ["us-east-1", "execute-api", "aws4_request"]


def test_credentials_never_show_themselves():
    assert SECRET not in repr(KEYS)
    assert SECRET not in str([KEYS])


@pytest.mark.parametrize(
    ("query", "strict"),
    [
        ("q=a+b", "q=a%2Bb"),
        ("q=%7e%2f", "q=~%2F"),
        ("a&b=", "a=&b="),
        ("q='()*", "q=%27%28%29%2A"),
        ("a=b=c", "a=b%3Dc"),
        ("&&a=1&", "a=1"),
        ("q=%zz", "q=%25zz"),
    ],
)
def test_a_query_is_encoded_so_that_nothing_is_left_to_encode(query, strict):
    assert strict_query(query) == strict
    assert strict_query(strict) == strict
