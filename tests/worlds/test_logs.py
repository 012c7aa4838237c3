"""The test call in the stage's logs: what its own line tells, and lines that are not its own."""

import json
import time
from typing import Any

import pytest
from worlds.backends import calls_lambda, calls_link, gone, health
from worlds.build import API, ENDPOINT, REGION, World, an_id
from worlds.changes import export, set_methods
from worlds.judge import Verdict, judge
from worlds.layouts import cross_account, same_vpc
from worlds.pieces import LOG_FORMAT
from worlds.seen import AWS_HEADERS, of, probed, refused

CHECK = "observability/call-is-found-in-the-logs"
ID, EXTENDED = AWS_HEADERS["x-amzn-requestid"], AWS_HEADERS["x-amz-apigw-id"]
OTHER = "3d4f3f0e-6d5e-4b0a-9a4e-0000000000ff"
EXECUTION = f"API-Gateway-Execution-Logs_{API}/prod"
CANARY_SECRET = "canary0SECRET0in0a0header"
TRACE = "1-6921a1b2-0123456789abcdef01234567"
FORBIDDEN = '{"message":"Forbidden"}'
CONFIGURATION = "Execution failed due to configuration error: "


def line(template: str = LOG_FORMAT, /, **values: str) -> str:
    """A line of the access log: values by variable, with ``_`` for the dots."""
    known = {"requestId": ID, "extendedRequestId": EXTENDED, "status": "403", "identity.vpceId": ENDPOINT}
    known["tlsVersion"] = "TLSv1.3"
    known |= {name.replace("_", "."): value for name, value in values.items()}
    for name in sorted(known, key=len, reverse=True):
        template = template.replace(f"$context.{name}", known[name])
    return template.replace("$context.error.message", "-").replace("$context.error.responseType", "-")


def logs(world: World, group: str, *messages: str, asked: tuple[str, ...] = (ID, EXTENDED)) -> None:
    """Put lines into a log group, as they come back when the call's ids are looked for."""
    events = [{"timestamp": 1763808126000 + n, "message": text} for n, text in enumerate(messages)]
    answer: dict[str, Any] = {"events": events, "partial": True, "asked": {"message": sorted(asked)}}
    world.keyed(world.api_account, "filter_log_events", group, answer)


def blocked(body: str = FORBIDDEN) -> World:
    """A call that was refused without words; nothing is in the logs yet."""
    world = probed(same_vpc())
    refused(world, "ForbiddenException", body)
    logs(world, "api")
    logs(world, EXECUTION)
    return world


def proxied(world: World) -> None:
    """Let a Lambda function answer behind the method."""
    item = world.answers(world.api_account)["get_resources"][API]["items"][-1]
    item["resourceMethods"]["GET"]["methodIntegration"] = {"type": "AWS_PROXY"}
    export(world)["paths"]["/pets"]["get"]["x-amazon-apigateway-integration"] = {"type": "aws_proxy"}


def results(said: Verdict, check: str = CHECK) -> list[tuple[str, str | None]]:
    """Status and fault of what the check found."""
    return [(r["status"], r["fault"]) for r in said.report["results"] if r["check"] == check]


def summary(said: Verdict, check: str = CHECK) -> str:
    return " ".join(r["summary"] for r in said.report["results"] if r["check"] == check)


def quoted(said: Verdict) -> list[dict[str, Any]]:
    """The lines of logs among the evidence."""
    return [e["value"] for e in said.report["evidence"].values() if "filter_log_events" in e["source"]]


def test_the_line_of_the_call_is_quoted_and_names_the_web_acl(tmp_path):
    world = blocked()
    logs(world, "api", line(error_responseType="WAF_FILTERED", error_message="Forbidden"))

    said = judge(world, tmp_path)

    assert results(said) == [("pass", None)], said.story()
    assert "AWS WAF blocked it" in summary(said)
    assert ENDPOINT in summary(said)
    assert [shown["error.responseType"] for shown in quoted(said)] == ["WAF_FILTERED"]


def test_a_customized_answer_hides_what_the_log_tells(tmp_path):
    world = blocked('{"fehler":"Das geht nicht"}')
    del of(world, "http")[0]["headers"]["x-amzn-errortype"]
    logs(world, "api", line(error_responseType="INVALID_API_KEY", error_message="Forbidden"))

    said = judge(world, tmp_path)

    assert results(said) == [("warn", "H13")], said.story()
    assert "INVALID_API_KEY" in summary(said)


def test_a_customized_answer_that_the_configuration_shows_is_told_once(tmp_path):
    world = blocked('{"fehler":"Das geht nicht"}')
    del of(world, "http")[0]["headers"]["x-amzn-errortype"]
    logs(world, "api", line(error_responseType="INVALID_API_KEY", error_message="Forbidden"))
    responses = {"DEFAULT_4XX": {"responseTemplates": {"application/json": '{"fehler":"Das geht nicht"}'}}}
    export(world)["x-amazon-apigateway-gateway-responses"] = responses

    said = judge(world, tmp_path)

    assert results(said) == [("pass", None)], said.story()
    assert [each["check"] for each in said.of("warn") if each["fault"] == "H13"] == [
        "api/gateway-responses-tell-the-cause"
    ], said.story()


def like_a_backend(*lines: str) -> World:
    """An answer without an error type, where no gateway response was changed: the backend's, by its bytes."""
    world = same_vpc()
    probed(world)
    of(world, "http")[0].update(status=403, body='{"error":"no"}')
    logs(world, "api", *lines)
    return world


@pytest.mark.parametrize(
    ("response_type", "fault"),
    [("WAF_FILTERED", "H12"), ("AUTHORIZER_FAILURE", "A20"), ("THROTTLED", "H11"), ("ACCESS_DENIED", "A02")],
)
def test_a_refusal_in_a_backends_words_is_one_where_the_log_of_the_call_says_so(
    response_type, fault, tmp_path
):
    said = judge(like_a_backend(line(error_responseType=response_type)), tmp_path)
    (cause,) = said.report["root_causes"]

    assert (said.report["verdict"], cause["fault"], cause["check"]) == (
        "broken",
        fault,
        "invoke/call-is-admitted",
    )
    assert response_type in cause["title"]


@pytest.mark.parametrize(
    "text",
    [
        line(status="403"),
        line(requestId=OTHER, extendedRequestId="other=", error_responseType="WAF_FILTERED"),
    ],
)
def test_a_backends_refusal_stays_one_where_the_log_names_no_gateway_response_of_it(text, tmp_path):
    said = judge(like_a_backend(text), tmp_path)

    assert (said.report["verdict"], said.faults) == ("healthy", []), said.story()


def test_a_line_of_another_call_that_quotes_the_id_is_not_the_calls_own(tmp_path):
    world = blocked()
    world["prod"]["accessLogSettings"]["format"] = f'{LOG_FORMAT[:-1]},"path":"$context.path"}}'
    text = line(requestId=OTHER, extendedRequestId="other=", error_responseType="WAF_FILTERED")
    logs(world, "api", f'{text[:-1]},"path":"/pets/{ID}"}}')
    logs(world, EXECUTION, f"({OTHER}) Method request path: {{id={ID}}}", f"({OTHER}) {CONFIGURATION}odd")

    said = judge(world, tmp_path)

    assert results(said) == [("skipped", None)], said.story()
    assert "proves nothing" in summary(said)
    assert quoted(said) == []


@pytest.mark.parametrize(
    "template",
    [
        "$context.identity.vpceId,$context.status,$context.error.responseType,$context.requestId",
        '$context.requestId "$context.error.message" [$context.status] $context.error.responseType'
        " $context.identity.vpceId",
    ],
)
def test_a_line_that_is_no_json_is_read_by_the_stages_template(template, tmp_path):
    world = blocked()
    world["prod"]["accessLogSettings"]["format"] = template
    logs(world, "api", line(template, error_responseType="THROTTLED", error_message='a "quoted", text'))

    said = judge(world, tmp_path)

    assert "THROTTLED" in summary(said), said.story()
    assert ENDPOINT in summary(said)


def test_a_line_that_names_another_endpoint_is_told(tmp_path):
    other = an_id("vpce", "f")
    world = blocked()
    logs(world, "api", line(identity_vpceId=other, error_responseType="WAF_FILTERED"))

    said = judge(world, tmp_path)

    assert results(said) == [("warn", "O04")], said.story()
    assert other in summary(said)


def test_an_answer_that_api_gateway_did_not_log_so_comes_from_something_on_the_way(tmp_path):
    world = blocked()
    logs(world, "api", line(status="200"))

    said = judge(world, tmp_path)

    assert ("warn", "O05") in results(said), said.story()


@pytest.mark.parametrize(
    ("phrase", "fault"),
    [
        (
            f"{CONFIGURATION}Host name 'api.internal' does not match the certificate subject provided by the peer",
            "B03",
        ),
        (f"{CONFIGURATION}Invalid permissions on Lambda function", "B01"),
        ("Execution failed due to a network error communicating with endpoint: 10.2.0.9", "B04"),
    ],
)
def test_the_execution_log_tells_what_a_5xx_is(phrase, fault, tmp_path):
    world = probed(same_vpc())
    refused(world, "InternalServerErrorException", '{"message": "Internal server error"}', 500)
    logs(world, "api", line(status="500", error_responseType="API_CONFIGURATION_ERROR"))
    logs(
        world,
        EXECUTION,
        f"({ID}) Starting execution",
        f"({ID}) {phrase}",
        f"({ID}) Method completed with status: 500",
    )

    said = judge(world, tmp_path)

    assert results(said) == [("pass", None)], said.story()
    assert phrase in summary(said)
    assert [shown["execution log"] for shown in quoted(said)] == [phrase]


MISMATCH = (
    f"{CONFIGURATION}Host name 'api.internal' does not match the certificate subject provided by the peer"
)
NETWORK = "Execution failed due to a network error communicating with endpoint: 10.2.0.9"
BACKEND = "integration/backend-answers"


def failing(phrase: str, status: int = 500, of_call: str = ID) -> World:
    """A call that ends in a 5xx of API Gateway's own; the execution log has this phrase for a call."""
    world = probed(same_vpc())
    calls_link(world)
    text = "Internal server error" if status != 504 else "Network error communicating with endpoint"
    refused(world, "InternalServerErrorException", json.dumps({"message": text}), status)
    logs(world, EXECUTION, f"({of_call}) Starting execution", f"({of_call}) {phrase}")
    logs(world, "api")
    return world


@pytest.mark.parametrize(
    ("phrase", "status", "fault", "confidence"),
    [
        (MISMATCH, 500, "B03", "certain"),
        (f"{CONFIGURATION}Invalid permissions on Lambda function", 500, "B01", "certain"),
        (f"{CONFIGURATION}Malformed Lambda proxy response", 502, "B05", "certain"),
        (f"{CONFIGURATION}There was an internal error while executing your request", 500, "B02", "likely"),
        # Near misses: a VPC link leads there, and the line says no more than the answer; nor does a bare line.
        (NETWORK, 504, "B02", "likely"),
        ("Execution failed", 500, "B02", "possible"),
    ],
)
def test_the_line_of_the_call_decides_what_a_5xx_is(phrase, status, fault, confidence, tmp_path):
    said = judge(failing(phrase, status), tmp_path)

    (cause,) = said.report["root_causes"]
    assert (cause["check"], cause["fault"], cause["confidence"]) == (BACKEND, fault, confidence), said.story()
    if confidence == "certain":
        assert phrase in cause["title"]
        assert phrase in [
            said.report["evidence"][key]["value"].get("execution log") for key in cause["evidence"]
        ]
        assert cause["candidates"] == []


@pytest.mark.parametrize(
    ("response_type", "status", "faults"),
    [
        ("INTEGRATION_TIMEOUT", 504, ["B04"]),
        ("INTEGRATION_TIMEOUT", 200, ["B04"]),
        ("INTEGRATION_FAILURE", 503, ["B02"]),
        # Near misses: the backend's own answer, and a line that names nothing.
        (None, 504, []),
        ("-", 504, []),
    ],
)
def test_a_failure_in_a_backends_words_is_one_where_the_log_of_the_call_says_so(
    response_type, status, faults, tmp_path
):
    world = like_a_backend(
        *([line(status=str(status), error_responseType=response_type)] if response_type else [])
    )
    calls_link(world)
    of(world, "http")[0].update(status=status, body='{"late":true}')
    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("broken" if faults else "healthy", faults), said.story()


def test_a_line_of_another_call_decides_nothing(tmp_path):
    said = judge(failing(MISMATCH, of_call=OTHER), tmp_path)

    assert [(c["fault"], c["confidence"]) for c in said.report["root_causes"]] == [("B02", "possible")]


def test_what_the_line_proves_is_not_explained_by_another_fault_behind_the_method(tmp_path):
    world = failing(MISMATCH)
    health(world, {"10.1.9.10": "unhealthy", "10.1.9.11": "unhealthy"})

    assert sorted(judge(world, tmp_path).faults) == ["B02", "B03"]

    world = failing(f"{CONFIGURATION}There was an internal error while executing your request")
    health(world, {"10.1.9.10": "unhealthy", "10.1.9.11": "unhealthy"})

    assert judge(world, tmp_path).faults == ["B02"]


def test_what_the_line_proves_is_explained_by_configuration_of_the_same_fault(tmp_path):
    world = failing(f"{CONFIGURATION}Invalid permissions on Lambda function")
    calls_lambda(world)
    gone(world, "get_policy", "pets")

    said = judge(world, tmp_path)

    assert [(c["fault"], c["check"]) for c in said.report["root_causes"]] == [
        ("B01", "integration/function-admits-the-api")
    ], said.story()


def test_a_canarys_log_groups_are_read_too(tmp_path):
    world = blocked()
    world["prod"]["canarySettings"] = {"percentTraffic": 20.0, "deploymentId": "dep001"}
    logs(world, "api/Canary", line(error_responseType="QUOTA_EXCEEDED"))
    logs(world, f"{EXECUTION}/Canary")

    said = judge(world, tmp_path)

    assert "QUOTA_EXCEEDED" in summary(said), said.story()


def test_a_trace_tells_the_backends_part_of_a_5xx(tmp_path):
    world = probed(same_vpc())
    world["prod"]["tracingEnabled"] = True
    proxied(world)
    refused(world, "InternalServerErrorException", '{"message": "Internal server error"}', 502)
    of(world, "http")[0]["sent"]["x-amzn-trace-id"] = f"Root={TRACE};Sampled=1"
    logs(world, "api")
    logs(world, EXECUTION)
    backend = {"name": "Lambda", "fault": True, "http": {"response": {"status": 502}}}
    top = {"name": "pets/prod", "origin": "AWS::ApiGateway::Stage", "http": {"response": {"status": 502}}}
    segments = [{"Id": "1", "Document": json.dumps(top | {"subsegments": [backend]})}]
    traces = {"Traces": [{"Id": TRACE, "Segments": segments}], "partial": True, "asked": {"Id": [TRACE]}}
    world.answers(world.api_account)["batch_get_traces"] = traces

    said = judge(world, tmp_path)

    assert results(said) == [("pass", None)], said.story()
    assert "Lambda failed" in summary(said)

    set_methods(
        world, {"/pets": {"GET": "NONE"}}
    )  # a MOCK integration has no backend that a trace could show
    assert results(judge(world, tmp_path)) == [("skipped", None)]


def test_an_event_with_keys_and_claims_is_never_quoted(tmp_path):
    world = blocked()
    template = (
        f'{LOG_FORMAT[:-1]},"key":"$context.identity.apiKey","mail":"$context.authorizer.claims.email"}}'
    )
    world["prod"]["accessLogSettings"]["format"] = template
    text = line(template, identity_apiKey=CANARY_SECRET, authorizer_claims_email=CANARY_SECRET)
    logs(world, "api", text)
    logs(
        world,
        EXECUTION,
        f"({ID}) Method request headers: {{x={CANARY_SECRET}}}",
        f"({ID}) Method completed with status: 403",
    )

    said = judge(world, tmp_path)

    assert results(said) == [("pass", None)], said.story()
    assert CANARY_SECRET not in json.dumps(said.report)


def test_a_healthy_call_costs_no_look_but_what_is_there_is_read(tmp_path):
    world = probed(same_vpc())
    assert results(judge(world, tmp_path)) == [("skipped", None)]

    logs(world, "api", line(status="200"))

    said = judge(world, tmp_path)
    assert results(said) == [("pass", None)], said.story()
    assert "status 200" in summary(said)


def test_without_a_call_there_is_nothing_to_look_for(tmp_path):
    said = judge(same_vpc(), tmp_path)

    assert results(said) == [("skipped", None)], said.story()


def test_a_stage_without_logs_proves_nothing(tmp_path):
    world = probed(same_vpc())
    refused(world, "ForbiddenException", FORBIDDEN)
    del world["prod"]["accessLogSettings"]
    world["prod"]["methodSettings"] = {}

    said = judge(world, tmp_path)

    assert results(said) == [("skipped", None)], said.story()
    assert "proves nothing" in summary(said)
    assert ("warn", "O01") in results(said, "observability/access-log-is-on")


def test_the_endpoint_policys_denial_is_in_no_stages_log(tmp_path):
    world = probed(same_vpc())
    text = (
        "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:x "
        "with an explicit deny in a VPC endpoint policy"
    )
    refused(world, "AccessDeniedException", json.dumps({"Message": text}))

    said = judge(world, tmp_path)

    assert results(said) == [("skipped", None)], said.story()
    assert "before any stage" in summary(said)


def test_a_firehose_stream_is_not_read_and_that_is_said(tmp_path):
    world = blocked()
    stream = f"arn:aws:firehose:{REGION}:{world.api_account}:deliverystream/amazon-apigateway-x"
    world["prod"]["accessLogSettings"]["destinationArn"] = stream
    world["prod"]["methodSettings"] = {}

    said = judge(world, tmp_path)

    assert results(said) == [("unknown", None)], said.story()
    missing = [gap for r in said.of("unknown") if r["check"] == CHECK for gap in r["missing"]]
    assert any(stream in gap for gap in missing)


def test_logs_that_may_not_be_read_name_the_permission(tmp_path):
    world = blocked()
    denied = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
    world.answers(world.api_account)["filter_log_events"] = denied

    said = judge(world, tmp_path)

    assert results(said) == [("unknown", None)], said.story()
    missing = [gap for r in said.of("unknown") if r["check"] == CHECK for gap in r["missing"]]
    assert any(gap.startswith("permission: logs:FilterLogEvents on log-group:api ") for gap in missing)


def test_logs_that_may_not_be_read_change_no_verdict(tmp_path):
    world = probed(cross_account())
    denied = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
    world.answers(world.api_account)["filter_log_events"] = denied

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.of("unknown")) == ("healthy", []), said.story()


def test_a_log_group_that_is_not_there_holds_nothing(tmp_path):
    world = blocked()
    gone = {"error": {"Code": "ResourceNotFoundException", "Message": "no"}}
    world.answers(world.api_account)["filter_log_events"] = {"api": gone, EXECUTION: gone}

    assert results(judge(world, tmp_path)) == [("skipped", None)]


def test_events_of_an_earlier_call_are_no_answer_for_this_one(tmp_path):
    world = blocked()
    logs(world, "api", line(requestId=OTHER, extendedRequestId="o="), asked=(OTHER,))
    del world.answers(world.api_account)["filter_log_events"][EXECUTION]

    said = judge(world, tmp_path)

    assert results(said) == [("skipped", None)], said.story()
    assert "Nobody read" in summary(said)


@pytest.mark.parametrize(
    "answer",
    [
        {"events": "many"},
        {"events": [None, 7, {"message": 7}, {}]},
        {"events": [{"message": "\x00\x1b[31m" + "(" * 5000}], "partial": True, "asked": 7},
        {"events": [{"message": "{" * 5000}], "partial": True, "asked": {"message": [ID]}},
        [],
        7,
    ],
)
def test_odd_events_are_no_defect(answer, tmp_path):
    world = blocked()
    world.keyed(world.api_account, "filter_log_events", "api", answer)
    world.answers(world.api_account)["batch_get_traces"] = answer

    said = judge(world, tmp_path)

    assert said.of("error") == [], said.story()
    assert {status for status, _ in results(said)} <= {"skipped", "unknown"}


def test_a_format_without_endpoint_and_error_gets_one_to_paste(tmp_path):
    world = same_vpc()
    world["prod"]["accessLogSettings"]["format"] = "$context.requestId $context.routeKey"

    said = judge(world, tmp_path)

    check = "observability/access-log-names-the-path"
    assert results(said, check) == [("warn", "O02")], said.story()
    (fix,) = [r["fix"] for r in said.report["results"] if r["check"] == check]
    assert '"vpceId":"$context.identity.vpceId"' in fix


def test_a_method_whose_own_level_is_off_writes_no_execution_log(tmp_path):
    world = same_vpc()
    check = "observability/execution-log-is-on"
    assert results(judge(world, tmp_path), check) == [("pass", None)]

    world["prod"]["methodSettings"]["pets/GET"] = {"loggingLevel": "OFF"}
    assert results(judge(world, tmp_path), check) == [("warn", "O01")]

    world["prod"]["methodSettings"]["pets/GET"] = {"metricsEnabled": True}
    assert results(judge(world, tmp_path), check) == [("pass", None)]


def test_without_trace_or_integration_variables_the_backends_part_is_lost(tmp_path):
    world = same_vpc()
    check = "observability/tracing-is-on"
    world["prod"]["tracingEnabled"] = False
    assert results(judge(world, tmp_path), check) == [("warn", "O01")]

    world["prod"]["accessLogSettings"]["format"] = f"{LOG_FORMAT} $context.integration.status"
    assert results(judge(world, tmp_path), check) == [("pass", None)]

    del world["prod"]["accessLogSettings"]
    assert results(judge(world, tmp_path), check) == [("warn", "O01")]

    world["prod"]["tracingEnabled"] = True
    assert results(judge(world, tmp_path), check) == [("pass", None)]


def test_an_account_without_a_role_for_logs_writes_none(tmp_path):
    world = same_vpc()
    check = "observability/account-may-write-logs"
    answers = world.answers(world.api_account)
    assert results(judge(world, tmp_path), check) == [("skipped", None)]

    answers["get_account"] = {"throttleSettings": {}}
    assert results(judge(world, tmp_path), check) == [("warn", "O01")]

    answers["get_account"] = {"cloudwatchRoleArn": "arn:aws:iam::999999999999:role/logs"}
    assert results(judge(world, tmp_path), check) == [("warn", "O01")]

    answers["get_account"] = {"cloudwatchRoleArn": f"arn:aws:iam::{world.api_account}:role/service/logs"}
    assert results(judge(world, tmp_path), check) == [("pass", None)]

    answers["get_account"] = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
    assert results(judge(world, tmp_path), check) == [("skipped", None)]

    del world["prod"]["accessLogSettings"]
    world["prod"]["methodSettings"] = {}
    assert results(judge(world, tmp_path), check) == [("skipped", None)]


def test_an_authorizers_failure_is_told_by_the_line_of_an_unauthorized_call(tmp_path):
    world = probed(same_vpc())
    set_methods(world, {"/pets": {"GET": "CUSTOM"}})
    refused(world, "UnauthorizedException", '{"message":"Unauthorized"}', 401)
    logs(world, "api", line(status="401", error_responseType="UNAUTHORIZED", error_message="Unauthorized"))
    logs(world, EXECUTION)

    said = judge(world, tmp_path)

    assert results(said) == [("pass", None)], said.story()
    assert said.faults == ["A20"], said.story()


def test_lines_made_to_cost_time_cost_little(tmp_path):
    world = blocked()
    template = ",".join(f"$context.authorizer.p{number}" for number in range(60)) + ",$context.requestId"
    world["prod"]["accessLogSettings"]["format"] = template
    logs(world, "api", *[f"{ID},{'a,' * 4000}x" for _ in range(500)])
    started = time.process_time()

    said = judge(world, tmp_path)

    assert results(said) == [("skipped", None)], said.story()
    assert time.process_time() - started < 8


@pytest.mark.parametrize(
    ("phrase", "status", "logged", "fault", "confidence"),
    [
        (MISMATCH, 503, None, "B03", "certain"),
        (MISMATCH, 503, "503", "B03", "certain"),
        (NETWORK, 500, None, "B02", "likely"),
        # Near misses: the backend's own answer, of which no line says that the execution failed.
        (MISMATCH, 200, None, None, None),
        (MISMATCH, 404, None, None, None),
        ("Execution failed", 503, None, None, None),
        ("Method completed with status: 503", 503, None, None, None),
    ],
)
def test_a_failed_execution_is_none_of_the_backends_whatever_the_answer_looks_like(
    phrase, status, logged, fault, confidence, tmp_path
):
    world = failing(phrase, status)
    if logged:
        logs(world, "api", line(status=logged))
    of(world, "http")[0].update(status=status, body='{"e":"sorry"}')
    of(world, "http")[0]["headers"].pop("x-amzn-errortype")

    said = judge(world, tmp_path)

    found = [(each["fault"], each["confidence"]) for each in said.report["root_causes"]]
    assert found == ([(fault, confidence)] if fault else []), said.story()


def test_a_failed_execution_of_another_call_says_nothing_of_an_answer_like_the_backends(tmp_path):
    world = failing(MISMATCH, 503, of_call=OTHER)
    of(world, "http")[0].update(body='{"e":"sorry"}')
    of(world, "http")[0]["headers"].pop("x-amzn-errortype")

    assert judge(world, tmp_path).faults == []


@pytest.mark.parametrize(("private", "fault"), [(True, "B02"), (False, "B01")])
def test_a_response_of_several_faults_lists_them_all(private, fault, tmp_path):
    world = like_a_backend(line(status="500", error_responseType="API_CONFIGURATION_ERROR"))
    (calls_link if private else calls_lambda)(world)
    of(world, "http")[0].update(status=500, body='{"e":"sorry"}')

    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["confidence"]) == (fault, "possible")
    assert {each["fault"] for each in cause["candidates"]} == {"B01", "B02", "B03"}


@pytest.mark.parametrize(
    ("seen", "status", "confidence", "contradicted"),
    [
        (200, "403", "likely", True),
        # Near misses: a customized answer whose status the log has too, and another refusal.
        (200, "200", "certain", False),
        (418, "418", "certain", False),
        (403, "403", "certain", False),
    ],
)
def test_a_line_with_a_bad_status_for_a_good_answer_is_a_contradiction(
    seen, status, confidence, contradicted, tmp_path
):
    world = like_a_backend(line(status=status, error_responseType="WAF_FILTERED"))
    of(world, "http")[0].update(status=seen)

    said = judge(world, tmp_path)

    assert [(each["fault"], each["confidence"]) for each in said.report["root_causes"]] == [
        ("H12", confidence)
    ], said.story()
    assert (("warn", "O05") in results(said)) is contradicted
    assert (("warn", "H13") in results(said)) is not contradicted


@pytest.mark.parametrize(
    ("error_type", "authorization", "fault"),
    [
        ("AuthorizerConfigurationException", "CUSTOM", "A20"),
        ("InternalServerErrorException", "NONE", "B01"),
    ],
)
def test_a_function_that_may_not_be_invoked_is_the_authorizers_where_the_type_says_so(
    error_type, authorization, fault, tmp_path
):
    world = probed(same_vpc())
    set_methods(world, {"/pets": {"GET": authorization}})
    body = '{"message":null}' if fault == "A20" else '{"message": "Internal server error"}'
    refused(world, error_type, body, 500)
    logs(world, "api")
    logs(world, EXECUTION, f"({ID}) {CONFIGURATION}Invalid permissions on Lambda function")

    assert judge(world, tmp_path).faults == [fault]


def test_a_log_group_that_is_gone_is_told(tmp_path):
    world, check = blocked(), "observability/access-log-is-on"
    gone_ = {"error": {"Code": "ResourceNotFoundException", "Message": "no"}}
    world.answers(world.api_account)["filter_log_events"]["api"] = gone_

    said = judge(world, tmp_path)

    assert results(said, check) == [("warn", "O01")], said.story()
    assert "log group api, which does not exist" in summary(said, check)
    assert "Log group api does not exist" in summary(said)


def test_a_log_group_without_a_line_of_the_call_is_there(tmp_path):
    assert results(judge(blocked(), tmp_path), "observability/access-log-is-on") == [("pass", None)]


def test_a_firehose_stream_beside_an_execution_log_is_said_not_to_be_read(tmp_path):
    world = blocked()
    stream = f"arn:aws:firehose:{REGION}:{world.api_account}:deliverystream/amazon-apigateway-x"
    world["prod"]["accessLogSettings"]["destinationArn"] = stream

    said = judge(world, tmp_path)

    assert results(said) == [("skipped", None)], said.story()
    assert EXECUTION in summary(said)
    assert f"The access log in {stream} was not read" in summary(said)


@pytest.mark.parametrize(
    ("template", "acl", "lacks"),
    [
        (LOG_FORMAT, True, "wafResponseCode"),
        (LOG_FORMAT.replace("$context.tlsVersion", ""), False, "tlsVersion"),
        (LOG_FORMAT, False, None),
        (LOG_FORMAT.replace("$context.error.message", "$context.waf.status"), True, None),
    ],
)
def test_a_format_is_asked_for_tls_and_where_there_is_one_for_the_web_acl(template, acl, lacks, tmp_path):
    world, check = same_vpc(), "observability/access-log-names-the-path"
    world["prod"]["accessLogSettings"]["format"] = template
    if acl:
        world["prod"]["webAclArn"] = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/shop/0a"

    said = judge(world, tmp_path)

    assert results(said, check) == [("warn", "O02") if lacks else ("pass", None)], said.story()
    assert lacks is None or f"leaves out {lacks}." in summary(said, check)
