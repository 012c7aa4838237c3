"""The association with the endpoint is only minutes old."""

from apidoctor.lab.description import Association, World
from apidoctor.lab.worlds.parts import API_ACCOUNT
from scenarios.kit import Scenario


def young(world: World) -> None:
    """Endpoint and association were made three minutes ago: they are there, and no call passes yet."""
    world.endpoints["main"].age_minutes = 3
    world.domains["corp"].associations = [Association("main", API_ACCOUNT, age_minutes=3)]


SCENARIO = Scenario(
    breaks="H06",
    change=young,
    first="H06",
    check="domain/endpoint-is-associated",
    blocks=("invoke/tls-is-trusted", "invoke/call-is-admitted"),
)
