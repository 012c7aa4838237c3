"""Who a Principal or NotPrincipal element names."""

import pytest
from reasoning.iam.samples import OTHER, OWNER, call, decision, policy, statement

from apidoctor.reasoning.iam import read_policy

USER = f"arn:aws:iam::{OWNER}:user/team/bob"
ROLE = f"arn:aws:iam::{OWNER}:role/team/app"
SESSION = f"arn:aws:sts::{OWNER}:assumed-role/app/worker"
ALLOW = policy(statement())


def allowed(who, principal, **context):
    """Whether the resource policy alone lets the caller in."""
    request = call(who, **context)
    return decision(request, resource=policy(statement(Principal=principal), kind="resource"))


@pytest.mark.parametrize(
    "entry", ["AIDAIOSFODNN7EXAMPLE", "AROAEXAMPLE", f"arn:aws:iam::{OWNER}:role/*", "bob"]
)
def test_an_entry_that_names_nobody_matches_nobody_and_is_noted(entry):
    document = {"Statement": statement(Principal={"AWS": entry})}

    assert allowed(f"arn:aws:iam::{OWNER}:role/app", {"AWS": entry}) == "implicit_deny"
    assert [each.code for each in read_policy(document, kind="resource").problems] == [
        "principal_names_nobody"
    ]


def test_names_of_users_and_roles_have_case():
    assert allowed(USER, {"AWS": USER}) == "allow"
    assert allowed(USER, {"AWS": USER.replace("bob", "Bob")}) == "implicit_deny"


def test_a_role_names_its_sessions_by_the_role_arn_of_the_request():
    assert allowed(SESSION, {"AWS": ROLE}, aws__PrincipalArn=ROLE) == "allow"
    assert allowed(SESSION, {"AWS": ROLE.replace("team/", "")}, aws__PrincipalArn=ROLE) == "implicit_deny"


def test_without_the_role_arn_a_session_is_not_matched_to_a_role_by_guessing():
    assert allowed(SESSION, {"AWS": ROLE}) == "implicit_deny"
    assert allowed(SESSION, {"AWS": ROLE}, unknown=("aws:PrincipalArn",)) == "indeterminate"
    assert (
        allowed(SESSION, {"AWS": ROLE.replace("app", "web")}, unknown=("aws:PrincipalArn",))
        == "implicit_deny"
    )


def test_a_session_arn_names_exactly_that_session():
    assert allowed(SESSION, {"AWS": SESSION}, aws__PrincipalArn=ROLE) == "allow"
    assert (
        allowed(SESSION.replace("worker", "other"), {"AWS": SESSION}, aws__PrincipalArn=ROLE)
        == "implicit_deny"
    )


def test_a_role_whose_session_name_is_not_known_may_be_a_session_that_is_named():
    assert allowed(ROLE, {"AWS": SESSION}) == "implicit_deny"
    assert allowed(ROLE, {"AWS": SESSION}, unknown=("aws:userid",)) == "indeterminate"


def test_a_list_and_a_scalar_of_principals_say_the_same():
    assert allowed(USER, {"AWS": [OTHER, USER]}) == "allow"
    assert allowed(USER, {"AWS": USER, "Service": "s3.amazonaws.com"}) == "allow"


def test_a_caller_that_signed_but_is_not_known_may_be_anyone_named():
    unknown = ("aws:PrincipalArn",)

    assert allowed(None, {"AWS": USER}, unknown=unknown) == "indeterminate"
    assert allowed(None, {"Service": "s3.amazonaws.com"}, unknown=unknown) == "indeterminate"
    deny = policy(statement("Deny"), kind="resource")
    assert decision(call(unknown=unknown), resource=deny) == "explicit_deny"


# NotPrincipal


def spared(who, *listed, **context):
    """Whether a Deny with NotPrincipal leaves the caller alone."""
    entries = {"AWS": list(listed)}
    deny = policy(statement("Deny", NotPrincipal=entries), kind="resource")
    return decision(call(who, **context), identity=(ALLOW,), resource=deny) == "allow"


def test_a_deny_with_not_principal_hits_everyone_who_is_not_listed():
    assert spared(USER, OWNER, USER)
    assert not spared(USER, OWNER, ROLE)
    assert not spared(USER, USER)  # AWS checks the account first, then the user
    anonymous = policy(statement(), statement("Deny", NotPrincipal={"AWS": USER}), kind="resource")
    assert decision(call(), resource=anonymous) == "explicit_deny"


def test_a_deny_with_not_principal_spares_a_session_only_with_account_role_and_session():
    account = f"arn:aws:iam::{OWNER}:root"

    assert spared(SESSION, account, ROLE, SESSION, aws__PrincipalArn=ROLE)
    assert not spared(SESSION, ROLE, SESSION, aws__PrincipalArn=ROLE)
    assert not spared(SESSION, account, ROLE, aws__PrincipalArn=ROLE)
    assert not spared(SESSION, account, SESSION, aws__PrincipalArn=ROLE)


def test_a_deny_with_not_principal_always_hits_a_principal_with_a_boundary():
    deny = policy(statement("Deny", NotPrincipal={"AWS": USER}), kind="resource")

    assert decision(call(USER), identity=(ALLOW,), resource=deny, boundary=ALLOW) == "explicit_deny"


def test_an_allow_with_not_principal_lets_in_who_is_not_listed():
    allow = policy(statement(NotPrincipal={"AWS": ROLE}), kind="resource")

    assert decision(call(USER), resource=allow) == "allow"
    assert decision(call(ROLE), resource=allow) == "implicit_deny"
