"""Faults of the call itself: the wrong host, path, signature or clock."""

from apidoctor.lab.description import World
from apidoctor.lab.faults.fault import Family
from apidoctor.lab.faults.naming import add_regional_api

family = Family()
FAULTS = family.faults

DEFAULT_HOST = "<api:pets>.execute-api.us-east-1.amazonaws.com"


@family.fault("A15")
def signed_for_other_host(world: World) -> None:
    """The client signs for the endpoint's name but sends the default name as Host."""
    world.request.host = world.request.sign_host = "<host:main>"
    world.request.path = "/prod/orders"
    world.request.headers["Host"] = DEFAULT_HOST


@family.fault("A16")
def late_request(world: World) -> None:
    """The server gets signed requests 20 minutes after they were signed."""
    world.request.path = "/prod/orders"
    world.front_door.signature_clock_s = 20 * 60


@family.fault("H01")
def no_api_named(world: World) -> None:
    """The endpoint's own name is called without a Host or x-apigw-api-id that names the API."""
    world.request.host = "<host:main>"


@family.fault("H02")
def no_such_path(world: World) -> None:
    """The path is not in the deployed API."""
    world.request.path = "/prod/cats"


@family.fault("H08")
def regional_api(world: World) -> None:
    """The API that is called through the endpoint is Regional, not private."""
    add_regional_api(world)
    world.request.host = "<host:main>"
    world.request.headers["Host"] = "<api:status>.execute-api.us-east-1.amazonaws.com"


@family.fault("T07")
def slow_clock(world: World) -> None:
    """The caller's clock is 20 minutes behind the servers'."""
    world.request.path = "/prod/orders"
    world.front_door.date_header_s = 20 * 60


@family.fault("H03")
def no_stage(world: World) -> None:
    """The URL has no stage."""
    world.request.path = "/"


@family.fault("H05")
def default_name_disabled(world: World) -> None:
    """The API's default name is disabled."""
    world.api.disabled = True


@family.fault("H10")
def no_api_key(world: World) -> None:
    """The method wants an API key and the request has none."""
    world.api.methods[0].api_key = True


@family.fault("T04")
def strict_access(world: World) -> None:
    """The API's endpoint access mode is STRICT, so the TLS server name must be the Host."""
    world.api.strict = True
    world.request.host = "<host:main>"
    world.request.headers["Host"] = DEFAULT_HOST
