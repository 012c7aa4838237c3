"""What an authorizer takes the caller's identity from: what the call lacks is named, and nothing else."""

from typing import Any

import pytest
from worlds.build import API, World
from worlds.changes import SCHEMES, export, set_methods
from worlds.judge import judge
from worlds.layouts import same_vpc
from worlds.seen import probed, refused

CHECK = "policy/authorizer-admits-the-call"
HEADER, QUERY = "method.request.header.X-A", "method.request.querystring.q"
BOTH = f"{HEADER}, {QUERY}"


def asks(world: World, source: str, kind: str = "request", deployed: bool = True) -> None:
    """The method has a Lambda authorizer with these identity sources."""
    set_methods(world, {"/pets": {"GET": "CUSTOM"}})
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/x/invocations"
    shown: dict[str, Any] = {"type": kind, "authorizerUri": uri, "authorizerResultTtlInSeconds": 300}
    saved = {"id": "auth01", "name": "gate", "type": kind.upper(), "identitySource": source}
    world.keyed(world.api_account, "get_authorizers", API, {"items": [saved]})
    items = world.answers(world.api_account)["get_resources"][API]["items"]
    items[-1]["resourceMethods"]["GET"]["authorizerId"] = "auth01"
    if deployed:
        gate = {"type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authtype": "custom"}
        if kind == "token":
            gate["name"] = source.rpartition(".")[2]
        else:
            shown["identitySource"] = source
        schemes = SCHEMES | {"gate": gate | {"x-amazon-apigateway-authorizer": shown}}
        export(world)["components"] = {"securitySchemes": schemes}


def unauthorized(world: World, tmp_path) -> str:
    """What is told of a call that was answered with 401."""
    refused(probed(world), "UnauthorizedException", '{"message":"Unauthorized"}', status=401)
    (cause,) = judge(world, tmp_path).report["root_causes"]
    assert (cause["fault"], cause["check"], cause["confidence"]) == ("A20", CHECK, "likely")
    return cause["title"]


@pytest.mark.parametrize("deployed", [True, False], ids=["deployed", "saved"])
@pytest.mark.parametrize(
    ("kind", "source", "options", "query", "lacking"),
    [
        ("request", BOTH, (), "", "the header X-A and the query parameter q are missing"),
        ("request", BOTH, ("-H", "x-a:1"), "", "the query parameter q is missing"),
        ("request", BOTH, ("-H", "X-A:1"), "?q=", "the query parameter q is missing"),
        ("request", BOTH, (), "?q=1", "the header X-A is missing"),
        ("request", "stageVariables.tok", (), "", "the stage variable tok is missing"),
        ("token", HEADER, (), "", "the header X-A is missing"),
        ("token", HEADER, ("-H", "Authorization:s3cr3t"), "", "the header X-A is missing"),
        ("token", "method.request.header.Authorization", (), "", "the header Authorization is missing"),
    ],
)
def test_what_is_missing_is_named(kind, source, options, query, lacking, deployed, tmp_path):
    world = same_vpc()
    asks(world, source, kind, deployed)
    world.options += options
    world.target += query

    assert lacking in unauthorized(world, tmp_path)


@pytest.mark.parametrize("deployed", [True, False], ids=["deployed", "saved"])
@pytest.mark.parametrize(
    ("kind", "source", "options", "query"),
    [
        ("request", BOTH, ("-H", "X-A:1"), "?p=0&q=2"),
        ("request", "context.identity.sourceIp", (), ""),
        ("token", HEADER, ("-H", "X-A:1"), ""),
    ],
)
def test_nothing_is_missed_that_was_sent_or_need_not_be(kind, source, options, query, deployed, tmp_path):
    world = same_vpc()
    asks(world, source, kind, deployed)
    world.options += options
    world.target += query
    told = unauthorized(world, tmp_path)

    assert "has no token" not in told
    assert "The authorizer refuses the call" in told


def test_what_is_deployed_counts_before_what_is_saved(tmp_path):
    world = same_vpc()
    asks(world, HEADER)
    world.answers(world.api_account)["get_authorizers"][API]["items"][0]["identitySource"] = QUERY

    assert "the header X-A is missing" in unauthorized(world, tmp_path)


@pytest.mark.parametrize("options", [(), ("-H", "X-A:1")], ids=["without", "with it"])
def test_without_a_call_what_will_be_missing_is_told_and_nothing_is_blamed(options, tmp_path):
    world = same_vpc()
    asks(world, HEADER)
    world.options += options
    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("undecided", []), said.story()
    (result,) = [each for each in said.of("unknown") if each["check"] == CHECK]
    assert ("sends it no header X-A" in result["summary"]) is (not options)


def test_an_authorizer_that_nobody_can_read_is_asked_for_the_usual_header(tmp_path):
    world = same_vpc()
    asks(world, HEADER, deployed=False)
    for operation in ("get_authorizers", "get_export"):
        denied = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
        world.answers(world.api_account)[operation] = denied

    assert "no Authorization header is sent" in unauthorized(world, tmp_path)


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Amzn-Trace-Id", "Accept", "Host"])
def test_headers_that_every_call_gets_are_not_missing(name, tmp_path):
    world = same_vpc()
    asks(world, f"method.request.header.{name}")

    assert name not in unauthorized(world, tmp_path)
