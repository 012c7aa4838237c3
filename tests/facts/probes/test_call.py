"""What is sent: the caller's own request, and never what could change data or give a secret away."""

import re
import time

import pytest

from apidoctor.facts.probes.call import NotSent, prepare
from apidoctor.facts.probes.sign import SigningCredentials
from apidoctor.model.request import Request
from apidoctor.reasoning.apigateway.names import read_target

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
VPCE = "vpce-0123456789abcdef0-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com"
KEYS = SigningCredentials("ASIAIOSFODNN7EXAMPLE", "the-secret-access-key", "the-session-token")


def request(**fields):
    defaults = {"target": "x", "name": NAME, "api_id": "abc1234567", "region": "us-east-1", "stage": "prod"}
    return Request(**{**defaults, **fields})


def test_the_caller_s_own_host_and_headers_are_sent():
    wanted = request(
        name=VPCE, host=NAME, headers=(("Host", NAME), ("X-Mine", "1"), ("x-apigw-api-id", "abc"))
    )
    call = prepare(wanted, f"https://{VPCE}/prod/pets?b=2&a=x+y", "unsigned")
    headers = dict(call.headers)

    assert call.name == VPCE
    assert headers["host"] == NAME
    assert headers["x-mine"] == "1"
    assert headers["user-agent"].startswith("apidoctor/")
    assert re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", headers["x-amzn-requestid"])
    assert call.target == "/prod/pets?b=2&a=x%2By"
    assert call.sent["x-apigw-api-id"] == "abc"
    assert not call.signed


def test_a_port_that_is_not_443_is_part_of_the_host():
    assert dict(prepare(request(), f"https://{NAME}:8443/", "unsigned").headers)["host"] == f"{NAME}:8443"


@pytest.mark.parametrize(
    ("target", "headers", "host", "server_name"),
    [
        (f"https://{NAME}:8443/prod", [], f"{NAME}:8443", NAME),
        (f"https://{NAME}:443/prod", [], NAME, NAME),
        (f"https://{NAME}:8443/prod", [("Host", NAME)], NAME, NAME),
        (f"https://{NAME}/prod", [("Host", f"{NAME}:443")], f"{NAME}:443", NAME),
        (f"https://{VPCE}:8443/prod", [("host", NAME)], NAME, VPCE),
        ("https://10.1.4.21:8443/prod", [("Host", f"{NAME}:8443")], f"{NAME}:8443", NAME),
        ("https://10.1.4.21:8443/prod", [], "10.1.4.21:8443", "10.1.4.21"),
        ("https://[fd00::21]:8443/prod", [], "[fd00::21]:8443", "fd00::21"),
    ],
)
def test_the_host_that_is_sent_and_signed_has_the_port_as_a_client_would_send_it(
    target, headers, host, server_name
):
    wanted = read_target(target, headers=headers, region="us-east-1")
    call = prepare(wanted, wanted.url, "signed", KEYS)

    assert dict(call.headers)["host"] == host
    assert call.server_name == server_name
    assert f"host:{host}" in call.signature.canonical_request.split("\n")


def test_a_signed_call_shows_what_was_signed_and_nothing_secret():
    call = prepare(request(sign_host=VPCE), f"https://{NAME}/prod/pets", "signed", KEYS)
    headers = dict(call.headers)

    assert call.signed
    assert headers["x-amz-security-token"] == "the-session-token"
    assert call.sent["signed-host"] == VPCE
    assert call.sent["host"] == NAME
    assert call.sent["signed-headers"] == "host;x-amz-date;x-amz-security-token"
    assert call.sent["credential-scope"].endswith("/us-east-1/execute-api/aws4_request")
    shown = str(call.sent)
    assert not any(secret in shown for secret in (KEYS.access_key, KEYS.secret_key, KEYS.token))
    assert "authorization" not in call.sent


def test_the_impossible_path_stays_in_the_stage_and_carries_no_secret():
    wanted = request(headers=(("Authorization", "Bearer s3cr3t-t0ken"), ("x-api-key", "k3y")))
    call = prepare(wanted, f"https://{NAME}/prod/pets?key=1", "impossible")

    assert re.fullmatch(r"/prod/apidoctor-[0-9a-f]{12}", call.target)
    assert not {"authorization", "x-api-key"} & set(dict(call.headers))


def test_secrets_go_only_to_the_target_that_was_named():
    wanted = request(headers=(("Authorization", "Bearer s3cr3t-t0ken"), ("X-Mine", "1")))
    own = dict(prepare(wanted, f"https://{NAME}/", "unsigned").headers)
    other = dict(prepare(wanted, "https://other.example/", "unsigned").headers)

    assert own["authorization"] == "Bearer s3cr3t-t0ken"
    assert "authorization" not in other
    assert other["x-mine"] == "1"
    with pytest.raises(NotSent, match="only to the target"):
        prepare(wanted, "https://other.example/", "signed", KEYS)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "post", "PURGE"])
def test_a_method_that_can_change_data_is_not_sent_unless_it_is_allowed(method):
    with pytest.raises(NotSent, match="can change data"):
        prepare(request(method=method), f"https://{NAME}/", "unsigned")

    assert (
        prepare(request(method=method), f"https://{NAME}/", "unsigned", None, True).method == method.upper()
    )


def test_a_path_that_no_api_has_never_gets_a_method_that_can_change_data():
    assert prepare(request(method="POST"), f"https://{NAME}/", "impossible").method == "GET"
    assert prepare(request(method="POST"), f"https://{NAME}/", "impossible", None, True).method == "GET"
    assert prepare(request(method="HEAD"), f"https://{NAME}/", "impossible").method == "HEAD"


@pytest.mark.parametrize(
    ("url", "fields", "detail"),
    [
        (f"http://{NAME}/", {}, "unsigned"),
        ("file:///etc/passwd", {}, "unsigned"),
        ("https:///x", {}, "unsigned"),
        ("https://[::1/", {}, "unsigned"),
        (f"https://{NAME}:port/", {}, "unsigned"),
        ("https://é.example/", {}, "unsigned"),
        (f"https://{NAME}/\ud800", {}, "unsigned"),
        (f"https://{NAME}/", {"headers": (("X", "a\r\nHost: b"),)}, "unsigned"),
        (f"https://{NAME}/", {"headers": (("X y", "a"),)}, "unsigned"),
        (f"https://{NAME}/", {}, "signed"),
    ],
)
def test_what_cannot_be_sent_is_told(url, fields, detail):
    with pytest.raises(NotSent):
        prepare(request(**fields), url, detail)


def test_a_call_cannot_be_signed_for_an_unknown_region():
    with pytest.raises(NotSent, match="Region"):
        prepare(request(region=None, api_id=None), f"https://{NAME}/", "signed", KEYS)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/prod/a b", "/prod/a%20b"),
        ("/prod//x/../y", "/prod//x/../y"),
        ("/prod/é", "/prod/%C3%A9"),
        ("/prod/%zz%41", "/prod/%25zz%41"),
        ("/prod/#x", "/prod/"),
    ],
)
def test_a_path_is_sent_as_written_but_for_what_no_request_line_can_hold(path, target):
    assert prepare(request(), f"https://{NAME}{path}", "unsigned").target == target


def test_a_proxy_that_a_client_would_use_is_noted_without_its_password(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://user:pa55@proxy.corp:3128")
    noted = prepare(request(), f"https://{NAME}/", "unsigned")
    monkeypatch.setenv("NO_PROXY", ".amazonaws.com")
    direct = prepare(request(), f"https://{NAME}/", "unsigned")

    assert noted.sent["proxy-bypassed"] == "http://proxy.corp:3128"
    assert "proxy-bypassed" not in direct.sent


def test_every_call_has_ids_of_its_own_that_are_shown_and_not_signed():
    calls = [prepare(request(), f"https://{NAME}/prod/pets", "signed", KEYS) for _ in range(2)]
    traces = [dict(call.headers)["x-amzn-trace-id"] for call in calls]

    assert all(re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=1", trace) for trace in traces)
    assert len(set(traces)) == 2
    assert [call.sent["x-amzn-trace-id"] for call in calls] == traces
    assert all("trace" not in call.sent["signed-headers"] for call in calls)
    epoch = int(traces[0].split("-")[1], 16)
    assert abs(time.time() - epoch) < 60
