"""Middle boxes: what they do to requests, answers and certificates, seen by an independent client."""

import gzip
import socket
import ssl
import time
from dataclasses import replace

import httpx
import pytest
from lab.conftest import Client

from apidoctor.lab import Lab
from apidoctor.lab.description import Box, Proxy
from apidoctor.lab.description.box import ALB, SQUID

HOST = "<api:pets>.execute-api.us-east-1.amazonaws.com"
AWS_IDS = {"x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"}


@pytest.fixture(scope="module")
def running():
    with Lab("same-account") as lab:
        yield Client(lab)


@pytest.fixture
def boxes(running):
    """The boxes of the running world; none after the test."""
    yield running.lab.world.boxes
    running.lab.world.boxes.clear()


def call(client, path="/prod/pets", **options):
    return client.get(client.lab.world.fill(f"https://{HOST}{path}"), **options)


def raw(client, most=1 << 20):
    """The bytes of one answer, at most so many."""
    host, _, port = client.book["10.1.4.21"].partition(":")
    trust = ssl.create_default_context(cafile=client.option("--ca-file")[0])
    name = client.lab.world.fill(HOST)
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        trust.wrap_socket(plain, server_hostname=name) as tls,
    ):
        tls.sendall(f"GET /prod/pets HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        answer = b""
        while len(answer) < most and (more := tls.recv(65536)):
            answer += more
            head, _, body = answer.partition(b"\r\n\r\n")
            length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            if length and len(body) >= int(length[0].split(b":")[1]):
                break
        return answer


@pytest.mark.parametrize(("box", "status", "server"), [(ALB, 503, "awselb/2.0"), (SQUID, 403, "squid/5.7")])
def test_a_box_that_answers_itself_has_no_header_of_aws(running, boxes, box, status, server):
    boxes.append(box)
    answer = call(running)

    assert (answer.status_code, answer.headers["server"]) == (status, server)
    assert answer.text == box.body
    assert not AWS_IDS & set(answer.headers)
    assert "x-amzn-errortype" not in answer.headers


def test_a_box_that_rewrites_the_host_breaks_the_signature_and_shows_in_the_servers_string(running, boxes):
    world = running.lab.world
    world.api.endpoints = ["main"]
    alias = f"<api:pets>-<endpoint:main>{HOST.removeprefix('<api:pets>')}"
    boxes.append(Box("rewrites-host", value=alias))
    signed = call(running, "/prod/orders", sign=world.fill(HOST))
    unsigned = call(running)
    world.api.endpoints = []

    assert unsigned.status_code == 200
    assert f"host:{world.fill(alias)}\n" in signed.json()["message"]


def test_a_box_that_changes_a_signed_header_breaks_the_signature(running, boxes):
    boxes.append(Box("sets-header", header="X-Amz-Date", value="20260101T000000Z"))
    answer = call(running, "/prod/orders", sign=running.lab.world.fill(HOST))

    assert answer.headers["x-amzn-errortype"] == "InvalidSignatureException"
    assert "Signature expired: 20260101T000000Z" in answer.json()["message"]


def test_a_box_that_sends_a_request_to_another_host_is_forbidden(running, boxes):
    boxes.append(Box("rewrites-host", value="backend.corp.example"))

    assert call(running).text == '{"message":"Forbidden"}'


@pytest.mark.parametrize("trusted", [True, False])
def test_inspection_shows_its_own_issuer_and_is_trusted_only_if_its_ca_is(lab, trusted):
    client = lab(
        change=lambda world: world.boxes.append(Box("inspects", issuer="Corp Security", trusted=trusted))
    )
    host, _, port = client.book["10.1.4.21"].partition(":")
    name = client.lab.world.fill(HOST)
    loose = ssl._create_unverified_context()
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        loose.wrap_socket(plain, server_hostname=name) as tls,
    ):
        assert b"Corp Security" in tls.getpeercert(binary_form=True)
    if trusted:
        assert set(call(client).headers) >= AWS_IDS
    else:
        with pytest.raises(httpx.ConnectError, match="unable to get local issuer"):
            call(client)


def test_a_dripping_answer_comes_one_byte_at_a_time(running, boxes):
    boxes.append(Box("drips"))
    started = time.monotonic()
    answer = raw(running, most=6)

    assert answer == b"HTTP/1"
    assert time.monotonic() - started > 0.8


def test_a_truncated_answer_ends_before_its_length(running, boxes):
    boxes.append(Box("truncates"))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        call(running)


def test_a_giant_header_has_its_size_and_many_headers_their_number(running, boxes):
    boxes.append(Box("giant-header", size=70000))
    giant = raw(running)
    boxes[:] = [Box("many-headers", size=500)]
    many = raw(running)

    assert max(len(line) for line in giant.split(b"\r\n")) == 70000 + len(b"X-Padding: ")
    assert many.count(b"\r\nX-Padding-") == 500


def test_an_endless_body_goes_on_and_names_no_length(running, boxes):
    boxes.append(Box("endless"))
    answer = raw(running, most=3 << 20)

    assert len(answer) >= 3 << 20
    assert b"content-length" not in answer.lower()


def test_a_bomb_is_small_on_the_wire_and_large_unpacked(running, boxes):
    boxes.append(Box("bomb", size=8 << 20))
    head, _, body = raw(running).partition(b"\r\n\r\n")

    assert b"Content-Encoding: gzip" in head
    assert len(body) < 100_000
    assert len(gzip.decompress(body)) >= 8 << 20


def test_a_redirect_leads_where_the_box_says(running, boxes):
    boxes.append(Box("redirects", value="http://169.254.169.254/latest/meta-data/"))
    answer = call(running)

    assert (answer.status_code, answer.headers["location"]) == (
        302,
        "http://169.254.169.254/latest/meta-data/",
    )


def test_a_box_can_hang_up_or_say_nothing(running, boxes):
    boxes.append(Box("hangs-up"))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        call(running)
    boxes[:] = [Box("silent")]
    with pytest.raises(httpx.ReadTimeout):
        call(running)


def test_a_proxy_refuses_connect_in_its_own_words(lab):
    client = lab(change=lambda world: setattr(world, "proxy", Proxy(headers={"X-Proxy-Error": "policy"})))
    host, _, port = client.lab.environment["HTTPS_PROXY"].removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as plain:
        plain.sendall(b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n")
        answer = b""
        while more := plain.recv(4096):
            answer += more

    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"X-Proxy-Error: policy" in answer
    assert answer.endswith(b"ERR_ACCESS_DENIED</body></html>")


def test_a_proxy_that_opens_leads_to_the_public_side(lab):
    client = lab(change=lambda world: setattr(world, "proxy", Proxy(200, exempt=".other.example")))
    trust = ssl.create_default_context(cafile=client.option("--ca-file")[0])
    with httpx.Client(proxy=client.lab.environment["HTTPS_PROXY"], trust_env=False, verify=trust) as proxied:
        answer = proxied.get(client.lab.target)

    assert client.lab.environment["NO_PROXY"] == ".other.example"
    assert (answer.status_code, answer.text) == (403, '{"message":"Forbidden"}')
    assert client.as_asked().status_code == 200


def test_an_inspecting_firewall_may_also_answer(lab):
    client = lab(change=lambda world: world.boxes.append(replace(SQUID, issuer="Corp Security")))
    answer = call(client)

    assert (answer.status_code, answer.headers["x-squid-error"]) == (403, "ERR_ACCESS_DENIED 0")
