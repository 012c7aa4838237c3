"""The host itself: its name and system, and its links with what its resolver knows of them."""

from __future__ import annotations

import platform
import socket
from typing import Any, Iterable

from . import routes
from .stamp import now


def itself() -> dict[str, Any]:
    """Return the beginning of the host's observation: when, who, and on which system."""
    system = f"{platform.system()} {platform.release()}".strip()
    return {"kind": "host", "at": now(), "hostname": socket.gethostname(), "platform": system}


def links(of_resolver: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the kernel's links, joined with *of_resolver*: the servers and domains of a link, by its device."""
    found = {link["device"]: link for link in routes.links()}
    for link in of_resolver:
        found[link["device"]] = {**found.get(link["device"], {}), **link}
    return list(found.values())
