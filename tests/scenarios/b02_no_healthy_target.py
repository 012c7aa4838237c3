"""No target behind the VPC link is healthy."""

from apidoctor.lab.description import World
from scenarios.kit import Scenario


def no_healthy_target(world: World) -> None:
    """The link is there; nothing behind it is healthy."""
    world.links["backend"].status = "AVAILABLE"
    world.links["backend"].health = "unhealthy"
    world.links["backend"].reason = "Target.FailedHealthChecks"


SCENARIO = Scenario(
    breaks="B02",
    change=no_healthy_target,
    first="B02",
    passes=("integration/vpc-link-is-available",),
)
