"""Proxies are noticed, and no user or password of theirs is told."""

import os

import pytest

from apidoctor.travelling import proxies

SCUTIL = """<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
  }
  HTTPEnable : 0
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : http://user:pa55@wpad.corp/proxy.pac?token=x
  ProxyAutoDiscoveryEnable : 1
}
"""
GSETTINGS = """org.gnome.system.proxy autoconfig-url 'http://wpad.corp/proxy.pac'
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '::1']
org.gnome.system.proxy mode 'auto'
org.gnome.system.proxy use-same-proxy true
org.gnome.system.proxy.http authentication-password ''
"""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_nothing_is_set():
    assert proxies.environment() == {"https_proxy": None, "no_proxy": None}
    assert proxies.proxy_for("a.example") is None


def test_proxies_are_told_without_user_and_password(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://user:pa55@proxy.corp:3128/x")
    monkeypatch.setenv("all_proxy", "socks5://user:pa55@socks.corp")
    monkeypatch.setenv("auto_proxy", "http://user:pa55@wpad.corp/a.pac?k=v")
    monkeypatch.setenv("no_proxy", "10.0.0.0/8,.amazonaws.com")

    assert proxies.environment() == {
        "https_proxy": "http://proxy.corp:3128",
        "no_proxy": "10.0.0.0/8,.amazonaws.com",
        "all_proxy": "socks5://socks.corp",
        "pac": "http://wpad.corp/a.pac",
    }


def test_no_proxy_is_read_as_python_reads_it(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://user:pa55@proxy.corp:3128")
    monkeypatch.setenv("no_proxy", "10.0.0.0/8,.amazonaws.com")

    assert proxies.proxy_for("abc.execute-api.us-east-1.amazonaws.com") is None
    assert proxies.proxy_for("10.1.2.3") == "http://proxy.corp:3128"
    assert proxies.proxy_for("a.example", with_user=True) == "http://user:pa55@proxy.corp:3128"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (None, None),
        ("", None),
        ("proxy:3128", "http://proxy:3128"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]:80"),
        ("http://x:port", "unreadable"),
        ("http://[x", "unreadable"),
    ],
)
def test_every_spelling_of_a_proxy_is_shown_or_called_unreadable(url, shown):
    assert proxies.without_user(url) == shown


def test_what_macos_and_gnome_say_is_read():
    assert proxies.read_scutil(SCUTIL) == {"pac": "http://wpad.corp/proxy.pac", "wpad": "on"}
    assert proxies.read_scutil(SCUTIL.replace(": 1", ": 0")) == {"pac": None, "wpad": None}
    assert proxies.read_gsettings(GSETTINGS) == {"pac": "http://wpad.corp/proxy.pac"}
    assert proxies.read_gsettings(GSETTINGS.replace("http://wpad.corp/proxy.pac", "")) == {"wpad": "on"}
    assert proxies.read_gsettings(GSETTINGS.replace("auto'", "none'")) == {}


def test_settings_of_the_desktop_are_asked_where_it_has_a_command(tmp_path):
    command = tmp_path / "gsettings"
    command.write_text(f'#!/bin/sh\necho "{GSETTINGS}"\n')
    command.chmod(0o755)

    assert proxies.environment()["pac"] == "http://wpad.corp/proxy.pac"
