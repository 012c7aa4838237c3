"""Faults of who calls: guard rails of the organization, signatures, tokens and authorizers."""

from apidoctor.lab.description import Authorizer, Denial, Method, Refusal, World
from apidoctor.lab.faults.fault import Family

family = Family()
FAULTS = family.faults

SIGNED = "/prod/orders"


@family.fault("A12", "cross-account")
def service_control_policy(world: World) -> None:
    """A service control policy of the organization denies the call; nobody in the account can read it."""
    world.front_door.denials.append(Denial("service control", explicit=True, method="GET /orders"))


@family.fault("A14")
def signed_for_another_region(world: World) -> None:
    """The client signs for another Region than the API's."""
    world.request.path = SIGNED
    world.front_door.refusals.append(Refusal("S5-region", method="GET /orders"))


@family.fault("A17")
def expired_token(world: World) -> None:
    """The caller's session token is expired."""
    world.request.path = SIGNED
    world.caller.session = "expired"


@family.fault("A18")
def unsigned_call(world: World) -> None:
    """The method asks for an AWS signature and the caller does not sign."""
    world.request.path = SIGNED
    world.request.unsigned = True


@family.fault("A19")
def bearer_token(world: World) -> None:
    """The client sends a bearer token to a method that asks for an AWS signature."""
    world.request.path = SIGNED
    world.request.unsigned = True
    world.request.headers["Authorization"] = "Bearer eyJub3QiOiJhIHRva2VuIn0.of-a-lab"


@family.fault("A20")
def authorizer_denies(world: World) -> None:
    """The method's Lambda authorizer denies the caller's token."""
    token = "token-of-a-stranger"
    world.api.authorizers["gate"] = Authorizer(admitted=["token-of-a-friend"], denied={token: "L1"})
    world.api.methods[0] = Method("/pets", "CUSTOM", authorizer="gate")
    world.request.headers["Authorization"] = token


@family.fault("A21")
def no_user_pool_token(world: World) -> None:
    """The method asks for a token of a Cognito user pool and the request has none."""
    world.api.authorizers["pool"] = Authorizer("COGNITO_USER_POOLS")
    world.api.methods[0] = Method("/pets", "COGNITO_USER_POOLS", authorizer="pool")
