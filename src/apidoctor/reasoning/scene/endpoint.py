"""Which VPC endpoint carries the call, its interfaces, and the names that lead to it."""

from collections.abc import Iterable

from apidoctor.model.aws import NetworkInterface, VpcEndpoint, read
from apidoctor.model.facts import Fact, Undecided, together
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.apigateway.names import is_address
from apidoctor.reasoning.scene.case import Case, accounts, fact, wait_for_accounts
from apidoctor.reasoning.scene.domains import access_associations
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.rest_apis import api_of
from apidoctor.reasoning.scene.zones import alias_target

SERVICE = ".execute-api"
"""What the service name of an endpoint for private APIs ends with, in every partition."""


@fact
def endpoint(case: Case) -> VpcEndpoint | None:
    """Return the endpoint that carries the call; None when it is known that there is none.

    In this order: the one that the name or ``--via`` tells, one in the caller's VPC, the one that a private hosted zone
    of the caller's VPC leads to, those associated with the API or the custom domain, the only one there is.  A custom
    domain has no other names than those of hosted zones: where one leads comes before the endpoint nearby.
    """
    if case.request.endpoint:
        return _by_id(case, case.request.endpoint)
    wait_for_accounts(case)
    where = place(case)
    if where.known and where.value.vpc:
        vpc, account, name = where.value.vpc, where.value.account, case.request.name or ""
        if case.request.form == "custom-domain":
            led = alias_target(case, vpc, account or "", name)
            case.expect(led.missing)
            if led.known and led.value:
                return _by_id(case, led.value)
        near = _usable(in_vpc(case, vpc, account).value)
        if near:
            return _best(case, near)
        named = alias_target(case, vpc, account or "", name).value
        if named:
            return _by_id(case, named)
    case.expect(where.missing)
    return _by_association(case)


@fact
def in_vpc(case: Case, vpc: str, account: str | None) -> list[VpcEndpoint]:
    """Return the execute-api endpoints of the caller's VPC, whoever owns them.

    Endpoints of another Region carry no call to this API: execute-api is not among the services of the AWS PrivateLink
    guide, "AWS services that support cross-Region endpoints".
    """
    where = place(case)
    if where.known and where.value.region not in (None, case.region):
        return []
    field, name = "VpcId", "describe_vpc_endpoints"
    known = accounts(case).value
    order = [account] if account in known else list(known)
    return _listed(
        (owner, case.inventory.where(owner or "", case.region, name, field, vpc)) for owner in order
    )


@fact
def all_endpoints(case: Case) -> list[VpcEndpoint]:
    """Return every execute-api endpoint in the API's Region of the accounts that can be read."""
    known = accounts(case).value
    return _listed(
        (owner, case.inventory.items(owner, case.region, "describe_vpc_endpoints")) for owner in known
    )


@fact
def interfaces(case: Case) -> list[NetworkInterface]:
    """Return the network interfaces of the endpoint, one per subnet."""
    found = endpoint(case).value
    if found is None:
        return []
    facts = [
        case.inventory.one(
            found.account, case.region, "describe_network_interfaces", "NetworkInterfaceId", name
        )
        for name in found.network_interface_ids
    ]
    together(*facts)
    hidden = [
        name for name, item in zip(found.network_interface_ids, facts, strict=True) if item.value is None
    ]
    if hidden:
        raise Undecided([Gap(f"fact: {', '.join(hidden)} of {found.vpc_endpoint_id}, which no answer shows")])
    seen = [read(NetworkInterface, item.value, found.account) for item in facts if item.value is not None]
    for item in seen:
        if not all(is_address(address) for address in item.addresses):
            raise Undecided([Gap(f"fact: readable addresses of {item.network_interface_id}")])
    return seen


@fact
def endpoint_addresses(case: Case) -> tuple[str, ...]:
    """Return the addresses of the endpoint's interfaces."""
    return tuple(address for item in interfaces(case).value for address in item.addresses)


def _by_id(case: Case, name: str) -> VpcEndpoint | None:
    wait_for_accounts(case)
    found = case.inventory.find(case.region, "describe_vpc_endpoints", "VpcEndpointId", name).value
    if found is not None:
        return read(VpcEndpoint, found[1], found[0])
    known = ", ".join(case.inventory.accounts)
    raise Undecided([Gap(f"account: the one that owns {name} (not in {known}), or {name} is gone")])


def _by_association(case: Case) -> VpcEndpoint | None:
    """Fall back to the endpoints that API or custom domain name, then to the only one that can be seen."""
    named = _associated(case)
    found = [
        case.inventory.find(case.region, "describe_vpc_endpoints", "VpcEndpointId", name) for name in named
    ]
    case.expect([gap for item in found for gap in item.missing])
    for item in found:
        if item.known and item.value is not None:
            return read(VpcEndpoint, item.value[1], item.value[0])
    usable = _usable(all_endpoints(case).value)
    if len(usable) > 1:
        names = ", ".join(item.vpc_endpoint_id for item in usable[:5])
        raise Undecided([Gap(f"fact: which endpoint carries the call ({names}); say --via vpce-…")])
    return usable[0] if usable else None


def _associated(case: Case) -> list[str]:
    """Return the endpoints that the API gives an alias name to, or that may be used to call the custom domain."""
    if case.request.domain is not None:
        ties = access_associations(case, case.request.domain).value
        case.expect([gap for _, gap in ties.missing])
        return list(dict.fromkeys(each.endpoint for each in ties.found))
    api = api_of(case, case.request.api_id) if case.request.api_id else None
    return api.value.endpoint_configuration.vpc_endpoint_ids if api and api.known and api.value else []


def _listed(facts: Iterable[tuple[str | None, Fact[list[dict[str, object]]]]]) -> list[VpcEndpoint]:
    found: list[VpcEndpoint] = []
    missing: list[Missing] = []
    for account, items in facts:
        missing += items.missing
        if items.known:
            found += [read(VpcEndpoint, item, account or "") for item in items.value]
    if missing and not _usable(found):
        raise Undecided(missing)
    return found


def _usable(found: Iterable[VpcEndpoint]) -> list[VpcEndpoint]:
    return [item for item in found if item.service_name.endswith(SERVICE)]


_GOING = frozenset({"deleting", "deleted", "failed", "rejected", "expired"})
"""States of an endpoint that will not carry calls again."""


def _best(case: Case, found: list[VpcEndpoint]) -> VpcEndpoint:
    """Of several endpoints in one VPC, the default name leads to the one that owns the private zone."""

    def rank(item: VpcEndpoint) -> tuple[bool, bool, bool, bool, str]:
        return (
            item.vpc_endpoint_type.lower() not in ("", "interface"),
            item.state.lower() in _GOING,
            not item.private_dns_enabled,
            not item.is_available,
            item.vpc_endpoint_id,
        )

    return min(found, key=rank)
