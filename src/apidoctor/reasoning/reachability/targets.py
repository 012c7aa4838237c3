"""Where to: from a target as a user writes it to the interfaces that are meant, each judged by itself."""

from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.missing import Gap
from apidoctor.reasoning.network import Topology
from apidoctor.reasoning.network.addresses import number, written
from apidoctor.reasoning.network.interfaces import interface
from apidoctor.reasoning.network.shapes import text, texts

FORMS = "an address, eni-… or vpce-…"


class Target(Struct, frozen=True):
    """One address of a target."""

    words: str
    """What it is."""
    ip: str | None = None
    """Its address."""
    eni: str | None = None
    """Its interface."""


def targets(topology: Topology, spec: str) -> Fact[tuple[Target, ...]]:
    """Return the addresses that a target stands for.

    Raises:
        ValueError: it is not written like a target; see `FORMS`.
    """
    if spec.startswith("eni-"):
        return Known((Target(spec, eni=spec),))
    if spec.startswith("vpce-"):
        return _endpoint(topology, spec)
    address = spec.removeprefix("ip:")
    if number(address) is None:
        raise ValueError(f"{spec} is no target: say {FORMS}")
    return Known((Target(address, ip=address),))


def _endpoint(topology: Topology, endpoint: str) -> Fact[tuple[Target, ...]]:
    """Every address of every interface of an endpoint: they differ by subnet (DescribeVpcEndpoints)."""
    found = topology.search("describe_vpc_endpoints", "VpcEndpointId", endpoint)
    if not found.known:
        return Unknown(*found.missing)
    if found.value is None:
        return Unknown(Gap(f"account: the owner of {endpoint}; no account that was looked at has it"))
    item = found.value[1]
    if text(item, "VpcEndpointType") not in ("", "Interface"):
        kind = text(item, "VpcEndpointType")
        return Unknown(Gap(f"fact: an interface of {endpoint}, which is a {kind} endpoint and has none"))
    interfaces = texts(item, "NetworkInterfaceIds")
    if not interfaces:
        return Unknown(
            Gap(f"fact: an interface of {endpoint}; it has none ({text(item, 'State') or 'state unknown'})")
        )
    every: list[Target] = []
    for eni in interfaces:
        fact = interface(topology, eni)
        addresses = fact.value.addresses if fact.known and fact.value else ()
        every += [Target(f"{endpoint} at {written(each)}", written(each), eni) for each in addresses]
        if not addresses:
            every.append(Target(f"{endpoint} at {eni}", eni=eni))
    return Known(tuple(every))
