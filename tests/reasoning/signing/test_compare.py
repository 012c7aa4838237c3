"""Two canonical requests side by side: the line that differs, what it means, and whose it is."""

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.lab.front_door.catalogue import reply
from apidoctor.model.mismatch import LONGEST, bounded, read_mismatch
from apidoctor.reasoning.signing.canonical import EMPTY_HASH, canonical_path
from apidoctor.reasoning.signing.compare import compare
from apidoctor.reasoning.signing.split import Parts, Wire, split

HASH, OTHER_HASH = "a" * 64, "b" * 64
HOST = "abc.example"
TO_SIGN = f"AWS4-HMAC-SHA256\n20261122T104206Z\n20261122/us-east-1/execute-api/aws4_request\n{HASH}"


def text(method="GET", path="/prod/a", query="", host=HOST, more=(), names=None, body=HASH):
    headers = sorted([f"host:{host}", "x-amz-date:20261122T104206Z", *more])
    signed = names or ";".join(line.partition(":")[0] for line in headers)
    return "\n".join([method, path, query, *headers, "", signed, body])


def message(canonical):
    return (
        "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for "
        f"this request should have been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{TO_SIGN}'\n"
    )


def told(signed, received, host=HOST):
    return [(one.element, one.meaning.fault) for one in compare(split(signed), split(received), host)]


def test_equal_requests_do_not_differ():
    assert told(text(), text()) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "fault", "words"),
    [
        ("/prod/a%20b", "/prod/a%2520b", "A25", "encoded twice"),
        ("/prod/a%252Fb", "/prod/a/b", "A25", "percent-encoding"),
        ("/prod/a%252f", "/prod/a%252F", "A25", "percent-encoding"),
        ("/prod//a", "/prod/a", "A25", "double slashes"),
        ("/prod/x/../a", "/prod/a", "A25", "Dot segments"),
        ("/prod/a", "/prod/a/", "A26", "slash at the end of the path was added"),
        ("/prod/a/", "/prod/a", "A26", "slash at the end of the path was removed"),
        ("/prod/a", "/a", "A26", "/prod was removed at the beginning"),
        ("/prod/a", "/v1/prod/a", "A26", "/v1 was added at the beginning"),
        ("/prod/a", "/prod/b", "A26", "Another path"),
    ],
)
def test_a_path_is_told_apart_by_how_it_differs(ours, theirs, fault, words):
    (found,) = compare(split(text(path=ours)), split(text(path=theirs)), HOST)

    assert (found.element, found.signed, found.received) == ("path", ours, theirs)
    assert (found.meaning.fault, words in found.meaning.words) == (fault, True), found.meaning.words


@pytest.mark.parametrize(
    ("ours", "theirs", "fault", "words"),
    [
        ("b=2&a=1", "a=1&b=2", "A25", "another order"),
        ("a", "a=", "A25", "has no ="),
        ("a=%7e", "a=~", "A25", "percent-encoding"),
        ("a=x+y", "a=x%20y", "A25", "read as a space"),
        ("a=x%2By", "a=x%20y", "A25", "read as a space"),
        ("a=1", "a=1&utm=2", "A26", "(utm added)"),
        ("a=1&b=2", "a=1", "A26", "(b removed)"),
        ("a=1", "", "A26", "(a removed)"),
        ("a=s3cr3t", "a=2", "A26", "value of query parameters was changed (a)"),
    ],
)
def test_a_query_is_told_apart_by_how_it_differs(ours, theirs, fault, words):
    (found,) = compare(split(text(query=ours)), split(text(query=theirs)), HOST)

    assert (found.meaning.fault, words in found.meaning.words) == (fault, True), found.meaning.words
    assert "s3cr3t" not in found.meaning.words


@pytest.mark.parametrize(
    ("signed", "sent", "received", "expected"),
    [
        ("vpce.example", HOST, HOST, ["A15"]),
        (HOST, HOST, "proxy.example", ["A26"]),
        ("vpce.example", HOST, "proxy.example", ["A15", "A26"]),
        (f"{HOST}:443", HOST, HOST, ["A15"]),
        (HOST, HOST, HOST.upper(), ["A26"]),  # S1: what was sent is what was signed, and arrived otherwise
        (HOST.upper(), HOST, HOST, ["A25"]),
        (HOST, HOST, "", ["A26"]),
        ("vpce.example", None, HOST, ["A15"]),
    ],
)
def test_a_host_is_the_clients_or_was_rewritten(signed, sent, received, expected):
    found = compare(split(text(host=signed)), split(text(host=received)), sent)

    assert [one.meaning.fault for one in found] == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (text(method="GET"), text(method="HEAD"), [("method", "A26")]),
        (text(more=["x-a:1"]), text(more=["x-a:2"]), [("header x-a", "A26")]),
        (text(more=["x-a:1"]), text(more=["x-a:"]), [("header x-a", "A26")]),
        (text(more=["x-a:one  two"]), text(more=["x-a:one two"]), [("header x-a", "A25")]),
        (text(more=["x-a:One"]), text(more=["x-a:one"]), [("header x-a", "A25")]),
        (text(names="x-amz-date;host"), text(), [("signed headers", "A25")]),
        (text(more=["x-a:1"]), text(), [("header x-a", "A26"), ("signed headers", "A26")]),
        (text(), text(more=["x-a:1"]), [("header x-a", "A26"), ("signed headers", "A26")]),
        (text(body=HASH), text(body=OTHER_HASH), [("payload hash", "A25")]),
        (text(body="UNSIGNED-PAYLOAD"), text(), [("payload hash", "A25")]),
    ],
)
def test_other_lines(ours, theirs, expected):
    assert told(ours, theirs) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "element"),
    [
        ({"path": "/prod/a%2520b"}, {"path": "/prod/a%252520b"}, "path"),
        ({"path": "/prod/a%2520b"}, {"path": "/prod/a%20b"}, "path"),
        ({"path": "/prod/a"}, {"path": "/prod//a"}, "path"),
        ({"query": "a=1&b=2"}, {"query": "b=2&a=1"}, "query"),
        ({"query": "a=x%2By"}, {"query": "a=x%20y"}, "query"),
        ({"body": HASH}, {"body": OTHER_HASH}, "payload hash"),
        ({"body": EMPTY_HASH}, {"body": HASH}, "payload hash"),
        ({"body": HASH}, {"body": EMPTY_HASH}, "payload hash"),
    ],
)
def test_what_was_sent_decides_whose_a_difference_is(ours, theirs, element):
    def whose(sent):
        found = compare(split(text(**ours)), split(text(**theirs)), HOST, split(text(**sent)))
        return [(one.element, one.meaning.fault) for one in found]

    assert whose(ours) == [(element, "A26")]
    assert whose(theirs) == [(element, "A25")]


@pytest.mark.parametrize(
    ("line", "received", "fault", "words"),
    [
        ("/prod/a%20b", "/prod/a%20b", "A25", "not encoded once more"),
        ("/prod/a//b", "/prod/a//b", "A25", "dot segments and double slashes"),
        ("/prod/./a", "/prod/./a", "A25", "dot segments and double slashes"),
        ("/prod/x/../a/", "/prod/x/../a/", "A25", "dot segments and double slashes"),
        ("/prod//a%20b", "/prod/a%20b", "A25", "another rule: not encoded once more"),
        ("/prod//a%20b", "/prod//a%2520b", "A25", "another rule: with its dot segments and double slashes."),
        ("/prod//a%20b", "/prod//a%20b", "A25", "double slashes and not encoded once more"),
        ("/prod/a%2fb", "/prod/a%2Fb", "A25", "not encoded once more"),
        ("/prod/caf%C3%A9", "/prod/caf%C3%A9", "A25", "not encoded once more"),
        ("/prod/%7Euser%3A1", "/prod/%7Euser%3A1", "A25", "not encoded once more"),
        # Near misses: what no rule makes of the path that was sent was changed.
        ("/prod/a%2Fb", "/prod/a/b", "A26", "arrived in another form"),
        ("/prod/a", "/prod//a", "A26", "arrived in another form"),
        ("/prod/a//b", "/prod/a/b/", "A26", "slash at the end"),
        ("/prod/a%20b", "/prod/a%252520b", "A26", "arrived in another form"),
        ("/prod/a%20b", "/v1/prod/a%20b", "A26", "rewritten"),
        ("/prod/a%20b", "/a%20b", "A26", "rewritten"),
    ],
)
def test_a_path_that_is_shown_as_it_was_sent_was_not_changed_on_the_way(line, received, fault, words):
    ours = split(text(path=canonical_path(line)))
    (found,) = compare(ours, split(text(path=received)), HOST, ours, Wire(line, ""))

    assert (found.meaning.fault, found.meaning.rival) == (fault, None), found.meaning.words
    assert words in found.meaning.words


@pytest.mark.parametrize("line", ["/prod/arn%3Aaws%3As3", "/prod/a%2520b"])
def test_a_path_that_may_have_been_decoded_is_not_proved_to_be_read_otherwise(line):
    ours = split(text(path=canonical_path(line)))
    (found,) = compare(ours, split(text(path=line)), HOST, ours, Wire(line, ""))

    assert (found.meaning.fault, found.meaning.rival) == ("A26", "A25")


def test_a_query_that_is_shown_as_it_was_sent_was_not_changed_on_the_way():
    def whose(received):
        ours = split(text(query="a=1&b=2"))
        found = compare(ours, split(text(query=received)), HOST, ours, Wire("/prod/a", "b=2&a=1"))
        return [(one.element, one.meaning.fault) for one in found]

    assert whose("b=2&a=1") == [("query", "A25")]
    assert whose("a=2&b=1") == [("query", "A26")]
    assert whose("b=2&a=1&c=3") == [("query", "A26")]


def test_a_client_that_signs_another_path_and_query_than_it_sends_is_not_excused_by_what_arrives():
    ours, sent = split(text(path="/prod/b", query="x=1")), split(text(path="/prod/a", query="y=1"))
    found = compare(ours, sent, HOST, sent, Wire("/prod/a", "y=1"))

    assert [(one.element, one.meaning.fault) for one in found] == [("path", "A25"), ("query", "A25")]


def test_what_is_cut_off_differs_from_nothing():
    whole = text(more=[f"x-a-{number}:1" for number in range(50)])
    for end in range(0, len(whole), 7):
        assert told(whole, whole[:end].rpartition("\n")[0]) == []


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_text_is_an_error(one, two):
    assert isinstance(compare(split(one), split(two), None), list)


@given(st.text(alphabet="ab'\\n\n \r\"{}<>&;x-:/%", max_size=300))
def test_what_a_server_quotes_is_read_as_it_was_written(inner):
    canonical = "GET\n/" + inner.replace("\r", "") + "\nend"
    shown = read_mismatch(reply("S1-canonical", canonical=canonical, to_sign="x").body)

    assert shown.canonical_request == canonical


QUERY = "a=x%2By&amp=2&copy=1&lt=3&not=4"
CANONICAL = text(query=QUERY, more=['x-mine:it\'s <b> & "c"'])


def in_php(words):
    """Leaves the apostrophe."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def in_numbers(words):
    """Everything but letters."""
    return "".join(each if each.isalnum() or each in " /" else f"&#x{ord(each):x};" for each in words)


@pytest.mark.parametrize(
    "escaped",
    [
        html.escape,
        in_php,
        in_numbers,
        lambda words: in_php(words).replace("'", "&apos;"),
        lambda words: in_php(words).replace("'", "&#39;").replace("+", "&#43;"),
        lambda words: html.escape(html.escape(words)),
        lambda words: words,
    ],
)
@pytest.mark.parametrize(
    "wrapped",
    [lambda words: json.dumps({"message": words}), str, "<p>{}</p>".format, "<Message>{}".format],
)
def test_a_text_that_was_escaped_as_markup_is_read(escaped, wrapped):
    body = wrapped(escaped(message(CANONICAL)))

    assert read_mismatch(body).canonical_request == CANONICAL


@pytest.mark.parametrize(
    "shown",
    [
        text(query=QUERY),
        text(more=["x-mine:fish &amp; chips &#39;"]),  # a header's own value
        text(query="a=1&amp=2", more=["x-mine:&lt;"]),
    ],
)
def test_what_only_looks_like_an_escape_stays(shown):
    body = json.dumps({"message": message(shown)})

    assert read_mismatch(body).canonical_request == shown


@given(st.text(max_size=2000))
def test_no_body_is_an_error(body):
    shown = read_mismatch(body)

    assert shown.canonical_request is None or isinstance(shown.canonical_request, str)


def test_a_body_that_breaks_off_is_read_to_its_last_whole_line():
    body = reply("S1-canonical", canonical=text(path="/prod/abcdef"), to_sign="x").body
    cut = read_mismatch(body[: body.index("x-amz-date") + 14])

    assert cut.canonical_request == f"GET\n/prod/abcdef\n\nhost:{HOST}"
    assert cut.string_to_sign is None


def test_a_long_text_is_cut_at_a_line():
    kept = bounded("\n".join(["x" * 99] * 1000))

    assert len(kept) <= LONGEST
    assert kept.endswith("x" * 99)


@pytest.mark.parametrize(
    "shown", ["hello: world\nfoo", "NONE", "NOT SHOWN", "(not shown)", "GET\nhost:a", "", "x"]
)
def test_a_text_that_is_none_is_not_known(shown):
    assert split(shown) == Parts(is_partial=True)
