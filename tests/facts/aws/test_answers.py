"""AWS answers become plain JSON, and their secrets stay behind."""

import io
import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from apidoctor.facts.aws.answers import MAX_EXPORT, Unreadable, clean, scrubbed

CANARY = "canary-4f1e"


def test_dates_become_iso_text_in_utc_and_bytes_become_text():
    east = timezone(timedelta(hours=2))
    answer = {
        "a": datetime(2026, 1, 2, 3, 4, 5, tzinfo=east),
        "b": datetime(2026, 1, 2),
        "c": date(2026, 1, 2),
    }

    assert clean("x", {**answer, "d": b"\xff-", "e": (1, 2.5, None, True)}) == {
        "a": "2026-01-02T01:04:05Z",
        "b": "2026-01-02T00:00:00Z",
        "c": "2026-01-02",
        "d": "\ufffd-",
        "e": [1, 2.5, None, True],
    }


def test_the_metadata_of_a_response_is_dropped():
    assert clean("x", {"ResponseMetadata": {"RequestId": "1"}, "Vpcs": []}) == {"Vpcs": []}


def test_stage_variables_keep_their_names_only():
    stage = {
        "stageName": "prod",
        "variables": {"db": CANARY},
        "canarySettings": {"stageVariableOverrides": {"k": CANARY}},
    }
    cleaned = clean("get_stage", stage)

    assert cleaned["variables"] == {"db": "***"}
    assert CANARY not in json.dumps(cleaned)
    assert cleaned["stageName"] == "prod"


def test_a_function_s_environment_is_dropped():
    configuration = {"FunctionName": "f", "Environment": {"Variables": {"PASSWORD": CANARY}}}

    assert clean("get_function_configuration", configuration) == {"FunctionName": "f"}


def test_values_of_api_keys_are_dropped():
    keys = {"items": [{"id": "k1", "type": "API_KEY", "value": CANARY, "name": "partner"}]}

    assert clean("get_usage_plan_keys", keys) == {
        "items": [{"id": "k1", "type": "API_KEY", "name": "partner"}]
    }


def test_the_keys_of_a_vpn_are_dropped_and_its_telemetry_stays():
    tunnel = {"OutsideIpAddress": "203.0.113.1", "PreSharedKey": CANARY}
    answer = {
        "VpnConnections": [
            {
                "CustomerGatewayConfiguration": f"<pre_shared_key>{CANARY}</pre_shared_key>",
                "Options": {"TunnelOptions": [tunnel]},
                "VgwTelemetry": [{"Status": "UP"}],
            }
        ]
    }
    cleaned = clean("describe_vpn_connections", answer)

    assert CANARY not in json.dumps(cleaned)
    assert cleaned["VpnConnections"][0]["VgwTelemetry"] == [{"Status": "UP"}]


def test_fixed_values_that_an_integration_sends_are_masked_and_mappings_stay():
    parameters = {
        "integration.request.header.x-api-key": f"'{CANARY}'",
        "integration.request.path.id": "method.request.path.id",
    }
    method = {
        "requestParameters": {"method.request.path.id": True},
        "methodIntegration": {"requestParameters": parameters},
    }
    answer = clean("get_resources", {"items": [{"resourceMethods": {"GET": method}}]})
    kept = answer["items"][0]["resourceMethods"]["GET"]

    assert kept["methodIntegration"]["requestParameters"] == {
        "integration.request.header.x-api-key": "'***'",
        "integration.request.path.id": "method.request.path.id",
    }
    assert kept["requestParameters"] == {"method.request.path.id": True}


def test_an_export_is_parsed_and_cleaned_as_well():
    document = {"paths": {"/x": {"requestParameters": {"h": f"'{CANARY}'"}}}, "note": "AKIAIOSFODNN7EXAMPLE"}
    answer = {"contentType": "application/json", "body": io.BytesIO(json.dumps(document).encode())}
    cleaned = clean("get_export", answer)

    assert cleaned["body"]["paths"]["/x"] == {"requestParameters": {"h": "'***'"}}
    assert cleaned["body"]["note"] == "***"


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b"\xff\xfe", b"[" * 200_000, b'"' + b"x" * MAX_EXPORT + b'"', b"{} {}"]
)
def test_an_export_that_is_no_bounded_json_is_unreadable(body):
    with pytest.raises(Unreadable):
        clean("get_export", {"body": io.BytesIO(body)})


def test_what_slips_through_meets_the_net():
    answer = {"Tags": [{"Key": "x", "Value": "AKIAIOSFODNN7EXAMPLE"}], "at": datetime(2026, 1, 1, tzinfo=UTC)}

    assert clean("describe_vpcs", answer)["Tags"] == [{"Key": "x", "Value": "***"}]


LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:pets:live"


def test_a_stage_variable_that_names_a_backend_is_kept():
    stage = {"variables": {"function": LAMBDA, "password": CANARY, "both": f"{LAMBDA} {CANARY}"}}

    assert clean("get_stage", stage)["variables"] == {"function": LAMBDA, "password": "***", "both": "***"}


def test_credentials_and_query_values_in_a_backend_s_uri_are_hidden():
    uri = f"https://user:{CANARY}@pets.example.com/v1/{{id}}?key={CANARY}&id={{id}}&s=${{stageVariables.s}}"
    integration = {"methodIntegration": {"type": "HTTP", "uri": uri}}

    shown = clean("get_resources", {"items": [{"resourceMethods": {"GET": integration}}]})

    assert CANARY not in json.dumps(shown)
    kept = shown["items"][0]["resourceMethods"]["GET"]["methodIntegration"]["uri"]
    assert kept == "https://***@pets.example.com/v1/{id}?key=***&id={id}&s=${stageVariables.s}"


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        ({"UriPath": {}}, "/admin"),
        ({"SingleHeader": {"Name": "User-Agent"}}, "/admin"),
        ({"SingleHeader": {"Name": "x-origin-verify"}}, "***"),
        ({"Cookies": {}}, "***"),
    ],
)
def test_what_a_web_acl_compares_is_shown_where_it_can_be_no_secret(field, kept):
    match = {"SearchString": b"/admin", "FieldToMatch": field, "PositionalConstraint": "STARTS_WITH"}
    rule = {"Name": "r", "Statement": {"NotStatement": {"Statement": {"ByteMatchStatement": match}}}}

    shown = clean("get_web_acl", {"WebACL": {"Rules": [rule]}})

    assert (
        kept
        == (
            shown["WebACL"]["Rules"][0]["Statement"]["NotStatement"]["Statement"]["ByteMatchStatement"][
                "SearchString"
            ]
        )
    )


def test_of_a_sampled_request_only_telling_headers_are_kept():
    names = ("Authorization", "Cookie", "X-Api-Key", "user-agent", "x-custom")
    headers = [{"Name": name, "Value": CANARY if name != "user-agent" else "apidoctor/1"} for name in names]
    sample = {
        "Request": {"URI": f"/prod/pets?token={CANARY}", "Method": "GET", "Headers": headers},
        "Weight": 1,
    }

    shown = clean("get_sampled_requests", {"SampledRequests": [sample]})

    assert CANARY not in json.dumps(shown)
    assert shown["SampledRequests"][0]["Request"] == {
        "URI": "/prod/pets",
        "Method": "GET",
        "Headers": [{"Name": "user-agent", "Value": "apidoctor/1"}],
    }


def test_answers_of_other_tools_lose_what_answers_of_ours_lose():
    secret = {"message": f"(id) Method request headers: {{x-custom={CANARY}}}", "eventId": "1"}
    sample = {"Request": {"URI": f"/prod?q={CANARY}", "Headers": [{"Name": "x-custom", "Value": CANARY}]}}
    keyed = {"items": [{"id": "k1", "value": CANARY}]}
    answers = {
        "filter_log_events": {
            "Logs/prod": {"events": [secret], "partial": True, "asked": {"message": ["id"]}}
        },
        "get_sampled_requests": {"acl/rule/REGIONAL": {"SampledRequests": [sample]}},
        "get_usage_plan_keys": {"plan": keyed},
        "get_api_keys": keyed,
        "batch_get_traces": {"Traces": [{"Id": "1-2", "Segments": [{"Id": "s", "Document": f'"{CANARY}"'}]}]},
    }

    shown = scrubbed({"1": {"us-east-1": answers}})["1"]["us-east-1"]

    assert CANARY not in json.dumps(shown)
    assert shown["filter_log_events"]["Logs/prod"]["asked"] == {"message": ["id"]}
    assert scrubbed({"1": {"us-east-1": shown}}) == {"1": {"us-east-1": shown}}


@pytest.mark.parametrize(
    "answer", [None, [], "text", {"error": {"Code": "AccessDenied"}}, {"k": [1]}, {"k": {"x": 1}}]
)
@pytest.mark.parametrize(
    "operation", ["filter_log_events", "get_sampled_requests", "get_api_keys", "batch_get_traces"]
)
def test_odd_answers_of_other_tools_are_kept_as_they_are(operation, answer):
    shown = scrubbed({"1": {"us-east-1": {operation: answer}}})["1"]["us-east-1"][operation]

    assert isinstance(shown, type(answer))
    assert not isinstance(answer, dict) or "error" not in answer or shown == answer


@pytest.mark.parametrize("member", ["events", "Traces", "SampledRequests", "items"])
@pytest.mark.parametrize(
    "odd", [None, 1, "text", {"a": 1}, [None, 1, "x", []], [{"Request": 1}, {"Segments": 1}]]
)
@pytest.mark.parametrize(
    "operation", ["filter_log_events", "get_sampled_requests", "get_api_keys", "batch_get_traces"]
)
def test_odd_members_of_other_tools_raise_nothing(operation, odd, member):
    for stored in ({member: odd}, {"key": {member: odd}}):
        assert isinstance(
            scrubbed({"1": {"us-east-1": {operation: stored}}})["1"]["us-east-1"][operation], dict
        )


def test_a_function_may_have_any_name():
    answers = {
        "get_function_configuration": {"Environment": {"State": "Active", "Environment": {"A": CANARY}}}
    }

    shown = scrubbed({"1": {"us-east-1": answers}})["1"]["us-east-1"]

    assert shown == {"get_function_configuration": {"Environment": {"State": "Active"}}}


def test_a_functions_variables_are_masked_wherever_a_hand_has_put_them():
    answers = {"get_function_configuration": {"Environment": {"Variables": {"A": CANARY}}}}

    assert CANARY not in str(scrubbed({"1": {"us-east-1": answers}}))
