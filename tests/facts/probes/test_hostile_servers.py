"""Both HTTP clients against servers that attack: each answer is an observation, in time, and bounded."""

import time
import tracemalloc

import msgspec
import pytest
from facts.attacks import ATTACKS, ELSEWHERE, Attack, keeps, ok, pours, says
from facts.servers import serving

from apidoctor.facts.probes.looker import ProbeLooker, Timeouts
from apidoctor.model.missing import Probe
from apidoctor.model.observation import HttpSeen
from apidoctor.model.request import Request
from apidoctor.travelling import body, http

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"
URL = f"https://{NAME}/prod/pets"
TIME = 0.6
"""Seconds that an exchange may take."""
AT_MOST = 6 << 20
"""Bytes that a pouring server gets rid of: what is read, and what the kernel's buffers of both sides hold."""


@pytest.fixture(scope="module")
def context(authority):
    """One certificate for all attacks."""
    return authority.context(NAME)


@pytest.fixture(params=["check", "probe"])
def ask(request, authority, context):
    """Ask a server that *attack* plays by one of the clients; return the observation and the server."""

    def ask(attack, method="GET", headers=(), answer=TIME):
        context.set_alpn_protocols(attack.alpn or ["http/1.1"])
        with serving(attack.talk, context) as server:
            if request.param == "probe":
                there, trusted = ("127.0.0.1", server.port), str(authority.file)
                seen = http.get(
                    URL,
                    WORLD,
                    TIME,
                    where=there,
                    ca_file=trusted,
                    method=method,
                    headers=headers,
                    answer=answer,
                )
                return msgspec.convert(seen, HttpSeen), server
            looker = ProbeLooker(
                Request(target="x", name=NAME, stage="prod", method=method, headers=tuple(headers)),
                connect_to=[f"{WORLD}:443=127.0.0.1:{server.port}"],
                ca_file=str(authority.file),
                timeouts=Timeouts(http=TIME, answer=answer),
            )
            (seen,) = looker.look(Probe("http", name=URL, address=WORLD, detail="unsigned")).observations
            return seen, server

    return ask


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_an_observation_in_time_and_bounded(name, ask):
    attack = ATTACKS[name]
    started = time.monotonic()
    seen, server = ask(attack)

    assert time.monotonic() - started < TIME + 1
    assert seen.outcome in attack.outcomes
    assert server.sent < AT_MOST
    assert len(msgspec.json.encode(seen)) < 300_000
    if seen.outcome == "response":
        assert attack.status in (None, seen.status)
        assert len(seen.body) <= 2048
        assert seen.body_bytes <= body.MAX_BODY
        assert attack.truncated in (None, seen.truncated)
        assert seen.body.startswith(attack.body or "")
        assert attack.body != "" or not seen.body
    else:
        assert (seen.status, seen.body, bool(seen.sent["failed"])) == (None, None, True)


LATE = 1.2
"""Seconds that a slow server thinks: longer than an exchange, shorter than the wait for its answer."""
PATIENCE = 2.5
SLACK = 3.0
"""What a busy machine may add: a server that is waited for without end would hold the test much longer."""


@pytest.mark.parametrize(
    ("talk", "outcome", "body", "most"),
    [
        (says(ok("Content-Length: 2", body=b"hi")), "response", "hi", LATE),
        (pours(ok("Content-Length: 100000"), b"x", 0.05), "response", "x", LATE + TIME),
        (pours(b"HTTP/1.1 200 OK\r\n", b"x-y: z\r\n", 0.05), "timeout", None, LATE + TIME),
        (keeps(b"HTTP/1.1 200 OK\r\n"), "timeout", None, LATE + TIME),
        (keeps(ok("Content-Length: 9")), "response", "", LATE + TIME),
    ],
)
def test_a_server_may_think_longer_and_has_no_more_time_for_the_rest(talk, outcome, body, most, ask):
    def late(one):
        time.sleep(LATE)
        talk(one)

    started = time.monotonic()
    seen, _ = ask(Attack(late, {outcome}), answer=PATIENCE)

    assert (seen.outcome, (seen.body or "")[:1]) == (outcome, (body or "")[:1])
    assert seen.elapsed_ms["first_byte"] > LATE * 900
    assert LATE <= time.monotonic() - started < most + SLACK


def test_who_never_answers_is_waited_for_no_longer_than_that(ask):
    started = time.monotonic()
    seen, _ = ask(ATTACKS["silence"], answer=PATIENCE)

    assert (seen.outcome, "first_byte" in seen.elapsed_ms) == ("timeout", False)
    assert PATIENCE <= time.monotonic() - started < PATIENCE + SLACK


@pytest.mark.parametrize("name", [name for name in ATTACKS if "bomb" in name or "gzip in" in name])
def test_a_bomb_does_not_go_off(name, ask):
    tracemalloc.start()
    ask(ATTACKS[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 6 << 20


@pytest.mark.parametrize(
    "name", ["204 with a body", "a length that is too short", "trailers", "marks in the body", "two dates"]
)
def test_an_answer_to_head_has_no_body(name, ask):
    seen, _ = ask(ATTACKS[name], method="HEAD")

    assert (seen.outcome, seen.body, seen.body_bytes, seen.truncated) == ("response", "", 0, False)


def test_nobody_follows_to_the_metadata_service(ask, monkeypatch):
    connected = []
    monkeypatch.setattr("socket.socket.connect", _noting(connected))
    seen, server = ask(ATTACKS["a redirect to the metadata service"])

    assert seen.headers["location"] == ELSEWHERE
    assert len(server.received) == 1
    assert {place[0] for place in connected} == {"127.0.0.1"}
    assert {place[1] for place in connected} == {server.port}


def _noting(connected):
    import socket

    connect = socket.socket.connect

    def noting(self, place):
        connected.append(place)
        return connect(self, place)

    return noting


def test_headers_are_bounded_and_one_name_is_one_header(ask):
    seen, _ = ask(ATTACKS["names that differ by case"])

    assert seen.headers["x-a"] == "1, 2, 3"
    assert seen.headers["set-cookie"] == "***, ***"


def test_how_much_of_a_body_was_read_is_told(ask):
    whole, _ = ask(ATTACKS["marks in the reason"])
    poured, _ = ask(ATTACKS["a body without end and length"])
    half, _ = ask(ATTACKS["a length that is too long"])

    assert (whole.body_bytes, whole.truncated) in ((2, False), (None, False))
    assert (poured.body_bytes, poured.truncated) == (body.MAX_BODY, True)
    assert (half.body_bytes, half.truncated) == (4, True)
