"""What the caller's resolver answers: the private zones it sees, then public DNS."""

import re
from typing import Literal

from msgspec import Struct

from apidoctor.lab.description import DEFAULT_ZONE, ENDPOINT_ZONE, PUBLIC_ADDRESSES, Endpoint, World

Outcome = Literal["answer", "nxdomain", "nodata", "servfail", "refused", "silent"]

_PUBLIC_API = re.compile(r"([a-z0-9-]{1,63}\.)?execute-api\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com")
_ALIAS = re.compile(r"([a-z0-9]+)-(vpce-[0-9a-f]{17})\.execute-api\.us-east-1\.amazonaws\.com")


class Answer(Struct, frozen=True):
    """What to send back."""

    outcome: Outcome
    addresses: tuple[str, ...] = ()
    """IPv4 addresses of an answer."""
    zone: str = ""
    """Zone of the SOA record of a negative answer."""


def resolve(world: World, name: str, kind: str) -> Answer:
    """Answer one question; *name* is in lower case without its final dot, *kind* is a record type.

    Rules: the Amazon resolver takes the most specific zone that it sees; a private zone without the record
    is the end of the search (Route 53 guide, "Considerations when working with a private hosted zone").
    """
    for suffix in _suffixes(name):
        if suffix in world.dns.failures:
            return Answer(world.dns.failures[suffix], zone=suffix)
    for suffix in _suffixes(name):
        records = _private_zone(world, suffix)
        if records is not None:
            return _from_zone(records, name, kind, suffix)
    return _public(world, name, kind)


def _suffixes(name: str) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[index:]) for index in range(len(labels))]


def _private_zone(world: World, zone: str) -> dict[str, tuple[str, ...]] | None:
    """Records of the visible private zone of this name, or None: addresses by name."""
    for visible in world.dns.zones:
        if world.zones[visible].name == zone:
            records = world.zones[visible].records
            return {name: _target(world, world.fill(value)) for name, value in records.items()}
    if zone == DEFAULT_ZONE and world.dns.endpoint_zone:
        addresses = _addresses(world.endpoint)
        return {DEFAULT_ZONE: addresses, f"*.{DEFAULT_ZONE}": addresses} if addresses else {}
    return None


def _target(world: World, value: str) -> tuple[str, ...]:
    return _endpoint_name(world, value) or () if value.endswith(ENDPOINT_ZONE) else (value,)


def _from_zone(records: dict[str, tuple[str, ...]], name: str, kind: str, zone: str) -> Answer:
    wildcard = f"*.{zone}" if name != zone else zone
    addresses = records.get(name, records.get(wildcard))
    if addresses is None:
        return Answer("nodata" if name == zone else "nxdomain", zone=zone)
    return _answer(addresses, kind, zone)


def _answer(addresses: tuple[str, ...], kind: str, zone: str) -> Answer:
    if kind != "A" or not addresses:
        return Answer("nodata", zone=zone)
    return Answer("answer", addresses)


def _addresses(endpoint: Endpoint) -> tuple[str, ...]:
    """Addresses behind an endpoint's names: none while it is not available, then the names do not exist."""
    return tuple(endpoint.addresses) if endpoint.state == "available" else ()


def _endpoint_name(world: World, name: str) -> tuple[str, ...] | None:
    """Addresses of a regional or zonal endpoint name; None when there is no such name."""
    for endpoint in world.endpoints.values():
        if not _addresses(endpoint):
            continue
        if name == f"{endpoint.label}.{ENDPOINT_ZONE}":
            return _addresses(endpoint)
        for interface in endpoint.interfaces:
            if name == f"{endpoint.label}-{world.subnets[interface.subnet].zone}.{ENDPOINT_ZONE}":
                return (interface.address,)
    return None


def _public(world: World, name: str, kind: str) -> Answer:
    """Public DNS: endpoint names have private addresses there too, default names the public front door's."""
    if name.endswith(ENDPOINT_ZONE):
        found = _endpoint_name(world, name)
        missing = Answer("nxdomain", zone=ENDPOINT_ZONE)
        return missing if found is None else _answer(found, kind, ENDPOINT_ZONE)
    alias = _ALIAS.fullmatch(name)
    if alias:
        return _alias(world, alias[1], alias[2], kind)
    if _PUBLIC_API.fullmatch(name):
        return _answer(PUBLIC_ADDRESSES, kind, name[name.index("execute-api") :])
    return Answer("nxdomain", zone=".".join(name.split(".")[-2:]))


def _alias(world: World, api_id: str, endpoint_id: str, kind: str) -> Answer:
    """``{api}-{vpce}``: exists only when the endpoint is associated with the API."""
    api = next((api for api in world.apis.values() if api.id == api_id), None)
    for name in api.endpoints if api else []:
        endpoint = world.endpoints[name]
        if endpoint.id == endpoint_id and _addresses(endpoint):
            return _answer(_addresses(endpoint), kind, DEFAULT_ZONE)
    return Answer("nxdomain", zone=DEFAULT_ZONE)
