"""What a stage runs and what stands before its methods: paths, keys, canaries, throttles (API Gateway guide)."""

import pytest
from worlds.build import URL, World
from worlds.cases import Cases, check_case
from worlds.changes import export, set_methods
from worlds.judge import judge
from worlds.layouts import on_prem, peered, same_vpc
from worlds.seen import probed, refused

CASES = Cases()


# Paths and methods.


@CASES.broken("H02", same_vpc, on_prem)
def path_with_a_slash_at_its_end(world: World) -> None:
    world.target += "/"


@CASES.broken("H02", same_vpc)
def path_with_a_slash_at_its_end_was_refused(world: World) -> None:
    world.target += "/"
    probed(world)
    refused(world, "MissingAuthenticationTokenException", '{"message":"Missing Authentication Token"}')


@CASES.healthy(same_vpc)
def path_with_a_slash_at_its_end_was_answered(world: World) -> None:
    """What was seen to work is not called broken."""
    world.target += "/"
    probed(world)


@CASES.healthy(same_vpc)
def slash_at_the_end_of_what_a_greedy_parameter_takes(world: World) -> None:
    set_methods(world, {"/{proxy+}": {"ANY": "NONE"}})
    world.target += "/"


@CASES.broken("H02", same_vpc, peered)
def path_repeats_the_stage(world: World) -> None:
    world.target = URL.replace("/prod/", "/prod/prod/")


@CASES.broken("H02", same_vpc)
def head_of_a_path_with_get(world: World) -> None:
    world.options = ["--method", "HEAD"]


@CASES.healthy(same_vpc)
def authorization_told_by_the_deployment(world: World) -> None:
    """The draft asks for a signature, what is deployed does not."""
    set_methods(world, {"/pets": {"GET": "NONE"}})
    set_methods(world, {"/pets": {"GET": "AWS_IAM"}}, deployed=False)
    export(world)["paths"]["/pets"]["get"]["x-amazon-apigateway-auth"] = {"type": "NONE"}


@CASES.broken("H10", same_vpc)
def key_asked_for_by_the_deployment_alone(world: World) -> None:
    """The draft asks for no key any more."""
    export(world)["components"] = {
        "securitySchemes": {
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "mine": {
                "type": "apiKey",
                "name": "token",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
            },
        }
    }
    export(world)["paths"]["/pets"]["get"] |= {
        "security": [{"api_key": []}],
        "x-amazon-apigateway-auth": {"type": "NONE"},
    }


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_fault_of_the_stage_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_what_the_path_differs_in_is_told(tmp_path):
    world = same_vpc()
    world.target = URL.replace("/pets", "/Pets")

    (result,) = judge(world, tmp_path).of("fail")

    assert "differs only by case from /pets" in result["summary"]
