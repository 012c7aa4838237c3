"""Security groups and network ACLs, judged one rule after the other (aws.md D.2 and D.3)."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from .shapes import Facts, Log, Thing, inside

NUMBERS = {"icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}


@dataclass
class Packet:
    """One kind of packet: where from, where to, and its destination ports (each one is judged).

    Protocols without ports have any one number here.
    """

    source: str
    target: str
    protocol: str
    ports: tuple[int, int]


@dataclass(frozen=True)
class Place:
    """A subnet and the VPC it is in."""

    subnet: str
    vpc: str


@dataclass
class Joint:
    """How two interfaces are joined, as far as group references care.

    *kind*: ``same`` (one VPC), ``peering``, ``gateway`` (one transit gateway), ``outside``, or ``lost``, when
    only the beginning of the way is known; *seen* then says what that led into.
    """

    kind: str
    one_region: bool = True
    gateway: str = ""
    attachments: tuple[str, ...] = ()
    one_gateway: bool = True
    seen: tuple[str, ...] = ()


def number(protocol: Any) -> str:
    """A protocol as AWS numbers it, ``-1`` for all."""
    return NUMBERS.get(str(protocol).lower(), str(protocol).lower())


# --- security groups


def group_gate(
    facts: Facts,
    log: Log,
    own: list[str],
    other: list[str] | None,
    packet: Packet,
    egress: bool,
    joint: Joint,
    endpoint: bool,
) -> None:
    """Judge the groups of one interface; *other* are the groups of the far interface, None if unknown.

    Allow-only and the union of all groups (D.2).  One group that allows is enough, whatever is unknown
    about others; otherwise something unknown leaves it open.  The first group stands for all of them.
    """
    verdicts: list[bool | None] = []
    rules = 0
    for group_id in own:
        found = facts.find("describe_security_groups", "GroupId", group_id)
        if found is None:
            verdicts.append(None)
            continue
        group = found[2]
        for rule in group.get("IpPermissionsEgress" if egress else "IpPermissions", []):
            rules += 1
            verdicts.append(rule_admits(facts, rule, other, packet, egress, joint, endpoint))
    if True in verdicts:
        return
    if None in verdicts:
        log.miss("security groups " + ",".join(own))
        return
    reason = "security_group_egress" if egress else "security_group_ingress"
    code = "ENI_SG_RULES_MISMATCH" if rules else "SG_HAS_NO_RULES"
    log.block(reason, "forward", own[0], code)


def rule_admits(
    facts: Facts,
    rule: Thing,
    other: list[str] | None,
    packet: Packet,
    egress: bool,
    joint: Joint,
    endpoint: bool,
) -> bool | None:
    """Whether one rule admits the packet."""
    speaks = rule_speaks_of(rule, packet)
    if speaks is False:
        return False
    address = packet.target if egress else packet.source
    verdicts: list[bool | None] = []
    for one in rule.get("IpRanges", []):
        verdicts.append(inside(address, one["CidrIp"]))
    for one in rule.get("Ipv6Ranges", []):
        verdicts.append(inside(address, one["CidrIpv6"]))
    for one in rule.get("PrefixListIds", []):
        entries = facts.entries(one["PrefixListId"])
        verdicts.append(None if entries is None else any(inside(address, cidr) for cidr in entries))
    for one in rule.get("UserIdGroupPairs", []):
        verdicts.append(reference_admits(facts, one, other, egress, joint, endpoint))
    return speaks if True in verdicts else None if None in verdicts else False


def rule_speaks_of(rule: Thing, packet: Packet) -> bool | None:
    """Whether protocol and ports of a rule fit; for all protocols ports are ignored.

    For icmp the ports are type and code and -1 is any; a flow of icmp does not tell its type.
    """
    protocol = number(rule["IpProtocol"])
    if protocol == "-1":
        return True
    if protocol != packet.protocol:
        return False
    if protocol in ("1", "58"):
        return True if rule.get("FromPort", -1) == -1 else None
    if protocol not in ("6", "17"):
        return True
    low, high = rule.get("FromPort", -1), rule.get("ToPort", -1)
    return all(low <= port <= high for port in packet.ports)


def reference_admits(
    facts: Facts, pair: Thing, other: list[str] | None, egress: bool, joint: Joint, endpoint: bool
) -> bool | None:
    """Whether a reference to a group matches the far interface (D.2, codes fact 1)."""
    if pair.get("PeeringStatus") not in (None, "", "active"):
        return False  # stale: matches nothing
    if joint.kind == "outside" or (other is not None and pair["GroupId"] not in other):
        return False
    if joint.kind == "peering" and not joint.one_region:
        return False
    if joint.kind == "gateway":
        if egress or endpoint or not joint.one_gateway:
            return False
        switched = gateway_keeps_groups(facts, joint)
        if switched is not True:
            return switched
    if "vgw" in joint.seen or ("tgw" in joint.seen and (egress or endpoint)):
        return False  # wherever it goes from there
    if joint.kind in ("lost", "unknown") or other is None:
        return None
    return True


def gateway_keeps_groups(facts: Facts, joint: Joint) -> bool | None:
    """Whether the option is on at the gateway (default off) and at both attachments (default on)."""
    verdicts: list[bool | None] = []
    found = facts.find("describe_transit_gateways", "TransitGatewayId", joint.gateway)
    options = found[2].get("Options", {}) if found else None
    verdicts.append(
        None if options is None else options.get("SecurityGroupReferencingSupport", "disable") == "enable"
    )
    for each in joint.attachments:
        seen = facts.find("describe_transit_gateway_vpc_attachments", "TransitGatewayAttachmentId", each)
        choice = seen[2].get("Options", {}).get("SecurityGroupReferencingSupport", "enable") if seen else None
        verdicts.append(None if choice is None else choice == "enable")
    return False if False in verdicts else None if None in verdicts else True


# --- network ACLs


def acl_of(facts: Facts, subnet_id: str, vpc: str) -> Thing | None:
    """The ACL of a subnet: the associated one, else the default one of its VPC; None when unknown."""
    for _, _, acl in facts.listed("describe_network_acls"):
        if any(one.get("SubnetId") == subnet_id for one in acl.get("Associations", [])):
            return acl
    for account, region, acl in facts.listed("describe_network_acls"):
        if (
            acl["VpcId"] == vpc
            and acl.get("IsDefault")
            and account == acl.get("OwnerId", account)
            and facts.complete(account, region, "describe_network_acls")
        ):
            return acl
    return None


def acl_gate(facts: Facts, log: Log, direction: str, place: Place, egress: bool, packet: Packet) -> None:
    """Judge a subnet's ACL; every port of the packet's range must pass."""
    verdict, acl_id = acl_verdict(facts, place, egress, packet)
    if verdict is None:
        log.miss(f"network ACL of {place.subnet}")
    elif not verdict:
        log.block("nacl_egress" if egress else "nacl_ingress", direction, acl_id, "SUBNET_ACL_RESTRICTION")


def acl_verdict(facts: Facts, place: Place, egress: bool, packet: Packet) -> tuple[bool | None, str]:
    """Whether the ACL of a subnet lets all ports pass; None when the ACL is unknown."""
    acl = acl_of(facts, place.subnet, place.vpc)
    if acl is None:
        return None, ""
    entries = sorted(
        (one for one in acl["Entries"] if bool(one["Egress"]) is egress), key=lambda one: one["RuleNumber"]
    )
    verdicts = [first_match_allows(entries, packet, port, egress) for port in sample_ports(entries, packet)]
    verdict = False if False in verdicts else None if None in verdicts else True
    return verdict, acl["NetworkAclId"]


def sample_ports(entries: list[Thing], packet: Packet) -> list[int]:
    """One port of every stretch in which all entries give the same answer."""
    low, high = packet.ports
    cuts = {low, high}
    for one in entries:
        span = one.get("PortRange") or {}
        for cut in (span.get("From"), span["To"] + 1 if "To" in span else None):
            if cut is not None and low <= cut <= high:
                cuts.add(cut)
    return sorted(cuts)


def first_match_allows(entries: list[Thing], packet: Packet, port: int, egress: bool) -> bool | None:
    """Go through the entries in order; the first that matches decides, none at all denies."""
    for one in entries:
        matches = entry_matches(one, packet, port, egress)
        if matches is not False:
            return None if matches is None else bool(one["RuleAction"] == "allow")
    return False


def entry_matches(entry: Thing, packet: Packet, port: int, egress: bool) -> bool | None:
    """Whether one entry speaks of this packet: ingress entries name its source, egress ones its target.

    None: it is of one type of icmp, which a flow does not tell.
    """
    address = packet.target if egress else packet.source
    cidr = entry.get("CidrBlock") if ip_address(address).version == 4 else entry.get("Ipv6CidrBlock")
    if cidr is None or not inside(address, cidr):
        return False
    protocol = number(entry["Protocol"])
    if protocol == "-1":
        return True
    if protocol != packet.protocol:
        return False
    if protocol in ("6", "17") and entry.get("PortRange"):
        return bool(entry["PortRange"]["From"] <= port <= entry["PortRange"]["To"])
    if protocol in ("1", "58") and entry.get("IcmpTypeCode"):
        return True if entry["IcmpTypeCode"].get("Type", -1) == -1 else None
    return True
