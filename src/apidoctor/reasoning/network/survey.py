"""The question of one flow, and what can be asked about an end before the other one is known."""

from msgspec import Struct

from apidoctor.reasoning.network.acls import acl_of
from apidoctor.reasoning.network.ends import End, Outside
from apidoctor.reasoning.network.groups import security_group
from apidoctor.reasoning.network.interfaces import interfaces_at, shows_none, subnet, subnets_with
from apidoctor.reasoning.network.route_tables import route_table
from apidoctor.reasoning.network.topology import Home, Topology, account_gap
from apidoctor.reasoning.network.trace import Arrival, Trace
from apidoctor.reasoning.network.traffic import NO_PORT, WITH_PORTS, Packet
from apidoctor.reasoning.network.values import Flow

_LINUX = (32768, 60999)
"""Default of ``net.ipv4.ip_local_port_range`` (Linux, ip-sysctl)."""
_LAMBDA = (1024, 65535)
"""Lambda's functions use all (VPC guide, network ACLs, "Ephemeral ports")."""


class Question(Struct, frozen=True):
    """One flow, read."""

    topology: Topology
    """Where to look."""
    trace: Trace
    """Where to tell."""
    flow: Flow
    """As it was asked."""
    text: str
    """The destination's address."""
    protocol: int
    """Its protocol number."""
    address: int
    """Its destination."""
    targets: tuple[End, ...]
    """The interfaces known to hold that address; several when VPCs overlap."""
    wanted: dict[str, Home] | None
    """VPCs in which the destination is known to be, and their owners."""

    def request(self, source: End | Outside) -> Packet:
        """Return the packets to the destination."""
        port = self.flow.dst_port if self.protocol in WITH_PORTS else NO_PORT
        text = self.text
        return Packet("forward", self.protocol, source.address, source.text, self.address, text, port, port)

    def reply(self, source: End | Outside, kind: str = "") -> Packet:
        """Return the packets back, to any port the client may have used; *kind* is its interface's type."""
        first, last = self.flow.src_port or (_LAMBDA if kind == "lambda" else _LINUX)
        if self.protocol not in WITH_PORTS:
            first = last = NO_PORT
        here, there = self.text, source.text
        return Packet(
            "return", self.protocol, self.address, here, source.address, there, first, max(first, last)
        )


def survey(question: Question, end: End) -> None:
    """Ask for everything about an end that is needed whatever the path is."""
    topology, trace = question.topology, question.trace
    for group in end.groups or ():
        trace.known(security_group(topology, group, end.home))
    trace.known(acl_of(topology, end.place))
    if not trace.known(route_table(topology, end.place)):
        trace.known(subnet(topology, end.place.subnet, end.place.home))


def nobody_there(question: Question, arrival: Arrival | None) -> None:
    """Say that no interface is known to hold the destination: certain if its account shows all interfaces."""
    topology, trace, address = question.topology, question.trace, question.text
    if arrival is not None and not arrival.vpc:
        trace.lack(f"what answers at {address}, outside AWS behind {arrival.gateway}")
        return
    fact = interfaces_at(topology, question.address)
    owners: tuple[Home, ...]
    if arrival is not None:
        where, owners = arrival.vpc, (arrival.home,)
    else:
        places = subnets_with(topology, question.address)
        where, owners = ", ".join(each.subnet for each in places), tuple(each.home for each in places)
    # Whoever owns the VPC sees every interface in it; a participant in a shared subnet sees only its own.
    if owners and all(shows_none(topology, each, address) for each in owners):
        detail = f"no interface in {where} has {address}"
        trace.block("no_destination", "NO_SOURCE_OR_DESTINATION", address, detail)
    elif not fact.known:
        trace.need(*fact.missing)
    elif unseen := [each for each in owners if each.account not in topology.inventory.accounts]:
        trace.need(*(account_gap(each.account, where) for each in unseen))
    else:
        trace.lack(f"the interface that has {address}, in an account that was not looked at")
