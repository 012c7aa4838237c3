"""Instance metadata: which interface of which VPC is this host?  IMDSv2 only, within a fixed budget."""

from __future__ import annotations

import http.client
import ipaddress
import os
import re
import time
from typing import Any, Mapping
from urllib.parse import urlsplit

BUDGET = 0.3
"""Seconds for all questions together: off EC2 nobody answers, and the run must not wait for it."""
RESOLVER = "169.254.169.253"
"""The Amazon-provided DNS server as every VPC of the Nitro system reaches it (VPC user guide, *DNS*)."""
_MAX_BYTES = 4096
_IPV4, _IPV6 = "http://169.254.169.254", "http://[fd00:ec2::254]"
_TOKEN = "/latest/api/token"
_INTERFACE = "/latest/meta-data/network/interfaces/macs/{mac}/"
_VENDOR = "/sys/devices/virtual/dmi/id/sys_vendor"
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


def instance(environment: Mapping[str, str] = os.environ, budget: float = BUDGET) -> dict[str, Any] | None:
    """Ask IMDSv2 who this host is (EC2 user guide, *Use IMDS*); None off EC2, or when nobody answers.

    ``AWS_EC2_METADATA_DISABLED``, ``AWS_EC2_METADATA_SERVICE_ENDPOINT`` and ``..._ENDPOINT_MODE`` mean what they
    mean to the AWS SDKs.  Without an endpoint in the environment, only a host that looks like an instance is asked.
    """
    if environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return None
    endpoint = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")
    if not endpoint and not looks_like_instance():
        return None
    if not endpoint:
        ipv6 = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "").lower() == "ipv6"
        endpoint = _IPV6 if ipv6 else _IPV4
    try:
        return _asked(endpoint, time.monotonic() + budget)
    except (OSError, http.client.HTTPException, ValueError):
        return None


def vpc_resolvers(cloud: Mapping[str, Any]) -> list[str]:
    """Return where a VPC's DNS server answers: the base of its first network plus two, and the fixed address."""
    found = []
    for cidr in cloud.get("vpc_cidrs", [])[:1]:
        try:
            found.append(str(ipaddress.IPv4Network(cidr, strict=False)[2]))
        except (ValueError, IndexError):
            continue
    return [*found, RESOLVER]


def looks_like_instance(vendor: str = _VENDOR) -> bool:
    """Say whether the vendor is EC2 (EC2 user guide, *Detect whether a host is an EC2 instance*)."""
    try:
        with open(vendor, encoding="utf-8", errors="replace") as file:
            return file.read(64).startswith("Amazon EC2")
    except OSError:
        return False


def _asked(endpoint: str, deadline: float) -> dict[str, Any] | None:
    metadata = _Metadata(endpoint, deadline)
    mac = metadata.get("mac", "/latest/meta-data/mac")
    if mac is None:
        return None
    interface = _INTERFACE.format(mac=mac)
    found: dict[str, Any] = {
        "instance_id": metadata.get("instance_id", "/latest/meta-data/instance-id"),
        "eni": metadata.get("eni", interface + "interface-id"),
        "subnet": metadata.get("subnet", interface + "subnet-id"),
        "vpc": metadata.get("vpc", interface + "vpc-id"),
        "account": metadata.get("account", interface + "owner-id"),
        "region": metadata.get("region", "/latest/meta-data/placement/region"),
        "vpc_cidrs": (metadata.get("vpc_cidrs", interface + "vpc-ipv4-cidr-blocks") or "").split(),
    }
    return {key: value for key, value in found.items() if value}


class _Metadata:
    """One session with the metadata service; never through a proxy, every answer bounded."""

    def __init__(self, endpoint: str, deadline: float) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError("no metadata endpoint")
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80)
        self._path = parts.path.rstrip("/")
        self._deadline = deadline
        status, self._token = self._request("PUT", _TOKEN, {"x-aws-ec2-metadata-token-ttl-seconds": "60"})
        if status != 200:
            raise ValueError("no token")

    def get(self, field: str, path: str) -> str | None:
        """Return the value at *path* when it looks as *field* must; None when there is none or time is up."""
        try:
            status, text = self._request("GET", path, {"x-aws-ec2-metadata-token": self._token})
        except (OSError, http.client.HTTPException):
            return None
        text = text.strip().rstrip("/")
        return text if status == 200 and re.fullmatch(_SHAPES[field], text) else None

    def _request(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.timeout = left
        if self._connection.sock is not None:
            self._connection.sock.settimeout(left)
        self._connection.request(method, self._path + path, headers=headers)
        with self._connection.getresponse() as response:
            body = response.read(_MAX_BYTES)
            if response.length:  # more than it may be: the connection cannot be used again
                self._connection.close()
            return response.status, body.decode("ascii", "replace")
