"""What was not seen is unknown: never a failure, never an all-clear, and it names what would decide."""

import copy

import pytest
from worlds.build import (
    ACL_E1,
    API_ACCOUNT,
    CALLER_ACCOUNT,
    ENDPOINT_ACCOUNT,
    GROUP_E,
    World,
    an_id,
    rule,
)
from worlds.changes import export
from worlds.judge import Verdict, judge
from worlds.layouts import HEALTHY, cross_account, on_prem, peered, same_vpc, transit
from worlds.seen import of, probed, without

NEEDED = [
    (same_vpc, "describe_security_groups", "ec2:DescribeSecurityGroups"),
    (same_vpc, "describe_network_acls", "ec2:DescribeNetworkAcls"),
    (same_vpc, "describe_vpc_endpoints", "ec2:DescribeVpcEndpoints"),
    (same_vpc, "describe_network_interfaces", "ec2:DescribeNetworkInterfaces"),
    (same_vpc, "describe_vpc_attribute", "ec2:DescribeVpcAttribute"),
    (same_vpc, "get_rest_api", "apigateway:GET"),
    (same_vpc, "get_stages", "apigateway:GET"),
    (peered, "describe_route_tables", "ec2:DescribeRouteTables"),
    (peered, "describe_vpc_peering_connections", "ec2:DescribeVpcPeeringConnections"),
    (peered, "list_hosted_zones_by_vpc", "route53:ListHostedZonesByVPC"),
    (peered, "list_resource_record_sets", "route53:ListResourceRecordSets"),
    (transit, "describe_transit_gateway_vpc_attachments", "ec2:DescribeTransitGatewayVpcAttachments"),
    (transit, "search_transit_gateway_routes", "ec2:SearchTransitGatewayRoutes"),
    (on_prem, "describe_vpn_gateways", "ec2:DescribeVpnGateways"),
    (cross_account, "get_role", "iam:GetRole"),
    (cross_account, "list_role_policies", "iam:ListRolePolicies"),
    (cross_account, "get_role_policy", "iam:GetRolePolicy"),
    (cross_account, "list_attached_role_policies", "iam:ListAttachedRolePolicies"),
]
DISTANT = [
    "get_rest_api",
    "get_export",
    "get_stages",
    "get_resources",
    "describe_network_acls",
    "describe_route_tables",
]
"""What decides nothing about the endpoint's security group."""


def refusal(operation: str) -> dict:
    """The error of a call that the reader may not make, as each service words it."""
    code = (
        "UnauthorizedOperation" if operation.startswith(("describe", "search")) else "AccessDeniedException"
    )
    return {"error": {"Code": code, "Message": f"not authorized to perform {operation}"}}


TWINS = {"get_rest_api": "get_rest_apis", "get_stages": "get_stage"}
"""Two operations that show the same object."""


def shown_by(world: World, operation: str) -> list[tuple[dict, str]]:
    """Every place where this operation, or another that shows the same, was answered."""
    names = [operation, TWINS.get(operation, operation)]
    return [(answers, name) for name in dict.fromkeys(names) for answers, _ in world.everywhere(name)]


def forget(world: World, operation: str) -> None:
    """Nobody asked for this."""
    for answers, name in shown_by(world, operation):
        del answers[name]


def refuse(world: World, operation: str) -> None:
    """Everybody who asked for this was refused."""
    for answers, name in shown_by(world, operation):
        answers[name] = refusal(operation)


def refuse_each(world: World, operation: str) -> None:
    """As refuse, but the refusal stands where the answer about each object would."""
    for answers, name in shown_by(world, operation):
        lists = name == "get_rest_apis"
        answers[name] = refusal(name) if lists else dict.fromkeys(answers[name], refusal(name))


def assert_undecided(said: Verdict, action: str) -> None:
    """Nothing fails, the verdict is open, and some open result names the action that would decide it."""
    missing = [entry for result in said.of("unknown") for entry in result["missing"]]
    assert (said.report["verdict"], said.code) == ("undecided", 3), said.story()
    assert said.of("fail") + said.of("error") == [], said.story()
    assert any(action in entry for entry in missing), said.story()


def about_one(operation: str) -> bool:
    """Whether the operation's answers are keyed by object."""
    return operation == "describe_vpc_attribute" or not operation.startswith("describe")


@pytest.mark.parametrize("hide", [forget, refuse])
@pytest.mark.parametrize(("layout", "operation", "action"), NEEDED)
def test_an_answer_nobody_has_leaves_the_verdict_open(layout, operation, action, hide, tmp_path):
    world = layout()
    hide(world, operation)

    assert_undecided(judge(world, tmp_path), action)


@pytest.mark.parametrize(
    ("layout", "operation", "action"),
    [row for row in NEEDED if about_one(row[1])],
)
def test_a_refusal_about_one_object_leaves_the_verdict_open(layout, operation, action, tmp_path):
    world = layout()
    refuse_each(world, operation)

    assert_undecided(judge(world, tmp_path), action)


@pytest.mark.parametrize("hide", [forget, refuse])
def test_the_saved_methods_are_needed_only_where_no_export_shows_the_deployed_ones(hide, tmp_path):
    """A saved method has no effect before it is deployed, and the export shows what was (aws.md B.2)."""
    world = same_vpc()
    hide(world, "get_resources")
    said = judge(world, tmp_path)
    assert (said.report["verdict"], said.code) == ("healthy", 0), said.story()

    hide(world, "get_export")
    assert_undecided(judge(world, tmp_path), "apigateway:GET")


def test_without_an_export_the_saved_policy_is_judged_and_the_question_stays_open(tmp_path):
    """Inventories of other tools hold no exports: the draft decides, and that it may differ is told."""
    world = same_vpc()
    forget(world, "get_export")

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.code) == ("healthy", 0), said.story()
    assert [result["check"] for result in said.of("unknown")] == ["policy/saved-policy-is-deployed"]


@pytest.mark.parametrize("hide", [refuse, refuse_each])
def test_a_deployment_nobody_saw_leaves_the_verdict_open(hide, tmp_path):
    """The saved policy and methods are a draft; the stage may run others."""
    world = same_vpc()
    hide(world, "get_export")

    assert_undecided(judge(world, tmp_path), "apigateway:GET")


def test_an_export_without_a_policy_leaves_that_question_open(tmp_path):
    """Whether an export carries the policy is not documented: the stage may run the saved one, or none."""
    world = same_vpc()
    del export(world)["x-amazon-apigateway-policy"]

    said = judge(world, tmp_path)

    assert "policy/saved-policy-is-deployed" in {result["check"] for result in said.of("unknown")}
    assert (said.of("fail"), said.of("error")) == ([], []), said.story()


@pytest.mark.parametrize("hide", [forget, refuse])
@pytest.mark.parametrize("operation", DISTANT)
def test_a_certain_failure_is_told_whatever_else_is_unknown(operation, hide, tmp_path):
    world = same_vpc()
    world[GROUP_E]["IpPermissions"] = []
    hide(world, operation)

    said = judge(world, tmp_path)

    assert (said.code, said.faults) == (1, ["N01"]), said.story()


def test_a_throttled_call_is_unknown_too(tmp_path):
    world = same_vpc()
    error = {"error": {"Code": "RequestLimitExceeded", "Message": "Request limit exceeded."}}
    world.answers(API_ACCOUNT)["describe_security_groups"] = error

    said = judge(world, tmp_path)

    assert (said.code, said.of("fail")) == (3, []), said.story()


FOUND = ["describe_security_groups", "describe_network_acls", "describe_subnets"]


@pytest.mark.parametrize("operation", FOUND)
def test_a_partial_list_that_has_what_is_needed_is_enough(operation, tmp_path):
    world = same_vpc()
    world.answers(API_ACCOUNT)[operation]["partial"] = True

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.code) == ("healthy", 0), said.story()


def drop(world: World, operation: str, identity: str) -> None:
    """Take one object out of a list and say that the list is partial."""
    for _, answer in world.everywhere(operation):
        (key,) = answer
        answer[key] = [thing for thing in answer[key] if identity not in thing.values()]
        answer["partial"] = True


@pytest.mark.parametrize(
    ("layout", "operation", "identity"),
    [
        (same_vpc, "describe_security_groups", GROUP_E),
        (same_vpc, "describe_network_acls", ACL_E1),
        (peered, "describe_vpc_peering_connections", an_id("pcx", "a")),
        (peered, "describe_vpc_endpoints", an_id("vpce", "e")),
        (transit, "describe_transit_gateway_vpc_attachments", an_id("tgw-attach", "e")),
        (on_prem, "describe_vpn_gateways", an_id("vgw", "a")),
    ],
)
def test_what_a_partial_list_lacks_is_unknown_and_not_gone(layout, operation, identity, tmp_path):
    world = layout()
    drop(world, operation, identity)

    said = judge(world, tmp_path)

    assert (said.code, said.of("fail")) == (3, []), said.story()


def test_no_endpoint_at_all_is_no_healthy_path(tmp_path):
    world = same_vpc()
    world.answers(API_ACCOUNT)["describe_vpc_endpoints"]["VpcEndpoints"] = []
    world.answers(API_ACCOUNT, "global")["list_hosted_zones_by_vpc"].clear()

    assert judge(world, tmp_path).code in (1, 3)


@pytest.mark.parametrize("account", [API_ACCOUNT, ENDPOINT_ACCOUNT, CALLER_ACCOUNT])
def test_an_account_nobody_may_read_leaves_the_verdict_open(account, tmp_path):
    world = cross_account()
    del world.accounts[account]

    said = judge(world, tmp_path)

    assert (said.code, said.of("fail")) == (3, []), said.story()


@pytest.mark.parametrize("account", [API_ACCOUNT, ENDPOINT_ACCOUNT, CALLER_ACCOUNT])
def test_an_account_that_refuses_everything_leaves_the_verdict_open(account, tmp_path):
    world = cross_account()
    for region in world.accounts[account].values():
        region.update({operation: refusal(operation) for operation in region})

    said = judge(world, tmp_path)

    assert (said.code, said.of("fail")) == (3, []), said.story()


def test_an_unreadable_account_does_not_hide_the_failure_in_another(tmp_path):
    world = cross_account()
    world[GROUP_E]["IpPermissions"] = [rule("172.31.0.0/16")]
    del world.accounts[API_ACCOUNT]

    said = judge(world, tmp_path)

    assert (said.code, said.faults) == (1, ["N01"]), said.story()


def test_the_answer_of_one_account_is_used_where_another_was_refused(tmp_path):
    world = same_vpc()
    other = copy.deepcopy(world.accounts[API_ACCOUNT])
    world.accounts["999999999999"] = {"us-east-1": {op: refusal(op) for op in other["us-east-1"]}}

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.code) == ("healthy", 0), said.story()


@pytest.mark.parametrize("probes", [True, False])
@pytest.mark.parametrize("name", HEALTHY)
def test_a_host_whose_metadata_was_silent_is_not_judged_by_its_own_address(name, probes, tmp_path):
    world = probed(HEALTHY[name]())
    (seen,) = of(world, "host")
    seen.update(cloud=None, cloud_missing="it did not answer in time", addresses=["192.0.2.2"])
    world.origin = "local"
    if not probes:
        without(world, "dns", "tcp", "tls", "http")

    said = judge(world, tmp_path)

    assert said.of("fail") == [], said.story()
    assert (said.code, said.of("error")) == (3, []), said.story()
    assert "192.0.2.2" not in said.story()
    assert "say --from eni-…" in said.story()
