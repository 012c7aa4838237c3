"""A load balancer on the way answers without a target: no header of AWS is there."""

from apidoctor.lab.description import World
from apidoctor.lab.description.box import ALB
from scenarios.kit import Scenario


def in_front(world: World) -> None:
    """The address that is called is a load balancer's."""
    world.boxes.append(ALB)


SCENARIO = Scenario(
    world="same-account",
    change=in_front,
    first="O05",
    check="invoke/call-is-admitted",
    confidence="likely",
)
