"""What a stage's settings make it log."""

import pytest

from apidoctor.reasoning.logs.absence import GENERAL, denied_before, why_missing
from apidoctor.reasoning.logs.settings import RECOMMENDED, is_logged, lacking, log_group, with_canary
from apidoctor.reasoning.logs.traces import Trace, read_trace

OFF, ON = {"loggingLevel": "OFF"}, {"loggingLevel": "INFO"}


@pytest.mark.parametrize(
    ("settings", "logs"),
    [
        ({"*/*": ON}, True),
        ({"*/*": OFF}, False),
        ({}, False),
        ({"*/*": ON, "pets/GET": OFF}, False),
        ({"*/*": OFF, "~1pets/GET": ON}, True),
        ({"*/*": OFF, "pets/POST": ON}, False),
        ({"*/*": ON, "pets/GET": {"metricsEnabled": True}}, True),
        ({"*/*": {"loggingLevel": "ERROR"}}, True),
        ({"*/*": {"loggingLevel": None}, "pets/GET": ON}, True),
    ],
)
def test_a_methods_own_level_counts_before_that_of_all(settings, logs):
    assert is_logged(settings, "/pets", "GET") is logs


def test_of_an_unknown_method_any_level_may_count():
    assert is_logged({"pets/GET": ON})
    assert is_logged({"*/*": ON})
    assert not is_logged({"*/*": OFF, "pets/GET": {"metricsEnabled": True}})


def test_paths_with_slashes_are_written_with_tilde_one():
    assert is_logged({"*/*": OFF, "pets~1{id}/GET": ON}, "/pets/{id}", "GET")


@pytest.mark.parametrize(
    ("arn", "group"),
    [
        ("arn:aws:logs:us-east-1:111111111111:log-group:api", "api"),
        ("arn:aws:logs:us-east-1:111111111111:log-group:/aws/api/prod:*", "/aws/api/prod"),
        ("arn:aws-cn:logs:cn-north-1:111111111111:log-group:api", "api"),
        ("arn:aws:firehose:us-east-1:111111111111:deliverystream/amazon-apigateway-x", None),
        ("", None),
        (None, None),
        ("arn:aws:logs:us-east-1:1:log-group:" + "x" * 600, None),
    ],
)
def test_an_access_log_goes_to_a_group_or_elsewhere(arn, group):
    assert log_group(arn) == group


def test_a_canary_writes_to_groups_of_its_own():
    assert with_canary(["a"], 10.0) == ["a", "a/Canary"]
    assert with_canary(["a"], 0) == ["a"]
    assert with_canary(["a"], None) == ["a"]


def test_the_recommended_format_lacks_nothing_and_fits():
    assert lacking(RECOMMENDED) == []
    assert len(RECOMMENDED) < 3072
    assert "\n" not in RECOMMENDED
    assert "'" not in RECOMMENDED
    assert lacking(RECOMMENDED, has_web_acl=True) == []
    assert lacking("$context.requestId $context.status") == [
        "identity.vpceId",
        "error.responseType",
        "tlsVersion",
    ]
    assert lacking("$context.requestIdentity") == [
        "requestId",
        "status",
        "identity.vpceId",
        "error.responseType",
        "tlsVersion",
    ]


def test_the_answer_of_a_web_acl_is_asked_for_where_there_is_one():
    rest = "$context.requestId $context.status $context.identity.vpceId $context.error.message $context.tlsVersion"

    assert lacking(rest) == []
    assert lacking(rest, has_web_acl=True) == ["wafResponseCode"]
    assert lacking(f"{rest} $context.waf.status", has_web_acl=True) == []


def test_absence_is_told_with_its_reason():
    assert "413" in why_missing(413, "private-dns", "")
    assert "another API" in why_missing(403, "private-dns", "Forbidden")
    assert "mapping" in why_missing(403, "custom-domain", "Forbidden")
    assert why_missing(401, "private-dns", "Unauthorized") == GENERAL


def test_a_denial_of_the_endpoints_policy_is_before_any_stage():
    who = "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:x"
    text = f"{who} with an explicit deny in a "

    assert denied_before(f'{{"Message":"{text}VPC endpoint policy"}}')
    assert not denied_before(f'{{"Message":"{text}resource-based policy"}}')
    assert not denied_before(None)


def test_a_trace_tells_which_part_failed():
    backend = '{"name":"Lambda","fault":true,"http":{"response":{"status":502}}}'
    document = '{"name":"pets/prod","origin":"AWS::ApiGateway::Stage","http":{"response":{"status":500}},'
    segments = [{"Id": "1", "Document": document + f'"subsegments":[{backend}]}}'}]

    assert read_trace(segments) == Trace(500, "Lambda", 502)


@pytest.mark.parametrize(
    "segments",
    [
        [],
        [None],
        [{}],
        [{"Document": "no"}],
        [{"Document": "[]"}],
        [{"Document": 1}],
        [{"Document": "[" * 100_000}],
    ],
)
def test_a_trace_that_cannot_be_read_is_none(segments):
    assert read_trace(segments) is None


def test_odd_members_of_a_trace_are_passed_over():
    document = '{"name":7,"http":[],"subsegments":{"a":1},"fault":true}'

    assert read_trace([{"Document": document}]) == Trace(None, None, None)
