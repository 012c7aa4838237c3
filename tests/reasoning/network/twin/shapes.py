"""Reading a snapshot without any index: every question scans all answers again.

A snapshot is ``accounts[account][region][operation]``.  Absent is not empty: an operation that is not there
was not asked, ``{"error": ...}`` was refused, and a list with ``"partial": true`` proves no absence
(contracts.md section 4).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Thing = dict[str, Any]

MEMBERS = {
    "describe_network_interfaces": "NetworkInterfaces",
    "describe_instances": "Reservations",
    "describe_subnets": "Subnets",
    "describe_vpcs": "Vpcs",
    "describe_security_groups": "SecurityGroups",
    "describe_network_acls": "NetworkAcls",
    "describe_route_tables": "RouteTables",
    "describe_vpc_peering_connections": "VpcPeeringConnections",
    "describe_vpc_endpoints": "VpcEndpoints",
    "describe_transit_gateways": "TransitGateways",
    "describe_transit_gateway_attachments": "TransitGatewayAttachments",
    "describe_transit_gateway_vpc_attachments": "TransitGatewayVpcAttachments",
    "describe_transit_gateway_peering_attachments": "TransitGatewayPeeringAttachments",
    "describe_vpn_gateways": "VpnGateways",
    "describe_vpn_connections": "VpnConnections",
}


@dataclass
class Log:
    """What was found so far: certain blockers, and what could not be known."""

    blockers: list[dict[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def block(self, reason: str, direction: str, subject: str, code: str) -> None:
        """Note something that certainly stops the packet."""
        entry = {"reason": reason, "direction": direction, "subject": subject, "code": code}
        if entry not in self.blockers:
            self.blockers.append(entry)

    def miss(self, what: str) -> None:
        """Note something that the snapshot does not tell."""
        if what not in self.unknown:
            self.unknown.append(what)

    def add(self, other: "Log") -> None:
        """Note all that another log holds."""
        for entry in other.blockers:
            self.block(**entry)
        for what in other.unknown:
            self.miss(what)


class Facts:
    """The objects of a snapshot."""

    def __init__(self, snapshot: Thing) -> None:
        self.accounts: dict[str, dict[str, Thing]] = snapshot["accounts"]

    def places(self) -> Iterator[tuple[str, str]]:
        """Every account and Region that the snapshot holds."""
        for account, regions in self.accounts.items():
            for region in regions:
                if region != "global":
                    yield account, region

    def answer(self, account: str, region: str, operation: str) -> Thing | None:
        """One answer; None when it was not asked or was refused."""
        answer = self.accounts.get(account, {}).get(region, {}).get(operation)
        if not isinstance(answer, dict) or isinstance(answer.get("error"), dict):
            return None
        return answer

    def complete(self, account: str, region: str, operation: str) -> bool:
        """Whether what is not in this list certainly is not there."""
        answer = self.answer(account, region, operation)
        return answer is not None and not answer.get("partial")

    def complete_everywhere(self, operation: str) -> bool:
        """Whether every account answered in full, in every Region that the snapshot knows."""
        regions = {region for _, region in self.places()}
        return all(self.complete(one, region, operation) for one in self.accounts for region in regions)

    def owner_shows_all(self, vpc: str, operation: str) -> bool:
        """Whether the owner of a VPC answered in full, in the VPC's Region."""
        owner = self.owner_of(vpc)
        regions = [
            region
            for name in ("describe_vpcs", "describe_subnets", "describe_network_interfaces")
            for _, region, one in self.listed(name)
            if one.get("VpcId") == vpc
        ]
        places = [one for one in self.places() if one[0] == owner and one[1] in (regions[:1] or [one[1]])]
        return bool(places) and all(self.complete(*one, operation) for one in places)

    def listed(self, operation: str) -> Iterator[tuple[str, str, Thing]]:
        """Every object of a list operation with the account and Region it was seen in."""
        for account, region in self.places():
            answer = self.answer(account, region, operation) or {}
            for thing in answer.get(MEMBERS[operation], []):
                yield account, region, thing

    def keyed(self, operation: str, key: str) -> list[Thing]:
        """Every known answer of an operation that is asked per object."""
        found = []
        for account, region in self.places():
            value = (self.answer(account, region, operation) or {}).get(key)
            if isinstance(value, dict) and not isinstance(value.get("error"), dict):
                found.append(value)
        return found

    def find(self, operation: str, member: str, wanted: str) -> tuple[str, str, Thing] | None:
        """The first object whose *member* is *wanted*."""
        for account, region, thing in self.listed(operation):
            if thing.get(member) == wanted:
                return account, region, thing
        return None

    def interfaces(self) -> list[tuple[str, Thing]]:
        """Every interface once (a shared subnet shows it to two accounts), with its Region."""
        seen: dict[str, tuple[str, Thing]] = {}
        for _, region, eni in self.listed("describe_network_interfaces"):
            seen.setdefault(eni["NetworkInterfaceId"], (region, eni))
        return list(seen.values())

    def with_address(self, address: str) -> list[tuple[str, Thing]]:
        """Every interface that has an address of its own equal to *address*."""
        return [(region, eni) for region, eni in self.interfaces() if address in addresses(eni)]

    def subnet(self, subnet_id: str) -> Thing | None:
        """A subnet by its id."""
        found = self.find("describe_subnets", "SubnetId", subnet_id)
        return found[2] if found else None

    def entries(self, prefix_list: str) -> list[str] | None:
        """The CIDRs of a prefix list; None when unknown."""
        for value in self.keyed("get_managed_prefix_list_entries", prefix_list):
            return [entry["Cidr"] for entry in value.get("Entries", [])]
        return None

    def owner_of(self, vpc: str) -> str | None:
        """Whose VPC it is."""
        for operation in ("describe_vpcs", "describe_subnets"):
            for _, _, one in self.listed(operation):
                if one.get("VpcId") == vpc and one.get("OwnerId"):
                    return str(one["OwnerId"])
        for _, _, pcx in self.listed("describe_vpc_peering_connections"):
            for side in (pcx.get("RequesterVpcInfo", {}), pcx.get("AccepterVpcInfo", {})):
                if side.get("VpcId") == vpc:
                    return side.get("OwnerId")
        for _, _, one in self.listed("describe_transit_gateway_attachments"):
            if one.get("ResourceId") == vpc:
                return one.get("ResourceOwnerId")
        return None


def addresses(eni: Thing) -> list[str]:
    """All private addresses of an interface, the primary one first; of IPv6 in shortest form."""
    found = [eni["PrivateIpAddress"]] if eni.get("PrivateIpAddress") else []
    found += [one["PrivateIpAddress"] for one in eni.get("PrivateIpAddresses", [])]
    found += [str(ip_address(one["Ipv6Address"])) for one in eni.get("Ipv6Addresses", [])]
    return list(dict.fromkeys(found))


def address_of(eni: Thing, version: int) -> str | None:
    """The address an interface sends from, in one family."""
    return next((one for one in addresses(eni) if ip_address(one).version == version), None)


def inside(address: str, cidr: str) -> bool:
    """Whether a CIDR holds an address (never across families)."""
    network = ip_network(cidr, strict=False)
    one = ip_address(address)
    return one.version == network.version and one in network


def zone_of(subnet: Thing) -> tuple[str | None, str | None]:
    """The zone's id and its name."""
    return subnet.get("AvailabilityZoneId"), subnet.get("AvailabilityZone")


def same_zone(left: Thing, right: Thing) -> bool | None:
    """Whether two subnets are in one zone: ids decide, names only when an id is missing (aws.md D.6)."""
    (left_id, left_name), (right_id, right_name) = zone_of(left), zone_of(right)
    if left_id and right_id:
        return left_id == right_id
    if left_name and right_name:
        return left_name == right_name
    return None
