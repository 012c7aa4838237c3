"""Each stanza in the software it is for: it answers from the inbound endpoint, and asks it for nothing else.

Every run is in a network namespace of its own, with the real addresses of the stanza.  CoreDNS and Windows DNS
are not in Debian, so theirs are not tried.
"""

import json
import os
import subprocess
import sys

import pytest
from fixes import software, upstream
from project.tree import ROOT

from apidoctor.fixes.forwarders import stanzas

ZONES = tuple(zone.rstrip(".") for zone in upstream.PRIVATE_ZONES)
FOUR, SIX = ("10.1.0.10", "10.1.1.10"), ("fd00:1::10", "fd00:1:1::10")
QUESTIONS = {
    "api": [upstream.API],
    "tcp": [upstream.API, "A", True],
    "six": [upstream.API, "AAAA"],
    "custom": [upstream.CUSTOM],
    "alias": [upstream.ALIAS],
    "public": ["www.example.com."],
    "rebinding": ["rebind.example.com."],
    "stop": 0,
    "one left": [upstream.OTHER_API],
}
VALIDATES = ["bind", "unbound", "dnsmasq", "powerdns-recursor", "knot-resolver"]
PROTECTS = ["bind", "unbound", "dnsmasq", "knot-resolver"]
# These validate what is forwarded, and need the line that their caveat gives for a private domain below a signed zone.
EXCEPTS = ["bind", "powerdns-recursor"]


def unshared() -> list[str] | None:
    """The command that starts another in a network namespace of its own, or None where none can be made."""
    for options in (["--net", "--mount"], ["--map-root-user", "--net", "--mount"]):
        if software.find("unshare") and software.find("ip"):
            tried = ["unshare", *options, "ip", "link", "add", "a0", "type", "veth", "peer", "name", "a1"]
            if subprocess.run(tried, capture_output=True, check=False).returncode == 0:
                return ["unshare", *options]
    return None


@pytest.fixture(scope="session")
def prove(tmp_path_factory):
    """Run a software with the stanza for some servers; returns what it answered and who was asked what."""
    command = unshared()
    if command is None:
        pytest.skip("no network namespace can be made here (unshare, ip)")

    def run(kind: str, servers=FOUR, port=53, questions=QUESTIONS, **options):
        missing = [program for program in software.KINDS[kind][1] if not software.find(program)]
        if missing:
            pytest.skip(f"not installed: {', '.join(missing)}")
        if kind == "systemd-resolved" and os.geteuid():
            pytest.skip("systemd-resolved changes to its own user, which needs root")
        folder = tmp_path_factory.mktemp(kind)
        spelt = [f"[{server}]:{port}" if ":" in server else f"{server}:{port}" for server in servers]
        given = {"stanza": stanzas(ZONES, spelt)[kind].text, "servers": servers, "port": port}
        given |= {
            "validate": False,
            "rebinding": False,
            "insecure": [],
            "allowed": ZONES,
            "link_domains": ".",
        }
        done = subprocess.run(
            [*command, sys.executable, "-m", "fixes.proof", kind, str(folder)],
            input=json.dumps({**given, "questions": questions, **options}),
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr + (folder / "log").read_text(errors="replace")[-3000:]
        return json.loads(done.stdout)

    return run


def strangers(result) -> list[str]:
    """What the inbound endpoint was asked that is in none of its zones."""
    asked = {name for log in result["inbound"] for name, _, _ in log}
    return sorted(name for name in asked if not name.endswith(upstream.PRIVATE_ZONES))


@pytest.mark.parametrize("kind", software.KINDS)
def test_the_stanza_answers_privately_and_asks_the_endpoint_for_nothing_else(prove, kind):
    result = prove(kind)

    assert result["check"] is None or result["check"][0] == 0, result["check"]
    assert result["answers"] == {
        "api": ["10.1.4.21"],
        "tcp": ["10.1.4.21"],
        "six": ["NOERROR"],
        "custom": ["10.1.4.22"],
        "alias": ["10.1.4.23"],
        "public": ["93.184.216.34"],
        "rebinding": ["10.66.6.6"],
        "one left": ["10.1.4.21"],
    }
    assert strangers(result) == []
    assert not [name for name, _, _ in result["public"] if name.endswith(upstream.PRIVATE_ZONES)]


@pytest.mark.parametrize("kind", software.KINDS)
@pytest.mark.parametrize(("servers", "port"), [(FOUR, 5353), (SIX, 53), (SIX, 5353)])
def test_other_ports_and_ipv6_servers_work(prove, kind, servers, port):
    result = prove(kind, servers, port, {"api": [upstream.API], "custom": [upstream.CUSTOM]})

    assert result["answers"] == {"api": ["10.1.4.21"], "custom": ["10.1.4.22"]}


@pytest.mark.parametrize("kind", PROTECTS)
def test_rebinding_protection_lets_the_zones_through_and_nothing_else(prove, kind):
    result = prove(kind, rebinding=True)

    assert result["answers"]["api"] == ["10.1.4.21"]
    assert result["answers"]["custom"] == ["10.1.4.22"]
    assert result["answers"]["public"] == ["93.184.216.34"]
    assert result["answers"]["rebinding"] in (["SERVFAIL"], ["NOERROR"], ["REFUSED"])


@pytest.mark.parametrize("kind", ["bind", "unbound"])
def test_a_cname_to_the_endpoints_name_meets_rebinding_protection(prove, kind):
    """As the caveat says: its target is looked up in the public DNS and has a private address."""
    result = prove(kind, rebinding=True)

    assert result["answers"]["alias"] in (["SERVFAIL"], ["NOERROR"])


@pytest.mark.parametrize("kind", VALIDATES)
def test_an_execute_api_name_passes_validation(prove, kind):
    result = prove(kind, validate=True)

    assert result["answers"]["api"] == ["10.1.4.21"]
    assert result["answers"]["public"] == ["93.184.216.34"]
    assert result["answers"]["custom"] == (["SERVFAIL"] if kind in EXCEPTS else ["10.1.4.22"])


@pytest.mark.parametrize("kind", VALIDATES)
def test_with_its_exception_validation_asks_nothing_of_the_public_dns(prove, kind):
    """A resolver that is cut off from the public DNS validates nothing there, yet answers private names."""
    questions = {"cut off": 0, "api": [upstream.API], "custom": [upstream.CUSTOM]}
    result = prove(kind, questions=questions, validate=True, insecure=ZONES)

    assert result["answers"] == {"api": ["10.1.4.21"], "custom": ["10.1.4.22"]}


def test_systemd_resolved_asks_the_endpoint_for_everything_unless_the_link_is_for_all_names(prove):
    result = prove("systemd-resolved", questions={"public": ["www.example.com."]}, link_domains="")

    assert strangers(result) == ["www.example.com."]
