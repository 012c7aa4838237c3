"""What the integration behind a method answers, or how it fails."""

import json
from collections.abc import Callable

from apidoctor.lab.description import Api, Integration, Method, World
from apidoctor.lab.front_door.catalogue import Reply

Say = Callable[..., Reply]
REMAPPED = frozenset({"date", "server", "connection", "content-length", "www-authenticate"})
"""Headers of a backend that come out as ``x-amzn-Remapped-…`` (API Gateway guide, "Important notes")."""

REASONS = {
    "permission": "Invalid permissions on Lambda function",
    "malformed": "Malformed Lambda proxy response",
    "link": "There was an internal error while executing your request",
    "network": "Execution failed due to a network error communicating with endpoint",
    "timeout": "Execution failed due to a timeout error",
}
"""Why an integration fails, as execution logs give it."""


def integrate(world: World, api: Api, method: Method, path: str, say: Say) -> tuple[Reply, str]:
    """The backend's answer, or the gateway's about a failure, with the reason for the execution log."""
    integration = method.integration
    row, reason = _failure(world, integration)
    if row:
        return say(row), reason
    if integration.type == "MOCK" or not integration.body:
        return Reply(200, "", json.dumps({"api": api.id, "path": path, "ok": True}), by="backend"), ""
    headers = {
        f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name: value
        for name, value in integration.headers.items()
    }
    return Reply(integration.status, "", integration.body, headers=headers, by="backend"), ""


def _failure(world: World, integration: Integration) -> tuple[str, str]:
    """Row and reason of what fails; both empty when nothing does.

    Source: knowledge centre, "Troubleshoot HTTP 500 errors", "… 502", "… 504"; VPC links: section on private
    integrations of the API Gateway guide.
    """
    if integration.fails:
        return integration.fails, integration.log
    if integration.function:
        function = world.functions[integration.function]
        if not function.permitted:
            return "I1", REASONS["permission"]
        if function.malformed:
            return "I2", REASONS["malformed"]
    if integration.link:
        link = world.links[integration.link]
        if link.status == "INACTIVE":
            return "I5", REASONS["link"]
        if link.status != "AVAILABLE":
            return "I1", REASONS["link"]
        if link.health == "unhealthy":
            return "I3", REASONS["network"]
    if integration.takes_ms > integration.timeout_ms:
        return "I4", REASONS["timeout"]
    return "", ""
