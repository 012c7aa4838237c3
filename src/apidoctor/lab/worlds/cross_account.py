"""Caller and endpoint in the application's account, the API in another; the method wants a signature."""

from apidoctor.lab.description import Caller, Denial, Request, World
from apidoctor.lab.worlds.parts import (
    API_ACCOUNT,
    APP_ACCOUNT,
    add_caller,
    add_endpoint_vpc,
    pets,
    policy,
    role,
    statement,
)


def cross_account() -> World:
    """Role ``app`` of the application's account calls; both accounts must allow it, and both do.

    The resource policy names an IAM principal, so nobody may call the open method unsigned.
    Source: API Gateway guide, "How API Gateway resource policies affect authorization workflow", table B.
    """
    reader = f"arn:aws:iam::{API_ACCOUNT}:role/apidoctor-reader"
    world = World("cross-account", Request("/prod/orders"), Caller(APP_ACCOUNT, readers=[reader]))
    add_endpoint_vpc(world, APP_ACCOUNT, 2, "10.2.0.0/16")
    add_caller(world, "main", "10.2")
    app = f"arn:aws:iam::{APP_ACCOUNT}:role/app"
    through = {"StringEquals": {"aws:SourceVpce": "<endpoint:main>"}}
    world.apis["pets"] = pets(policy(statement("Allow", {"AWS": app}, Condition=through)))
    invoke = f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:<api:pets>/prod/GET/orders"
    world.roles["app"] = role(APP_ACCOUNT, "ec2.amazonaws.com", invoke=invoke)
    world.roles["apidoctor-reader"] = role(API_ACCOUNT, app)
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": reader}
    world.roles["app"].policies["look-at-the-api-account"] = policy(assume)
    world.dns.endpoint_zone = True
    world.front_door.denials.append(Denial("resource-based", method="GET /pets"))
    return world
