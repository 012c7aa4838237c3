"""The association is minutes old, the endpoint is not: nothing that AWS shows tells it, only the certificate does."""

from apidoctor.lab.description import Association, World
from apidoctor.lab.worlds.parts import API_ACCOUNT
from scenarios.kit import Scenario


def young(world: World) -> None:
    """An old endpoint, and its association of three minutes ago."""
    world.domains["corp"].associations = [Association("main", API_ACCOUNT, age_minutes=3)]


SCENARIO = Scenario(
    breaks="H06",
    change=young,
    first="H06",
    check="domain/endpoint-is-associated",
    confidence="likely",
    blocks=("invoke/tls-is-trusted", "invoke/call-is-admitted"),
)
