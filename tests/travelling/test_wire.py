"""DNS messages against dnspython, and against bytes that nobody should send."""

import struct

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apidoctor.travelling import wire

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
LABEL = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,20}[A-Za-z0-9])?", fullmatch=True)
NAMES = st.lists(LABEL, min_size=1, max_size=6).map(".".join)
LINES = (
    f"{NAME}. 60 IN CNAME Front.example.",
    "front.EXAMPLE. 30 IN A 10.1.4.21",
    "front.example. 30 IN A 10.1.5.21",
)
RECORDS = (
    ("A", "10.1.4.21"),
    ("AAAA", "2001:db8::1"),
    ("CNAME", r"a\.b\032c.example."),
    ("NS", "ns.example."),
    ("SOA", "ns.example. root.example. 1 7200 900 1209600 86400"),
    ("TXT", r'"v=spf1 -all" "quo\"te" "\255"'),
    ("MX", "10 mail.example."),
    ("SRV", "1 2 443 there.example."),
    ("PTR", "host.example."),
)


def reply(name=NAME, record="A", lines=(), authority=(), rcode=dns.rcode.NOERROR, number=7):
    question = dns.message.make_query(name, record, id=number)
    message = dns.message.make_response(question, recursion_available=True)
    message.set_rcode(rcode)
    message.answer = [dns.rrset.from_text(*line.split(" ", 4)) for line in lines]
    message.authority = [dns.rrset.from_text(*line.split(" ", 4)) for line in authority]
    return message


@settings(deadline=None)
@given(
    NAMES,
    st.sampled_from(["A", "AAAA", "TXT", "SOA"]),
    st.integers(0, 65535),
    st.sampled_from([None, 512, 1232]),
)
def test_a_question_is_read_by_another_library_as_it_was_meant(name, record, number, edns):
    message = dns.message.from_wire(wire.question(name, record, number, edns))

    assert message.question[0].name == dns.name.from_text(name)
    assert dns.rdatatype.to_text(message.question[0].rdtype) == record
    assert (message.id, message.flags) == (number, dns.flags.RD)
    assert (message.edns, message.payload) == ((-1, 0) if edns is None else (0, edns))


@pytest.mark.parametrize(("record", "text"), RECORDS)
def test_data_is_written_as_another_library_writes_it(record, text):
    message = reply("x.example", record, [f"x.example. 300 IN {record} {text}"])

    (found,) = wire.read(message.to_wire()).answer

    expected = message.answer[0][0].to_text().removesuffix(".").replace(". ", " ")
    assert found == wire.Record("x.example", record, expected, 300)


def test_unknown_types_keep_their_bytes_in_the_generic_form():
    message = reply("x.example", "TYPE4711", [r"x.example. 300 IN TYPE4711 \# 3 0a0b0c"])

    assert wire.read(message.to_wire()).answer == [wire.Record("x.example", "TYPE4711", r"\# 3 0a0b0c", 300)]


def test_aliases_are_followed_in_any_case_of_letters_to_all_addresses():
    told = wire.follow(wire.read(reply(lines=LINES).to_wire()), NAME.upper(), "A")

    assert told["outcome"] == "answer"
    assert told["addresses"] == ["10.1.4.21", "10.1.5.21"]
    assert [one["type"] for one in told["chain"]] == ["CNAME", "A", "A"]
    assert told["chain"][0] == {"name": NAME, "type": "CNAME", "value": "Front.example", "ttl": 60}


@pytest.mark.parametrize(
    ("rcode", "outcome"),
    [
        (0, "nodata"),
        (1, "error"),
        (2, "servfail"),
        (3, "nxdomain"),
        (4, "error"),
        (5, "refused"),
        (16, "error"),
    ],
)
def test_what_is_no_answer_has_a_name_and_its_zone(rcode, outcome):
    soa = "amazonaws.com. 900 IN SOA ns.example. root.example. 1 7200 900 1209600 86400"
    message = reply(authority=[soa], rcode=rcode)

    told = wire.follow(wire.read(message.to_wire()), NAME, "A")

    assert (told["outcome"], told["addresses"], told["soa"]) == (outcome, [], "amazonaws.com")


def test_an_alias_loop_is_an_error_after_eight_aliases():
    loop = ("a.example. 5 IN CNAME b.example.", "b.example. 5 IN CNAME a.example.")

    told = wire.follow(wire.read(reply("a.example", lines=loop).to_wire()), "a.example", "A")

    assert (told["outcome"], len(told["chain"])) == ("error", 8)


def test_a_negative_answer_keeps_the_aliases_that_led_there():
    message = reply(lines=LINES[:1], rcode=dns.rcode.NXDOMAIN)

    told = wire.follow(wire.read(message.to_wire()), NAME, "A")

    assert (told["outcome"], told["chain"][0]["value"]) == ("nxdomain", "Front.example")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda message: setattr(message, "id", 8),
        lambda message: setattr(message, "flags", message.flags & ~dns.flags.QR),
        lambda message: setattr(message, "question", reply("other.example").question),
        lambda message: setattr(message, "question", reply(record="AAAA").question),
        lambda message: setattr(message, "question", []),
    ],
)
def test_an_answer_to_another_question_is_not_taken(spoil):
    message = reply(lines=LINES)
    assert wire.answers(wire.read(message.to_wire()), NAME, "A", 7)

    spoil(message)

    assert not wire.answers(wire.read(message.to_wire()), NAME, "A", 7)


def test_a_server_that_could_not_read_the_question_may_leave_it_out():
    message = reply(rcode=dns.rcode.FORMERR)
    message.question = []

    assert wire.answers(wire.read(message.to_wire()), NAME, "A", 7)


def test_extended_errors_are_told_in_words():
    message = reply(rcode=dns.rcode.REFUSED)
    message.use_edns(0, 0, 1232, options=[dns.edns.EDEOption(15, "by policy")])

    seen = wire.read(message.to_wire())

    assert (seen.edns, seen.extended) == (1232, "extended error 15: blocked: by policy")


def test_names_outside_ascii_are_asked_for_in_punycode():
    assert dns.message.from_wire(wire.question("bücher.example", "A", 1)).question[
        0
    ].name == dns.name.from_text("xn--bcher-kva.example")


@pytest.mark.parametrize(
    "name", ["a..b", ".a", "a" * 64, ".".join(["a" * 50] * 6), "\udcff.example", "ü" * 70]
)
def test_what_is_no_name_is_refused(name):
    with pytest.raises(wire.WireError):
        wire.question(name, "A", 1)


def test_a_record_type_that_is_not_known_is_refused():
    with pytest.raises(wire.WireError, match="AXFR"):
        wire.question(NAME, "AXFR", 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 11,
        b"\0\7\x80\0\0\1\0\0\0\0\0\0" + b"\xc0\x0c" + b"\0\1\0\1",
        b"\0\7\x80\0\0\1\0\0\0\0\0\0" + b"\xc0\x0e\xc0\x0c" + b"\0\1\0\1",
        b"\0\7\x80\0\0\1\0\0\0\0\0\0" + b"\x40a\0" + b"\0\1\0\1",
        b"\0\7\x80\0\0\1\0\0\0\0\0\0" + (b"\x3f" + b"a" * 63) * 5 + b"\0" + b"\0\1\0\1",
        b"\0\7\x80\0\0\1\0\0\0\0\0\0" + b"\xc0\x0c" * 9,
        b"\0\7\x80\0\0\0\xff\xff\0\0\0\0",
        b"\0\7\x80\0\0\0\0\1\0\0\0\0" + b"\0\0\1\0\1\0\0\0\0\0\3abc",
    ],
)
def test_bytes_that_are_no_message_have_one_kind_of_error(data):
    with pytest.raises(wire.WireError):
        wire.read(data)


def test_of_a_truncated_message_what_is_there_is_read():
    message = reply(lines=LINES)
    message.flags |= dns.flags.TC

    seen = wire.read(message.to_wire()[:-3])

    assert seen.truncated
    assert [one.type for one in seen.answer] == ["CNAME", "A"]


VALID = [
    reply(lines=LINES).to_wire(),
    *(
        reply("x.example", record, [f"x.example. 300 IN {record} {text}"]).to_wire()
        for record, text in RECORDS
    ),
]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(VALID),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 255)), max_size=6),
    st.integers(),
)
def test_whatever_the_bytes_are_nothing_but_a_wire_error_comes(data, changes, cut):
    spoilt = bytearray(data)
    for place, value in changes:
        spoilt[place % len(spoilt)] = value
    spoilt = spoilt[: max(cut, 0) % (len(spoilt) + 1) or None]

    try:
        told = wire.follow(wire.read(bytes(spoilt)), NAME, "A")
    except wire.WireError:
        return
    assert told["outcome"] in ("answer", "nodata", "nxdomain", "servfail", "refused", "error")


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_random_bytes_are_read_or_refused(data):
    try:
        seen = wire.read(b"\0\7\x80\0" + data)
    except wire.WireError:
        return
    assert seen.is_answer


def test_long_chains_of_pointers_are_refused():
    """65 KiB in which each record's name points to the one before would take minutes to read."""
    rest = b"\0\x63\0\1\0\0\0\0\0\0"
    data = b"\0\7\x80\0\0\0\x10\0\0\0\0\0" + b"\1a\0" + rest
    last = 12
    while len(data) < 16000:
        last, data = len(data), data + struct.pack("!H", 0xC000 | last) + rest

    with pytest.raises(wire.WireError, match="too often"):
        wire.read(data)
