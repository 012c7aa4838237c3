"""TCP on loopback, where no privilege is needed."""

import errno
import socket

import pytest
from facts.servers import Authority, serving

from apidoctor.travelling import hops, mtu, tcp

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_connection_is_told_with_its_source(listener):
    seen = tcp.connect("127.0.0.1", listener, 2, attempt=2)

    assert (seen["kind"], seen["outcome"], seen["attempt"]) == ("tcp", "connected", 2)
    assert (seen["source"], seen["port"]) == ("127.0.0.1", listener)
    assert seen["source_port"] > 0
    assert seen["at"].endswith("Z")
    assert 0 <= seen["elapsed_ms"] < 2000


def test_led_elsewhere_the_source_says_nothing_about_the_world(listener):
    seen = tcp.connect(WORLD, 443, 2, where=("127.0.0.1", listener))

    assert (seen["address"], seen["port"], seen["outcome"]) == (WORLD, 443, "connected")
    assert "source" not in seen


def test_a_closed_port_refuses_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        seen = tcp.connect("127.0.0.1", taken.getsockname()[1], 5)

    assert (seen["outcome"], seen["reason"]) == ("refused", "Connection refused")
    assert seen["elapsed_ms"] < 1000


def test_silence_is_a_time_out():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:  # a full backlog drops further SYNs
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        seen = tcp.connect("127.0.0.1", port, 0.2)
        for filler in fillers:
            filler.close()

    assert (seen["outcome"], seen["reason"]) == ("timeout", "no answer in time")
    assert 200 <= seen["elapsed_ms"] < 1000


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (errno.ETIMEDOUT, "timeout"),
        (errno.ECONNREFUSED, "refused"),
        (errno.ECONNRESET, "reset"),
        (errno.ENETUNREACH, "no_route"),
        (errno.EHOSTUNREACH, "no_route"),
        (errno.EPERM, "error"),
    ],
)
def test_each_error_of_the_kernel_has_its_outcome(code, outcome):
    assert tcp.outcome_of(OSError(code, "x")) == outcome


@pytest.mark.parametrize("address", ["no address", "", "a\x00b", "é" * 300, "127.0.0.1\n"])
def test_what_is_no_address_is_an_error(address):
    port = 443
    assert tcp.connect(address, port, 0.2)["outcome"] == "error"
    assert tcp.idle(address, port, NAME, 0.1, 0.2)["outcome"] == "error"
    assert mtu.path_mtu(address, port, 0.2)["outcome"] == "error"
    assert hops.hops(address, port, 0.2) == []


@pytest.mark.parametrize("port", [-1, 70000])
def test_what_is_no_port_is_an_error(port):
    assert tcp.connect("127.0.0.1", port, 0.2)["outcome"] == "error"
    assert mtu.path_mtu("127.0.0.1", port, 0.2)["outcome"] == "error"


def idle(authority, talk, seconds=0.3, timeout=1.0, names=(NAME,)):
    with serving(talk, authority.context(*names)) as server:
        where = ("127.0.0.1", server.port)
        options = {"where": where, "ca_file": str(authority.file)}
        return tcp.idle(WORLD, 443, NAME, seconds, timeout, **options), server


def answer(talk, *headers):
    talk.head()
    lines = ["HTTP/1.1 403 Forbidden", "Content-Length: 0", *headers]
    talk.send("\r\n".join([*lines, "", ""]).encode())


def test_a_connection_that_answers_twice_is_alive(authority):
    def twice(talk):
        answer(talk)
        answer(talk)

    seen, server = idle(authority, twice)

    assert (seen["outcome"], seen["idle_s"], seen["idle_outcome"]) == ("connected", 0.3, "alive")
    assert [head.split(b"\r\n")[0] for head in server.received] == [b"HEAD / HTTP/1.1"] * 2


def test_a_peer_that_ends_it_in_the_silence_is_a_reset_and_when_is_told(authority):
    seen, _ = idle(authority, answer, seconds=2.0)

    assert seen["idle_outcome"] == "reset"
    assert seen["reason"].startswith("the peer ended it after 0.")


def test_a_peer_that_does_not_answer_again_is_dead(authority):
    def once(talk):
        answer(talk)
        talk.head()
        talk.head()

    seen, _ = idle(authority, once, timeout=0.6)

    assert (seen["outcome"], seen["idle_outcome"]) == ("connected", "dead")


def test_a_server_that_closes_after_each_answer_is_not_idle(authority):
    seen, _ = idle(authority, lambda talk: answer(talk, "Connection: close"))

    assert (seen["outcome"], seen["reason"]) == ("connected", "the server does not keep connections open")
    assert "idle_outcome" not in seen


def test_nothing_is_asked_of_a_server_that_is_not_trusted(authority):
    seen, server = idle(authority, answer, names=("other.example",))

    assert seen["outcome"] == "connected"
    assert "certificate not trusted" in seen["reason"]
    assert server.received == [] or server.received == [b""]


def test_an_endless_head_is_bounded(authority):
    def endless(talk):
        talk.head()
        while True:
            talk.send(b"x" * 16384)

    seen, _ = idle(authority, endless)

    assert seen["outcome"] == "connected"
