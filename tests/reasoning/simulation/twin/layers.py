"""How the policies of all layers combine.

Sources: IAM User Guide, "Policy evaluation logic" with its pages on one account and on several; Organizations User
Guide, "SCP evaluation" and "Resource control policies"; AWS KMS Developer Guide, "Key policies"; STS API Reference,
"GetCallerIdentity".
"""

from dataclasses import dataclass, field
from typing import Any

from reasoning.simulation.twin.documents import Document, Layers
from reasoning.simulation.twin.elements import Request, applying_ways
from reasoning.simulation.twin.principals import ACCOUNT, EVERYONE, Caller
from reasoning.simulation.twin.texts import Context, as_list

Place = dict[str, Any]
Decision = tuple[str, list[Place]]
"""The decision, and for an explicit denial the place of every statement that denies."""

RCP_SERVICES = {"s3", "sts", "kms", "sqs", "secretsmanager", "logs", "cognito-idp", "xray", "wafv2", "ecr"}
"""Some of the services that resource control policies apply to; execute-api is not one of them."""

DIRECT = (EVERYONE, "user", "session", "federated")
"""Principals to whom a resource policy grants by itself, whatever the silence of all other policies ("Evaluating
identity-based policies with resource-based policies")."""

LIMITED = ("role", "user behind")
"""Principals for whom the silence of a boundary or session policy still counts."""


@dataclass
class Verdict:
    """What the documents of one layer say."""

    denying: list[Place] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    """The ways in which statements that allow name the caller."""

    @property
    def allows(self) -> bool:
        """Does any statement allow?"""
        return bool(self.ways)


def judge(
    documents: list[Document], place: Place, request: Request, caller: Caller, context: Context
) -> Verdict:
    """Asks every statement of some documents; ``place`` is where they are."""
    verdict = Verdict()
    for number, document in enumerate(documents):
        version = document.get("Version", "2008-10-17")
        for index, statement in enumerate(as_list(document["Statement"])):
            ways = applying_ways(statement, version, place["layer"], request, caller, context)
            if statement["Effect"] == "Allow":
                verdict.ways.extend(ways)
            elif ways:
                verdict.denying.append({**place, "document": number, "statement": index})
    return verdict


def is_trust(request: dict[str, Any]) -> bool:
    """Is the resource policy the trust policy of a role?"""
    parts = request["resource"].split(":", 5)
    names_role = len(parts) == 6 and parts[2] == "iam" and parts[5].startswith("role/")
    return names_role and request["action"].lower().startswith("sts:")


def needs_resource_policy(request: dict[str, Any]) -> bool:
    """Roles and KMS keys are closed to their own account too, unless their policy opens them ("Key policies")."""
    is_key = request["resource"].split(":", 5)[-1].startswith("key/")
    return is_trust(request) or (is_key and request["action"].lower().startswith("kms:"))


def account_of_resource(request: dict[str, Any]) -> str | None:
    """The account that owns the resource; an ARN may leave it out."""
    parts = request["resource"].split(":", 5)
    return request.get("resource_account") or (parts[4] if len(parts) == 6 and parts[4] else None)


def grants(
    request: dict[str, Any], caller: Caller, layers: Layers, verdicts: dict[str, Verdict], tables: bool
) -> bool:
    """Nothing denies and every gate is open: is there a grant that reaches the caller?"""
    resource = verdicts["resource"]
    if not caller.is_iam:
        return resource.allows
    passes = {
        layer: not caller.has_policies or not layers[layer][0] or verdicts[layer].allows
        for layer in ("boundary", "session")
    }
    if caller.kind == "federated" and not layers["session"][0]:
        passes["session"] = False
    within = passes["boundary"] and passes["session"]
    identity = not caller.has_policies or verdicts["identity"].allows
    if caller.account != account_of_resource(request):
        return resource.allows and identity and within
    if identity and within and not needs_resource_policy(request):
        return True
    # An account as principal leaves the choice to its identity policies; API Gateway's tables know no such case.
    return (
        any(way in DIRECT for way in resource.ways)
        or (within and any(way in LIMITED for way in resource.ways))
        or (within and ACCOUNT in resource.ways and (identity or tables))
    )


def organization(
    request: dict[str, Any], layers: Layers, caller: Caller
) -> list[tuple[Place, list[Document]]]:
    """The levels of organization policies that apply: SCPs to principals, RCPs to resources of some services."""
    if caller.is_service_linked:
        return []
    covered = request["action"].split(":")[0].lower() in RCP_SERVICES
    applying = [name for name, applies in (("scp", caller.is_iam), ("rcp", covered)) if applies]
    return [
        ({"layer": name, "level": level}, documents)
        for name in applying
        for level, documents in enumerate(layers[name])
    ]


def decide_layers(
    request: dict[str, Any],
    layers: Layers,
    caller: Caller,
    context: Context,
    resource_context: Context,
    *,
    tables: bool,
) -> Decision:
    """A Deny anywhere, then the gates, then the grant; ``tables`` for API Gateway's tables A and B.

    Who one is may be asked without any permission, and against every Deny ("GetCallerIdentity").
    """
    if request["action"].lower() == "sts:getcalleridentity":
        return "allow", []
    bounded = caller.has_policies and bool(layers["boundary"][0])
    asked = Request(request["action"], request["resource"], bounded)
    verdicts = {}
    for layer in ("resource", "endpoint", "identity", "boundary", "session"):
        counts = caller.has_policies or layer in ("resource", "endpoint")
        seen = resource_context if layer == "resource" else context
        verdicts[layer] = judge(layers[layer][0] if counts else [], {"layer": layer}, asked, caller, seen)
    levels = organization(request, layers, caller)
    judged = [judge(documents, place, asked, caller, context) for place, documents in levels]
    denying = [place for verdict in [*verdicts.values(), *judged] for place in verdict.denying]
    if denying:
        return "explicit_deny", denying
    # Every level of SCPs must allow; of RCPs too, but the full access that is always attached does.
    gates = [each.allows for each, (place, _) in zip(judged, levels, strict=True) if place["layer"] == "scp"]
    gates += [verdicts["endpoint"].allows] if layers["endpoint"][0] else []
    granted = all(gates) and grants(request, caller, layers, verdicts, tables)
    return ("allow" if granted else "implicit_deny"), []
