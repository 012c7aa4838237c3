"""Private custom domains as the control plane shows them.

Sources: API Gateway API reference, DomainName, DomainNameAccessAssociation, BasePathMapping; V2 API reference,
RoutingRule; API Gateway guide, "Custom domain names for private APIs".
"""

import hashlib
import json
import time
from typing import Any

from apidoctor.lab.control.calls import Call, Refusal
from apidoctor.lab.description import REGION, Domain, World
from apidoctor.lab.description.domain import Association, Rule

_CERTIFICATE_DAYS = {"expired": (-60, -1), "future": (1, 60)}
DAY = 86400


def name_domains(world: World) -> None:
    """Give the domains and their rules ids."""
    for key, domain in world.domains.items():
        domain.id = hashlib.sha256(f"{key} {domain.name}".encode()).hexdigest()[:10]
        for rule in domain.rules:
            rule.id = hashlib.sha256(f"{key} {rule.priority}".encode()).hexdigest()[:10]


def get_domain_names(world: World, account: str, call: Call) -> dict[str, Any]:
    """The account's own domains, or those of others that its endpoints are associated with."""
    if call.parameters.get("resourceOwner", "SELF") == "OTHER_ACCOUNTS":
        shared = [
            domain
            for domain in world.domains.values()
            if domain.account != account and any(one.account == account for one in domain.associations)
        ]
        return {"items": [_shared(domain) for domain in shared]}
    return {"items": [_own(world, domain) for domain in world.domains.values() if domain.account == account]}


def get_domain_name(world: World, account: str, call: Call) -> dict[str, Any]:
    """One domain of the account."""
    return _own(world, _find(world, account, call))


def get_base_path_mappings(world: World, account: str, call: Call) -> dict[str, Any]:
    """The mappings of one domain; the root's path is written ``(none)``."""
    domain = _find(world, account, call)
    return {
        "items": [
            {
                "basePath": mapping.path or "(none)",
                "restApiId": world.apis[mapping.api].id,
                "stage": mapping.stage,
            }
            for mapping in domain.mappings
        ]
    }


def list_routing_rules(world: World, account: str, call: Call) -> dict[str, Any]:
    """The routing rules of one domain."""
    domain = _find(world, account, call)
    return {"RoutingRules": [_rule(world, domain, rule) for rule in domain.rules]}


def get_domain_name_access_associations(world: World, account: str, call: Call) -> dict[str, Any]:
    """The associations that the account made, or those that others made with its domains."""
    theirs = call.parameters.get("resourceOwner", "SELF") == "OTHER_ACCOUNTS"
    return {
        "items": [
            _association(world, domain, one)
            for domain in world.domains.values()
            for one in domain.associations
            if (domain.account == account and one.account != account if theirs else one.account == account)
        ]
    }


def describe_certificate(world: World, account: str, call: Call) -> dict[str, Any]:
    """The ACM certificate of a domain."""
    wanted = call.body.get("CertificateArn", "")
    for domain in world.domains.values():
        if domain.account == account and certificate_arn(domain) == wanted:
            first, last = _CERTIFICATE_DAYS.get(domain.certificate, (-1, 30))
            now = time.time()
            names = {
                "wrong-name": ["other.corp.example"],
                "wildcard": [f"*.{domain.name.partition('.')[2]}"],
            }.get(domain.certificate, [domain.name])
            return {
                "Certificate": {
                    "CertificateArn": wanted,
                    "DomainName": names[0],
                    "SubjectAlternativeNames": names,
                    "Status": "EXPIRED" if last < 0 else "ISSUED",
                    "Type": "IMPORTED",
                    "KeyAlgorithm": "EC_prime256v1",
                    "NotBefore": now + first * DAY,
                    "NotAfter": now + last * DAY,
                    "InUseBy": [domain.arn],
                }
            }
    raise Refusal("ResourceNotFoundException", f"Could not find certificate {wanted}.", 400)


def certificate_arn(domain: Domain) -> str:
    """ARN of the certificate in ACM."""
    digest = hashlib.sha256(domain.arn.encode()).hexdigest()
    id = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
    return f"arn:aws:acm:{REGION}:{domain.account}:certificate/{id}"


def _find(world: World, account: str, call: Call) -> Domain:
    """The account's domain that a call names; one of two of the same name needs its id too."""
    parameters = call.parameters
    name = parameters.get("domain_name") or parameters.get("domainName", "")
    id = parameters.get("domainNameId", "")
    for domain in world.domains.values():
        if domain.account == account and domain.name == name and id in ("", domain.id):
            return domain
    raise Refusal("NotFoundException", "Invalid domain name identifier specified", 404)


def _shared(domain: Domain) -> dict[str, Any]:
    """What a consumer sees of a domain: neither its policy nor its mappings."""
    return {
        "domainName": domain.name,
        "domainNameId": domain.id,
        "domainNameArn": domain.arn,
        "domainNameStatus": domain.status,
        "endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "dualstack"},
        "securityPolicy": "TLS_1_2",
    }


def _own(world: World, domain: Domain) -> dict[str, Any]:
    shown = _shared(domain) | {
        "certificateArn": certificate_arn(domain),
        "routingMode": domain.routing,
        "endpointAccessMode": "STRICT" if domain.strict else "BASIC",
    }
    if domain.message:
        shown["domainNameStatusMessage"] = domain.message
    if domain.policy is not None:
        text = world.fill(json.dumps(domain.policy, separators=(",", ":")))
        prefix = f"arn:aws:execute-api:{REGION}:{domain.account}:/domainnames/{domain.name}+{domain.id}"
        text = text.replace('"execute-api:/*"', f'"{prefix}"')
        shown["policy"] = text.replace('"', '\\"')
    return shown


def _association(world: World, domain: Domain, one: Association) -> dict[str, Any]:
    endpoint = world.endpoints[one.endpoint].id
    tail = f"domainname/{domain.name}+{domain.id}/vpcesource/{endpoint}"
    return {
        "domainNameAccessAssociationArn": f"arn:aws:apigateway:{REGION}:{one.account}:"
        f"/domainnameaccessassociations/{tail}",
        "domainNameArn": domain.arn,
        "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": endpoint,
    }


def _rule(world: World, domain: Domain, rule: Rule) -> dict[str, Any]:
    conditions: list[dict[str, Any]] = []
    if rule.header:
        header = {"Header": rule.header[0], "ValueGlob": rule.header[1]}
        conditions.append({"MatchHeaders": {"AnyOf": [header]}})
    if rule.paths:
        conditions.append({"MatchBasePaths": {"AnyOf": rule.paths}})
    invoke = {"ApiId": world.apis[rule.api].id, "Stage": rule.stage, "StripBasePath": rule.strips}
    return {
        "RoutingRuleId": rule.id,
        "RoutingRuleArn": f"{domain.arn}/routingrules/{rule.id}",
        "Priority": rule.priority,
        "Conditions": conditions,
        "Actions": [{"InvokeApi": invoke}],
    }
