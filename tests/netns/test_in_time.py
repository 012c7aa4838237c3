"""The probe on a host where nothing answers: it ends when its time is up, and has told everything it asked."""

import json
import time

import pytest
from netns import plan
from netns.cases.all import CASES
from netns.cases.case import Case
from netns.visit import command, environment

SECONDS = 3.0
SILENT = {case.name: case for case in CASES if case.name in ("resolvers-silent", "line-down")}


@pytest.fixture
def run(net, probe):
    """Run the probe in the world of a case; return its snapshot, how long it took, and how long an idle start takes."""

    def start(case: Case, *more: str):
        case.arrange(net)
        words = command(case, probe, str(net.amazon.file), SECONDS)
        starting = []
        for _ in range(3):
            begun = time.monotonic()
            net.host.run(*words[:2], "--version")
            starting.append(time.monotonic() - begun)
        begun = time.monotonic()
        done = net.host.run(*words, *more, env=environment(case))
        took = time.monotonic() - begun
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), took, max(starting)

    return start


@pytest.mark.parametrize("case", SILENT.values(), ids=SILENT)
def test_it_ends_in_time_and_tells_all(case, run):
    snapshot, took, starting = run(case)
    seen = snapshot["observations"]
    asked = {(one["server"], one["transport"], one["type"]) for one in seen if one["kind"] == "dns"}

    # Half a second is the probe's own promise; the rest is what this machine takes to start Python at all.
    assert took < SECONDS + 0.5 + 3 * starting
    assert seen[0]["kind"] == "host"
    assert {("system", "getaddrinfo", "A"), ("system", "getaddrinfo", "AAAA")} <= asked
    assert {(plan.RESOLVER, "udp", "A"), (plan.RESOLVER, "udp", "AAAA"), (plan.RESOLVER, "tcp", "A")} <= asked
    assert {(server, transport, "A") for server in plan.INBOUND for transport in ("udp", "tcp")} <= asked
    about_the_target = [one for one in seen if one["kind"] == "dns" and one["name"] == plan.NAME]
    assert {one["outcome"] for one in about_the_target if one.get("role") == "configured"} <= {
        "timeout",
        "servfail",
    }


def test_addresses_that_are_given_are_looked_at_without_any_name(run):
    snapshot, _, _ = run(SILENT["resolvers-silent"], "--address", plan.ENIS[0])
    ways = {
        (one["kind"], one["address"]): one["outcome"] for one in snapshot["observations"] if "address" in one
    }

    assert ways["tcp", plan.ENIS[0]] == "connected"
    assert ways["tls", plan.ENIS[0]] == "verified"


def test_it_runs_from_standard_input(net, probe):
    """As ``ssh HOST python3 - TARGET < apidoctor-probe.pyz`` runs it."""
    net.corporate()
    words = command(CASES[0], probe, str(net.amazon.file), SECONDS)
    script = f'{words[0]} - "$@" < {words[1]}'

    done = net.host.run("sh", "-c", script, "probe", *words[2:])

    assert done.returncode == 0, done.stderr
    outcomes = {(one["kind"], one.get("outcome")) for one in json.loads(done.stdout)["observations"]}
    assert {("dns", "answer"), ("tcp", "connected"), ("tls", "verified"), ("http", "response")} <= outcomes
