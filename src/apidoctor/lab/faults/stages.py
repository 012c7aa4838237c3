"""Faults of a stage's settings: throttles, web ACLs, and gateway responses that hide the cause."""

from apidoctor.lab.description import GatewayResponse, Throttle, WebAcl, World
from apidoctor.lab.faults.fault import Family
from apidoctor.lab.faults.policies import stale_endpoint
from apidoctor.lab.worlds.parts import API_ACCOUNT

family = Family()
FAULTS = family.faults


@family.fault("H11")
def throttled(world: World) -> None:
    """The stage's burst and rate limits are 0, so every call is throttled."""
    world.api.stages["prod"].throttle = Throttle(rate=0, burst=0)


@family.fault("H12")
def web_acl_blocks(world: World) -> None:
    """A rule of the stage's web ACL blocks the call."""
    world.web_acls["guard"] = WebAcl(API_ACCOUNT, rule="block-everything")
    world.api.stages["prod"].web_acl = "guard"


@family.fault("H13")
def cause_hidden(world: World) -> None:
    """A customised gateway response hides that the resource policy refuses, as a 404 in other words."""
    stale_endpoint(world)
    body = '{"fehler":"Nicht gefunden"}'
    world.api.responses["DEFAULT_4XX"] = GatewayResponse(404, {"x-amzn-ErrorType": "Fehler"}, body)
