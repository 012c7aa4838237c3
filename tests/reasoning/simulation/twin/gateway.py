"""API Gateway's own flow for one method of a private API.

Sources: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow" (tables A and
B), "AWS condition keys that can be used in API Gateway resource policies", "Use VPC endpoint policies for private
APIs in API Gateway".
"""

from typing import Any

from reasoning.simulation.twin.documents import Layers
from reasoning.simulation.twin.elements import Request
from reasoning.simulation.twin.layers import Decision, Place, decide_layers, judge
from reasoning.simulation.twin.principals import NOBODY, Caller
from reasoning.simulation.twin.texts import Context

SIGNED_KEYS = {"aws:principalaccount", "aws:principalarn", "aws:principaltype", "aws:userid", "aws:username"}
SIGNED_KEYS |= {"aws:principalorgid", "aws:principalorgpaths", "aws:tokenissuetime"}
SIGNED_KEYS |= {"aws:multifactorauthpresent", "aws:multifactorauthage"}
"""Keys that need a caller whom IAM has authenticated, together with ``aws:PrincipalTag/…``."""

OPEN_KEYS = {"aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:referer", "aws:useragent"}
OPEN_KEYS |= {"aws:sourcearn", "aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"}
"""The other global keys that an API's resource policy can use."""


def needs_signature(key: str) -> bool:
    """Is the key absent from an unsigned request?"""
    return key.lower() in SIGNED_KEYS or key.lower().startswith("aws:principaltag/")


def unsigned(context: Context) -> Context:
    """The keys of a request without IAM authentication."""
    return {key: values for key, values in context.items() if not needs_signature(key)}


def for_resource_policy(context: Context) -> Context:
    """Of the global keys only the documented ones are there for an API's resource policy."""
    return {
        key: values
        for key, values in context.items()
        if not key.lower().startswith("aws:") or key.lower() in OPEN_KEYS or needs_signature(key)
    }


def authorizer_side(line: dict[str, Any], layers: Layers, request: Request, context: Context) -> Decision:
    """What a Lambda authorizer or a user pool says: ``allow``, ``deny`` or ``neither``."""
    if not layers["authorizer"][0]:
        side = line.get("authorizer") or "neither"
        return side, [{"layer": "authorizer"}] if side == "deny" else []
    verdict = judge(layers["authorizer"][0], {"layer": "authorizer"}, request, NOBODY, unsigned(context))
    if verdict.denying:
        return "deny", verdict.denying
    return ("allow" if verdict.allows else "neither"), []


def decide_gateway(line: dict[str, Any], layers: Layers, caller: Caller, context: Context) -> Decision:
    """The endpoint policy comes first and ends the call; then what the method's authorization type asks for."""
    signed = caller.kind != "anonymous"
    request = line["request"]
    asked = Request(request["action"], request["resource"])
    bounded = Request(asked.action, asked.resource, caller.has_policies and bool(layers["boundary"][0]))
    place = {"layer": "endpoint"}
    endpoint = judge(layers["endpoint"][0], place, bounded, caller, context if signed else unsigned(context))
    shut = bool(layers["endpoint"][0]) and not endpoint.allows and not endpoint.denying
    if shut:
        return "implicit_deny", []
    if line["authorization"] != "AWS_IAM":
        return decide_open(line, layers, asked, context, endpoint.denying)
    if signed:
        seen = for_resource_policy(context)
        return decide_layers(request, layers, caller, context, seen, tables=True)
    # A method with AWS_IAM refuses an unsigned call before any policy of the API is looked at.
    return ("explicit_deny" if endpoint.denying else "implicit_deny"), endpoint.denying


def decide_open(
    line: dict[str, Any], layers: Layers, request: Request, context: Context, denying: list[Place]
) -> Decision:
    """NONE, CUSTOM and COGNITO_USER_POOLS: for the resource policy everyone is anonymous, also who signs.

    A Deny of the resource policy ends the call before the authorizer is asked; what it would deny is told all the same.
    """
    seen = for_resource_policy(unsigned(context))
    resource = judge(layers["resource"][0], {"layer": "resource"}, request, NOBODY, seen)
    side, refusing = "neither", []
    if line["authorization"] != "NONE":
        side, refusing = authorizer_side(line, layers, request, context)
    denying = denying + resource.denying + refusing
    if denying:
        return "explicit_deny", denying
    granted = {
        "NONE": resource.allows,
        "CUSTOM": side == "allow" or resource.allows,
        "COGNITO_USER_POOLS": side == "allow" and resource.allows,
    }
    return ("allow" if granted[line["authorization"]] else "implicit_deny"), []
