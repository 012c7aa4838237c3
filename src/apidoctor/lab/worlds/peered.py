"""Caller in a spoke VPC that is peered with the endpoint's VPC and shares its name through a hosted zone."""

from apidoctor.lab.description import DEFAULT_ZONE, Caller, HostedZone, Peering, Request, Vpc, World
from apidoctor.lab.worlds.parts import (
    API_ACCOUNT,
    add_caller,
    add_endpoint_vpc,
    only_through,
    pets,
    role,
    route,
)

SPOKE = "10.3.0.0/16"


def peered() -> World:
    """An instance in 10.3.8.0/24 calls the default name; a customer zone answers it with the endpoint.

    Private DNS stays off on the endpoint: the zone that AWS manages is seen in the endpoint's own VPC only.
    """
    world = World("peered", Request("/prod/pets"), Caller(API_ACCOUNT))
    add_endpoint_vpc(world, API_ACCOUNT, 1, SPOKE)
    world.endpoint.private_dns = False
    world.vpcs["spoke"] = Vpc(API_ACCOUNT, SPOKE)
    add_caller(world, "spoke", "10.3")
    world.peerings["spoke-main"] = Peering("spoke", "main")
    route(world, "caller", "10.1.0.0/16", "peering:spoke-main")
    route(world, "endpoint", SPOKE, "peering:spoke-main")
    records = {DEFAULT_ZONE: "<host:main>", f"*.{DEFAULT_ZONE}": "<host:main>"}
    world.zones["shared"] = HostedZone(DEFAULT_ZONE, API_ACCOUNT, ["spoke"], records)
    world.dns.zones.append("shared")
    world.apis["pets"] = pets(only_through())
    invoke = f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:<api:pets>/prod/GET/*"
    world.roles["app"] = role(API_ACCOUNT, "ec2.amazonaws.com", invoke=invoke)
    return world
