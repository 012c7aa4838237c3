"""The whole look, against real servers on loopback and against nobody."""

import socket
import time
from contextlib import ExitStack, contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from facts.servers import answering, dns_server, serving
from travelling.test_ask import answered, closed_port

from apidoctor.model.snapshot import read_observations
from apidoctor.travelling import resolvers, survey, tcp
from apidoctor.travelling.ask import unanswered
from apidoctor.travelling.book import AddressBook
from apidoctor.travelling.names import read_target
from apidoctor.travelling.ways import Plan

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
URL = f"https://{NAME}/prod/pets"
ORDER = ["host", "dns", "tcp", "tls", "path_mtu", "http"]


def looked(target=URL, report=None, **options):
    """Look, and return the observations by kind; all are of the model and in their order."""
    names = options.pop("names", ())
    plan = Plan(target=read_target(target, headers=options.get("headers", ()), names=names), **options)
    raw = survey.survey(plan, report)
    seen, notes = read_observations(raw)
    kinds = [one["kind"] for one in raw]
    assert not notes
    assert kinds == sorted(kinds, key=ORDER.index)
    assert len(seen) == len(raw)
    by_kind = {kind: [] for kind in ORDER}
    for one in raw:
        by_kind[one["kind"]].append(one)
    return by_kind


@contextmanager
def mute():
    """The UDP socket of a DNS server that never answers, on TCP neither."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        sock.bind(("127.0.0.1", server.getsockname()[1]))
        yield sock


@contextmanager
def silent():
    """The address of a DNS server that never answers."""
    with mute() as sock:
        yield spelt(sock)


def spelt(sock):
    """The address of a socket, as an option takes it."""
    return f"127.0.0.1:{sock.getsockname()[1]}"


def until_asked(sock, times=1):
    """Wait until so many questions came: the look is in the midst of them."""
    sock.settimeout(60)
    for _ in range(times):
        sock.recvfrom(4096)


def zone(**addresses):
    """Answer for the target, in the way that a name server with these records does: label of the name to address."""

    def answer(question, _):
        name = str(question.question[0].name).rstrip(".")
        address = addresses.get(name.partition(".")[0], addresses.get("other"))
        if address is None:
            return answered(question, (), dns.rcode.NXDOMAIN)
        if question.question[0].rdtype != 1:
            return answered(question, ())
        message = dns.message.make_response(question)
        message.answer = [dns.rrset.from_text(f"{name}.", 60, "IN", "A", address)]
        return message

    return answer


def test_everything_is_seen_of_a_target_that_works(authority):
    body = b'{"message":"Forbidden"}'
    with ExitStack() as stack:
        server = stack.enter_context(
            serving(
                answering(body, "403 Forbidden", "Date: Fri, 27 Nov 2026 14:00:00 GMT"),
                authority.context(NAME),
            )
        )
        resolver = stack.enter_context(dns_server(zone(abc1234567="10.1.4.21")))
        book = AddressBook.parse([f"10.1.4.21:443=127.0.0.1:{server.port}"])
        seen = looked(
            resolvers=(resolver,), book=book, ca_file=str(authority.file), vantage="here", timeout=8
        )

    (host,) = seen["host"]
    assert (host["resolvers"], host["resolver_source"], host["vantage"]) == ([resolver], "option", "here")
    assert "clock_offset_ms" in host
    system = [one for one in seen["dns"] if one["server"] == "system" and one["name"] == NAME]
    assert [(one["type"], one["outcome"], one.get("addresses")) for one in system] == [
        ("A", "answer", ["10.1.4.21"]),
        ("AAAA", "nodata", None),
    ]
    assert [(one["address"], one["attempt"], one["outcome"]) for one in seen["tcp"]] == [
        ("10.1.4.21", 1, "connected"),
        ("10.1.4.21", 2, "connected"),
    ]
    assert [(one["outcome"], one["server_name"]) for one in seen["tls"]] == [("verified", NAME)]
    assert [one["outcome"] for one in seen["path_mtu"]] == ["ok"]
    (call,) = seen["http"]
    assert (call["status"], call["body"], call["url"], call["signed"]) == (403, body.decode(), URL, False)


def test_servers_are_asked_over_each_transport_and_repeatedly():
    with dns_server(zone(abc1234567="192.0.2.1")) as resolver, dns_server(zone(other="192.0.2.2")) as inbound:
        seen = looked(
            resolvers=(resolver,), inbound=(inbound,), timeout=4, invoke=False, names=("more.example.com",)
        )

    def asked(server, name=NAME):
        found = [one for one in seen["dns"] if (one["server"], one["name"]) == (server, name)]
        return [(one["type"], one["transport"], one.get("edns"), one["attempt"]) for one in found]

    assert asked(resolver) == [
        ("A", "udp", 1232, 1),
        ("A", "udp", 1232, 2),
        ("A", "udp", 1232, 3),
        ("AAAA", "udp", 1232, 1),
        ("A", "tcp", 1232, 1),
        ("A", "udp", None, 1),
    ]
    assert asked(inbound) == asked(resolver)[:-1]
    assert asked(resolver, "more.example.com") == [("A", "udp", 1232, 1)]
    assert {one["role"] for one in seen["dns"] if one["server"] == inbound} == {"inbound"}
    random = {one["name"] for one in seen["dns"] if one["name"].startswith("apidoctor-")}
    assert len(random) == 1
    assert random.pop().endswith(".execute-api.us-east-1.amazonaws.com")


def test_outside_answers_are_not_connected_to(authority):
    with dns_server(zone()) as resolver, dns_server(zone(other="192.0.2.7")) as outside:
        seen = looked(resolvers=(resolver,), outside=(outside,), timeout=4)

    assert [one.get("addresses") for one in seen["dns"] if one.get("role") == "outside"] == [
        ["192.0.2.7"]
    ] * 3 + [None]
    assert seen["tcp"] == []


def test_answers_that_differ_are_all_told():
    turn = iter(range(100))

    def flapping(question, transport):
        return zone(other=f"192.0.2.{next(turn) % 2}")(question, transport)

    with dns_server(flapping) as server:
        seen = looked(resolvers=(f"127.0.0.1:{closed_port()}",), inbound=(server,), timeout=3, invoke=False)

    answers = [
        tuple(one["addresses"]) for one in seen["dns"] if one["server"] == server and one["type"] == "A"
    ]
    assert len(answers) == 4
    assert len(set(answers)) == 2


@pytest.mark.parametrize("timeout", [1.0, 2.5])
def test_with_every_server_silent_the_look_ends_in_time_and_tells_all_questions(timeout):
    with silent() as first, silent() as second, silent() as inbound, silent() as outside:
        started = time.monotonic()
        seen = looked(resolvers=(first, second), inbound=(inbound,), outside=(outside,), timeout=timeout)
        took = time.monotonic() - started

    assert took < timeout + 1  # a loaded machine starts threads late
    assert {one["outcome"] for one in seen["dns"]} == {"timeout"}
    asked = {(one["server"], one["type"], one["transport"]) for one in seen["dns"] if one["name"] == NAME}
    assert asked >= {(server, "A", "udp") for server in (first, second, inbound, outside)}
    assert asked >= {(server, "AAAA", "udp") for server in (first, second, inbound, outside)}
    assert asked >= {(server, "A", "tcp") for server in (first, second, inbound)}
    assert asked >= {("system", "A", "udp"), ("system", "AAAA", "udp")}


def test_a_look_that_hangs_is_left_behind_and_told(monkeypatch):
    monkeypatch.setattr(tcp, "connect", lambda *_, **__: time.sleep(5))
    with dns_server(zone(abc1234567="192.0.2.1")) as resolver:
        started = time.monotonic()
        seen = looked(resolvers=(resolver,), timeout=1)
        took = time.monotonic() - started

    assert took < 1.5
    assert [(one["address"], one["attempt"], one["outcome"]) for one in seen["tcp"]] == [
        ("192.0.2.1", 1, "timeout"),
        ("192.0.2.1", 2, "timeout"),
    ]


def test_a_broken_look_does_not_take_the_others_with_it(monkeypatch):
    monkeypatch.setattr(tcp, "connect", lambda *_, **__: 1 / 0)
    with dns_server(zone(abc1234567="192.0.2.1")) as resolver:
        seen = looked(resolvers=(resolver,), timeout=2)

    assert [one["outcome"] for one in seen["tcp"]] == ["error", "error"]
    assert seen["tcp"][0]["reason"].startswith("defect: ZeroDivisionError")
    assert len(seen["dns"]) > 5


def test_addresses_of_this_host_are_not_connected_to():
    with dns_server(zone(abc1234567="127.0.0.1")) as resolver:
        seen = looked(resolvers=(resolver,), timeout=2)

    assert {(one["outcome"], one["address"]) for one in seen["tcp"]} == {("error", "127.0.0.1")}
    assert seen["tls"] == seen["http"] == []


def test_a_name_without_an_address_is_reached_where_the_book_says(authority):
    with dns_server(zone()) as resolver, serving(answering(b"{}"), authority.context(NAME)) as server:
        book = AddressBook.parse([f"{NAME}:443=127.0.0.1:{server.port}"])
        seen = looked(resolvers=(resolver,), book=book, ca_file=str(authority.file), timeout=4)

    assert [one["outcome"] for one in seen["tls"]] == ["verified"]
    assert [one["status"] for one in seen["http"]] == [200]


def test_nothing_is_requested_where_the_certificate_cannot_be_trusted(authority):
    with (
        dns_server(zone(abc1234567="10.1.4.21")) as resolver,
        serving(answering(b"{}"), authority.context("other.example")) as server,
    ):
        book = AddressBook.parse([f"10.1.4.21:443=127.0.0.1:{server.port}"])
        seen = looked(resolvers=(resolver,), book=book, ca_file=str(authority.file), timeout=4)

    assert [(one["outcome"], one["sans"]) for one in seen["tls"]] == [("name_mismatch", ["other.example"])]
    assert seen["http"] == []


def test_a_direct_address_takes_its_name_from_the_host_header(authority):
    with (
        dns_server(zone()) as resolver,
        serving(answering(b"{}"), authority.context(NAME)) as server,
    ):
        book = AddressBook.parse([f"10.1.4.21:443=127.0.0.1:{server.port}"])
        seen = looked(
            "https://10.1.4.21/prod",
            headers=(("Host", NAME),),
            resolvers=(resolver,),
            book=book,
            ca_file=str(authority.file),
            timeout=4,
        )

    assert [(one["address"], one["outcome"]) for one in seen["tls"]] == [("10.1.4.21", "verified")]
    assert [(one["form"], one["status"]) for one in seen["http"]] == [("direct-ip", 200)]


def test_an_idle_connection_is_watched_beyond_the_time_for_the_rest(authority):
    def talk(one):
        while one.head():
            one.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with (
        dns_server(zone(abc1234567="10.1.4.21")) as resolver,
        serving(talk, authority.context(NAME)) as server,
    ):
        book = AddressBook.parse([f"10.1.4.21:443=127.0.0.1:{server.port}"])
        seen = looked(
            resolvers=(resolver,), book=book, ca_file=str(authority.file), timeout=2, idle=1.5, invoke=False
        )

    idle = [one for one in seen["tcp"] if "idle_s" in one]
    assert [(one["idle_outcome"], one["idle_s"], one["attempt"]) for one in idle] == [("alive", 1.5, 3)]


def test_in_a_vpc_its_own_server_is_asked_too(monkeypatch):
    place = {"vpc": "vpc-0abc1234", "vpc_cidrs": ["10.1.0.0/16"]}
    with dns_server(zone(other="192.0.2.3")) as vpc:
        monkeypatch.setattr(survey.cloud, "instance", lambda: survey.cloud.Instance(place))
        monkeypatch.setattr(survey.cloud, "vpc_resolvers", lambda found: [vpc] if found == place else [])
        monkeypatch.setattr(resolvers, "read_text", lambda path: "")
        monkeypatch.setattr(
            "apidoctor.travelling.ask.system", lambda name, record, _: unanswered(name, record)
        )
        seen = looked(timeout=2, invoke=False)

    asked = [(one["role"], one["type"], one["transport"]) for one in seen["dns"] if one["server"] == vpc]
    assert asked == [("vpc", "A", "udp")] * 3 + [("vpc", "AAAA", "udp"), ("vpc", "A", "tcp")]
    assert seen["host"][0]["cloud"] == place
    assert {one["address"] for one in seen["tcp"]} == {"192.0.2.3"}


def test_search_domains_are_tried_where_a_wildcard_could_answer(monkeypatch):
    text = "search corp.example second.example . third.example fourth.example\noptions ndots:5\n"
    monkeypatch.setattr(resolvers, "read_text", lambda path: text if path.endswith("resolv.conf") else "")
    with dns_server(zone(other="192.0.2.9")) as resolver:
        seen = looked(resolvers=(resolver,), timeout=3, invoke=False)

    names = [one["name"] for one in seen["dns"] if one["name"].endswith(".example")]
    assert names == [f"{NAME}.{domain}.example" for domain in ("corp", "second", "third")]


def test_whoever_watches_hears_each_observation_as_it_comes():
    heard = []
    with dns_server(zone()) as resolver:
        seen = looked(resolvers=(resolver,), timeout=2, report=heard.append)

    assert sorted(one["at"] for one in heard) == sorted(one["at"] for one in seen["dns"])
