"""A proxy is set, and NO_PROXY names the API: nothing to find."""

from apidoctor.lab.description import DEFAULT_ZONE, World
from scenarios.kit import Scenario


def named(world: World) -> None:
    """NO_PROXY has the zone of the default names."""
    assert world.proxy is not None
    world.proxy.exempt = f".{DEFAULT_ZONE}"


SCENARIO = Scenario(
    breaks="N19",
    change=named,
)
