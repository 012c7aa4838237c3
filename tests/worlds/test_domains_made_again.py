"""A custom domain that was deleted, and perhaps made again: an association with the old one is worth nothing."""

import pytest
from worlds.build import API, API_ACCOUNT, World
from worlds.cases import Cases, check_case
from worlds.domain import (
    ARN,
    DOMAIN,
    DOMAIN_ID,
    across_accounts,
    associate,
    by_endpoint_name,
    forget_associations,
    set_domain_policy,
    set_management_policy,
    with_domain,
)
from worlds.judge import judge

CASES = Cases()
NEW_ID = "dom0000002"
NEW_ARN = ARN.replace(DOMAIN_ID, NEW_ID)


@CASES.broken("H06", with_domain, by_endpoint_name, across_accounts)
def made_again(world: World) -> None:
    """Only the association still names the old id."""
    world[DOMAIN].update(domainNameId=NEW_ID, domainNameArn=NEW_ARN)
    allowed = {"Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*"}
    set_domain_policy(world, allowed)
    if world.endpoint_account != API_ACCOUNT:
        owner = f"arn:aws:iam::{world.endpoint_account}:root"
        set_management_policy(world, {"Effect": "Allow", "Principal": {"AWS": owner}, "Resource": NEW_ARN})
    key = f"{DOMAIN}/{NEW_ID}"
    mapping = {"basePath": "(none)", "restApiId": API, "stage": "prod"}
    world.keyed(API_ACCOUNT, "get_base_path_mappings", key, {"items": [mapping]})
    world.keyed(API_ACCOUNT, "get_domain_name", key, world[DOMAIN])


@CASES.broken("H06", with_domain)
def association_of_another_id(world: World) -> None:
    forget_associations(world)
    associate(world, NEW_ARN)


@CASES.healthy(with_domain, across_accounts)
def made_again_and_associated_again(world: World) -> None:
    made_again(world)
    associate(world, NEW_ARN)


@CASES.broken("H06", with_domain)
def deleted(world: World) -> None:
    world.answers(API_ACCOUNT)["get_domain_names"] = {"items": []}


@CASES.undecided(with_domain)
def id_of_the_domain_is_not_shown(world: World) -> None:
    """Nobody can say that it is another one."""
    hidden = ("domainNameId", "domainNameArn")
    listed = {name: value for name, value in world[DOMAIN].items() if name not in hidden}
    world.answers(API_ACCOUNT)["get_domain_names"]["items"] = [listed]


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_an_association_is_with_one_domain_of_the_name(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_the_old_id_is_told(tmp_path):
    world = with_domain()
    made_again(world)
    said = judge(world, tmp_path)

    (cause,) = said.report["root_causes"]
    assert cause["check"] == "domain/endpoint-is-associated"
    assert (
        f"an earlier domain {DOMAIN} (account {API_ACCOUNT} has no domain of the id {DOMAIN_ID} any more)"
        in (cause["title"])
    )


@pytest.mark.parametrize("hide", ["refused", "unread"])
def test_an_owner_that_cannot_be_read_may_still_have_the_domain(hide, tmp_path):
    world = across_accounts()
    made_again(world)
    if hide == "unread":
        del world.accounts[API_ACCOUNT]
    else:
        denied = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
        world.answers(API_ACCOUNT)["get_domain_names"] = denied
    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("undecided", []), said.story()
