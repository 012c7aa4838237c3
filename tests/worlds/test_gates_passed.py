"""A gate that the answer to the call stands behind was passed, whatever was read of it; and the near misses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attribution.configured import EXPLICIT, authorizer, closed_endpoint, strict, switched_off
from attribution.row import denied
from worlds.build import World
from worlds.judge import judge
from worlds.layouts import on_prem, same_vpc
from worlds.seen import probed, refused

Change = Callable[[World], None]
MISSING = ("MissingAuthenticationTokenException", '{"message":"Missing Authentication Token"}', 403)
BY_RESOURCE = ("AccessDeniedException", denied(EXPLICIT).body, 403)
BY_ENDPOINT = ("AccessDeniedException", denied(" with an explicit deny in a VPC endpoint policy").body, 403)
UNAUTHORIZED = ("UnauthorizedException", '{"message":"Unauthorized"}', 401)
THROTTLED = ("TooManyRequestsException", '{"message":"Too Many Requests"}', 429)
FORBIDDEN = ("ForbiddenException", '{"message":"Forbidden"}', 403)
ENDPOINT_POLICY = "policy/endpoint-policy-allows-call"

CASES: list[tuple[Any, Change, str, Any, bool]] = [
    (same_vpc, closed_endpoint, ENDPOINT_POLICY, BY_RESOURCE, True),
    (same_vpc, closed_endpoint, ENDPOINT_POLICY, MISSING, True),
    (same_vpc, closed_endpoint, ENDPOINT_POLICY, THROTTLED, True),
    (same_vpc, closed_endpoint, ENDPOINT_POLICY, BY_ENDPOINT, False),
    (same_vpc, closed_endpoint, ENDPOINT_POLICY, FORBIDDEN, False),
    (same_vpc, switched_off, "api/default-name-is-on", THROTTLED, True),
    (same_vpc, switched_off, "api/default-name-is-on", FORBIDDEN, False),
    (on_prem, strict, "api/access-mode-admits-the-name", MISSING, True),
    (on_prem, strict, "api/access-mode-admits-the-name", FORBIDDEN, False),
]


@pytest.mark.parametrize(("layout", "change", "check", "answer", "passed"), CASES)
def test_a_gate_before_the_one_that_refused_is_no_cause(
    tmp_path: Path, layout: Any, change: Change, check: str, answer: tuple[str, str, int], passed: bool
) -> None:
    world = layout()
    change(world)
    refused(probed(world), *answer)
    said = judge(world, tmp_path)
    (found,) = [result for result in said.report["results"] if result["check"] == check]

    assert found["status"] == ("warn" if passed else "fail"), said.story()
    assert (check in [cause["check"] for cause in said.report["root_causes"]]) is not passed


def test_an_authorizers_answer_stands_behind_the_endpoint_policy(tmp_path: Path) -> None:
    world = same_vpc()
    authorizer("CUSTOM")(world)
    closed_endpoint(world)
    refused(probed(world), *UNAUTHORIZED)
    said = judge(world, tmp_path)

    assert set(said.faults) == {"A20"}, said.story()
