"""Methods, their integrations and authorizers, as GetResources and exports show them.

Source: API Gateway API reference, Integration; API Gateway guide, "OpenAPI extensions".
"""

from typing import Any

from apidoctor.lab.description import REGION, Api, Method, World

SIGV4 = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "x-amazon-apigateway-authtype": "awsSigv4",
}
_KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}


def integration_of(world: World, method: Method) -> dict[str, Any]:
    """``methodIntegration`` of a method."""
    made = method.integration
    shown: dict[str, Any] = {
        "type": made.type,
        "passthroughBehavior": "NEVER" if method.consumes else "WHEN_NO_MATCH",
        "timeoutInMillis": made.timeout_ms,
    }
    if made.type == "MOCK":
        return shown | {"requestTemplates": {"application/json": '{"statusCode": 200}'}}
    if made.function:
        arn = world.functions[made.function].arn
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
        return shown | {"uri": uri, "httpMethod": "POST"}
    shown |= {"uri": made.uri or "https://backend.corp.example/", "httpMethod": method.verb}
    if made.link:
        shown |= {"connectionType": "VPC_LINK", "connectionId": world.links[made.link].id}
    return shown


def operation(world: World, method: Method) -> dict[str, Any]:
    """One operation of an OpenAPI document with API Gateway's extensions."""
    shown = integration_of(world, method)
    integration = shown | {
        "type": shown["type"].lower(),
        "passthroughBehavior": shown["passthroughBehavior"].lower(),
    }
    written: dict[str, Any] = {
        "responses": {"200": {"description": "200 response"}},
        "x-amazon-apigateway-integration": integration,
    }
    asked: list[dict[str, list[str]]] = []
    if method.authorization == "AWS_IAM":
        asked.append({"sigv4": []})
    if method.authorizer:
        asked.append({method.authorizer: []})
    if method.api_key:
        asked.append({"api_key": []})
    if asked:
        written["security"] = asked
    if method.required:
        written["parameters"] = [
            {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
            for name in method.required
        ]
    return written


def security_schemes(world: World, api: Api, methods: list[Method]) -> dict[str, Any]:
    """The security schemes that these methods use."""
    schemes: dict[str, Any] = {}
    if any(method.authorization == "AWS_IAM" for method in methods):
        schemes["sigv4"] = SIGV4
    if any(method.api_key for method in methods):
        schemes["api_key"] = _KEY
    for name in dict.fromkeys(method.authorizer for method in methods if method.authorizer):
        authorizer = api.authorizers[name]
        kind = "cognito_user_pools" if authorizer.kind == "COGNITO_USER_POOLS" else "custom"
        schemes[name] = {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": kind,
            "x-amazon-apigateway-authorizer": _authorizer(api, name),
        }
    return schemes


def _authorizer(api: Api, name: str) -> dict[str, Any]:
    authorizer = api.authorizers[name]
    if authorizer.kind == "COGNITO_USER_POOLS":
        return {"type": "cognito_user_pools", "providerARNs": [pool_arn(api)]}
    return {
        "type": "token",
        "authorizerUri": authorizer_uri(api, name),
        "authorizerResultTtlInSeconds": authorizer.ttl_s,
    }


def pool_arn(api: Api) -> str:
    """ARN of the user pool of Cognito authorizers."""
    return f"arn:aws:cognito-idp:{REGION}:{api.account}:userpool/{REGION}_labPool01"


def authorizer_uri(api: Api, name: str) -> str:
    """How a Lambda authorizer's function is called."""
    function = f"arn:aws:lambda:{REGION}:{api.account}:function:{name}"
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"


def create_authorizers(client: Any, api: Api) -> dict[str, str]:
    """Create an API's authorizers; return their ids by name."""
    ids = {}
    for name, authorizer in api.authorizers.items():
        source = {"identitySource": "method.request.header.Authorization"}
        if authorizer.kind == "COGNITO_USER_POOLS":
            more: dict[str, Any] = {"providerARNs": [pool_arn(api)], "authType": "cognito_user_pools"}
        else:
            ttl = authorizer.ttl_s
            more = {"authorizerUri": authorizer_uri(api, name), "authorizerResultTtlInSeconds": ttl}
        answer = client.create_authorizer(restApiId=api.id, name=name, type=authorizer.kind, **source, **more)
        ids[name] = str(answer["id"])
    return ids
