"""What was seen, for a person at a terminal: plain ASCII, every foreign text escaped, and no verdict."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator

Seen = Dict[str, Any]
_WORDS = {
    "nxdomain": "no such name",
    "nodata": "name without such a record",
    "servfail": "server failure",
    "refused": "refused",
    "timeout": "no answer",
    "no_route": "no route",
    "name_mismatch": "wrong name",
    "not_yet_valid": "not yet valid",
    "handshake_failure": "handshake failure",
    "protocol_version": "no TLS version in common",
    "proxy_error": "the proxy refuses",
    "black_hole": "black hole",
}
_LONGEST = 160


def safe(text: Any, most: int = _LONGEST) -> str:
    r"""Return *text* as printable ASCII, at most *most* characters: anything else becomes ``\x1b`` or ``\u202e``."""
    out = "".join(char if " " <= char <= "~" else _escape(char) for char in str(text)[: most + 1])
    return out if len(out) <= most else out[: most - 3] + "..."


def summary(observations: list[dict[str, Any]], target: str, file: str) -> str:
    """Return the lines that a person reads; *file* is where the snapshot went."""
    of: dict[str, list[dict[str, Any]]] = {}
    for seen in observations:
        of.setdefault(seen["kind"], []).append(seen)
    lines = [safe(target)]
    for host in of.get("host", []):
        lines += _host(host)
    lines += _names(of.get("dns", []))
    lines += _addresses(of)
    for seen in of.get("http", []):
        lines += _call(seen)
    lines += ["", *_home(file)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _escape(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _host(host: Seen) -> Iterator[str]:
    """Tell of the host what decides how it looks names up and which way it takes."""
    yield f"from {safe(host.get('hostname'))} ({safe(host.get('platform'))}), {safe(host.get('at'))}"
    yield ""
    servers = ", ".join(safe(one) for one in host.get("resolvers", []))
    yield f"Resolvers  {servers or 'none configured'}  [{safe(host.get('resolver_source') or 'nothing found')}]"
    for link in host.get("links", []):
        if link.get("resolvers") or link.get("domains"):
            words = " ".join(safe(one) for one in [*link.get("resolvers", []), *link.get("domains", [])])
            yield f"           link {safe(link.get('device') or '-')}: {words}"
    for head, member in (("Search", "search"), ("Options", "resolver_options")):
        if host.get(member):
            yield f"{head:10} {' '.join(safe(one) for one in host[member])}"
    for name, addresses in sorted(host.get("hosts_entries", {}).items()):
        yield f"Hosts file {safe(name)} is {', '.join(safe(one) for one in addresses)}"
    for name, value in sorted(host.get("proxies", {}).items()):
        yield f"Proxy      {name} = {safe(value)}"
    place = host.get("cloud")
    if place:
        known = [safe(place[key]) for key in ("instance_id", "eni", "vpc", "region") if key in place]
        yield f"AWS        {' '.join(known)}"
    if host.get("cloud_missing"):
        yield f"AWS        not known: the instance metadata: {safe(host['cloud_missing'])}"
    if abs(host.get("clock_offset_ms") or 0) > 5000:
        yield f"Clock      the server's is {host['clock_offset_ms'] / 1000:+.0f} s from this host's"


def _names(seen: list[Seen]) -> Iterator[str]:
    """Tell each name once, with a line for each server, transport and type; equal attempts share one."""
    for name in dict.fromkeys(one["name"] for one in seen):
        yield ""
        yield safe(name, 253) if name.strip(".") else ". (the root: every DNS server knows who serves it)"
        rows: dict[Any, list[Seen]] = {}
        for one in seen:
            if one["name"] == name:
                plain = one["transport"] == "udp" and "edns" not in one and one["server"] != "system"
                rows.setdefault((one["type"], one["server"], one["transport"], plain), []).append(one)
        asked = {key: _asked(key, row[0]) for key, row in rows.items()}
        width = min(max(len(text) for text in asked.values()), 60)
        for key, row in rows.items():
            # Servers turn the order of addresses from answer to answer.
            told = {
                (tuple(sorted(one.get("addresses", []))), _answer({**one, "addresses": []})): _answer(one)
                for one in row
            }
            for number, text in enumerate(told.values()):
                yield f"  {asked[key] if number == 0 else '':{width}}  {text}"


def _asked(key: Any, one: Seen) -> str:
    record, server, transport, plain = key
    role = f" ({one['role']})" if one.get("role") and one["role"] != "configured" else ""
    over = "" if transport == "getaddrinfo" else " " + transport
    how = " this host" if server == "system" else f" {safe(server, 80)}{role}{over}"
    return f"{record:5}{how}{' without EDNS' if plain else ''}"


def _answer(one: Seen) -> str:
    words = _word(one)
    if one["outcome"] == "answer":
        words = ", ".join(safe(value) for value in one.get("addresses", [])[:8]) or "answered"
    aliases = [safe(record["value"], 253) for record in one.get("chain", []) if record["type"] == "CNAME"]
    parts = [words, *(f"by way of {alias}" for alias in aliases[-1:])]
    if one.get("soa"):
        parts.append(f"says zone {safe(one['soa'], 253)}")
    if one.get("truncated"):
        parts.append("cut off")
    if one.get("reason") and one["outcome"] not in ("answer", "nxdomain", "timeout"):
        parts.append(safe(one["reason"]))
    return "; ".join(parts)


def _addresses(of: dict[str, list[Seen]]) -> Iterator[str]:
    """Tell of each address: way, connections, certificate and packet size."""
    attempts: dict[str, list[Seen]] = {}
    for one in of.get("tcp", []):
        attempts.setdefault(one["address"], []).append(one)
    for address, tried in attempts.items():
        yield ""
        yield f"{safe(address)} port {tried[0].get('port')}"
        source = next((one["source"] for one in tried if one.get("source")), None)
        if source:
            yield f"  from     {safe(source)}"
        plain = [one for one in tried if "idle_s" not in one]
        yield f"  tcp      {_same(_outcome(one) for one in plain)}"
        for one in tried:
            if one.get("hops"):
                yield "  way      " + " > ".join(_hop(hop) for hop in one["hops"])
            if "idle_s" in one:
                yield f"  idle     {one['idle_s']:g} s: {safe(one.get('idle_outcome') or one.get('reason'))}"
        for one in of.get("tls", []):
            if one["address"] == address:
                issuer = f", issued by {safe(one['issuer'])}" if one.get("issuer") else ""
                known = ", ".join(safe(name) for name in one.get("sans", [])[:3])
                names = f", made out to {known}" if known and one["outcome"] == "name_mismatch" else ""
                yield f"  tls      {_outcome(one)} {safe(one.get('version') or '')}{issuer}{names}"
        for one in of.get("path_mtu", []):
            if one["address"] == address:
                size = f"{one['mtu']} bytes get there, " if one.get("mtu") else ""
                yield f"  packets  {size}{_outcome(one)}"


def _word(one: Seen) -> str:
    outcome = str(one["outcome"])
    return _WORDS.get(outcome, outcome)


def _outcome(one: Seen) -> str:
    words = _word(one)
    reason = one.get("reason")
    return f"{words} ({safe(reason)})" if reason and one["outcome"] not in ("ok", "timeout") else words


def _hop(hop: Seen) -> str:
    said = f" ({safe(hop['said'])})" if hop.get("said") else ""
    return safe(hop.get("address") or "*") + said


def _same(words: Iterable[str]) -> str:
    """Return equal words once, different ones with *then* between."""
    return ", then ".join(dict.fromkeys(words))


def _call(seen: Seen) -> Iterator[str]:
    """Tell the request and the first line of its answer."""
    sent = seen.get("sent", {})
    way = f"through {safe(sent['proxy'])}" if sent.get("proxy") else f"to {safe(seen.get('address'))}"
    yield ""
    yield f"{seen.get('method')} {safe(seen.get('url'))} {way}"
    if seen["outcome"] == "response":
        kind = (seen.get("headers") or {}).get("x-amzn-errortype")
        error = f" {safe(kind)}" if kind else ""
        yield f"  {seen.get('status')}{error}  {safe((seen.get('body') or '').strip())}"
    else:
        status = f" with status {seen['status']}" if seen.get("status") else ""
        why = sent.get("failed") or sent.get("not-sent")
        yield f"  {_outcome(seen)}{status}{': ' + safe(why) if why else ''}"


def _home(file: str) -> list[str]:
    """Say what to do with the file: nothing is judged here."""
    name = safe(file, 500)
    return [
        f"Nothing was judged here. Take {name} to where apidoctor is installed, and run",
        f"  apidoctor check --snapshot {name}",
        "or, with what the AWS side collected in CLOUD.json,",
        f"  apidoctor merge {name} CLOUD.json -o BOTH.json && apidoctor check --snapshot BOTH.json",
    ]
