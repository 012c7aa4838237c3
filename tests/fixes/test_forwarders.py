"""Forwarder stanzas say what was asked for, in each software's spelling, and let nothing else in."""

import ast
import re
import sys

import pytest
from project.tree import ROOT

from apidoctor.fixes.forwarders import Stanza, stanzas, text

API = "execute-api.us-east-1.amazonaws.com"
CUSTOM = "orders.corp.example.com"
TWO = ("10.1.0.10", "10.1.1.10")
IDS = [
    "bind",
    "unbound",
    "dnsmasq",
    "windows-dns",
    "coredns",
    "systemd-resolved",
    "powerdns-recursor",
    "knot-resolver",
]


def test_every_software_has_a_stanza():
    made = stanzas([API], TWO)

    assert list(made) == IDS
    assert all(isinstance(stanza, Stanza) for stanza in made.values())


@pytest.mark.parametrize("software", IDS)
def test_a_stanza_holds_every_zone_and_every_server(software):
    made = stanzas([API, CUSTOM], ["10.1.0.10", "10.1.1.10", "fd00:1::10"])[software]

    for part in (API, CUSTOM, "10.1.0.10", "10.1.1.10", "fd00:1::10"):
        assert re.search(rf"(?<![\w.:]){re.escape(part)}(?!\w)", made.text), part
    assert made.text.endswith("\n")
    assert made.file
    assert made.reload
    assert made.verify


LINES = {
    "bind": [
        f'zone "{API}" {{',
        "forward only;",
        "10.1.0.10 port 5353;",
        "fd00:1::10 port 5353;",
        "10.1.1.10;",
    ],
    "unbound": ["forward-addr: 10.1.0.10@5353", "forward-addr: fd00:1::10@5353", "forward-addr: 10.1.1.10"],
    "dnsmasq": [
        f"server=/{API}/10.1.0.10#5353",
        f"server=/{API}/fd00:1::10#5353",
        f"rebind-domain-ok=/{API}/",
    ],
    "coredns": ["forward . 10.1.0.10:5353 [fd00:1::10]:5353 10.1.1.10", f"{API}:53 {{"],
    "systemd-resolved": ["DNS=10.1.0.10:5353", "DNS=[fd00:1::10]:5353", "DNS=10.1.1.10", f"Domains=~{API}"],
    "powerdns-recursor": [f"forward-zones-recurse+={API}=10.1.0.10:5353;[fd00:1::10]:5353;10.1.1.10"],
    "knot-resolver": ["'10.1.0.10@5353',", "'fd00:1::10@5353',", f"'{API}.',"],
}


@pytest.mark.parametrize("software", LINES)
def test_a_port_is_spelt_as_the_software_wants_it(software):
    made = stanzas([API], ["10.1.0.10:5353", "[fd00:1::10]:5353", "10.1.1.10"])[software]

    assert set(LINES[software]) <= {line.strip() for line in made.text.splitlines()}


def test_windows_dns_is_left_out_where_a_port_is_not_53():
    assert "windows-dns" not in stanzas([API], ["10.1.0.10:5353"])
    assert "windows-dns" in stanzas([API], ["10.1.0.10:53"])


def test_windows_changes_a_zone_that_exists_and_adds_one_that_does_not():
    assert stanzas([API], TWO)["windows-dns"].text.startswith("Add-DnsServerConditionalForwarderZone")
    assert stanzas([API], TWO, wrong=["10.0.0.2"])["windows-dns"].text.startswith(
        "Set-DnsServerConditionalForwarderZone"
    )


@pytest.mark.parametrize("software", IDS)
def test_a_wrong_forwarder_is_named_first_and_never_configured(software):
    made = stanzas([API], TWO, wrong=["10.0.0.2", "10.1.0.10"])[software]

    assert made.caveats[0].startswith("A forwarder to 10.0.0.2 exists: ")
    assert "10.0.0.2" not in made.text


def test_one_wrong_server_that_is_right_is_no_wrong_forwarder():
    assert stanzas([API], TWO, wrong=["10.1.0.10"]) == stanzas([API], TWO)


@pytest.mark.parametrize("software", IDS)
def test_a_single_address_is_warned_of(software):
    assert any("Only one address" in one for one in stanzas([API], TWO[:1])[software].caveats)
    assert not any("Only one address" in one for one in stanzas([API], TWO)[software].caveats)


def test_all_of_a_regions_apis_are_warned_of_and_one_api_is_not():
    assert any("public APIs too" in one for one in stanzas([API], TWO)["bind"].caveats)
    assert not any("public APIs too" in one for one in stanzas([f"abc1234567.{API}"], TWO)["bind"].caveats)


@pytest.mark.parametrize("software", IDS)
def test_a_caveat_is_one_line(software):
    made = stanzas([API, CUSTOM], TWO[:1], wrong=["10.0.0.2"])[software]

    assert made.caveats
    assert all("\n" not in caveat and len(caveat) > 20 for caveat in made.caveats)


def test_names_of_the_run_are_what_is_asked_for():
    made = stanzas([API], TWO, names=[f"k2j4h6g8f0.{API}"])

    assert made["bind"].verify[0] == f"dig +short @127.0.0.1 k2j4h6g8f0.{API}"
    assert made["windows-dns"].verify[0].startswith(f"Resolve-DnsName k2j4h6g8f0.{API} A ")


def test_names_are_told_once_in_lower_case_without_a_last_dot():
    assert stanzas([API.upper() + ".", API], [*TWO, *TWO]) == stanzas([API], TWO)


HOSTILE = [
    "",
    ".",
    "com",
    "*." + API,
    API + "\n",
    API + '"; };',
    "a b.example.com",
    "a/b.example.com",
    "a'b.example.com",
    "a`b.example.com",
    "$(x).example.com",
    "a;b.example.com",
    "a..example.com",
    "-a.example.com",
    "bü.example.com",
    "a.example.\u212aom",
    "10.1.0.10",
    "a.example.com\x00",
    "x" * 64 + ".example.com",
    ".".join(["x" * 60] * 5),
]


@pytest.mark.parametrize("zone", HOSTILE)
def test_what_is_no_name_is_refused(zone):
    with pytest.raises(ValueError, match="zone"):
        stanzas([zone], TWO)
    with pytest.raises(ValueError, match="zone"):
        stanzas([API], TWO, names=[zone])


@pytest.mark.parametrize(
    "server",
    [
        "",
        "10.1.0",
        "10.1.0.10 ",
        "10.1.0.10\n",
        "10.1.0.10;",
        "010.1.0.10",
        "10.1.0.10:0",
        "10.1.0.10:65536",
        "10.1.0.10:53x",
        "10.1.0.10:",
        "[10.1.0.10",
        "[fd00::1]:",
        "fe80::1%eth0",
        'fe80::1%"; };',
        "[fe80::1%e]:53",
        "0.0.0.0",
        "::",
        "224.0.0.251",
        "ff02::fb",
        "255.255.255.255",
        "10.1.0.0/24",
        "dns.example.com",
        "１０.1.0.10",
        "1" * 5000,
    ],
)
def test_what_is_no_server_is_refused(server):
    with pytest.raises(ValueError, match="DNS server"):
        stanzas([API], [server])
    with pytest.raises(ValueError, match="DNS server"):
        stanzas([API], TWO, wrong=[server])


@pytest.mark.parametrize(
    ("zones", "servers"),
    [
        ([], TWO),
        ([API], []),
        (API, TWO),
        ([API], "10.1.0.10"),
        ([API] * 65, TWO),
        ([API], [None]),
        ([7], TWO),
    ],
)
def test_none_too_many_and_no_list_are_refused(zones, servers):
    with pytest.raises(ValueError, match=r"needed, in a list|must be text"):
        stanzas(zones, servers)


def test_a_refused_text_cannot_write_to_the_terminal():
    with pytest.raises(ValueError, match="zone") as refused:
        stanzas(["\x1b[2J" + "x" * 500], TWO)

    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 200


def test_an_address_is_spelt_canonically():
    made = stanzas([API], ["FD00:0:0::0010", "::ffff:10.1.0.10"])["unbound"].text

    assert "forward-addr: fd00::10\n" in made
    assert "forward-addr: 10.1.0.10\n" in made


def test_the_text_for_a_terminal_is_plain_and_narrow():
    shown = text(stanzas([API, CUSTOM], TWO, wrong=["10.0.0.2"]))

    assert all(char == "\n" or (char.isascii() and char.isprintable()) for char in shown)
    assert [line for line in shown.splitlines() if len(line) > 100] == []
    assert not re.search(r" $|\n\n\n", shown, re.MULTILINE)


def test_the_text_holds_every_stanza_and_command_as_it_is():
    made = stanzas([API], TWO)
    shown = text(made)

    for stanza in made.values():
        assert "".join(f"    {line}\n" for line in stanza.text.splitlines()) in shown
        assert all(f"{command}\n" in shown for command in (*stanza.check, *stanza.reload, *stanza.verify))


def test_a_caveat_of_all_is_told_once_and_of_one_alone_at_it():
    made = stanzas([API], TWO)

    assert text(made).count("public APIs too") == 1
    assert text({"bind": made["bind"]}).count("public APIs too") == 1
    assert text({}) == ""


def test_the_stanzas_import_nothing_but_the_standard_library_and_themselves():
    """What joins them with a report, `on_prem`, is another matter."""
    for path in sorted((ROOT / "src/apidoctor/fixes").glob("*.py")):
        if path.name == "on_prem.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                assert module.partition(".")[0] in sys.stdlib_module_names or module.startswith(
                    "apidoctor.fixes"
                )
