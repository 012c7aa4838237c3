"""The front door's gates are mechanisms: the same call passes or not by what the world holds."""

import json

import pytest

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
KEY = "0123456789abcdefghij"
DEFAULT = "<api:pets>.execute-api.us-east-1.amazonaws.com"


def target(client, path="/prod/pets"):
    return client.lab.world.fill(f"https://{DEFAULT}{path}")


def kind_of(answer):
    return answer.status_code, answer.headers.get("x-amzn-ErrorType"), answer.json().get("message")


@pytest.fixture
def world(same_account):
    """The running world, whose API, doors and plans are put back after the test."""
    running = same_account.lab.world
    api, door = running.api, running.front_door
    methods, stages = list(api.methods), dict(api.stages)
    yield running
    api.methods[:], api.stages = methods, stages
    api.stages["prod"].web_acl, api.stages["prod"].throttle, api.stages["prod"].canary = "", None, None
    for kept in (api.responses, api.authorizers, running.plans, running.functions, running.links, door.words):
        kept.clear()
    door.denials.clear()
    running.caller.session = "valid"


def replace_pets(world, **settings):
    world.api.methods[0] = Method("/pets", **settings)


def test_a_stage_throttles_after_its_burst(same_account, world):
    world.api.stages["prod"].throttle = Throttle(rate=0, burst=2)
    answers = [same_account.get(target(same_account)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert kind_of(answers[2]) == (429, "TooManyRequestsException", "Too Many Requests")


def test_a_plan_has_a_quota_and_another_stage_is_not_its_own(same_account, world):
    replace_pets(world, api_key=True)
    world.plans["gold"] = Plan(ACCOUNT, ["pets/prod"], {"partner": KEY}, quota=1)
    world.plans["silver"] = Plan(ACCOUNT, ["pets/test"], {"other": "other-key-of-another-stage"})
    first, second = (same_account.get(target(same_account), headers={"x-api-key": KEY}) for _ in range(2))
    elsewhere = same_account.get(target(same_account), headers={"x-api-key": "other-key-of-another-stage"})

    assert first.status_code == 200
    assert kind_of(second) == (429, "LimitExceededException", "Limit Exceeded")
    assert kind_of(elsewhere) == (403, "ForbiddenException", "Forbidden")


def test_a_key_that_is_switched_off_is_none(same_account, world):
    replace_pets(world, api_key=True)
    world.plans["gold"] = Plan(ACCOUNT, ["pets/prod"], {"partner": KEY}, off=["partner"])
    answer = same_account.get(target(same_account), headers={"x-api-key": KEY})

    assert kind_of(answer) == (403, "ForbiddenException", "Forbidden")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("", (401, "UnauthorizedException", "Unauthorized")),
        ("good", (200, None, None)),
        ("bad", (403, "AccessDeniedException", None)),
    ],
)
def test_a_lambda_authorizer_admits_denies_and_asks(same_account, world, token, expected):
    world.api.authorizers["gate"] = Authorizer(admitted=["good"], denied={"bad": "L2"})
    replace_pets(world, authorization="CUSTOM", authorizer="gate")
    answer = same_account.get(target(same_account), headers={"Authorization": token} if token else {})

    assert kind_of(answer) == expected
    if token == "bad":
        assert answer.json()["Message"] == (
            "User is not authorized to access this resource because no identity-based policy allows the "
            "execute-api:Invoke action"
        )


@pytest.mark.parametrize(
    ("broken", "kind"), [("L4", "AuthorizerConfigurationException"), ("L5", "AuthorizerFailureException")]
)
def test_a_broken_authorizer_is_a_500_without_words(same_account, world, broken, kind):
    world.api.authorizers["gate"] = Authorizer(broken=broken)
    replace_pets(world, authorization="CUSTOM", authorizer="gate")
    answer = same_account.get(target(same_account), headers={"Authorization": "good"})

    assert kind_of(answer) == (500, kind, None)


def test_a_user_pool_is_asked_before_the_resource_policy_a_lambda_after_it(same_account, world):
    world.front_door.denials.append(Denial("resource-based", explicit=True))
    replace_pets(world, authorization="COGNITO_USER_POOLS", authorizer="pool")
    world.api.authorizers["pool"] = Authorizer("COGNITO_USER_POOLS", admitted=["good"])
    without = same_account.get(target(same_account))
    with_token = same_account.get(target(same_account), headers={"Authorization": "good"})
    replace_pets(world, authorization="CUSTOM", authorizer="pool")
    world.api.authorizers["pool"] = Authorizer(admitted=["good"])
    lambda_without = same_account.get(target(same_account))

    assert without.status_code == 401
    assert with_token.json()["Message"].endswith("with an explicit deny in a resource-based policy")
    assert lambda_without.status_code == 403


@pytest.mark.parametrize(
    ("session", "kind"), [("expired", "ExpiredTokenException"), ("unknown", "AccessDeniedException")]
)
def test_expired_and_unknown_tokens_are_kept_apart(same_account, world, session, kind):
    world.caller.session = session
    host = target(same_account).split("/")[2]
    answer = same_account.get(target(same_account, "/prod/orders"), sign=host)

    assert answer.headers["x-amzn-ErrorType"] == kind
    assert answer.json()["message"].startswith("The security token included in the request is ")


def test_a_key_that_was_never_issued_is_an_unrecognized_client(same_account):
    host = target(same_account).split("/")[2]
    headers = same_account.signature(target(same_account, "/prod/orders"), host, {})
    mine = same_account.lab.environment["AWS_ACCESS_KEY_ID"]
    headers["Authorization"] = headers["Authorization"].replace(mine, "AKIANOBODYKNOWSTHIS0")
    answer = same_account.get(target(same_account, "/prod/orders"), headers=headers)

    assert answer.headers["x-amzn-ErrorType"] == "UnrecognizedClientException"


@pytest.mark.parametrize(
    ("row", "start"),
    [
        ("S6-token", '{"message":"\'secret-of-mine\' not a valid key=value pair'),
        ("S6-xml", "<IncompleteSignatureException>\n  <Message>'secret-of-mine' not a valid key=value pair"),
    ],
)
def test_older_words_repeat_the_token(same_account, world, row, start):
    world.front_door.words["S6-hashed"] = row
    answer = same_account.get(
        target(same_account, "/prod/orders"), headers={"Authorization": "Bearer secret-of-mine"}
    )

    assert answer.headers["x-amzn-ErrorType"] == "IncompleteSignatureException"
    assert answer.text.startswith(start)
    assert "'Bearer secret-of-mine'" in answer.text


def test_a_mismatch_can_come_without_the_servers_strings(same_account, world):
    world.front_door.words["S1-canonical"] = "S1"
    answer = same_account.get(target(same_account, "/prod/orders"), sign="other.example")

    assert answer.json()["message"].endswith("Consult the service documentation for details.")


@pytest.mark.parametrize("layer", ["service control", "permissions boundary", "session", "resource control"])
@pytest.mark.parametrize("explicit", [True, False])
def test_every_layer_can_deny_a_signer_by_name(same_account, world, layer, explicit):
    world.front_door.denials.append(Denial(layer, explicit))
    host = target(same_account).split("/")[2]
    message = same_account.get(target(same_account, "/prod/orders"), sign=host).json()["Message"]

    assert message.startswith("User: arn:aws:sts::111111111111:assumed-role/app/lab is not authorized")
    assert layer in message
    assert ("with an explicit deny in a " in message) == explicit


def test_a_denial_can_end_with_the_arn_of_its_policy(same_account, world):
    arn = "arn:aws:organizations::999999999999:policy/o-a/service_control_policy/p-1"
    world.front_door.denials.append(Denial("service control", explicit=True, policy=arn))
    message = same_account.get(target(same_account)).json()["Message"]

    assert message.endswith(f"with an explicit deny in a service control policy: {arn}")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"fails": "I1"}, (500, "InternalServerErrorException", "Internal server error")),
        ({"function": "shut"}, (500, "InternalServerErrorException", "Internal server error")),
        ({"function": "odd"}, (502, "InternalServerErrorException", "Internal server error")),
        ({"link": "failed"}, (500, "InternalServerErrorException", "Internal server error")),
        ({"link": "ill"}, (504, "InternalServerErrorException", "Network error communicating with endpoint")),
        ({"link": "asleep"}, (503, None, "Service Unavailable")),
        ({"takes_ms": 30000}, (504, "InternalServerErrorException", "Endpoint request timed out")),
        ({"takes_ms": 28000}, (200, None, None)),
        ({"function": "good"}, (200, None, None)),
        ({"link": "good"}, (200, None, None)),
    ],
)
def test_a_backend_fails_for_its_own_reason(same_account, world, settings, expected):
    world.functions |= {
        "good": Function(ACCOUNT),
        "shut": Function(ACCOUNT, permitted=False),
        "odd": Function(ACCOUNT, malformed=True),
    }
    world.links |= {
        "good": VpcLink(ACCOUNT, "main"),
        "failed": VpcLink(ACCOUNT, "main", status="FAILED"),
        "asleep": VpcLink(ACCOUNT, "main", status="INACTIVE"),
        "ill": VpcLink(ACCOUNT, "main", health="unhealthy"),
    }
    replace_pets(world, integration=Integration("HTTP_PROXY", **settings))

    assert kind_of(same_account.get(target(same_account))) == expected


def test_a_backend_that_answers_403_itself_has_the_gateways_ids_and_no_error_type(same_account, world):
    headers = {"Server": "nginx/1.27", "X-Reason": "not for you"}
    replace_pets(
        world,
        integration=Integration("AWS_PROXY", status=403, body='{"message":"Forbidden"}', headers=headers),
    )
    answer = same_account.get(target(same_account))

    assert kind_of(answer) == (403, None, "Forbidden")
    assert answer.headers["x-amzn-remapped-server"] == "nginx/1.27"
    assert answer.headers["x-reason"] == "not for you"
    assert {"x-amzn-requestid", "x-amz-apigw-id"} <= set(answer.headers)
    assert "server" not in answer.headers


def test_a_web_acl_blocks_by_a_header_and_may_answer_in_its_own_words(same_account, world):
    world.web_acls["guard"] = WebAcl(ACCOUNT, header="user-agent", contains="apidoctor")
    world.api.stages["prod"].web_acl = "guard"
    passes = same_account.get(target(same_account))
    blocked = same_account.get(target(same_account), headers={"User-Agent": "apidoctor/1"})
    world.web_acls["guard"].status, world.web_acls["guard"].body = 406, "not you"
    custom = same_account.get(target(same_account), headers={"User-Agent": "apidoctor/1"})

    assert passes.status_code == 200
    assert kind_of(blocked) == (403, "ForbiddenException", "Forbidden")
    assert (custom.status_code, custom.text) == (406, "not you")
    assert "x-amzn-ErrorType" not in custom.headers


def test_default_4xx_changes_status_headers_and_body_of_every_refusal_of_its_class(same_account, world):
    body = '{"fehler":$context.error.messageString,"art":"$context.error.responseType","id":"$context.requestId"}'
    world.api.responses["DEFAULT_4XX"] = GatewayResponse(418, {"X-Own": "yes"}, body)
    answer = same_account.get(target(same_account, "/prod/nothing"))

    assert answer.status_code == 418
    assert answer.json() == {
        "fehler": "Missing Authentication Token",
        "art": "MISSING_AUTHENTICATION_TOKEN",
        "id": answer.headers["x-amzn-requestid"],
    }
    assert answer.headers["x-own"] == "yes"
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


def test_a_response_of_the_very_type_counts_before_the_default(same_account, world):
    world.api.responses["DEFAULT_4XX"] = GatewayResponse(400)
    world.api.responses["ACCESS_DENIED"] = GatewayResponse(
        404, {"x-amzn-ErrorType": ""}, '{"message":"見つかりません"}'
    )
    world.front_door.denials.append(Denial("resource-based"))
    answer = same_account.get(target(same_account))

    assert kind_of(answer) == (404, None, "見つかりません")


def test_what_is_not_of_the_api_cannot_be_customised(same_account, world):
    world.api.responses["DEFAULT_4XX"] = GatewayResponse(418)
    host = "https://zzzzzzzzzz.execute-api.us-east-1.amazonaws.com/prod/pets"

    assert same_account.get(host).status_code == 403


def test_validators_content_types_and_long_arns_have_their_own_answers(same_account, world):
    replace_pets(world, required=["kind"], consumes="application/json")
    missing = same_account.get(target(same_account))
    good = same_account.get(target(same_account, "/prod/pets?kind=cat"))
    wrong = same_account.get(
        target(same_account, "/prod/pets?kind=cat"), headers={"Content-Type": "text/plain"}
    )
    long = same_account.get(target(same_account, f"/prod/{'a' * 1600}"))

    assert kind_of(missing) == (400, "BadRequestException", "Missing required request parameters: [kind]")
    assert good.status_code == 200
    assert kind_of(wrong) == (415, "BadRequestException", "Unsupported Media Type")
    assert kind_of(long) == (414, None, "Request URI too long")


def test_a_canary_answers_its_share_of_the_calls(same_account, world):
    world.api.stages["prod"].canary = Canary(50, [])
    answers = [
        same_account.get(
            target(same_account), headers={"x-amzn-requestid": f"00000000-0000-4000-8000-0000000000{low:02x}"}
        )
        for low in range(6)
    ]

    assert {answer.status_code for answer in answers} <= {200, 403}
    world.api.stages["prod"].canary = Canary(100, [])
    assert (
        json.loads(same_account.get(target(same_account)).text)["message"] == "Missing Authentication Token"
    )
    world.api.stages["prod"].canary = Canary(0, [])
    assert same_account.get(target(same_account)).status_code == 200
