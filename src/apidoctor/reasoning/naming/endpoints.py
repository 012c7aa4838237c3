"""Addresses that the names of VPC endpoints stand for.

Source: AWS PrivateLink guide, "Access an AWS service using an interface VPC endpoint" (regional and zonal names, DNS
record IP type).
"""

import re
from typing import Any

from apidoctor.model.facts import Fact, Undecided
from apidoctor.model.inventory import Found, Inventory, as_dict, as_list
from apidoctor.model.missing import Gap
from apidoctor.reasoning.naming.answer import plain

ENDPOINT_NAME = re.compile(
    r"(?P<endpoint>vpce-[0-9a-z]+)-(?P<hash>[0-9a-z]+)(-(?P<zone>[a-z0-9-]+))?"
    r"\.execute-api\.(?P<region>[a-z0-9-]+)\.vpce\.(?P<suffix>[a-z0-9.-]+)"
)
ALIAS_NAME = re.compile(
    r"(?P<api>[a-z0-9]+)-(?P<endpoint>vpce-[0-9a-z]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.(?P<suffix>[a-z0-9.-]+)"
)
SERVICE = ".execute-api"
"""What the service name of an endpoint for private APIs ends with, in every partition."""


def endpoint_by_id(inventory: Inventory, region: str, name: str) -> Fact[Found | None]:
    """Return the account and the endpoint *name*; known to be None only when every account has listed its endpoints."""
    return inventory.find(region, "describe_vpc_endpoints", "VpcEndpointId", name)


def is_for_apis(endpoint: dict[str, Any]) -> bool:
    """Say whether the endpoint is an interface endpoint for private APIs."""
    kind = str(endpoint.get("VpcEndpointType", "Interface")).lower()
    return kind == "interface" and str(endpoint.get("ServiceName", "")).endswith(SERVICE)


def has_name(endpoint: dict[str, Any], name: str) -> bool:
    """Say whether *name* is one of the endpoint's own; without a list of them every name with its id is."""
    listed = names_of(endpoint)
    return not listed or name in listed


def families(endpoint: dict[str, Any]) -> tuple[str, ...]:
    """Return the record types that the endpoint's names have (``DnsOptions.DnsRecordIpType``, else its own type)."""
    options = as_dict(endpoint.get("DnsOptions"), "DNS options of an endpoint")
    kind = str(options.get("DnsRecordIpType") or "").lower()
    if kind in ("", "service-defined"):
        kind = str(endpoint.get("IpAddressType") or "ipv4").lower()
    return {"ipv6": ("AAAA",), "dualstack": ("A", "AAAA")}.get(kind, ("A",))


def endpoint_addresses(
    inventory: Inventory, region: str, found: Found, record: str, zone: str | None = None
) -> tuple[str, ...]:
    """Return the addresses of an endpoint's interfaces (in one Availability Zone), of the family of *record*.

    Empty when its names have no record of this type.  Raises `Undecided` when an interface was not seen.
    """
    account, endpoint = found
    if record not in families(endpoint):
        return ()
    addresses: list[str] = []
    for name in as_list(endpoint.get("NetworkInterfaceIds"), "interfaces of an endpoint"):
        interface = inventory.one(
            account, region, "describe_network_interfaces", "NetworkInterfaceId", str(name)
        ).value
        if interface is None:
            raise Undecided([Gap(f"fact: {name} of {endpoint.get('VpcEndpointId')}, which no answer shows")])
        if zone is None or interface.get("AvailabilityZone") == zone:
            addresses += _of_family(interface, record)
    return tuple(dict.fromkeys(addresses))


def _of_family(interface: dict[str, Any], record: str) -> list[str]:
    if record == "AAAA":
        listed = as_list(interface.get("Ipv6Addresses"), "IPv6 addresses of an interface")
        return [str(as_dict(item, "IPv6 address").get("Ipv6Address")) for item in listed]
    listed = as_list(interface.get("PrivateIpAddresses"), "addresses of an interface")
    found = [str(as_dict(item, "address").get("PrivateIpAddress")) for item in listed]
    own = interface.get("PrivateIpAddress")
    return found or ([str(own)] if own else [])


def names_of(endpoint: dict[str, Any]) -> list[str]:
    """Return the endpoint's own names (not the private ones), the regional one first."""
    entries = as_list(endpoint.get("DnsEntries"), "names of an endpoint")
    names = [plain(as_dict(entry, "name of an endpoint").get("DnsName")) for entry in entries]
    own = [(match["zone"] or "", name) for name in names if (match := ENDPOINT_NAME.fullmatch(name))]
    return [name for _, name in sorted(own)]
