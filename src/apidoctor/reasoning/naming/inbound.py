"""Inbound endpoints of Route 53 Resolver: which VPC answers questions that are sent to an address.

Source: Route 53 developer guide, "Forwarding inbound DNS queries to your VPCs": an inbound endpoint answers as if the
question came from its own VPC.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import product

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Inventory
from apidoctor.model.missing import Gap, Missing

OPERATIONS = ("list_resolver_endpoints", "list_resolver_endpoint_ip_addresses")
"""Reads that tell of inbound endpoints."""


class InboundAddress(Struct, frozen=True):
    """One address of an inbound endpoint."""

    address: str
    """The address that data centres forward to."""
    endpoint: str
    """``rslvr-in-…``."""
    vpc: str
    """VPC whose view it answers with."""
    account: str
    """Account that owns the endpoint."""
    region: str
    """Its Region."""
    subnet: str = ""
    """Subnet of the address."""
    status: str = ""
    """``ATTACHED`` is the good one."""
    groups: tuple[str, ...] = ()
    """Security groups of the endpoint."""
    state: str = ""
    """Status of the endpoint: ``OPERATIONAL`` is the good one."""


class Inbound:
    """All inbound endpoints that an inventory shows."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    @cached_property
    def addresses(self) -> dict[str, list[InboundAddress]]:
        """Every address of an inbound endpoint; networks may overlap, so one address can be several."""
        found: dict[str, list[InboundAddress]] = {}
        for region in self._inventory.regions:
            for account in self._inventory.holding(region, OPERATIONS[0]):
                for one in self._of(account, region):
                    found.setdefault(one.address, []).append(one)
        return found

    def _of(self, account: str, region: str) -> Iterable[InboundAddress]:
        endpoints, _ = self._inventory.seen(account, region, OPERATIONS[0])
        for endpoint in endpoints:
            if str(endpoint.get("Direction", "")).upper() != "INBOUND":
                continue
            identity = str(endpoint.get("Id"))
            listed = self._inventory.items(account, region, OPERATIONS[1], identity)
            groups = endpoint.get("SecurityGroupIds")
            for item in listed.value if listed.known else []:
                for member in ("Ip", "Ipv6"):
                    if item.get(member):
                        yield InboundAddress(
                            str(item[member]),
                            identity,
                            str(endpoint.get("HostVPCId", "")),
                            account,
                            region,
                            str(item.get("SubnetId", "")),
                            str(item.get("Status", "")),
                            tuple(str(group) for group in groups) if isinstance(groups, list) else (),
                            str(endpoint.get("Status", "")),
                        )

    def vpc_of(self, targets: Sequence[str]) -> InboundAddress | None:
        """Return an inbound address when all *targets* (``ip:port``) are those of one VPC, asked on port 53.

        Raises `Undecided` when the same addresses stand in several VPCs.
        """
        wanted = [target.rpartition(":") for target in targets]
        if not wanted or any(port != "53" for _, _, port in wanted):
            return None
        sets = [self.addresses.get(address.strip("[]"), []) for address, _, _ in wanted]
        common = set.intersection(*({one.vpc for one in found} for found in sets))
        if len(common) > 1:
            raise Undecided(
                [Gap(f"fact: which of {', '.join(sorted(common))} {', '.join(targets)} belong to")]
            )
        return next((one for one in sets[0] if one.vpc in common), None)

    def is_known(self, target: str) -> bool:
        """Say whether ``ip:port`` is an address of some inbound endpoint."""
        return target.rpartition(":")[0].strip("[]") in self.addresses

    def unseen(self) -> list[Missing]:
        """Return what would tell of inbound endpoints that nobody listed."""
        missing: list[Missing] = []
        for account, region in product(self._inventory.accounts, self._inventory.regions):
            listed = self._inventory.items(account, region, OPERATIONS[0])
            missing += listed.missing
            for item in listed.value if listed.known else []:
                if str(item.get("Direction", "")).upper() == "INBOUND":
                    missing += self._inventory.items(
                        account, region, OPERATIONS[1], str(item.get("Id"))
                    ).missing
        return missing
