"""DNS outcomes are told apart, with real servers."""

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from facts.servers import dns_server, serving
from travelling.test_ask import doh, framed

from apidoctor.facts.probes.resolve import Question, probe_dns
from apidoctor.travelling.ask import EDNS
from apidoctor.travelling.wire import MAX_ALIASES

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


def ask(server, name=NAME, record="A", transport="udp", role="", timeout=1.0, **options):
    return probe_dns(Question(name, record, server, transport, role), timeout, **options)


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
        (dns.rcode.NOTAUTH, "error"),
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

    assert (seen.outcome, seen.reason) == ("error", "an alias chain without an end")
    assert len(seen.chain) == MAX_ALIASES


def test_an_answer_cut_off_over_udp_is_asked_again_over_tcp_and_both_are_told():
    def answer(question, transport):
        message = reply(question, (f"{NAME}. 60 IN A 10.1.4.21",) if transport == "tcp" else ())
        if transport == "udp":
            message.flags |= dns.flags.TC
        return message

    with dns_server(answer) as server:
        over_udp, over_tcp = ask(server)

    assert (over_udp.transport, over_udp.outcome, over_udp.truncated) == ("udp", "error", True)
    assert over_udp.reason == "cut off; asked again over TCP"
    assert (over_tcp.transport, over_tcp.addresses, over_tcp.truncated) == ("tcp", ["10.1.4.21"], False)


def test_of_an_answer_cut_off_within_a_record_what_is_there_is_told():
    lines = [f"{NAME}. 60 IN A 10.1.4.{number}" for number in (21, 22)]

    def answer(question, transport):
        message = reply(question, lines)
        if transport == "tcp":
            return message
        message.flags |= dns.flags.TC
        message.use_edns(False)
        return message.to_wire()[:-2]

    with dns_server(answer) as server:
        over_udp, over_tcp = ask(server)

    assert (over_udp.outcome, over_udp.truncated) == ("answer", True)
    assert set(over_udp.addresses) < set(over_tcp.addresses)
    assert sorted(over_tcp.addresses) == ["10.1.4.21", "10.1.4.22"]


@pytest.mark.parametrize("rcode", [dns.rcode.FORMERR, dns.rcode.NOTIMP])
def test_a_server_that_refuses_edns_is_asked_without(rcode):
    def answer(question, _):
        return reply(question, (f"{NAME}. 60 IN A 10.1.4.21",), (), rcode if question.edns >= 0 else 0)

    with dns_server(answer) as server:
        refused, seen = ask(server)

    assert (refused.outcome, refused.edns) == ("error", EDNS)
    assert refused.reason.startswith(dns.rcode.to_text(rcode))
    assert (seen.outcome, seen.edns, seen.addresses) == ("answer", None, ["10.1.4.21"])


def test_what_the_server_is_and_says_of_itself_is_kept():
    def answer(question, _):
        message = reply(question, (), (SOA,), dns.rcode.NXDOMAIN)
        message.flags |= dns.flags.AA
        message.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "by policy")])
        return message

    with dns_server(answer) as server:
        (seen,) = ask(server, role="configured")

    assert (seen.outcome, seen.authoritative, seen.role, seen.edns) == ("nxdomain", True, "configured", EDNS)
    assert seen.reason == "extended error 15: blocked: by policy"


def test_dns_over_tls_and_https_are_asked_too(authority):
    with serving(framed, authority.context("dns.test")) as server:
        (tls,) = ask(f"127.0.0.1:{server.port}#dns.test", transport="dot", ca_file=str(authority.file))
        (untrusted,) = ask(f"127.0.0.1:{server.port}#dns.test", transport="dot")
    with serving(doh(), authority.context("localhost")) as server:
        (https,) = ask(f"https://localhost:{server.port}/", transport="doh", ca_file=str(authority.file))

    assert (tls.transport, tls.outcome, tls.addresses) == ("dot", "answer", ["10.1.4.21", "10.1.5.21"])
    assert (https.transport, https.outcome, https.addresses) == ("doh", "answer", ["10.1.4.21", "10.1.5.21"])
    assert (untrusted.outcome, untrusted.addresses) == ("error", [])


def test_given_servers_stand_for_the_systems_own_and_the_first_useful_one_counts():
    def failing(question, _):
        return reply(question, rcode=dns.rcode.SERVFAIL)

    def knowing(question, _):
        return reply(question, (f"{NAME}. 60 IN A 10.1.4.21",))

    with dns_server(failing) as first, dns_server(knowing) as second:
        (seen,) = ask("system", given=(first, second))

    assert (seen.server, seen.outcome, seen.addresses) == ("system", "answer", ["10.1.4.21"])


def test_the_systems_own_resolution_is_getaddrinfo():
    (known,) = ask("system", "localhost", transport="getaddrinfo")
    (unknown,) = ask("system", "no-such-name.invalid", transport="getaddrinfo", timeout=2)
    (odd,) = ask("system", "a" * 70 + ".example", transport="getaddrinfo")

    assert (known.outcome, known.transport, known.addresses) == ("answer", "getaddrinfo", ["127.0.0.1"])
    assert unknown.outcome in ("nxdomain", "servfail", "timeout")  # by what this machine's network is
    assert (odd.outcome, bool(odd.reason)) == ("error", True)


@pytest.mark.parametrize("server", ["not-an-address", "1.2.3.4:x", "", "[::1"])
def test_a_server_that_is_no_address_is_an_error(server):
    (seen,) = ask(server, timeout=0.2)

    assert seen.outcome == "error"
