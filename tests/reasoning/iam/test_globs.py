"""The pattern matcher against the plainest possible one: a backtracking walk over pattern and text."""

from hypothesis import given, settings
from hypothesis import strategies as st
from reasoning.iam.samples import call

from apidoctor.reasoning.iam import read_policy
from apidoctor.reasoning.iam._patterns import compile_patterns, tokens
from apidoctor.reasoning.iam.facts import Facts

FACTS = Facts(call())


def fits(pattern: str, text: str) -> bool:
    """The definition: ``?`` is one character, ``*`` any run of characters."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and fits(pattern[1:], text[1:])


patterns = st.text(alphabet="ab*?", max_size=8)
texts = st.text(alphabet="ab", max_size=8)
segments = st.text(alphabet="a*?", max_size=3)
values = st.text(alphabet="ab", max_size=3)


@settings(max_examples=500, deadline=None)
@given(patterns, texts)
def test_a_pattern_matches_what_its_definition_says(pattern, text):
    assert compile_patterns([pattern], "like").matches(text, FACTS) is fits(pattern, text)


@settings(max_examples=300, deadline=None)
@given(st.lists(patterns, max_size=3), texts)
def test_a_list_of_patterns_matches_what_any_of_them_matches(listed, text):
    assert compile_patterns(listed, "like").matches(text, FACTS) is any(fits(each, text) for each in listed)


@settings(max_examples=300, deadline=None)
@given(st.lists(segments, min_size=6, max_size=6), st.lists(values, min_size=6, max_size=7))
def test_an_arn_pattern_matches_segment_by_segment(pattern, parts):
    text = ":".join(parts)
    expected = all(fits(each, got) for each, got in zip(pattern, text.split(":", 5), strict=True))

    assert compile_patterns([":".join(pattern)], "arn").matches(text, FACTS) is expected


@settings(max_examples=300, deadline=None)
@given(patterns, st.text(alphabet="ab*?", max_size=3), patterns, st.text(alphabet="ab*?", max_size=8))
def test_a_variables_value_is_taken_literally_inside_a_pattern(before, value, after, text):
    """Every way to cut the text around the value is tried."""
    facts = Facts(call(k__v=value or "-"))
    put_in = value or "-"
    cuts = [at for at in range(len(text) + 1) if text.startswith(put_in, at)]
    expected = any(fits(before, text[:at]) and fits(after, text[at + len(put_in) :]) for at in cuts)

    found = compile_patterns([f"{before}${{k:v}}{after}"], "like", variables=True).matches(text, facts)

    assert found is expected


@given(st.text(alphabet="${}a:,' *", max_size=12))
def test_cutting_a_pattern_into_tokens_never_fails(pattern):
    assert isinstance(tokens(pattern, variables=True), tuple)


def test_a_document_with_very_many_problems_tells_a_hundred_of_them():
    document = {"Statement": {"Effect": "Allow", "Action": ["x"] * 5000, "Resource": "*", "Bad": 1}}
    found = read_policy(document, kind="identity")

    assert len(found.problems) <= 100
    assert not found.valid
