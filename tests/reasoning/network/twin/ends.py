"""Who calls, and which interface is called."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from .gates import Packet
from .shapes import Facts, Log, Thing, address_of, addresses, inside
from .walk import Goal, Walker

LINUX = (32768, 60999)
LAMBDA = (1024, 65535)


@dataclass
class Source:
    """Who calls.  No *subnet*: from outside AWS.  *groups* None: unknown, and assumed to let it out."""

    address: str | None
    name: str
    subnet: str = ""
    vpc: str = ""
    groups: list[str] | None = None
    ports: tuple[int, int] = LINUX
    eni: str = ""


def find_source(facts: Facts, log: Log, flow: Thing, version: int) -> Source | None:
    """Who calls; None when that is not known or not there."""
    if flow.get("src_eni"):
        eni = next(
            (one for _, one in facts.interfaces() if one["NetworkInterfaceId"] == flow["src_eni"]), None
        )
        return not_there(facts, log, flow["src_eni"]) if eni is None else of_interface(eni, version)
    if flow.get("src_instance"):
        return find_instance(facts, log, flow["src_instance"], version)
    if flow.get("src_subnet"):
        subnet = facts.subnet(flow["src_subnet"])
        if subnet is None:
            return not_there(facts, log, flow["src_subnet"], "describe_subnets")
        groups = flow.get("src_groups")
        return Source(
            free_address(facts, subnet, version),
            subnet["SubnetId"],
            subnet["SubnetId"],
            subnet["VpcId"],
            None if groups is None else list(groups),
        )
    address = str(ip_address(flow["src_ip"]))
    if ip_address(address).version == version and not flow.get("src_at"):
        known = facts.with_address(address)
        if known:  # the address of an interface is that interface
            if len(known) > 1:
                log.miss(f"which interface with {address} calls")
                return None
            return replace(of_interface(known[0][1], version), address=address)
        homes = vpcs_with(facts, address, subnets_only=True)
        if homes:
            return unused(facts, log, address, homes)
    return Source(address if ip_address(address).version == version else None, address)


def unused(facts: Facts, log: Log, address: str, homes: list[str]) -> None:
    """An address of a subnet that no interface is known to have: no outside one."""
    if all(facts.owner_shows_all(each, "describe_network_interfaces") for each in homes):
        log.block("no_source", "forward", address, "NO_SOURCE_OR_DESTINATION")
    else:
        log.miss(f"interface with {address}")


def not_there(facts: Facts, log: Log, wanted: str, operation: str = "describe_network_interfaces") -> None:
    """No such source; certain only when every account answered in full."""
    if facts.complete_everywhere(operation):
        log.block("no_source", "forward", wanted, "NO_SOURCE_OR_DESTINATION")
    else:
        log.miss(f"source {wanted}")


def of_interface(eni: Thing, version: int) -> Source:
    """The caller at an interface; Lambda uses a wide range of ports."""
    return Source(
        address_of(eni, version),
        eni["NetworkInterfaceId"],
        eni["SubnetId"],
        eni["VpcId"],
        [one["GroupId"] for one in eni.get("Groups", [])],
        LAMBDA if eni.get("InterfaceType") == "lambda" else LINUX,
        eni["NetworkInterfaceId"],
    )


def find_instance(facts: Facts, log: Log, instance: str, version: int) -> Source | None:
    """An instance sends from its first interface (device 0), which holds its default route."""
    found = [
        one for _, one in facts.interfaces() if (one.get("Attachment") or {}).get("InstanceId") == instance
    ]
    if not found:
        return not_there(facts, log, instance)
    found.sort(key=lambda one: one["Attachment"].get("DeviceIndex", 0))
    return of_interface(found[0], version)


def free_address(facts: Facts, subnet: Thing, version: int) -> str | None:
    """The first address of a subnet that AWS does not reserve (the first four) and nothing uses."""
    blocks = [subnet.get("CidrBlock", "")] if version == 4 else []
    if version == 6:
        blocks = [one["Ipv6CidrBlock"] for one in subnet.get("Ipv6CidrBlockAssociationSet", [])]
    used = {
        address
        for _, eni in facts.interfaces()
        if eni["SubnetId"] == subnet["SubnetId"]
        for address in addresses(eni)
    }
    for block in blocks:
        if not block:
            continue
        network = ip_network(block)
        for number_of in range(4, min(network.num_addresses - 1, 2000)):
            if str(network[number_of]) not in used:
                return str(network[number_of])
    return None


@dataclass
class Target:
    """Where the call goes: the interface that has the address."""

    eni: Thing
    region: str

    @property
    def endpoint(self) -> bool:
        """Whether it is an interface of an endpoint."""
        return bool(self.eni.get("InterfaceType") == "vpc_endpoint")


def find_goal(
    facts: Facts, log: Log, source: Source, request: Packet, behind: Callable[[], tuple[list[str], str]]
) -> Target | None:
    """The interface with the address; of several (overlapping VPCs) the one the way leads to, else none.

    *behind* tells the VPCs to which an outside caller gets.
    """
    found = [Target(eni, region) for region, eni in facts.with_address(request.target)]
    near = [one for one in found if one.eni["SubnetId"] == source.subnet]
    if near:
        return near[0]
    arrived, left_by = list[str](), ""
    if source.subnet and len(found) != 1:
        trial = Walker(facts, Log(), "forward", request, Goal())
        trip = trial.from_subnet(source.subnet, source.vpc)
        arrived, left_by = [trip.vpc], trip.gateway
    elif len(found) != 1:
        arrived, left_by = behind()
    if left_by:
        log.miss(f"what answers at {request.target} behind {left_by}")
        return None
    if len(found) > 1:
        found = [one for one in found if one.eni["VpcId"] in arrived]
        if len(found) != 1:
            log.miss(f"which interface with {request.target} is meant")
            return None
    if found:
        return found[0]
    homes = [one for one in arrived if one] or vpcs_with(facts, request.target)
    if homes and all(facts.owner_shows_all(each, "describe_network_interfaces") for each in homes):
        log.block("no_destination", "forward", request.target, "NO_SOURCE_OR_DESTINATION")
    else:
        log.miss(f"interface with {request.target}")
    return None


def vpcs_with(facts: Facts, address: str, subnets_only: bool = False) -> list[str]:
    """The known VPCs, one block of which (or of a subnet of which) holds an address."""
    found = []
    for _, _, one in facts.listed("describe_vpcs") if not subnets_only else ():
        blocks = [each["CidrBlock"] for each in one.get("CidrBlockAssociationSet", [])]
        blocks += [each["Ipv6CidrBlock"] for each in one.get("Ipv6CidrBlockAssociationSet", [])]
        if any(inside(address, each) for each in blocks):
            found.append(one["VpcId"])
    for _, _, one in facts.listed("describe_subnets"):
        blocks = [one.get("CidrBlock", "")]
        blocks += [each["Ipv6CidrBlock"] for each in one.get("Ipv6CidrBlockAssociationSet", [])]
        if any(inside(address, each) for each in blocks if each):
            found.append(one["VpcId"])
    return list(dict.fromkeys(found))
