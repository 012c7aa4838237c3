"""Changes to a world that touch more than one answer: a policy, the methods, private DNS, a zone, a role."""

import json
from typing import Any

from worlds.build import (
    API,
    ENDPOINT,
    ENDPOINT_NAME,
    HOSTED_ZONE,
    REGION,
    VPC_C,
    VPC_E,
    ZONE_NAME,
    World,
    document,
    role_arn,
)


def set_policy(world: World, *statements: dict[str, Any], deployed: dict[str, Any] | None = None) -> None:
    """Save a resource policy and deploy it, or leave another one deployed.

    get_rest_api shows the text with its quotes escaped once more (API Gateway's own way).
    """
    saved = document(*statements)
    world[API]["policy"] = json.dumps(json.dumps(saved))[1:-1]
    export(world)["x-amazon-apigateway-policy"] = saved if deployed is None else deployed


def export(world: World) -> dict[str, Any]:
    """The OpenAPI document that the stage runs."""
    body: dict[str, Any] = world.answers(world.api_account)["get_export"][f"{API}/prod/oas30"]["body"]
    return body


def set_methods(
    world: World, methods: dict[str, dict[str, str]], deployed: bool = True, key: bool = False
) -> None:
    """Save methods, ``{path: {METHOD: authorization type}}``, and deploy them unless told not to."""
    items: list[dict[str, Any]] = [{"id": "root000001", "path": "/"}]
    for number, (path, verbs) in enumerate(methods.items()):
        item = {
            "id": f"res{number:07}",
            "parentId": "root000001",
            "pathPart": path.split("/")[-1],
            "path": path,
        }
        items.append(
            item | {"resourceMethods": {verb: method(verb, auth, key) for verb, auth in verbs.items()}}
        )
    world.keyed(world.api_account, "get_resources", API, {"items": items})
    if deployed:
        export(world)["paths"] = {
            path: {
                "x-amazon-apigateway-any-method" if verb == "ANY" else verb.lower(): exported(auth, key)
                for verb, auth in verbs.items()
            }
            for path, verbs in methods.items()
        }
        export(world)["components"] = {"securitySchemes": SCHEMES}


AUTHORIZATION = {"type": "apiKey", "name": "Authorization", "in": "header"}
SCHEMES: dict[str, dict[str, str]] = {
    "sigv4": AUTHORIZATION | {"x-amazon-apigateway-authtype": "awsSigv4"},
    "gate": AUTHORIZATION | {"x-amazon-apigateway-authtype": "custom"},
    "pool": AUTHORIZATION | {"x-amazon-apigateway-authtype": "cognito_user_pools"},
    "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
}
"""Security schemes as get_export writes them."""
_SCHEME_OF = {"AWS_IAM": "sigv4", "CUSTOM": "gate", "COGNITO_USER_POOLS": "pool"}


def method(verb: str, authorization: str, key: bool) -> dict[str, Any]:
    """A method as get_resources embeds it."""
    return {
        "httpMethod": verb,
        "authorizationType": authorization,
        "apiKeyRequired": key,
        "methodIntegration": {
            "type": "MOCK",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
        },
    }


def exported(authorization: str, key: bool) -> dict[str, Any]:
    """A method as get_export writes it."""
    asked: list[dict[str, list[str]]] = (
        [{_SCHEME_OF[authorization]: []}] if authorization in _SCHEME_OF else []
    )
    asked += [{"api_key": []}] if key else []
    return {"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}} | (
        {"security": asked} if asked else {}
    )


def set_endpoint_policy(world: World, *statements: dict[str, Any]) -> None:
    """Give the endpoint a policy of its own."""
    world[ENDPOINT]["PolicyDocument"] = json.dumps(document(*statements))


def private_dns(world: World, on: bool) -> None:
    """Switch the endpoint's private DNS, and with it the zone that AWS associates with the endpoint's VPC."""
    world[ENDPOINT]["PrivateDnsEnabled"] = on
    names = [entry for entry in world[ENDPOINT]["DnsEntries"] if ".vpce." in entry["DnsName"]]
    private = [
        {"DnsName": name, "HostedZoneId": "Z01AWSOWNED00000001"} for name in (ZONE_NAME, f"*.{ZONE_NAME}")
    ]
    world[ENDPOINT]["DnsEntries"] = names + (private if on else [])
    zone = {
        "HostedZoneId": "Z01AWSOWNED00000001",
        "Name": f"{ZONE_NAME}.",
        "Owner": {"OwningService": "vpce.amazonaws.com"},
    }
    zones_of(world, world.endpoint_account, VPC_E, [zone] if on else [])


def zones_of(world: World, account: str, vpc: str, zones: list[dict[str, Any]]) -> None:
    """Say which hosted zones a VPC sees."""
    answer = {"HostedZoneSummaries": zones, "MaxItems": "100"}
    world.keyed(account, "list_hosted_zones_by_vpc", f"{vpc}/{REGION}", answer, "global")


def seen_zone(world: World) -> dict[str, Any]:
    """The customer's hosted zone as list_hosted_zones_by_vpc shows it."""
    return {
        "HostedZoneId": HOSTED_ZONE,
        "Name": f"{ZONE_NAME}.",
        "Owner": {"OwningAccount": world.endpoint_account},
    }


def customer_zone(world: World, *names: str) -> None:
    """A customer's hosted zone with alias records to the endpoint, seen by both VPCs; ``*`` is ``\\052``."""
    target = {"HostedZoneId": "Z7HUB22UULQXV", "DNSName": f"{ENDPOINT_NAME}.", "EvaluateTargetHealth": False}
    records = [
        {
            "Name": f"{ZONE_NAME}.",
            "Type": "SOA",
            "TTL": 900,
            "ResourceRecords": [{"Value": "ns-1.example. a. 1 2 3 4 5"}],
        }
    ]
    records += [{"Name": f"{name}.", "Type": "A", "AliasTarget": target} for name in names]
    world.keyed(
        world.endpoint_account,
        "list_resource_record_sets",
        HOSTED_ZONE,
        {"ResourceRecordSets": records},
        "global",
    )
    zones_of(world, world.endpoint_account, VPC_E, [seen_zone(world)])
    zones_of(world, world.caller_account, VPC_C, [seen_zone(world)])


def identity_policy(
    world: World, *statements: dict[str, Any], boundary: dict[str, Any] | None = None
) -> None:
    """Give the caller's role exactly this inline policy, and perhaps a boundary."""
    account, role = (
        world.caller_account,
        {"RoleName": "app", "Arn": role_arn(world.caller_account), "Path": "/"},
    )
    inline = document(*({k: v for k, v in s.items() if k != "Principal"} for s in statements))
    if boundary is not None:
        arn = f"arn:aws:iam::{account}:policy/limit"
        role |= {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}}
        world.keyed(account, "get_policy", arn, {"Policy": {"Arn": arn, "DefaultVersionId": "v1"}}, "global")
        version = {"PolicyVersion": {"VersionId": "v1", "IsDefaultVersion": True, "Document": boundary}}
        world.keyed(account, "get_policy_version", f"{arn}/v1", version, "global")
    world.keyed(account, "get_role", "app", {"Role": role}, "global")
    world.keyed(account, "list_attached_role_policies", "app", {"AttachedPolicies": []}, "global")
    world.keyed(
        account, "list_role_policies", "app", {"PolicyNames": ["calls"] if statements else []}, "global"
    )
    shown = {"RoleName": "app", "PolicyName": "calls", "PolicyDocument": inline}
    world.keyed(account, "get_role_policy", "app/calls", shown, "global")
