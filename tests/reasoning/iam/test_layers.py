"""How the layers combine: same and other account, boundaries, sessions, organizations, endpoint, role
trust.
"""

import pytest
from reasoning.iam.samples import METHOD, OTHER, OWNER, call, decision, policy, statement

from apidoctor.reasoning.iam import Policies, StatementRef, decide

USER = f"arn:aws:iam::{OWNER}:user/team/bob"
ROLE = f"arn:aws:iam::{OWNER}:role/team/app"
SESSION = f"arn:aws:sts::{OWNER}:assumed-role/app/worker"
FEDERATED = f"arn:aws:sts::{OWNER}:federated-user/bob"
STRANGER = f"arn:aws:iam::{OTHER}:role/app"

ALLOW = policy(statement())
SILENT = policy(statement(Action="s3:GetObject"))
DENY = policy(statement("Deny"))


def resource(principal, effect="Allow"):
    return policy(statement(effect, Principal=principal), kind="resource")


def caller(principal):
    """A request whose session names its role (or user) as AWS does."""
    base = {SESSION: ROLE, FEDERATED: USER}.get(principal)
    return call(principal, aws__PrincipalArn=base) if base else call(principal)


# One account


def test_either_side_may_grant_in_one_account():
    assert decision(caller(USER), identity=(ALLOW,)) == "allow"
    assert decision(caller(USER), resource=resource("*")) == "allow"
    assert decision(caller(USER), identity=(SILENT,), resource=resource({"AWS": STRANGER})) == "implicit_deny"


def test_a_deny_anywhere_decides():
    for layers in (
        {"identity": (ALLOW, DENY)},
        {"identity": (ALLOW,), "resource": resource("*", "Deny")},
        {"identity": (ALLOW,), "boundary": DENY},
        {"identity": (ALLOW,), "session": DENY},
        {"identity": (ALLOW,), "scps": ((ALLOW,), (ALLOW, DENY))},
        {"identity": (ALLOW,), "endpoint": policy(statement("Deny"), kind="endpoint")},
    ):
        assert decision(caller(USER), **layers) == "explicit_deny"


# principal named by the resource policy, caller, limited by a silent boundary and session policy, needs
# identity
NAMED = [
    ({"AWS": USER}, USER, False, False),
    ({"AWS": SESSION}, SESSION, False, False),
    ({"AWS": ROLE}, SESSION, True, False),
    ({"AWS": FEDERATED}, FEDERATED, False, False),
    ({"AWS": USER}, FEDERATED, True, False),
    ({"AWS": OWNER}, SESSION, True, True),
    ({"AWS": f"arn:aws:iam::{OWNER}:root"}, USER, True, True),
    ("*", SESSION, False, False),
    ({"AWS": "*"}, USER, False, False),
]


@pytest.mark.parametrize(("principal", "who", "limited", "delegates"), NAMED)
def test_who_is_named_decides_which_silence_still_limits(principal, who, limited, delegates):
    session = None if who == USER else ALLOW
    allowed = resource(principal)

    alone = decision(caller(who), resource=allowed, session=session)
    with_identity = decision(caller(who), identity=(ALLOW,), resource=allowed, session=session)
    bounded = decision(caller(who), identity=(ALLOW,), resource=allowed, session=session, boundary=SILENT)
    in_session = decision(caller(who), identity=(ALLOW,), resource=allowed, session=SILENT)

    assert with_identity == "allow"
    assert alone == ("implicit_deny" if delegates else "allow")
    assert bounded == ("implicit_deny" if limited else "allow")
    assert in_session == ("implicit_deny" if limited else "allow")


def test_a_federated_user_without_session_policy_has_no_permission_of_its_own():
    assert decision(caller(FEDERATED), identity=(ALLOW,)) == "implicit_deny"
    assert decision(caller(FEDERATED), identity=(ALLOW,), session=ALLOW) == "allow"
    assert decision(caller(FEDERATED), resource=resource({"AWS": FEDERATED})) == "allow"


def test_a_role_session_without_session_policy_is_not_limited():
    assert decision(caller(SESSION), identity=(ALLOW,)) == "allow"


def test_boundary_and_session_policy_limit_what_the_identity_policies_grant():
    found = decide(caller(SESSION), Policies(identity=(ALLOW,), boundary=SILENT, session=SILENT))

    assert found.decision == "implicit_deny"
    assert found.missing == ("boundary", "session")


def test_the_root_user_needs_no_identity_policy_and_is_limited_by_the_organization():
    root = call(f"arn:aws:iam::{OWNER}:root")

    assert decision(root) == "allow"
    assert decision(root, scps=((SILENT,),)) == "implicit_deny"


# Two accounts


def test_two_accounts_need_both_sides():
    assert decision(caller(STRANGER), identity=(ALLOW,), resource=resource({"AWS": STRANGER})) == "allow"
    assert decision(caller(STRANGER), identity=(ALLOW,), resource=resource({"AWS": OTHER})) == "allow"
    assert decision(caller(STRANGER), identity=(ALLOW,)) == "implicit_deny"
    assert decision(caller(STRANGER), resource=resource("*")) == "implicit_deny"
    assert decision(caller(STRANGER), identity=(ALLOW,), resource=resource({"AWS": ROLE})) == "implicit_deny"


def test_between_accounts_a_boundary_always_limits():
    layers = {"identity": (ALLOW,), "resource": resource({"AWS": STRANGER}), "boundary": SILENT}

    assert decision(caller(STRANGER), **layers) == "implicit_deny"


# Callers without an account


def test_an_anonymous_caller_needs_an_allow_for_everyone():
    assert decision(call(), resource=resource("*")) == "allow"
    assert decision(call(), resource=resource({"AWS": OWNER})) == "implicit_deny"
    assert decision(call(), identity=(ALLOW,)) == "implicit_deny"


def test_an_anonymous_caller_has_no_organization():
    assert decision(call(), resource=resource("*"), scps=((SILENT,),)) == "allow"


def test_an_aws_service_needs_a_resource_policy_that_names_it():
    request = call("lambda.amazonaws.com")

    assert decision(request, resource=resource({"Service": "lambda.amazonaws.com"})) == "allow"
    assert decision(request, resource=resource({"Service": "s3.amazonaws.com"})) == "implicit_deny"


# Organizations and endpoints


def test_every_level_of_service_control_policies_must_allow():
    assert decision(caller(USER), identity=(ALLOW,), scps=((ALLOW,), (SILENT, ALLOW))) == "allow"

    for scps in (((ALLOW,), (SILENT,)), ((ALLOW,), ())):
        found = decide(caller(USER), Policies(identity=(ALLOW,), scps=scps))
        assert found.decision == "implicit_deny"
        assert found.missing == ("scp",)


def test_a_deny_is_found_with_its_level_document_and_statement():
    guard = policy(statement(), statement("Deny", Sid="NoCalls"), kind="scp")
    found = decide(caller(USER), Policies(identity=(ALLOW,), scps=((ALLOW,), (ALLOW, guard))))

    assert found.decided_by == StatementRef("scp", 1, 1, 1, "NoCalls")


def test_service_linked_roles_are_outside_organization_policies():
    role = f"arn:aws:iam::{OWNER}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"

    assert decision(call(role), identity=(ALLOW,), scps=((DENY,),)) == "allow"


DENY_ALL = policy(statement("Deny", Action="*"), kind="rcp")


def test_resource_control_policies_do_not_cover_execute_api():
    assert decision(caller(USER), identity=(ALLOW,), rcps=((DENY_ALL,),)) == "allow"


@pytest.mark.parametrize("action", ["sts:AssumeRole", "s3:GetObject", "logs:FilterLogEvents"])
def test_resource_control_policies_deny_for_the_services_they_cover(action):
    request = call(USER, action=action, resource=f"arn:aws:s3:us-east-1:{OWNER}:x")
    everything = statement(Action="*")
    layers = {"identity": (policy(everything),), "resource": policy(everything, kind="resource")}

    assert decision(request, **layers, rcps=((),)) == "allow"
    assert decision(request, **layers, rcps=((DENY_ALL,),)) == "explicit_deny"
    assert (
        decision(call(action=action, resource=request.resource), **layers, rcps=((DENY_ALL,),))
        == "explicit_deny"
    )


def test_an_endpoint_policy_must_allow_and_grants_nothing():
    pets = policy(statement(Resource=METHOD), kind="endpoint")
    others = policy(statement(Resource=METHOD.replace("pets", "dogs")), kind="endpoint")

    assert decision(caller(USER), identity=(ALLOW,), endpoint=pets) == "allow"
    assert decision(caller(USER), identity=(ALLOW,), endpoint=others) == "implicit_deny"
    assert decision(caller(USER), endpoint=pets) == "implicit_deny"


def test_the_missing_gates_are_all_named():
    found = decide(
        caller(USER),
        Policies(
            boundary=SILENT, endpoint=policy(statement(Action="s3:*"), kind="endpoint"), scps=((SILENT,),)
        ),
    )

    assert found.missing == ("grant", "boundary", "endpoint", "scp")


# Assuming a role

TARGET = f"arn:aws:iam::{OWNER}:role/api-caller"
ASSUME = policy(statement(Action="sts:AssumeRole", Resource=TARGET))


def trust(principal, **elements):
    return policy(
        statement(Action="sts:AssumeRole", Resource=None, Principal=principal, **elements), kind="trust"
    )


def assume(principal, **context):
    return call(principal, action="sts:AssumeRole", resource=TARGET, **context)


def test_a_role_of_another_account_needs_its_trust_and_the_callers_permission():
    assert decision(assume(STRANGER), identity=(ASSUME,), resource=trust({"AWS": STRANGER})) == "allow"
    assert decision(assume(STRANGER), identity=(ASSUME,), resource=trust({"AWS": OTHER})) == "allow"
    assert decision(assume(STRANGER), identity=(ASSUME,), resource=trust({"AWS": USER})) == "implicit_deny"
    assert decision(assume(STRANGER), resource=trust({"AWS": STRANGER})) == "implicit_deny"


def test_in_one_account_trust_in_the_very_user_suffices_and_trust_in_the_account_does_not():
    assert decision(assume(USER), resource=trust({"AWS": USER})) == "allow"
    assert decision(assume(USER), resource=trust({"AWS": OWNER})) == "implicit_deny"
    assert decision(assume(USER), identity=(ASSUME,), resource=trust({"AWS": OWNER})) == "allow"


def test_a_role_that_does_not_trust_is_never_assumed():
    assert (
        decision(assume(USER), identity=(ASSUME,), resource=trust({"Service": "ec2.amazonaws.com"}))
        == "implicit_deny"
    )
    assert decision(assume(USER), identity=(ASSUME,)) == "implicit_deny"


def test_an_external_id_that_is_asked_for_must_be_sent():
    guarded = trust({"AWS": STRANGER}, Condition={"StringEquals": {"sts:ExternalId": "42"}})

    assert decision(assume(STRANGER, sts__ExternalId="42"), identity=(ASSUME,), resource=guarded) == "allow"
    assert decision(assume(STRANGER), identity=(ASSUME,), resource=guarded) == "implicit_deny"


def test_a_token_issuer_is_judged_by_the_trust_policy_alone():
    issuer = f"arn:aws:iam::{OWNER}:oidc-provider/token.example.com"
    request = call(issuer, action="sts:AssumeRoleWithWebIdentity", resource=TARGET)
    elements = {
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Resource": None,
        "Principal": {"Federated": issuer},
    }

    assert decision(request, resource=policy(statement(**elements), kind="trust")) == "allow"
    assert (
        decision(request, resource=trust({"AWS": "*"}, Condition={"Bool": {"k:x": "true"}}))
        == "implicit_deny"
    )
