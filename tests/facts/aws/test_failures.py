"""Whatever AWS, a proxy or the network does wrong is an answer with a code."""

import socket

import pytest
from facts.canned import asked, canned, ec2_error, identity
from werkzeug import Response

from apidoctor.facts.aws import clients
from apidoctor.facts.aws.looker import AwsLooker
from apidoctor.model.inventory import is_not_found, is_refusal
from apidoctor.model.missing import Lookup, Probe

ACCOUNT = "111111111111"
pytestmark = pytest.mark.usefixtures("keys")
VPCS = Lookup("describe_vpcs", ACCOUNT, "us-east-1")
APIS = Lookup("get_rest_apis", ACCOUNT, "us-east-1")
RULES = Lookup("list_resolver_rules", ACCOUNT, "us-east-1")


@pytest.fixture
def error(monkeypatch):
    """Return a function that looks something up at a server with one answer, and returns the error."""

    def error(reply, lookup=VPCS):
        def answer(request):
            return identity() if asked(request) == "GetCallerIdentity" else reply

        with canned(answer) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            looker = AwsLooker(region="us-east-1")
            looker.look(Probe("identity"))
            (seen,) = looker.look(lookup).answers
        return seen.body["error"], server

    return error


def test_a_refusal_keeps_aws_s_own_code_and_text(error):
    told, _ = error(ec2_error("UnauthorizedOperation", "You are not authorized.", 403))

    assert told == {"Code": "UnauthorizedOperation", "Message": "You are not authorized."}
    assert is_refusal(told["Code"])


def test_an_object_that_does_not_exist_is_told_as_aws_tells_it(error):
    assert is_not_found(error(ec2_error("InvalidVpcID.NotFound"))[0]["Code"])


def test_throttling_is_retried_and_keeps_its_code(error):
    told, server = error(ec2_error("RequestLimitExceeded", "slow down", 503))

    assert told["Code"] == "RequestLimitExceeded"
    assert server.requests.count("DescribeVpcs") == clients.ATTEMPTS


@pytest.mark.parametrize("lookup", [VPCS, APIS, RULES])
@pytest.mark.parametrize("status", [200, 403, 404])
def test_a_web_page_is_an_unreadable_answer(error, lookup, status):
    page = Response("\n<html><h1>Proxy</h1></html>", status, content_type="text/html")

    assert error(page, lookup)[0]["Code"] == "UnreadableAnswer"


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '"x"', "{", '{"item": "x"}', '{"item": [5]}', "[" * 99_999]
)
def test_json_of_another_shape_is_an_unreadable_answer(error, text):
    assert error(Response(text, content_type="application/json"), APIS)[0]["Code"] == "UnreadableAnswer"


def test_a_code_of_aws_with_secrets_in_its_text_is_redacted(error):
    told, _ = error(ec2_error("AuthFailure", "key AKIAIOSFODNN7EXAMPLE is unknown"))

    assert told == {"Code": "AuthFailure", "Message": "key *** is unknown"}


def test_nobody_at_the_endpoint_is_a_connection_error(error, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", f"http://127.0.0.1:{port}")

    assert error(None)[0]["Code"] == "EndpointConnectionError"


def test_silence_is_a_request_timeout(error, monkeypatch):
    monkeypatch.setattr(clients, "READ_TIMEOUT", 0.2)
    monkeypatch.setattr(clients, "ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", f"http://127.0.0.1:{listener.getsockname()[1]}")

        assert error(None)[0]["Code"] == "RequestTimeout"


@pytest.mark.parametrize(
    ("lookup", "code"),
    [
        (Lookup("no_such_operation", ACCOUNT, "us-east-1"), "UnknownOperation"),
        (Lookup("delete_vpc", ACCOUNT, "us-east-1"), "UnknownOperation"),
        (Lookup("get_stage", ACCOUNT, "us-east-1", "abc"), "MissingParameter"),
        (Lookup("get_rest_api", ACCOUNT, "us-east-1"), "MissingParameter"),
        (Lookup("describe_vpcs", ACCOUNT, "not a region"), "InvalidRegionError"),
    ],
)
def test_a_look_up_that_cannot_be_asked_is_an_error_answer(error, lookup, code):
    told, server = error(None, lookup)

    assert told["Code"] == code
    assert server.requests == ["GetCallerIdentity"]


def test_after_the_end_of_the_run_nothing_is_sent(monkeypatch):
    with canned(lambda request: None) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        looker = AwsLooker(region="us-east-1", deadline=0.0)
        (seen,) = looker.look(Probe("identity")).observations

    assert seen.outcome == "timeout"
    assert server.requests == []
