"""Caller, endpoint and API in one account and one VPC; private DNS is on."""

from apidoctor.lab.description import Caller, Request, World
from apidoctor.lab.worlds.parts import (
    API_ACCOUNT,
    add_caller,
    add_endpoint_vpc,
    only_through,
    pets,
    role,
)


def same_account() -> World:
    """An instance in 10.1.8.0/24 calls the default name, which the endpoint's private zone answers."""
    world = World("same-account", Request("/prod/pets"), Caller(API_ACCOUNT))
    add_endpoint_vpc(world, API_ACCOUNT, 1, "10.1.0.0/16")
    add_caller(world, "main", "10.1")
    world.apis["pets"] = pets(only_through())
    invoke = f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:<api:pets>/prod/GET/*"
    world.roles["app"] = role(API_ACCOUNT, "ec2.amazonaws.com", invoke=invoke)
    world.dns.endpoint_zone = True
    return world
