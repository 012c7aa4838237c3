"""Access log lines are read by the template they were written with, whatever is in them."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.reasoning.logs.settings import RECOMMENDED
from apidoctor.reasoning.logs.template import MAX_LINE, read_json, read_line, variables

ID = "3d4f3f0e-6d5e-4b0a-9a4e-000000000001"
EXTENDED = "abcDEFghIJ="
DENIED = "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:x"
VALUES = {
    "requestId": ID,
    "extendedRequestId": EXTENDED,
    "status": "403",
    "error.responseType": "ACCESS_DENIED",
    "error.message": DENIED,
    "identity.vpceId": "vpce-0e",
    "identity.sourceIp": "10.0.0.5",
    "httpMethod": "GET",
    "resourcePath": "/pets",
    "requestTime": "22/Nov/2026:10:42:06 +0000",
    "identity.userAgent": "apidoctor/0.1.0",
}

JSON = (
    '{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "status":$context.status, '
    '"vpce":"$context.identity.vpceId","type":"$context.error.responseType","m":"$context.error.message" }'
)
COMMON = (
    "$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"
    '"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength '
    "$context.requestId $context.extendedRequestId"
)
CSV = (
    "$context.identity.sourceIp,$context.identity.userAgent,$context.requestTime,$context.httpMethod,"
    "$context.resourcePath,$context.status,$context.error.message,$context.error.responseType,"
    "$context.identity.vpceId,$context.requestId,$context.extendedRequestId"
)
XML = (
    '<request id="$context.requestId"> <status>$context.status</status> '
    "<type>$context.error.responseType</type><vpce>$context.identity.vpceId</vpce></request>"
)


def written(template: str, values: dict[str, str]) -> str:
    """The line that API Gateway writes: every variable replaced, a hyphen where there is no value."""
    line = template
    for name in sorted(set(variables(template)), key=len, reverse=True):
        line = line.replace(f"$context.{name}", values.get(name, "-"))
    return line


@pytest.mark.parametrize("template", [JSON, COMMON, CSV, XML, RECOMMENDED], ids=lambda text: text[:20])
def test_a_line_gives_back_what_was_written(template):
    wanted = {name: VALUES[name] for name in variables(template) if name in VALUES}

    assert read_line(template, written(template, VALUES)) == wanted


def test_separators_inside_values_do_not_shift_the_columns():
    values = VALUES | {
        "identity.userAgent": "Mozilla/5.0 (X11, Linux, 403), a, b",
        "error.message": 'Missing required request parameters: [a, b], "c"',
    }

    found = read_line(CSV, written(CSV, values))

    assert found is not None
    assert found["status"] == "403"
    assert found["error.responseType"] == "ACCESS_DENIED"
    assert found["requestId"] == ID
    assert found["identity.vpceId"] == "vpce-0e"


def test_quotes_inside_a_message_do_not_hide_it_although_the_line_is_no_json_any_more():
    line = written(RECOMMENDED, VALUES | {"error.message": 'Credential "a" is {odd}, "b":"c"'})

    with pytest.raises(ValueError, match=r".*"):
        json.loads(line)
    found = read_line(RECOMMENDED, line)
    assert found is not None
    assert found["error.message"] == 'Credential "a" is {odd}, "b":"c"'


@pytest.mark.parametrize(
    ("template", "line"),
    [
        (JSON, written(JSON, VALUES)[:-3]),
        (JSON, written(CSV, VALUES)),
        (CSV, "a,b,c"),
        (CSV, written(CSV, VALUES | {"status": "abc"})),
        ("$context.requestId $context.requestId", f"{ID} 00000000-0000-0000-0000-000000000000"),
        ("no variable", "no variable"),
        ("", ""),
    ],
)
def test_a_line_of_another_format_is_not_read(template, line):
    assert read_line(template, line) is None


def test_a_value_that_stands_twice_must_be_the_same():
    assert read_line("$context.status/$context.status", "403/403") == {"status": "403"}


@pytest.mark.parametrize("line", ["," * MAX_LINE, "a," * (MAX_LINE // 2), "-," * 4000 + "x"])
def test_a_line_made_to_cost_time_costs_little(line):
    template = ",".join(f"$context.authorizer.p{number}" for number in range(60)) + ",end"
    start = time.process_time()

    assert read_line(template, line) is None
    assert time.process_time() - start < 2.0


@given(st.text(max_size=300), st.text(max_size=300))
def test_odd_texts_are_read_or_not_but_never_raise(template, line):
    read_line(template + "$context.status", line)
    read_json(line)


texts = st.text(
    alphabet=st.characters(blacklist_characters='"', blacklist_categories=("Cs", "Cc")), max_size=40
)


@given(texts, texts)
def test_texts_without_the_separator_come_back_as_they_were(message, agent):
    template = '{"s":"$context.status","m":"$context.error.message","a":"$context.identity.userAgent"}'
    values = {"status": "500", "error.message": message, "identity.userAgent": agent}

    found = read_line(template, written(template, values))

    assert found == {name: value for name, value in values.items() if value not in ("-", "")}


def test_a_json_line_is_read_by_the_names_of_its_members_when_the_format_was_changed_since():
    line = json.dumps(
        {"RequestId": ID, "identity": {"vpceId": "vpce-0e"}, "error_responseType": "WAF_FILTERED", "x": "-"}
    )

    assert read_json(line) == {
        "requestId": ID,
        "identity.vpceId": "vpce-0e",
        "error.responseType": "WAF_FILTERED",
    }
    assert read_json("[1]") is None
    assert read_json("{") is None
    assert read_json("[" * 100_000) is None
