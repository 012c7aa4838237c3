"""Nothing that looks like a secret passes the net, and what is no secret passes unharmed."""

import time

import pytest

from apidoctor.facts.redact import MASK, mask_known, redact, redact_value

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("key AKIAIOSFODNN7EXAMPLE here", "AKIAIOSFODNN7EXAMPLE"),
        ("ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"),
        (f"token {JWT}.", JWT),
        (f"'{JWT}' not a valid key=value pair in Authorization header: 'Bearer {JWT}'.", JWT),
        (
            "'opaque!token' not a valid key=value pair (missing equal-sign) in Authorization header: "
            "'Bearer opaque!token'.",
            "opaque!token",
        ),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("Authorization=AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/x, Signature=ab", "AKID"),
        ('{"Authorization": "topsecret"}', "topsecret"),
        ("https://x/?X-Amz-Signature=0a1b2c3d&X-Amz-Date=1", "0a1b2c3d"),
        ("https://x/?x-amz-security-token%3DIQoJb3Jp%2F&a=1", "IQoJb3Jp"),
        (r"'GET\n/prod\n\nhost:h\nx-amz-security-token:IQoJb3JpZ2lu/x+y==\n\nhost'", "IQoJb3JpZ2lu"),
        ("the token FwoGZXIvYXdzEJr/a+b== is bad", "EJr/a+b"),
        ("https://h.example/p?api_key=VALUE123456", "VALUE123456"),
        ("https://h.example/p?apikey=VALUE123456", "VALUE123456"),
        ("x-api-key: s3cr3tkey", "s3cr3tkey"),
        ("set-cookie: sid=12345; Path=/", "12345"),
        ("http://user:pa55word@proxy:3128", "pa55word"),
        ("aws_secret_access_key = wJalrXUtnFEMI", "wJalrXUtnFEMI"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"),
    ],
)
def test_a_secret_in_a_text_is_masked(text, secret):
    assert secret not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
        "arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets",
        "Authorization header requires 'Credential' parameter.",
        "Credential should be scoped to a valid region.",
        "method.request.header.Authorization",
        "Basic authentication is required",
        "arn:aws:sts::111111111111:assumed-role/app/session",
        "AROAIOSFODNN7EXAMPLE:session",
        "https://abc1234567.execute-api.us-east-1.amazonaws.com/prod",
    ],
)
def test_what_is_no_secret_stays_readable(text):
    assert redact(text) == text


def test_a_header_that_is_a_secret_is_masked_whole_and_its_neighbours_are_not():
    value = {"X-Api-Key": "abc", "headers": [{"Cookie": ["a", "b"]}], "n": 1, "apiKeySource": "HEADER"}

    assert redact_value(value) == {
        "X-Api-Key": MASK,
        "headers": [{"Cookie": [MASK, MASK]}],
        "n": 1,
        "apiKeySource": "HEADER",
    }


def test_a_value_nested_without_end_is_cut_off():
    value: list = []
    for _ in range(500):
        value = [value]

    assert MASK in str(redact_value(value))


def test_secrets_this_process_knows_are_masked_wherever_they_come_back():
    assert mask_known(r"you sent ab/cd and ab\/cd!", ("ab/cd", "")) == "you sent *** and ***!"


@pytest.mark.parametrize("part", ["a.", "eyJ", "a-", "authorization: ", "://a:", "Bearer ", "x-api-key="])
def test_a_hostile_text_costs_no_more_than_linear_time(part):
    text = "secret://" + part * (200_000 // len(part))
    started = time.process_time()
    redact(text)

    assert time.process_time() - started < 5
