"""Transit gateways: attachments, their tables, and routes (aws.md D.5, codes "Transit gateway")."""

from dataclasses import dataclass
from ipaddress import ip_network

from .shapes import Facts, Thing, inside, same_zone


@dataclass
class Attachment:
    """One attachment at one gateway, from everything that is told of it."""

    id: str
    gateway: str
    kind: str
    resource: str
    state: str
    subnets: list[str] | None = None
    ipv6: str | None = None
    far: str = ""
    appliance: bool = False


def views(facts: Facts, attachment: str, gateway: str) -> list[tuple[str, Thing]]:
    """All listings of an attachment at a gateway, with the account that saw them.

    A peering attachment has one id and is listed at both of its gateways.
    """
    return [
        (account, one)
        for account, _, one in facts.listed("describe_transit_gateway_attachments")
        if one["TransitGatewayAttachmentId"] == attachment and one.get("TransitGatewayId") == gateway
    ]


def attachment(facts: Facts, attachment_id: str, gateway: str) -> Attachment | None:
    """Put together what is known of an attachment."""
    result = None
    for _, one in views(facts, attachment_id, gateway):
        result = Attachment(
            attachment_id, gateway, one["ResourceType"], one.get("ResourceId", ""), one.get("State", "")
        )
        break
    for _, _, one in facts.listed("describe_transit_gateway_vpc_attachments"):
        if one["TransitGatewayAttachmentId"] == attachment_id and one["TransitGatewayId"] == gateway:
            if result is None:
                result = Attachment(attachment_id, gateway, "vpc", one["VpcId"], one.get("State", ""))
            result.subnets = one.get("SubnetIds")
            result.ipv6 = one.get("Options", {}).get("Ipv6Support")
            result.appliance = one.get("Options", {}).get("ApplianceModeSupport") == "enable"
    for _, _, one in facts.listed("describe_transit_gateway_peering_attachments"):
        if one["TransitGatewayAttachmentId"] != attachment_id:
            continue
        ends = [one["RequesterTgwInfo"]["TransitGatewayId"], one["AccepterTgwInfo"]["TransitGatewayId"]]
        if gateway in ends:
            ends.remove(gateway)
            if result is None:
                result = Attachment(attachment_id, gateway, "peering", ends[0], one.get("State", ""))
            result.far = ends[0]
    if result and result.kind == "peering" and not result.far:
        result.far = result.resource
    return result


def vpc_attachment(facts: Facts, vpc: str, gateway: str) -> tuple[Attachment | None, bool]:
    """The attachment of a VPC to a gateway; the flag says whether its absence is certain.

    Certain by a full list of the VPC's owner or of the gateway's owner.
    """
    ids = [
        one["TransitGatewayAttachmentId"]
        for _, _, one in facts.listed("describe_transit_gateway_vpc_attachments")
        if one["VpcId"] == vpc and one["TransitGatewayId"] == gateway
    ]
    ids += [
        one["TransitGatewayAttachmentId"]
        for _, _, one in facts.listed("describe_transit_gateway_attachments")
        if one.get("ResourceId") == vpc and one.get("TransitGatewayId") == gateway
    ]
    found = [one for one in (attachment(facts, each, gateway) for each in dict.fromkeys(ids)) if one]
    found.sort(key=lambda one: one.state != "available")
    if found:
        return found[0], True
    keeper, owner = gateway_owner(facts, gateway), facts.owner_of(vpc)
    for account, region in facts.places():
        if account == owner and facts.complete(account, region, "describe_transit_gateway_vpc_attachments"):
            return None, True
        if account == keeper and facts.complete(account, region, "describe_transit_gateway_attachments"):
            return None, True
    return None, False


def gateway_owner(facts: Facts, gateway: str) -> str | None:
    """Who owns a gateway."""
    found = facts.find("describe_transit_gateways", "TransitGatewayId", gateway)
    if found:
        return found[2].get("OwnerId")
    for _, _, one in facts.listed("describe_transit_gateway_attachments"):
        if one.get("TransitGatewayId") == gateway and one.get("TransitGatewayOwnerId"):
            return str(one["TransitGatewayOwnerId"])
    return None


def table_for(facts: Facts, one: Attachment) -> tuple[str, bool]:
    """The gateway table an attachment is associated with; the flag says whether that is certain.

    That there is none is certain from the listing of the gateway's owner only.
    """
    owner = gateway_owner(facts, one.gateway)
    certain_none = False
    for account, view in views(facts, one.id, one.gateway):
        association = view.get("Association") or {}
        if association.get("State") == "associated":
            return association["TransitGatewayRouteTableId"], True
        if association or account == owner:
            certain_none = True
    for account, region in facts.places():
        answer = facts.answer(account, region, "get_transit_gateway_route_table_associations") or {}
        for table, value in answer.items():
            if not isinstance(value, dict) or not in_gateway(facts, table, one.gateway):
                continue
            for entry in value.get("Associations", []):
                if entry["TransitGatewayAttachmentId"] == one.id and entry.get("State") == "associated":
                    return table, True
    return "", certain_none


def in_gateway(facts: Facts, table: str, gateway: str) -> bool:
    """Whether a gateway table is not known to be of another gateway (peering attachments share their id)."""
    for _, _, view in facts.listed("describe_transit_gateway_attachments"):
        if (view.get("Association") or {}).get("TransitGatewayRouteTableId") == table:
            return view.get("TransitGatewayId") == gateway
    return True


@dataclass
class TransitChoice:
    """One route of a gateway's table that covers an address."""

    attachments: list[Thing]
    prefix: int
    blackhole: bool


def look_up(facts: Facts, table: str, address: str) -> tuple[TransitChoice, ...] | None:
    """The routes to an address, the one that is used first; None when they are not known.

    Longest prefix, then static before propagated; blackholes capture.  A list that says that more routes
    exist than it holds is no certain answer.
    """
    answers = facts.keyed("search_transit_gateway_routes", table)
    if not answers or answers[0].get("AdditionalRoutesAvailable") or answers[0].get("partial"):
        return None
    found = []
    for route in answers[0].get("Routes", []):
        cidr = route.get("DestinationCidrBlock")
        if not cidr or not inside(address, cidr) or route.get("State") not in ("active", "blackhole"):
            continue
        prefix = ip_network(cidr, strict=False).prefixlen
        choice = TransitChoice(
            route.get("TransitGatewayAttachments", []), prefix, route["State"] == "blackhole"
        )
        found.append((-prefix, route.get("Type") != "static", choice))
    found.sort(key=lambda one: one[:2])
    return tuple(choice for _, _, choice in found)


def subnets_in_zone(facts: Facts, one: Attachment, subnet_id: str) -> tuple[list[str], bool]:
    """The attachment's subnets in the zone of a subnet (there is one at most), and whether that is known."""
    if one.subnets is None or not subnet_id:
        return [], False
    if subnet_id in one.subnets:
        return [subnet_id], True
    subnet = facts.subnet(subnet_id)
    found, sure = [], subnet is not None
    for each in one.subnets:
        other = facts.subnet(each)
        alike = same_zone(other, subnet) if other and subnet else None
        if alike:
            found.append(each)
        if alike is None:
            sure = False
    return found, bool(found) or sure
