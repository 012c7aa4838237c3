"""A plain second answer to every line of a batch.

It is slow and simple on purpose: nothing is compiled or kept, every glob becomes a regular expression, keys of
unknown value are tried out one value after the other. It shares no code with the engine that it is compared with.
"""

from typing import Any

from reasoning.simulation.twin.completions import completions
from reasoning.simulation.twin.documents import READINGS, InvalidError, Layers, read_layers
from reasoning.simulation.twin.gateway import decide_gateway
from reasoning.simulation.twin.layers import Decision, decide_layers, is_trust
from reasoning.simulation.twin.principals import caller_of
from reasoning.simulation.twin.texts import Context

Line = dict[str, Any]


def decide(line: Line) -> Decision:
    """The decision on a line, and the places of the statements that deny however it is read and completed."""
    try:
        readings = read_all(line)
    except InvalidError:
        return "invalid", []
    decisions = []
    for layers in readings:
        for context in completions(line, layers):
            decisions.append(decide_once(line, layers, context))
            if decisions[0][0] != decisions[-1][0]:
                return "indeterminate", []
    denying = [place for place in decisions[0][1] if all(place in places for _, places in decisions)]
    return decisions[0][0], denying


def read_all(line: Line) -> list[Layers]:
    """The policies of a line in one reading, or in all when a JSON key is repeated: AWS does not say which."""
    trust = is_trust(line["request"])
    layers, repeated = read_layers(line, READINGS[0], trust)
    return [layers, *(read_layers(line, each, trust)[0] for each in READINGS[1:] if repeated)]


def decide_once(line: Line, layers: Layers, context: Context) -> Decision:
    """The decision for one reading of the policies and one context in which nothing is unknown."""
    caller = caller_of(line["request"], context)
    if line.get("authorization") is not None:
        return decide_gateway(line, layers, caller, context)
    return decide_layers(line["request"], layers, caller, context, context, tables=False)
