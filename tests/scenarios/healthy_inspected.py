"""TLS is broken open by a box whose CA this host trusts, and the call goes through: no fault."""

from apidoctor.lab.description import Box, World
from scenarios.kit import Scenario


def inspected(world: World) -> None:
    """A box reads along and changes nothing."""
    world.boxes.append(Box("inspects", issuer="Corp Security"))


SCENARIO = Scenario(
    world="same-account",
    change=inspected,
)
