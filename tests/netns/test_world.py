"""Worlds keep to themselves: nothing outside changes, two do not meet, and nothing is left of one that was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from netns import needs, plan
from netns.company import SOFTWARE, Corporate
from netns.world import NODES, World

HOLD = """
import sys, time
from netns.company import Corporate
from netns.world import World
net = World()
net.corporate(Corporate("dnsmasq"))
print(net.folder, *(net.node(name).pid for name in {names}), flush=True)
time.sleep(60)
"""


def outside() -> dict[str, str]:
    """What the machine's own network and mounts are."""
    looks = {
        "links": ["ip", "-br", "link"],
        "addresses": ["ip", "-br", "address"],
        "routes": ["ip", "route", "show", "table", "all"],
        "rules": ["nft", "list", "ruleset"],
        "namespaces": ["ip", "netns", "list"],
        "mounts": ["cat", "/proc/self/mountinfo"],
        "resolvers": ["cat", "/etc/resolv.conf"],
        "hosts": ["cat", "/etc/hosts"],
        "name": ["hostname"],
    }
    return {
        what: subprocess.run(
            [needs.command(words[0]) or words[0], *words[1:]], capture_output=True, text=True, check=False
        ).stdout
        for what, words in looks.items()
    }


def answer(net: World, name: str = plan.NAME) -> str:
    """What getaddrinfo says on the host of a world."""
    return net.host.run("getent", "ahostsv4", name).stdout.split(" ")[0]


def test_nothing_outside_changes(possible):
    before = outside()
    net = World()
    try:
        net.corporate()
        net.pin("192.0.2.1 pinned.example")
        during = outside()
        assert answer(net, "pinned.example") == "192.0.2.1"
    finally:
        net.close()

    assert during == before
    assert outside() == before
    assert not net.folder.exists()


def test_two_worlds_do_not_meet(net):
    other = World()
    try:
        net.corporate(Corporate("bind"))
        other.corporate(Corporate("unbound", forward={}))
        assert answer(net) in plan.ENIS
        assert answer(other) == plan.FRONT_DOOR
    finally:
        other.close()


@pytest.mark.parametrize("software", SOFTWARE)
def test_what_a_case_changed_is_taken_back(net, software):
    rules = net.node("router").run("nft", "list", "ruleset").stdout
    routes = net.host.run("ip", "route").stdout
    net.corporate(Corporate(software))
    net.forbid("router", "tcp dport 443")
    net.alter("host", "route del default", f"route add default via {plan.HOST_GATEWAY}")
    net.pin(f"192.0.2.1 {plan.NAME}")
    assert answer(net) == "192.0.2.1"

    net.reset()

    assert net.node("router").run("nft", "list", "ruleset").stdout == rules == ""
    assert net.host.run("ip", "route").stdout == routes
    assert "named" not in (running := net.node("core").run("ps", "-eo", "comm").stdout)
    assert "unbound" not in running
    assert "dnsmasq" not in running
    # The port is free: another server can take the first one's place.
    net.corporate(Corporate(software, forward={}))
    assert answer(net) == plan.FRONT_DOOR


def test_a_server_that_does_not_start_says_why(net):
    with pytest.raises(RuntimeError, match=r"no server came up at 192.168.53.77:\n(.|\n)*192.168.53.77"):
        net.corporate(Corporate("dnsmasq", address="192.168.53.77"))


def test_nothing_is_left_of_a_process_that_was_killed(possible):
    before = outside()
    tests = Path(__file__).parents[1]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(names=list(NODES))],
        env={**os.environ, "PYTHONPATH": str(tests)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    folder, *pids = holder.stdout.readline().split()
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    end = time.monotonic() + 10
    left = [Path(folder), *(Path(f"/proc/{pid}") for pid in pids)]
    while any(one.exists() for one in left) and time.monotonic() < end:
        time.sleep(0.02)

    assert [one for one in left if one.exists()] == []
    assert subprocess.run(["pgrep", "-f", folder], check=False, capture_output=True).stdout == b""
    assert outside() == before
