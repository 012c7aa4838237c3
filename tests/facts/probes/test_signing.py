"""What was signed and what the server shows of it: read from the whole answer, compared before it is masked."""

import html
import json

import pytest
from facts.servers import serving

from apidoctor.facts.probes.looker import ProbeLooker, Timeouts
from apidoctor.facts.probes.sign import ANOTHER, SigningCredentials, signing_of
from apidoctor.lab.front_door import sigv4 as lab
from apidoctor.lab.front_door.catalogue import rows
from apidoctor.model.missing import Probe
from apidoctor.model.request import Request
from apidoctor.reasoning.signing.mismatch import compared

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"
URL = f"https://{NAME}/prod/pets?b=2&a=1"
KEYS = SigningCredentials(
    "ASIAIOSFODNN7EXAMPLE", "the-secret-access-key-of-a-test", "IQoJb3JpZ2luX2VjEJr-the-token+/="
)


class Verifier:
    """A server that computes the signature as the lab does, of the request as it *changed* on the way."""

    def __init__(self, shape=json.dumps, **changed):
        self.shape, self.changed = shape, changed

    def __call__(self, talk):
        line, *rest = talk.head().split("\r\n")
        method, target, _ = line.split(" ")
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest if one)}
        names = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
        scope = headers["authorization"].partition("Credential=")[2].partition(",")[0].partition("/")[2]
        arrived = {**headers, **self.changed.get("headers", {})}
        request = lab.Signed(method, self.changed.get("target", target), arrived, b"")
        canonical = lab.canonical_request(request, names)
        to_sign = lab.string_to_sign(canonical, headers["x-amz-date"], scope)
        text = rows()["S1-canonical"].text.format(canonical=canonical, to_sign=to_sign)
        body = self.shape(text).encode()
        head = f"HTTP/1.1 403 Forbidden\r\nX-Amzn-ErrorType: InvalidSignatureException\r\nContent-Length: {len(body)}"
        talk.send(f"{head}\r\n\r\n".encode() + body)


@pytest.fixture
def ask(authority):
    """Send one signed call to a server that *talk* plays; return the observation."""

    def ask(talk, url=URL, **fields):
        known = {"target": "x", "name": NAME, "api_id": "abc1234567", "region": "us-east-1", "stage": "prod"}
        with serving(talk, authority.context(NAME)) as server:
            looker = ProbeLooker(
                Request(**known | fields),
                connect_to=[f"{WORLD}:443=127.0.0.1:{server.port}"],
                ca_file=str(authority.file),
                timeouts=Timeouts(http=5.0),
                credentials=lambda: KEYS,
            )
            probe = Probe("http", name=url, address=WORLD, detail="signed")
            (seen,) = looker.look(probe).observations
        return seen

    return ask


def message(text):
    """The body of API Gateway."""
    return json.dumps({"message": text}, separators=(",", ":"))


def xml(text):
    """The other form."""
    inner = html.escape(text)
    return f"<InvalidSignatureException>\n  <Message>{inner}</Message>\n</InvalidSignatureException>"


def carriage_returns(text):
    """The same with the line ends of Windows."""
    return message(text.replace("\n", "\r\n"))


def escaped_twice(text):
    """A middlebox that quotes what it got."""
    return message(text.replace("\n", "\\n"))


def as_markup(text):
    """A box that escapes what it shows, with a name for each sign of which Go and Java have one."""
    return message(html.escape(text).replace("+", "&#43;").replace("=", "&#x3D;").replace("\n", "&#10;"))


def on_a_page(text):
    """A box that shows the whole body on a page of its own."""
    return f"<html><body><h1>403</h1><pre>{html.escape(message(text))}</pre></body></html>"


SHAPES = [
    message,
    lambda text: json.dumps({"Message": text}),
    xml,
    str,
    carriage_returns,
    escaped_twice,
    as_markup,
    on_a_page,
]


@pytest.mark.parametrize("shape", SHAPES)
def test_both_texts_are_kept_and_nothing_differs_when_only_the_key_is_wrong(ask, shape):
    seen = ask(Verifier(shape))

    assert seen.signing.canonical_request.startswith("GET\n/prod/pets\na=1&b=2\n")
    assert seen.signing.received_canonical_request == seen.signing.canonical_request
    assert seen.signing.received_string_to_sign == seen.signing.string_to_sign
    assert "x-amz-security-token:***" in seen.signing.canonical_request
    assert compared(seen).is_whole
    assert KEYS.token not in repr(seen)


def test_a_text_longer_than_what_is_kept_of_the_body_is_read_to_its_end(ask):
    more = tuple((f"x-amz-meta-{number:03}", "v" * 90) for number in range(60))
    seen = ask(Verifier(message, target="/pets?b=2&a=1"), headers=more)
    found = compared(seen)

    assert len(seen.body) == 2048
    assert len(seen.signing.received_canonical_request) > 2048
    assert [line.element for line in found.differences] == ["path"]
    assert found.differences[0].meaning.fault == "A26"


def test_another_token_is_seen_to_be_another_though_both_are_masked(ask):
    other = "IQoJb3JpZ2luX2VjEJr-quite-another-token"
    seen = ask(Verifier(message, headers={"x-amz-security-token": other}))

    assert f"x-amz-security-token:*** {ANOTHER}" in seen.signing.received_canonical_request
    assert [line.element for line in compared(seen).differences] == ["header x-amz-security-token"]
    assert other not in repr(seen)


@pytest.mark.parametrize(
    ("changed", "fault", "element"),
    [
        ({"headers": {"host": "proxy.corp.example"}}, "A26", "header host"),
        ({"target": "/v1/prod/pets?b=2&a=1"}, "A26", "path"),
        ({"target": "/prod/pets?b=2"}, "A26", "query"),
        ({"headers": {"x-apigw-api-id": ""}}, "A26", "header x-apigw-api-id"),
    ],
)
def test_what_is_changed_on_the_way_is_named(ask, changed, fault, element):
    seen = ask(Verifier(message, **changed), headers=(("x-apigw-api-id", "abc1234567"),))
    (found,) = compared(seen).differences

    assert (found.meaning.fault, found.element) == (fault, element)


def test_a_client_that_signs_another_host_is_named(ask):
    (found,) = compared(ask(Verifier(message), sign_host="vpce.example")).differences

    assert (found.meaning.fault, found.signed, found.received) == ("A15", "host:vpce.example", f"host:{NAME}")


def test_an_answer_that_is_no_mismatch_keeps_what_was_signed(ask):
    def good(talk):
        talk.head()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    seen = ask(good)

    assert seen.signing.canonical_request.startswith("GET\n")
    assert seen.signing.received_canonical_request is None


def test_a_signed_call_without_an_answer_keeps_what_was_signed(ask):
    seen = ask(lambda talk: (talk.head(), talk.reset()))

    assert (seen.outcome, seen.signing.string_to_sign.split("\n")[0]) == ("reset", "AWS4-HMAC-SHA256")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '{"message": 5}',
        '{"message": "The Canonical String for this request should have been"}',
        '{"message": "The Canonical String for this request should have been\\n\'"}',
        "The String-to-Sign should have been 'AWS4-\n",
        "\x00" * 65536,
        "'" * 65536,
        '{"message":"' + "\\u" * 20000,
        "the canonical string for this request should have been '" + "a:b\n" * 16000,
    ],
)
def test_odd_bodies_give_no_error_and_no_endless_text(body):
    signing = signing_of(None, body, ())

    assert signing is None or len(signing.received_canonical_request or "") <= 16 * 1024
