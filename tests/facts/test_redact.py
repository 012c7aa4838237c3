"""Nothing that looks like a secret passes the net, and what is no secret passes unharmed."""

import time

import pytest

from apidoctor.facts.redact import MASK, is_secret_header, mask_known, redact, redact_value
from apidoctor.travelling.masking import query_secrets

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


SECRET_PARAMETERS = """
    sig sign signature hmac jwt auth oauth bearer pwd passwd password passphrase passcode pass otp
    session sessionid sid PHPSESSID connect.sid code auth_code authorizationCode key api_key apikey
    access_key subscription-key X-Amz-Credential x-sig X-Sign sig2 accessToken authToken sessionId
    session_id user_pwd userPwd clientSecret user_key appKey AuthKEY SIG code_verifier %73ig
"""
PLAIN_PARAMETERS = """
    design signal sign_type assign keyboard monkey keys sort_key page_key partitionKey lastEvaluatedKey
    key_name authority author authored auth_type codec zipcode zip_code status_code countryCode
    errorCode codes session_length inside side passage pass_through page compass
"""


@pytest.mark.parametrize("name", SECRET_PARAMETERS.split())
@pytest.mark.parametrize("before", ["https://h.example/p?", "/p?page=2&", "/p;", r"'GET\n/p\n", "GET\n/p\n"])
def test_a_parameter_that_is_secret_by_its_name_shows_no_value(name, before):
    assert redact(f"{before}{name}=Abc&page=2") == f"{before}{name}={MASK}&page=2"


@pytest.mark.parametrize("name", PLAIN_PARAMETERS.split())
def test_a_parameter_that_only_sounds_alike_keeps_its_value(name):
    url = f"https://h.example/p?{name}=Abc123456789&page=2"

    assert redact(url) == url
    assert query_secrets(url) == set()


def test_a_url_in_a_parameter_of_a_url_shows_no_secret():
    assert "Abc" not in redact("https://h/p?back=https%3A%2F%2Fi%2F%3Fa%3D1%26sig%3DAbc")


@pytest.mark.parametrize("value", ["1", "200", "prod", "customers", "Forbidden", "20261122", "basic"])
@pytest.mark.parametrize("name", ["key", "code", "session", "sign", "auth", "sort_key"])
def test_a_value_that_is_a_word_or_a_number_is_looked_for_nowhere(name, value):
    assert query_secrets(f"https://h/p?{name}={value}") == set()


@pytest.mark.parametrize(
    ("name", "value"), [("key", "AIzaSyD4x"), ("code", "4/0AX4XfWh"), ("session", "ab12cd"), ("sig", "abcd")]
)
def test_a_value_that_is_no_word_is_looked_for_wherever_it_comes_back(name, value):
    assert value in query_secrets(f"https://h/p?a=1&{name}={value}#x")


@pytest.mark.parametrize(
    "body",
    [
        '{"code": 403}',
        '{"code":"ValidationError","key":"x"}',
        '{"session":"morning","sign":"plus","auth":"basic"}',
        "<Error><Code>AccessDenied</Code><Key>pets/1</Key></Error>",
        "code=403 key=pets",
        '{"nextToken":null,"message":"Missing Authentication Token"}',
    ],
)
def test_a_body_whose_members_say_what_went_wrong_stays_readable(body):
    assert redact(body) == body


@pytest.mark.parametrize(
    "name", ["access_token", "refreshToken", "id_token", "pwd", "passphrase", "password"]
)
def test_a_body_that_hands_out_a_secret_is_masked(name):
    assert redact(f'{{"{name}": "Ab3dEf6hIj"}}') == f'{{"{name}": "{MASK}"}}'


def test_headers_of_an_answer_are_secret_by_the_same_names():
    secret = [
        "set-cookie",
        "x-auth-token",
        "x-amzn-remapped-authorization",
        "x-session-id",
        "x-access-key",
        "x-user-pwd",
    ]
    plain = "x-amzn-errortype x-amz-apigw-id x-amzn-requestid www-authenticate access-control-allow-credentials etag"

    assert [name for name in secret if not is_secret_header(name)] == []
    assert [name for name in plain.split() if is_secret_header(name)] == []


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


@pytest.mark.parametrize(
    "part",
    [
        "a.",
        "eyJ",
        "a-",
        "authorization: ",
        "://a:",
        "Bearer ",
        "x-api-key=",
        "?a",
        "?sig=",
        "\n/",
        "%26a%3d",
        "&%3",
    ],
)
def test_a_hostile_text_costs_no_more_than_linear_time(part):
    text = "secret://" + part * (200_000 // len(part))
    started = time.process_time()
    redact(text)

    assert time.process_time() - started < 5
