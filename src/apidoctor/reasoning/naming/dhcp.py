"""Which DNS servers the hosts of a VPC ask: what its DHCP options name.

Source: VPC user guide, "DHCP option sets in Amazon VPC" (``domain-name-servers``) and "DNS attributes for your VPC":
the VPC's own resolver stands also at the second address after the base of its first network.
"""

import ipaddress
from typing import Any

from msgspec import Struct

from apidoctor.model.inventory import Inventory, as_dict, as_list

AMAZON_DNS = ("169.254.169.253", "fd00:ec2::253")
"""The VPC's own resolver, at addresses that are the same in every VPC."""
_OWN = frozenset({"amazonprovideddns", *AMAZON_DNS})
"""What the VPC's own resolver is called in DHCP options, in lower case."""


class Servers(Struct, frozen=True):
    """The DNS servers of a VPC's hosts."""

    options: str = ""
    """Id of the DHCP options; empty for the default ones."""
    named: tuple[str, ...] = ()
    """All servers that they name, in their order."""
    foreign: tuple[str, ...] = ()
    """Those that are not the VPC's own resolver."""


def servers_of(inventory: Inventory, vpc: str, account: str, region: str) -> Servers:
    """Return the servers that the DHCP options of *vpc* name.  Raises `Undecided` when that is not known."""
    shown = inventory.one(account, region, "describe_vpcs", "VpcId", vpc).value or {}
    name = str(shown.get("DhcpOptionsId") or "default")
    if name == "default":
        return Servers()
    options = inventory.one(account, region, "describe_dhcp_options", "DhcpOptionsId", name).value or {}
    named = _named(options)
    own = {*_OWN, str(plus_two(str(shown.get("CidrBlock", ""))))}
    return Servers(name, named, tuple(server for server in named if server.lower() not in own))


def plus_two(cidr: str) -> ipaddress.IPv4Address | None:
    """Return the address of the Amazon-provided DNS server of a VPC's network; None when *cidr* is none."""
    try:
        return ipaddress.IPv4Network(cidr).network_address + 2
    except ValueError:
        return None


def _named(options: dict[str, Any]) -> tuple[str, ...]:
    for item in as_list(options.get("DhcpConfigurations"), "DHCP options"):
        configuration = as_dict(item, "DHCP option")
        if configuration.get("Key") == "domain-name-servers":
            values = as_list(configuration.get("Values"), "DNS servers of the DHCP options")
            return tuple(str(as_dict(value, "DNS server").get("Value")) for value in values)
    return ()
