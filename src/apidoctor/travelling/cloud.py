"""Instance metadata: which interface of which VPC is this host?  IMDSv2 only, within a fixed budget."""

from __future__ import annotations

import http.client
import ipaddress
import os
import re
import socket
import threading
import time
from typing import Any, Mapping, NamedTuple
from urllib.parse import urlsplit

BUDGET = 2.0
"""Seconds for all questions together; only a host that is likely to be an instance asks, no other one waits."""
RESOLVER = "169.254.169.253"
"""The Amazon-provided DNS server as every VPC of the Nitro system reaches it (VPC user guide, *DNS*)."""
_MAX_BYTES = 4096
_IPV4, _IPV6 = "http://169.254.169.254", "http://[fd00:ec2::254]"
_TOKEN = "/latest/api/token"
_INTERFACE = "/latest/meta-data/network/interfaces/macs/{mac}/"
_SIGNS = {
    "/sys/devices/virtual/dmi/id/sys_vendor": "Amazon EC2",
    "/sys/devices/virtual/dmi/id/board_vendor": "Amazon EC2",
    "/sys/hypervisor/uuid": "ec2",
}
"""How the system says that it is an instance (EC2 user guide, *Detect whether a host is an EC2 instance*)."""
_SWITCHED_OFF = "AWS_EC2_METADATA_DISABLED switches it off"
_SHAPES = {
    "mac": r"[0-9a-f]{2}(:[0-9a-f]{2}){5}",
    "instance_id": r"m?i-[0-9a-f]{8,17}",
    "eni": r"eni-[0-9a-f]{8,17}",
    "subnet": r"subnet-[0-9a-f]{8,17}",
    "vpc": r"vpc-[0-9a-f]{8,17}",
    "account": r"[0-9]{12}",
    "region": r"[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}",
    "vpc_cidrs": r"(\d{1,3}(\.\d{1,3}){3}/\d{1,2}\s*){1,32}",
}
"""What each value looks like; anything else was not said by the metadata service."""


class Instance(NamedTuple):
    """What the metadata service told."""

    found: dict[str, Any] | None
    """What it said of this host; None off EC2, or when it said nothing."""
    missing: str | None = None
    """Why its network interface is not known although it may be an instance; None: it is known, or off EC2."""


def instance(environment: Mapping[str, str] = os.environ, budget: float = BUDGET) -> Instance:
    """Ask IMDSv2 who this host is (EC2 user guide, *Use IMDS*), *budget* seconds in all; raises nothing.

    ``AWS_EC2_METADATA_DISABLED``, ``AWS_EC2_METADATA_SERVICE_ENDPOINT`` and ``..._ENDPOINT_MODE`` mean what they
    mean to the AWS SDKs.  Without an endpoint in the environment, only a host that looks like an instance is asked.
    """
    if not is_likely(environment):
        return Instance(None)
    if _is_off(environment):
        return Instance(None, _SWITCHED_OFF)
    endpoint = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")
    if not endpoint:
        ipv6 = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "").lower() == "ipv6"
        endpoint = _IPV6 if ipv6 else _IPV4
    try:
        found = _asked(endpoint, time.monotonic() + budget)
    except OSError as error:
        return Instance(None, "it did not answer in time" if _is_late(error) else "it does not answer")
    except (http.client.HTTPException, ValueError):
        return Instance(None, "what answers is no metadata service, or refuses")
    known = "eni" in found or "subnet" in found
    return Instance(found or None, None if known else "it did not tell the network interface in time")


def is_likely(environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether this host may well be an instance: it looks like one, or the environment names its metadata."""
    named = bool(environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")) and not _is_off(environment)
    return named or looks_like_instance()


def _is_off(environment: Mapping[str, str]) -> bool:
    return environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true"


def _is_late(error: OSError) -> bool:
    return isinstance(error, (TimeoutError, socket.timeout))


def vpc_resolvers(cloud: Mapping[str, Any]) -> list[str]:
    """Return where a VPC's DNS server answers: the base of its first network plus two, and the fixed address."""
    found = []
    for cidr in cloud.get("vpc_cidrs", [])[:1]:
        try:
            found.append(str(ipaddress.IPv4Network(cidr, strict=False)[2]))
        except (ValueError, IndexError):
            continue
    return [*found, RESOLVER]


def looks_like_instance(signs: Mapping[str, str] = _SIGNS) -> bool:
    """Say whether one of the files *signs* begins as it does on EC2."""
    return any(_begins(file, start) for file, start in signs.items())


def _begins(path: str, start: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(64).lower().startswith(start.lower())
    except OSError:
        return False


def _asked(endpoint: str, deadline: float) -> dict[str, Any]:
    """Ask for the token, then for the interface, then for all that is known of it at once."""
    metadata = _Metadata(endpoint, deadline)
    mac = metadata.get("mac", "/latest/meta-data/mac")
    if mac is None:
        raise TimeoutError if time.monotonic() >= deadline else ValueError("no interface")
    interface = _INTERFACE.format(mac=mac)
    paths = {
        "instance_id": "/latest/meta-data/instance-id",
        "eni": interface + "interface-id",
        "subnet": interface + "subnet-id",
        "vpc": interface + "vpc-id",
        "account": interface + "owner-id",
        "region": "/latest/meta-data/placement/region",
        "vpc_cidrs": interface + "vpc-ipv4-cidr-blocks",
    }
    told: dict[str, str | None] = {}

    def ask(field: str, path: str) -> None:
        told[field] = metadata.get(field, path)

    askers = [threading.Thread(target=ask, args=item, daemon=True) for item in paths.items()]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(max(deadline - time.monotonic(), 0))
    found: dict[str, Any] = {
        field: told.get(field) for field in paths
    }  # a late answer changes nothing any more
    found["vpc_cidrs"] = (found["vpc_cidrs"] or "").split()
    return {field: value for field, value in found.items() if value}


class _Metadata:
    """One session with the metadata service; never through a proxy, every answer bounded."""

    def __init__(self, endpoint: str, deadline: float) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError("no metadata endpoint")
        self._place = (parts.hostname, parts.port or 80)
        self._path = parts.path.rstrip("/")
        self._deadline = deadline
        status, self._token = self._request("PUT", _TOKEN, {"x-aws-ec2-metadata-token-ttl-seconds": "60"})
        if status != 200:
            raise ValueError("no token")

    def get(self, field: str, path: str) -> str | None:
        """Return the value at *path* when it looks as *field* must; None when there is none or time is up.

        Every question has a connection of its own, so that several can be asked at once.
        """
        try:
            status, text = self._request("GET", path, {"x-aws-ec2-metadata-token": self._token})
        except (OSError, http.client.HTTPException, ValueError):
            return None
        text = text.strip().rstrip("/")
        return text if status == 200 and re.fullmatch(_SHAPES[field], text) else None

    def _request(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection = http.client.HTTPConnection(*self._place, timeout=left)
        try:
            connection.request(method, self._path + path, headers=headers)
            with connection.getresponse() as response:
                return response.status, response.read(_MAX_BYTES).decode("ascii", "replace")
        finally:
            connection.close()
