"""What stands behind the method of a world: a Lambda function, or a load balancer behind a VPC link."""

import json
from typing import Any

from worlds.build import API, REGION, World
from worlds.changes import export

LINK = "vl0001"
BALANCER = "0123456789abcdef"
CERTIFICATE = "6f1d2c3b-0000-4000-8000-000000000001"


def integrate(world: World, deployed: dict[str, Any] | None = None, **members: Any) -> None:
    """Give GET /pets this integration, saved and deployed (or deploy another one)."""
    items = world.answers(world.api_account)["get_resources"][API]["items"]
    items[-1]["resourceMethods"]["GET"]["methodIntegration"] = members
    shown = members | {"type": members["type"].lower()} if deployed is None else deployed
    export(world)["paths"]["/pets"]["get"]["x-amazon-apigateway-integration"] = shown


def variables(world: World, **values: str) -> None:
    """Set stage variables."""
    world["prod"]["variables"] = values


# Lambda.


def function_arn(world: World, name: str = "pets") -> str:
    """The ARN of a function, or of an alias of it (``pets:live``)."""
    return f"arn:aws:lambda:{REGION}:{world.api_account}:function:{name}"


def method_arn(world: World, rest: str = "*/GET/pets", api: str = API) -> str:
    """An ARN of the API's methods as a permission names it."""
    return f"arn:aws:execute-api:{REGION}:{world.api_account}:{api}/{rest}"


def calls_lambda(world: World, named: str | None = None, exists: str | None = "pets", **members: Any) -> None:
    """Let the method call a function; *named* is what stands in the URI, *exists* the function that is there."""
    arn = named or function_arn(world)
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
    integrate(world, type="AWS_PROXY", httpMethod="POST", uri=uri, **members)
    if exists:
        shown = {"FunctionName": exists, "State": "Active", "LastUpdateStatus": "Successful", "Timeout": 3}
        world.keyed(world.api_account, "get_function_configuration", exists, shown)
        permit(world, exists)


def permit(world: World, name: str, arn: str | None = None, **rest: Any) -> None:
    """Give a function a policy with one permission for API Gateway."""
    resource = function_arn(world, name)
    condition = {"ArnLike": {"AWS:SourceArn": arn or method_arn(world)}}
    statement = {
        "Sid": "api",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": resource,
        "Condition": condition,
    }
    document = {"Version": "2012-10-17", "Id": "default", "Statement": [statement | rest]}
    world.keyed(world.api_account, "get_policy", name, {"Policy": json.dumps(document), "RevisionId": "1"})


def gone(world: World, operation: str, key: str) -> None:
    """AWS says that there is no such thing."""
    error = {"error": {"Code": "ResourceNotFoundException", "Message": "not found"}}
    world.keyed(world.api_account, operation, key, error)


# VPC link, load balancer, targets.


def balancer_arn(world: World, kind: str = "net", part: str = "loadbalancer") -> str:
    """The ARN of the load balancer."""
    return f"arn:aws:elasticloadbalancing:{REGION}:{world.api_account}:{part}/{kind}/pets/{BALANCER}"


def calls_link(
    world: World, uri: str = "http://pets.internal:8080/pets", kind: str = "net", **members: Any
) -> None:
    """Let the method lead through a VPC link (of the second kind to an Application Load Balancer) to two targets."""
    target = {"integrationTarget": balancer_arn(world, kind)} if kind == "app" else {}
    rest = {"connectionType": "VPC_LINK", "connectionId": LINK} | target | members
    integrate(world, type="HTTP_PROXY", httpMethod="ANY", uri=uri, **rest)
    if kind == "net":
        link = {"id": LINK, "name": "pets", "targetArns": [balancer_arn(world)], "status": "AVAILABLE"}
        world.keyed(world.api_account, "get_vpc_link", LINK, link)
        world.things[LINK] = link
    else:
        gone(world, "get_vpc_link", LINK)
        link = {"VpcLinkId": LINK, "Name": "pets", "VpcLinkStatus": "AVAILABLE", "VpcLinkVersion": "V2"}
        world.answers(world.api_account)["apigatewayv2.get_vpc_links"] = {"Items": [link]}
        world.things[LINK] = link
    balance(world, kind)


def balance(world: World, kind: str) -> None:
    """The load balancer with one listener on port 8080 and one target group of two healthy targets."""
    own = balancer_arn(world, kind)
    shown = {"LoadBalancerArn": own, "Type": "network", "State": {"Code": "active"}, "DNSName": "pets.elb"}
    world.answers(world.api_account)["describe_load_balancers"] = {"LoadBalancers": [shown]}
    world.things[BALANCER] = shown
    group = target_group(world)
    listener = {
        "ListenerArn": f"{balancer_arn(world, kind, 'listener')}/aa",
        "LoadBalancerArn": own,
        "Port": 8080,
        "Protocol": "TCP" if kind == "net" else "HTTP",
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
    }
    world.things["listener"] = listener
    world.keyed(world.api_account, "describe_listeners", own, {"Listeners": [listener]})
    if kind == "app":
        world.keyed(world.api_account, "describe_rules", listener["ListenerArn"], {"Rules": []})
    health(world, {"10.1.9.10": "healthy", "10.1.9.11": "healthy"})


def target_group(world: World, name: str = "pets") -> str:
    """The ARN of a target group."""
    return f"arn:aws:elasticloadbalancing:{REGION}:{world.api_account}:targetgroup/{name}/fedcba9876543210"


def health(world: World, states: dict[str, str], group: str = "pets", reason: str = "Target.Timeout") -> None:
    """Say how the targets of a group are."""
    items = [
        {
            "Target": {"Id": target, "Port": 8080},
            "TargetHealth": {"State": state} | ({} if state == "healthy" else {"Reason": reason}),
        }
        for target, state in states.items()
    ]
    answer = {"TargetHealthDescriptions": items}
    world.keyed(world.api_account, "describe_target_health", target_group(world, group), answer)


def certificate(world: World, *names: str) -> None:
    """Let the listener end TLS with a certificate of these names."""
    arn = f"arn:aws:acm:{REGION}:{world.api_account}:certificate/{CERTIFICATE}"
    world["listener"].update(Port=443, Protocol="TLS", Certificates=[{"CertificateArn": arn}])
    body = {"CertificateArn": arn, "DomainName": names[0], "SubjectAlternativeNames": list(names)}
    world.keyed(world.api_account, "describe_certificate", arn, {"Certificate": body})
