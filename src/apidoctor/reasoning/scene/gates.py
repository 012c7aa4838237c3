"""The gates of the network path: every blocker of one kind, for each address of the endpoint, as findings."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.aws import NetworkInterface
from apidoctor.model.finding import Finding, failed, passed, skipped, unknown, warned
from apidoctor.model.inventory import reach_into
from apidoctor.model.missing import Gap, Lookup, Missing
from apidoctor.model.report import Evidence
from apidoctor.reasoning.network import Blocker, Reach
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.dns_answers import right_answer
from apidoctor.reasoning.scene.endpoint import endpoint, interfaces
from apidoctor.reasoning.scene.flows import reached
from apidoctor.reasoning.scene.place import place, source_addresses
from apidoctor.reasoning.scene.seen import tcp

UNSEEN = frozenset({"unknown_resource", "no_source", "no_destination"})
"""Reasons of blockers that are really holes in what was seen."""

STANDING = frozenset({"describe_network_interfaces", "describe_subnets", "describe_vpcs"})
"""Operations that tell where things stand: without them no gate can be judged."""

ROUTING = (
    "describe_route_tables",
    "describe_vpc_peering_connections",
    "describe_transit_gateways",
    "describe_transit_gateway_attachments",
    "describe_transit_gateway_vpc_attachments",
    "describe_transit_gateway_route_tables",
    "search_transit_gateway_routes",
    "get_transit_gateway_route_table_associations",
    "get_transit_gateway_route_table_propagations",
    "describe_vpn_gateways",
    "describe_vpn_connections",
    "get_managed_prefix_list_entries",
)
"""Operations that decide where a route leads and whether the hop behind it works."""

NETWORK_READS = (
    "get_rest_api",
    "get_rest_apis",
    "describe_vpc_endpoints",
    "describe_network_interfaces",
    "describe_security_groups",
    "describe_subnets",
    "describe_vpcs",
    "describe_network_acls",
    *ROUTING,
)
"""Operations that the reachability engine may ask for."""


OBJECTS = {
    "sg-": ("describe_security_groups", "GroupId"),
    "acl-": ("describe_network_acls", "NetworkAclId"),
    "rtb-": ("describe_route_tables", "RouteTableId"),
    "pcx-": ("describe_vpc_peering_connections", "VpcPeeringConnectionId"),
}
"""Objects that block, by the beginning of their id: the operation that shows them, and the member with the id."""

MEMBERS = {
    "security_group_ingress": "IpPermissions",
    "security_group_egress": "IpPermissionsEgress",
    "nacl_ingress": "Entries",
    "nacl_egress": "Entries",
    "no_route": "Routes",
    "blackhole": "Routes",
    "wrong_target": "Routes",
    "peering_state": "Status",
}
"""The member of the object that decides, by reason."""


class Gate(Struct, frozen=True):
    """One kind of obstacle."""

    belongs: Callable[[Case, Blocker], bool]
    """Whether a blocker is of this kind."""
    fault: Callable[[Blocker], str]
    """Its fault id."""
    fix: Callable[[Blocker, str, str], str]
    """What to change, from the blocker, the caller's place and the endpoint's address."""
    good: str
    """What to say of an open gate."""
    hangs_on: tuple[str, ...]
    """Operations whose answers decide this kind of obstacle, besides those that tell where things stand."""
    stands_on: str = ""
    """Part of the kind of hop that has this gate; empty: every path has it."""


class Stop(Struct, frozen=True):
    """One blocker on the way to one address."""

    blocker: Blocker
    interface: str
    address: str
    result: Reach
    contradicted: bool
    """Whether the address accepts connections all the same."""


def judge_gate(case: Case, gate: Gate) -> Iterator[Finding]:
    """Judge one kind of obstacle on the way to every interface: one finding for each object that blocks.

    A certain blocker fails whatever else is unknown; a blocked address that does connect is a contradiction, told as a
    warning.
    """
    targets = [(item, address) for item in interfaces(case).value for address in item.addresses[:1]]
    if not targets:
        yield skipped("The endpoint has no interface to reach.")
        return
    stops: dict[tuple[str, str, str, bool], list[Stop]] = {}
    open_to: list[str] = []
    missing: list[Missing] = []
    for interface, address in targets:
        found = list(_stops(case, gate, interface, address))
        for stop in found:
            key = (stop.blocker.subject, stop.blocker.reason, stop.blocker.direction, stop.contradicted)
            stops.setdefault(key, []).append(stop)
        result = reached(case, address).value
        hidden = [gap for gap in result.unknown if _matters(gap, gate)]
        # Something that is named and that no answer shows: what it would do to the packets nobody can say.
        hidden += [Gap(f"fact: {b.detail}") for b in result.blockers if b.reason in UNSEEN]
        if not found and hidden:
            case.expect(result.unknown)
            missing += hidden
        elif not found:
            open_to.append(address)
    for group in stops.values():
        yield _blocked(case, gate, group)
    if not stops and not missing and gate.stands_on and not _stands(case, gate, [a for _, a in targets]):
        yield skipped(f"The path has no {gate.stands_on.replace('-', ' ')}.")
    elif missing:
        yield unknown(dict.fromkeys(missing), "The path is only partly known.", subject=_subject(case))
    elif open_to:
        yield passed(f"{gate.good} ({', '.join(open_to)}).", subject=_subject(case))


def _stands(case: Case, gate: Gate, addresses: list[str]) -> bool:
    """Say whether any path has a hop of the kind that has this gate."""
    found = [reached(case, address).value for address in addresses]
    return any(gate.stands_on in hop.kind for result in found for hop in (*result.path, *result.return_path))


def _stops(case: Case, gate: Gate, interface: NetworkInterface, address: str) -> Iterator[Stop]:
    result = reached(case, address).value
    for blocker in result.blockers:
        if gate.belongs(case, blocker) and not _is_echo(blocker, result):
            attempt = tcp(case, address)
            # An ACL that passes some reply ports lets some connections through: that contradicts nothing.
            connects = attempt.known and attempt.value.outcome == "connected" and blocker.partial is None
            yield Stop(blocker, interface.network_interface_id, address, result, connects)


def is_vpc_route(blocker: Blocker) -> bool:
    """Say whether a VPC's route table blocks (and not a transit gateway's)."""
    return blocker.reason in ("no_route", "blackhole", "wrong_target") and not blocker.subject.startswith(
        "tgw-"
    )


def at_endpoint(case: Case, blocker: Blocker) -> bool:
    """Say whether a network ACL that blocks guards the endpoint's side.

    The subnets it is associated with tell; one that guards both sides is told apart by direction and reason: what
    enters on the way there, and what leaves on the way back, passes the endpoint's subnet.
    """
    ends = {item.subnet_id for item in interfaces(case).value}
    found = case.inventory.find(case.region, "describe_network_acls", "NetworkAclId", blocker.subject)
    guarded = (
        set(reach_into(found.value[1], "Associations.SubnetId")) if found.known and found.value else set()
    )
    where = place(case)
    if guarded & ends and not (where.known and where.value.subnet in guarded):
        return True
    if where.known and where.value.subnet in guarded and not guarded & ends:
        return False
    return (blocker.reason, blocker.direction) in (("nacl_ingress", "forward"), ("nacl_egress", "return"))


def _is_echo(blocker: Blocker, result: Reach) -> bool:
    """A blackhole over a peering that is not active is the peering's trouble, not the route table's."""
    same_way = [other for other in result.blockers if other.direction == blocker.direction]
    return blocker.reason == "blackhole" and any(other.reason == "peering_state" for other in same_way)


def _matters(gap: Missing, gate: Gate) -> bool:
    """An unknown elsewhere on the path does not make this gate unknown."""
    return not isinstance(gap, Lookup) or gap.operation in gate.hangs_on or gap.operation in STANDING


def _subject(case: Case) -> str | None:
    via = endpoint(case)
    return via.value.vpc_endpoint_id if via.known and via.value else None


def _caller(case: Case) -> str:
    """Name the caller as a rule would have to: by its address, else by its place."""
    own = source_addresses(case)
    return next(iter(own.value), place(case).value.words) if own.known else place(case).value.words


def _blocked(case: Case, gate: Gate, group: list[Stop]) -> Finding:
    first = group[0]
    blocker, subject = first.blocker, first.blocker.subject
    evidence = _object(case, blocker)
    for stop in group:
        evidence.append(case.derived("reachability", _facts(stop), stop.interface))
        attempt = tcp(case, stop.address)
        if attempt.known:
            evidence.append(case.show(attempt.value, "address", "port", "outcome", "elapsed_ms"))
    more = ", ".join(stop.address for stop in group[1:])
    summary = blocker.detail if not more else f"{blocker.detail}; the same for {more}"
    if first.contradicted:
        return warned(
            gate.fault(blocker),
            f"{summary}. Yet connections are accepted: the answers are older than a change, "
            "or the packets take a way that is not modelled.",
            subject=subject,
            evidence=evidence,
        )
    return failed(
        gate.fault(blocker),
        summary,
        fix=gate.fix(blocker, _caller(case), ", ".join(stop.address for stop in group)),
        subject=subject,
        evidence=evidence,
        affects=[stop.address for stop in group],
    )


def _object(case: Case, blocker: Blocker) -> list[Evidence]:
    """Cite the object that blocks, as AWS showed it: the part that decides."""
    kind = OBJECTS.get(blocker.subject.partition("-")[0] + "-")
    member = MEMBERS.get(blocker.reason)
    found = case.inventory.find(case.region, *kind, blocker.subject) if kind else None
    if found is None or member is None or not found.known or found.value is None:
        return []
    value = found.value[1].get(member)
    if member == "Entries":
        value = [entry for entry in value or [] if entry.get("Egress") == (blocker.reason == "nacl_egress")]
    return [case.cite(found.source, {member: value}, blocker.subject)]


def _facts(stop: Stop) -> dict[str, Any]:
    blocker, result = stop.blocker, stop.result
    facts: dict[str, Any] = {
        "to": f"{stop.address}:443 ({stop.interface})",
        "direction": blocker.direction,
        "code": blocker.code,
    }
    if blocker.partial is not None:
        facts["reply_ports_open"] = f"{blocker.partial:.0%}"
    hops = result.path if blocker.direction == "forward" else result.return_path
    if hops:
        facts["path"] = " > ".join(hop.id for hop in hops)
    return facts


def unless_seen(case: Case, name: str, finding: Finding) -> Finding:
    """Return *finding*, a mere warning where the caller's own resolution leads to the endpoint all the same."""
    seen = right_answer(case, name) if finding.status == "fail" else None
    if seen is None:
        return finding
    but = "the caller asks another resolver, or the answers are older than a change"
    text = f"{finding.summary} Yet the caller got {', '.join(seen.addresses)}: {but}."
    return replace(finding, status="warn", summary=text)
