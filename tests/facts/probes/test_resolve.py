"""DNS outcomes are told apart, with real servers."""

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from facts.servers import dns_server

from apidoctor.facts.probes import resolve
from apidoctor.facts.probes.resolve import probe_dns

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
SOA = "execute-api.us-east-1.amazonaws.com. 900 IN SOA ns.example. root.example. 1 7200 900 1209600 86400"


def records(*lines):
    return [dns.rrset.from_text(*line.split(" ", 4)) for line in lines]


def reply(question, answer=(), authority=(), rcode=dns.rcode.NOERROR):
    message = dns.message.make_response(question, recursion_available=True)
    message.set_rcode(rcode)
    message.answer = records(*answer)
    message.authority = records(*authority)
    return message


def ask(server, name=NAME, record="A", transport="udp", resolvers=(), timeout=1.0):
    return probe_dns(name, server, record, transport, resolvers, timeout)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_addresses_come_with_the_aliases_that_lead_to_them(transport):
    lines = (f"{NAME}. 60 IN CNAME front.example.", "front.example. 30 IN A 10.1.4.21")
    with dns_server(lambda question, _: reply(question, lines)) as server:
        (seen,) = ask(server, transport=transport)

    assert (seen.outcome, seen.server, seen.transport) == ("answer", server, transport)
    assert [(one.name, one.type, one.value, one.ttl) for one in seen.chain] == [
        (NAME, "CNAME", "front.example", 60),
        ("front.example", "A", "10.1.4.21", 30),
    ]
    assert seen.addresses == ["10.1.4.21"]


@pytest.mark.parametrize(
    ("rcode", "outcome"),
    [
        (dns.rcode.NXDOMAIN, "nxdomain"),
        (dns.rcode.NOERROR, "nodata"),
        (dns.rcode.SERVFAIL, "servfail"),
        (dns.rcode.REFUSED, "refused"),
        (dns.rcode.NOTIMP, "error"),
    ],
)
def test_negative_answers_are_told_apart_and_name_their_zone(rcode, outcome):
    with dns_server(lambda question, _: reply(question, (), (SOA,), rcode)) as server:
        (seen,) = ask(server)

    assert seen.outcome == outcome
    assert seen.soa == "execute-api.us-east-1.amazonaws.com"
    assert seen.addresses == []


def test_an_alias_that_ends_without_an_address_is_nodata():
    lines = (f"{NAME}. 60 IN CNAME front.example.",)
    with dns_server(lambda question, _: reply(question, lines, (SOA,))) as server:
        (seen,) = ask(server, record="AAAA")

    assert (seen.outcome, seen.type, len(seen.chain)) == ("nodata", "AAAA", 1)


def test_a_server_that_says_nothing_is_a_time_out():
    with dns_server(lambda *_: None) as server:
        (seen,) = ask(server, timeout=0.2)

    assert seen.outcome == "timeout"


def test_garbage_is_an_error():
    with dns_server(lambda question, _: question.to_wire()[:2] + b"\xff" * 40) as server:
        (seen,) = ask(server, transport="tcp", timeout=0.3)

    assert seen.outcome == "error"


def test_a_chain_that_never_ends_is_an_error():
    lines = [f"n{number}.example. 60 IN CNAME n{number + 1}.example." for number in range(30)]
    with dns_server(lambda question, _: reply(question, [*lines, "n30.example. 1 IN A 10.0.0.1"])) as server:
        (seen,) = ask(server, "n0.example", transport="tcp")

    assert seen.outcome == "error"
    assert len(seen.chain) == resolve.MAX_ALIASES


def test_an_answer_cut_off_over_udp_is_asked_again_over_tcp_and_both_are_told():
    def answer(question, transport):
        message = reply(question, (f"{NAME}. 60 IN A 10.1.4.21",) if transport == "tcp" else ())
        if transport == "udp":
            message.flags |= dns.flags.TC
        return message

    with dns_server(answer) as server:
        over_udp, over_tcp = ask(server)

    assert (over_udp.transport, over_udp.outcome) == ("udp", "error")
    assert (over_tcp.transport, over_tcp.addresses) == ("tcp", ["10.1.4.21"])


def test_given_servers_stand_for_the_systems_own_and_the_first_useful_one_counts():
    def failing(question, _):
        return reply(question, rcode=dns.rcode.SERVFAIL)

    def knowing(question, _):
        return reply(question, (f"{NAME}. 60 IN A 10.1.4.21",))

    with dns_server(failing) as first, dns_server(knowing) as second:
        (seen,) = ask("system", resolvers=(first, second))

    assert (seen.server, seen.outcome, seen.addresses) == ("system", "answer", ["10.1.4.21"])


def test_the_systems_own_resolution_is_getaddrinfo():
    (known,) = ask("system", "localhost", transport="getaddrinfo")
    (unknown,) = ask("system", "no-such-name.invalid", transport="getaddrinfo", timeout=2)
    (odd,) = ask("system", "a" * 70 + ".example", transport="getaddrinfo")

    assert (known.outcome, known.transport, known.addresses) == ("answer", "getaddrinfo", ["127.0.0.1"])
    assert unknown.outcome in ("nxdomain", "servfail", "timeout")  # by what this machine's network is
    assert odd.outcome == "error"


@pytest.mark.parametrize("server", ["not-an-address", "1.2.3.4:x", "", "[::1"])
def test_a_server_that_is_no_address_is_an_error(server):
    (seen,) = ask(server, timeout=0.2)

    assert seen.outcome == "error"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("10.0.0.2", ("10.0.0.2", 53)),
        ("10.0.0.2:5353", ("10.0.0.2", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
    ],
)
def test_a_server_may_be_given_with_its_port(text, place):
    assert resolve._server(text) == place
