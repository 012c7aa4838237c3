"""Two things are wrong at once: both are told in one run, and nothing else is."""

from itertools import combinations

import pytest
from worlds.build import (
    ACL_C,
    ACL_E1,
    ACL_E2,
    ENDPOINT,
    GROUP_C,
    GROUP_E,
    HOSTED_ZONE,
    TABLE_C,
    TABLE_E,
    VPC_C,
    World,
    final_denies,
    statement,
)
from worlds.changes import identity_policy, set_endpoint_policy, set_policy
from worlds.judge import judge
from worlds.layouts import cross_account

KEEP_OUT = statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-0b000000000000000"}})


def caller_dns_off(world: World) -> None:
    attributes = world.answers(world.caller_account)["describe_vpc_attribute"]
    attributes[f"{VPC_C}/enableDnsSupport"]["EnableDnsSupport"]["Value"] = False


def empty_zone(world: World) -> None:
    answer = world.answers(world.endpoint_account, "global")["list_resource_record_sets"][HOSTED_ZONE]
    answer["ResourceRecordSets"] = answer["ResourceRecordSets"][:1]


def closed_endpoint_acls(world: World) -> None:
    for acl in (ACL_E1, ACL_E2):
        world[acl]["Entries"] = final_denies()


FAULTS = {
    "D10": caller_dns_off,
    "D07": empty_zone,
    "N02": lambda world: world[GROUP_C].update(IpPermissionsEgress=[]),
    "N04": lambda world: world[ACL_C].update(Entries=final_denies()),
    "N06": lambda world: world[TABLE_C]["Routes"].pop(),
    "N05": closed_endpoint_acls,
    "N01": lambda world: world[GROUP_E].update(IpPermissions=[]),
    "N07": lambda world: world[TABLE_E]["Routes"].pop(),
    "N12": lambda world: world[ENDPOINT].update(State="failed"),
    "A08": lambda world: set_endpoint_policy(world, statement(resource="test/*")),
    "A03": lambda world: set_policy(world, statement(), KEEP_OUT),
    "A11": identity_policy,
    "H05": lambda world: world["abc1234567"].update(disableExecuteApiEndpoint=True),
    "H02": lambda world: setattr(world, "target", world.target.replace("/pets", "/cats")),
}
"""Each breaks the world on its own, at a place of its own."""


UNDECIDABLE = {("A11", "H02")}
"""A method that does not exist has no authorization type: nobody can say whether IAM would have decided."""


@pytest.mark.parametrize(
    ("one", "other"), [both for both in combinations(FAULTS, 2) if both not in UNDECIDABLE]
)
def test_both_of_two_independent_faults_are_told(one, other, tmp_path):
    world = cross_account()
    FAULTS[one](world)
    FAULTS[other](world)

    assert {one, other} == set(judge(world, tmp_path).faults)
