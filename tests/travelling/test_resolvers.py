"""Which resolvers a host has, out of the texts that systems keep; samples follow the documented formats."""

import sys
import time
from contextlib import contextmanager
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apidoctor.travelling import resolvers
from apidoctor.travelling.resolvers import (
    configured,
    of_registry,
    read_hosts,
    read_nsswitch,
    read_resolv_conf,
    read_resolvectl,
    read_scutil,
    server_of,
)

RESOLV = """# made by hand
; so was this
nameserver 10.0.0.2
nameserver fe80::1%eth0 # the router
nameserver
domain old.example
search corp.example eu-west-1.compute.internal
options ndots:5 rotate
options timeout:2
"""
STUB = "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n"
RESOLVECTL_DNS = """Global: 9.9.9.9#dns.quad9.net
Link 2 (eth0): 10.0.0.2 10.0.0.3
Link 3 (wlan0):
Link 7 (tun0): 172.16.0.53:5353 [fd00::53]:5353%7
               fe80::1%tun0
"""
RESOLVECTL_DOMAIN = """Global:
Link 2 (eth0): corp.example
Link 3 (wlan0):
Link 7 (tun0): ~execute-api.us-east-1.amazonaws.com ~internal.example
"""
SCUTIL = """DNS configuration

resolver #1
  search domain[0] : corp.example
  search domain[1] : example
  nameserver[0] : 192.168.1.1
  nameserver[1] : 192.168.1.2
  if_index : 14 (en0)
  flags    : Request A records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)

resolver #2
  domain   : local
  options  : mdns
  timeout  : 5
  flags    : Request A records
  reach    : 0x00000000 (Not Reachable)
  order    : 300000

resolver #3
  domain   : amazonaws.com
  nameserver[0] : 10.8.0.2
  flags    : Supplemental, Request A records
  reach    : 0x00000003 (Reachable,Transient Connection)
  order    : 102600

DNS configuration (for scoped queries)

resolver #1
  search domain[0] : corp.example
  nameserver[0] : 192.168.1.1
  if_index : 14 (en0)
  flags    : Scoped, Request A records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)
"""


def test_resolv_conf_gives_servers_search_domains_and_options():
    assert read_resolv_conf(RESOLV) == (
        ["10.0.0.2", "fe80::1%eth0"],
        ["corp.example", "eu-west-1.compute.internal"],
        ["ndots:5", "rotate", "timeout:2"],
    )


def test_resolvectl_gives_servers_and_domains_of_each_link():
    assert read_resolvectl(RESOLVECTL_DNS) == {
        "": ["9.9.9.9#dns.quad9.net"],
        "eth0": ["10.0.0.2", "10.0.0.3"],
        "wlan0": [],
        "tun0": ["172.16.0.53:5353", "[fd00::53]:5353%7", "fe80::1%tun0"],
    }
    assert read_resolvectl(RESOLVECTL_DOMAIN)["tun0"][0] == "~execute-api.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("10.0.0.2", "10.0.0.2"),
        ("9.9.9.9:853#dns.quad9.net", "9.9.9.9"),
        ("172.16.0.53:5353", "172.16.0.53:5353"),
        ("172.16.0.53:5353%7#name", "172.16.0.53:5353"),
        ("[fd00::53]:5353%7", "[fd00::53]:5353"),
        ("fe80::1%tun0", "fe80::1%tun0"),
        ("2001:db8::53", "2001:db8::53"),
        ("nonsense", ""),
        ("1.2.3", ""),
        ("", ""),
    ],
)
def test_servers_of_systemd_resolved_become_servers_that_can_be_asked(text, server):
    assert server_of(text) == server


def test_scutil_gives_the_default_resolver_and_those_of_links_and_domains():
    found = read_scutil(SCUTIL)

    assert (found["resolvers"], found["search"]) == (
        ["192.168.1.1", "192.168.1.2"],
        ["corp.example", "example"],
    )
    assert found["resolver_source"] == "scutil"
    assert found["links"] == [
        {"device": "", "resolvers": ["10.8.0.2"], "domains": ["~amazonaws.com"]},
        {"device": "en0", "resolvers": ["192.168.1.1"], "domains": ["corp.example"]},
    ]
    assert read_scutil("No DNS configuration available") == {}


def test_the_registry_gives_what_is_set_by_hand_before_what_dhcp_said():
    found = of_registry(
        {"SearchList": "corp.example,example", "Domain": "corp.example"},
        {
            "{1}": {"NameServer": "10.0.0.2,10.0.0.3", "DhcpNameServer": "192.168.1.1"},
            "{2}": {"NameServer": "", "DhcpNameServer": "192.168.1.1 10.0.0.2", "DhcpDomain": "home.example"},
            "{3}": {},
        },
        {"{r}": {"Name": [".amazonaws.com"], "GenericDNSServers": "10.8.0.2; 10.8.0.3"}},
    )

    assert found["resolvers"] == ["10.0.0.2", "10.0.0.3", "192.168.1.1"]
    assert found["search"] == ["corp.example", "example"]
    assert found["links"][1] == {
        "device": "{2}",
        "resolvers": ["192.168.1.1", "10.0.0.2"],
        "domains": ["home.example"],
    }
    assert found["links"][2] == {
        "device": "NRPT",
        "resolvers": ["10.8.0.2", "10.8.0.3"],
        "domains": ["~amazonaws.com"],
    }


def test_nsswitch_gives_the_sources_in_their_order_without_the_actions():
    text = "passwd: files\nhosts:  files mymachines resolve [!UNAVAIL=return] dns # as installed\n"

    assert read_nsswitch(text) == ["files", "mymachines", "resolve", "dns"]
    assert read_nsswitch("passwd: files") == []


def test_the_hosts_file_is_read_for_the_names_that_matter():
    text = "10.1.4.21 Api.Example alias # set by hand\n#10.9.9.9 api.example\n10.1.5.21 api.example.\n::1 localhost\n"

    assert read_hosts(text, ["api.example", "other.example", ""]) == {
        "api.example": ["10.1.4.21", "10.1.5.21"]
    }


def files(monkeypatch, texts, output=""):
    """Let the host have these files, and the command this output."""
    monkeypatch.setattr(resolvers, "read_text", lambda path: texts.get(path, ""))
    monkeypatch.setattr(resolvers, "_output", lambda *command: output.get(command[-1], "") if output else "")
    monkeypatch.setattr(resolvers.sys, "platform", "linux")


def test_behind_a_stub_are_the_real_servers(monkeypatch):
    behind = "nameserver 10.0.0.2\nnameserver 172.16.0.53\nsearch corp.example\n"
    files(
        monkeypatch,
        {"/etc/resolv.conf": STUB, "/run/systemd/resolve/resolv.conf": behind},
        {"dns": RESOLVECTL_DNS, "domain": RESOLVECTL_DOMAIN},
    )

    found = configured()

    assert found["resolvers"] == ["127.0.0.53", "10.0.0.2", "172.16.0.53"]
    assert found["resolver_source"] == "systemd-resolved"
    assert [link["device"] for link in found["links"]] == ["eth0", "tun0"]
    assert found["links"][1]["resolvers"] == ["172.16.0.53:5353", "[fd00::53]:5353", "fe80::1%tun0"]


def test_given_servers_take_the_place_of_the_host_s(monkeypatch):
    files(monkeypatch, {"/etc/resolv.conf": RESOLV, "/etc/nsswitch.conf": "hosts: files dns"})

    assert configured()["resolver_source"] == "resolv.conf"
    found = configured(["192.0.2.53"])

    assert (found["resolvers"], found["resolver_source"]) == (["192.0.2.53"], "option")
    assert (found["search"][0], found["nsswitch"]) == ("corp.example", ["files", "dns"])


def test_a_host_without_any_resolver_is_told(monkeypatch):
    files(monkeypatch, {})

    found = configured()

    assert (found["resolvers"], found["resolver_source"]) == ([], None)


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_text_makes_a_parser_fail(text):
    assert isinstance(read_resolv_conf(text), tuple)
    assert isinstance(read_resolvectl(text), dict)
    assert isinstance(read_scutil("resolver #1\n" + text), dict)
    assert isinstance(read_nsswitch("hosts:" + text), list)
    assert isinstance(read_hosts(text, ["a"]), dict)
    assert isinstance(server_of(text), str)


def test_a_command_that_is_not_there_or_fails_says_nothing():
    assert resolvers._output("apidoctor-no-such-command") == ""
    assert resolvers._output("false") == ""
    assert resolvers._output("echo", "hello") == "hello\n"


class Registry:
    """What `winreg` gives of a registry."""

    HKEY_LOCAL_MACHINE = "HKLM"
    BASE = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
    KEYS: ClassVar = {
        BASE: ({"SearchList": "corp.example"}, []),
        BASE + r"\Interfaces": ({}, ["{1}"]),
        BASE + r"\Interfaces\{1}": ({"NameServer": "10.0.0.2"}, []),
    }

    @contextmanager
    def OpenKey(self, root, path):
        if path not in self.KEYS:
            raise FileNotFoundError(path)
        yield self.KEYS[path]

    def EnumKey(self, key, number):
        if number >= len(key[1]):
            raise OSError("no more data")
        return key[1][number]

    def EnumValue(self, key, number):
        if number >= len(key[0]):
            raise OSError("no more data")
        return (*list(key[0].items())[number], 1)


def test_on_windows_the_registry_is_read(monkeypatch):
    monkeypatch.setattr(resolvers.sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "winreg", Registry())

    found = configured()

    assert (found["resolvers"], found["search"], found["resolver_source"]) == (
        ["10.0.0.2"],
        ["corp.example"],
        "registry",
    )
    assert resolvers.hosts_entries(["a.example"]) == {}


def test_on_macos_scutil_is_asked_and_resolv_conf_where_it_fails(monkeypatch):
    files(monkeypatch, {"/etc/resolv.conf": RESOLV}, {"--dns": SCUTIL})
    monkeypatch.setattr(resolvers.sys, "platform", "darwin")
    assert configured()["resolver_source"] == "scutil"

    monkeypatch.setattr(resolvers, "_output", lambda *command: "")

    assert configured()["resolver_source"] == "resolv.conf"


@pytest.mark.parametrize(
    "text", [" " * 200_000, "\n" * 200_000, " \n" * 100_000, "a: " * 60_000, "[" * 200_000]
)
def test_long_texts_are_read_in_a_moment(text):
    started = time.process_time()

    read_resolv_conf(text)
    read_resolvectl("Link 2 (eth0):" + text)
    read_scutil("resolver #1\n" + text)
    read_nsswitch("hosts:" + text)
    server_of(text)

    assert time.process_time() - started < 5
