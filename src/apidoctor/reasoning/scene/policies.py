"""What the policies on the way decide: endpoint policy, resource policy (saved and deployed), the caller's own."""

from typing import Literal

from msgspec import Struct

from apidoctor.model.facts import Fact, Undecided
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.apigateway.authorize import Call, Verdict, authorize, authorize_domain
from apidoctor.reasoning.iam import Policies, Policy, read_policy
from apidoctor.reasoning.iam.values import Layer
from apidoctor.reasoning.scene.api import called_path, export, method, owned_api, stage_name
from apidoctor.reasoning.scene.caller import Attached, attached, principal
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.endpoint import endpoint
from apidoctor.reasoning.scene.place import source_addresses
from apidoctor.reasoning.scene.through import domain, domain_policy, execute_arn, known_domain

Which = Literal["saved", "deployed"]
POLICY_EXTENSION = "x-amazon-apigateway-policy"
"""Member of an export that carries the resource policy the stage runs."""


@fact
def saved_policy(case: Case) -> Policy | None:
    """Return the API's saved resource policy; None when it has none."""
    api = owned_api(case).value
    return _resource_policy(case, api.policy) if api.policy and api.policy.strip() else None


@fact
def deployed_policy(case: Case) -> Policy | None:
    """Return the resource policy that the stage runs; unknown when the export does not carry one."""
    document = export(case).value
    if document is None or POLICY_EXTENSION not in document:
        raise Undecided(
            [Gap("fact: which resource policy the stage runs: the export of the stage does not carry it")]
        )
    body = document[POLICY_EXTENSION]
    return _resource_policy(case, body) if body else None


@fact
def effective_policy(case: Case) -> Policy | None:
    """Return the policy that decides calls now: the deployed one where it can be seen, else the saved one."""
    deployed = deployed_policy(case)
    case.expect(deployed.missing)
    return deployed.value if deployed.known else saved_policy(case).value


@fact
def endpoint_policy(case: Case) -> Policy | None:
    """Return the endpoint's policy; None when no endpoint carries the call (the default policy is a full one)."""
    found = endpoint(case).value
    if found is None:
        return None
    if found.policy_document is None:
        raise Undecided([Gap(f"fact: the policy of {found.vpc_endpoint_id} (account {found.account})")])
    return read_policy(found.policy_document, kind="endpoint")


@fact
def call(case: Case) -> Call:
    """Return the call as API Gateway's authorization sees it."""
    api = owned_api(case).value
    who = principal(case).value
    via = endpoint(case).value
    target = method(case).value
    own = source_addresses(case)
    case.expect(own.missing)
    return Call(
        api_id=api.id,
        account=api.account,
        region=case.region,
        partition=case.request.partition,
        stage=stage_name(case).value or "",
        method=case.request.method,
        path=called_path(case).value,
        authorization=target.authorization if target else "NONE",  # type: ignore[arg-type]  # AWS's own words
        principal_arn=who.arn if who else None,
        principal_account=who.account if who else None,
        signed=who is not None,
        endpoint=via.vpc_endpoint_id if via else None,
        endpoint_vpc=via.vpc_id if via else None,
        source_ip=next(iter(own.value), None) if own.known else None,
        domain_arn=_domain_arn(case),
        context=_context(case),
    )


def _domain_arn(case: Case) -> str | None:
    """Return the ARN of the private domain that the call goes through; unknown domains tell no key."""
    found = domain(case)
    case.expect(found.missing)
    through = found.value if found.known else None
    return execute_arn(case, through) if through and through.is_private else None


@fact
def policies(case: Case, which: Which) -> Policies:
    """Return every policy that takes part, with the saved or the deployed resource policy.

    The caller's own policies may stay unreadable for good (another account): then they are an unknown layer.
    """
    resource = saved_policy(case).value if which == "saved" else effective_policy(case).value
    facts: dict[Layer, Fact[Policy | None]] = {"endpoint": endpoint_policy(case)}
    own = callers_own(case)
    case.expect([*own.missing, *facts["endpoint"].missing])
    unknown: frozenset[Layer] = frozenset(name for name, item in facts.items() if not item.known)
    if not own.known:
        unknown |= {"identity", "boundary"}
    have = own.value if own.known else None
    return Policies(
        identity=have.identity if have else (),
        boundary=have.boundary if have else None,
        resource=resource,
        endpoint=facts["endpoint"].value if facts["endpoint"].known else None,
        unknown_layers=unknown,
    )


@fact
def callers_own(case: Case) -> Attached | None:
    """Return the policies attached to the caller; None for an anonymous one."""
    who = principal(case).value
    return attached(case, who).value if who else None


@fact
def verdict(case: Case, which: Which = "deployed") -> Verdict:
    """Return what all policies together decide about the call."""
    return authorize(call(case).value, policies(case, which).value)


class Side(Struct, frozen=True):
    """One of the two resources that a call asks for: the API, and the private domain in front of it."""

    call: Call
    """The call as this side sees it."""
    policies: Policies
    """The policies that take part."""
    verdict: Verdict
    """What they decide."""
    missing: tuple[Missing, ...]
    """What is missing for the layers that are unknown."""


@fact
def api_side(case: Case) -> Side:
    """Return what is decided about the API."""
    return Side(
        call(case).value,
        policies(case, "deployed").value,
        verdict(case).value,
        (*callers_own(case).missing, *endpoint_policy(case).missing),
    )


@fact
def domain_side(case: Case) -> Side:
    """Return what is decided about the private domain that the call names, before the API is asked.

    Who calls may be unknown (the method behind decides whether a call is signed); then no condition on it is sure.
    """
    found = known_domain(case).value
    via, who, own = endpoint(case).value, principal(case), source_addresses(case)
    own_policy, endpoints = domain_policy(case), endpoint_policy(case)
    case.expect([*who.missing, *own.missing, *own_policy.missing, *endpoints.missing])
    known = who.value if who.known else None
    asked = Call(
        api_id="",
        account=found.owner,
        region=case.region,
        partition=case.request.partition,
        stage="",
        method=case.request.method,
        path=case.request.path,
        principal_arn=known.arn if known else None,
        principal_account=known.account if known else None,
        signed=known is not None or not who.known,
        endpoint=via.vpc_endpoint_id if via else None,
        endpoint_vpc=via.vpc_id if via else None,
        source_ip=next(iter(own.value), None) if own.known else None,
        domain_arn=execute_arn(case, found),
    )
    layers: dict[Layer, Fact[Policy | None]] = {"resource": own_policy, "endpoint": endpoints}
    documents = Policies(
        resource=own_policy.value if own_policy.known else None,
        endpoint=endpoints.value if endpoints.known else None,
        unknown_layers=frozenset(name for name, item in layers.items() if not item.known),
    )
    missing = (*who.missing, *own_policy.missing, *endpoints.missing)
    return Side(asked, documents, authorize_domain(asked, documents), missing)


@fact
def live_endpoints(case: Case) -> frozenset[str]:
    """Return the ids of the endpoints that are known to exist in the endpoint's VPC account."""
    found = endpoint(case).value
    names = {found.vpc_endpoint_id} if found else set()
    for account in case.inventory.accounts:
        listed = case.inventory.items(account, case.region, "describe_vpc_endpoints")
        names |= {str(item.get("VpcEndpointId")) for item in listed.value} if listed.known else set()
    return frozenset(names)


def _resource_policy(case: Case, text: object) -> Policy:
    api = owned_api(case).value
    prefix = f"arn:{case.request.partition}:execute-api:{case.region}:{api.account}:{api.id}"
    return read_policy(text, kind="resource", short_arn_prefix=prefix)  # type: ignore[arg-type]  # any JSON value


def _context(case: Case) -> dict[str, tuple[str, ...]]:
    own = callers_own(case)
    role = own.value.role_arn if own.known and own.value else None
    return {"aws:PrincipalArn": (role,)} if role else {}
