"""Answers of the control plane that are ours: what the emulator lacks or answers wrongly."""

import json
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from apidoctor.lab.control import backends, domains, records, usage
from apidoctor.lab.control.apis import expanded
from apidoctor.lab.control.calls import Call
from apidoctor.lab.control.endpoints import managed_zone_id
from apidoctor.lab.control.methods import integration_of, operation, security_schemes
from apidoctor.lab.control.usage import exported_responses, show_gateway_responses
from apidoctor.lab.description import DEFAULT_ZONE, REGION, Api, World
from apidoctor.lab.traffic import Traffic

Answer = Callable[[World, str, Call], dict[str, Any] | Response]
"""World, account of the caller and the call, to a result as boto3 would show it, or a whole response."""

Amendment = Callable[[World, Call, dict[str, Any], float], None]
"""Edits the emulator's JSON answer to a call; the number is when the world was built, in epoch seconds."""

Record = Callable[[World, str, Call, Traffic], dict[str, Any]]
"""As an answer, from what came through the front door."""


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


def no_invitations(world: World, account: str, call: Call) -> dict[str, Any]:
    """Nobody offers the account a share."""
    return {"resourceShareInvitations": []}


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
        paths.setdefault(method.path, {})[method.verb.lower()] = operation(world, method)
    schemes = security_schemes(world, api, deployed.methods)
    server = {
        "url": f"https://{api.id}.execute-api.{REGION}.amazonaws.com/{{basePath}}",
        "variables": {"basePath": {"default": "prod"}},
    }
    document: dict[str, Any] = {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "2026-11-22T10:00:00Z"},
        "servers": [server],
        "paths": paths,
        "components": {"securitySchemes": schemes} if schemes else {},
    }
    if api.responses:
        document["x-amazon-apigateway-gateway-responses"] = exported_responses(api)
    if deployed.policy is not None:
        document["x-amazon-apigateway-policy"] = expanded(world, api, deployed.policy)
    return document


def complete_stage(world: World, call: Call, shown: dict[str, Any], built: float) -> None:
    """Give one stage what it lacks: dates, web ACL, throttle and canary."""
    shown.setdefault("createdDate", built)
    shown.setdefault("lastUpdatedDate", built)
    api = next((api for api in world.apis.values() if api.id == call.parameters.get("restapi_id")), None)
    stage = api.stages.get(shown["stageName"]) if api else None
    if stage is None:
        return
    if stage.web_acl:
        shown["webAclArn"] = world.web_acls[stage.web_acl].arn
    if stage.throttle is not None:
        limits = {"throttlingRateLimit": stage.throttle.rate, "throttlingBurstLimit": stage.throttle.burst}
        shown["methodSettings"].setdefault("*/*", {}).update(limits)
    if stage.canary is not None:
        shown["canarySettings"] = {
            "percentTraffic": stage.canary.percent,
            "deploymentId": f"{shown['deploymentId']}c",
            "useStageCache": False,
        }


def complete_stages(world: World, call: Call, answer: dict[str, Any], built: float) -> None:
    """Give each stage of a list what it lacks."""
    for shown in answer.get("item", []):
        complete_stage(world, call, shown, built)


def show_integrations(world: World, call: Call, answer: dict[str, Any], built: float) -> None:
    """Show the integrations of a list of resources, where methods are embedded."""
    api = next((api for api in world.apis.values() if api.id == call.parameters.get("restapi_id")), None)
    by_key = {(method.path, method.verb): method for method in api.methods} if api else {}
    for item in answer.get("item", []):
        for verb, shown in (item.get("resourceMethods") or {}).items():
            method = by_key.get((item["path"], verb))
            if method is not None and isinstance(shown, dict) and "methodIntegration" in shown:
                shown["methodIntegration"] = integration_of(world, method)


def show_access_mode(world: World, call: Call, shown: dict[str, Any], built: float) -> None:
    """Show the security policy and access mode of one API that has them."""
    api = next((api for api in world.apis.values() if api.id == shown["id"]), None)
    if api is not None and (api.strict or api.tls13):
        mode = "STRICT" if api.strict else "BASIC"
        shown |= {"securityPolicy": STRICT_POLICY, "endpointAccessMode": mode, "apiStatus": "AVAILABLE"}


def show_access_modes(world: World, call: Call, answer: dict[str, Any], built: float) -> None:
    """Show the security policy and access mode of each API of a list."""
    for shown in answer.get("item", []):
        show_access_mode(world, call, shown, built)


def all_gateway_responses(world: World, call: Call, answer: dict[str, Any], built: float) -> None:
    """List the responses that nobody customised too, as AWS does, and the API's own."""
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
    show_gateway_responses(world, answer, call.parameters.get("restapi_id", ""))


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
    "acm.DescribeCertificate": domains.describe_certificate,
    "apigateway.GetApiKeys": usage.get_api_keys,
    "apigateway.GetBasePathMappings": domains.get_base_path_mappings,
    "apigateway.GetDomainName": domains.get_domain_name,
    "apigateway.GetDomainNameAccessAssociations": domains.get_domain_name_access_associations,
    "apigateway.GetDomainNames": domains.get_domain_names,
    "apigateway.GetExport": get_export,
    "apigateway.GetUsagePlanKeys": usage.get_usage_plan_keys,
    "apigateway.GetUsagePlans": usage.get_usage_plans,
    "apigateway.GetVpcLink": backends.get_vpc_link,
    "apigateway.GetVpcLinks": backends.get_vpc_links,
    "apigatewayv2.ListRoutingRules": domains.list_routing_rules,
    "elbv2.DescribeListeners": backends.describe_listeners,
    "elbv2.DescribeLoadBalancers": backends.describe_load_balancers,
    "elbv2.DescribeTargetGroups": backends.describe_target_groups,
    "elbv2.DescribeTargetHealth": backends.describe_target_health,
    "lambda.GetFunctionConfiguration": backends.get_function_configuration,
    "lambda.GetPolicy": backends.get_policy,
    "ram.GetResourceShareInvitations": no_invitations,
    "route53.ListHostedZonesByVPC": list_hosted_zones_by_vpc,
    "route53profiles.ListProfileAssociations": no_profiles,
    "route53resolver.ListFirewallRuleGroupAssociations": no_firewall,
}

RECORDS: dict[str, Record] = {
    "logs.FilterLogEvents": records.filter_log_events,
    "wafv2.GetSampledRequests": records.get_sampled_requests,
    "wafv2.GetWebACL": records.get_web_acl,
    "wafv2.GetWebACLForResource": records.get_web_acl_for_resource,
    "xray.BatchGetTraces": records.batch_get_traces,
}

AMENDMENTS: dict[str, Amendment] = {
    "apigateway.GetGatewayResponses": all_gateway_responses,
    "apigateway.GetResources": show_integrations,
    "apigateway.GetRestApi": show_access_mode,
    "apigateway.GetRestApis": show_access_modes,
    "apigateway.GetStage": complete_stage,
    "apigateway.GetStages": complete_stages,
}
