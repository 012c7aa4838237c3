"""A web ACL in front of the stage: blamed where it blocks the call, spared where the call got through."""

from typing import Any

import pytest
from worlds.build import API, REGION, World
from worlds.cases import Cases, check_case
from worlds.judge import judge
from worlds.layouts import cross_account, on_prem, same_vpc
from worlds.seen import of, probed, refused

CASES = Cases()
FORBIDDEN = '{"message":"Forbidden"}'
MANAGED = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}


def arn(world: World, kind: str = "webacl", name: str = "shop") -> str:
    """The ARN of the web ACL or of an IP set."""
    return f"arn:aws:wafv2:{REGION}:{world.api_account}:regional/{kind}/{name}/0a"


def stage_arn() -> str:
    """The ARN under which AWS WAF knows the stage."""
    return f"arn:aws:apigateway:{REGION}::/restapis/{API}/stages/prod"


def guard(world: World, *rules: dict[str, Any], default: str = "Allow", by_name: bool = False) -> None:
    """Put a web ACL before the stage; it can be read by the stage's ARN, or only by its own name."""
    own = arn(world)
    world["prod"]["webAclArn"] = own
    shown = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "shop"}
    acl = {"Name": "shop", "Id": "0a", "ARN": own, "DefaultAction": {default: {}}, "VisibilityConfig": shown}
    answer = {"WebACL": acl | {"Rules": list(rules)}}
    operation, key = (
        ("get_web_acl", "shop/REGIONAL/0a") if by_name else ("get_web_acl_for_resource", stage_arn())
    )
    world.keyed(world.api_account, operation, key, answer)


def rule(
    name: str,
    action: str,
    statement: dict[str, Any],
    priority: int = 0,
    labels: tuple[str, ...] = (),
    response: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One rule; a rule group has an override instead of an action."""
    shown = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}
    own = {"CustomResponse": response} if response else {}
    does = {"OverrideAction": {"None": {}}} if statement is MANAGED else {"Action": {action: own}}
    added = {"RuleLabels": [{"Name": label} for label in labels]} if labels else {}
    both = {"Name": name, "Priority": priority, "Statement": statement, "VisibilityConfig": shown}
    return both | does | added


def office(world: World, *blocks: str) -> dict[str, Any]:
    """A statement about an IP set with these blocks."""
    own = arn(world, "ipset", "office")
    answer = {"IPSet": {"Name": "office", "Id": "0a", "ARN": own, "Addresses": list(blocks)}}
    world.keyed(world.api_account, "get_ip_set", "office/REGIONAL/0a", answer)
    return {"IPSetReferenceStatement": {"ARN": own}}


def path(text: str) -> dict[str, Any]:
    """A statement about the beginning of the path."""
    match = {"SearchString": text, "FieldToMatch": {"UriPath": {}}, "PositionalConstraint": "STARTS_WITH"}
    return {"ByteMatchStatement": match | {"TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}


def sampled(
    world: World,
    metric: str,
    agent: str,
    action: str = "BLOCK",
    uri: str = "/prod/pets",
    at: str = "2026-11-22T10:42:06Z",
    request_id: str | None = None,
) -> None:
    """A request that the web ACL sampled."""
    headers = [{"Name": "User-Agent", "Value": agent}]
    headers += [{"Name": "X-Amzn-RequestId", "Value": request_id}] if request_id else []
    request = {"ClientIP": "10.1.8.20", "Country": "-", "URI": uri, "Method": "GET", "Headers": headers}
    sample = {"Request": request, "Weight": 1, "Timestamp": at, "Action": action}
    answer = {"SampledRequests": [sample], "PopulationSize": 1}
    world.keyed(world.api_account, "get_sampled_requests", f"{arn(world)}/{metric}/REGIONAL", answer)


@CASES.broken("H12", same_vpc, cross_account)
def default_action_blocks(world: World) -> None:
    guard(world, default="Block")


@CASES.broken("H12", same_vpc)
def default_action_blocks_all_but_others(world: World) -> None:
    guard(world, rule("office", "Allow", office(world, "203.0.113.0/24")), default="Block", by_name=True)


@CASES.broken("H12", same_vpc, on_prem)
def rule_blocks_the_callers_address(world: World) -> None:
    guard(world, rule("bad", "Block", office(world, "10.1.8.0/24", "192.168.0.0/16")))


@CASES.broken("H12", same_vpc)
def rule_blocks_the_path(world: World) -> None:
    guard(world, rule("api", "Block", path("/prod/")))


@CASES.healthy(same_vpc, on_prem)
def rule_allows_the_callers_address(world: World) -> None:
    guard(world, rule("office", "Allow", office(world, "10.1.8.0/24", "192.168.7.9/32")), default="Block")


@CASES.healthy(same_vpc)
def rule_blocks_another_path(world: World) -> None:
    guard(world, rule("api", "Block", path("/prod/admin")))


@CASES.healthy(same_vpc)
def rule_only_counts(world: World) -> None:
    guard(world, rule("api", "Count", path("/prod/")))


@CASES.healthy(same_vpc)
def managed_rules_are_not_decided(world: World) -> None:
    """What they do to the call is open, and nobody has to know."""
    guard(world, rule("common", "", MANAGED))


@CASES.healthy(same_vpc)
def no_web_acl_is_associated(world: World) -> None:
    world.keyed(world.api_account, "get_web_acl_for_resource", stage_arn(), {})


@CASES.undecided(same_vpc)
def rules_cannot_be_read(world: World) -> None:
    """A web ACL is there and may block everything."""
    denied = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
    world["prod"]["webAclArn"] = arn(world)
    world.answers(world.api_account)["get_web_acl_for_resource"] = denied
    world.answers(world.api_account)["get_web_acl"] = denied


@CASES.healthy(same_vpc)
def rules_cannot_be_read_and_the_call_was_admitted(world: World) -> None:
    rules_cannot_be_read(world)
    probed(world)


@CASES.healthy(same_vpc)
def rules_seem_to_block_and_the_call_was_admitted(world: World) -> None:
    """What was seen to work is not called broken."""
    guard(world, default="Block")
    probed(world)


@CASES.broken("H12", same_vpc)
def managed_rule_blocked_the_test_call(world: World) -> None:
    guard(world, rule("common", "", MANAGED))
    refused(probed(world), "ForbiddenException", FORBIDDEN)
    sampled(world, "common", "apidoctor/0.1.0")


@CASES.broken("H12", same_vpc)
def call_was_refused_and_managed_rules_are_open(world: World) -> None:
    """The answer alone makes the web ACL one of the candidates."""
    guard(world, rule("common", "", MANAGED))
    refused(probed(world), "ForbiddenException", FORBIDDEN)
    sampled(world, "common", "apidoctor/0.1.0", uri="/prod/cats")


@CASES.broken("O04", same_vpc)
def call_was_refused_and_the_rules_let_it_pass(world: World) -> None:
    """No gate that can be read refuses the call: configuration changed, or changes take effect late."""
    guard(world, rule("api", "Count", path("/prod/")), rule("other", "Block", path("/prod/admin")))
    refused(probed(world), "ForbiddenException", FORBIDDEN)


@CASES.broken("H12", same_vpc)
def call_was_refused_and_the_rules_cannot_be_read(world: World) -> None:
    rules_cannot_be_read(world)
    refused(probed(world), "ForbiddenException", FORBIDDEN)


def cause(world: World, tmp_path) -> tuple[str, str, str]:
    """Who named the one root cause, how sure it is and what it says."""
    said = judge(world, tmp_path)
    (found,) = said.report["root_causes"]
    return found["check"], found["confidence"], found["title"]


OWN, ELSE = "3d4f3f0e-6d5e-4b0a-9a4e-000000000009", "3d4f3f0e-6d5e-4b0a-9a4e-0000000000ff"


@pytest.mark.parametrize(("request_id", "sure"), [(OWN, "certain"), (None, "likely")])
def test_a_sample_of_the_test_call_names_the_rule(request_id, sure, tmp_path):
    world = same_vpc()
    managed_rule_blocked_the_test_call(world)
    of(world, "http")[0]["sent"]["x-amzn-requestid"] = OWN
    sampled(world, "common", "apidoctor/0.1.0", request_id=request_id)

    check, confidence, title = cause(world, tmp_path)

    assert (check, confidence) == ("api/web-acl-admits-the-call", sure)
    assert "common" in title


@pytest.mark.parametrize(
    ("request_id", "at"),
    [(ELSE, "2026-11-22T10:42:06Z"), (None, "2026-11-22T09:00:00Z"), (None, "2026-11-22T10:48:06Z")],
)
def test_a_sample_of_another_run_of_this_tool_is_not_the_test_call(request_id, at, tmp_path):
    world = same_vpc()
    managed_rule_blocked_the_test_call(world)
    of(world, "http")[0]["sent"]["x-amzn-requestid"] = OWN
    sampled(world, "common", "apidoctor/0.1.0", at=at, request_id=request_id)

    check, confidence, _ = cause(world, tmp_path)

    assert check == "invoke/call-is-admitted"
    assert confidence != "certain"


@pytest.mark.parametrize(
    ("error_type", "body", "status"),
    [
        ("MissingAuthenticationTokenException", '{"message":"Missing Authentication Token"}', 403),
        ("TooManyRequestsException", '{"message":"Too Many Requests"}', 429),
        (
            "AccessDeniedException",
            '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
            "arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets with an explicit deny in a "
            'resource-based policy"}',
            403,
        ),
    ],
)
def test_a_refusal_behind_the_web_acl_is_not_its(error_type, body, status, tmp_path):
    """Neither a sample nor a rule that seems to block makes it a cause: the gate that answered stands behind it."""
    world = same_vpc()
    guard(world, rule("api", "Block", path("/prod/")), rule("common", "", MANAGED, 1))
    refused(probed(world), error_type, body, status)
    sampled(world, "api", "apidoctor/0.1.0")

    said = judge(world, tmp_path)

    assert "H12" not in said.faults, said.story()


RESPONSE = {"ResponseCode": 451, "CustomResponseBodyKey": "no"}
BODIES = {"no": {"ContentType": "TEXT_PLAIN", "Content": "Not here, says policy 4711"}}


def answered(world: World, status: int, body: str, **headers: str) -> None:
    """The call got this answer, in nobody's known words."""
    probed(world)
    of(world, "http")[0].update(status=status, body=body)
    of(world, "http")[0]["headers"].update(headers)


def with_bodies(world: World) -> None:
    (shown,) = world.answers(world.api_account)["get_web_acl_for_resource"].values()
    shown["WebACL"]["CustomResponseBodies"] = BODIES


@pytest.mark.parametrize("code", [200, 302, 403, 451])
@pytest.mark.parametrize("statement", [path("/prod/"), MANAGED, None])
def test_an_answer_that_is_a_blocks_custom_response_is_the_web_acls(code, statement, tmp_path):
    """The rule certainly takes the call, or may (a rate), or it is the default action."""
    world, own = same_vpc(), RESPONSE | {"ResponseCode": code}
    rated = {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}}
    found = rated if statement is MANAGED else statement
    guard(world, *([rule("api", "Block", found, response=own)] if found else []))
    if found is None:
        (shown,) = world.answers(world.api_account)["get_web_acl_for_resource"].values()
        shown["WebACL"]["DefaultAction"] = {"Block": {"CustomResponse": own}}
    with_bodies(world)
    answered(world, code, "Not here, says policy 4711")

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("broken", ["H12"]), said.story()
    assert [each["confidence"] for each in said.report["root_causes"]] == ["likely"]
    assert ("api" if found else "default action") in said.report["root_causes"][0]["title"]
    assert not [each for each in said.of("pass") if each["check"] == "integration/backend-answers"]


@pytest.mark.parametrize(
    ("status", "body", "header"),
    [
        (451, "Another text", "yes"),
        (418, "Not here, says policy 4711", "yes"),
        (451, "Not here, says policy 4711", "no"),
        (451, "", "yes"),
    ],
)
def test_another_answer_is_no_custom_response(status, body, header, tmp_path):
    world = same_vpc()
    own = RESPONSE | {"ResponseHeaders": [{"Name": "X-Blocked", "Value": "yes"}]}
    guard(world, rule("api", "Block", path("/prod/"), response=own))
    with_bodies(world)
    answered(world, status, body, **{"x-blocked": header})

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("healthy", []), said.story()


LABEL = {"LabelMatchStatement": {"Scope": "LABEL", "Key": "mine:bad"}}
SPACE = {"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "mine:"}}


@CASES.broken("H12", same_vpc)
def label_of_a_counting_rule_is_blocked(world: World) -> None:
    guard(world, rule("c", "Count", path("/prod/"), labels=("mine:bad",)), rule("l", "Block", LABEL, 1))


@CASES.broken("H12", same_vpc)
def namespace_of_a_counting_rule_is_blocked(world: World) -> None:
    guard(world, rule("c", "Count", path("/prod/"), labels=("mine:bad",)), rule("l", "Block", SPACE, 1))


@CASES.broken("H12", same_vpc)
def whole_label_of_a_counting_rule_is_blocked(world: World) -> None:
    whole = f"awswaf:{world.api_account}:webacl:shop:mine:bad"
    statement = {"LabelMatchStatement": {"Scope": "LABEL", "Key": whole}}
    guard(world, rule("c", "Count", path("/prod/"), labels=("mine:bad",)), rule("l", "Block", statement, 1))


@CASES.healthy(same_vpc)
def label_is_added_for_another_path(world: World) -> None:
    guard(world, rule("c", "Count", path("/prod/x"), labels=("mine:bad",)), rule("l", "Block", LABEL, 1))


@CASES.healthy(same_vpc)
def label_is_added_after_the_rule_that_blocks_it(world: World) -> None:
    guard(world, rule("c", "Count", path("/prod/"), 1, labels=("mine:bad",)), rule("l", "Block", LABEL))


@pytest.mark.parametrize(
    ("agent", "action", "uri"),
    [
        ("curl/8.5", "BLOCK", "/prod/pets"),
        ("apidoctor/0.1.0", "ALLOW", "/prod/pets"),
        ("apidoctor/0.1.0", "BLOCK", "/prod/pets/17"),
    ],
)
def test_a_sample_of_another_call_proves_nothing(agent, action, uri, tmp_path):
    world = same_vpc()
    guard(world, rule("common", "", MANAGED))
    refused(probed(world), "ForbiddenException", FORBIDDEN)
    sampled(world, "common", agent, action, uri)

    check, confidence, _ = cause(world, tmp_path)

    assert check == "invoke/call-is-admitted"
    assert confidence != "certain"


def test_a_sample_with_the_request_id_of_the_test_call_is_ours_whatever_its_agent(tmp_path):
    world = same_vpc()
    guard(world, rule("common", "", MANAGED))
    refused(probed(world), "ForbiddenException", FORBIDDEN)
    of(world, "http")[0]["sent"]["x-amzn-requestid"] = "3d4f3f0e-6d5e-4b0a-9a4e-000000000009"
    sampled(world, "common", "curl/8.5")
    key = f"{arn(world)}/common/REGIONAL"
    sample = world.answers(world.api_account)["get_sampled_requests"][key]["SampledRequests"][0]
    sample["Request"]["Headers"].append(
        {"Name": "X-Amzn-RequestId", "Value": "3d4f3f0e-6d5e-4b0a-9a4e-000000000009"}
    )

    assert cause(world, tmp_path)[1] == "certain"


def test_what_rules_cannot_be_read_for_is_told(tmp_path):
    world = same_vpc()
    rules_cannot_be_read(world)

    (result,) = judge(world, tmp_path).of("unknown")

    assert any("wafv2:GetWebACL" in gap for gap in result["missing"])


@pytest.mark.parametrize(("own", "verdict"), [(True, "broken"), (False, "healthy")])
def test_a_block_in_a_backends_words_is_told_by_the_sample_of_the_very_call(own, verdict, tmp_path):
    """A custom response may be any answer; a sample of another call by this tool proves nothing about this one."""
    world = same_vpc()
    guard(world, rule("common", "", MANAGED))
    probed(world)
    call = of(world, "http")[0]
    call.update(status=405, body="<h1>no</h1>")
    call["sent"]["x-amzn-requestid"] = "3d4f3f0e-6d5e-4b0a-9a4e-000000000009"
    sampled(world, "common", "apidoctor/0.1.0")
    if own:
        (seen,) = world.answers(world.api_account)["get_sampled_requests"].values()
        header = {"Name": "x-amzn-RequestId", "Value": call["sent"]["x-amzn-requestid"]}
        seen["SampledRequests"][0]["Request"]["Headers"].append(header)
    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == (verdict, ["H12"] if own else []), said.story()


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_web_acl_is_blamed_for_what_it_does(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)
