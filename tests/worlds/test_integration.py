"""What stands behind the method: each misconfiguration that ends in a 5xx, and its neighbour that does not."""

import pytest
from worlds.backends import (
    BALANCER,
    LINK,
    balancer_arn,
    calls_lambda,
    calls_link,
    certificate,
    function_arn,
    gone,
    health,
    integrate,
    method_arn,
    permit,
    target_group,
    variables,
)
from worlds.build import API, REGION, URL, World
from worlds.cases import Cases, check_case
from worlds.changes import export
from worlds.judge import judge
from worlds.layouts import cross_account, same_vpc
from worlds.seen import of, probed, refused
from worlds.stages import add_canary, customise

from apidoctor.reasoning.scene.balancer_groups import ENFORCED

CASES = Cases()
DENIED = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
INTERNAL = '{"message": "Internal server error"}'


# A Lambda function.


@CASES.healthy(same_vpc, cross_account)
def function_lets_the_method_call_it(world: World) -> None:
    calls_lambda(world)


@CASES.broken("B01", same_vpc)
def function_is_gone(world: World) -> None:
    calls_lambda(world, exists=None)
    gone(world, "get_function_configuration", "pets")
    gone(world, "get_policy", "pets")


@CASES.broken("B01", same_vpc)
def alias_is_gone(world: World) -> None:
    calls_lambda(world, named=function_arn(world, "pets:live"))
    gone(world, "get_function_configuration", "pets:live")
    gone(world, "get_policy", "pets:live")


@CASES.broken("B01", same_vpc)
def function_has_failed(world: World) -> None:
    calls_lambda(world)
    shown = world.answers(world.api_account)["get_function_configuration"]["pets"]
    shown |= {"State": "Failed", "StateReason": "The image cannot be pulled"}


@CASES.broken("B01", same_vpc, cross_account)
def function_has_no_policy(world: World) -> None:
    calls_lambda(world)
    gone(world, "get_policy", "pets")


@CASES.broken("B01", same_vpc)
def permission_is_for_an_older_api(world: World) -> None:
    calls_lambda(world)
    permit(world, "pets", method_arn(world, api="zzz1234567"))


@CASES.broken("B01", same_vpc)
def permission_is_for_test_runs_only(world: World) -> None:
    calls_lambda(world)
    permit(world, "pets", method_arn(world, "test-invoke-stage/GET/pets"))


@CASES.broken("B01", same_vpc)
def permission_is_for_another_method(world: World) -> None:
    calls_lambda(world)
    permit(world, "pets", method_arn(world, "*/POST/pets"))


@CASES.broken("B01", same_vpc)
def permission_is_for_another_service(world: World) -> None:
    calls_lambda(world)
    permit(world, "pets", Principal={"Service": "elasticloadbalancing.amazonaws.com"})


@CASES.broken("B01", same_vpc)
def permission_is_on_the_function_and_the_alias_is_called(world: World) -> None:
    """An alias has a policy of its own."""
    calls_lambda(world, named=function_arn(world, "pets:live"), exists="pets:live")
    permit(world, "pets")
    gone(world, "get_policy", "pets:live")


@CASES.healthy(same_vpc)
def permission_is_on_the_alias(world: World) -> None:
    calls_lambda(world, named=function_arn(world, "pets:live"), exists="pets:live")


@CASES.healthy(same_vpc)
def permission_for_all_of_the_api(world: World) -> None:
    calls_lambda(world)
    permit(world, "pets", method_arn(world, "*"))


@CASES.healthy(same_vpc)
def permission_without_a_condition(world: World) -> None:
    calls_lambda(world)
    permit(world, "pets", Condition={})


def below_a_parameter(world: World, permitted: str) -> None:
    """The method of a path with a parameter, and the permission that it has."""
    calls_lambda(world)
    permit(world, "pets", method_arn(world, permitted))
    paths = export(world)["paths"]
    paths["/pets/{id}"] = paths.pop("/pets")
    item = world.answers(world.api_account)["get_resources"][API]["items"][-1]
    item.update(path="/pets/{id}", pathPart="{id}")
    world.target = f"{URL}/17"


@CASES.healthy(same_vpc)
def permission_for_a_path_with_a_parameter(world: World) -> None:
    """The form that the console gives."""
    below_a_parameter(world, "*/GET/pets/*")


@CASES.healthy(same_vpc)
def permission_for_a_path_by_the_parameters_name(world: World) -> None:
    """Which form API Gateway sends is not documented: open, and nobody has to know."""
    below_a_parameter(world, "*/GET/pets/{id}")


@CASES.broken("B01", same_vpc)
def permission_for_another_path_with_a_parameter(world: World) -> None:
    below_a_parameter(world, "*/GET/cats/*")


@CASES.healthy(same_vpc)
def function_is_called_as_a_role(world: World) -> None:
    """Then the role's policies decide, and the function needs none."""
    calls_lambda(world, credentials=f"arn:aws:iam::{world.api_account}:role/apigateway")
    gone(world, "get_policy", "pets")


@CASES.healthy(same_vpc)
def condition_on_the_account_of_the_caller(world: World) -> None:
    """Whether API Gateway sends aws:SourceAccount is not documented: open, and nobody has to know."""
    calls_lambda(world)
    condition = {
        "ArnLike": {"AWS:SourceArn": method_arn(world)},
        "StringEquals": {"AWS:SourceAccount": world.api_account},
    }
    permit(world, "pets", Condition=condition)


@CASES.healthy(same_vpc)
def policy_of_the_function_cannot_be_read(world: World) -> None:
    calls_lambda(world)
    world.answers(world.api_account)["get_policy"] = DENIED
    world.answers(world.api_account)["get_function_configuration"] = DENIED


@CASES.healthy(same_vpc)
def function_without_a_policy_answered(world: World) -> None:
    """What was seen to work is not called broken."""
    function_has_no_policy(world)
    probed(world)


@CASES.healthy(same_vpc)
def function_of_an_account_nobody_reads(world: World) -> None:
    calls_lambda(world, named=f"arn:aws:lambda:{REGION}:999999999999:function:pets", exists=None)


# Stage variables.


@CASES.broken("B01", same_vpc)
def alias_is_a_variable_that_is_not_set(world: World) -> None:
    calls_lambda(world, named=f"{function_arn(world)}:${{stageVariables.alias}}")


@CASES.broken("B02", same_vpc)
def link_is_a_variable_that_is_not_set(world: World) -> None:
    calls_link(world, connectionId="${stageVariables.link}")
    variables(world, other="vl0001")


@CASES.healthy(same_vpc)
def alias_is_a_variable_whose_value_was_not_kept(world: World) -> None:
    calls_lambda(world, named=f"{function_arn(world)}:${{stageVariables.alias}}")
    variables(world, alias="***")


@CASES.broken("B01", same_vpc)
def function_in_a_variable_is_gone(world: World) -> None:
    calls_lambda(world, named="${stageVariables.function}", exists=None)
    variables(world, function=function_arn(world))
    gone(world, "get_function_configuration", "pets")


@CASES.healthy(same_vpc)
def link_in_a_variable(world: World) -> None:
    calls_link(world, connectionId="${stageVariables.link}")
    variables(world, link=LINK)


@CASES.healthy(same_vpc)
def canary_leads_elsewhere(world: World) -> None:
    link_in_a_variable(world)
    add_canary(world, {"/pets": {"GET": {}}}, variables={"link": "***"})


# VPC link, load balancer, listener, targets.


@CASES.healthy(same_vpc, cross_account)
def link_leads_to_healthy_targets(world: World) -> None:
    calls_link(world)


@CASES.healthy(same_vpc)
def link_of_the_second_kind_leads_to_healthy_targets(world: World) -> None:
    calls_link(world, kind="app")


@CASES.broken("B02", same_vpc)
def link_has_failed(world: World) -> None:
    calls_link(world)
    world[LINK].update(status="FAILED", statusMessage="NLB is already associated")


@CASES.broken("B02", same_vpc)
def link_is_gone(world: World) -> None:
    calls_link(world)
    gone(world, "get_vpc_link", LINK)
    world.answers(world.api_account)["apigatewayv2.get_vpc_links"] = {"Items": []}


@CASES.broken("B02", same_vpc)
def link_of_the_second_kind_was_idle(world: World) -> None:
    calls_link(world, kind="app")
    world[LINK]["VpcLinkStatus"] = "INACTIVE"


@CASES.healthy(same_vpc)
def link_cannot_be_read(world: World) -> None:
    calls_link(world)
    world.answers(world.api_account)["get_vpc_link"] = DENIED
    world.answers(world.api_account)["apigatewayv2.get_vpc_links"] = DENIED


@CASES.broken("B02", same_vpc)
def load_balancer_is_gone(world: World) -> None:
    calls_link(world)
    world.answers(world.api_account)["describe_load_balancers"] = {"LoadBalancers": []}


@CASES.broken("B02", same_vpc)
def link_failed_because_its_load_balancer_is_gone(world: World) -> None:
    """One cause, told once."""
    load_balancer_is_gone(world)
    link_has_failed(world)


@CASES.broken("B02", same_vpc)
def load_balancer_is_being_made(world: World) -> None:
    calls_link(world, kind="app")
    world["0123456789abcdef"]["State"] = {"Code": "provisioning"}


@CASES.broken("B02", same_vpc)
def no_listener_on_the_port(world: World) -> None:
    calls_link(world, uri="http://pets.internal/pets")


@CASES.broken("B02", same_vpc)
def listener_that_is_named_is_gone(world: World) -> None:
    calls_link(world, kind="app", integrationTarget=f"{balancer_arn(world, 'app', 'listener')}/bb")


@CASES.healthy(same_vpc)
def listener_is_named(world: World) -> None:
    arn = f"{balancer_arn(world, 'app', 'listener')}/aa"
    calls_link(world, kind="app", uri="http://pets.internal/", integrationTarget=arn)


@CASES.broken("B02", same_vpc)
def no_target_is_healthy(world: World) -> None:
    calls_link(world)
    health(world, {"10.1.9.10": "unhealthy", "10.1.9.11": "unhealthy"})


@CASES.broken("B02", same_vpc)
def no_target_is_registered(world: World) -> None:
    calls_link(world)
    health(world, {})


@CASES.broken("B02", same_vpc)
def targets_are_unused(world: World) -> None:
    calls_link(world, kind="app")
    health(world, {"10.1.9.10": "unused"}, reason="Target.NotInUse")


@CASES.healthy(same_vpc)
def one_target_of_two_is_healthy(world: World) -> None:
    calls_link(world)
    health(world, {"10.1.9.10": "healthy", "10.1.9.11": "unhealthy"})


@CASES.healthy(same_vpc)
def health_of_targets_is_not_checked(world: World) -> None:
    calls_link(world)
    health(world, {"10.1.9.10": "unavailable"}, reason="Target.HealthCheckDisabled")


@CASES.healthy(same_vpc)
def rule_of_the_listener_leads_to_a_healthy_group(world: World) -> None:
    calls_link(world, kind="app")
    health(world, {})
    forward = {"TargetGroups": [{"TargetGroupArn": target_group(world, "cats"), "Weight": 1}]}
    rules = {"Rules": [{"Priority": "1", "Actions": [{"Type": "forward", "ForwardConfig": forward}]}]}
    world.keyed(world.api_account, "describe_rules", world["listener"]["ListenerArn"], rules)
    health(world, {"10.1.9.12": "healthy"}, "cats")


def ruled(world: World, *rules: tuple[str, str, str]) -> None:
    """Rules of the listener: priority, condition (``host=``, ``path=``, ``source-ip=``) and the group they lead to."""
    calls_link(world, kind="app")
    fields = {"host": "host-header", "path": "path-pattern", "source-ip": "source-ip"}
    shown = []
    for priority, condition, group in rules:
        name, _, value = condition.partition("=")
        conditions = [{"Field": fields[name], "Values": [value]}]
        actions = [{"Type": "forward", "TargetGroupArn": target_group(world, group)}]
        shown.append({"Priority": priority, "IsDefault": False, "Conditions": conditions, "Actions": actions})
    world.keyed(world.api_account, "describe_rules", world["listener"]["ListenerArn"], {"Rules": shown})
    health(world, {"10.1.9.20": "unhealthy"}, "bad")
    health(world, {"10.1.9.21": "healthy"}, "good")


def fixed(world: World, status: str) -> None:
    """The default action answers by itself."""
    calls_link(world, kind="app")
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status}}
    world["listener"]["DefaultActions"] = [action]


@CASES.broken("B02", same_vpc)
def rule_for_the_host_leads_to_a_dead_group(world: World) -> None:
    ruled(world, ("1", "host=PETS.*", "bad"))


@CASES.broken("B02", same_vpc)
def rule_for_the_path_leads_to_a_dead_group(world: World) -> None:
    ruled(world, ("1", "path=/pet?", "bad"))


@CASES.broken("B02", same_vpc)
def rule_of_priority_9_comes_before_that_of_10(world: World) -> None:
    ruled(world, ("10", "path=/*", "good"), ("9", "host=pets.internal", "bad"))


@CASES.broken("B02", same_vpc)
def default_action_answers_503_by_itself(world: World) -> None:
    fixed(world, "503")


@CASES.healthy(same_vpc)
def default_action_answers_404_by_itself(world: World) -> None:
    """That is a warning: it may be what the owner wants."""
    fixed(world, "404")


@CASES.healthy(same_vpc)
def rule_for_another_host_leads_to_a_dead_group(world: World) -> None:
    ruled(world, ("1", "host=cats.internal", "bad"), ("2", "path=/Pets", "bad"))


@CASES.healthy(same_vpc)
def rule_before_leads_to_a_healthy_group(world: World) -> None:
    ruled(world, ("20", "path=/*", "bad"), ("3", "host=pets.internal", "good"))


@CASES.healthy(same_vpc)
def rule_for_an_address_may_take_the_call(world: World) -> None:
    """Which of the rules takes it is not known, and one way is open."""
    ruled(world, ("1", "source-ip=10.0.0.0/8", "bad"))


@CASES.healthy(same_vpc)
def mapping_gives_the_backend_another_host(world: World) -> None:
    ruled(world, ("1", "host=pets.internal", "bad"))
    members = {"requestParameters": {"integration.request.header.Host": "'cats.internal'"}}
    own = world.answers(world.api_account)["get_resources"][API]["items"][-1]["resourceMethods"]["GET"]
    integrate(world, **own["methodIntegration"], **members)


@CASES.healthy(same_vpc)
def backend_answered_although_no_target_is_healthy(world: World) -> None:
    no_target_is_healthy(world)
    probed(world)


@CASES.healthy(same_vpc)
def targets_cannot_be_read(world: World) -> None:
    calls_link(world)
    for operation in ("describe_load_balancers", "describe_listeners", "describe_target_health"):
        world.answers(world.api_account)[operation] = DENIED


@CASES.healthy(same_vpc)
def integration_leads_to_the_internet(world: World) -> None:
    """Where it leads is never called."""
    integrate(world, type="HTTP_PROXY", httpMethod="GET", uri="https://pets.example.com:99999/")


# The answer to the call.


def answered(world: World, status: int, text: str, **seconds: float) -> None:
    """API Gateway's own answer 5xx."""
    refused(probed(world), "InternalServerErrorException", text, status)
    of(world, "http")[0]["elapsed_ms"] = {"total": 1000 * seconds.get("after", 0.1)}


@CASES.broken("B05", same_vpc)
def reply_has_the_wrong_form(world: World) -> None:
    calls_lambda(world)
    answered(world, 502, INTERNAL)


@CASES.broken("B04", same_vpc)
def backend_is_slow(world: World) -> None:
    calls_lambda(world)
    answered(world, 504, '{"message": "Endpoint request timed out"}')


@CASES.broken("B02", same_vpc)
def backend_cannot_be_reached(world: World) -> None:
    calls_link(world)
    answered(world, 504, '{"message": "Network error communicating with endpoint"}')


@CASES.broken("B04", same_vpc)
def backend_in_public_cannot_be_reached(world: World) -> None:
    """No VPC link leads there."""
    integrate(world, type="HTTP_PROXY", httpMethod="ANY", uri="https://backend.example.com/pets")
    answered(world, 504, '{"message": "Network error communicating with endpoint"}')


@CASES.broken("B04", same_vpc)
def backend_is_slow_and_the_text_was_changed(world: World) -> None:
    calls_link(world, timeoutInMillis=5000)
    answered(world, 504, '{"message": "sorry"}', after=5.1)


@CASES.broken("B02", same_vpc)
def backend_cannot_be_reached_and_the_text_was_changed(world: World) -> None:
    calls_link(world)
    answered(world, 504, '{"message": "sorry"}', after=0.4)


@CASES.broken("B02", same_vpc)
def link_is_made_again(world: World) -> None:
    calls_link(world, kind="app")
    answered(world, 503, '{"message": "Service Unavailable"}')


@CASES.broken("B02", same_vpc)
def load_balancer_answers_itself(world: World) -> None:
    calls_link(world, kind="app")
    seen = of(probed(world), "http")[0]
    seen |= {"status": 503, "body": "<html><h1>503 Service Temporarily Unavailable</h1></html>"}
    seen["headers"]["x-amzn-remapped-server"] = "awselb/2.0"


@CASES.broken("B01", same_vpc)
def lambda_ends_in_500(world: World) -> None:
    calls_lambda(world)
    answered(world, 500, INTERNAL)


@CASES.broken("B02", same_vpc)
def link_ends_in_500(world: World) -> None:
    calls_link(world)
    answered(world, 500, INTERNAL)


@CASES.broken("B03", same_vpc)
def certificate_has_another_name_and_the_call_ends_in_500(world: World) -> None:
    calls_link(world, uri="https://pets.internal/")
    certificate(world, "shop.example.com", "*.shop.example.com")
    answered(world, 500, INTERNAL)


@CASES.broken("B02", same_vpc)
def certificate_has_the_name_and_the_call_ends_in_500(world: World) -> None:
    calls_link(world, uri="https://api.shop.example.com/")
    certificate(world, "shop.example.com", "*.shop.example.com")
    answered(world, 500, INTERNAL)


@CASES.broken("B02", same_vpc)
def certificate_is_not_verified_and_the_call_ends_in_500(world: World) -> None:
    calls_link(world, uri="https://pets.internal/", tlsConfig={"insecureSkipVerification": True})
    certificate(world, "shop.example.com")
    answered(world, 500, INTERNAL)


@CASES.broken("B01", same_vpc)
def permission_is_missing_and_the_call_ends_in_500(world: World) -> None:
    """Configuration and answer agree: one cause."""
    function_has_no_policy(world)
    answered(world, 500, INTERNAL)


@CASES.broken("B02", same_vpc)
def no_target_and_the_call_ends_in_504(world: World) -> None:
    no_target_is_registered(world)
    answered(world, 504, '{"message": "Network error communicating with endpoint"}')


def unanswered(world: World) -> None:
    """No answer came to the call, over TLS that was established."""
    call = of(probed(world), "http")[0]
    call.update(outcome="timeout", status=None, headers={}, body=None)
    call["elapsed_ms"] = {"connect": 1.0, "tls": 11.0, "total": 10_012.0}


@CASES.broken("B02", same_vpc)
def no_target_is_healthy_and_the_call_gets_no_answer(world: World) -> None:
    """Configuration explains the silence: one cause."""
    no_target_is_healthy(world)
    unanswered(world)


@CASES.broken("B04", same_vpc)
def all_is_well_and_the_call_gets_no_answer(world: World) -> None:
    calls_link(world)
    unanswered(world)


@CASES.healthy(same_vpc)
def backend_itself_answers_500(world: World) -> None:
    """The call got there: that is for the backend's owner."""
    calls_link(world)
    of(probed(world), "http")[0].update(status=500, body='{"error": "database"}')


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_what_stands_behind_the_method_is_named(layout, change, faults, verdict, tmp_path):
    said = check_case(layout, change, faults, verdict, tmp_path)

    assert len(said.faults) == len(faults), said.story()


def test_what_api_gateway_tells_at_once_explains_no_silence(tmp_path):
    """Without a permission it answers 500 in an instant: the way, or something else, is wrong too."""
    world = same_vpc()
    function_has_no_policy(world)
    unanswered(world)

    said = judge(world, tmp_path)

    assert [cause["check"] for cause in said.report["root_causes"]] == [
        "invoke/call-is-admitted",
        "integration/function-admits-the-api",
    ], said.story()


WARNED = {
    "integration/targets-are-healthy": (one_target_of_two_is_healthy, "B02", "1 of 2 targets"),
    "integration/stage-variables-are-set": (canary_leads_elsewhere, "B01", "it sets link itself"),
    "integration/backend-answers": (backend_itself_answers_500, None, "The backend itself answered"),
}


@pytest.mark.parametrize("check", WARNED)
def test_what_breaks_some_calls_or_none_of_ours_is_a_warning(check, tmp_path):
    change, fault, words = WARNED[check]
    world = same_vpc()
    change(world)

    (result,) = [each for each in judge(world, tmp_path).of("warn") if each["check"] == check]

    assert result["fault"] == fault
    assert words in result["summary"]


def test_a_function_that_may_take_longer_than_api_gateway_waits_is_a_hint(tmp_path):
    world = same_vpc()
    calls_lambda(world, timeoutInMillis=29000)
    world.answers(world.api_account)["get_function_configuration"]["pets"]["Timeout"] = 60

    (result,) = judge(world, tmp_path).of("warn")

    assert (result["fault"], result["check"]) == ("B04", "integration/time-out-outlasts-the-function")


@pytest.mark.parametrize(
    ("uri", "names", "hint"),
    [
        ("https://pets.internal/", ("shop.example.com",), True),
        ("https://pets.shop.example.com/", ("*.shop.example.com",), False),
        ("https://a.pets.shop.example.com/", ("*.shop.example.com",), True),
        ("https://nlb-0a.elb.us-east-1.amazonaws.com/", ("shop.example.com",), True),
        ("http://pets.internal:443/", ("shop.example.com",), False),
    ],
)
def test_a_host_that_the_certificate_does_not_name_is_a_hint(uri, names, hint, tmp_path):
    world = same_vpc()
    calls_link(world, uri=uri)
    certificate(world, *names)

    said = judge(world, tmp_path)

    assert said.code == 0, said.story()
    assert ["B03"] * hint == [each["fault"] for each in said.of("warn")]


def test_the_permission_that_nearly_fits_is_told(tmp_path):
    world = same_vpc()
    permission_is_for_another_method(world)

    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert "*/POST/pets" in cause["title"]
    assert "add-permission" in cause["fix"]


def test_the_reason_of_the_targets_is_told(tmp_path):
    world = same_vpc()
    no_target_is_healthy(world)

    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert "Target.Timeout" in cause["title"]
    assert cause["confidence"] == "likely"


@pytest.mark.parametrize(
    ("status", "text", "confidence"),
    [(504, "Network error communicating with endpoint", "certain"), (500, "Internal server error", "likely")],
)
def test_targets_that_a_call_did_not_reach_are_certain(tmp_path, status, text, confidence):
    world = same_vpc()
    no_target_is_healthy(world)
    refused(probed(world), "InternalServerErrorException", f'{{"message":"{text}"}}', status)

    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["check"]) == ("B02", "integration/targets-are-healthy")
    assert cause["confidence"] == confidence


@pytest.mark.parametrize(
    ("status", "text", "faults"),
    [
        (504, "Endpoint request timed out", ["B04"]),
        (502, "Internal server error", ["B05"]),
        # The near miss: a function that may not be called ends in a 500.
        (500, "Internal server error", ["B01"]),
    ],
)
@pytest.mark.parametrize("broken", [function_is_gone, function_has_no_policy])
def test_a_function_that_was_called_is_there_and_may_be_called(tmp_path, status, text, faults, broken):
    world = same_vpc()
    broken(world)
    refused(probed(world), "InternalServerErrorException", f'{{"message":"{text}"}}', status)

    said = judge(world, tmp_path)

    assert said.faults == faults, said.story()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (default_action_answers_404_by_itself, "the default action of the listener answers it with 404"),
        (rule_for_an_address_may_take_the_call, "None of target group bad does"),
    ],
)
def test_what_a_listener_may_do_to_the_call_is_a_warning(change, words, tmp_path):
    world = same_vpc()
    change(world)

    (found,) = [
        each
        for each in judge(world, tmp_path).of("warn")
        if each["check"] == "integration/targets-are-healthy"
    ]

    assert found["fault"] == "B02"
    assert words in found["summary"]


GROUP = "sg-0balancer"
OTHERS_RULE = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
BY_GROUP = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-0a"}]}
ADMITS = {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 9000, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}


@pytest.mark.parametrize(
    ("enforced", "rules", "kind", "told"),
    [
        ("on", [], "net", True),
        ("on", [OTHERS_RULE, BY_GROUP], "net", True),
        ("on", [OTHERS_RULE, ADMITS], "net", False),
        ("on", [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}], "net", False),
        ("on", "odd", "net", False),
        ("off", [], "net", False),
        (None, [], "net", False),
        # Neither PrivateLink nor a load balancer that enforces it: a link of the second kind.
        ("on", [], "app", False),
    ],
)
def test_groups_that_let_no_link_in_are_told_where_they_count(enforced, rules, kind, told, tmp_path):
    world, check = same_vpc(), "integration/listener-takes-the-port"
    calls_link(world, kind=kind)
    world[BALANCER].update({"SecurityGroups": [GROUP], ENFORCED: enforced})
    group = {"GroupId": GROUP, "VpcId": "vpc-0e000000000000000", "IpPermissions": rules}
    world.add(world.api_account, "describe_security_groups", group)

    said = judge(world, tmp_path)

    (found,) = [each for each in said.report["results"] if each["check"] == check]
    assert (found["status"], found["fault"]) == (("warn", "B02") if told else ("pass", None)), said.story()
    assert (GROUP in found["summary"]) is told
    assert said.report["verdict"] == "healthy"


def test_a_502_that_the_owner_gives_to_other_failures_proves_nothing_of_the_function(tmp_path):
    world = same_vpc()
    function_has_no_policy(world)
    refused(probed(world), "InternalServerErrorException", '{"message":"Internal server error"}', 502)
    customise(world, "DEFAULT_5XX", {}, "502")

    assert "integration/function-admits-the-api" in [
        cause["check"] for cause in judge(world, tmp_path).report["root_causes"]
    ]
