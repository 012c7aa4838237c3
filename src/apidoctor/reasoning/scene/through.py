"""The custom domain that a call goes through, and where it leads: API, stage and path.

Source: API Gateway Developer Guide, "Custom domain names for private APIs in API Gateway": of several domains of one
name the one counts that the endpoint of the call has an access association with; only its owner sees its policies,
mappings and routing rules.
"""

from typing import Any, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.aws import DomainName, read
from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap
from apidoctor.reasoning.apigateway.mapping import Routed, lead, uses_mappings, uses_rules
from apidoctor.reasoning.iam import Policy, read_policy
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.domains import DOMAIN, MAPPINGS, RULES, live_associations, shown_domains
from apidoctor.reasoning.scene.endpoint import endpoint
from apidoctor.reasoning.scene.handshakes import is_unserved


class Called(Struct, frozen=True, kw_only=True):
    """What a call reaches when every gate on the way lets it pass."""

    api: str
    """API id."""
    stage: str | None
    """Stage; None when neither the URL nor a mapping names one."""
    path: str
    """The path that the API sees: without stage, and without a base path that is stripped."""


@fact
def domain(case: Case) -> DomainName | None:
    """Return the domain that the call goes through; None when it names none, or when no account knows one.

    That which the call's endpoint is associated with, else a private one of the name, else a public one.  Of a domain
    whose owner cannot be read only what others see is known.
    """
    name = case.request.domain
    if name is None:
        return None
    shown, ties = shown_domains(case, name).value, live_associations(case, name).value
    case.expect([*shown.missing, *(gap for _, gap in ties.missing)])
    via = endpoint(case)
    case.expect(via.missing)
    mine = ties.of(via.value.vpc_endpoint_id) if via.known and via.value else []
    known = {(each.owner, each.domain_name_id): each for each in shown.domains}
    for tie in [*mine, *(() if shown.domains else ties.found)]:
        owner, _, identity = tie.domain
        found = known.get((owner, identity)) or _unseen(tie.domain_name_arn, name, identity)
        return _completed(case, found)
    private = [each for each in shown.domains if each.is_private]
    for found in (*(each for each in private if each.is_own), *private, *shown.domains):
        return _completed(case, found)
    if shown.missing:
        raise Undecided(shown.missing)
    return None


def _unseen(arn: str, name: str, identity: str) -> DomainName:
    """Return what an access association tells of a domain: that it is private, and whose."""
    nothing: dict[str, Any] = {
        "domainName": name,
        "domainNameId": identity,
        "domainNameArn": arn,
        "endpointConfiguration": {"types": ["PRIVATE"]},
    }
    return read(DomainName, nothing, "")


def _completed(case: Case, found: DomainName) -> DomainName:
    """Return the domain as its own answer shows it; a list may leave out its policies."""
    if not found.is_own:
        return found
    answer = case.inventory.get(found.account, case.region, DOMAIN, found.key)
    case.expect(answer.missing)
    if not answer.known or not answer.value:
        return found
    return replace(
        read(DomainName, {"domainName": found.domain_name} | answer.value, found.account),
        domain_name=found.domain_name,
        domain_name_id=found.domain_name_id,
        domain_name_arn=found.domain_name_arn,
    )


@fact
def known_domain(case: Case) -> DomainName:
    """Return the domain, or be unknown when no account that can be read knows it."""
    found = domain(case).value
    if found is None:
        known = ", ".join(case.inventory.accounts)
        name = case.request.domain or ""
        if (unserved := is_unserved(case, name)).known and unserved.value:
            raise Undecided([Gap(f"fact: a custom domain {name} (the endpoint serves none)", optional=True)])
        raise Undecided([Gap(f"account: the one that owns the custom domain {name} (not in {known})")])
    return found


def execute_arn(case: Case, found: DomainName) -> str:
    """Return the ARN by which policies for calls name a private domain."""
    name = f"{found.domain_name}+{found.domain_name_id}" if found.domain_name_id else found.domain_name
    return f"arn:{case.request.partition}:execute-api:{case.region}:{found.owner}:/domainnames/{name}"


def ask_owner(found: DomainName, what: str) -> NoReturn:
    """Say that only the owner of a domain sees *what*: raises `Undecided`."""
    words = (
        f"account: {found.owner} (owner of the custom domain {found.domain_name}), which alone sees {what}"
    )
    raise Undecided([Gap(f"{words}; add --profile or --role-arn")])


@fact
def domain_policy(case: Case) -> Policy | None:
    """Return the domain's own resource policy; None when it has none, which refuses every call."""
    found = known_domain(case).value
    if not found.is_own:
        ask_owner(found, "its policy")
    if found.policy and found.policy.strip():
        return read_policy(found.policy, kind="resource", short_arn_prefix=execute_arn(case, found))
    answer = case.inventory.get(found.account, case.region, DOMAIN, found.key).value
    if answer is None:
        raise Undecided([Gap(f"fact: the policy of {found.domain_name}: its own answer says it is gone")])
    return None


@fact
def associated(case: Case) -> bool:
    """Say whether the call's endpoint has an access association with the domain.

    The endpoint's account lists it, and so does the domain's owner; only the former knows that there is none.
    """
    found, via = known_domain(case).value, endpoint(case).value
    if via is None:
        raise Undecided([Gap("fact: which endpoint carries the call; say --via vpce-…")])
    ties = live_associations(case, found.domain_name).value
    for tie in ties.of(via.vpc_endpoint_id):
        owner, _, identity = tie.domain
        if (owner or found.owner, identity) == (found.owner, found.domain_name_id or identity):
            return True
    holder = via.owner_id or via.account
    if missing := ties.missing_of(holder):
        raise Undecided(missing)
    if holder not in case.inventory.accounts:
        raise Undecided(
            [
                Gap(
                    f"account: {holder} (owner of {via.vpc_endpoint_id}), which lists its access associations; "
                    "add --profile or --role-arn"
                )
            ]
        )
    return False


@fact
def mappings(case: Case) -> list[dict[str, Any]]:
    """Return the base path mappings of the domain; none where its routing mode leaves them out."""
    found = known_domain(case).value
    return _listed(case, found, MAPPINGS) if uses_mappings(found.routing_mode) else []


@fact
def routing_rules(case: Case) -> list[dict[str, Any]]:
    """Return the routing rules of the domain; none where its routing mode leaves them out."""
    found = known_domain(case).value
    return _listed(case, found, RULES) if uses_rules(found.routing_mode) else []


def _listed(case: Case, found: DomainName, name: str) -> list[dict[str, Any]]:
    if not found.is_own:
        ask_owner(found, "its mappings and routing rules")
    return case.inventory.items(found.account, case.region, name, found.key).value


@fact
def routed(case: Case) -> Routed | None:
    """Return where the domain leads the call; None when no routing rule and no mapping fits."""
    rules, listed = routing_rules(case), mappings(case)
    case.expect([*rules.missing, *listed.missing])
    request = case.request
    levels = 1 if known_domain(case).value.is_private else None
    return lead(request.path, request.headers, rules.value, listed.value, levels=levels)


@fact
def called(case: Case) -> Called:
    """Return the API, stage and path that the call reaches; unknown when nothing says which."""
    request = case.request
    if request.api_id:
        return Called(api=request.api_id, stage=request.stage, path=request.path)
    if request.domain is None:
        raise Undecided([Gap("fact: which API is called: the request names none")])
    found = routed(case).value
    if found is None:
        raise Undecided([Gap(f"fact: which API is called: {request.domain} maps no API to {request.path}")])
    return Called(api=found.api, stage=found.stage, path=found.path)


@fact
def is_behind_public_domain(case: Case) -> bool:
    """Say whether the call goes through a public domain: then no access association and no domain policy is asked."""
    found = domain(case).value
    return found is not None and not found.is_private
