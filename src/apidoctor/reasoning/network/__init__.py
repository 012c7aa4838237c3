"""Network reachability: does a flow get to an interface, and do the replies get back?

A pure engine over AWS describe answers: three-valued, and every answer explains itself.  `reach` walks one
flow through every gate of both directions (security groups, network ACLs, routes, peering, transit gateways,
virtual private gateways) and lists all that block, or all that would have to be known.
"""

from apidoctor.reasoning.network.judge import reach
from apidoctor.reasoning.network.topology import Topology
from apidoctor.reasoning.network.values import Blocker, Direction, Flow, Hop, Reach, Reason

__all__ = ["Blocker", "Direction", "Flow", "Hop", "Reach", "Reason", "Topology", "reach"]
