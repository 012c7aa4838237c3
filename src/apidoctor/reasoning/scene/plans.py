"""Usage plans of the stage: which there are, whether they have keys that work, and what they limit.

Source: API Gateway developer guide, "Usage plans and API keys for REST APIs": a method that asks for a key admits a
call only with an enabled key of a usage plan that has the stage.  The values of keys are never read.
"""

from typing import Any

from msgspec import Struct

from apidoctor.model.facts import Known
from apidoctor.model.inventory import as_dict, as_list
from apidoctor.reasoning.scene.api import method, owned_api, stage_name
from apidoctor.reasoning.scene.case import Case, fact

PLAN_READS = ("get_usage_plans", "get_usage_plan_keys", "get_api_keys")
"""Operations that tell which usage plans a stage has, and their keys."""


class Limit(Struct, frozen=True):
    """One limit of calls."""

    what: str
    """Whose limit, in words."""
    rate: float | None = None
    """Calls per second; None: none is set."""
    burst: float | None = None
    """Calls at once; None: none is set."""
    quota: float | None = None
    """Calls per period; None: none is set."""

    @property
    def is_shut(self) -> bool:
        """Whether it lets no call through at all."""
        return 0 in (self.rate, self.burst, self.quota)

    @property
    def words(self) -> str:
        """What it lets through, in words."""
        parts = [f"{self.rate:g} calls per second"] if self.rate is not None else []
        parts += [f"{self.burst:g} at once"] if self.burst is not None else []
        parts += [f"{self.quota:g} per period"] if self.quota is not None else []
        return f"{self.what}: {', '.join(parts) or 'no limit'}"


class Plan(Struct, frozen=True, kw_only=True):
    """A usage plan that has the stage which is called."""

    id: str
    """Its id."""
    name: str
    """Its name."""
    limits: tuple[Limit, ...] = ()
    """What it limits for the method that is called: throttle, method throttle, quota."""


@fact
def plans(case: Case) -> tuple[Plan, ...]:
    """Return the usage plans that have the stage."""
    api, name = owned_api(case).value, stage_name(case).value
    listed = case.inventory.items(api.account, case.region, "get_usage_plans").value
    return tuple(
        plan
        for item in listed
        for entry in as_list(item.get("apiStages"), "stages of a usage plan")
        if isinstance(entry, dict) and (entry.get("apiId"), entry.get("stage")) == (api.id, name)
        for plan in [_plan(case, item, entry)]
    )


def _plan(case: Case, item: dict[str, Any], entry: dict[str, Any]) -> Plan:
    own = str(item.get("name") or item.get("id", ""))
    throttle = as_dict(item.get("throttle"), "throttle of a usage plan")
    quota = as_dict(item.get("quota"), "quota of a usage plan")
    limits = [
        Limit(f"usage plan {own}", number(throttle.get("rateLimit")), number(throttle.get("burstLimit")))
    ]
    limits += [Limit(f"quota of usage plan {own}", quota=number(quota.get("limit")))] if quota else []
    found = method(case)
    case.expect(found.missing)
    if found.known and found.value is not None:
        own_throttle = by_method(
            as_dict(entry.get("throttle"), "throttles of a usage plan"),
            found.value.resource,
            case.request.method,
        )
        if own_throttle:
            rate, burst = number(own_throttle.get("rateLimit")), number(own_throttle.get("burstLimit"))
            limits.append(
                Limit(f"usage plan {own} for {found.value.verb} {found.value.resource}", rate, burst)
            )
    return Plan(id=str(item.get("id", "")), name=own, limits=tuple(limits))


def by_method(settings: dict[str, Any], resource: str, verb: str) -> dict[str, Any]:
    """Return the settings of one method out of a map whose keys are ``/pets/GET`` or ``~1pets/GET``."""
    for key, value in settings.items():
        path, _, own = str(key).replace("~1", "/").rpartition("/")
        if isinstance(value, dict) and own in (verb, "ANY") and path.strip("/") == resource.strip("/"):
            return value
    return {}


def number(value: Any) -> float | None:
    """Return a limit; None where none is set (-1 means that too)."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value >= 0 else None


@fact
def keys_of(case: Case, plan: str) -> tuple[str, ...]:
    """Return the ids of the API keys of a usage plan."""
    api = owned_api(case).value
    items = case.inventory.items(api.account, case.region, "get_usage_plan_keys", plan).value
    return tuple(str(item["id"]) for item in items if item.get("id"))


@fact
def enabled_keys(case: Case, plan: str) -> tuple[str, ...]:
    """Return the keys of a usage plan that are not known to be switched off; nobody has to be able to list keys."""
    api = owned_api(case).value
    keys = keys_of(case, plan).value
    shown = {key: case.inventory.one(api.account, case.region, "get_api_keys", "id", key) for key in keys}
    case.expect([gap for found in shown.values() for gap in found.missing])
    return tuple(
        key
        for key, found in shown.items()
        if not isinstance(found, Known) or (found.value or {}).get("enabled", True)
    )
