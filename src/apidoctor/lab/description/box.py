"""Middle boxes: what stands between the caller and the endpoint and touches what passes."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "refuses",
    "rewrites-host",
    "sets-header",
    "inspects",
    "drips",
    "truncates",
    "giant-header",
    "many-headers",
    "endless",
    "bomb",
    "silent",
    "redirects",
    "hangs-up",
]
"""
``refuses`` answers itself; ``rewrites-host`` and ``sets-header`` change requests; ``inspects`` only breaks TLS
open; the others spoil the answer: a byte at a time, cut short, with a header of *size* bytes, with *size* headers,
without an end, as gzip that unpacks to *size* bytes, not at all, as a redirect to *value*, or hung up on.
"""


@dataclass
class Box:
    """One middle box on the way to every interface of the endpoint."""

    kind: Kind
    header: str = "host"
    """Header that is set, for ``sets-header``."""
    value: str = ""
    """Its value, the Host of ``rewrites-host``, or the target of ``redirects``."""
    issuer: str = ""
    """Name of the authority that issues its certificates; empty: it leaves TLS alone, AWS's own are seen."""
    trusted: bool = True
    """Whether the lab's CA file has that authority."""
    status: int = 403
    """Status of ``refuses``."""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers of ``refuses``, for example Server, Via and X-Proxy-Error."""
    body: str = "<html><body>Access denied by policy</body></html>"
    size: int = 65536


@dataclass
class Proxy:
    """A forward proxy in the caller's environment (``HTTPS_PROXY``)."""

    status: int = 403
    """What CONNECT is answered with; 200: it opens a tunnel to the public side, as it asks public DNS."""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers of a refused CONNECT."""
    body: str = "<html><body>ERR_ACCESS_DENIED</body></html>"
    exempt: str = ""
    """``NO_PROXY`` of the caller's environment."""


ALB = Box(
    "refuses",
    status=503,
    headers={"Server": "awselb/2.0", "Content-Type": "text/html"},
    body="<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
    "<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n",
)
"""An application load balancer without a target (Elastic Load Balancing guide, "Troubleshoot your ALB")."""

SQUID = Box(
    "refuses",
    headers={
        "Server": "squid/5.7",
        "Via": "1.1 proxy.corp.example (squid/5.7)",
        "X-Squid-Error": "ERR_ACCESS_DENIED 0",
        "Content-Type": "text/html",
    },
)
"""A web proxy that denies (squid's own page)."""
