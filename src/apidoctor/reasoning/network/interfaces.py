"""Network interfaces and subnets (EC2 API: NetworkInterface, Subnet)."""

from typing import Any

from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.inventory import Found
from apidoctor.reasoning.network.addresses import Block, block, is_v6, number, written
from apidoctor.reasoning.network.pieces import Pieces, cut
from apidoctor.reasoning.network.shapes import Item, listed, part, parts, text, whole
from apidoctor.reasoning.network.topology import Home, Place, Topology

_BY_ADDRESS = ("PrivateIpAddresses.PrivateIpAddress", "Ipv6Addresses.Ipv6Address")


class Interface(Struct, frozen=True):
    """A network interface."""

    id: str
    """``eni-…``"""
    home: Home
    """Who owns it: the account of its security groups."""
    place: Place
    """Its subnet."""
    addresses: tuple[int, ...]
    """Its private addresses, the primary one first, then IPv6."""
    groups: tuple[str, ...]
    """Ids of its security groups."""
    status: str
    """``in-use``, ``available``, …; empty when AWS did not say."""
    kind: str
    """``InterfaceType``: ``interface``, ``vpc_endpoint``, ``lambda``, …"""
    device: int | None
    """Device index on its instance; 0 is the primary interface."""


class Zone(Struct, frozen=True):
    """An Availability Zone.  Names differ between accounts, ids do not (AWS RAM guide, AZ IDs)."""

    id: str
    """``use1-az1``; empty when it is not known."""
    name: str
    """``us-east-1a``, in the words of the account that was asked."""

    def same(self, other: "Zone") -> bool | None:
        """Say whether both are one zone; None when that is not known."""
        if self.id and other.id:
            return self.id == other.id
        return self.name == other.name if self.name and other.name else None


class Subnet(Struct, frozen=True):
    """A subnet."""

    place: Place
    """Itself and its VPC."""
    zone: Zone
    """Where it is."""
    blocks: tuple[Block, ...]
    """Its address blocks."""
    lacks: tuple[bool, ...] = ()
    """Families (True: IPv6) of which it is known to have no block."""


def interface(topology: Topology, eni: str) -> Fact[Interface | None]:
    """Find an interface by its id."""
    return topology.keep("eni", eni, _by_id, topology, eni)


def instance_interface(topology: Topology, instance: str) -> Fact[Interface | None]:
    """Find the primary interface (device index 0) of an instance."""
    return topology.keep("instance", instance, _primary, topology, instance)


def interfaces_at(topology: Topology, address: int) -> Fact[tuple[Interface, ...] | None]:
    """Find the interfaces that hold an address: several when VPCs overlap, None when none does."""
    return topology.keep("address", str(address), _at, topology, address)


def subnet(topology: Topology, subnet_id: str, home: Home | None = None) -> Fact[Subnet | None]:
    """Find a subnet, in the account *home* or in any."""
    return topology.keep("subnet", subnet_id, _subnet_by_id, topology, subnet_id, home)


def vpc_blocks(topology: Topology, vpc: str, home: Home) -> Fact[tuple[Block, ...] | None]:
    """Return the address blocks that a VPC has now, secondary ones too; None when there is no such VPC."""
    found = topology.locate("describe_vpcs", "VpcId", vpc, home)
    return found.map(lambda pair: _vpc_blocks(pair[1]) if pair else None)


def _vpc_blocks(item: Item) -> tuple[Block, ...]:
    told = [text(item, "CidrBlock")]
    for member, name, state in (
        ("CidrBlockAssociationSet", "CidrBlock", "CidrBlockState"),
        ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState"),
    ):
        for each in parts(item, member):
            if text(part(each, state), "State") in ("", "associated"):
                told.append(text(each, name))
    return tuple(dict.fromkeys(each for each in map(block, told) if each is not None))


def subnets_with(topology: Topology, address: int) -> tuple[Place, ...]:
    """Return the subnets around an address, as far as subnets are known: several where VPCs overlap."""
    every = topology.keep("subnets", "", _every_subnet, topology).value
    if every.pieces.at(address) is None:
        return ()
    return tuple(dict.fromkeys(place for around, place in every.entries if around.holds(address)))


class _Subnets(Struct, frozen=True):
    """All subnets that are known."""

    entries: tuple[tuple[Block, Place], ...]
    """Each address block, and whose it is."""
    pieces: Pieces[Place]
    """The first of them, by address."""


def shows_none(topology: Topology, home: Home, address: str) -> bool:
    """Say whether an account shows all its interfaces and none has *address*."""
    field = "Ipv6Addresses.Ipv6Address" if ":" in address else "PrivateIpAddresses.PrivateIpAddress"
    name = "describe_network_interfaces"
    fact = topology.inventory.where(home.account, home.region, name, field, address)
    return fact.known and not fact.value


def _every_subnet(topology: Topology) -> Fact[_Subnets]:
    entries: list[tuple[Block, Place]] = []
    for account in topology.inventory.accounts:
        for region in topology.regions:
            for item in topology.inventory.seen(account, region, "describe_subnets")[0]:
                found = _subnet(topology, (account, item), Home(account, region))
                entries += [(each, found.place) for each in found.blocks]
    return Known(_Subnets(tuple(entries), cut(entries)))


def _by_id(topology: Topology, eni: str) -> Fact[Interface | None]:
    book = topology.keep("addresses", "", _book, topology).value
    shown = book.by_id.get(eni)
    if shown is not None:
        account, region, item = shown
        return Known(_interface(topology, (account, item), region))
    if book.whole:
        return Known(None)
    found = topology.search("describe_network_interfaces", "NetworkInterfaceId", eni)
    return found.map(lambda pair: _interface(topology, pair) if pair else None)


def _primary(topology: Topology, instance: str) -> Fact[Interface | None]:
    name, field = "describe_network_interfaces", "Attachment.InstanceId"
    found = topology.search(name, field, instance)
    if not found.known or found.value is None:
        return Known(None) if found.known else Unknown(*found.missing)
    account, first = found.value
    region = _region_of(topology, account, name, field, instance)
    every_item = topology.inventory.where(account, region, name, field, instance)
    items = every_item.value if every_item.known else [first]
    every = [_interface(topology, (account, item), region) for item in items]
    return Known(min(every, key=lambda each: each.device if each.device is not None else 1 << 16))


def _at(topology: Topology, address: int) -> Fact[tuple[Interface, ...] | None]:
    book = topology.keep("addresses", "", _book, topology).value
    found = book.holders.get(address)
    if found is not None:
        every = (_interface(topology, (account, item), region) for account, region, item in found)
        return Known(tuple(dict.fromkeys(every)))
    if book.whole:
        return Known(None)
    field = _BY_ADDRESS[is_v6(address)]
    nothing = topology.search("describe_network_interfaces", field, written(address))
    return Known(None) if nothing.known else Unknown(*nothing.missing)


class _Book(Struct, frozen=True):
    """Who holds each address, and which interfaces there are."""

    holders: dict[int, list[tuple[str, str, dict[str, Any]]]]
    """By address: account that shows it, Region, interface."""
    by_id: dict[str, tuple[str, str, dict[str, Any]]]
    """The same by interface: what the first account shows that does."""
    whole: bool
    """Whether every account was seen to show all of its interfaces."""


def _book(topology: Topology) -> Fact[_Book]:
    holders: dict[int, list[tuple[str, str, dict[str, Any]]]] = {}
    by_id: dict[str, tuple[str, str, dict[str, Any]]] = {}
    whole = bool(topology.inventory.accounts)
    for region in topology.regions:
        for account in topology.inventory.accounts:
            items, all_of_them = topology.inventory.seen(account, region, "describe_network_interfaces")
            whole = whole and all_of_them
            for item in items:
                by_id.setdefault(text(item, "NetworkInterfaceId"), (account, region, item))
                for address in _addresses(item):
                    holders.setdefault(address, []).append((account, region, item))
    return Known(_Book(holders, by_id, whole))


def _subnet_by_id(topology: Topology, subnet_id: str, home: Home | None) -> Fact[Subnet | None]:
    name, field = "describe_subnets", "SubnetId"
    found = topology.locate(name, field, subnet_id, home) if home else topology.search(name, field, subnet_id)
    return found.map(lambda pair: _subnet(topology, pair, home) if pair else None)


def _region_of(topology: Topology, account: str, name: str, field: str, value: str) -> str:
    for region in topology.regions:
        fact = topology.inventory.one(account, region, name, field, value)
        if fact.known and fact.value is not None:
            return region
    return topology.region


def _interface(topology: Topology, found: Found, region: str = "") -> Interface:
    account, item = found
    eni, vpc, subnet_id = text(item, "NetworkInterfaceId"), text(item, "VpcId"), text(item, "SubnetId")
    if not region:
        region = _region_of(topology, account, "describe_network_interfaces", "NetworkInterfaceId", eni)
    return Interface(
        id=eni,
        home=Home(text(item, "OwnerId") or account, region),
        place=Place(subnet_id, vpc, topology.vpc_home(vpc, region, account)),
        addresses=_addresses(item),
        groups=_groups(item),
        status=text(item, "Status"),
        kind=text(item, "InterfaceType"),
        device=whole(part(item, "Attachment"), "DeviceIndex"),
    )


def _groups(item: Item) -> tuple[str, ...]:
    """Return the ids of the groups; none at all when one cannot be read, so that none is overlooked."""
    groups = tuple(text(group, "GroupId") for group in listed(item, "Groups") or ())
    return groups if all(groups) else ()


def _addresses(item: Item) -> tuple[int, ...]:
    private = sorted(parts(item, "PrivateIpAddresses"), key=lambda each: each.get("Primary") is not True)
    every = [text(item, "PrivateIpAddress"), *(text(each, "PrivateIpAddress") for each in private)]
    every += [text(each, "Ipv6Address") for each in parts(item, "Ipv6Addresses")]
    numbers = (number(each) for each in every if each)
    return tuple(dict.fromkeys(each for each in numbers if each is not None))


def _subnet(topology: Topology, found: Found, home: Home | None) -> Subnet:
    account, item = found
    subnet_id, vpc = text(item, "SubnetId"), text(item, "VpcId")
    region = home.region if home else _region_of(topology, account, "describe_subnets", "SubnetId", subnet_id)
    texts_of = [
        text(item, "CidrBlock"),
        *(text(each, "Ipv6CidrBlock") for each in parts(item, "Ipv6CidrBlockAssociationSet")),
    ]
    blocks = tuple(each for each in map(block, texts_of) if each is not None)
    native = item.get("Ipv6Native") is True
    lacks = ((False,) if native else ()) + ((True,) if item.get("Ipv6CidrBlockAssociationSet") == [] else ())
    return Subnet(
        Place(subnet_id, vpc, Home(text(item, "OwnerId") or account, region)),
        Zone(text(item, "AvailabilityZoneId"), text(item, "AvailabilityZone")),
        blocks,
        tuple(v6 for v6 in lacks if not any(each.v6 == v6 for each in blocks)),
    )
