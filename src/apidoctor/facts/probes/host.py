"""The host itself: its name, addresses, resolvers, hosts file, proxies and routes."""

import os
import platform
import socket
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from apidoctor.facts.probes.cloud import probe_cloud
from apidoctor.facts.probes.routes import local_addresses, probe_routes
from apidoctor.facts.stamp import now
from apidoctor.model.observation import HostSeen

_MAX_FILE = 1024 * 1024
_WINDOWS_HOSTS = r"System32\drivers\etc\hosts"


def probe_host(
    names: Iterable[str], address: str = "", resolvers: Sequence[str] = (), imds_budget: float = 0.3
) -> HostSeen:
    """Look at this host.

    *names* are those whose hosts-file entries matter; *address* asks for the one route that leads there, else
    all routes of the main table are listed; *resolvers* stand for the configured ones (``--resolver``).
    """
    servers, search = read_resolv_conf(_text(Path("/etc/resolv.conf")))
    return HostSeen(
        at=now(),
        hostname=socket.gethostname(),
        addresses=local_addresses(),
        resolvers=list(resolvers) or servers,
        search=search,
        hosts_entries=read_hosts(_text(_hosts_file()), names),
        proxies=environment_proxies(),
        routes=probe_routes(address),
        platform=f"{platform.system()} {platform.release()}".strip(),
        cloud=probe_cloud(budget=imds_budget),
    )


def read_resolv_conf(text: str) -> tuple[list[str], list[str]]:
    """Return nameservers and search domains (resolv.conf(5): the last ``search`` or ``domain`` counts)."""
    servers: list[str] = []
    search: list[str] = []
    for line in text.splitlines():
        word, *values = line.split("#")[0].split(";")[0].split() or [""]
        if word == "nameserver":
            servers += values[:1]
        elif word in ("search", "domain"):
            search = values
    return servers[:16], search[:32]


def read_hosts(text: str, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the addresses that a hosts file gives to each of *names* that it mentions."""
    wanted = {name.lower().rstrip(".") for name in names if name}
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        address, *aliases = line.split("#")[0].split() or [""]
        for alias in {alias.lower().rstrip(".") for alias in aliases} & wanted:
            found.setdefault(alias, []).append(address)
    return found


def environment_proxies() -> dict[str, str | None]:
    """Return ``https_proxy`` and ``no_proxy`` as programs read them, without user and password."""
    proxies = getproxies()
    return {"https_proxy": without_user(proxies.get("https")), "no_proxy": proxies.get("no")}


def proxy_for(name: str) -> str | None:
    """Return the proxy that a client on this host would use for ``https://name``; None for none.

    ``no_proxy`` is read as Python, curl and botocore read it: names and suffixes; networks in CIDR form do
    not count.
    """
    proxies = getproxies()
    if "https" not in proxies or proxy_bypass(name):
        return None
    return without_user(proxies["https"])


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


def _hosts_file() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / _WINDOWS_HOSTS
    return Path("/etc/hosts")


def _text(path: Path) -> str:
    """Return the first MiB of a file; empty when it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_MAX_FILE)
    except OSError:
        return ""
