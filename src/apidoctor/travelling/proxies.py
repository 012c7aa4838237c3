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

_WINDOWS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"


def environment() -> dict[str, str | None]:
    """Return ``https_proxy`` and ``no_proxy``, and ``all_proxy``, ``pac`` and ``wpad`` where set; no credentials."""
    proxies = getproxies()
    more = {"all_proxy": without_user(proxies.get("all")), **_automatic()}
    found = {"https_proxy": without_user(proxies.get("https")), "no_proxy": proxies.get("no")}
    return {**found, **{name: value for name, value in more.items() if value}}


def proxy_for(name: str, *, with_user: bool = False) -> str | None:
    """Return the proxy that a client on this host would use for ``https://name``; None for none.

    ``no_proxy`` is read as Python, curl and botocore read it: names and suffixes; networks in CIDR form do not
    count.  Credentials are left on only *with_user*, for a request through it; they must not be shown.
    """
    proxy = getproxies().get("https")
    if not proxy or proxy_bypass(name):
        return None
    return proxy if with_user else without_user(proxy)


def without_user(url: str | None) -> str | None:
    """Return a proxy's URL as ``scheme://host:port``."""
    if not url:
        return None
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "unreadable"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _automatic() -> dict[str, str | None]:
    """Return the URL of a PAC script, and whether one is looked for by WPAD, as far as this is cheap to see."""
    named = os.environ.get("AUTO_PROXY") or os.environ.get("auto_proxy")  # noqa: SIM112
    if named:
        return {"pac": _shown(named)}
    if sys.platform == "darwin":
        return read_scutil(_said("scutil", "--proxy"))
    if sys.platform != "win32":
        return read_gsettings(_said("gsettings", "list-recursively", "org.gnome.system.proxy"))
    try:
        import winreg

        registry: Any = winreg
        with registry.OpenKey(registry.HKEY_CURRENT_USER, _WINDOWS) as key:
            return {"pac": _shown(str(registry.QueryValueEx(key, "AutoConfigURL")[0]))}
    except (ImportError, OSError):
        return {}


def read_scutil(text: str) -> dict[str, str | None]:
    """Read what ``scutil --proxy`` of macOS prints."""
    values = dict(re.findall(r"^\s*(\w+) : (\S+)", text, re.MULTILINE))
    pac = values.get("ProxyAutoConfigURLString") if values.get("ProxyAutoConfigEnable") == "1" else None
    return {"pac": _shown(pac), "wpad": "on" if values.get("ProxyAutoDiscoveryEnable") == "1" else None}


def read_gsettings(text: str) -> dict[str, str | None]:
    """Read the settings of GNOME: mode ``auto`` with a URL is PAC, without one WPAD."""
    values = dict(re.findall(r"^org\.gnome\.system\.proxy (\S+) '([^'\n]*)'", text, re.MULTILINE))
    if values.get("mode") != "auto":
        return {}
    return {"pac": _shown(values["autoconfig-url"])} if values.get("autoconfig-url") else {"wpad": "on"}


def _shown(url: str | None) -> str | None:
    """Return a PAC script's URL without user, password and query."""
    return re.sub(r"//[^/?#]*@", "//", url).partition("?")[0][:500] if url else None


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=1)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout[:65536].decode("utf-8", "replace")
