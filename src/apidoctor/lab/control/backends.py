"""Functions, VPC links and load balancers as the control plane shows them.

Sources: Lambda, API Gateway and Elastic Load Balancing V2 API references.
"""

import hashlib
import json
from typing import Any

from apidoctor.lab.control.calls import Call, Refusal
from apidoctor.lab.description import REGION, Function, VpcLink, World


def name_backends(world: World) -> None:
    """Give functions, links, load balancers and target groups their ids."""
    for name, function in world.functions.items():
        function.arn = f"arn:aws:lambda:{REGION}:{function.account}:function:{name}"
    for name, link in world.links.items():
        digest = hashlib.sha256(name.encode()).hexdigest()
        service = f"arn:aws:elasticloadbalancing:{REGION}:{link.account}"
        link.id = digest[:6]
        link.balancer = f"{service}:loadbalancer/net/{name}/{digest[:16]}"
        link.group = f"{service}:targetgroup/{name}/{digest[16:32]}"


def get_policy(world: World, account: str, call: Call) -> dict[str, Any]:
    """The policy of a function, which lets API Gateway call it or is not there at all."""
    function = _function(world, account, call)
    if not function.permitted:
        raise Refusal("ResourceNotFoundException", "The resource you requested does not exist.", 404)
    statement = {
        "Sid": "apigateway",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": function.arn,
        "Condition": {
            "ArnLike": {"AWS:SourceArn": f"arn:aws:execute-api:{REGION}:{account}:{world.api.id}/*/*/*"}
        },
    }
    document = {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
    return {"Policy": json.dumps(document), "RevisionId": "1"}


def get_function_configuration(world: World, account: str, call: Call) -> dict[str, Any]:
    """The configuration of a function, outside any VPC."""
    function = _function(world, account, call)
    name = function.arn.rpartition(":")[2]
    return {
        "FunctionName": name,
        "FunctionArn": function.arn,
        "Runtime": "python3.13",
        "Handler": "main.handler",
        "State": "Active",
        "Timeout": 10,
        "MemorySize": 128,
    }


def get_vpc_links(world: World, account: str, call: Call) -> dict[str, Any]:
    """The account's VPC links of REST APIs."""
    return {"items": [_link(name, link) for name, link in world.links.items() if link.account == account]}


def get_vpc_link(world: World, account: str, call: Call) -> dict[str, Any]:
    """One VPC link."""
    wanted = call.parameters.get("vpclink_id", "")
    for name, link in world.links.items():
        if link.account == account and link.id == wanted:
            return _link(name, link)
    raise Refusal("NotFoundException", "Invalid Vpc Link identifier specified", 404)


def describe_load_balancers(world: World, account: str, call: Call) -> dict[str, Any]:
    """The account's network load balancers."""
    return {
        "LoadBalancers": [
            {
                "LoadBalancerArn": link.balancer,
                "LoadBalancerName": name,
                "Type": "network",
                "Scheme": "internal",
                "State": {"Code": "active"},
                "VpcId": world.vpcs[link.vpc].id,
                "AvailabilityZones": [],
                "SecurityGroups": [],
                "IpAddressType": "ipv4",
            }
            for name, link in _links(world, account, call, "LoadBalancerArns")
        ]
    }


def describe_listeners(world: World, account: str, call: Call) -> dict[str, Any]:
    """The listener of one load balancer: TCP on port 443."""
    wanted = call.parameters.get("LoadBalancerArn", "")
    return {
        "Listeners": [
            {
                "ListenerArn": link.balancer.replace(":loadbalancer/", ":listener/") + "/1",
                "LoadBalancerArn": link.balancer,
                "Port": 443,
                "Protocol": "TCP",
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": link.group}],
            }
            for link in world.links.values()
            if link.account == account and link.balancer == wanted
        ]
    }


def describe_target_groups(world: World, account: str, call: Call) -> dict[str, Any]:
    """The account's target groups."""
    return {
        "TargetGroups": [
            {
                "TargetGroupArn": link.group,
                "TargetGroupName": name,
                "Protocol": "TCP",
                "Port": 443,
                "TargetType": "ip",
                "VpcId": world.vpcs[link.vpc].id,
                "HealthCheckProtocol": "TCP",
                "LoadBalancerArns": [link.balancer],
            }
            for name, link in world.links.items()
            if link.account == account
        ]
    }


def describe_target_health(world: World, account: str, call: Call) -> dict[str, Any]:
    """The health of the one target of a group."""
    wanted = call.parameters.get("TargetGroupArn", "")
    found = [link for link in world.links.values() if link.account == account and link.group == wanted]
    if not found:
        raise Refusal("TargetGroupNotFound", "One or more target groups not found", 400)
    return {"TargetHealthDescriptions": [_health(link) for link in found]}


def _health(link: VpcLink) -> dict[str, Any]:
    health: dict[str, str] = {"State": link.health}
    if link.reason:
        health["Reason"] = link.reason
    return {"Target": {"Id": link.target, "Port": 443}, "HealthCheckPort": "443", "TargetHealth": health}


def _function(world: World, account: str, call: Call) -> Function:
    wanted = call.parameters.get("FunctionName", "")
    for name, function in world.functions.items():
        if function.account == account and wanted in (name, function.arn):
            return function
    arn = wanted if wanted.startswith("arn:") else f"arn:aws:lambda:{REGION}:{account}:function:{wanted}"
    raise Refusal("ResourceNotFoundException", f"Function not found: {arn}", 404)


def _link(name: str, link: VpcLink) -> dict[str, Any]:
    shown = {"id": link.id, "name": name, "targetArns": [link.balancer], "status": link.status}
    return shown | ({"statusMessage": link.message} if link.message else {})


def _links(world: World, account: str, call: Call, filter: str) -> list[tuple[str, VpcLink]]:
    wanted = {value for name, value in call.parameters.items() if name.startswith(f"{filter}.member.")}
    return [
        (name, link)
        for name, link in world.links.items()
        if link.account == account and (not wanted or link.balancer in wanted)
    ]
