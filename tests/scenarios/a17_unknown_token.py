"""The Region of the API does not know the session token."""

from apidoctor.lab.description import World
from scenarios.kit import Scenario


def unknown_token(world: World) -> None:
    """STS elsewhere still knows the token, the API's Region does not."""
    world.caller.session = "unknown"


SCENARIO = Scenario(
    breaks="A17",
    change=unknown_token,
    first="A17",
    confidence="likely",
    check="invoke/credentials-are-valid",
    blocks=("invoke/call-is-admitted",),
)
