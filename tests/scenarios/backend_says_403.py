"""The backend itself answers 403 in the gateway's words: the call was admitted, and no policy is to blame."""

from apidoctor.lab.description import Integration, Method, World
from scenarios.kit import Scenario


def refusing(world: World) -> None:
    """A proxy integration passes the backend's own 403 on, without x-amzn-ErrorType."""
    said = Integration("AWS_PROXY", status=403, body='{"message":"Forbidden"}')
    world.api.methods[0] = Method("/pets", integration=said)


SCENARIO = Scenario(
    world="same-account",
    change=refusing,
    passes=("invoke/call-is-admitted", "integration/backend-answers"),
)
