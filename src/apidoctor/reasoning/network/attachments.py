"""Attachments of transit gateways (EC2 API: TransitGatewayAttachment, TransitGatewayVpcAttachment)."""

from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.missing import Missing
from apidoctor.reasoning.network.shapes import Item, part, text, texts
from apidoctor.reasoning.network.topology import Home, Place, Topology, account_gap, unasked

_ALL = "describe_transit_gateway_attachments"
_VPC = "describe_transit_gateway_vpc_attachments"
_PEERING = "describe_transit_gateway_peering_attachments"
_GONE = frozenset({"deleted", "deleting", "rejected", "failed"})


class VpcAttachment(Struct, frozen=True):
    """A transit gateway's attachment of a VPC."""

    id: str
    """``tgw-attach-…``"""
    gateway: str
    """``tgw-…``"""
    vpc: str
    """The VPC."""
    state: str
    """``available`` carries traffic; empty when AWS did not say."""
    places: tuple[Place, ...]
    """The subnets in which the gateway has an interface."""
    references: bool
    """Whether security group referencing is on (its default)."""
    appliance: bool = False
    """Whether appliance mode is on: the gateway then picks one of all the subnets, whatever the sender's zone."""
    v6: bool = True
    """Whether it carries IPv6: AWS says of every attachment whether it does."""
    unread: tuple[Missing, ...] = ()
    """What would tell the subnets and options, where only the gateway's own list shows the attachment."""


class Attachment(Struct, frozen=True):
    """Any attachment of a transit gateway, as its owner sees it."""

    id: str
    """``tgw-attach-…``"""
    gateway: str
    """``tgw-…``"""
    kind: str
    """``vpc``, ``vpn``, ``direct-connect-gateway``, ``peering``, ``connect``, …"""
    resource: str
    """What is attached."""
    owner: str
    """Account of what is attached."""
    state: str
    """``available`` carries traffic; empty when AWS did not say."""
    table: str
    """The route table associated with it; empty when there is none."""
    home: Home
    """Account of the transit gateway, and the Region."""


class FarGateway(Struct, frozen=True):
    """The other side of a transit gateway peering."""

    gateway: str
    """``tgw-…``"""
    home: Home
    """Its account and Region."""
    state: str
    """State of the peering attachment."""


def vpc_attachment(topology: Topology, gateway: str, vpc: str, home: Home) -> Fact[VpcAttachment | None]:
    """Find how a VPC is attached to a transit gateway; None when it is known not to be."""
    key = f"{gateway} {vpc}"
    return topology.keep("vpc-attachment", key, _vpc_attachment, topology, gateway, vpc, home)


def attachment(topology: Topology, attachment_id: str, gateway: str, home: Home) -> Fact[Attachment | None]:
    """Find an attachment and the route table it is associated with, which only the gateway's owner sees.

    *home* is where to ask first; *gateway* tells the two ends of a peering attachment apart (empty: any).
    """
    key = f"{attachment_id} {gateway} {home.region}"
    return topology.keep("attachment", key, _attachment, topology, attachment_id, gateway, home)


def far_gateway(topology: Topology, attachment_id: str, gateway: str, home: Home) -> Fact[FarGateway | None]:
    """Find what a peering attachment of *gateway* leads to."""
    key = f"{attachment_id} {gateway}"
    return topology.keep("tgw-peering", key, _far_gateway, topology, attachment_id, gateway, home)


def _far_gateway(topology: Topology, attachment_id: str, gateway: str, home: Home) -> Fact[FarGateway | None]:
    found = topology.locate(_PEERING, "TransitGatewayAttachmentId", attachment_id, home)
    if not found.known:
        told = _far_by_attachment(topology, attachment_id, gateway, home)
        return Known(told) if told is not None else Unknown(*found.missing)
    return found.map(lambda pair: _far(pair[1], gateway, home.region) if pair else None)


def _far_by_attachment(topology: Topology, attachment_id: str, gateway: str, home: Home) -> FarGateway | None:
    """Read the far gateway of the attachment itself; its Region is where that gateway is shown."""
    near = attachment(topology, attachment_id, gateway, home)
    if not near.known or near.value is None or near.value.kind not in ("peering", "tgw-peering"):
        return None
    for region in topology.regions:
        for account in topology.inventory.accounts:
            name, field = "describe_transit_gateways", "TransitGatewayId"
            shown = topology.inventory.one(account, region, name, field, near.value.resource)
            if shown.known and shown.value is not None:
                owner = text(shown.value, "OwnerId") or near.value.owner or account
                return FarGateway(near.value.resource, Home(owner, region), near.value.state)
    return None


def _vpc_attachment(topology: Topology, gateway: str, vpc: str, home: Home) -> Fact[VpcAttachment | None]:
    inventory = topology.inventory
    missing: list[Missing] = []
    owner_says_none = False
    for account in dict.fromkeys((home.account, *inventory.accounts)):
        shown, _ = inventory.seen(account, home.region, _VPC)
        mine = [
            each for each in shown if (text(each, "TransitGatewayId"), text(each, "VpcId")) == (gateway, vpc)
        ]
        if mine:
            mine.sort(key=lambda item: text(item, "State") in _GONE)
            return Known(_as_vpc_attachment(mine[0], gateway, vpc, home))
        fact = inventory.where(account, home.region, _VPC, "VpcId", vpc)
        if fact.known:
            owner_says_none = owner_says_none or account == home.account
        elif account == home.account:
            missing += fact.missing
    if owner_says_none:
        return Known(None)
    if not missing:
        missing.append(account_gap(home.account, vpc))
    listed = _in_gateways_list(topology, gateway, vpc, home, tuple(missing))
    if listed is not None:
        return Known(listed)
    return (
        Unknown(*missing) if home.account in inventory.accounts else Unknown(account_gap(home.account, vpc))
    )


def _in_gateways_list(
    topology: Topology, gateway: str, vpc: str, home: Home, unread: tuple[Missing, ...]
) -> VpcAttachment | None:
    """Look for the attachment among all those of the gateway: state without subnets and options."""
    for account in topology.inventory.accounts:
        fact = topology.inventory.where(account, home.region, _ALL, "ResourceId", vpc)
        for item in fact.value if fact.known else ():
            if text(item, "TransitGatewayId") == gateway and text(item, "State") not in _GONE:
                identity, state = text(item, "TransitGatewayAttachmentId"), text(item, "State")
                return VpcAttachment(identity, gateway, vpc, state, (), references=True, unread=unread)
    return None


def _as_vpc_attachment(item: Item, gateway: str, vpc: str, home: Home) -> VpcAttachment:
    owner = Home(text(item, "VpcOwnerId") or home.account, home.region)
    return VpcAttachment(
        text(item, "TransitGatewayAttachmentId"),
        gateway,
        vpc,
        text(item, "State"),
        tuple(Place(each, vpc, owner) for each in texts(item, "SubnetIds")),
        text(part(item, "Options"), "SecurityGroupReferencingSupport") != "disable",
        text(part(item, "Options"), "ApplianceModeSupport") == "enable",
        text(part(item, "Options"), "Ipv6Support") != "disable",
    )


def _attachment(topology: Topology, attachment_id: str, gateway: str, home: Home) -> Fact[Attachment | None]:
    seen: list[Attachment] = []
    for account in dict.fromkeys((home.account, *topology.inventory.accounts)):
        place = Home(account, home.region)
        if listed := _associated_in_list(topology, attachment_id, gateway, place):
            return Known(listed)
        name, field = _ALL, "TransitGatewayAttachmentId"
        fact = topology.inventory.one(account, home.region, name, field, attachment_id)
        if not fact.known or fact.value is None:
            continue
        # The two ends of a peering in one Region have one id, and each gateway an entry of its own.
        items = topology.inventory.where(account, home.region, name, field, attachment_id)
        for item in items.value if items.known else [fact.value]:
            if gateway and text(item, "TransitGatewayId") not in ("", gateway):
                continue
            found = _as_attachment(item, place)
            if found.table or found.home.account == account:
                return Known(found, fact.source)
            seen.append(found)
    if seen:
        return _unseen_association(topology, seen[0])
    nowhere = topology.inventory.find(home.region, _ALL, "TransitGatewayAttachmentId", attachment_id)
    return Known(None) if nowhere.known else Unknown(*nowhere.missing)


def _unseen_association(topology: Topology, found: Attachment) -> Fact[Attachment | None]:
    if found.home.account not in topology.inventory.accounts:
        return Unknown(account_gap(found.home.account, found.gateway))
    return Unknown(unasked(_ALL, found.home, "TransitGatewayAttachmentId", found.id))


def _as_attachment(item: Item, place: Home) -> Attachment:
    return Attachment(
        text(item, "TransitGatewayAttachmentId"),
        text(item, "TransitGatewayId"),
        text(item, "ResourceType"),
        text(item, "ResourceId"),
        text(item, "ResourceOwnerId"),
        text(item, "State"),
        _associated(part(item, "Association")),
        Home(text(item, "TransitGatewayOwnerId") or place.account, place.region),
    )


def _associated(association: Item) -> str:
    """Return the associated table; an association that is not complete carries nothing."""
    if text(association, "State") not in ("", "associated"):
        return ""
    return text(association, "TransitGatewayRouteTableId")


def _associated_in_list(topology: Topology, identity: str, gateway: str, home: Home) -> Attachment | None:
    """Look for an attachment among the associations of the route tables, where those were read instead."""
    name = "get_transit_gateway_route_table_associations"
    by_table = topology.inventory.answer(home.account, home.region, name)
    for table in by_table if isinstance(by_table, dict) else ():
        listed = topology.inventory.items(home.account, home.region, name, table)
        for item in listed.value if listed.known else ():
            if text(item, "TransitGatewayAttachmentId") == identity and text(item, "State") in (
                "",
                "associated",
            ):
                kind, resource = text(item, "ResourceType"), text(item, "ResourceId")
                return Attachment(identity, gateway, kind, resource, "", "", str(table), home)
    return None


def _far(item: Item, gateway: str, region: str) -> FarGateway:
    ends = [part(item, "RequesterTgwInfo"), part(item, "AccepterTgwInfo")]
    far = ends[1] if text(ends[0], "TransitGatewayId") == gateway else ends[0]
    home = Home(text(far, "OwnerId"), text(far, "Region") or region)
    return FarGateway(text(far, "TransitGatewayId"), home, text(item, "State"))
