"""What the answer of a DNS server is worth: does it lead to the endpoint, is it public, is it none at all?"""

import ipaddress

from apidoctor.model.observation import DnsSeen, HostSeen
from apidoctor.reasoning.naming.answer import Answer
from apidoctor.reasoning.naming.dhcp import AMAZON_DNS, plus_two
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.endpoint import endpoint, endpoint_addresses
from apidoctor.reasoning.scene.seen import (
    fresh_answers,
    inbound_answers,
    others,
    own_answers,
    system_answer,
)

NEGATIVE = frozenset({"nxdomain", "nodata"})
"""Outcomes of a server that knows of no address."""
SILENT = frozenset({"servfail", "timeout", "refused", "error"})
"""Outcomes of a server that says nothing of the name."""
NOWHERE = frozenset({"0.0.0.0", "::", "127.0.0.1", "::1"})
"""What resolvers put in place of an address that they drop."""

_DOCUMENTATION = tuple(
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def is_good(case: Case, seen: DnsSeen) -> bool:
    """Say whether an answer leads to the endpoint; where its interfaces are not known, an inbound endpoint knows."""
    if seen.outcome != "answer" or not seen.addresses:
        return False
    own = endpoint_addresses(case)
    case.expect(own.missing)
    wanted = set(own.value) if own.known else set()
    return set(seen.addresses) <= (wanted or _said_by_inbound(case, case.request.name or ""))


def leads_to_endpoint(case: Case, answer: Answer) -> bool:
    """Say whether an answer of the engine leads to the endpoint: by its id, or by its interfaces' addresses."""
    if answer.kind != "addresses":
        return False
    via, own = endpoint(case), endpoint_addresses(case)
    wanted = via.value.vpc_endpoint_id if via.known and via.value else None
    if answer.endpoint is not None and wanted is not None:
        return answer.endpoint == wanted
    return own.known and bool(answer.addresses) and set(answer.addresses) <= set(own.value)


def reaches_endpoint(case: Case, name: str) -> bool:
    """Say whether the caller's own resolution of *name* was seen to give the endpoint's addresses and no others."""
    seen, own = system_answer(case, name), endpoint_addresses(case)
    case.expect([*seen.missing, *own.missing])
    return (
        seen.known
        and own.known
        and bool(seen.value.addresses)
        and set(seen.value.addresses) <= set(own.value)
    )


def right_answer(case: Case, name: str) -> DnsSeen | None:
    """Return the caller's own resolution of *name* when it leads to the endpoint, whatever the inventory says."""
    seen = system_answer(case, name)
    case.expect(seen.missing)
    return seen.value if seen.known and is_good(case, seen.value) else None


def _said_by_inbound(case: Case, name: str) -> set[str]:
    """Return what stands for the endpoint's addresses where its interfaces are not known.

    An inbound endpoint answers with them; without one every private address that was answered may be one.
    """
    inbound = [one for one in inbound_answers(case, name).value if all(map(is_inner, one.addresses))]
    found = {address for one in inbound for address in one.addresses}
    if found:
        return found
    seen = [*others(case, name).value, *fresh_answers(case, name).value, *own_answers(case, name).value]
    return {address for one in seen for address in one.addresses if is_inner(address)}


def is_inner(address: str) -> bool:
    """Say whether an address can be an endpoint's: private, and not one that stands for a dropped answer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_private and address not in NOWHERE and not is_public(address)


def is_nobodys(address: str) -> bool:
    """Say whether an address is of this host, of the link, of many or of no host: no endpoint can have it."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return parsed.is_loopback or parsed.is_unspecified or parsed.is_link_local or parsed.is_multicast


def is_public(address: str) -> bool:
    """Say whether an address is a public one; those for documentation (RFC 5737) stand for public ones."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_global or any(parsed in net for net in _DOCUMENTATION if parsed.version == net.version)


def words(seen: DnsSeen) -> str:
    """Return what a server said, in short: the addresses, or the outcome in capitals."""
    return ", ".join(seen.addresses) if seen.outcome == "answer" else seen.outcome.upper()


def vpc_resolvers(case: Case, there: HostSeen) -> frozenset[str]:
    """Return the addresses of VPCs' own resolvers: the second address after the base of each VPC's first network."""
    found = set(AMAZON_DNS)
    for account in case.inventory.accounts:
        listed, _ = case.inventory.seen(account, case.region, "describe_vpcs")
        found.update(str(base) for item in listed if (base := plus_two(str(item.get("CidrBlock", "")))))
    found.update(
        str(base) for cidr in (there.cloud.vpc_cidrs if there.cloud else []) if (base := plus_two(cidr))
    )
    return frozenset(found)


def holds(network: str, address: str) -> bool:
    """Say whether *network* (``10.1.0.0/16``) holds *address*; no network and no address hold nothing."""
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
