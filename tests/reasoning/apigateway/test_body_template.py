"""Bodies made from the template of a gateway response."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.reasoning.apigateway.body_template import CUT_AT, filled, is_distinctive


@pytest.mark.parametrize(
    ("template", "body", "expected"),
    [
        ('{"a":1}', '{"a":1}', {}),
        ('{"a":1}\r\n', '{"a":1}', {}),
        ('{"a":1}', '{"a":12}', None),
        ('{"a":1}', '{"a":1', None),
        ("", "", {}),
        ("", "x", None),
        (
            '{"m":$context.error.messageString,"id":"$context.requestId"}',
            '{"m":"No","id":"7"}',
            {"context.error.messageString": "No", "context.requestId": "7"},
        ),
        ('{"m":$context.error.messageString}', '{"m":"No"}', {"context.error.messageString": "No"}),
        ('{"m":"${stageVariables.team}"}', '{"m":"pets"}', {"stageVariables.team": "pets"}),
        ("by $method.request.header.X-Team.", "by pets.", {"method.request.header.X-Team": "pets"}),
        ("$context.stage/$context.path", "prod/a/b", {"context.stage": "prod", "context.path": "a/b"}),
        ("a $context.stage b", "a prod c", None),
        ("ab $context.stage ba", "ab ba", None),
        ("costs $5 and $contextual", "costs $5 and $contextual", {}),
    ],
)
def test_variables_stand_for_anything_and_the_rest_for_itself(template, body, expected):
    assert filled(template, body) == expected


def test_a_body_that_was_cut_is_compared_as_far_as_it_goes():
    page = "<p>sorry</p>" * 400

    assert filled(page, page[:CUT_AT]) == {}
    assert filled(page, "x" + page[: CUT_AT - 1]) is None
    assert filled(f"$context.requestId {page}", f"7 {page[:CUT_AT]}") is not None


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"oops":true}', True),
        ('{"message":"nein"}', True),
        ('{"message":$context.error.messageString}', False),
        ('{"Message": "$context.error.message"}', False),
        ("{}", False),
        ("", False),
    ],
)
def test_braces_and_keys_are_nobodys_own_words(template, expected):
    assert is_distinctive(template) is expected


def test_a_template_of_nothing_but_variables_costs_no_time():
    template = "$context.requestId a" * 400
    started = time.perf_counter()

    assert filled(template, "7 a" * 600 + "!") is None
    assert time.perf_counter() - started < 1


PIECES = st.lists(st.text(alphabet='ab{}": $', max_size=5), min_size=1, max_size=6)


@given(pieces=PIECES, data=st.data())
def test_what_was_filled_is_recognised(pieces, data):
    values = [data.draw(st.text(alphabet="abc 1", max_size=4)) for _ in pieces[1:]]
    template = pieces[0] + "".join(f"${{context.v{n}}}{piece}" for n, piece in enumerate(pieces[1:]))
    body = pieces[0] + "".join(value + piece for value, piece in zip(values, pieces[1:], strict=True))

    if body == body.strip() and template == template.strip():
        assert filled(template, body) is not None
