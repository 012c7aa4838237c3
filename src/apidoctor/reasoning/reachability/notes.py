"""What a path costs or hangs on without being blocked: zones that are crossed, and zones an endpoint is not in."""

from apidoctor.reasoning.network import Topology
from apidoctor.reasoning.network.interfaces import Zone, interface, subnet
from apidoctor.reasoning.network.shapes import texts
from apidoctor.reasoning.network.values import Reach


def notes_on(topology: Topology, found: Reach) -> tuple[str, ...]:
    """Return what a reader should know of a path whose two ends are in zones that are known.

    Zones are compared by id, else by name (AWS RAM guide, AZ IDs).
    """
    if not found.path:
        return ()
    here, there = _zone(topology, found.path[0].id), _zone(topology, found.path[-1].id)
    if here is None or there is None or here.same(there) is not False:
        return ()
    crossed = f"the call crosses from zone {_name(here)} to {_name(there)} (AVAILABILITY_ZONE_CROSSED): it costs more"
    covered = _endpoint_zones(topology, found.path[-1].id)
    if covered and not any(here.same(each) for each in covered):
        names = ", ".join(sorted({_name(each) for each in covered}))
        return (
            crossed,
            f"the endpoint has no interface in {_name(here)}, only in {names}: no call stays in its zone",
        )
    return (crossed,)


def _zone(topology: Topology, identity: str) -> Zone | None:
    """Return the zone of an interface or subnet."""
    if identity.startswith("eni-"):
        fact = interface(topology, identity)
        identity = fact.value.place.subnet if fact.known and fact.value else ""
    found = subnet(topology, identity) if identity else None
    return found.value.zone if found is not None and found.known and found.value else None


def _name(zone: Zone) -> str:
    return zone.id or zone.name


def _endpoint_zones(topology: Topology, eni: str) -> list[Zone]:
    """Return the zones of all subnets of the endpoint that owns an interface; none when no answer shows it."""
    found = topology.search("describe_vpc_endpoints", "NetworkInterfaceIds", eni)
    subnets = texts(found.value[1], "SubnetIds") if found.known and found.value else ()
    return [zone for zone in (_zone(topology, each) for each in subnets) if zone is not None]
