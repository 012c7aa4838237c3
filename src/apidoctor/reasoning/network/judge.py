"""Whether a flow gets there and its replies get back: every gate, in the order of the path.

A block does not end the walk, so that all blockers are told in one run; what is unknown does not end it
either, so that all look-ups are asked for at once.
"""

from apidoctor.reasoning.network.addresses import is_v6, number
from apidoctor.reasoning.network.ends import End, Outside, source_of, target_end
from apidoctor.reasoning.network.inside import from_inside
from apidoctor.reasoning.network.interfaces import interfaces_at
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
    question = _question(topology, trace, flow)
    if question is None:
        return trace.answer()
    source = source_of(topology, trace, flow, is_v6(question.address))
    if isinstance(source, Outside):
        from_outside(question, source)
    elif isinstance(source, End):
        from_inside(question, source)
    else:
        trace.known(interfaces_at(topology, question.address))
        for target in question.targets:
            survey(question, target)
    return trace.answer()


def _question(topology: Topology, trace: Trace, flow: Flow) -> Question | None:
    """Read the flow; None when it asks for nothing that exists, which the trace then says."""
    protocol, address = protocol_number(flow.protocol), number(flow.dst_ip)
    if protocol is None or protocol < 0:
        detail = f"{flow.protocol!r} is no IP protocol"
        trace.block("protocol", "PROTOCOL_RESTRICTION", flow.protocol, detail)
    if address is None:
        detail = f"{flow.dst_ip!r} is no address"
        trace.block("no_destination", "NO_SOURCE_OR_DESTINATION", flow.dst_ip, detail)
    if protocol is None or protocol < 0 or address is None:
        return None
    found = interfaces_at(topology, address)
    holders = found.value if found.known and found.value else ()
    targets = tuple(target_end(each, address, flow.dst_ip) for each in holders if each.place.vpc)
    return Question(topology, trace, flow, protocol, address, targets)
