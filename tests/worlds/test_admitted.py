"""A call that was admitted is worth more than what was read: what says that none can be is a warning then."""

from collections.abc import Callable

import pytest
from worlds.build import API, ENDPOINT, URL, World
from worlds.changes import set_methods
from worlds.judge import judge
from worlds.layouts import same_vpc
from worlds.seen import of, probed, refused

Change = Callable[[World], None]


def key_is_asked_for(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "NONE"}}, key=True)


def signature_is_asked_for(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "AWS_IAM"}})
    world.principal = "anonymous"


def throttle_is_shut(world: World) -> None:
    world["prod"]["methodSettings"]["*/*"] |= {"throttlingRateLimit": 0.0, "throttlingBurstLimit": 0}


def path_is_not_deployed(world: World) -> None:
    set_methods(world, {"/orders": {"GET": "NONE"}})


def path_is_only_saved(world: World) -> None:
    set_methods(world, {"/orders": {"GET": "NONE"}})
    set_methods(world, {"/pets": {"GET": "NONE"}}, deployed=False)


def there_is_no_stage(world: World) -> None:
    account = world.api_account
    world.keyed(account, "get_stages", API, {"item": []})
    for operation in ("get_stage", "get_export"):
        del world.answers(account)[operation]


def there_is_no_policy(world: World) -> None:
    del world[API]["policy"]
    body = world.answers(world.api_account)["get_export"][f"{API}/prod/oas30"]["body"]
    del body["x-amazon-apigateway-policy"]


def endpoint_has_failed(world: World) -> None:
    world[ENDPOINT]["State"] = "failed"


def api_is_regional(world: World) -> None:
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"]}


CASES = [
    (key_is_asked_for, "api/key-is-not-asked-for", "H10"),
    (signature_is_asked_for, "policy/call-is-signed-where-asked", "A18"),
    (throttle_is_shut, "api/throttles-let-calls-through", "H11"),
    (path_is_not_deployed, "api/method-is-deployed", "H02"),
    (path_is_only_saved, "api/method-is-deployed", "H04"),
    (there_is_no_stage, "api/stage-is-deployed", "H02"),
    (there_is_no_policy, "policy/resource-policy-exists", "A01"),
    (endpoint_has_failed, "endpoint/is-available", "N12"),
    (api_is_regional, "naming/private-dns-keeps-public-apis", "D02"),
]


@pytest.mark.parametrize(("change", "check", "fault"), CASES)
def test_what_contradicts_an_admitted_call_is_a_warning(change: Change, check: str, fault: str, tmp_path):
    world = probed(same_vpc())
    change(world)

    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("healthy", []), said.story()
    assert not said.of("error"), said.story()
    warned = [each for each in said.of("warn") if (each["check"], each["fault"]) == (check, fault)]
    assert len(warned) == 1, said.story()
    assert "was admitted" in warned[0]["summary"]


@pytest.mark.parametrize(("change", "check", "fault"), CASES)
def test_a_call_of_another_path_proves_nothing_of_this_one(change: Change, check: str, fault: str, tmp_path):
    world = probed(same_vpc())
    change(world)
    for each in of(world, "http"):
        each["url"] = URL.replace("/pets", "/other")

    said = judge(world, tmp_path)

    assert (check, fault) in [(each["check"], each["fault"]) for each in said.of("fail")], said.story()
    assert said.faults == [fault], said.story()


@pytest.mark.parametrize(("change", "check", "fault"), CASES)
def test_a_call_that_was_refused_leaves_the_fault(change: Change, check: str, fault: str, tmp_path):
    world = probed(same_vpc())
    change(world)
    refused(world, "ForbiddenException", '{"message":"Forbidden"}')

    said = judge(world, tmp_path)

    assert (check, fault) in [(each["check"], each["fault"]) for each in said.of("fail")], said.story()


def test_a_signed_call_proves_nothing_of_an_unsigned_one(tmp_path):
    world = probed(same_vpc())
    signature_is_asked_for(world)
    for each in of(world, "http"):
        each["signed"] = True

    assert judge(world, tmp_path).faults == ["A18"]
