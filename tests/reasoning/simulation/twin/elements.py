"""Does a statement apply to a request, and how does it name the caller?

Sources: IAM User Guide, "Policy elements" (Action, Resource, NotPrincipal) and, for ARNs that end early, "Policy
elements: Resource" (a last star reaches beyond colons) and "Identify AWS resources with ARNs" (incomplete ARNs); API
Gateway Developer Guide, "API Gateway resource policy examples" for ``execute-api:/…``.
"""

from dataclasses import dataclass
from typing import Any

from reasoning.simulation.twin.conditions import condition_holds
from reasoning.simulation.twin.documents import WITH_PRINCIPAL
from reasoning.simulation.twin.principals import EVERYONE, Caller, is_spared, ways_named
from reasoning.simulation.twin.texts import Context, as_list, matches, matches_plainly, read_text

UNNAMED = "unnamed"
"""The way of a statement in a policy that names no principals."""

COMPLETED = ("identity", "boundary", "session")
"""The policies in which every incomplete ARN is completed, not only one that ends in ``*``."""


@dataclass(frozen=True)
class Request:
    """What is asked for."""

    action: str
    resource: str
    bounded: bool = False
    """The caller has a permissions boundary: then a Deny with NotPrincipal spares nobody ("NotPrincipal")."""


def action_matches(pattern: str, action: str) -> bool:
    """Without case; a pattern names its service or is a lone ``*``."""
    return (pattern == "*" or ":" in pattern) and matches_plainly(pattern, action, ignore_case=True)


def expanded(pattern: str, resource: str, layer: str) -> str:
    """The full ARN that a short or incomplete one stands for."""
    own = resource.split(":", 5)
    if pattern.startswith("execute-api:/"):
        if layer != "resource" or len(own) != 6 or own[2] != "execute-api":
            return pattern
        return ":".join(own[:5]) + ":" + own[5].split("/")[0] + pattern.removeprefix("execute-api:")
    missing = 5 - pattern.count(":")
    if missing > 0 and (pattern.endswith("*") or layer in COMPLETED):
        return pattern + ":*" * missing
    return pattern


def resource_matches(pattern: str, resource: str, context: Context, variables: bool, layer: str) -> bool:
    """Segment by segment; variables are replaced behind the fifth colon only.

    A variable without a value makes the pattern match nothing, in Resource and in NotResource.
    """
    if pattern == "*":
        return True
    parts, own = expanded(pattern, resource, layer).split(":", 5), resource.split(":", 5)
    if len(parts) != 6 or len(own) != 6:
        return False
    tail = read_text(parts[5], context, variables)
    if tail is None or not matches(tail, own[5]):
        return False
    return all(matches_plainly(part, segment) for part, segment in zip(parts[:5], own[:5], strict=True))


def action_applies(statement: dict[str, Any], request: Request) -> bool:
    """Action lists what is meant, NotAction what is not."""
    listed = as_list(statement.get("Action", statement.get("NotAction")))
    return any(action_matches(each, request.action) for each in listed) != ("NotAction" in statement)


def resource_applies(
    statement: dict[str, Any], request: Request, context: Context, variables: bool, layer: str
) -> bool:
    """Resource lists what is meant, NotResource what is not; a trust policy has neither."""
    if "Resource" not in statement and "NotResource" not in statement:
        return True
    listed = as_list(statement.get("Resource", statement.get("NotResource")))
    matched = any(resource_matches(each, request.resource, context, variables, layer) for each in listed)
    return matched != ("NotResource" in statement)


def principal_ways(statement: dict[str, Any], layer: str, request: Request, caller: Caller) -> list[str]:
    """The ways in which a statement names the caller."""
    if layer not in WITH_PRINCIPAL:
        return [UNNAMED]
    if "Principal" in statement:
        return ways_named(statement["Principal"], caller)
    if statement["Effect"] == "Deny":
        spared = is_spared(statement["NotPrincipal"], caller) and not request.bounded
    else:
        spared = bool(ways_named(statement["NotPrincipal"], caller))
    return [] if spared else [EVERYONE]


def applying_ways(
    statement: dict[str, Any], version: str, layer: str, request: Request, caller: Caller, context: Context
) -> list[str]:
    """The ways in which a statement that applies names the caller; none when it does not apply.

    Variables exist since version 2012-10-17; before, they are plain text ("Policy elements: Version").
    """
    variables = version == "2012-10-17"
    applies = (
        action_applies(statement, request)
        and resource_applies(statement, request, context, variables, layer)
        and condition_holds(statement.get("Condition", {}), context, variables)
    )
    return principal_ways(statement, layer, request, caller) if applies else []
