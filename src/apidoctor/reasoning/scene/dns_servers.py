"""DNS servers that the caller asks, by its host or DHCP options, and whether questions get to an inbound endpoint."""

import ipaddress
from typing import Any

from apidoctor.model.inventory import as_dict, as_list
from apidoctor.reasoning.naming.answer import Answer
from apidoctor.reasoning.naming.dhcp import Servers, servers_of
from apidoctor.reasoning.naming.inbound import InboundAddress
from apidoctor.reasoning.network import Flow, reach
from apidoctor.reasoning.scene.case import Case, account_of, fact
from apidoctor.reasoning.scene.dns_answers import holds, vpc_resolvers
from apidoctor.reasoning.scene.flows import topology
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.seen import host
from apidoctor.reasoning.scene.zones import inbound_answer

MOST = 3
"""Servers that are judged: a C library asks no more."""


@fact
def dhcp_servers(case: Case) -> Servers:
    """Return the DNS servers that the DHCP options of the caller's VPC name."""
    where = place(case).value
    account, region = account_of(case, where.account), where.region or case.region
    return servers_of(case.inventory, where.vpc or "", account, region)


@fact
def dhcp_answer(case: Case, name: str) -> Answer | None:
    """Return what *name* gets where the DHCP options' servers are an inbound endpoint: what its VPC says.

    None when they are the VPC's own resolver, or servers that nobody here knows.
    """
    foreign = dhcp_servers(case).value.foreign
    if not foreign:
        return None
    return inbound_answer(case, tuple(f"{server}:53" for server in foreign), name).value


@fact
def askers(case: Case) -> tuple[str, ...]:
    """Return the host's own DNS servers that would ask an inbound endpoint for it; empty when they are not known.

    A server on the host itself has others behind it; a VPC's own resolver asks nobody.
    """
    seen = host(case)
    case.expect(seen.missing)
    if not seen.known:
        return ()
    servers = [server.partition("%")[0] for server in seen.value.resolvers]
    vpcs = vpc_resolvers(case, seen.value)
    return tuple(server for server in servers if _is_private(server) and server not in vpcs)[:MOST]


def port_53_blockers(case: Case, one: InboundAddress) -> list[tuple[str, str, str]]:
    """Return what stops questions to an inbound address: protocol, asking server and words for each.

    Empty when nothing is known to stop them.  A server that is itself the address asked is no asker of it.  While the
    data centre's servers are not known the caller's address stands for them.
    """
    found: list[tuple[str, str, str]] = []
    for server in askers(case).value or place(case).value.addresses[:1]:
        if server == one.address or ("." in server) != ("." in one.address):
            continue
        for protocol in ("udp", "tcp"):
            flow = Flow(src_ip=server, dst_ip=one.address, protocol=protocol, dst_port=53)
            result = reach(topology(case).value, flow)
            case.expect(result.unknown)
            if any(b.reason == "no_destination" for b in result.blockers):
                found += [(protocol, server, words) for words in _by_groups(case, one, server, protocol)]
                continue
            certain = [b for b in result.blockers if b.reason not in ("unknown_resource", "no_destination")]
            found += [
                (protocol, server, blocker.detail) for blocker in certain[:1] if result.reachable is False
            ]
    return found


def _by_groups(case: Case, one: InboundAddress, server: str, protocol: str) -> list[str]:
    """Return why the endpoint's security groups keep a server out, where its interface was not seen.

    Rules that name groups or prefix lists may admit anybody; groups that were not seen, too.
    """
    rules = _rules(case, one)
    if rules is None or any(_admits(rule, server, protocol) for rule in rules):
        return []
    return [f"no rule of {', '.join(one.groups)} lets {protocol} 53 in from {server}"]


def admits_nobody(case: Case, one: InboundAddress, protocol: str) -> bool:
    """Say whether the endpoint's security groups surely let nobody ask over *protocol*."""
    rules = _rules(case, one)
    return rules is not None and not any(_admits(rule, None, protocol) for rule in rules)


def _rules(case: Case, one: InboundAddress) -> list[dict[str, Any]] | None:
    """Return the ingress rules of the endpoint's security groups; None when not all were seen."""
    groups = [
        case.inventory.one(one.account, one.region, "describe_security_groups", "GroupId", group)
        for group in one.groups
    ]
    case.expect([gap for group in groups for gap in group.missing])
    seen = [group.value for group in groups if group.known and group.value is not None]
    if not seen or len(seen) < len(groups):
        return None
    return [
        as_dict(item, "rule of a security group")
        for group in seen
        for item in as_list(group.get("IpPermissions"), "rules of a security group")
    ]


def _admits(rule: dict[str, Any], server: str | None, protocol: str) -> bool:
    """Say whether one ingress rule may let a question from *server* (None: from anybody) in."""
    number = {"tcp": "6", "udp": "17"}[protocol]
    kind = str(rule.get("IpProtocol", "-1")).lower()
    if kind not in ("-1", protocol, number):
        return False
    low, high = rule.get("FromPort", 0), rule.get("ToPort", 65535)
    if kind != "-1" and not (isinstance(low, int) and isinstance(high, int) and low <= 53 <= high):
        return False
    if rule.get("UserIdGroupPairs") or rule.get("PrefixListIds"):
        return True
    ranges = [
        str(as_dict(item, "range of a rule").get(member, ""))
        for key, member in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6"))
        for item in as_list(rule.get(key), "ranges of a rule")
    ]
    return bool(ranges) if server is None else any(holds(network, server) for network in ranges)


def _is_private(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_private and not parsed.is_loopback and not parsed.is_link_local
