"""Faults of names: which address a name leads to, and which API stands behind it."""

from apidoctor.lab.description import DEFAULT_ZONE, Api, Method, Request, World
from apidoctor.lab.faults.fault import Family
from apidoctor.lab.worlds.parts import API_ACCOUNT

family = Family()
FAULTS = family.faults


@family.fault("D01")
def private_dns_off(world: World) -> None:
    """Private DNS is off on the endpoint and the default name is used."""
    world.endpoint.private_dns = False
    world.dns.endpoint_zone = False


@family.fault("D02")
def public_api_captured(world: World) -> None:
    """The endpoint's private DNS captures the default name of a public API."""
    add_regional_api(world)
    world.request.host = "<api:status>.execute-api.us-east-1.amazonaws.com"


@family.fault("D10")
def no_dns_hostnames(world: World) -> None:
    """The VPC's enableDnsHostnames is off, so private zones do not count in it."""
    world.vpcs["main"].dns_hostnames = False
    world.dns.endpoint_zone = False


@family.fault("D03", "on-prem")
def nothing_forwarded(world: World) -> None:
    """The data centre's resolver does not forward execute-api names to AWS, and the default name is used."""
    world.request = Request("/prod/pets")


@family.fault("D06", "peered")
def no_shared_zone(world: World) -> None:
    """The endpoint's private zone is seen in its own VPC only, and the caller's VPC has none."""
    world.endpoint.private_dns = True
    world.zones.clear()
    world.dns.zones.clear()


@family.fault("D07", "peered")
def zone_without_record(world: World) -> None:
    """The shared hosted zone has a record for another API only, and hides public DNS for this one."""
    world.zones["shared"].records = {f"otherapi01.{DEFAULT_ZONE}": "<host:main>"}


@family.fault("D08", "peered")
def zone_points_nowhere(world: World) -> None:
    """The shared hosted zone points at addresses of an endpoint that is gone."""
    world.dead += ["10.1.4.99"]
    world.zones["shared"].records = {DEFAULT_ZONE: "10.1.4.99", f"*.{DEFAULT_ZONE}": "10.1.4.99"}


@family.fault("D09", "peered")
def zone_not_associated(world: World) -> None:
    """The shared hosted zone is not associated with the caller's VPC."""
    world.zones["shared"].vpcs = ["main"]
    world.dns.zones.clear()


@family.fault("D15", "on-prem")
def alias_without_association(world: World) -> None:
    """The alias name is used, but the API is not associated with the endpoint."""
    world.request = Request("/prod/pets", f"<api:pets>-<endpoint:main>.{DEFAULT_ZONE}")


@family.fault("D22")
def wrong_api_id(world: World) -> None:
    """The URL has an API id that does not exist in this account and Region."""
    world.request.host = f"zzzzzzzzzz.{DEFAULT_ZONE}"


def add_regional_api(world: World) -> None:
    """Add the Regional API ``status`` of the same account, open to everybody."""
    world.apis["status"] = Api(API_ACCOUNT, [Method("/pets"), Method("/orders", "AWS_IAM")], type="REGIONAL")
