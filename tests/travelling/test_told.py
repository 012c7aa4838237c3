"""The summary for a person: what was seen, in plain ASCII, whatever strangers answered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apidoctor.travelling.told import safe, summary

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"


def dns(**members):
    return {
        "kind": "dns",
        "name": NAME,
        "type": "A",
        "server": "10.0.0.2",
        "transport": "udp",
        "edns": 1232,
        **members,
    }


SEEN = [
    {
        "kind": "host",
        "hostname": "app-1",
        "platform": "Linux 6.1",
        "at": "2026-11-27T14:00:00Z",
        "resolvers": ["127.0.0.53", "10.0.0.2"],
        "resolver_source": "systemd-resolved",
        "resolver_options": ["ndots:5"],
        "search": ["corp.example"],
        "links": [
            {"device": "tun0", "resolvers": ["172.16.0.53"], "domains": ["~example"]},
            {"device": "eth1"},
        ],
        "hosts_entries": {NAME: ["10.1.4.21"]},
        "proxies": {"https_proxy": "http://proxy:3128"},
        "cloud": {"instance_id": "i-1", "vpc": "vpc-1", "region": "us-east-1"},
        "clock_offset_ms": 301000.0,
    },
    dns(server="system", transport="getaddrinfo", outcome="nxdomain", edns=None, soa="amazonaws.com"),
    dns(
        outcome="answer",
        addresses=["10.1.4.21"],
        chain=[{"name": NAME, "type": "CNAME", "value": "front.example"}],
    ),
    dns(outcome="answer", addresses=["10.1.5.21"], attempt=2),
    dns(outcome="answer", addresses=["10.1.5.21"], attempt=3),
    dns(server="10.1.0.10", role="inbound", outcome="error", reason="connection refused"),
    {
        "kind": "tcp",
        "address": "10.1.4.21",
        "port": 443,
        "outcome": "connected",
        "source": "10.9.8.7",
        "attempt": 1,
    },
    {
        "kind": "tcp",
        "address": "10.1.4.21",
        "port": 443,
        "outcome": "timeout",
        "attempt": 2,
        "hops": [
            {"ttl": 1, "address": "10.9.8.1"},
            {"ttl": 2},
            {"ttl": 3, "address": "10.1.4.1", "said": "prohibited"},
        ],
    },
    {
        "kind": "tls",
        "address": "10.1.4.21",
        "outcome": "untrusted",
        "version": "TLSv1.2",
        "issuer": "CN=Corp \x1b[2J",
    },
    {"kind": "path_mtu", "address": "10.1.4.21", "outcome": "smaller", "mtu": 1400},
    {
        "kind": "http",
        "method": "GET",
        "url": f"https://{NAME}/prod",
        "address": "10.1.4.21",
        "outcome": "response",
        "status": 403,
        "headers": {"x-amzn-errortype": "ForbiddenException"},
        "body": '{"message":"Forbidden"}',
    },
]
EXPECTED = """\
https://abc1234567.execute-api.us-east-1.amazonaws.com/prod
from app-1 (Linux 6.1), 2026-11-27T14:00:00Z

Resolvers  127.0.0.53, 10.0.0.2  [systemd-resolved]
           link tun0: 172.16.0.53 ~example
Search     corp.example
Options    ndots:5
Hosts file abc1234567.execute-api.us-east-1.amazonaws.com is 10.1.4.21
Proxy      https_proxy = http://proxy:3128
AWS        i-1 vpc-1 us-east-1
Clock      the server's is +301 s from this host's

abc1234567.execute-api.us-east-1.amazonaws.com
  A     this host                no such name; says zone amazonaws.com
  A     10.0.0.2 udp             10.1.4.21; by way of front.example
                                 10.1.5.21
  A     10.1.0.10 (inbound) udp  error; connection refused

10.1.4.21 port 443
  from     10.9.8.7
  tcp      connected, then no answer
  way      10.9.8.1 > * > 10.1.4.1 (prohibited)
  tls      untrusted TLSv1.2, issued by CN=Corp \\x1b[2J
  packets  1400 bytes get there, smaller

GET https://abc1234567.execute-api.us-east-1.amazonaws.com/prod to 10.1.4.21
  403 ForbiddenException  {"message":"Forbidden"}

Nothing was judged here. Take seen.json to where apidoctor is installed, and run
  apidoctor check --snapshot seen.json
or, with what the AWS side collected in CLOUD.json,
  apidoctor merge seen.json CLOUD.json -o BOTH.json && apidoctor check --snapshot BOTH.json
"""


def test_a_person_reads_what_was_seen():
    assert summary(SEEN, f"https://{NAME}/prod", "seen.json") == EXPECTED


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("\x1b[31m\x07\x9b", "\\x1b[31m\\x07\\x9b"),
        ("a\u202eb\u200bc", "a\\u202eb\\u200bc"),
        ("b\u00fccher \U0001f600", "b\\xfccher \\U0001f600"),
        ("line\nline\r", "line\\x0aline\\x0d"),
        ("\ud800", "\\ud800"),
        ("x" * 200, "x" * 157 + "..."),
    ],
)
def test_foreign_text_is_escaped_and_cut(text, shown):
    assert safe(text) == shown


@settings(deadline=None)
@given(st.text(max_size=300))
def test_nothing_that_a_stranger_says_leaves_ascii_or_begins_a_line(text):
    seen = [
        {"kind": "host", "hostname": text, "search": [text], "proxies": {"https_proxy": text}},
        dns(
            name=text or "x",
            outcome="answer",
            addresses=[text],
            chain=[{"name": text, "type": "CNAME", "value": text}],
        ),
        {"kind": "tcp", "address": text, "port": 443, "outcome": "error", "reason": text},
        {"kind": "tls", "address": text, "outcome": "untrusted", "issuer": text},
        {"kind": "http", "url": text, "outcome": "error", "sent": {"failed": text, "proxy": text}},
    ]

    told = summary(seen, text, text)

    assert told.isascii()
    assert all(line.isprintable() for line in told.split("\n"))


def test_a_certificate_for_other_names_shows_some_of_them():
    tcp = {"kind": "tcp", "address": "10.1.4.21", "port": 443, "outcome": "connected"}
    sans = ["a.example", "b.example", "c.example", "d.example"]
    tls = {
        "kind": "tls",
        "address": "10.1.4.21",
        "outcome": "name_mismatch",
        "version": "TLSv1.3",
        "sans": sans,
    }

    told = summary([tcp, tls], "target", "seen.json")

    assert "  tls      wrong name TLSv1.3, made out to a.example, b.example, c.example\n" in told
