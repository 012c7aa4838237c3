"""What a stage runs and what stands before its methods: paths, keys, canaries, throttles (API Gateway guide)."""

import pytest
from worlds.build import API, URL, World
from worlds.cases import Cases, check_case
from worlds.changes import export, set_methods
from worlds.judge import judge
from worlds.layouts import on_prem, peered, same_vpc
from worlds.seen import probed, refused
from worlds.stages import add_canary, customise, usage_plan

CASES = Cases()


# Paths and methods.


@CASES.broken("H02", same_vpc, on_prem)
def path_with_a_slash_at_its_end(world: World) -> None:
    world.target += "/"


@CASES.broken("H02", same_vpc)
def path_with_a_slash_at_its_end_was_refused(world: World) -> None:
    world.target += "/"
    probed(world)
    refused(world, "MissingAuthenticationTokenException", '{"message":"Missing Authentication Token"}')


@CASES.healthy(same_vpc)
def path_with_a_slash_at_its_end_was_answered(world: World) -> None:
    """What was seen to work is not called broken."""
    world.target += "/"
    probed(world)


@CASES.healthy(same_vpc)
def slash_at_the_end_of_what_a_greedy_parameter_takes(world: World) -> None:
    set_methods(world, {"/{proxy+}": {"ANY": "NONE"}})
    world.target += "/"


@CASES.broken("H02", same_vpc, peered)
def path_repeats_the_stage(world: World) -> None:
    world.target = URL.replace("/prod/", "/prod/prod/")


@CASES.broken("H02", same_vpc)
def head_of_a_path_with_get(world: World) -> None:
    world.options = ["--method", "HEAD"]


@CASES.healthy(same_vpc)
def authorization_told_by_the_deployment(world: World) -> None:
    """The draft asks for a signature, what is deployed does not."""
    set_methods(world, {"/pets": {"GET": "NONE"}})
    set_methods(world, {"/pets": {"GET": "AWS_IAM"}}, deployed=False)
    export(world)["paths"]["/pets"]["get"]["x-amazon-apigateway-auth"] = {"type": "NONE"}


@CASES.healthy(same_vpc)
def signature_asked_for_by_the_draft_alone(world: World) -> None:
    """An export with API Gateway's extensions says nothing of a method that is open."""
    set_methods(world, {"/pets": {"GET": "AWS_IAM"}}, deployed=False)


@CASES.healthy(same_vpc)
def key_asked_for_by_the_draft_alone(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "NONE"}}, deployed=False, key=True)


@CASES.broken("A18", same_vpc)
def signature_asked_for_by_the_deployment_alone(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "AWS_IAM"}})
    set_methods(world, {"/pets": {"GET": "NONE"}}, deployed=False)
    world.principal = "anonymous"


@CASES.broken("H10", same_vpc)
def key_still_asked_for_by_the_deployment(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "NONE"}}, key=True)
    set_methods(world, {"/pets": {"GET": "NONE"}}, deployed=False)


@CASES.broken("H10", same_vpc)
def key_asked_for_by_the_deployment_alone(world: World) -> None:
    """The draft asks for no key any more."""
    export(world)["components"] = {
        "securitySchemes": {
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "mine": {
                "type": "apiKey",
                "name": "token",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
            },
        }
    }
    export(world)["paths"]["/pets"]["get"] |= {
        "security": [{"api_key": []}],
        "x-amazon-apigateway-auth": {"type": "NONE"},
    }


# API keys and usage plans.

KEY = ["-H", "x-api-key: 0123456789abcdefghij"]


def asks_for_a_key(world: World) -> None:
    """The method asks for a key, and the call has one."""
    set_methods(world, {"/pets": {"GET": "NONE"}}, key=True)
    world.options = KEY


@CASES.broken("H10", same_vpc)
def no_usage_plan_has_the_stage(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world, stage="test")


@CASES.broken("H10", same_vpc)
def usage_plan_has_another_api(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world, api="zzz1234567")


@CASES.broken("H10", same_vpc)
def usage_plan_has_no_key(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world, keys={})


@CASES.broken("H10", same_vpc)
def only_key_is_switched_off(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world, keys={"k1": False})


@CASES.undecided(same_vpc)
def one_key_of_two_is_switched_off(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world, keys={"k1": False, "k2": True})


@CASES.undecided(same_vpc)
def second_usage_plan_has_a_key(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world, keys={})
    usage_plan(world, name="gold", keys={"k2": True})


@CASES.undecided(same_vpc)
def keys_cannot_be_listed(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world)
    world.answers(world.api_account)["get_api_keys"] = {"error": {"Code": "AccessDenied", "Message": "no"}}


@CASES.undecided(same_vpc)
def usage_plans_cannot_be_listed(world: World) -> None:
    asks_for_a_key(world)
    world.answers(world.api_account)["get_usage_plans"] = {"error": {"Code": "AccessDenied", "Message": "no"}}


@CASES.undecided(same_vpc)
def key_comes_from_the_authorizer(world: World) -> None:
    """Nobody has to send one."""
    set_methods(world, {"/pets": {"GET": "CUSTOM"}}, key=True)
    world[API]["apiKeySource"] = "AUTHORIZER"
    usage_plan(world)


@CASES.healthy(same_vpc)
def call_without_a_usage_plan_was_admitted(world: World) -> None:
    """What was seen to work is not called broken."""
    asks_for_a_key(world)
    probed(world)


@CASES.healthy(same_vpc)
def method_asks_for_no_key_and_no_plan_has_the_stage(world: World) -> None:
    usage_plan(world, stage="test", keys={}, throttle={"rateLimit": 0, "burstLimit": 0})


# Throttles.


def throttled(world: World, key: str, **limits: float) -> None:
    """The stage's settings for one method or all."""
    world["prod"]["methodSettings"].setdefault(key, {}).update(limits)


@CASES.broken("H11", same_vpc, peered)
def burst_limit_of_the_stage_is_0(world: World) -> None:
    throttled(world, "*/*", throttlingBurstLimit=0, throttlingRateLimit=1000.0)


@CASES.broken("H11", same_vpc)
def rate_limit_of_the_method_is_0(world: World) -> None:
    throttled(world, "~1pets/GET", throttlingBurstLimit=10, throttlingRateLimit=0.0)


@CASES.broken("H11", same_vpc)
def quota_of_the_only_usage_plan_is_0(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world, quota={"limit": 0, "period": "DAY", "offset": 0})


@CASES.broken("H11", same_vpc)
def usage_plan_shuts_the_method(world: World) -> None:
    asks_for_a_key(world)
    usage_plan(world, methods={"/pets/GET": {"rateLimit": 0.0, "burstLimit": 0}})


@CASES.broken("H11", same_vpc)
def account_may_not_be_called(world: World) -> None:
    limits = {"throttleSettings": {"burstLimit": 0, "rateLimit": 0.0}}
    world.answers(world.api_account)["get_account"] = limits


@CASES.healthy(same_vpc)
def method_has_a_limit_of_its_own(world: World) -> None:
    throttled(world, "*/*", throttlingBurstLimit=0, throttlingRateLimit=0.0)
    throttled(world, "pets/GET", throttlingBurstLimit=5, throttlingRateLimit=10.0)


@CASES.healthy(same_vpc)
def another_method_is_shut(world: World) -> None:
    throttled(world, "~1pets/POST", throttlingBurstLimit=0, throttlingRateLimit=0.0)
    throttled(world, "~1orders/GET", throttlingBurstLimit=0, throttlingRateLimit=0.0)


@CASES.healthy(same_vpc)
def no_limit_is_minus_one(world: World) -> None:
    throttled(world, "*/*", throttlingBurstLimit=-1, throttlingRateLimit=-1.0)


@CASES.undecided(same_vpc)
def one_usage_plan_of_two_is_shut(world: World) -> None:
    """The caller's key may be in the other one; whether it is valid only a call tells."""
    asks_for_a_key(world)
    usage_plan(world, throttle={"rateLimit": 0.0, "burstLimit": 0})
    usage_plan(world, name="gold", keys={"k2": True}, throttle={"rateLimit": 9.0, "burstLimit": 9})


@CASES.healthy(same_vpc)
def limits_of_the_account_cannot_be_read(world: World) -> None:
    world.answers(world.api_account)["get_account"] = {"error": {"Code": "AccessDenied", "Message": "no"}}


@CASES.broken("H11", same_vpc)
def call_was_throttled_and_limits_are_known(world: World) -> None:
    throttled(world, "*/*", throttlingBurstLimit=5, throttlingRateLimit=2.0)
    refused(probed(world), "TooManyRequestsException", '{"message":"Too Many Requests"}', status=429)


# Canaries.


@CASES.broken("H04", same_vpc)
def every_call_goes_to_a_canary_without_the_method(world: World) -> None:
    add_canary(world, {"/cats": {"GET": {}}}, percent=100.0)


@CASES.healthy(same_vpc)
def tenth_call_goes_to_a_canary_without_the_method(world: World) -> None:
    """A warning: nine calls of ten go through."""
    add_canary(world, {"/cats": {"GET": {}}}, percent=10.0)


@CASES.healthy(same_vpc)
def canary_without_the_method_gets_no_call(world: World) -> None:
    add_canary(world, {"/cats": {"GET": {}}}, percent=0.0)


@CASES.healthy(same_vpc)
def canary_has_the_method(world: World) -> None:
    add_canary(world, {"/pets": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}})


@CASES.healthy(same_vpc)
def methods_of_the_canary_cannot_be_seen(world: World) -> None:
    add_canary(world, None)


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_fault_of_the_stage_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_what_the_path_differs_in_is_told(tmp_path):
    world = same_vpc()
    world.target = URL.replace("/pets", "/Pets")

    (result,) = judge(world, tmp_path).of("fail")

    assert "differs only by case from /pets" in result["summary"]


WARNED = {
    "canary without the method": (
        lambda world: add_canary(world, {"/cats": {"GET": {}}}),
        ("api/canary-answers-alike", "H04", "has no GET /pets"),
    ),
    "canary with another authorization type": (
        lambda world: add_canary(world, {"/pets": {"ANY": {"authorizationType": "AWS_IAM"}}}),
        ("api/canary-answers-alike", "H04", "authorization type is AWS_IAM, not NONE"),
    ),
    "canary with stage variables of its own": (
        lambda world: add_canary(world, {"/pets": {"GET": {}}}, variables={"host": "***"}),
        ("api/canary-answers-alike", "H04", "stage variables of its own (host)"),
    ),
    "one call per second": (
        lambda world: throttled(world, "*/*", throttlingBurstLimit=1, throttlingRateLimit=1.0),
        ("api/throttles-let-calls-through", "H11", "1 calls per second"),
    ),
    "a fixed text for every refusal": (
        lambda world: customise(world, "DEFAULT_4XX", {"application/json": '{"message":"not found"}'}, "404"),
        ("api/gateway-responses-tell-the-cause", "H13", "DEFAULT_4XX (status 404 and a text of its own)"),
    ),
    "another status for a missing token, deployed": (
        lambda world: export(world).update(
            {"x-amazon-apigateway-gateway-responses": {"MISSING_AUTHENTICATION_TOKEN": {"statusCode": 404}}}
        ),
        ("api/gateway-responses-tell-the-cause", "H13", "MISSING_AUTHENTICATION_TOKEN (status 404)"),
    ),
}


@pytest.mark.parametrize("name", WARNED)
def test_what_does_not_break_the_call_is_a_warning(name, tmp_path):
    change, (check, fault, words) = WARNED[name]
    world = same_vpc()
    change(world)

    said = judge(world, tmp_path)

    assert said.code == 0, said.story()
    (result,) = [each for each in said.of("warn") if each["check"] == check]
    assert result["fault"] == fault
    assert words in result["summary"]


@pytest.mark.parametrize(
    ("templates", "status"),
    [
        ({}, None),
        ({"application/json": '{"message":$context.error.messageString}'}, None),
        ({"application/json": '{"type":"$context.error.responseType","id":"$context.requestId"}'}, "403"),
    ],
)
def test_a_response_that_still_tells_the_cause_is_no_warning(templates, status, tmp_path):
    world = same_vpc()
    customise(world, "ACCESS_DENIED", templates, status)

    said = judge(world, tmp_path)

    assert not [each for each in said.of("warn") if each["fault"] == "H13"], said.story()


def test_a_key_is_not_asked_of_the_caller_where_the_authorizer_tells_it(tmp_path):
    world = same_vpc()
    key_comes_from_the_authorizer(world)

    said = judge(world, tmp_path)

    assert "x-api-key" not in str(said.report["results"])


@pytest.mark.parametrize(("stage", "told"), [("prod", False), ("test", True)])
def test_a_call_without_a_key_is_told_once_and_of_the_plan_that_lacks(stage, told, tmp_path):
    world = same_vpc()
    asks_for_a_key(world)
    world.options = []
    usage_plan(world, stage=stage)

    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["check"]) == ("H10", "api/key-is-not-asked-for")
    assert ("no usage plan has" in cause["title"]) is told
    assert cause["fix"].startswith("Add abc1234567:prod") is told
