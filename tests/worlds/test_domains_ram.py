"""Shares of AWS RAM that carry a private custom domain: each thing that stops them, and what must not be blamed."""

from typing import Any

import pytest
from worlds.build import API_ACCOUNT, CALLER_ACCOUNT, ENDPOINT_ACCOUNT, REGION, World
from worlds.cases import Cases, check_case
from worlds.domain import ARN, DOMAIN, across_accounts, associate, forget_associations, set_management_policy
from worlds.judge import judge, written

from apidoctor.cli.diagnose import prepare
from apidoctor.cli.options import Options
from apidoctor.reasoning.scene.association import permission
from apidoctor.reasoning.scene.case import Case, Sources

CASES = Cases()
SHARE = f"arn:aws:ram:{REGION}:{API_ACCOUNT}:resource-share/0a1b"
ORGANIZATION = f"arn:aws:organizations::{CALLER_ACCOUNT}:organization/o-corp000001"
UNIT = f"arn:aws:organizations::{CALLER_ACCOUNT}:ou/o-corp000001/ou-abcd-11111111"


def shared(
    world: World,
    *principals: dict[str, Any],
    share: dict[str, Any] | None = None,
    domain: dict[str, Any] | None = None,
    region: str = REGION,
) -> None:
    """The owner shares the domain; the association is missing and no management policy was written."""
    forget_associations(world)
    world[DOMAIN].pop("managementPolicy", None)
    made = {"resourceShareArn": SHARE, "name": "domains", "owningAccountId": API_ACCOUNT, "status": "ACTIVE"}
    made |= {"allowExternalPrincipals": True} | (share or {})
    common = {"resourceShareArn": made["resourceShareArn"], "resourceShareName": "domains"}
    common |= {"status": "ASSOCIATED", "external": False}
    ties = [common | {"associationType": "RESOURCE", "associatedEntity": ARN} | (domain or {})]
    for each in principals or ({},):
        ties.append(common | {"associationType": "PRINCIPAL", "associatedEntity": ENDPOINT_ACCOUNT} | each)
    answers = world.answers(API_ACCOUNT, region)
    shares = answers.setdefault("get_resource_shares", {"resourceShares": []})
    shares["resourceShares"].append(made)
    held = answers.setdefault("get_resource_share_associations", {"resourceShareAssociations": []})
    held["resourceShareAssociations"].extend(ties)


def member_of(world: World, organization: str) -> None:
    """The endpoint's account is in an organization."""
    world.answers(ENDPOINT_ACCOUNT, "global")["describe_organization"] = {
        "Organization": {"Id": organization}
    }


# What stops a share


@CASES.broken("A23", across_accounts)
def the_domain_could_not_be_put_into_the_share(world: World) -> None:
    shared(world, domain={"status": "FAILED", "statusMessage": "The resource was not found."})


@CASES.broken("A23", across_accounts)
def the_domain_was_taken_out_of_the_share(world: World) -> None:
    shared(world, domain={"status": "DISASSOCIATED"})


@CASES.broken("A23", across_accounts)
def the_share_is_with_another_account(world: World) -> None:
    shared(world, {"associatedEntity": CALLER_ACCOUNT})


@CASES.broken("A23", across_accounts)
def the_share_is_with_nobody(world: World) -> None:
    shared(world)
    del world.answers(API_ACCOUNT)["get_resource_share_associations"]["resourceShareAssociations"][1]


@CASES.broken("A23", across_accounts)
def the_share_is_with_another_organization(world: World) -> None:
    shared(world, {"associatedEntity": ORGANIZATION})
    member_of(world, "o-other00001")


@CASES.broken("A23", across_accounts)
def the_share_is_with_an_organization_and_the_account_in_none(world: World) -> None:
    shared(world, {"associatedEntity": ORGANIZATION})
    error = {"error": {"Code": "AWSOrganizationsNotInUseException", "Message": "not a member"}}
    world.answers(ENDPOINT_ACCOUNT, "global")["describe_organization"] = error


@CASES.broken("A23", across_accounts)
def the_share_is_for_the_organization_alone_and_the_account_outside(world: World) -> None:
    shared(world, {"external": True, "status": "FAILED"}, share={"allowExternalPrincipals": False})


@CASES.broken("A23", across_accounts)
def the_account_has_not_accepted_yet(world: World) -> None:
    shared(world, {"external": True, "status": "ASSOCIATING"})


@CASES.broken("A23", across_accounts)
def the_share_is_deleted(world: World) -> None:
    shared(world, share={"status": "DELETED"})


@CASES.broken("A23", across_accounts)
def the_share_is_listed_no_more(world: World) -> None:
    shared(world)
    world.answers(API_ACCOUNT)["get_resource_shares"] = {"resourceShares": []}


@CASES.broken("A23", across_accounts)
def the_share_failed(world: World) -> None:
    shared(world, share={"status": "FAILED", "statusMessage": "no"})


@CASES.broken("A23", across_accounts)
def the_share_is_of_another_region(world: World) -> None:
    arn = SHARE.replace(REGION, "eu-west-1")
    shared(world, share={"resourceShareArn": arn})


@CASES.broken("A23", across_accounts)
def the_policy_denies_whatever_the_share_says(world: World) -> None:
    """The management policy is what API Gateway evaluates."""
    shared(world)
    everyone = {"Effect": "Allow", "Principal": "*"}
    set_management_policy(world, everyone, everyone | {"Effect": "Deny"})


@CASES.broken("A23", across_accounts)
def no_share_carries_the_domain_and_no_policy_is_there(world: World) -> None:
    shared(world, domain={"associatedEntity": ARN.replace(DOMAIN, "shop.corp.example")})


# Nothing is wrong with the share: the association itself is what is missing


@CASES.broken("H06", across_accounts)
def the_share_is_as_it_should_be(world: World) -> None:
    shared(world)


@CASES.broken("H06", across_accounts)
def a_share_with_a_role_of_the_account(world: World) -> None:
    shared(world, {"associatedEntity": f"arn:aws:iam::{ENDPOINT_ACCOUNT}:role/network"})


@CASES.broken("H06", across_accounts)
def a_share_with_the_accounts_organization(world: World) -> None:
    shared(world, {"associatedEntity": ORGANIZATION}, share={"allowExternalPrincipals": False})
    member_of(world, "o-corp000001")


@CASES.broken("H06", across_accounts)
def a_share_with_an_organization_that_nobody_knows_the_members_of(world: World) -> None:
    shared(world, {"associatedEntity": ORGANIZATION})


@CASES.broken("H06", across_accounts)
def a_share_with_a_unit_of_the_accounts_organization(world: World) -> None:
    """Which unit an account is in only the organization's own account tells."""
    shared(world, {"associatedEntity": UNIT})
    member_of(world, "o-corp000001")


@CASES.broken("H06", across_accounts)
def a_broken_share_of_another_domain(world: World) -> None:
    shared(world)
    other = {"associatedEntity": ARN.replace(DOMAIN, "shop.corp.example"), "status": "FAILED"}
    shared(world, share={"resourceShareArn": f"{SHARE}2", "status": "FAILED"}, domain=other)


@CASES.broken("H06", across_accounts)
def a_good_share_beside_a_deleted_one(world: World) -> None:
    shared(world, share={"resourceShareArn": f"{SHARE}2", "status": "DELETED"})
    shared(world)


@CASES.broken("H06", across_accounts)
def a_pending_invitation_to_a_share_of_something_else(world: World) -> None:
    shared(world)
    invited(world, "PENDING", f"{SHARE}2")


@CASES.broken("H06", across_accounts)
def a_pending_invitation_to_another_share_while_nobody_knows_of_this_one(world: World) -> None:
    shared(world, {"associatedEntity": UNIT})
    invited(world, "PENDING", f"{SHARE}2")


@CASES.broken("H06", across_accounts)
def the_invitation_is_accepted(world: World) -> None:
    shared(world, {"external": True})
    invited(world, "ACCEPTED", SHARE)


@CASES.broken("H06", across_accounts)
def a_policy_that_allows_beside_a_failed_share(world: World) -> None:
    """A domain may be shared by a patch of its policy, without RAM."""
    shared(world, domain={"status": "FAILED"})
    set_management_policy(
        world, {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ENDPOINT_ACCOUNT}:root"}}
    )


@CASES.broken("H06", across_accounts)
def a_state_that_nobody_knows(world: World) -> None:
    shared(world, share={"status": "SLEEPING"})


@CASES.healthy(across_accounts)
def an_association_whatever_ram_says(world: World) -> None:
    shared(world, {"associatedEntity": CALLER_ACCOUNT}, share={"status": "DELETED"})
    associate(world)


def invited(world: World, status: str, share: str) -> None:
    """The endpoint's account has an invitation to a share."""
    invitation = {
        "resourceShareInvitationArn": f"arn:aws:ram:{REGION}:{API_ACCOUNT}:resource-share-invitation/1",
        "resourceShareArn": share,
        "senderAccountId": API_ACCOUNT,
        "invitationTimestamp": "2026-11-22T09:00:00+00:00",
        "status": status,
    }
    answer = {"resourceShareInvitations": [invitation]}
    world.answers(ENDPOINT_ACCOUNT)["get_resource_share_invitations"] = answer


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_a_share(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


WORDS = [
    (
        the_domain_could_not_be_put_into_the_share,
        "is FAILED in the share domains, not ASSOCIATED (The resource",
    ),
    (the_share_is_with_another_account, f"{ENDPOINT_ACCOUNT} is no principal of the share domains"),
    (the_share_is_for_the_organization_alone_and_the_account_outside, "does not allow principals outside"),
    (the_account_has_not_accepted_yet, "its invitation may wait to be accepted"),
    (the_share_is_deleted, "is DELETED"),
    (the_share_is_listed_no_more, "is not listed any more"),
    (the_share_is_of_another_region, f"in eu-west-1 and {DOMAIN} in {REGION}"),
    (no_share_carries_the_domain_and_no_policy_is_there, "no management policy and no share of AWS RAM"),
]


@pytest.mark.parametrize(("change", "words"), WORDS, ids=[each.__name__ for each, _ in WORDS])
def test_the_words_say_what_stops_it(change, words, tmp_path):
    said = check_case(across_accounts, change, {"A23"}, "broken", tmp_path)

    assert words in said.report["root_causes"][0]["title"], said.story()


FIXES = [
    (the_share_is_of_another_region, f"in {REGION}"),
    (the_domain_could_not_be_put_into_the_share, f"Put {DOMAIN} into the share again"),
    (the_share_is_with_another_account, f"Add account {ENDPOINT_ACCOUNT} to the share"),
    (the_share_is_for_the_organization_alone_and_the_account_outside, "allow external principals"),
    (the_account_has_not_accepted_yet, "accept the invitation"),
]


@pytest.mark.parametrize(("change", "words"), FIXES, ids=[each.__name__ for each, _ in FIXES])
def test_the_fix_is_of_what_stops_it(change, words, tmp_path):
    said = check_case(across_accounts, change, {"A23"}, "broken", tmp_path)

    assert words in str(said.report["root_causes"][0]["fix"]), said.story()


def test_a_domain_of_the_name_that_another_region_shares_is_not_this_one(tmp_path):
    world = across_accounts()
    arn = SHARE.replace(REGION, "eu-west-1")
    other = ARN.replace(REGION, "eu-west-1")
    shared(world, share={"resourceShareArn": arn}, domain={"associatedEntity": other}, region="eu-west-1")
    world.options += ["--region", REGION]
    said = judge(world, tmp_path)

    assert said.faults == ["A23"], said.story()
    assert "of eu-west-1, not that of us-east-1" in said.report["root_causes"][0]["title"]


def test_the_organization_of_the_account_decides_a_policy_for_an_organization(tmp_path):
    def change(world: World) -> None:
        forget_associations(world)
        condition = {"StringEquals": {"aws:PrincipalOrgID": "o-corp000001"}}
        set_management_policy(world, {"Effect": "Allow", "Principal": "*", "Condition": condition})
        member_of(world, "o-other00001")

    check_case(across_accounts, change, {"A23"}, "broken", tmp_path)


def test_what_ram_refuses_to_say_leaves_the_verdict_alone(tmp_path):
    def change(world: World) -> None:
        forget_associations(world)
        error = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
        for name in ("get_resource_shares", "get_resource_share_associations"):
            world.answers(API_ACCOUNT)[name] = error
        del world[DOMAIN]["managementPolicy"]

    check_case(across_accounts, change, {"A23"}, "broken", tmp_path)


ODD: list[dict[str, Any]] = [
    {"resourceShareAssociations": "all"},
    {"resourceShareAssociations": [7, {"associatedEntity": 7, "associationType": ["RESOURCE"]}]},
    {"resourceShareAssociations": [{"associatedEntity": ARN, "associationType": "RESOURCE"}]},
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_answers_blame_no_share(odd, tmp_path):
    world = across_accounts()
    shared(world)
    world.answers(API_ACCOUNT)["get_resource_share_associations"] = odd
    world.answers(API_ACCOUNT)["get_resource_shares"] = {"resourceShares": [7, {"status": 7}]}
    said = judge(world, tmp_path)

    assert not said.of("error"), said.story()
    assert not any("the share" in each["title"] for each in said.report["root_causes"]), said.story()


def test_a_live_run_asks_ram_and_does_without_what_it_refuses(tmp_path):
    """Only when the management policy does not tell, and only accounts that can be read."""
    world = across_accounts()
    forget_associations(world)

    def wanted() -> set[tuple[str, str | None]]:
        options = Options(
            target=world.target,
            snapshot=str(written(world, tmp_path)),
            from_=world.origin,
            as_=world.principal,
        )
        session = prepare(options).session
        ram = ("get_resource_share_associations", "get_resource_shares")
        case = Case(
            session._request,
            session.snapshot(),
            Sources(aws=True),
            hope=lambda gap: getattr(gap, "operation", "") in ram and not gap.reason,
        )
        return {(gap.operation, gap.account) for gap in permission(case).missing}

    assert wanted() == set()
    del world[DOMAIN]["managementPolicy"]
    associations = ("get_resource_share_associations", API_ACCOUNT)
    shares = {("get_resource_shares", account) for account in (API_ACCOUNT, ENDPOINT_ACCOUNT)}
    assert wanted() == {associations, *shares}
    for account in (API_ACCOUNT, ENDPOINT_ACCOUNT):
        error = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
        world.answers(account)["get_resource_shares"] = error
    assert wanted() == {associations}
