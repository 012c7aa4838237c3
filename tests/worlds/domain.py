"""A private custom domain in front of the API of a world, healthy until a test changes it (aws.md A.9)."""

import json
from typing import Any

from worlds.build import (
    API,
    API_ACCOUNT,
    ENDPOINT,
    ENDPOINT_NAME,
    REGION,
    World,
    document,
)
from worlds.layouts import cross_account, on_prem, peered
from worlds.route53 import alias, only

DOMAIN, DOMAIN_ID = "api.corp.example", "dom0000001"
KEY = f"{DOMAIN}/{DOMAIN_ID}"
ARN = f"arn:aws:apigateway:{REGION}:{API_ACCOUNT}:/domainnames/{DOMAIN}+{DOMAIN_ID}"
INVOKE_ARN = f"arn:aws:execute-api:{REGION}:{API_ACCOUNT}:/domainnames/{DOMAIN}+{DOMAIN_ID}"
CERTIFICATE = f"arn:aws:acm:{REGION}:{API_ACCOUNT}:certificate/0a1b2c3d"


def domain_url(world: World) -> None:
    """A private custom domain with everything that it needs but a zone."""
    domain = {
        "domainName": DOMAIN,
        "domainNameId": DOMAIN_ID,
        "domainNameArn": ARN,
        "domainNameStatus": "AVAILABLE",
        "certificateArn": CERTIFICATE,
        "endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "dualstack"},
        "securityPolicy": "TLS_1_2",
        "routingMode": "BASE_PATH_MAPPING_ONLY",
    }
    world.add(API_ACCOUNT, "get_domain_names", domain)
    world.keyed(API_ACCOUNT, "get_domain_name", KEY, domain)
    set_domain_policy(world, {"Effect": "Allow", "Principal": "*", "Resource": INVOKE_ARN})
    set_mappings(world, {"basePath": "(none)", "restApiId": API, "stage": "prod"})
    certificate = {
        "CertificateArn": CERTIFICATE,
        "DomainName": DOMAIN,
        "SubjectAlternativeNames": [DOMAIN],
        "Status": "ISSUED",
        "KeyAlgorithm": "RSA-2048",
        "NotBefore": "2026-06-01T00:00:00+00:00",
        "NotAfter": "2027-06-30T23:59:59+00:00",
    }
    world.things[CERTIFICATE] = certificate
    world.keyed(API_ACCOUNT, "describe_certificate", CERTIFICATE, {"Certificate": certificate})
    associate(world)
    world.target, world.options = f"https://{DOMAIN}/pets", []


def associate(
    world: World, arn: str = ARN, endpoint: str = ENDPOINT, account: str | None = None
) -> dict[str, Any]:
    """Make an access association; the endpoint's account lists it."""
    owner = account or world.endpoint_account
    name = arn.rpartition("/")[2]
    head = f"arn:aws:apigateway:{REGION}:{owner}:/domainnameaccessassociations"
    association = {
        "domainNameAccessAssociationArn": f"{head}/domainname/{name}/vpcesource/{endpoint}",
        "domainNameArn": arn,
        "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": endpoint,
    }
    world.add(owner, "get_domain_name_access_associations", association)
    return association


def forget_associations(world: World) -> None:
    """Take every access association away."""
    for _, answer in world.everywhere("get_domain_name_access_associations"):
        answer["items"] = []


def set_domain_policy(world: World, *statements: dict[str, Any]) -> None:
    """Give the domain a policy of its own."""
    said = document(*({"Action": "execute-api:Invoke"} | each for each in statements))
    world[DOMAIN]["policy"] = json.dumps(said)


def set_management_policy(world: World, *statements: dict[str, Any]) -> None:
    """Say who may make access associations with the domain."""
    said = document(
        *({"Action": "apigateway:CreateAccessAssociation", "Resource": ARN} | e for e in statements)
    )
    world[DOMAIN]["managementPolicy"] = json.dumps(said)


def set_mappings(world: World, *mappings: dict[str, Any]) -> None:
    """Give the domain these base path mappings."""
    world.keyed(API_ACCOUNT, "get_base_path_mappings", KEY, {"items": list(mappings)})


def set_rules(world: World, *rules: dict[str, Any], mode: str = "ROUTING_RULE_ONLY") -> None:
    """Give the domain these routing rules, and a routing mode that uses them."""
    world[DOMAIN]["routingMode"] = mode
    world.keyed(API_ACCOUNT, "apigatewayv2.list_routing_rules", KEY, {"RoutingRules": list(rules)})


def rule(
    priority: int = 10,
    *bases: str,
    strip: bool = True,
    headers: tuple[tuple[str, str], ...] = (),
    api: str = API,
    stage: str = "prod",
) -> dict[str, Any]:
    """One routing rule; each header is a condition of its own, so that all must match."""
    conditions: list[dict[str, Any]] = [{"MatchBasePaths": {"AnyOf": list(bases)}}] if bases else []
    conditions += [
        {"MatchHeaders": {"AnyOf": [{"Header": name, "ValueGlob": glob}]}} for name, glob in headers
    ]
    action = {"InvokeApi": {"ApiId": api, "Stage": stage, "StripBasePath": strip}}
    name = f"rule{priority:06}"
    return {
        "RoutingRuleId": name,
        "RoutingRuleArn": f"{ARN}/routingrules/{name}",
        "Priority": priority,
        "Conditions": conditions,
        "Actions": [action],
    }


def with_domain() -> World:
    """The caller's VPC sees a zone for the private custom domain."""
    world = peered()
    domain_url(world)
    only(world, DOMAIN, alias(DOMAIN))
    return world


def by_endpoint_name() -> World:
    """Caller in a data centre that calls the endpoint's own name with the domain as Host."""
    world = on_prem()
    domain_url(world)
    world.target, world.options = f"https://{ENDPOINT_NAME}/pets", ["-H", f"Host:{DOMAIN}"]
    return world


def across_accounts() -> World:
    """The domain and its API in one account, the endpoint in another, the role that calls in a third."""
    world = cross_account()
    domain_url(world)
    only(world, DOMAIN, alias(DOMAIN))
    allowed = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{world.endpoint_account}:root"}}
    set_management_policy(world, allowed)
    return world
