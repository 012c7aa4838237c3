"""Proxies as the programs of this host find them: environment, settings of the system, automatic configuration."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_INTERNET_SETTINGS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
_WAIT = 1.0
"""Seconds that a command of the system may take."""


def environment() -> dict[str, str | None]:
    """Return ``https_proxy``, ``no_proxy``, ``all_proxy`` and what is found of ``pac`` and ``wpad``.

    No user and no password is told.
    """
    proxies = getproxies()
    found = {"https_proxy": without_user(proxies.get("https")), "no_proxy": proxies.get("no")}
    more = {"all_proxy": without_user(proxies.get("all")), **_automatic()}
    return {**found, **{name: value for name, value in more.items() if value}}


def proxy_for(name: str, *, with_user: bool = False) -> str | None:
    """Return the proxy that a client on this host would use for ``https://name``; None for none.

    ``no_proxy`` is read as Python, curl and botocore read it: names and suffixes; networks in CIDR form do not
    count.  Credentials are left on only *with_user*, for a request through it; they must not be shown.
    """
    proxies = getproxies()
    if not proxies.get("https") or proxy_bypass(name):
        return None
    return proxies["https"] if with_user else without_user(proxies["https"])


def without_user(url: str | None) -> str | None:
    """Return a proxy's URL as ``scheme://host:port``."""
    if not url:
        return None
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    except ValueError:
        return "unreadable"
    return f"{parts.scheme}://{host}{port}"


def _automatic() -> dict[str, str | None]:
    """Return the URL of a PAC script, and whether one is looked for by WPAD, as far as this is cheap to see."""
    named = os.environ.get("AUTO_PROXY") or os.environ.get("auto_proxy")  # noqa: SIM112
    if named:
        return {"pac": _shown(named)}
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return read_scutil(_said(["scutil", "--proxy"]))
    return read_gsettings(_said(["gsettings", "list-recursively", "org.gnome.system.proxy"]))


def read_scutil(text: str) -> dict[str, str | None]:
    """Read what ``scutil --proxy`` of macOS prints."""
    values = dict(re.findall(r"^\s*(\w+) : (\S+)", text, re.MULTILINE))
    on = values.get("ProxyAutoConfigEnable") == "1"
    wpad = "on" if values.get("ProxyAutoDiscoveryEnable") == "1" else None
    return {"pac": _shown(values.get("ProxyAutoConfigURLString")) if on else None, "wpad": wpad}


def read_gsettings(text: str) -> dict[str, str | None]:
    """Read the settings of GNOME: mode ``auto`` with a URL is PAC, without one WPAD."""
    values = dict(re.findall(r"^org\.gnome\.system\.proxy (\S+) '([^'\n]*)'", text, re.MULTILINE))
    if values.get("mode") != "auto":
        return {}
    url = values.get("autoconfig-url")
    return {"pac": _shown(url)} if url else {"wpad": "on"}


def _shown(url: str | None) -> str | None:
    """Return a PAC script's URL without user, password, query and more than a line of text."""
    if not url:
        return None
    return re.sub(r"//[^/?#]*@", "//", url).partition("?")[0][:500]


def _windows() -> dict[str, str | None]:
    try:
        import winreg

        registry: Any = winreg
        with registry.OpenKey(registry.HKEY_CURRENT_USER, _INTERNET_SETTINGS) as key:
            return {"pac": _shown(str(registry.QueryValueEx(key, "AutoConfigURL")[0]))}
    except (ImportError, OSError):
        return {}


def _said(command: list[str]) -> str:
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_WAIT)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout[:65536].decode("utf-8", "replace")
