"""Caller in a data centre behind a VPN; it uses the endpoint's own name, which public DNS knows."""

from apidoctor.lab.description import Caller, Request, VpnGateway, World
from apidoctor.lab.worlds.parts import API_ACCOUNT, add_endpoint_vpc, only_through, pets, role, route

DATA_CENTRE = "10.200.0.0/16"


def on_prem() -> World:
    """10.200.0.9 calls the endpoint's regional name with ``x-apigw-api-id``.

    The corporate resolver forwards nothing to AWS, so default names have their public addresses there.
    """
    request = Request("/prod/pets", "<host:main>", {"x-apigw-api-id": "<api:pets>"})
    world = World("on-prem", request, Caller(API_ACCOUNT, role="apidoctor-reader", address="10.200.0.9"))
    add_endpoint_vpc(world, API_ACCOUNT, 1, DATA_CENTRE)
    world.vpn_gateways["main"] = VpnGateway("main", DATA_CENTRE)
    route(world, "endpoint", DATA_CENTRE, "vpn:main", propagated=True)
    world.apis["pets"] = pets(only_through())
    world.roles["apidoctor-reader"] = role(API_ACCOUNT, f"arn:aws:iam::{API_ACCOUNT}:root")
    return world
