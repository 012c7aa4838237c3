"""Faults of names: which address a name leads to, and which API stands behind it."""

from apidoctor.lab.description import Api, Method, World
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


def add_regional_api(world: World) -> None:
    """Add the Regional API ``status`` of the same account, open to everybody."""
    world.apis["status"] = Api(API_ACCOUNT, [Method("/pets"), Method("/orders", "AWS_IAM")], type="REGIONAL")
