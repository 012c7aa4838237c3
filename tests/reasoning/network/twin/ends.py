"""Who calls, and which interface is called."""

from dataclasses import dataclass
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
    known = facts.with_address(address)
    if len(known) == 1 and not flow.get("src_at"):
        return of_interface(known[0][1], version)  # the address of an interface is that interface
    return Source(address if ip_address(address).version == version else None, address)


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


def find_goal(facts: Facts, log: Log, source: Source, request: Packet) -> Target | None:
    """The interface with the address; of several (overlapping VPCs) the one the routes lead to, else none."""
    found = [Target(eni, region) for region, eni in facts.with_address(request.target)]
    arrived = ""
    if source.subnet and len(found) != 1:
        trial = Walker(facts, Log(), "forward", request, Goal())
        arrived = trial.from_subnet(source.subnet, source.vpc).vpc
    if len(found) > 1:
        found = [one for one in found if one.eni["VpcId"] == arrived]
        if not found:
            log.miss(f"which interface with {request.target} is meant")
            return None
    if found:
        return found[0]
    homes = [arrived] if arrived else vpcs_with(facts, request.target)
    if homes and all(interfaces_known(facts, each) for each in homes):
        log.block("no_destination", "forward", request.target, "NO_SOURCE_OR_DESTINATION")
    else:
        log.miss(f"interface with {request.target}")
    return None


def vpcs_with(facts: Facts, address: str) -> list[str]:
    """The known VPCs, one block of which holds an address."""
    found = []
    for _, _, one in facts.listed("describe_vpcs"):
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


def interfaces_known(facts: Facts, vpc: str) -> bool:
    """Whether all interfaces of a VPC were listed: its owner sees those of others as well."""
    owner = facts.owner_of(vpc)
    lists = [
        facts.complete(account, region, "describe_network_interfaces")
        for account, region in facts.places()
        if account == owner
    ]
    return bool(lists) and all(lists)
