"""Private custom domains from the inventory alone: each gate broken, and its neighbour that must not be blamed."""

import pytest
from worlds.build import (
    API,
    API_ACCOUNT,
    CALLER_ACCOUNT,
    ENDPOINT,
    ENDPOINT_ACCOUNT,
    REGION,
    World,
    an_id,
    statement,
)
from worlds.cases import Cases, check_case
from worlds.changes import set_endpoint_policy, set_methods, set_policy
from worlds.domain import (
    ARN,
    CERTIFICATE,
    DOMAIN,
    DOMAIN_ID,
    INVOKE_ARN,
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
EVERY = (with_domain, by_endpoint_name, across_accounts)
OTHER_ENDPOINT = an_id("vpce", "f")
OTHER_ARN = ARN.replace(API_ACCOUNT, "999999999999").replace(DOMAIN_ID, "dom0000002")
ALL = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"}


@CASES.healthy(*EVERY)
def the_domain_as_it_should_be(world: World) -> None:
    """Zone or Host, association, policies, mapping: everything in its place."""


# The association


@CASES.broken("H06", with_domain, by_endpoint_name, across_accounts)
def no_access_association(world: World) -> None:
    forget_associations(world)


@CASES.broken("H06", with_domain)
def another_endpoint_is_associated(world: World) -> None:
    forget_associations(world)
    associate(world, endpoint=OTHER_ENDPOINT)


@CASES.broken("H06", with_domain)
def the_association_is_with_a_domain_of_another_name(world: World) -> None:
    forget_associations(world)
    associate(world, ARN.replace(DOMAIN, "www.corp.example"))


@CASES.healthy(with_domain)
def the_association_names_the_endpoint_by_its_arn(world: World) -> None:
    forget_associations(world)
    associate(world)["accessAssociationSource"] = (
        f"arn:aws:ec2:{REGION}:{API_ACCOUNT}:vpc-endpoint/{ENDPOINT}"
    )


@CASES.healthy(with_domain)
def other_endpoints_are_associated_too(world: World) -> None:
    associate(world, endpoint=OTHER_ENDPOINT)


@CASES.broken("H06", with_domain)
def the_endpoint_is_too_young_for_its_association_to_work(world: World) -> None:
    world[ENDPOINT]["CreationTimestamp"] = "2026-11-22T10:35:00+00:00"


@CASES.healthy(with_domain)
def the_endpoint_is_just_old_enough(world: World) -> None:
    world[ENDPOINT]["CreationTimestamp"] = "2026-11-22T10:26:00+00:00"


@CASES.broken("A23", across_accounts)
def the_management_policy_names_another_account(world: World) -> None:
    forget_associations(world)
    set_management_policy(
        world, {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{CALLER_ACCOUNT}:root"}}
    )


@CASES.broken("A23", across_accounts)
def the_domain_has_no_management_policy(world: World) -> None:
    forget_associations(world)
    del world[DOMAIN]["managementPolicy"]


@CASES.broken("A23", across_accounts)
def the_management_policy_denies(world: World) -> None:
    forget_associations(world)
    everyone = {"Effect": "Allow", "Principal": "*"}
    set_management_policy(world, everyone, everyone | {"Effect": "Deny"})


@CASES.broken("H06", across_accounts)
def the_management_policy_is_for_the_organization(world: World) -> None:
    """Nobody knows here whether the account is in it, so nothing is said of a refusal."""
    forget_associations(world)
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    set_management_policy(world, {"Effect": "Allow", "Principal": "*", "Condition": condition})


def invite(world: World, status: str, at: str = "2026-11-22T09:00:00+00:00") -> None:
    """The domain's owner has invited the endpoint's account to a share; the owner's own answers are not there."""
    invitation = {
        "resourceShareInvitationArn": f"arn:aws:ram:{REGION}:{API_ACCOUNT}:resource-share-invitation/1",
        "resourceShareName": "domain",
        "senderAccountId": API_ACCOUNT,
        "receiverAccountId": ENDPOINT_ACCOUNT,
        "invitationTimestamp": at,
        "status": status,
    }
    world.answers(ENDPOINT_ACCOUNT)["get_resource_share_invitations"] = {
        "resourceShareInvitations": [invitation]
    }
    forget_associations(world)


@CASES.broken("A23", across_accounts)
def the_invitation_is_pending(world: World) -> None:
    invite(world, "PENDING")
    del world[DOMAIN]["managementPolicy"]


@CASES.healthy(across_accounts)
def an_old_invitation_beside_an_association(world: World) -> None:
    """Once the association is there, nobody asks how it was permitted."""
    invite(world, "EXPIRED")
    del world[DOMAIN]["managementPolicy"]
    associate(world)


# One name, several domains


@CASES.broken("H17", with_domain)
def two_domains_of_one_name_on_one_endpoint(world: World) -> None:
    associate(world, OTHER_ARN)


@CASES.healthy(with_domain)
def another_account_has_a_domain_of_that_name(world: World) -> None:
    """Names need not be unique: the ARN counts, and the endpoint is associated with one of them."""
    other = world[DOMAIN] | {"domainNameId": "dom0000002", "domainNameArn": OTHER_ARN}
    world.answers("999999999999")["get_domain_names"]["items"].append(other | {"domainNameStatus": "FAILED"})


@CASES.healthy(with_domain)
def the_domain_of_the_other_account_comes_first(world: World) -> None:
    other = world[DOMAIN] | {"domainNameId": "dom0000002", "domainNameArn": OTHER_ARN}
    world.answers("999999999999")["get_domain_names"]["items"].append(other | {"domainNameStatus": "FAILED"})
    world.accounts = dict(reversed(world.accounts.items()))


PUBLIC = {
    "domainName": DOMAIN,
    "endpointConfiguration": {"types": ["REGIONAL"]},
    "domainNameStatus": "AVAILABLE",
}


@CASES.healthy(with_domain)
def a_public_domain_of_that_name_leads_to_a_public_api(world: World) -> None:
    world.answers(API_ACCOUNT)["get_domain_names"]["items"].insert(0, PUBLIC)
    public = {"items": [{"basePath": "(none)", "restApiId": "zzz1234567", "stage": "prod"}]}
    world.keyed(API_ACCOUNT, "get_base_path_mappings", DOMAIN, public)


@CASES.broken("H17", with_domain)
def a_public_domain_of_that_name_leads_to_the_private_api(world: World) -> None:
    world.answers(API_ACCOUNT)["get_domain_names"]["items"].insert(0, PUBLIC)
    private = {"items": [{"basePath": "(none)", "restApiId": API, "stage": "prod"}]}
    world.keyed(API_ACCOUNT, "get_base_path_mappings", DOMAIN, private)


# Status, certificate, access mode


@pytest.mark.parametrize("status", ["PENDING", "PENDING_CERTIFICATE_REIMPORT", "FAILED"])
def test_a_domain_that_is_not_ready_is_the_cause(status, tmp_path):
    def change(world: World) -> None:
        world[DOMAIN]["domainNameStatus"] = status

    check_case(with_domain, change, {"T06"}, "broken", tmp_path)


def test_an_update_is_to_be_waited_for(tmp_path):
    """Calls work while a certificate is changed: no failure, and the advice is to change nothing."""

    def change(world: World) -> None:
        world[DOMAIN]["domainNameStatus"] = "UPDATING"

    said = check_case(with_domain, change, set(), "healthy", tmp_path)
    warning = next(each for each in said.of("warn") if each["check"] == "domain/domain-is-available")
    assert warning["fault"] == "T10"


@CASES.broken("T06", with_domain)
def the_certificate_is_expired(world: World) -> None:
    world[CERTIFICATE].update(Status="EXPIRED", NotAfter="2026-11-21T00:00:00+00:00")


@CASES.broken("T06", with_domain)
def the_certificate_is_out_of_date_though_issued(world: World) -> None:
    world[CERTIFICATE]["NotAfter"] = "2026-11-22T10:00:00+00:00"


@CASES.broken("T06", with_domain)
def the_certificate_is_for_another_name(world: World) -> None:
    world[CERTIFICATE].update(DomainName="*.example", SubjectAlternativeNames=["*.example", "corp.example"])


@CASES.broken("T06", with_domain)
def the_certificate_has_a_long_key(world: World) -> None:
    world[CERTIFICATE]["KeyAlgorithm"] = "RSA-4096"


@CASES.healthy(with_domain)
def the_certificate_is_a_wildcard_with_an_elliptic_key(world: World) -> None:
    world[CERTIFICATE].update(
        DomainName="*.corp.example", SubjectAlternativeNames=["*.corp.example"], KeyAlgorithm="EC_secp384r1"
    )


@CASES.healthy(by_endpoint_name)
def the_certificate_is_expired_and_not_used(world: World) -> None:
    """The endpoint's own name has the endpoint's certificate."""
    world[CERTIFICATE].update(Status="EXPIRED", NotAfter="2026-11-21T00:00:00+00:00")


@CASES.healthy(with_domain)
def nobody_may_read_the_certificate(world: World) -> None:
    error = {"error": {"Code": "AccessDeniedException", "Message": "not authorized"}}
    world.answers(API_ACCOUNT)["describe_certificate"] = error


@CASES.broken("T04", by_endpoint_name)
def the_domain_is_strict(world: World) -> None:
    world[DOMAIN].update(endpointAccessMode="STRICT", securityPolicy="SecurityPolicy_TLS13_1_2_PQ_2025_09")


@CASES.broken("T04", by_endpoint_name)
def the_api_is_strict(world: World) -> None:
    world[API].update(endpointAccessMode="STRICT", securityPolicy="SecurityPolicy_TLS13_1_2_PQ_2025_09")


@CASES.healthy(with_domain)
def both_are_strict_and_the_name_is_called(world: World) -> None:
    world[DOMAIN].update(endpointAccessMode="STRICT", securityPolicy="SecurityPolicy_TLS13_1_2_PQ_2025_09")
    world[API].update(endpointAccessMode="STRICT", securityPolicy="SecurityPolicy_TLS13_1_2_PQ_2025_09")


@CASES.healthy(with_domain, by_endpoint_name)
def the_default_name_is_off(world: World) -> None:
    world[API]["disableExecuteApiEndpoint"] = True


# The policies


@CASES.broken("A22", *EVERY)
def the_domain_denies_everything(world: World) -> None:
    """As the console makes it."""
    set_domain_policy(world, {"Effect": "Deny", "Principal": "*", "Resource": "execute-api:/*"})


@CASES.broken("A22", with_domain)
def the_domain_names_another_endpoint(world: World) -> None:
    condition = {"StringEquals": {"aws:SourceVpce": OTHER_ENDPOINT}}
    set_domain_policy(
        world, {"Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*", "Condition": condition}
    )


@CASES.broken("A22", with_domain, by_endpoint_name)
def the_domain_has_no_policy(world: World) -> None:
    del world[DOMAIN]["policy"]


@CASES.broken("A22", with_domain)
def the_domains_policy_is_for_another_domain(world: World) -> None:
    other = INVOKE_ARN.replace(DOMAIN_ID, "dom0000002")
    set_domain_policy(world, {"Effect": "Allow", "Principal": "*", "Resource": other})


@CASES.healthy(*EVERY)
def the_domain_names_the_endpoint_in_short_form(world: World) -> None:
    condition = {"StringEquals": {"aws:SourceVpce": ENDPOINT}}
    set_domain_policy(
        world, {"Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*", "Condition": condition}
    )


@CASES.broken("A08", with_domain, by_endpoint_name)
def the_endpoint_allows_the_api_alone(world: World) -> None:
    set_endpoint_policy(world, statement())


@CASES.broken("A08", with_domain)
def the_endpoint_allows_the_domain_alone(world: World) -> None:
    set_endpoint_policy(world, ALL | {"Resource": INVOKE_ARN})


@CASES.broken("A09", with_domain)
def the_endpoint_denies_the_domain(world: World) -> None:
    set_endpoint_policy(world, ALL | {"Resource": "*"}, ALL | {"Effect": "Deny", "Resource": INVOKE_ARN})


@CASES.healthy(with_domain, by_endpoint_name)
def the_endpoint_allows_domain_and_api(world: World) -> None:
    set_endpoint_policy(world, statement(), ALL | {"Resource": INVOKE_ARN})


@CASES.healthy(with_domain)
def the_endpoint_allows_what_comes_by_the_domain(world: World) -> None:
    by = {"ArnEquals": {"execute-api:viaDomainArn": INVOKE_ARN}}
    set_endpoint_policy(world, ALL | {"Resource": INVOKE_ARN}, ALL | {"Resource": "*", "Condition": by})


@CASES.broken("A08", with_domain)
def the_endpoint_allows_what_comes_by_another_domain(world: World) -> None:
    by = {"ArnEquals": {"execute-api:viaDomainArn": INVOKE_ARN.replace(DOMAIN_ID, "dom0000002")}}
    set_endpoint_policy(world, ALL | {"Resource": INVOKE_ARN}, ALL | {"Resource": "*", "Condition": by})


# What lies behind


@CASES.broken("A03", with_domain, by_endpoint_name)
def the_api_names_another_endpoint(world: World) -> None:
    set_policy(world, statement(Condition={"StringEquals": {"aws:SourceVpce": OTHER_ENDPOINT}}))


@CASES.broken("A06", with_domain)
def the_api_allows_another_stage(world: World) -> None:
    set_policy(world, statement(resource="test/*"))


@CASES.broken("H10", with_domain)
def the_method_asks_for_a_key(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "NONE"}}, key=True)


@CASES.broken("H04", with_domain)
def the_method_is_not_deployed(world: World) -> None:
    world.target = f"https://{DOMAIN}/cats"
    set_methods(world, {"/pets": {"GET": "NONE"}, "/cats": {"GET": "NONE"}}, deployed=False)


@CASES.broken("H08", with_domain)
def the_api_behind_is_public(world: World) -> None:
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"]}


@CASES.broken("A11", across_accounts)
def the_callers_role_may_not_call(world: World) -> None:
    world.keyed(CALLER_ACCOUNT, "list_role_policies", "app", {"PolicyNames": []}, "global")


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_world_gets_its_verdict(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_the_report_tells_where_the_domain_leads(tmp_path):
    target = judge(with_domain(), tmp_path).report["target"]

    assert (target["form"], target["api_id"], target["stage"]) == ("custom-domain", API, "prod")
    assert (target["account"], target["endpoint"], target["path"]) == (API_ACCOUNT, ENDPOINT, "/pets")


def test_what_everybody_may_read_decides_though_the_owner_is_hidden(tmp_path):
    """The consumer sees its association and the endpoint policy; that one is wrong, whatever the domain says."""
    world = across_accounts()
    del world.accounts[API_ACCOUNT]
    set_endpoint_policy(world, ALL | {"Resource": "arn:aws:execute-api:us-east-1:111111111111:zzz1234567/*"})
    said = judge(world, tmp_path)

    assert said.faults == ["A08"], said.story()


def test_the_consumer_alone_blames_nobody_and_names_the_owner(tmp_path):
    world = across_accounts()
    del world.accounts[API_ACCOUNT]
    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("undecided", []), said.story()
    missing = [entry for each in said.of("unknown") for entry in each["missing"]]
    assert any(entry.startswith(f"account: {API_ACCOUNT} (owner of the custom domain") for entry in missing)


def test_an_expired_invitation_is_told_to_the_consumer(tmp_path):
    """After twelve hours a pending invitation has expired, whatever its status says."""
    world = across_accounts()
    invite(world, "PENDING", at="2026-11-21T20:00:00+00:00")
    for name in ("policy", "managementPolicy"):
        world[DOMAIN].pop(name, None)
    world.answers(ENDPOINT_ACCOUNT)["get_domain_names"]["items"].append(dict(world[DOMAIN]))
    del world.accounts[API_ACCOUNT]
    said = judge(world, tmp_path)

    assert said.faults == ["A23"], said.story()
    assert "EXPIRED" in said.report["root_causes"][0]["title"]


def test_policies_are_documents(tmp_path):
    """A policy of the domain that is none leaves the verdict open, and blames nobody."""
    world = with_domain()
    world[DOMAIN]["policy"] = "not a policy"
    said = judge(world, tmp_path)

    assert said.report["verdict"] == "undecided", said.story()
    assert said.faults == []


def forget_domain(world: World) -> None:
    """No account shows the domain, and no endpoint is associated with one of the name."""
    for _, answer in world.everywhere("get_domain_names"):
        answer["items"] = []
    forget_associations(world)


def test_a_domain_that_nobody_shows_is_not_associated_with_the_endpoint_that_is_called(tmp_path):
    said = check_case(by_endpoint_name, forget_domain, {"H06"}, "broken", tmp_path)

    assert said.report["root_causes"][0]["confidence"] == "likely"


def test_a_name_that_nobody_shows_may_be_no_private_domain_at_all(tmp_path):
    """A load balancer's name, for example: nothing is blamed, and the owner is asked for."""
    said = check_case(with_domain, forget_domain, set(), "undecided", tmp_path)

    missing = [entry for each in said.of("unknown") for entry in each["missing"]]
    assert any("owns the custom domain api.corp.example" in entry for entry in missing), said.story()


def public(world: World, api: str = API) -> None:
    """The domain is a public one that leads to an API."""
    forget_associations(world)
    domain = {
        "domainName": DOMAIN,
        "domainNameArn": ARN.partition("+")[0],
        "domainNameStatus": "AVAILABLE",
        "endpointConfiguration": {"types": ["REGIONAL"]},
    }
    world.answers(API_ACCOUNT)["get_domain_names"]["items"] = [domain]
    world.answers(API_ACCOUNT)["get_domain_name"] = {DOMAIN: domain}
    mapping = {"basePath": "(none)", "restApiId": api, "stage": "prod"}
    world.answers(API_ACCOUNT)["get_base_path_mappings"] = {DOMAIN: {"items": [mapping]}}


def test_a_public_domain_before_the_endpoint_asks_for_no_association(tmp_path):
    """The older way: a Regional domain that is mapped to a private API, called through the endpoint."""
    check_case(by_endpoint_name, public, set(), "healthy", tmp_path)


def test_a_public_domain_of_a_public_api_is_refused_at_the_endpoint(tmp_path):
    def change(world: World) -> None:
        public(world)
        world[API]["endpointConfiguration"] = {"types": ["REGIONAL"]}

    check_case(by_endpoint_name, change, {"H08"}, "broken", tmp_path)


def test_a_strict_api_is_not_called_by_a_public_domain(tmp_path):
    def change(world: World) -> None:
        public(world)
        world[API].update(endpointAccessMode="STRICT", securityPolicy="SecurityPolicy_TLS13_1_3_2025_09")

    check_case(by_endpoint_name, change, {"T04"}, "broken", tmp_path)


def test_the_region_of_the_domain_is_told_when_it_is_another(tmp_path):
    def change(world: World) -> None:
        items = world.answers(API_ACCOUNT)["get_domain_names"]["items"]
        world.answers(API_ACCOUNT, "eu-west-1")["get_domain_names"]["items"] += items
        forget_domain_here(world)
        world.options += ["--region", REGION]

    def forget_domain_here(world: World) -> None:
        world.answers(API_ACCOUNT)["get_domain_names"] = {"items": []}
        forget_associations(world)

    said = check_case(with_domain, change, set(), "undecided", tmp_path)
    missing = [entry for each in said.of("unknown") for entry in each["missing"]]
    assert any("--region eu-west-1" in entry for entry in missing), said.story()


ODD = [
    {"get_domain_names": {"items": [7, {"domainName": DOMAIN, "endpointConfiguration": "PRIVATE"}]}},
    {"get_domain_names": {"items": {"domainName": DOMAIN}}},
    {"get_domain_name": {f"{DOMAIN}/{DOMAIN_ID}": ["x"]}},
    {"get_domain_name_access_associations": {"items": [{"domainNameArn": 7}]}},
    {"get_domain_name_access_associations": {"items": "none"}},
    {"get_base_path_mappings": {f"{DOMAIN}/{DOMAIN_ID}": {"items": "all"}}},
    {"describe_certificate": {CERTIFICATE: {"Certificate": ["x"]}}},
    {"get_resource_share_invitations": {"resourceShareInvitations": [{"senderAccountId": API_ACCOUNT}, 7]}},
]


@pytest.mark.parametrize("odd", ODD, ids=[f"{next(iter(each))} {number}" for number, each in enumerate(ODD)])
@pytest.mark.parametrize("layout", [with_domain, across_accounts])
def test_answers_of_an_odd_shape_blame_nobody(odd, layout, tmp_path):
    world = layout()
    world.answers(API_ACCOUNT).update(odd)
    said = judge(world, tmp_path)

    assert not said.of("error"), said.story()
    assert said.faults == [], said.story()


def test_a_domain_tells_its_region_where_the_snapshot_has_several(tmp_path):
    def change(world: World) -> None:
        world.answers(API_ACCOUNT, "eu-west-1")

    check_case(with_domain, change, set(), "healthy", tmp_path)
