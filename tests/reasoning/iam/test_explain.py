"""Near misses: what kept the statements that nearly allowed a request from doing so."""

import msgspec
from reasoning.iam.samples import METHOD, OTHER, OWNER, call, policy, statement

from apidoctor.reasoning.iam import NearMiss, Policies, decide, explain

USER = f"arn:aws:iam::{OWNER}:user/bob"


def near(request, **layers):
    given = Policies(**layers)
    return explain(request, given, decide(request, given))


def test_a_condition_names_its_key_what_it_wants_and_what_it_got():
    wanted = statement(Sid="One", Condition={"StringEquals": {"aws:SourceVpce": ["vpce-0bbb"]}})

    found = near(call(aws__SourceVpce="vpce-0aaa"), resource=policy(wanted, kind="resource"))

    assert found == (
        NearMiss(
            layer="resource",
            document=0,
            statement=0,
            element="Condition",
            wanted=("vpce-0bbb",),
            got=("vpce-0aaa",),
            key="aws:SourceVpce",
            operator="StringEquals",
            sid="One",
        ),
    )


def test_an_absent_key_got_nothing():
    wanted = statement(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})

    assert [each.got for each in near(call(USER), identity=(policy(wanted),))] == [()]


def test_each_element_can_be_the_one_that_differs():
    identity = policy(statement(Action="s3:*"), statement(Resource=f"{METHOD}/x"), statement(NotResource="*"))
    found = near(call(USER), identity=(identity,))

    assert [(each.element, each.wanted) for each in found] == [
        ("Action", ("s3:*",)),
        ("Resource", (f"{METHOD}/x",)),
        ("NotResource", ("*",)),
    ]
    named = policy(statement(Principal={"AWS": OTHER}), kind="resource")
    assert [(each.element, each.got) for each in near(call(), resource=named)] == [
        ("Principal", ("anonymous",))
    ]


def test_a_statement_that_differs_in_two_elements_is_no_near_miss():
    assert near(call(USER), identity=(policy(statement(Action="s3:*", Resource="arn:aws:s3:::x")),)) == ()


def test_several_keys_of_one_condition_are_told_one_by_one():
    wanted = statement(Condition={"StringEquals": {"k:x": "a", "k:y": "b", "k:z": "c"}})

    assert [each.key for each in near(call(USER, k__y="b"), identity=(policy(wanted),))] == ["k:x", "k:z"]


def test_only_the_missing_gates_are_looked_at():
    silent = policy(statement(Action="s3:*"), kind="scp")
    found = near(
        call(USER), identity=(policy(statement()), policy(statement(Action="s3:*"))), scps=((silent,),)
    )

    assert [(each.layer, each.level, each.document) for each in found] == [("scp", 0, 0)]


def test_allowed_and_explicitly_denied_requests_have_no_near_miss():
    missed = policy(statement(Action="s3:*"))

    assert near(call(USER), identity=(missed, policy(statement()))) == ()
    assert near(call(USER), identity=(missed, policy(statement("Deny")))) == ()


def test_deny_statements_are_no_near_misses():
    assert near(call(USER), identity=(policy(statement("Deny", Action="s3:*")),)) == ()


def test_decisions_and_near_misses_are_written_as_plain_json():
    """Nothing that does not apply is written, so that a line of a batch stays short."""
    wanted = statement(Condition={"StringEquals": {"aws:SourceVpce": "vpce-0bbb"}})
    guard = policy(statement(), statement("Deny", Sid="NoCalls"), kind="scp")
    denied = decide(call(USER), Policies(identity=(policy(statement()),), scps=((guard,),)))

    found = near(call(aws__SourceVpce="vpce-0aaa"), resource=policy(wanted, kind="resource"))

    assert msgspec.json.decode(msgspec.json.encode(denied.decided_by)) == {
        "layer": "scp",
        "level": 0,
        "document": 0,
        "statement": 1,
        "sid": "NoCalls",
    }
    assert msgspec.json.decode(msgspec.json.encode(found)) == [
        {
            "layer": "resource",
            "document": 0,
            "statement": 0,
            "element": "Condition",
            "key": "aws:SourceVpce",
            "operator": "StringEquals",
            "wanted": ["vpce-0bbb"],
            "got": ["vpce-0aaa"],
        }
    ]
