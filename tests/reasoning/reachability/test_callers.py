"""Who calls and where to: functions, tasks, Client VPN, endpoints, as users write them."""

import pytest
from reasoning.network.world import CALLER, ENDPOINT, REGION, World

from apidoctor.reasoning.reachability.asked import Question, Unclear, answered
from apidoctor.reasoning.reachability.callers import callers
from apidoctor.reasoning.reachability.targets import targets


def flows(world: World, spec: str):
    return [each.flow for each in callers(world.topology(), spec).value]


def verdicts(world: World, from_: str, to: str = "10.1.4.21"):
    asked = Question(from_=from_, to=to)
    return [each.reach.reachable for each in answered(world.topology(), asked)]


def function(*subnets: str) -> World:
    world = World()
    configuration = {"VpcConfig": {"SubnetIds": list(subnets), "SecurityGroupIds": ["sg-c"]}}
    world[CALLER, "get_function_configuration"] = {"orders": configuration}
    return world


def test_a_function_calls_from_each_of_its_subnets_with_its_groups_and_any_port():
    found = flows(function("subnet-c1", "subnet-c2"), "lambda:orders")
    assert [each.src_subnet for each in found] == ["subnet-c1", "subnet-c2"]
    assert {(each.src_groups, each.src_port) for each in found} == {(("sg-c",), (1024, 65535))}
    assert verdicts(function("subnet-c1", "subnet-c2"), "lambda:orders") == [True, True]


def test_a_function_outside_every_vpc_has_no_way():
    fact = callers(function().topology(), "lambda:orders")
    assert not fact.known
    assert "in no VPC" in fact.missing[0].what


def test_a_function_that_nobody_showed_is_unknown_and_named():
    fact = callers(World().topology(), "lambda:orders")
    assert {each.operation for each in fact.missing} == {"get_function_configuration"}


def task(*details: dict) -> World:
    world = World()
    attachment = {"type": "ElasticNetworkInterface", "details": list(details)}
    arn = f"arn:aws:ecs:{REGION}:{CALLER}:task/shop/0123abcd"
    world[CALLER, "describe_tasks"] = {"tasks": [{"taskArn": arn, "attachments": [attachment]}]}
    return world


def test_a_task_calls_from_its_own_interface():
    world = task({"name": "subnetId", "value": "subnet-c1"}, {"name": "networkInterfaceId", "value": "eni-c"})
    assert [each.src_eni for each in flows(world, "ecs:0123abcd")] == ["eni-c"]
    assert verdicts(world, f"ecs:arn:aws:ecs:{REGION}:{CALLER}:task/shop/0123abcd") == [True]


def test_a_task_without_an_interface_of_its_own_is_said_to_have_none():
    fact = callers(task().topology(), "ecs:0123abcd")
    assert "awsvpc" in fact.missing[0].what


def client_vpn(*networks: tuple[str, str], **more: list) -> World:
    """Clients of Client VPN; *more*: its ``routes`` and ``rules``."""
    world = World()
    endpoint = {"ClientVpnEndpointId": "cvpn-endpoint-1", "SecurityGroupIds": ["sg-c"]}
    world[CALLER, "describe_client_vpn_endpoints"] = {"ClientVpnEndpoints": [endpoint]}
    listed = [{"TargetNetworkId": subnet, "Status": {"Code": state}} for subnet, state in networks]
    routes = more.get("routes", [{"DestinationCidr": "10.1.0.0/16", "TargetSubnet": "subnet-c1"}])
    rules = more.get("rules", [{"DestinationCidr": "10.0.0.0/8", "AccessAll": True}])
    for name, member, items in (
        ("describe_client_vpn_target_networks", "ClientVpnTargetNetworks", listed),
        ("describe_client_vpn_routes", "Routes", routes),
        ("describe_client_vpn_authorization_rules", "AuthorizationRules", rules),
    ):
        world[CALLER, name] = {"cvpn-endpoint-1": {member: items}}
    return world


ASSOCIATED = ("subnet-c1", "associated")


def test_clients_of_client_vpn_call_from_the_associated_subnets():
    world = client_vpn(ASSOCIATED, ("subnet-c2", "disassociated"))
    [found] = flows(world, "cvpn-endpoint-1")
    assert (found.src_subnet, found.src_groups) == ("subnet-c1", ("sg-c",))
    assert verdicts(world, "cvpn-endpoint-1") == [True]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"routes": []}, "has no route to 10.1.4.21"),
        ({"routes": [{"DestinationCidr": "10.1.0.0/16", "TargetSubnet": "subnet-c2"}]}, "through subnet-c2"),
        (
            {
                "routes": [
                    {
                        "DestinationCidr": "10.1.0.0/16",
                        "TargetSubnet": "subnet-c1",
                        "Status": {"Code": "failed"},
                    }
                ]
            },
            "is failed",
        ),
        ({"rules": [{"DestinationCidr": "10.2.0.0/16", "AccessAll": True}]}, "no authorization rule"),
    ],
    ids=["no route", "another subnet", "a route that failed", "another destination allowed"],
)
def test_what_client_vpn_itself_does_not_let_through_blocks(more, said):
    asked = Question(from_="cvpn-endpoint-1", to="10.1.4.21")
    [found] = answered(client_vpn(ASSOCIATED, **more).topology(), asked)
    assert found.reach.reachable is False
    assert [(each.reason, each.subject) for each in found.reach.blockers] == [("no_route", "cvpn-endpoint-1")]
    assert said in found.reach.blockers[0].detail


def test_a_rule_for_a_group_of_clients_leaves_it_open():
    rule = {"DestinationCidr": "10.1.0.0/16", "AccessAll": False, "GroupId": "S-1-5"}
    asked = Question(from_="cvpn-endpoint-1", to="10.1.4.21")
    [found] = answered(client_vpn(ASSOCIATED, rules=[rule]).topology(), asked)
    assert found.reach.reachable is None
    assert "S-1-5" in found.reach.unknown[0].what


def test_client_vpn_without_a_subnet_lets_nobody_call():
    assert not callers(client_vpn().topology(), "cvpn-endpoint-1").known


@pytest.mark.parametrize("spec", ["", "here", "ip:10.2", "lambda:", "ecs:", "10.2.1.10/24", "sg-c"])
def test_what_is_no_place_is_refused(spec):
    with pytest.raises(ValueError, match="is no place"):
        callers(World().topology(), spec)


def endpoint(**more) -> World:
    world = World()
    world[ENDPOINT, "describe_vpc_endpoints"][0].update(more)
    return world


def test_an_endpoint_stands_for_all_its_interfaces():
    [found] = targets(endpoint().topology(), "vpce-e").value
    assert (found.ip, found.eni) == ("10.1.4.21", "eni-e")
    assert verdicts(endpoint(), "eni-c", "vpce-e") == [True]


@pytest.mark.parametrize(
    ("world", "said"),
    [
        (endpoint(VpcEndpointType="Gateway"), "Gateway endpoint"),
        (endpoint(NetworkInterfaceIds=[], State="pendingAcceptance"), "pendingAcceptance"),
    ],
    ids=["gateway endpoint", "no interface yet"],
)
def test_an_endpoint_without_interfaces_is_told_with_the_reason(world, said):
    fact = targets(world.topology(), "vpce-e")
    assert not fact.known
    assert said in fact.missing[0].what


def test_the_address_of_the_callers_family_is_judged():
    world = endpoint()
    ipv6 = [{"Ipv6Address": "2001:db8:1::21"}]
    world[ENDPOINT, "describe_network_interfaces"][0]["Ipv6Addresses"] = ipv6
    both = [each.ip for each in targets(world.topology(), "vpce-e").value]
    assert both == ["10.1.4.21", "2001:db8:1::21"]
    asked = Question(from_="eni-c", to="vpce-e")
    assert [each.target.ip for each in answered(world.topology(), asked)] == ["10.1.4.21"]
    asked = Question(from_="2001:db8:9::1", to="vpce-e")
    assert [each.target.ip for each in answered(world.topology(), asked)] == ["2001:db8:1::21"]


def test_an_unknown_caller_says_what_would_tell():
    with pytest.raises(Unclear) as raised:
        list(answered(World().topology(), Question(from_="lambda:orders", to="vpce-e")))
    assert raised.value.missing


def notes(caller: str, **more) -> tuple[str, ...]:
    [found] = answered(endpoint(**more).topology(), Question(from_=caller, to="vpce-e"))
    return found.notes


def test_a_call_within_its_zone_has_nothing_to_note():
    assert notes("subnet-c1", SubnetIds=["subnet-e1"]) == ()


def test_a_call_into_another_zone_is_noted_and_an_endpoint_that_is_not_in_the_callers():
    [crossed] = notes("subnet-c2", SubnetIds=["subnet-e1", "subnet-e2"])
    assert "from zone use1-az2 to use1-az1 (AVAILABILITY_ZONE_CROSSED)" in crossed
    _, uncovered = notes("subnet-c2", SubnetIds=["subnet-e1"])
    assert "no interface in use1-az2, only in use1-az1" in uncovered
