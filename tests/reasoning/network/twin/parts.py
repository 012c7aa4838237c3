"""The small pieces that worlds are made of, in the shape of AWS answers."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from .shapes import Thing

MAIN, FAR = "us-east-1", "eu-west-1"
ACCOUNTS = ("111111111111", "222222222222", "333333333333", "444444444444")
ON_PREM = "192.168.0.0/16"
ALL_EGRESS = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


@dataclass
class Vpc:
    """A VPC being built."""

    id: str
    account: str
    region: str
    cidrs: list[str]
    v6: str | None
    subnets: list[Thing] = field(default_factory=list)
    link: str = ""


class Bench:
    """What every part of the making works on; ``things[operation]`` is a list of (who sees it, object)."""

    rng: Random
    things: dict[str, list[tuple[set[tuple[str, str]], Thing]]]
    entries: dict[str, list[str]]
    transit_routes: dict[str, list[Thing]]
    table_owner: dict[str, tuple[str, str]]
    accounts: list[str]
    vpcs: list[Vpc]
    gateways: dict[str, tuple[str, str]]
    outside: list[str]
    dual: bool

    def add(self, operation: str, thing: Thing, *places: tuple[str, str]) -> Thing:
        """Add an object that the given places list."""
        self.things[operation].append((set(places), thing))
        return thing

    def all(self, operation: str) -> list[Thing]:
        """The objects of an operation, to change them."""
        return [thing for _, thing in self.things[operation]]

    def often(self, chance: float) -> bool:
        """Toss a coin."""
        return self.rng.random() < chance

    def blocks(self, vpc: Vpc) -> list[str]:
        """All blocks of a VPC."""
        return vpc.cidrs + ([vpc.v6] if vpc.v6 else [])


def permission(cidr: str = "", port: int = 443, group: str = "", prefix_list: str = "") -> Thing:
    """One rule of a group, of TCP, from one kind of source."""
    return {
        "IpProtocol": "tcp", "FromPort": port, "ToPort": port,
        "IpRanges": [{"CidrIp": cidr}] if cidr and ":" not in cidr else [],
        "Ipv6Ranges": [{"CidrIpv6": cidr}] if ":" in cidr else [],
        "PrefixListIds": [{"PrefixListId": prefix_list}] if prefix_list else [],
        "UserIdGroupPairs": [{"GroupId": group}] if group else [],
    }  # fmt: skip


def entry(number: int, action: str, egress: bool, cidr: str, ports: tuple[int, int] | None = None) -> Thing:
    """One entry of a network ACL."""
    rule: Thing = {"RuleNumber": number, "RuleAction": action, "Egress": egress, "Protocol": "-1"}
    rule["Ipv6CidrBlock" if ":" in cidr else "CidrBlock"] = cidr
    if ports:
        rule |= {"Protocol": "6", "PortRange": {"From": ports[0], "To": ports[1]}}
    return rule


def sixth(rule: Thing) -> Thing:
    """The same entry for IPv6, under the next number."""
    rest = {key: value for key, value in rule.items() if key != "CidrBlock"}
    return {**rest, "RuleNumber": rule["RuleNumber"] + 1, "Ipv6CidrBlock": "::/0"}


def route(destination: str, target: str, **more: Any) -> Thing:
    """A route; the target's kind is told by its id."""
    member = {
        "pcx": "VpcPeeringConnectionId", "tgw": "TransitGatewayId", "nat": "NatGatewayId",
        "eni": "NetworkInterfaceId",
    }.get(target.partition("-")[0], "GatewayId")  # fmt: skip
    name = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
    name = "DestinationPrefixListId" if destination.startswith("pl-") else name
    return {name: destination, member: target, "State": "active", "Origin": "CreateRoute", **more}


def transit_route(cidr: str, attachment: str, kind: str, static: bool, resource: str = "") -> Thing:
    """A route of a transit gateway."""
    resource = resource or {"vpn": "vpn-u" if attachment.endswith("2") else "vpn-t", "peering": "tgw-x"}.get(
        kind, f"vpc-{attachment[-1]}"
    )
    target = {"TransitGatewayAttachmentId": attachment, "ResourceId": resource, "ResourceType": kind}
    return {
        "DestinationCidrBlock": cidr, "TransitGatewayAttachments": [target],
        "Type": "static" if static else "propagated", "State": "active",
    }  # fmt: skip
