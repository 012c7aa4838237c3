"""The call behind a private custom domain's URL, and the URL of each domain for the same call."""

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.apigateway.inverse import Headers, above
from apidoctor.reasoning.naming.answer import plain
from apidoctor.reasoning.naming.domains import ListedDomain, listed_domains
from apidoctor.reasoning.scene.api import stage_name
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.through import Called, called

MAX_DOMAINS = 20
"""Most domains of an account whose mappings and rules are read and looked at: each is a read or two."""


class Place(Struct, frozen=True):
    """Where a domain has the call."""

    path: str
    """The path in its URL."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that its routing rule asks for besides the caller's own."""
    by: str = ""
    """The rule or mapping that leads there; empty when that is not known."""


def call_of(case: Case) -> Called | None:
    """Return API, stage and path that are called; None when nothing tells which API.

    A path that the domain of the URL leads nowhere is taken for one of the only stage that the domain leads to.
    """
    found, request = called(case), case.request
    if not found.known:
        return _only_call(case)
    call = found.value
    own = stage_name(case) if call.stage is None and request.api_id and not request.is_url else None
    return Called(api=call.api, stage=own.value, path=call.path) if own is not None and own.known else call


def _only_call(case: Case) -> Called | None:
    name = plain(case.request.domain or "")
    own = [one for one in domains_in(case.inventory, case.region) if one.name == name]
    targets = {target for one in own for target in one.targets()}
    if len(targets) != 1 or any(one.missing for one in own):
        return None
    ((api, stage),) = targets
    return Called(api=api, stage=stage, path=case.request.path)


def domains_in(inventory: Inventory, region: str) -> list[ListedDomain]:
    """Return the private domains that the accounts list, at most `MAX_DOMAINS` of each; none for an odd shape."""
    found: dict[str, list[ListedDomain]] = {}
    try:
        for domain in listed_domains(inventory, region):
            of_account = found.setdefault(domain.account, [])
            if len(of_account) < MAX_DOMAINS:
                of_account.append(domain)
    except Undecided:
        return []
    return [domain for each in found.values() for domain in each]


def place_at(case: Case, name: str, call: Called, domains: list[ListedDomain]) -> Place | None:
    """Return where the domain *name* has *call*; None when it is read and leads there in no way.

    The domain that the user's own URL names keeps the user's path.
    """
    request = case.request
    if request.domain and plain(request.domain) == name:
        return Place(request.path)
    own = [domain for domain in domains if domain.name == name]
    for domain in own:
        if domain.missing:
            continue
        headers = _caller_s(request.headers)
        found = above(
            call.api, call.stage, call.path, headers=headers, rules=domain.rules, mappings=domain.mappings
        )
        if found is not None:
            return Place(found.path, found.headers, found.routed.by)
    return None if own and not any(domain.missing for domain in own) else Place(call.path)


def left_out(case: Case) -> list[str]:
    """Return, in words, which domains lead to the API and have no way for this call."""
    call = call_of(case)
    if call is None:
        return []
    domains = domains_in(case.inventory, case.region)
    names = dict.fromkeys(domain.name for domain in domains if domain.bases(call.api))
    where = f"{call.path} in stage {call.stage}" if call.stage else call.path
    return [
        f"{name} was left out: its mappings and routing rules lead to {call.api}, but none leads to {where}, "
        "whichever header is added"
        for name in names
        if place_at(case, name, call, domains) is None
    ]


def _caller_s(headers: Headers) -> Headers:
    """Return the headers that the call has behind every name."""
    return [pair for pair in headers if pair[0].lower() not in ("host", "x-apigw-api-id")]
