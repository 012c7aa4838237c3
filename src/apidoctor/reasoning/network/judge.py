"""Whether a flow gets there and its replies get back: every gate, in the order of the path.

A block does not end the walk, so that all blockers are told in one run; what is unknown does not end it
either, so that all look-ups are asked for at once.
"""

from msgspec.structs import replace

from apidoctor.reasoning.network.addresses import is_v6, number, written
from apidoctor.reasoning.network.ends import End, Outside, source_of, target_end
from apidoctor.reasoning.network.inside import from_inside
from apidoctor.reasoning.network.interfaces import interface, interfaces_at
from apidoctor.reasoning.network.outside import from_outside
from apidoctor.reasoning.network.survey import Question, survey
from apidoctor.reasoning.network.topology import Topology
from apidoctor.reasoning.network.trace import Trace
from apidoctor.reasoning.network.traffic import protocol_number
from apidoctor.reasoning.network.values import Flow, Reach


def reach(topology: Topology, flow: Flow) -> Reach:
    """Say whether *flow* works, with every gate that blocks it and everything that would have to be known.

    Never raises on odd data: what cannot be read is unknown.
    """
    trace = Trace()
    walk(topology, flow, trace)
    return trace.answer()


def walk(topology: Topology, flow: Flow, trace: Trace) -> None:
    """Walk *flow* both ways and tell *trace* what is found."""
    question = _question(topology, trace, flow)
    if question is None:
        return
    source = source_of(topology, trace, question.flow, is_v6(question.address))
    if isinstance(source, Outside):
        from_outside(question, source)
    elif isinstance(source, End):
        from_inside(question, source)
    else:
        trace.known(interfaces_at(topology, question.address))
        for target in question.targets:
            survey(question, target)


def _question(topology: Topology, trace: Trace, flow: Flow) -> Question | None:
    """Read the flow; None when it asks for nothing that exists, which the trace then says."""
    protocol = protocol_number(flow.protocol)
    if protocol is None or protocol < 0:
        detail = f"{flow.protocol!r} is no IP protocol"
        trace.block("protocol", "PROTOCOL_RESTRICTION", flow.protocol, detail)
    if flow.dst_eni is not None:
        return _to_interface(topology, trace, flow, protocol, flow.dst_eni)
    text = flow.dst_ip or ""
    address = number(text)
    if address is None:
        trace.block("no_destination", "NO_SOURCE_OR_DESTINATION", text, f"{text!r} is no address")
        return None
    if protocol is None or protocol < 0:
        return None
    targets: tuple[End, ...] | None = topology.ends.get(text)
    if targets is None:
        found = interfaces_at(topology, address)
        holders = found.value if found.known and found.value else ()
        targets = tuple(target_end(each, address, text) for each in holders if each.place.vpc)
        if targets:
            topology.ends[text] = targets
    return _asked(topology, trace, flow, protocol, address, targets)


def _to_interface(
    topology: Topology, trace: Trace, flow: Flow, protocol: int | None, eni: str
) -> Question | None:
    """Read a flow to an interface that is named."""
    fact = interface(topology, eni)
    if not trace.known(fact):
        return None
    found = fact.value
    if found is None or not found.addresses:
        detail = (
            f"{eni} has no address" if found else f"there is no {eni} in the accounts that were looked at"
        )
        trace.block("no_destination", "NO_SOURCE_OR_DESTINATION", eni, detail)
        return None
    address = number(flow.dst_ip) if flow.dst_ip else found.addresses[0]
    if address is None or address not in found.addresses:
        detail = f"{flow.dst_ip} is none of the addresses of {eni}"
        trace.block("no_destination", "ENI_ADDRESS_RESTRICTION", eni, detail)
        return None
    if protocol is None or protocol < 0:
        return None
    if not found.place.subnet or not found.place.vpc:
        trace.lack(f"the subnet and VPC of {eni}")
        return None
    text = flow.dst_ip or written(address)
    target = target_end(found, address, text)
    return _asked(topology, trace, replace(flow, dst_ip=text), protocol, address, (target,))


def _asked(
    topology: Topology, trace: Trace, flow: Flow, protocol: int, address: int, targets: tuple[End, ...]
) -> Question:
    wanted = {each.place.vpc: each.place.home for each in targets} or None
    return Question(topology, trace, flow, flow.dst_ip or "", protocol, address, targets, wanted)
