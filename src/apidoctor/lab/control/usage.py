"""Usage plans, API keys, authorizers and gateway responses as the control plane shows them.

Source: API Gateway API reference, UsagePlan, UsagePlanKey, ApiKey, GatewayResponse.
"""

from typing import Any

from apidoctor.lab.control.calls import Call, Refusal
from apidoctor.lab.description import Api, Plan, World


def plan_id(name: str) -> str:
    """Id of a usage plan."""
    return f"plan-{name}"


def key_id(plan: str, key: str) -> str:
    """Id of an API key."""
    return f"key-{plan}-{key}"


def get_usage_plans(world: World, account: str, call: Call) -> dict[str, Any]:
    """The account's usage plans."""
    return {
        "items": [_plan(world, name, plan) for name, plan in world.plans.items() if plan.account == account]
    }


def get_usage_plan_keys(world: World, account: str, call: Call) -> dict[str, Any]:
    """The keys of one plan, without their values."""
    parameters = call.parameters
    wanted = parameters.get("usageplanId") or parameters.get("usageplan_id", "")
    for name, plan in world.plans.items():
        if plan.account == account and plan_id(name) == wanted:
            return {"items": [{"id": key_id(name, key), "type": "API_KEY", "name": key} for key in plan.keys]}
    raise Refusal("NotFoundException", "Invalid Usage Plan ID specified", 404)


def get_api_keys(world: World, account: str, call: Call) -> dict[str, Any]:
    """The account's API keys, without their values: nobody asks for ``includeValues`` here."""
    return {
        "items": [
            {
                "id": key_id(name, key),
                "name": key,
                "enabled": key not in plan.off,
                "stageKeys": [],
            }
            for name, plan in world.plans.items()
            for key in plan.keys
            if plan.account == account
        ]
    }


def _plan(world: World, name: str, plan: Plan) -> dict[str, Any]:
    stages = [stage.partition("/") for stage in plan.stages]
    shown: dict[str, Any] = {
        "id": plan_id(name),
        "name": name,
        "apiStages": [{"apiId": world.apis[api].id, "stage": stage} for api, _, stage in stages],
    }
    if plan.quota is not None:
        shown["quota"] = {"limit": plan.quota, "offset": 0, "period": "DAY"}
    if plan.rate is not None:
        shown["throttle"] = {"rateLimit": plan.rate, "burstLimit": plan.burst}
    return shown


def show_gateway_responses(world: World, answer: dict[str, Any], account_api: str) -> None:
    """Put an API's customised responses into a list that has the default ones."""
    api = next((api for api in world.apis.values() if api.id == account_api), None)
    for kind, shape in (api.responses if api else {}).items():
        shown = next(item for item in answer["item"] if item["responseType"] == kind)
        shown["defaultResponse"] = False
        shown["responseParameters"] = {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in shape.headers.items()
        }
        if shape.status is not None:
            shown["statusCode"] = str(shape.status)
        if shape.body is not None:
            shown["responseTemplates"] = {"application/json": shape.body}


def exported_responses(api: Api) -> dict[str, Any]:
    """An API's customised gateway responses as an export writes them."""
    written: dict[str, Any] = {}
    for kind, shape in api.responses.items():
        parameters = {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in shape.headers.items()}
        one: dict[str, Any] = {"responseParameters": parameters}
        if shape.status is not None:
            one["statusCode"] = shape.status
        if shape.body is not None:
            one["responseTemplates"] = {"application/json": shape.body}
        written[kind] = one
    return written
