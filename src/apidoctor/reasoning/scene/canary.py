"""The canary of a stage: the other deployment that part of its calls get.

Source: API Gateway developer guide, "Set up an API Gateway canary release deployment": the canary runs a deployment
and stage variables of its own, and calls are given to it at random.
"""

from collections.abc import Iterator
from typing import Any

from apidoctor.model.aws import CanarySettings
from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import as_dict
from apidoctor.model.missing import Gap
from apidoctor.reasoning.scene.api import Method, best_match, called_path, owned_api, stage
from apidoctor.reasoning.scene.case import Case, fact


@fact
def canary(case: Case) -> CanarySettings | None:
    """Return the stage's canary; None when it has none, or one that gets no call."""
    found = stage(case).value
    own = found.canary_settings if found else None
    return own if own and own.deployment_id and (own.percent_traffic or 0) > 0 else None


@fact
def methods_of(case: Case, deployment: str) -> tuple[Method, ...]:
    """Return the methods of a deployment (GetDeployment with its ``apiSummary``)."""
    api = owned_api(case).value
    answer = case.inventory.get(api.account, case.region, "get_deployment", f"{api.id}/{deployment}").value
    summary = (answer or {}).get("apiSummary")
    if not isinstance(summary, dict) or not summary:
        raise Undecided(
            [Gap(f"fact: which methods deployment {deployment} has (get-deployment --embed apisummary)")]
        )
    return tuple(_methods(summary))


def _methods(summary: dict[str, Any]) -> Iterator[Method]:
    for path, verbs in summary.items():
        for verb, body in as_dict(verbs, "summary of a deployment").items():
            told = as_dict(body, "summary of a method")
            kind = told.get("authorizationType")
            yield Method(
                resource=str(path),
                verb=str(verb).upper(),
                authorization=str(kind) if kind else None,
                api_key_required=bool(told.get("apiKeyRequired")),
            )


@fact
def method_in_canary(case: Case) -> Method | None:
    """Return the method that answers the call in the canary; None when the canary has none."""
    own = canary(case).value
    deployed = methods_of(case, own.deployment_id or "").value if own else ()
    return best_match(deployed, case.request.method, called_path(case).value)
