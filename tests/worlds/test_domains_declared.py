"""What checks look at when a custom domain is called is what they and those they need declare."""

import json

import pytest
from worlds.build import API_ACCOUNT, World
from worlds.domain import (
    across_accounts,
    by_endpoint_name,
    forget_associations,
    rule,
    set_rules,
    with_domain,
)
from worlds.seen import probed, refused

from apidoctor.cli.diagnose import prepare
from apidoctor.cli.options import Options
from apidoctor.engine.registry import load
from apidoctor.model.facts import Undecided
from apidoctor.reasoning.scene.case import Case, Sources

REGISTRY = load()


def as_it_is(world: World) -> None:
    """The healthy world."""


def with_rules(world: World) -> None:
    """Routing rules, then mappings."""
    set_rules(world, rule(10), mode="ROUTING_RULE_THEN_BASE_PATH_MAPPING")


def refused_without_association(world: World) -> None:
    """A probed world in which the call is refused and the association is missing."""
    probed(world)
    forget_associations(world)
    refused(world, "ForbiddenException", '{"message":"Forbidden"}')


def without_the_owner(world: World) -> None:
    """Only the accounts of endpoint and caller can be read."""
    del world.accounts[API_ACCOUNT]
    world.answers("999999999999")


@pytest.mark.parametrize("change", [as_it_is, with_rules, refused_without_association, without_the_owner])
@pytest.mark.parametrize("layout", [with_domain, by_endpoint_name, across_accounts])
def test_checks_of_a_call_by_a_domain_declare_what_they_read(layout, change, looked_at, tmp_path):
    world = layout()
    change(world)
    file = tmp_path / "world.json"
    file.write_text(json.dumps(world.snapshot()))
    headers = tuple(word for word in world.options if ":" in word)
    options = Options(
        target=world.target, snapshot=str(file), from_=world.origin, as_=world.principal, header=headers
    )
    session = prepare(options).session
    request, snapshot = session._request, session.snapshot()
    operations, kinds = looked_at
    for name, check in REGISTRY.checks.items():
        operations.clear()
        kinds.clear()
        try:
            found = list(
                check.declaration.judge(Case(request, snapshot, Sources(aws=True, probe=True, invoke=True)))
            )
        except Undecided:
            found = []
        declared = [each.declaration for each in REGISTRY.select([name])]
        assert operations - {"get_caller_identity"} <= {read for d in declared for read in d.reads}, name
        assert kinds - {"identity"} <= {kind for d in declared for kind in d.probes}, name
        assert {each.fault for each in found if each.fault} <= set(check.declaration.faults), name
