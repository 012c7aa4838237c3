"""Inbound endpoints of Route 53 Resolver, as facts."""

from typing import Any

from apidoctor.model.facts import Fact, Undecided
from apidoctor.reasoning.naming.inbound import Inbound, InboundAddress
from apidoctor.reasoning.scene.case import Case, accounts, fact


def inbound_reads(case: Case, region: str) -> list[Fact[list[dict[str, Any]]]]:
    """Return the lists that tell of inbound endpoints: with a fact for each account, and for each endpoint."""
    found: list[Fact[list[dict[str, Any]]]] = []
    for account in accounts(case).value:
        listed = case.inventory.items(account, region, "list_resolver_endpoints")
        found.append(listed)
        for item in listed.value if listed.known else []:
            if str(item.get("Direction", "")).upper() == "INBOUND":
                identity = str(item.get("Id"))
                found.append(
                    case.inventory.items(account, region, "list_resolver_endpoint_ip_addresses", identity)
                )
    return found


@fact
def inbound_addresses(case: Case) -> tuple[InboundAddress, ...]:
    """Return the addresses of the inbound endpoints in the API's Region that can be seen.

    Raises `Undecided` only when no endpoint can be seen and an account refuses to tell.
    """
    reads = inbound_reads(case, case.region)
    missing = [gap for read in reads for gap in read.missing]
    case.expect(missing)
    listed = Inbound(case.inventory).addresses.values()
    found = [one for group in listed for one in group if one.region == case.region]
    if missing and not found:
        raise Undecided(missing)
    return tuple(found)
