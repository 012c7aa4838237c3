"""Inbound endpoints of Route 53 Resolver: which VPC answers questions that are sent to an address.

Source: Route 53 developer guide, "Forwarding inbound DNS queries to your VPCs": an inbound endpoint answers as if the
question came from its own VPC.
"""

from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from apidoctor.model.inventory import Inventory

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

    def vpc_of(self, region: str, targets: Iterable[str]) -> InboundAddress | None:
        """Return an inbound address when all *targets* (``ip:port``) are those of one VPC, asked on port 53."""
        found: list[InboundAddress] = []
        for target in targets:
            address, _, port = target.rpartition(":")
            known = [one for one in self.addresses.get(address.strip("[]"), ()) if one.region == region]
            if port != "53" or len({one.vpc for one in known}) != 1:
                return None
            found += known[:1]
        return found[0] if found and len({one.vpc for one in found}) == 1 else None
