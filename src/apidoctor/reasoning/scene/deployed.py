"""How sure it is what a stage runs: what shows it, what is only the draft, what a canary answers instead.

Source: API Gateway developer guide, "Deploy REST APIs in API Gateway" (a saved change does nothing before it is
deployed) and "Set up an API Gateway canary release deployment" (calls are given to the canary at random).
"""

from collections.abc import Callable

from apidoctor.model.facts import Source, Undecided
from apidoctor.model.missing import Gap
from apidoctor.model.wording import describe_missing
from apidoctor.reasoning.scene.api import ALL, Method, canary, export, owned_api, runs, stage
from apidoctor.reasoning.scene.canary import method_in_canary
from apidoctor.reasoning.scene.case import Case, fact

ENDPOINT_EXTENSION = "x-amazon-apigateway-endpoint-configuration"
"""Member of an export, or of its servers, that tells whether the default name is switched off."""


@fact
def default_name_deployed(case: Case) -> bool:
    """Say whether the default name is on in what the stage runs; unknown when its export does not show that."""
    document = export(case).value or {}
    servers = document.get("servers")
    holders = (
        [document, *(each for each in servers if isinstance(each, dict))]
        if isinstance(servers, list)
        else [document]
    )
    for holder in holders:
        shown = holder.get(ENDPOINT_EXTENSION)
        if isinstance(shown, dict) and isinstance(shown.get("disableExecuteApiEndpoint"), bool):
            return not shown["disableExecuteApiEndpoint"]
    raise Undecided(
        [Gap("fact: whether the stage runs with the default name on: its export does not show it")]
    )


@fact
def deployed_at(case: Case) -> str | None:
    """Return when the deployment was made that the stage runs; None when it is not among the API's deployments."""
    api, runs = owned_api(case).value, stage(case).value
    items = case.inventory.items(api.account, case.region, "get_deployments", api.id).value
    wanted = runs.deployment_id if runs else None
    return next((str(each.get("createdDate")) for each in items if each.get("id") == wanted), None)


def shown_by(case: Case) -> Source:
    """Return the operation that shows the methods of the stage, for evidence."""
    return Source(runs(case).value.by, owned_api(case).value.account, case.region)


def of_canary(case: Case) -> str:
    """Return what belongs behind the name of a method that the canary runs, which gets all calls; else nothing."""
    own = canary(case)
    if not runs(case).value.is_canary or not own.known or own.value is None:
        return ""
    return f" of the canary (deployment {own.value.deployment_id}, which gets all calls)"


def doubt(case: Case, fails: Callable[[Method | None], bool]) -> str | None:
    """Say why a call may not meet the method that is shown; None: nothing speaks for that.

    *fails* tells whether a method, or the want of one, ends the call just like the one that is shown.
    """
    found = runs(case).value
    if found.is_draft:
        words = "What is saved may not be deployed, and what the stage runs is not shown."
        return f"{words} What would show it: {describe_missing(found.unseen[0])}." if found.unseen else words
    own = canary(case)
    case.expect(own.missing)
    if found.is_canary or not own.known or own.value is None:
        return None
    other = method_in_canary(case)
    case.expect(other.missing)
    if other.known and fails(other.value):
        return None
    share = min(own.value.percent_traffic or 0, ALL)
    what = "where that is not so" if other.known else "whose methods cannot be seen"
    return f"Yet {share:g} % of the calls get the canary, deployment {own.value.deployment_id}, {what}."
