"""Names and addresses that all worlds share; each means the same everywhere.

API, endpoint, interfaces and host are those of the inventories in `worlds.build`: what the probe sees here can be
joined with what the AWS side would have collected.
"""

from worlds import build

REGION = build.REGION
API = build.API
ENDPOINT = build.ENDPOINT
APEX = build.ZONE_NAME
VPCE_ZONE = f"execute-api.{REGION}.vpce.amazonaws.com"

NAME = build.DEFAULT_NAME
"""The default name of the private API."""
ENDPOINT_NAME = build.ENDPOINT_NAME
"""The endpoint's own name: public DNS answers it with private addresses."""
ALIAS = f"{API}-{ENDPOINT}.{APEX}"
"""The alias of API and endpoint, in public DNS too."""
TARGET = build.URL

# The corporate network.
HOST = build.ON_PREM
HOST_GATEWAY = "192.168.7.1"
RESOLVER = "192.168.53.53"
SECOND_RESOLVER = "192.168.53.54"
PROXY = "192.168.53.80"
NOBODY = "192.168.53.99"
"""An address of the resolver's network that belongs to nobody."""
WILDCARD = "192.168.53.9"
"""What the search domain's wildcard answers."""
ROUTER_OUT = "172.16.255.1"
EDGE = "172.16.255.2"
"""The AWS side's first hop."""

# The VPC, 10.1.0.0/16.
INBOUND = ("10.1.4.10", "10.1.5.10")
"""Addresses of the Resolver inbound endpoint; they answer with IPv4 addresses alone."""
INBOUND_DUAL = ("10.1.4.11", "10.1.5.11")
"""Another inbound endpoint, of a VPC whose endpoint publishes IPv6 addresses too."""
OLD_INBOUND = ("10.1.4.110", "10.1.5.110")
"""Where the inbound endpoint was before it was made again."""
ENIS = tuple(build.ADDRESSES.values())
"""Addresses of the execute-api endpoint's interfaces."""
ENIS6 = ("2001:db8:a:1::20", "2001:db8:a:2::20")
OLD_ENIS = ("10.1.4.121", "10.1.5.121")
"""Where the endpoint's interfaces were before it was made again."""
VPC_PLUS_2 = "10.1.0.2"
"""The Amazon-provided DNS server: silent to everybody outside the VPC."""

# The Internet.
FRONT_DOOR = "203.0.113.10"
"""API Gateway's public side."""
PUBLIC_DNS = "203.0.113.53"
"""Knows an address for every execute-api name."""
PUBLIC_DNS_STRICT = "203.0.113.54"
"""The same, but execute-api names of private APIs do not exist."""

CORPORATE_ZONE = "corp.example"
REGIONAL_DOMAIN = f"api.{CORPORATE_ZONE}"
"""A public custom domain: an alias of a name below the execute-api zone, which private DNS captures."""
FRONTED = f"orders.{CORPORATE_ZONE}"
"""A company's own alias of the endpoint's name: no certificate has it."""
PRIVATE_DOMAIN = "billing.private.example"
"""A private custom domain; its answer is a chain of long aliases, too large for one datagram."""
