"""What a name gets in every place that an inventory knows: each VPC, each inbound endpoint, public DNS."""

from collections.abc import Iterable

from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.naming.answer import Answer
from apidoctor.reasoning.naming.changes import vpcs
from apidoctor.reasoning.naming.derived import Name
from apidoctor.reasoning.naming.resolver import Resolver

OUTSIDE = "public DNS"
"""The place outside every VPC."""


def gets(
    inventory: Inventory, name: Name, only: Iterable[str] = ()
) -> list[tuple[str, Answer | None, bool | None]]:
    """Return place, answer, and whether it leads where the call must go (None: not known) for each place.

    A name that is an address is not resolved.
    """
    if name.form == "direct-ip":
        return []
    resolver, wanted = Resolver(inventory, strict=False), set(only)
    found: list[tuple[str, Answer | None, bool | None]] = []
    inbound = {one.vpc for group in resolver.inbound.addresses.values() for one in group}
    for vpc, account, region in vpcs(inventory):
        if wanted and vpc not in wanted:
            continue
        answer = resolver.from_host(vpc, account, region, name.name)
        found.append((vpc, answer, _is_good(answer, name)))
        if vpc in inbound:
            there = resolver.resolve(vpc, account, region, name.name)
            found.append((f"the inbound endpoint in {vpc}", there, _is_good(there, name)))
    if not wanted:
        answer = resolver.public(name.name)
        found.append((OUTSIDE, answer, _is_good(answer, name)))
    return found


def _is_good(answer: Answer, name: Name) -> bool | None:
    if answer.kind in ("unknown", "forwarded"):
        return None
    if answer.kind != "addresses":
        return (
            None if answer.kind == "public" and name.form not in ("private-dns", "custom-domain") else False
        )
    if name.addresses:
        return set(answer.addresses) <= set(name.addresses)
    return answer.endpoint is not None
