"""Route tables of VPCs, and what their routes lead to (aws.md D.4, D.5)."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from .shapes import Facts, Thing, inside

TARGETS = (
    "VpcPeeringConnectionId",
    "TransitGatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "NetworkInterfaceId",
    "InstanceId",
    "GatewayId",
)


@dataclass
class Choice:
    """One route of a table that covers an address, or (without *target*) none."""

    table: str
    target: str = ""
    prefix: int = -1
    blackhole: bool = False

    @property
    def by_default(self) -> bool:
        """Whether it is a default route."""
        return self.prefix == 0


@dataclass
class Choices:
    """What a table says about an address: the route that is used, then those in its shadow.

    *known* false: the table, or a prefix list that may decide, is unknown.
    """

    known: bool
    table: str = ""
    routes: tuple[Choice, ...] = ()

    @property
    def best(self) -> Choice:
        """The route that is used."""
        return self.routes[0] if self.routes else Choice(self.table)


def table_of(facts: Facts, subnet_id: str, vpc: str) -> Thing | None:
    """The route table of a subnet: the explicitly associated one, else the main one of its VPC.

    That there is no explicit association is known only from a full list of the VPC's owner.
    """
    for _, _, table in facts.listed("describe_route_tables"):
        if any(one.get("SubnetId") == subnet_id for one in table.get("Associations", [])):
            return table
    for account, region, table in facts.listed("describe_route_tables"):
        if (
            table["VpcId"] == vpc
            and any(one.get("Main") for one in table.get("Associations", []))
            and account == table.get("OwnerId", account)
            and facts.complete(account, region, "describe_route_tables")
        ):
            return table
    return None


def edge_table(facts: Facts, vpc: str, gateway: str) -> tuple[Thing | None, bool]:
    """The table for what enters by a gateway of a VPC; that there is none is certain from a full list only."""
    for _, _, table in facts.listed("describe_route_tables"):
        if table["VpcId"] == vpc and any(
            one.get("GatewayId") == gateway for one in table.get("Associations", [])
        ):
            return table, True
    return None, facts.owner_shows_all(vpc, "describe_route_tables")


def choose(facts: Facts, table: Thing | None, address: str) -> Choices:
    """Look an address up in a table.

    Longest prefix, then local > static > prefix list > propagated (codes HIGHER_PRIORITY_ROUTE).  The local
    route also wins over longer propagated ones (AWS: "the local route is most preferred even if the
    propagated routes are more specific").  Routes in state filtered are ignored, blackholes capture.
    A gateway endpoint's route (prefix list, vpce target) does not concern us (D.4).
    """
    if table is None:
        return Choices(False)
    name = table["RouteTableId"]
    matches: list[tuple[int, int, Thing]] = []
    open_lists: list[Thing] = []
    for route in table["Routes"]:
        if route.get("State") == "filtered":
            continue
        cidrs, rank = destinations(facts, route)
        if cidrs is None:
            open_lists.append(route)
            continue
        for cidr in cidrs:
            if inside(address, cidr):
                matches.append((ip_network(cidr, strict=False).prefixlen, rank, route))
    if any(rank == 3 for _, rank, _ in matches):
        matches = [one for one in matches if one[1] != 0]
    matches.sort(key=lambda one: (-one[0], -one[1]))
    for route in open_lists:
        if not matches or not certain_over(matches[0], route, address):
            return Choices(False, name)
    found = [
        Choice(name, target_of(route), prefix, route.get("State") == "blackhole")
        for prefix, _, route in matches
    ]
    return Choices(True, name, tuple(found))


def certain_over(best: tuple[int, int, Thing], route: Thing, address: str) -> bool:
    """Whether an unknown prefix list's route cannot change the choice."""
    if target_of(route) == target_of(best[2]) and route.get("State") == best[2].get("State"):
        return True
    longest = 32 if ip_address(address).version == 4 else 128
    return best[0] == longest and best[1] > 1


def destinations(facts: Facts, route: Thing) -> tuple[list[str] | None, int]:
    """The CIDRs of a route and its rank: 3 local, 2 static, 1 prefix list, 0 propagated."""
    listed = route.get("DestinationPrefixListId")
    if listed:
        if route.get("GatewayId", "").startswith("vpce-"):
            return [], 1
        return facts.entries(listed), 1
    cidr = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock")
    if cidr is None:
        return [], 2
    if target_of(route) == "local":
        return [cidr], 3
    return [cidr], 0 if route.get("Origin") == "EnableVgwRoutePropagation" else 2


def target_of(route: Thing) -> str:
    """The id a route leads to, ``local`` for the VPC itself."""
    return next((route[member] for member in TARGETS if route.get(member)), "")


def kind_of(target: str) -> str:
    """What a target is, by its id."""
    if target == "local":
        return "local"
    if target.startswith("arn:"):
        return "core"
    return target.partition("-")[0]


# --- peering


def peering_sides(pcx: Thing) -> list[Thing]:
    """Both VPCs of a peering connection."""
    return [pcx.get("RequesterVpcInfo", {}), pcx.get("AccepterVpcInfo", {})]


def peering_of(facts: Facts, pcx_id: str) -> Thing | None:
    """A peering connection as seen by whoever lists it."""
    found = facts.find("describe_vpc_peering_connections", "VpcPeeringConnectionId", pcx_id)
    return found[2] if found else None


def side_cidrs(side: Thing) -> list[str]:
    """All blocks of one side."""
    found = [side["CidrBlock"]] if side.get("CidrBlock") else []
    found += [one["CidrBlock"] for one in side.get("CidrBlockSet", [])]
    found += [one["Ipv6CidrBlock"] for one in side.get("Ipv6CidrBlockSet", [])]
    return found


# --- virtual private gateway


def gateway_of_vpc(facts: Facts, vgw_id: str) -> Thing | None:
    """A virtual private gateway by its id."""
    found = facts.find("describe_vpn_gateways", "VpnGatewayId", vgw_id)
    return found[2] if found else None


def vpns_of(facts: Facts, owner: str) -> tuple[list[Thing], bool]:
    """The VPN connections of a virtual private gateway, and whether there can be no others in what was read.

    A connection that is deleted is listed for a while, and is none.
    """
    found = [
        one
        for _, _, one in facts.listed("describe_vpn_connections")
        if one.get("VpnGatewayId") == owner and one.get("State") not in ("deleted", "deleting")
    ]
    seen_at = [
        (account, region)
        for account, region, one in facts.listed("describe_vpn_gateways")
        if one["VpnGatewayId"] == owner
    ]
    return found, all(facts.complete(*place, "describe_vpn_connections") for place in seen_at)


def vpn_up(vpn: Thing) -> bool:
    """Whether a VPN connection works: available, and one tunnel up is enough (codes BAD_STATE_VPN)."""
    tunnels = vpn.get("VgwTelemetry", [])
    return vpn.get("State") == "available" and any(one.get("Status") == "UP" for one in tunnels)


def vpn_knows(vpn: Thing, address: str) -> bool:
    """Whether a VPN connection carries an address: a dynamic one is believed, a static one must list it."""
    if not vpn.get("Options", {}).get("StaticRoutesOnly"):
        return True
    return any(
        one.get("State", "available") == "available" and inside(address, one["DestinationCidrBlock"])
        for one in vpn.get("Routes", [])
    )
