"""REST APIs by their ids, whoever owns them."""

from typing import Any

from apidoctor.model.aws import RestApi, read
from apidoctor.model.facts import Fact, Known, Undecided
from apidoctor.model.missing import Gap
from apidoctor.reasoning.scene.case import Case, accounts, fact


@fact
def api_of(case: Case, name: str) -> RestApi | None:
    """Return the API; None when every account that can be read says that it has none of this id in the Region."""
    known = accounts(case).value
    if case.request.account:
        known = tuple(account for account in known if account == case.request.account)
        if not known:
            raise Undecided(
                [Gap(f"account: {case.request.account} (owner of the API); add --profile or --role-arn")]
            )
    facts = [(account, _by_id(case, account, name)) for account in known]
    for account, answer in facts:
        if answer.known and answer.value is not None:
            return read(RestApi, answer.value, account)
    missing = [gap for _, answer in facts for gap in answer.missing]
    if missing:
        raise Undecided(missing)
    return None


def _by_id(case: Case, account: str, name: str) -> Fact[dict[str, Any] | None]:
    """Return one account's answer about the API: the call by id, or the list of all its APIs."""
    answer = case.inventory.get(account, case.region, "get_rest_api", name)
    if answer.known:
        return answer
    listed = case.inventory.items(account, case.region, "get_rest_apis")
    if not listed.known:
        return answer
    found: dict[str, Any] | None = next((item for item in listed.value if item.get("id") == name), None)
    return Known(found, listed.source)


def api_elsewhere(case: Case, name: str) -> str | None:
    """Return another Region in which a list shows an API of this id; None when none does."""
    for region in case.inventory.regions:
        for account in case.inventory.holding(region, "get_rest_apis") if region != case.region else []:
            items, _ = case.inventory.seen(account, region, "get_rest_apis")
            if any(item.get("id") == name for item in items):
                return region
    return None


def private_among(case: Case, names: list[str]) -> list[str]:
    """Return those of several APIs that are known to be private."""
    found = {name: api_of(case, name) for name in names}
    return [
        name for name, api in found.items() if api.known and api.value is not None and api.value.is_private
    ]
