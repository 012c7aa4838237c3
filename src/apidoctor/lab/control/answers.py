"""Answers of the control plane that are ours: what the emulator lacks or answers wrongly."""

import json
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from apidoctor.lab.control.apis import expanded
from apidoctor.lab.control.calls import Call
from apidoctor.lab.control.endpoints import managed_zone_id
from apidoctor.lab.description import DEFAULT_ZONE, REGION, Api, Method, World

Answer = Callable[[World, str, Call], dict[str, Any] | Response]
"""World, account of the caller and the call, to a result as boto3 would show it, or a whole response."""

Amendment = Callable[[World, dict[str, Any], float], None]
"""Edits the emulator's JSON answer in place; the number is when the world was built, in epoch seconds."""


def list_hosted_zones_by_vpc(world: World, account: str, call: Call) -> dict[str, Any]:
    """Customer zones of the VPC and the zone that AWS manages for its endpoint, each with its owner."""
    vpc = call.parameters.get("vpcid", "")
    zones = [
        {"HostedZoneId": zone.id, "Name": f"{zone.name}.", "Owner": {"OwningAccount": zone.account}}
        for zone in world.zones.values()
        if vpc in {world.vpcs[name].id for name in zone.vpcs}
    ]
    for endpoint in world.endpoints.values():
        attributes = world.vpcs[endpoint.vpc]
        usable = attributes.dns_support and attributes.dns_hostnames and endpoint.state == "available"
        if endpoint.private_dns and usable and attributes.id == vpc:
            owner = {"OwningService": "vpce.amazonaws.com"}
            zone_id = managed_zone_id(endpoint)
            zones.append({"HostedZoneId": zone_id, "Name": f"{DEFAULT_ZONE}.", "Owner": owner})
    return {"HostedZoneSummaries": zones, "MaxItems": "100"}


def no_firewall(world: World, account: str, call: Call) -> dict[str, Any]:
    """No DNS Firewall rule group guards any VPC."""
    return {"FirewallRuleGroupAssociations": []}


def no_profiles(world: World, account: str, call: Call) -> dict[str, Any]:
    """No Route 53 Profile is associated with any VPC."""
    return {"ProfileAssociations": []}


def get_domain_name_access_associations(world: World, account: str, call: Call) -> dict[str, Any]:
    """No private custom domain stands in any world."""
    return {"items": []}


def get_export(world: World, account: str, call: Call) -> dict[str, Any] | Response:
    """What a stage was deployed with, as OpenAPI 3.0 with API Gateway's extensions."""
    api_id = call.parameters.get("restapi_id", "")
    api = next((api for api in world.apis.values() if (api.id, api.account) == (api_id, account)), None)
    if api is None or call.parameters.get("stage_name") not in api.stages:
        body = json.dumps({"message": "Invalid stage identifier specified"})
        headers = {"x-amzn-ErrorType": "NotFoundException"}
        return Response(body, 404, headers, content_type="application/json")
    headers = {"Content-Disposition": f'attachment; filename="pets-{api.id}-oas30.json"'}
    document = json.dumps(exported(world, api), indent=2)
    return Response(document, 200, headers, content_type="application/octet-stream")


def exported(world: World, api: Api) -> dict[str, Any]:
    """The OpenAPI document of what is deployed, with its resource policy when it has one."""
    deployed = api.deployed
    paths: dict[str, dict[str, Any]] = {}
    for method in deployed.methods:
        paths.setdefault(method.path, {})[method.verb.lower()] = _operation(method)
    server = {
        "url": f"https://{api.id}.execute-api.{REGION}.amazonaws.com/{{basePath}}",
        "variables": {"basePath": {"default": "prod"}},
    }
    document: dict[str, Any] = {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "2026-11-22T10:00:00Z"},
        "servers": [server],
        "paths": paths,
        "components": {"securitySchemes": {"sigv4": _SIGV4}} if _signed(deployed.methods) else {},
    }
    if deployed.policy is not None:
        document["x-amazon-apigateway-policy"] = expanded(world, api, deployed.policy)
    return document


_SIGV4 = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "x-amazon-apigateway-authtype": "awsSigv4",
}


def _signed(methods: list[Method]) -> bool:
    return any(method.authorization == "AWS_IAM" for method in methods)


def _operation(method: Method) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "responses": {"200": {"description": "200 response"}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "passthroughBehavior": "when_no_match",
            "timeoutInMillis": 29000,
        },
    }
    if method.authorization == "AWS_IAM":
        operation["security"] = [{"sigv4": []}]
    if method.api_key:
        operation.setdefault("security", []).append({"api_key": []})
    return operation


def date_stage(world: World, stage: dict[str, Any], built: float) -> None:
    """Give one stage the dates it lacks."""
    stage.setdefault("createdDate", built)
    stage.setdefault("lastUpdatedDate", built)


def date_stages(world: World, answer: dict[str, Any], built: float) -> None:
    """Give each stage of a list the dates it lacks."""
    for stage in answer.get("item", []):
        date_stage(world, stage, built)


def show_access_mode(world: World, shown: dict[str, Any], built: float) -> None:
    """Show the security policy and access mode of one API that has them."""
    if any(api.strict and api.id == shown["id"] for api in world.apis.values()):
        shown |= {"securityPolicy": STRICT_POLICY, "endpointAccessMode": "STRICT", "apiStatus": "AVAILABLE"}


def show_access_modes(world: World, answer: dict[str, Any], built: float) -> None:
    """Show the security policy and access mode of each API of a list."""
    for shown in answer.get("item", []):
        show_access_mode(world, shown, built)


def default_gateway_responses(world: World, answer: dict[str, Any], built: float) -> None:
    """List the responses that nobody customised too, as AWS does."""
    present = {shown["responseType"] for shown in answer.get("item", [])}
    answer["item"] = answer.get("item", []) + [
        {
            "responseType": kind,
            **({"statusCode": status} if status else {}),
            "responseParameters": {},
            "responseTemplates": {"application/json": '{"message":$context.error.messageString}'},
            "defaultResponse": True,
        }
        for kind, status in GATEWAY_RESPONSES.items()
        if kind not in present
    ]


STRICT_POLICY = "SecurityPolicy_TLS13_1_3_2025_09"

GATEWAY_RESPONSES = {
    "ACCESS_DENIED": "403",
    "API_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_FAILURE": "500",
    "BAD_REQUEST_BODY": "400",
    "BAD_REQUEST_PARAMETERS": "400",
    "DEFAULT_4XX": "",
    "DEFAULT_5XX": "",
    "EXPIRED_TOKEN": "403",
    "INTEGRATION_FAILURE": "504",
    "INTEGRATION_TIMEOUT": "504",
    "INVALID_API_KEY": "403",
    "INVALID_SIGNATURE": "403",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "QUOTA_EXCEEDED": "429",
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "THROTTLED": "429",
    "UNAUTHORIZED": "401",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "WAF_FILTERED": "403",
}
"""Response type to its status code (API Gateway guide, "Gateway response types")."""

ANSWERS: dict[str, Answer] = {
    "apigateway.GetDomainNameAccessAssociations": get_domain_name_access_associations,
    "apigateway.GetExport": get_export,
    "route53.ListHostedZonesByVPC": list_hosted_zones_by_vpc,
    "route53profiles.ListProfileAssociations": no_profiles,
    "route53resolver.ListFirewallRuleGroupAssociations": no_firewall,
}

AMENDMENTS: dict[str, Amendment] = {
    "apigateway.GetGatewayResponses": default_gateway_responses,
    "apigateway.GetRestApi": show_access_mode,
    "apigateway.GetRestApis": show_access_modes,
    "apigateway.GetStage": date_stage,
    "apigateway.GetStages": date_stages,
}
