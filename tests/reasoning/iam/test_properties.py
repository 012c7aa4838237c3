"""What must hold for all policies and requests."""

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from reasoning.iam.samples import API, METHOD, OTHER, OWNER

from apidoctor.reasoning.iam import Policies, Request, decide, explain, read_policy

USER = f"arn:aws:iam::{OWNER}:user/bob"
ROLE = f"arn:aws:iam::{OWNER}:role/app"
SESSION = f"arn:aws:sts::{OWNER}:assumed-role/app/worker"
STRANGER = f"arn:aws:iam::{OTHER}:user/eve"

KEYS = ("k:x", "k:y")
VALUES = ("a", "b", "7")
COMPLETIONS: tuple[tuple[str, ...], ...] = ((), ("a",), ("b",), ("7",), ("a", "7"))
"""What an unknown key may turn out to be: absent, one value, several."""

OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLikeIfExists",
    "StringEqualsIfExists",
    "NumericLessThan",
    "NumericNotEquals",
    "ForAllValues:StringEquals",
    "ForAnyValue:StringLike",
    "ForAnyValue:StringNotEquals",
    "Null",
    "NoSuchOperator",
)

lists = st.sampled_from(["a", "b", "*", "7", "${k:y}", "${k:x, 'a'}", "true", "false"])
conditions = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(KEYS), st.lists(lists, min_size=1, max_size=2), min_size=1),
    max_size=2,
)
resources = st.sampled_from(["*", METHOD, f"{API}/dev/*", f"{API}/prod/GET/${{k:x}}", f"{API}/*"])
actions = st.sampled_from(["execute-api:Invoke", "execute-api:*", "s3:*", "*"])
principals = st.sampled_from(
    ["*", {"AWS": USER}, {"AWS": [OWNER]}, {"AWS": ROLE}, {"AWS": SESSION}, {"AWS": [OTHER, STRANGER]}]
)


@st.composite
def statements(draw: Any, named: bool) -> dict[str, Any]:
    found = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(actions),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(resources),
        "Condition": draw(conditions),
    }
    if named:
        found[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = draw(principals)
    return found


def documents(named: bool) -> st.SearchStrategy[dict[str, Any]]:
    bodies = st.lists(statements(named), max_size=3)
    return bodies.map(lambda body: {"Version": "2012-10-17", "Statement": body})


@st.composite
def worlds(draw: Any) -> dict[str, Any]:
    """The documents of all layers."""
    plain, named = documents(named=False), documents(named=True)
    return {
        "identity": draw(st.lists(plain, max_size=2)),
        "resource": draw(st.none() | named),
        "endpoint": draw(st.none() | named),
        "boundary": draw(st.none() | plain),
        "session": draw(st.none() | plain),
        "scps": draw(st.just([]) | st.lists(st.lists(plain, max_size=2), max_size=2)),
    }


def compiled(world: dict[str, Any]) -> Policies:
    single = {
        kind: read_policy(world[kind], kind=kind)
        for kind in ("resource", "endpoint", "boundary", "session")
        if world[kind] is not None
    }
    return Policies(
        identity=tuple(read_policy(each, kind="identity") for each in world["identity"]),
        scps=tuple(tuple(read_policy(each, kind="scp") for each in level) for level in world["scps"]),
        **single,
    )


callers = st.sampled_from([None, USER, SESSION, ROLE, STRANGER, f"arn:aws:iam::{OWNER}:root"])
values = st.sampled_from(COMPLETIONS)


def request(
    who: str | None, context: dict[str, tuple[str, ...]], unknown: frozenset[str] = frozenset()
) -> Request:
    base = {"aws:PrincipalArn": (ROLE,)} if who == SESSION else {}
    return Request("execute-api:Invoke", METHOD, who, None, OWNER, {**base, **context}, unknown)


@settings(max_examples=60, deadline=None)
@given(worlds(), callers, values, st.data())
def test_a_definite_decision_holds_however_the_unknown_keys_turn_out(world, who, known, data):
    unknown = data.draw(st.sampled_from([KEYS, KEYS[:1], KEYS[1:]]))
    given_keys = {key: known for key in KEYS if key not in unknown}
    policies = compiled(world)

    found = decide(request(who, given_keys, frozenset(unknown)), policies)
    completed = {
        decide(request(who, {**given_keys, **dict(zip(unknown, each, strict=True))}), policies).decision
        for each in product(COMPLETIONS, repeat=len(unknown))
    }

    if found.decision != "indeterminate":
        assert completed == {found.decision}
    if found.denied is True:
        assert "allow" not in completed
    if found.decision == "indeterminate":
        assert set(found.unknown) <= set(unknown)
        assert found.unknown


@settings(max_examples=50, deadline=None)
@given(worlds(), callers, values, values, st.sampled_from(["identity", "resource", "endpoint"]), st.data())
def test_adding_a_deny_never_turns_a_denial_into_an_allow(world, who, x, y, layer, data):
    extra = {**data.draw(statements(named=layer != "identity")), "Effect": "Deny"}
    asked = request(who, {"k:x": x, "k:y": y})
    before = decide(asked, compiled(world)).decision
    if layer == "identity":
        world["identity"] = [*world["identity"], {"Version": "2012-10-17", "Statement": extra}]
    elif world[layer] is not None:
        world[layer] = {**world[layer], "Statement": [*world[layer]["Statement"], extra]}

    after = decide(asked, compiled(world)).decision

    assert after != "allow" or before == "allow"


@settings(max_examples=50, deadline=None)
@given(worlds(), callers, values, st.data())
def test_adding_an_allow_never_turns_an_allow_into_a_denial(world, who, x, data):
    extra = {**data.draw(statements(named=False)), "Effect": "Allow"}
    asked = request(who, {"k:x": x})
    before = decide(asked, compiled(world)).decision
    world["identity"] = [*world["identity"], {"Version": "2012-10-17", "Statement": extra}]

    assert before != "allow" or decide(asked, compiled(world)).decision == "allow"


@settings(max_examples=50, deadline=None)
@given(worlds(), callers, values, st.sampled_from(["identity", "resource", "endpoint", "boundary", "scps"]))
def test_what_is_certain_without_a_layer_holds_with_it(world, who, x, layer):
    """A layer that could not be read may say anything, also what it really says."""
    asked = request(who, {"k:x": x})
    policies = compiled(world)
    name = layer.removesuffix("s") if layer == "scps" else layer
    blind = compiled({**world, layer: [] if layer in ("identity", "scps") else None})
    blind = Policies(
        blind.identity,
        blind.resource,
        blind.endpoint,
        blind.boundary,
        blind.session,
        blind.scps,
        (),
        frozenset({name}),
    )

    found = decide(asked, blind)

    if found.denied is not None:
        assert found.denied is decide(asked, policies).denied


@settings(max_examples=50, deadline=None)
@given(worlds(), callers, values, values)
def test_the_same_question_has_the_same_answer_and_an_implicit_denial_names_a_gate(world, who, x, y):
    asked, policies = request(who, {"k:x": x, "k:y": y}), compiled(world)
    found = decide(asked, policies)

    assert decide(asked, policies) == found
    assert bool(found.missing) == (found.decision == "implicit_deny")
    assert all(each.layer for each in explain(asked, policies, found))


texts = st.text(max_size=12) | st.sampled_from(
    ["Statement", "Effect", "Allow", "Action", "*", "${", "${k:x", "arn:::::"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)
KINDS = st.sampled_from(["identity", "resource", "endpoint", "boundary", "session", "scp", "rcp", "trust"])


@settings(max_examples=60, deadline=None)
@given(st.text() | st.binary() | json_values, KINDS)
def test_no_document_makes_the_reader_raise(document, kind):
    found = read_policy(document, kind=kind)

    assert found.valid or found.problems


@settings(max_examples=60, deadline=None)
@given(st.data(), KINDS, st.lists(texts, max_size=2))
def test_no_values_in_a_policy_make_the_engine_raise(data, kind, held):
    statement = {
        "Effect": "Allow",
        "Principal": data.draw(st.just("*") | st.dictionaries(texts, json_values)),
        "Action": data.draw(json_values),
        "Resource": data.draw(json_values),
        "Condition": data.draw(
            st.dictionaries(st.sampled_from(OPERATORS) | texts, st.dictionaries(texts, json_values))
        ),
    }
    found = read_policy({"Version": "2012-10-17", "Statement": statement}, kind=kind)
    asked = Request(
        "a:b",
        "c",
        data.draw(st.none() | texts),
        context={"k:x": tuple(held)},
        unknown_context=frozenset(held),
    )
    policies = Policies(resource=found, identity=(found,), scps=((found,),))

    decision = decide(asked, policies)

    assert (decision.decision == "invalid") == (not found.valid)
    assert isinstance(explain(asked, policies, decision), tuple)
