"""What checks of stages and backends read is what they declare, on worlds that have all of it."""

import contextlib

import pytest
from worlds import test_api_stages, test_api_web_acl, test_integration
from worlds.build import World
from worlds.judge import written
from worlds.layouts import same_vpc

from apidoctor.cli.diagnose import prepare
from apidoctor.cli.options import Options
from apidoctor.engine.registry import load
from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.scene.case import Case, Sources

REGISTRY = load()
CHECKS = [name for name in REGISTRY.checks if name.startswith(("api/", "integration/"))]
WORLDS = [
    test_api_stages.keys_cannot_be_listed,
    test_api_stages.call_was_throttled_and_limits_are_known,
    test_api_stages.canary_has_the_method,
    test_api_web_acl.rule_blocks_the_callers_address,
    test_api_web_acl.managed_rule_blocked_the_test_call,
    test_api_web_acl.rules_cannot_be_read,
    test_integration.permission_is_on_the_alias,
    test_integration.function_is_gone,
    test_integration.link_leads_to_healthy_targets,
    test_integration.link_cannot_be_read,
    test_integration.rule_of_the_listener_leads_to_a_healthy_group,
    test_integration.certificate_has_another_name_and_the_call_ends_in_500,
]


@pytest.mark.parametrize("change", WORLDS, ids=lambda change: change.__name__)
def test_a_check_reads_only_what_it_and_those_it_needs_declare(change, tmp_path, monkeypatch):
    world: World = same_vpc()
    change(world)
    words = {"from_": world.origin, "as_": world.principal, "header": tuple(world.options[1:])}
    session = prepare(
        Options(target=world.target, snapshot=str(written(world, tmp_path)), given=tuple(words), **words)
    ).session
    read: set[str] = set()
    answer = Inventory.answer

    def spy(inventory, account, region, name):
        read.add("iam.get_policy" if name == "get_policy" and region == "global" else name)
        return answer(inventory, account, region, name)

    monkeypatch.setattr(Inventory, "answer", spy)
    for name in CHECKS:
        read.clear()
        case = Case(session._request, session.snapshot(), Sources(aws=True, probe=True, invoke=True))
        with contextlib.suppress(Undecided):
            list(REGISTRY.checks[name].declaration.judge(case))
        declared = {each for check in REGISTRY.select([name]) for each in check.declaration.reads}
        assert read - {"get_caller_identity"} <= declared, name
