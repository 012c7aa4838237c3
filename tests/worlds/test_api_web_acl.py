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


def rule(name: str, action: str, statement: dict[str, Any], priority: int = 0) -> dict[str, Any]:
    """One rule; a rule group has an override instead of an action."""
    shown = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}
    does = {"OverrideAction": {"None": {}}} if statement is MANAGED else {"Action": {action: {}}}
    return {"Name": name, "Priority": priority, "Statement": statement, "VisibilityConfig": shown} | does


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


def sampled(world: World, metric: str, agent: str, action: str = "BLOCK", uri: str = "/prod/pets") -> None:
    """A request that the web ACL sampled."""
    headers = [{"Name": "User-Agent", "Value": agent}]
    request = {"ClientIP": "10.1.8.20", "Country": "-", "URI": uri, "Method": "GET", "Headers": headers}
    sample = {"Request": request, "Weight": 1, "Timestamp": "2026-11-22T10:42:06Z", "Action": action}
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


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_web_acl_is_blamed_for_what_it_does(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def cause(world: World, tmp_path) -> tuple[str, str, str]:
    """Who named the one root cause, how sure it is and what it says."""
    said = judge(world, tmp_path)
    (found,) = said.report["root_causes"]
    return found["check"], found["confidence"], found["title"]


def test_a_sample_of_the_test_call_proves_the_rule(tmp_path):
    world = same_vpc()
    managed_rule_blocked_the_test_call(world)

    check, confidence, title = cause(world, tmp_path)

    assert (check, confidence) == ("api/web-acl-admits-the-call", "certain")
    assert "common" in title


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
