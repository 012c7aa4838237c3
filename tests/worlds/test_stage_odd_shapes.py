"""Answers about stages and backends with odd values anywhere in them: unknown at worst, never a fall."""

import contextlib
import copy
import random
from typing import Any

import pytest
from worlds import test_api_stages, test_api_web_acl, test_integration
from worlds.judge import written
from worlds.layouts import same_vpc

from apidoctor.cli.diagnose import prepare
from apidoctor.cli.options import Options
from apidoctor.engine.registry import load
from apidoctor.model.facts import Undecided
from apidoctor.reasoning.scene.case import Case, Sources

CHECKS = {name: check for name, check in load().checks.items() if name.startswith(("api/", "integration/"))}
ODD: list[Any] = [
    None,
    0,
    -1,
    1.5,
    True,
    "",
    "x",
    "\x1b[2J\u202e",
    [],
    {},
    [None],
    {"a": None},
    [[["x"]]],
    "9" * 400,
]
READ = (
    "usage",
    "api_key",
    "deployment",
    "gateway",
    "acl",
    "ip_set",
    "sampled",
    "link",
    "balancer",
    "listener",
)
READ += ("rules", "target", "certificate", "function", "get_policy", "get_account", "get_resources")
WORLDS = [
    test_api_stages.usage_plan_shuts_the_method,
    test_api_stages.canary_has_the_method,
    test_api_web_acl.default_action_blocks_all_but_others,
    test_api_web_acl.managed_rule_blocked_the_test_call,
    test_integration.permission_is_on_the_alias,
    test_integration.rule_of_the_listener_leads_to_a_healthy_group,
    test_integration.certificate_has_another_name_and_the_call_ends_in_500,
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every member and element below a value: what holds it, and where."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in [(value, key), *places(value[key])]]


@pytest.mark.parametrize("change", WORLDS, ids=lambda change: change.__name__)
def test_an_odd_value_anywhere_makes_no_check_fall(change, tmp_path):
    world = same_vpc()
    change(world)
    words = {"from_": world.origin, "as_": world.principal, "header": tuple(world.options[1:])}
    file = str(written(world, tmp_path))
    session = prepare(Options(target=world.target, snapshot=file, given=tuple(words), **words)).session
    seen = session.snapshot()
    chance = random.Random(7)
    for _ in range(60):
        accounts = copy.deepcopy(seen.accounts)
        answers = accounts[world.api_account]["us-east-1"]
        around = [
            place for name in answers if any(part in name for part in READ) for place in places(answers[name])
        ]
        for holder, key in chance.sample(around, min(2, len(around))):
            holder[key] = chance.choice(ODD)
        case = Case(session._request, type(seen)(**{**fields(seen), "accounts": accounts}), Sources(aws=True))
        for name, check in CHECKS.items():
            with contextlib.suppress(Undecided):
                assert list(check.declaration.judge(case)), name


def fields(value: Any) -> dict[str, Any]:
    """The members of a struct."""
    return {name: getattr(value, name) for name in value.__struct_fields__}
