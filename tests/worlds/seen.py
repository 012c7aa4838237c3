"""What the probes of the caller's host would have seen in a world, healthy until a test changes it."""

from typing import Any
from urllib.parse import urlsplit

from worlds.build import (
    ADDRESSES,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    ENI_C,
    ON_PREM,
    REGION,
    SUBNET_C,
    ZONE_NAME,
    World,
)

AT = "2026-11-22T10:42:06Z"
COMMON = {"at": AT, "vantage": "app-1"}
AWS_HEADERS = {
    "content-type": "application/json",
    "date": "Sun, 22 Nov 2026 10:42:06 GMT",
    "x-amzn-requestid": "3d4f3f0e-6d5e-4b0a-9a4e-000000000001",
    "x-amz-apigw-id": "abcDEFghIJ=",
}


def probed(world: World) -> World:
    """Look at the world from the caller's own host; from now on the caller is "local"."""
    name = urlsplit(world.target).hostname or ""
    world.origin = "local"
    world.observations = [host(world), dns(name), *(tcp(a) for a in ADDRESSES.values())]
    world.observations += [tls(address, name) for address in ADDRESSES.values()]
    world.observations += [http(world, name)]
    if world.principal != "anonymous":
        world.observations.append(identity(world))
    return world


def of(world: World, kind: str) -> list[dict[str, Any]]:
    """The observations of one kind."""
    return [each for each in world.observations if each["kind"] == kind]


def without(world: World, *kinds: str) -> None:
    """Forget these observations: an earlier failure kept the probes from being sent."""
    world.observations = [each for each in world.observations if each["kind"] not in kinds]


def host(world: World) -> dict[str, Any]:
    """The host itself: in AWS when the world has a caller's interface, else in the data centre."""
    inside = world.things.get(ENI_C)
    cloud = inside and {
        "instance_id": "i-0c000000000000000",
        "eni": ENI_C,
        "subnet": SUBNET_C,
        "vpc": inside["VpcId"],
        "account": world.caller_account,
        "region": REGION,
    }
    return COMMON | {
        "kind": "host",
        "hostname": "app-1",
        "addresses": [inside["PrivateIpAddress"] if inside else ON_PREM],
        "resolvers": ["10.1.0.2"] if inside else ["192.168.0.53"],
        "search": [],
        "hosts_entries": {},
        "proxies": {"https_proxy": None, "no_proxy": None},
        "clock_offset_ms": 3.0,
        "routes": [
            {"destination": "0.0.0.0/0", "via": "10.0.0.1", "device": "eth0", "source": None, "mtu": 1500}
        ],
        "platform": "Linux",
        "cloud": cloud,
    }


def dns(name: str, outcome: str = "answer", *addresses: str) -> dict[str, Any]:
    """The answer of the system's resolver; the endpoint's addresses unless told otherwise."""
    found = list(addresses or ADDRESSES.values()) if outcome == "answer" else []
    return COMMON | {
        "kind": "dns",
        "name": name,
        "type": "A",
        "server": "system",
        "transport": "getaddrinfo",
        "outcome": outcome,
        "chain": [{"name": name, "type": "A", "value": address, "ttl": 60} for address in found],
        "addresses": found,
        "soa": None,
        "elapsed_ms": 3.1,
    }


def tcp(address: str, outcome: str = "connected") -> dict[str, Any]:
    """An attempt to connect to port 443."""
    fields = {"kind": "tcp", "address": address, "port": 443, "source": None, "elapsed_ms": 1.0}
    return COMMON | fields | {"outcome": outcome}


def tls(address: str, name: str, outcome: str = "verified", **rest: Any) -> dict[str, Any]:
    """A handshake, with the certificate that execute-api shows."""
    names = [f"*.{ZONE_NAME}"] if name.endswith(ZONE_NAME) else [f"*.execute-api.{REGION}.vpce.amazonaws.com"]
    return (
        COMMON
        | {
            "kind": "tls",
            "address": address,
            "port": 443,
            "server_name": name,
            "outcome": outcome,
            "version": "TLSv1.3",
            "alpn": "http/1.1",
            "subject": f"CN={names[0]}",
            "issuer": "CN=Amazon RSA 2048 M01,O=Amazon,C=US",
            "sans": names,
            "not_before": "2026-05-01T00:00:00Z",
            "not_after": "2027-05-30T23:59:59Z",
            "elapsed_ms": 11.0,
        }
        | rest
    )


def http(world: World, name: str) -> dict[str, Any]:
    """The test call, answered by the backend."""
    headers = dict(pair.split(":", 1) for pair in world.options if ":" in pair)
    sent = {key.lower(): value.strip() for key, value in headers.items()}
    form = "private-dns" if name == DEFAULT_NAME else "endpoint-id-header"
    if name == ENDPOINT_NAME and "host" in sent:
        form = "endpoint-host"
    return COMMON | {
        "kind": "http",
        "form": form,
        "method": "GET",
        "address": ADDRESSES[min(ADDRESSES)],
        "url": world.target,
        "server_name": name,
        "host": sent.get("host", name),
        "sent": {"host": name} | sent,
        "signed": world.principal != "anonymous",
        "outcome": "response",
        "status": 200,
        "headers": dict(AWS_HEADERS),
        "body": '{"pets": []}',
        "elapsed_ms": {"connect": 1.0, "tls": 11.0, "first_byte": 30.0, "total": 31.0},
    }


def identity(world: World, outcome: str = "ok", offset: float = 3.0) -> dict[str, Any]:
    """What sts:GetCallerIdentity told the host."""
    session = f"arn:aws:sts::{world.caller_account}:assumed-role/app/i-0c000000000000000"
    known = {"principal": session, "account": world.caller_account, "region": REGION}
    return COMMON | {"kind": "identity", "outcome": outcome, "clock_offset_ms": offset} | known


def refused(world: World, error_type: str, body: str, status: int = 403) -> None:
    """API Gateway refused the test call."""
    of(world, "http")[0].update(status=status, body=body)
    of(world, "http")[0]["headers"]["x-amzn-errortype"] = error_type


def times_out(world: World, *addresses: str) -> None:
    """Connections to these addresses (all by default) time out; nothing beyond them was seen."""
    silent = addresses or tuple(ADDRESSES.values())
    for each in of(world, "tcp"):
        if each["address"] in silent:
            each.update(outcome="timeout", elapsed_ms=3000.0)
    kept = [e for e in world.observations if e["kind"] not in ("tls", "http") or e["address"] not in silent]
    world.observations = kept
