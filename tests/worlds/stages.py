"""Changes to what stands around a stage: usage plans with their keys, a canary, gateway responses."""

from typing import Any

from worlds.build import API, World


def usage_plan(
    world: World,
    name: str = "silver",
    api: str = API,
    stage: str = "prod",
    keys: dict[str, bool] | None = None,
    methods: dict[str, Any] | None = None,
    **limits: Any,
) -> None:
    """A usage plan with one stage and keys, ``{id: enabled}``; *limits* are its throttle and quota."""
    keys = {"k1": True} if keys is None else keys
    entry = {"apiId": api, "stage": stage} | ({"throttle": methods} if methods else {})
    plan = {"id": f"plan-{name}", "name": name, "apiStages": [entry]} | limits
    world.add(world.api_account, "get_usage_plans", plan)
    shown = [{"id": key, "type": "API_KEY", "name": key} for key in keys]
    world.keyed(world.api_account, "get_usage_plan_keys", plan["id"], {"items": shown})
    listed = world.answers(world.api_account).setdefault("get_api_keys", {"items": []})
    listed["items"] += [{"id": key, "name": key, "enabled": enabled} for key, enabled in keys.items()]


def add_canary(
    world: World,
    methods: dict[str, Any] | None,
    percent: float = 10.0,
    variables: dict[str, str] | None = None,
) -> None:
    """Let part of the calls get another deployment with these methods; None: nobody may see them."""
    settings = {
        "percentTraffic": percent,
        "deploymentId": "dep002",
        "stageVariableOverrides": variables or {},
    }
    world["prod"]["canarySettings"] = settings
    denied = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
    shown = {"id": "dep002", "apiSummary": methods}
    world.keyed(world.api_account, "get_deployment", f"{API}/dep002", denied if methods is None else shown)


def customise(world: World, kind: str, templates: dict[str, str], status: str | None = None) -> None:
    """Change one gateway response, as get_gateway_responses shows it."""
    made: dict[str, Any] = {"responseType": kind, "responseTemplates": templates, "defaultResponse": False}
    made["responseParameters"] = {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
    usual = {"responseType": "THROTTLED", "statusCode": "429", "defaultResponse": True}
    items = [made | ({"statusCode": status} if status else {}), usual]
    world.keyed(world.api_account, "get_gateway_responses", API, {"items": items})
