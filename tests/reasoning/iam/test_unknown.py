"""Three values: what an unknown key or layer decides is indeterminate, anything else is definite."""

from reasoning.iam.samples import OTHER, OWNER, call, policy, statement

from apidoctor.reasoning.iam import Policies, decide

USER = f"arn:aws:iam::{OWNER}:user/bob"
STRANGER = f"arn:aws:iam::{OTHER}:role/app"
ALLOW = policy(statement())
OPEN = policy(statement(), kind="resource")


def when(effect: str = "Allow", key: str = "k:x", operator: str = "StringEquals"):
    return statement(effect, Condition={operator: {key: "a"}})


def test_an_open_allow_leaves_the_decision_open_and_names_the_key():
    found = decide(call(USER, unknown=("K:x",)), Policies(identity=(policy(when()),)))

    assert found.decision == "indeterminate"
    assert found.unknown == ("K:x",)
    assert found.denied is None


def test_an_open_allow_does_not_matter_beside_a_certain_one():
    found = decide(call(USER, unknown=("k:x",)), Policies(identity=(policy(when(), statement()),)))

    assert found.decision == "allow"
    assert found.unknown == ()


def test_an_open_deny_leaves_an_allow_open():
    found = decide(call(USER, unknown=("k:x",)), Policies(identity=(ALLOW, policy(when("Deny")))))

    assert found.decision == "indeterminate"
    assert found.missing == ()
    assert found.unknown == ("k:x",)


def test_an_open_deny_does_not_matter_beside_a_certain_one():
    layers = Policies(identity=(policy(when("Deny")), policy(statement("Deny"))))

    assert decide(call(USER, unknown=("k:x",)), layers).decision == "explicit_deny"


def test_an_open_deny_where_nothing_allows_leaves_open_only_how_it_is_denied():
    found = decide(call(USER, unknown=("k:x",)), Policies(identity=(policy(when("Deny")),)))

    assert found.decision == "indeterminate"
    assert found.missing == ("grant",)
    assert found.denied is True


def test_only_keys_that_matter_are_named():
    layers = Policies(identity=(policy(when(), when(key="k:y"), statement(Action="s3:*")),), resource=OPEN)
    found = decide(call(USER, unknown=("k:x", "k:y", "k:z")), Policies(identity=layers.identity))

    assert found.unknown == ("k:x", "k:y")
    assert decide(call(USER, unknown=("k:x", "k:y")), layers).decision == "allow"


def test_a_closed_gate_is_certain_whatever_is_unknown_in_another():
    layers = Policies(identity=(policy(when()),), scps=((policy(statement(Action="s3:*")),),))
    found = decide(call(USER, unknown=("k:x",)), layers)

    assert found.decision == "implicit_deny"
    assert found.missing == ("scp",)


def test_every_tag_may_be_unknown_at_once():
    guarded = policy(when(key="aws:PrincipalTag/team"))
    unknown = ("aws:PrincipalTag/*",)

    assert decide(call(USER, unknown=unknown), Policies(identity=(guarded,))).decision == "indeterminate"
    given = call(USER, unknown=unknown, **{"aws__PrincipalTag/team": "b"})
    assert decide(given, Policies(identity=(guarded,))).decision == "implicit_deny"


def test_a_key_that_is_given_is_not_unknown():
    found = decide(call(USER, unknown=("k:x",), k__x="a"), Policies(identity=(policy(when()),)))

    assert found.decision == "allow"


def test_an_unknown_key_in_a_resource_is_named():
    guarded = policy(statement(Resource="arn:aws:execute-api:*:*:*/${aws:username}"))
    found = decide(call(USER, unknown=("aws:username",)), Policies(identity=(guarded,)))

    assert found.unknown == ("aws:username",)


# Layers that could not be read


def test_an_unread_layer_leaves_the_decision_open_and_is_named():
    found = decide(call(STRANGER), Policies(resource=OPEN, unknown_layers=frozenset({"identity"})))

    assert found.decision == "indeterminate"
    assert found.unknown == ("identity",)
    assert found.denied is None


def test_an_unread_layer_does_not_hide_a_certain_denial():
    unknown = frozenset({"identity", "scp", "boundary"})

    assert decide(call(STRANGER), Policies(unknown_layers=unknown)).decision == "implicit_deny"
    deny = policy(statement("Deny"), kind="resource")
    assert decide(call(STRANGER), Policies(resource=deny, unknown_layers=unknown)).decision == "explicit_deny"


def test_an_unread_layer_that_does_not_apply_does_not_matter():
    unknown = frozenset({"identity", "boundary", "session", "scp", "rcp"})

    assert decide(call(), Policies(resource=OPEN, unknown_layers=unknown)).decision == "allow"


def test_a_caller_that_signed_but_is_not_known_leaves_open_what_its_policies_and_account_decide():
    unknown = ("aws:PrincipalArn",)
    silent = Policies(resource=policy(statement(Action="s3:*"), kind="resource"))

    assert decide(call(unknown=unknown), Policies(resource=OPEN)).decision == "indeterminate"
    assert decide(call(unknown=unknown), silent).decision == "indeterminate"
    deny = policy(statement("Deny"), kind="resource")
    assert decide(call(unknown=unknown), Policies(resource=deny)).decision == "explicit_deny"
