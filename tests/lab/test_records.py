"""Logs, traces, samples and settings of the control plane tell of the calls that really came in."""

import json
import time

import pytest
from botocore.exceptions import ClientError
from lab.conftest import Client

from apidoctor.lab import Lab
from apidoctor.lab.description import (
    Authorizer,
    Canary,
    Denial,
    Function,
    GatewayResponse,
    Integration,
    Method,
    Plan,
    Throttle,
    VpcLink,
    WebAcl,
)

ACCOUNT = "111111111111"
SECRET = "0123456789abcdefghij"
MINE = "11111111-2222-4333-8444-555555555555"
ROOT = "1-5759e988-bd862e3fe1be46a994272793"


def rich(world):
    """A world with everything that the control plane can show of a stage."""
    world.functions["pets"] = Function(ACCOUNT)
    world.functions["shut"] = Function(ACCOUNT, permitted=False)
    world.links["backend"] = VpcLink(ACCOUNT, "main", health="unhealthy", reason="Target.Timeout")
    world.web_acls["guard"] = WebAcl(ACCOUNT, "no-robots", "User-Agent", "robot", status=406)
    world.plans["gold"] = Plan(
        ACCOUNT, ["pets/prod"], {"partner": SECRET}, quota=9, rate=5, burst=2, off=["partner"]
    )
    api = world.apis["pets"]
    api.authorizers |= {"gate": Authorizer(ttl_s=60), "pool": Authorizer("COGNITO_USER_POOLS")}
    api.methods += [
        Method("/function", integration=Integration("AWS_PROXY", function="pets")),
        Method("/shut", integration=Integration("AWS_PROXY", function="shut")),
        Method("/linked", integration=Integration("HTTP_PROXY", "https://b.example/x", link="backend")),
        Method("/gated", "CUSTOM", authorizer="gate", api_key=True, required=["kind"]),
        Method("/pooled", "COGNITO_USER_POOLS", authorizer="pool"),
    ]
    api.responses["DEFAULT_4XX"] = GatewayResponse(404, {"X-Own": "yes"}, '{"m":"no"}')
    stage = api.stages["prod"]
    stage.web_acl, stage.throttle, stage.canary = "guard", Throttle(50, 20), Canary(10, list(api.methods))


@pytest.fixture(scope="module")
def client():
    with Lab("same-account", change=rich) as running:
        yield Client(running)


def call(client, path="/prod/pets", **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    host = client.lab.world.fill("<api:pets>.execute-api.us-east-1.amazonaws.com")
    return client.get(f"https://{host}{path}", headers=sent)


def events(client, group, *texts):
    pattern = " ".join(f'?"{text}"' for text in texts)
    return [
        event["message"]
        for event in client.aws("logs").filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
    ]


def execution_group(client):
    return f"API-Gateway-Execution-Logs_{client.lab.world.api.id}/prod"


def test_the_access_log_has_the_line_of_the_request_that_came_in(client):
    answer = call(client, x_amzn_requestid=MINE)
    call(client)
    (line,) = map(json.loads, events(client, "apigateway-prod", answer.headers["x-amz-apigw-id"]))

    assert line["requestId"] == MINE
    assert line["extendedRequestId"] == answer.headers["x-amz-apigw-id"]
    assert (line["status"], line["vpceId"]) == ("200", client.lab.world.endpoint.id)
    assert (line["httpMethod"], line["path"], line["responseType"]) == ("GET", "/prod/pets", "-")


def test_a_customised_refusal_still_has_its_type_in_the_log(client):
    answer = call(client, "/prod/nothing")
    (line,) = map(json.loads, events(client, "apigateway-prod", answer.headers["x-amzn-requestid"]))

    assert (answer.status_code, answer.text) == (404, '{"m":"no"}')
    assert line["responseType"] == "MISSING_AUTHENTICATION_TOKEN"
    assert line["errorMessage"] == "Missing Authentication Token"
    assert line["status"] == "404"


def test_the_execution_log_gives_the_reason_of_a_failed_integration(client):
    answer = call(client, "/prod/shut")
    id = answer.headers["x-amzn-requestid"]
    lines = events(client, execution_group(client), id)

    assert answer.status_code == 500
    assert (
        f"({id}) Execution failed due to configuration error: Invalid permissions on Lambda function" in lines
    )
    assert lines[-1] == f"({id}) Method completed with status: 500"
    assert all(line.startswith(f"({id}) ") for line in lines)


def test_what_the_endpoint_policy_refuses_is_in_no_log(client):
    door = client.lab.world.front_door
    door.denials.append(Denial("VPC endpoint"))
    answer = call(client)
    door.denials.clear()

    assert answer.status_code == 403  # its API does not shape it either
    assert events(client, "apigateway-prod", answer.headers["x-amz-apigw-id"]) == []


def test_times_bound_what_is_found_and_an_unknown_group_is_none(client):
    call(client)
    logs = client.aws("logs")
    later = int((time.time() + 60) * 1000)

    assert logs.filter_log_events(logGroupName="apigateway-prod", startTime=later)["events"] == []
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.filter_log_events(logGroupName="apigateway-test")


def test_a_stage_that_does_not_log_has_no_group(client):
    stage = client.lab.world.api.stages["prod"]
    stage.access_log = False
    try:
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            events(client, "apigateway-prod")
    finally:
        stage.access_log = True


def test_a_trace_is_found_by_the_root_that_was_sent(client):
    call(client, X_Amzn_Trace_Id=f"Root={ROOT};Sampled=1")
    answer = client.aws("xray").batch_get_traces(TraceIds=[ROOT, "1-00000000-000000000000000000000000"])
    document = json.loads(answer["Traces"][0]["Segments"][0]["Document"])

    assert document["http"]["response"]["status"] == 200
    assert document["trace_id"] == ROOT
    assert answer["UnprocessedTraceIds"] == ["1-00000000-000000000000000000000000"]


def test_the_web_acl_of_the_stage_and_its_sampled_requests(client):
    world, waf = client.lab.world, client.aws("wafv2")
    blocked = call(client, User_Agent="a robot", Authorization="very-secret")
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{world.api.id}/stages/prod"
    acl = waf.get_web_acl_for_resource(ResourceArn=arn)["WebACL"]
    now = time.time()
    sampled = waf.get_sampled_requests(
        WebAclArn=acl["ARN"],
        RuleMetricName="no-robots",
        Scope="REGIONAL",
        TimeWindow={"StartTime": now - 3600, "EndTime": now},
        MaxItems=100,
    )["SampledRequests"]
    headers = {header["Name"]: header["Value"] for header in sampled[-1]["Request"]["Headers"]}

    assert blocked.status_code == 406
    assert (acl["Name"], acl["Rules"][0]["Name"]) == ("guard", "no-robots")
    assert acl["Rules"][0]["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 406
    assert (sampled[-1]["Action"], sampled[-1]["Request"]["URI"]) == ("BLOCK", "/prod/pets")
    assert headers["user-agent"] == "a robot"
    assert "very-secret" not in json.dumps(sampled, default=str)
    assert waf.get_web_acl(Name="guard", Scope="REGIONAL", Id="guard-id")["WebACL"]["ARN"] == acl["ARN"]
    assert "WebACL" not in waf.get_web_acl_for_resource(ResourceArn=arn.replace("prod", "test"))


def test_the_stage_shows_web_acl_throttle_and_canary(client):
    apigateway, world = client.aws("apigateway"), client.lab.world
    stage = apigateway.get_stage(restApiId=world.api.id, stageName="prod")
    (listed,) = apigateway.get_stages(restApiId=world.api.id)["item"]

    for shown in (stage, listed):
        assert shown["webAclArn"] == world.web_acls["guard"].arn
        assert shown["methodSettings"]["*/*"]["throttlingRateLimit"] == 50
        assert shown["methodSettings"]["*/*"]["throttlingBurstLimit"] == 20
        assert shown["canarySettings"]["percentTraffic"] == 10


def test_plans_and_keys_are_shown_without_a_value(client):
    apigateway, world = client.aws("apigateway"), client.lab.world
    (plan,) = apigateway.get_usage_plans()["items"]
    keys = apigateway.get_usage_plan_keys(usagePlanId=plan["id"])["items"]
    api_keys = apigateway.get_api_keys()["items"]

    assert plan["apiStages"] == [{"apiId": world.api.id, "stage": "prod"}]
    assert (plan["quota"]["limit"], plan["throttle"]) == (9, {"rateLimit": 5.0, "burstLimit": 2})
    assert [key["name"] for key in keys] == ["partner"]
    assert (api_keys[0]["id"], api_keys[0]["enabled"]) == (keys[0]["id"], False)
    assert SECRET not in json.dumps([plan, keys, api_keys], default=str)


def test_customised_gateway_responses_stand_among_the_default_ones(client):
    shown = client.aws("apigateway").get_gateway_responses(restApiId=client.lab.world.api.id)["items"]
    by_type = {item["responseType"]: item for item in shown}

    assert len(by_type) == len(shown) == 21
    assert by_type["DEFAULT_4XX"]["statusCode"] == "404"
    assert by_type["DEFAULT_4XX"]["defaultResponse"] is False
    assert by_type["DEFAULT_4XX"]["responseParameters"] == {"gatewayresponse.header.X-Own": "'yes'"}
    assert by_type["THROTTLED"]["defaultResponse"] is True


def test_methods_show_their_authorizers_and_integrations(client):
    apigateway, world = client.aws("apigateway"), client.lab.world
    items = apigateway.get_resources(restApiId=world.api.id, embed=["methods"])["items"]
    methods = {item["path"]: item.get("resourceMethods", {}).get("GET") for item in items}
    authorizers = {one["id"]: one for one in apigateway.get_authorizers(restApiId=world.api.id)["items"]}
    export = apigateway.get_export(restApiId=world.api.id, stageName="prod", exportType="oas30")
    document = json.loads(export["body"].read())

    assert world.functions["pets"].arn in methods["/function"]["methodIntegration"]["uri"]
    assert methods["/linked"]["methodIntegration"]["connectionId"] == world.links["backend"].id
    assert authorizers[methods["/gated"]["authorizerId"]]["name"] == "gate"
    assert authorizers[methods["/gated"]["authorizerId"]]["authorizerResultTtlInSeconds"] == 60
    assert authorizers[methods["/pooled"]["authorizerId"]]["type"] == "COGNITO_USER_POOLS"
    assert document["paths"]["/gated"]["get"]["security"] == [{"gate": []}, {"api_key": []}]
    assert document["components"]["securitySchemes"]["gate"]["x-amazon-apigateway-authtype"] == "custom"
    assert (
        document["paths"]["/linked"]["get"]["x-amazon-apigateway-integration"]["connectionType"] == "VPC_LINK"
    )
    assert document["x-amazon-apigateway-gateway-responses"]["DEFAULT_4XX"]["statusCode"] == 404


def test_functions_links_balancers_and_targets_are_shown(client):
    world = client.lab.world
    link, lambdas, elb = world.links["backend"], client.aws("lambda"), client.aws("elbv2")
    shown = client.aws("apigateway").get_vpc_link(vpcLinkId=link.id)
    policy = json.loads(lambdas.get_policy(FunctionName=world.functions["pets"].arn)["Policy"])
    (balancer,) = elb.describe_load_balancers(LoadBalancerArns=[link.balancer])["LoadBalancers"]
    (listener,) = elb.describe_listeners(LoadBalancerArn=link.balancer)["Listeners"]
    (group,) = elb.describe_target_groups()["TargetGroups"]
    (target,) = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]

    assert (shown["status"], shown["targetArns"]) == ("AVAILABLE", [link.balancer])
    assert policy["Statement"][0]["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert (balancer["Type"], listener["DefaultActions"][0]["TargetGroupArn"]) == ("network", link.group)
    assert target["TargetHealth"] == {"State": "unhealthy", "Reason": "Target.Timeout"}
    assert lambdas.get_function_configuration(FunctionName="pets")["State"] == "Active"
    with pytest.raises(lambdas.exceptions.ResourceNotFoundException):
        lambdas.get_policy(FunctionName="shut")
    with pytest.raises(lambdas.exceptions.ResourceNotFoundException, match="Function not found"):
        lambdas.get_function_configuration(FunctionName="nothing")
