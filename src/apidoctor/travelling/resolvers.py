"""Which DNS servers this host asks, and where that is set: every resolver, also those behind a stub."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any, Iterable, Sequence

from .book import is_address, spelt

_MAX_FILE = 1024 * 1024
_MAX_SERVERS, _MAX_SEARCH, _MAX_LINKS = 16, 32, 64
_STUBS = ("127.", "::1")
_BEHIND = (
    ("/run/systemd/resolve/resolv.conf", "systemd-resolved"),
    ("/run/NetworkManager/no-stub-resolv.conf", "NetworkManager"),
    ("/run/dnsmasq/resolv.conf", "dnsmasq"),
)
"""Files in which a local stub keeps the servers that it asks, and whose they are."""
_SERVER = re.compile(
    r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[\d.]+))(?::(?P<port>\d+))?(?:%\w+)?|(?P<plain>[0-9A-Fa-f:.]+(?:%[\w.-]+)?)"
)


def configured(given: Sequence[str] = ()) -> dict[str, Any]:
    """Return ``resolvers``, ``search``, ``resolver_source``, ``resolver_options``, ``nsswitch`` and ``links``.

    *given* (``--resolver``) stand in place of the host's own.  Takes a second or two at most.
    """
    if sys.platform == "win32":
        found = _windows()
    elif sys.platform == "darwin":
        found = read_scutil(_output("scutil", "--dns")) or _unix()
    else:
        found = _unix()
    if given:
        found.update(resolvers=list(given), resolver_source="option")
    return found


def hosts_entries(names: Iterable[str]) -> dict[str, list[str]]:
    """Return what this host's hosts file says of *names*."""
    return read_hosts(read_text(_hosts_file()), names)


def read_text(path: str) -> str:
    """Return the first MiB of a file; empty when it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MAX_FILE)
    except OSError:
        return ""


def read_resolv_conf(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return nameservers, search domains and options (resolv.conf(5): the last ``search`` or ``domain`` counts)."""
    servers: list[str] = []
    search: list[str] = []
    options: list[str] = []
    for line in text.splitlines():
        word, *values = line.split("#")[0].split(";")[0].split() or [""]
        if word == "nameserver":
            servers += values[:1]
        elif word in ("search", "domain"):
            search = values
        elif word == "options":
            options += values
    return servers[:_MAX_SERVERS], search[:_MAX_SEARCH], options[:_MAX_SEARCH]


def read_nsswitch(text: str) -> list[str]:
    """Return the sources of host names in their order (nsswitch.conf(5)), without the actions in brackets."""
    for line in text.splitlines():
        database, colon, sources = line.split("#")[0].partition(":")
        if colon and database.strip() == "hosts":
            return re.sub(r"\[[^\]]*\]", " ", sources[:1000]).split()[:_MAX_SEARCH]
    return []


def read_hosts(text: str, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the addresses that a hosts file gives to each of *names* that it mentions."""
    wanted = {name.lower().rstrip(".") for name in names if name}
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        address, *aliases = line.split("#")[0].split() or [""]
        for alias in sorted({alias.lower().rstrip(".") for alias in aliases} & wanted):
            found.setdefault(alias, []).append(address)
    return {name: addresses[:_MAX_SERVERS] for name, addresses in found.items()}


def read_resolvectl(text: str) -> dict[str, list[str]]:
    """Read ``resolvectl dns`` or ``resolvectl domain``: values by link; those for all links are under ``""``.

    A line is ``Link 2 (eth0): 10.0.0.2 10.0.0.3`` or ``Global: ...``; long ones go on in indented lines.
    """
    found: dict[str, list[str]] = {}
    device = None
    for line in text.splitlines():
        head = re.match(r"(?:Link \d+ \((?P<device>[^)]*)\)|(?P<other>\w[\w ]*)):(?P<values>.*)", line)
        if head:
            device = head["device"] if head["device"] is not None else ""
            device = f"({head['other']})" if head["other"] not in (None, "Global") else device
        if device is None or not (head or line[:1].isspace()):
            continue
        values = head["values"] if head else line
        if device in found or len(found) < _MAX_LINKS:
            found[device] = (found.get(device, []) + values.split())[:_MAX_SEARCH]
    return found


def read_scutil(text: str) -> dict[str, Any]:
    """Read ``scutil --dns`` of macOS; ``{}`` when it is none.

    The first resolver without a domain is the default one; those with a domain, and those of the second part
    (scoped queries), belong to a link.
    """
    default: dict[str, Any] = {}
    links: list[dict[str, Any]] = []
    for block in re.split(r"^resolver #\d+\s*$", text, flags=re.MULTILINE)[1 : _MAX_LINKS + 1]:
        parts = [line.partition(":") for line in block.splitlines()]
        rows = [(key.partition("[")[0].strip(), value.strip()) for key, colon, value in parts if colon]
        servers = [spelt(value) for key, value in rows if key == "nameserver"][:_MAX_SERVERS]
        search = [value for key, value in rows if key == "search domain"][:_MAX_SEARCH]
        one = dict(rows)
        interface = re.search(r"\(([^)]*)\)", one.get("if_index", ""))
        if not servers:
            continue
        if not default and "domain" not in one and "Scoped" not in one.get("flags", ""):
            default = {"resolvers": servers, "search": search}
        else:
            domains = ["~" + one["domain"]] if "domain" in one else search
            device = interface.group(1) if interface else ""
            links.append({"device": device, "resolvers": servers, "domains": domains})
    if not default and not links:
        return {}
    found = {"resolvers": [], "search": [], "resolver_source": "scutil", "resolver_options": []}
    return {**found, "nsswitch": [], "links": links, **default}


def of_registry(
    machine: dict[str, str], interfaces: dict[str, dict[str, str]], policies: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return the resolvers of Windows from the values of its registry.

    *machine* are those of ``Tcpip\\Parameters``, *interfaces* those of each interface below it (what is set by
    hand wins over DHCP), *policies* the Name Resolution Policy Table: servers by suffix.
    """
    links = []
    for device, values in list(interfaces.items())[:_MAX_LINKS]:
        servers = _words(values.get("NameServer") or values.get("DhcpNameServer"))
        if servers:
            domains = _words(values.get("Domain") or values.get("DhcpDomain"))
            links.append({"device": device, "resolvers": servers, "domains": domains})
    every = [one for link in links for one in link["resolvers"]] or _words(machine.get("NameServer"))
    search = _words(machine.get("SearchList")) or _words(machine.get("Domain") or machine.get("DhcpDomain"))
    for rule in list(policies.values())[:_MAX_LINKS]:
        servers, names = _words(rule.get("GenericDNSServers")), rule.get("Name") or []
        if servers:
            suffixes = [f"~{name.lstrip('.')}" for name in ([names] if isinstance(names, str) else names)]
            links.append({"device": "NRPT", "resolvers": servers, "domains": suffixes[:_MAX_SEARCH]})
    return {
        "resolvers": list(dict.fromkeys(every))[:_MAX_SERVERS],
        "search": search[:_MAX_SEARCH],
        "resolver_source": "registry",
        "resolver_options": [],
        "nsswitch": [],
        "links": links,
    }


def server_of(text: str) -> str:
    """Return the server in ``1.1.1.1:5353%2#name``, as systemd-resolved writes one; empty when it is none."""
    match = _SERVER.fullmatch(text.partition("#")[0])
    address = match["six"] or match["four"] or match["plain"] if match else ""
    if match is None or not is_address(address):
        return ""
    if match["port"] in (None, "53", "853"):
        return address
    return f"[{address}]:{match['port']}" if match["six"] else f"{address}:{match['port']}"


def _words(text: Any) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", str(text or "")) if part][:_MAX_SERVERS]


def _hosts_file() -> str:
    if sys.platform == "win32":
        return os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), r"System32\drivers\etc\hosts")
    return "/etc/hosts"


def _unix() -> dict[str, Any]:
    servers, search, options = read_resolv_conf(read_text("/etc/resolv.conf"))
    source = "resolv.conf"
    links: list[dict[str, Any]] = []
    if any(server.startswith(_STUBS) for server in servers):
        for path, whose in _BEHIND:
            behind, more, _ = read_resolv_conf(read_text(path))
            if behind:
                source = whose
                servers = list(dict.fromkeys(servers + behind))[:_MAX_SERVERS]
                search = search or more
                break
        links = _of_resolved()
    return {
        "resolvers": servers,
        "search": search,
        "resolver_source": source if servers else None,
        "resolver_options": options,
        "nsswitch": read_nsswitch(read_text("/etc/nsswitch.conf")),
        "links": links,
    }


def _of_resolved() -> list[dict[str, Any]]:
    """Return the servers and domains of each link, as systemd-resolved tells them."""
    servers = read_resolvectl(_output("resolvectl", "--no-pager", "dns"))
    if not servers:
        return []
    domains = read_resolvectl(_output("resolvectl", "--no-pager", "domain"))
    links = []
    for device in [name for name in servers if name]:
        asked = [address for text in servers[device] for address in [server_of(text)] if address]
        if asked or domains.get(device):
            links.append({"device": device, "resolvers": asked, "domains": domains.get(device, [])})
    return links


def _output(*command: str) -> str:
    """Return what a command prints, within a second; empty when there is no such command or it fails."""
    environment = {**os.environ, "LC_ALL": "C", "COLUMNS": "10000", "SYSTEMD_COLORS": "0"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=1,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""
    return done.stdout[:_MAX_FILE].decode("utf-8", "replace") if done.returncode == 0 else ""


def _windows() -> dict[str, Any]:
    machine: dict[str, str] = {}
    interfaces: dict[str, dict[str, str]] = {}
    policies: dict[str, dict[str, Any]] = {}
    for stack in ("Tcpip", "Tcpip6"):
        base = rf"SYSTEM\CurrentControlSet\Services\{stack}\Parameters"
        machine = {**_values(base), **machine}
        for name in _keys(rf"{base}\Interfaces"):
            values = _values(rf"{base}\Interfaces\{name}")
            interfaces[name if stack == "Tcpip" else f"{name} (IPv6)"] = values
    for base in (
        r"SYSTEM\CurrentControlSet\Services\Dnscache\Parameters\DnsPolicyConfig",
        r"SOFTWARE\Policies\Microsoft\Windows NT\DNSClient\DnsPolicyConfig",
    ):
        for name in _keys(base):
            policies[name] = _values(rf"{base}\{name}")
    return of_registry(machine, interfaces, policies)


def _keys(path: str) -> list[str]:
    """Return the names of the keys below *path*."""
    import winreg

    found = []
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:  # type: ignore[attr-defined]
            for number in range(_MAX_LINKS):
                found.append(winreg.EnumKey(key, number))  # type: ignore[attr-defined]
    except OSError:
        pass
    return found


def _values(path: str) -> dict[str, Any]:
    """Return the values of one key."""
    import winreg

    found = {}
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:  # type: ignore[attr-defined]
            for number in range(256):
                name, value, _ = winreg.EnumValue(key, number)  # type: ignore[attr-defined]
                found[name] = value
    except OSError:
        pass
    return found
