"""Builds REST APIs: what is saved, and what their stages were deployed with."""

import json
import re
from typing import Any

from apidoctor.lab.control.clients import Clients
from apidoctor.lab.control.methods import create_authorizers
from apidoctor.lab.description import REGION, Api, Document, World

LOG_FORMAT = json.dumps(
    {
        "requestId": "$context.requestId",
        "extendedRequestId": "$context.extendedRequestId",
        "vpceId": "$context.identity.vpceId",
        "userArn": "$context.identity.userArn",
        "status": "$context.status",
        "errorMessage": "$context.error.message",
        "responseType": "$context.error.responseType",
        "httpMethod": "$context.httpMethod",
        "path": "$context.path",
        "tlsVersion": "$context.tlsVersion",
        "wafResponseCode": "$context.wafResponseCode",
        "integrationError": "$context.integration.error",
        "xrayTraceId": "$context.xrayTraceId",
    },
    separators=(",", ":"),
)
"""Format of every access log: one JSON line with all ids."""


def log_group(stage: str) -> str:
    """Name of the log group of a stage's access log."""
    return f"apigateway-{stage}"


def create_apis(world: World, clients: Clients) -> None:
    """Create the APIs without policies, so that endpoint policies and roles can name their ids."""
    for name, api in world.apis.items():
        client = clients.get(api.account, "apigateway")
        api.id = client.create_rest_api(name=name, endpointConfiguration={"types": [api.type]})["id"]


def complete_apis(world: World, clients: Clients) -> None:
    """Give the APIs their methods, stages and settings; endpoints must have ids by now."""
    for api in world.apis.values():
        client = clients.get(api.account, "apigateway")
        authorizers = create_authorizers(client, api)
        for path in dict.fromkeys(method.path for method in api.methods):
            _resource(client, api, path, authorizers)
        for stage in api.stages:
            _stage(client, api, stage)
        client.update_account(
            patchOperations=[
                {
                    "op": "replace",
                    "path": "/cloudwatchRoleArn",
                    "value": f"arn:aws:iam::{api.account}:role/apigateway-logs",
                }
            ]
        )


def _resource(client: Any, api: Api, path: str, authorizers: dict[str, str]) -> None:
    parent = client.get_resources(restApiId=api.id)["items"][0]["id"]
    part = {"restApiId": api.id, "parentId": parent, "pathPart": path.lstrip("/")}
    resource = client.create_resource(**part)["id"]
    for method in (method for method in api.methods if method.path == path):
        where = {"restApiId": api.id, "resourceId": resource, "httpMethod": method.verb}
        who = {"authorizerId": authorizers[method.authorizer]} if method.authorizer else {}
        client.put_method(
            **where, authorizationType=method.authorization, apiKeyRequired=method.api_key, **who
        )
        template = {"application/json": '{"statusCode": 200}'}
        client.put_integration(**where, type="MOCK", requestTemplates=template)


def _stage(client: Any, api: Api, name: str) -> None:
    stage = api.stages[name]
    deployment = client.create_deployment(restApiId=api.id)["id"]
    client.create_stage(
        restApiId=api.id, stageName=name, deploymentId=deployment, tracingEnabled=stage.tracing
    )
    settings = {"/*/*/logging/loglevel": stage.execution_log, "/*/*/metrics/enabled": "true"}
    if stage.access_log:
        group = f"arn:aws:logs:{REGION}:{api.account}:log-group:{log_group(name)}"
        settings |= {"/accessLogSettings/destinationArn": group, "/accessLogSettings/format": LOG_FORMAT}
    client.update_stage(
        restApiId=api.id,
        stageName=name,
        patchOperations=[{"op": "replace", "path": path, "value": value} for path, value in settings.items()],
    )


def expanded(world: World, api: Api, policy: Document) -> Document:
    """A resource policy as AWS stores it: ids filled in, ``execute-api:/`` written out as the API's own ARN.

    Source: API Gateway guide, "Create and attach an API Gateway resource policy to an API".
    """
    text = world.fill(json.dumps(policy))
    prefix = f"arn:aws:execute-api:{REGION}:{api.account}:{api.id}/"
    stored: Document = json.loads(re.sub(r'"execute-api:/', f'"{prefix}', text))
    return stored


def saved_form(world: World, api: Api) -> str | None:
    """``GetRestApi.policy``: the stored policy, compact, with backslashes before its quotes."""
    if api.policy is None:
        return None
    return json.dumps(expanded(world, api, api.policy), separators=(",", ":")).replace('"', '\\"')
