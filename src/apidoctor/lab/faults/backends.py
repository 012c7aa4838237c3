"""Faults behind the API: functions, VPC links and slow backends."""

from apidoctor.lab.description import Function, Integration, Method, VpcLink, World
from apidoctor.lab.faults.fault import Family
from apidoctor.lab.worlds.parts import API_ACCOUNT

family = Family()
FAULTS = family.faults


def _answer_with(world: World, integration: Integration) -> None:
    world.api.methods[0] = Method("/pets", integration=integration)


@family.fault("B01")
def function_without_permission(world: World) -> None:
    """The Lambda function behind the method does not let API Gateway call it."""
    world.functions["pets"] = Function(API_ACCOUNT, permitted=False)
    _answer_with(world, Integration("AWS_PROXY", function="pets"))


@family.fault("B02")
def link_failed(world: World) -> None:
    """The VPC link of the integration has failed."""
    message = "NLB ARN is malformed, or the load balancer was deleted."
    world.links["backend"] = VpcLink(API_ACCOUNT, "main", status="FAILED", message=message)
    _answer_with(world, Integration("HTTP_PROXY", "https://backend.corp.example/pets", link="backend"))


@family.fault("B04")
def slow_backend(world: World) -> None:
    """The backend takes longer than the integration's time-out."""
    _answer_with(world, Integration("HTTP_PROXY", "https://backend.corp.example/pets", takes_ms=40000))


@family.fault("B05")
def malformed_reply(world: World) -> None:
    """The Lambda function returns what a proxy integration cannot read."""
    world.functions["pets"] = Function(API_ACCOUNT, malformed=True)
    _answer_with(world, Integration("AWS_PROXY", function="pets"))
