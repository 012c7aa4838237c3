"""Names and addresses that all worlds share.  Every address stands once here, and means the same everywhere."""

REGION = "us-east-1"
API = "a1b2c3d4e5"
ENDPOINT = "vpce-0a1b2c3d4e5f60718"
APEX = f"execute-api.{REGION}.amazonaws.com"
VPCE_ZONE = f"execute-api.{REGION}.vpce.amazonaws.com"

NAME = f"{API}.{APEX}"
"""The default name of the private API."""
ENDPOINT_NAME = f"{ENDPOINT}-abcd1234.{VPCE_ZONE}"
"""The endpoint's own name: public DNS answers it with private addresses."""
ALIAS = f"{API}-{ENDPOINT}.{APEX}"
"""The alias of API and endpoint, in public DNS too."""
TARGET = f"https://{NAME}/prod/orders"

# The corporate network.
HOST = "10.20.1.10"
HOST_GATEWAY = "10.20.1.1"
RESOLVER = "10.20.0.53"
SECOND_RESOLVER = "10.20.0.54"
PROXY = "10.20.0.80"
NOBODY = "10.20.0.99"
"""An address of the resolver's network that belongs to nobody."""
WILDCARD = "10.20.0.9"
"""What the search domain's wildcard answers."""
ROUTER_OUT = "192.168.255.1"
EDGE = "192.168.255.2"
"""The AWS side's first hop."""

# The VPC, 10.0.0.0/16.
INBOUND = ("10.0.1.10", "10.0.2.10")
"""Addresses of the Resolver inbound endpoint; they answer with IPv4 addresses alone."""
INBOUND_DUAL = ("10.0.1.11", "10.0.2.11")
"""Another inbound endpoint, of a VPC whose endpoint publishes IPv6 addresses too."""
OLD_INBOUND = ("10.0.3.10", "10.0.4.10")
"""Where the inbound endpoint was before it was made again."""
ENIS = ("10.0.1.20", "10.0.2.20")
"""Addresses of the execute-api endpoint's interfaces."""
ENIS6 = ("2001:db8:a:1::20", "2001:db8:a:2::20")
OLD_ENIS = ("10.0.3.20", "10.0.4.20")
"""Where the endpoint's interfaces were before it was made again."""
VPC_PLUS_2 = "10.0.0.2"
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
