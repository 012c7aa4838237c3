"""The limits of calls that apply to a call: of the account, the stage, the method, and of the key's usage plans.

Source: API Gateway developer guide, "Throttle requests to your REST APIs": limits of a usage plan's method, of a usage
plan, of a stage's method, of the stage, of the account; a call must keep all of them.
"""

from apidoctor.model.inventory import as_dict
from apidoctor.reasoning.scene.api import method, owned_api, stage
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.plans import Limit, Plan, by_method, number, plans

ALL = "*/*"
"""Key of the stage's settings for all methods."""


@fact
def stage_limits(case: Case) -> tuple[Limit, ...]:
    """Return the limit that the stage sets for the method: its own, else that of all methods."""
    found, target = stage(case).value, method(case)
    case.expect(target.missing)
    if found is None:
        return ()
    own = {}
    if target.known and target.value is not None:
        own = by_method(found.method_settings, target.value.resource, case.request.method)
        what = f"stage {found.stage_name} for {target.value.verb} {target.value.resource}"
    if not own:
        own = as_dict(found.method_settings.get(ALL), "settings of the stage")
        what = f"stage {found.stage_name}"
    rate, burst = number(own.get("throttlingRateLimit")), number(own.get("throttlingBurstLimit"))
    return (Limit(what, rate, burst),) if (rate, burst) != (None, None) else ()


@fact
def account_limits(case: Case) -> tuple[Limit, ...]:
    """Return the limit of the API's account in the Region; nobody has to be able to read it."""
    api = owned_api(case).value
    answer = case.inventory.get(api.account, case.region, "get_account")
    case.expect(answer.missing)
    if not answer.known or not answer.value:
        return ()
    own = as_dict(answer.value.get("throttleSettings"), "throttle of the account")
    rate, burst = number(own.get("rateLimit")), number(own.get("burstLimit"))
    return (Limit(f"account {api.account}", rate, burst),) if (rate, burst) != (None, None) else ()


@fact
def plans_of_the_key(case: Case) -> tuple[Plan, ...]:
    """Return the usage plans of which one limits the call; none where the method asks for no key."""
    target = method(case).value
    return plans(case).value if target is not None and target.api_key_required else ()
