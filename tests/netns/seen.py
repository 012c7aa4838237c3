"""What the probe saw, told under the keys of `measure.py`, and some more that it alone has.

- ``hosts``: addresses of the target's name in the hosts file; ``proxy``: the environment's proxy for HTTPS;
- ``http proxy``: outcome and status of the request that went through the proxy;
- ``hops ADDRESS``: routers that told of themselves on the way.
"""

from typing import Any

from netns.measure import place

Observed = dict[str, Any]


def seen(observations: list[Observed], name: str) -> dict[str, str]:
    """Turn observations of a host into a table; *name* is the target's."""
    told: dict[str, str] = {}
    for one in observations:
        told |= {"dns": _dns, "http": _http}.get(one["kind"], _other)(one, name)
    return told


def _dns(one: Observed, name: str) -> dict[str, str]:
    if one["transport"] != "getaddrinfo" and (one["attempt"] != 1 or "edns" not in one):
        return {}
    key = "system" if one["server"] == "system" else f"dns {one['server']} {one['transport']}"
    key += f" {one['type']}"
    if one["name"] != name:
        key += " random" if one["name"].startswith("apidoctor-") else f" {one['name']}"
    said = " ".join(sorted(one.get("addresses", []))) if one["outcome"] == "answer" else one["outcome"]
    return {key: "truncated" if one.get("truncated") else said}


def _http(one: Observed, _: str) -> dict[str, str]:
    status = one.get("status", "")
    if "address" not in one:
        return {"http proxy": f"{one['outcome']} {status}".strip()}
    if one["outcome"] != "response":
        return {"http": one["outcome"]}
    return {"http": f"{place(one['address'])} {status}"}


def _other(one: Observed, name: str) -> dict[str, str]:
    address = one.get("address")
    if one["kind"] == "host":
        told = {
            "clock": f"{round(one['clock_offset_ms'] / 10_000) * 10:+d}" if "clock_offset_ms" in one else "",
            "proxy": one.get("proxies", {}).get("https_proxy") or "",
            "hosts": " ".join(one.get("hosts_entries", {}).get(name, [])),
        }
        return {key: value for key, value in told.items() if value}
    if one["kind"] == "tcp":
        way = [hop["address"] for hop in one.get("hops", []) if hop.get("address")]
        told = {f"hops {address}": " ".join(way)} if way else {}
        return told | ({f"tcp {address}": one["outcome"]} if one["attempt"] == 1 else {})
    if one["kind"] == "tls":
        common = [part for part in (one.get("issuer") or "").split(",") if part.startswith("CN=")]
        told = {f"issuer {address}": common[0].removeprefix("CN=")} if common else {}
        return told | {f"tls {address}": one["outcome"]}
    if one["kind"] == "path_mtu":
        size = f" {one['mtu']}" if one["outcome"] in ("ok", "smaller") else ""
        return {f"mtu {address}": f"{one['outcome']}{size}"}
    return {}
