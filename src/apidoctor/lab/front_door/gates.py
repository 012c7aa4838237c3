"""The gates behind the policies: web ACL, authorizer, API key, throttle and request validator."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from apidoctor.lab.description import Api, Method, Plan, Stage, WebAcl, World
from apidoctor.lab.front_door.arrival import Arrival, Reached
from apidoctor.lab.front_door.catalogue import Reply

Say = Callable[..., Reply]
"""Row and values of its placeholders to the answer."""


def blocked(world: World, stage: Stage | None, arrival: Arrival, say: Say) -> Reply | None:
    """What the stage's web ACL says; None when it lets the call pass, or there is none."""
    if stage is None or not stage.web_acl:
        return None
    acl = world.web_acls[stage.web_acl]
    if not blocks(acl, arrival.signed.headers):
        return None
    said = say("W1")
    if acl.status is None:
        return said
    # "… take precedence over any response specifications that you define in the protected resource."
    # (AWS WAF guide, "Sending custom responses for Block actions")
    return Reply(acl.status, "", acl.body, said.row, said.text, by="web-acl")


def blocks(acl: WebAcl, headers: Mapping[str, str]) -> bool:
    """Whether a web ACL blocks a call with these headers."""
    if not acl.header:
        return True
    value = headers.get(acl.header.lower(), "")
    return bool(value) and acl.contains.lower() in value.lower()


def authorizer_speaks(api: Api, method: Method, arrival: Arrival, say: Say) -> Reply | None:
    """What the method's authorizer says; None when it admits the call, or there is none.

    Source: knowledge centre, "Troubleshoot 403 Forbidden errors" and "Troubleshoot 401 Unauthorized errors".
    """
    if not method.authorizer:
        return None
    authorizer = api.authorizers[method.authorizer]
    token = arrival.signed.headers.get("authorization", "")
    if not token:
        return say("L3")
    if authorizer.broken:
        return say(authorizer.broken)
    if token in authorizer.admitted:
        return None
    if authorizer.kind == "COGNITO_USER_POOLS":
        return say("L3")
    return say(authorizer.denied.get(token, "L1"))


def key_is_good(world: World, method: Method, to: Reached, arrival: Arrival) -> bool:
    """Whether the method asks for no key, or the request has one of a usage plan for the stage."""
    return not method.api_key or plan_of(world, to, arrival) is not None


def plan_of(world: World, to: Reached, arrival: Arrival) -> Plan | None:
    """The usage plan that the request's key belongs to, for the stage it reaches."""
    sent = arrival.signed.headers.get("x-api-key", "")
    name = next(name for name, api in world.apis.items() if api is to.api)
    for plan in world.plans.values():
        live = {value for key, value in plan.keys.items() if key not in plan.off}
        if sent and sent in live and f"{name}/{to.stage}" in plan.stages:
            return plan
    return None


def throttled(
    world: World, method: Method, stage: Stage, to: Reached, arrival: Arrival, say: Say
) -> Reply | None:
    """Whether a quota or a token bucket is empty: that of the plan, then that of the stage."""
    traffic = arrival.traffic
    plan = plan_of(world, to, arrival) if method.api_key else None
    if plan is not None:
        name = next(name for name, value in world.plans.items() if value is plan)
        if plan.quota is not None and traffic.count(f"quota {name}") >= plan.quota:
            return say("T2")
        if plan.rate is not None and not traffic.take(f"plan {name}", plan.rate, plan.burst):
            return say("T1")
    limit = stage.throttle
    if limit is not None and not traffic.take(f"{to.api.id}/{to.stage}/{to.key}", limit.rate, limit.burst):
        return say("T1")
    return None


def unfit(method: Method, arrival: Arrival, say: Say) -> Reply | None:
    """What the request validator and the integration's content types say."""
    query = parse_qs(arrival.signed.target.partition("?")[2], keep_blank_values=True)
    missing = [name for name in method.required if name not in query]
    if missing:
        return say("R2-parameters", parameters=", ".join(missing))
    sent = arrival.signed.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if method.consumes and sent != method.consumes:
        return say("R5")
    return None
