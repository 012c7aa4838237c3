"""Faults put into a healthy world."""

from collections.abc import Callable

from .parts import Bench, entry, permission, route, transit_route
from .shapes import Thing

STATES = ("pendingAcceptance", "deleting", "failed", "pending", "rejected")


def some(maker: Bench, operation: str) -> Thing | None:
    """A random object, if there is any."""
    found = maker.all(operation)
    return maker.rng.choice(found) if found else None


def group_rules(maker: Bench) -> None:
    """Spoil rules of a security group."""
    rng = maker.rng
    group = some(maker, "describe_security_groups")
    member = rng.choice(("IpPermissions", "IpPermissions", "IpPermissionsEgress"))
    rules = group[member]
    how = rng.randrange(8)
    if how == 0 or not rules:
        group[member] = []
        return
    rule = rng.choice(rules)
    if how == 1:
        rules.remove(rule)
    elif how == 2 and "FromPort" in rule:
        rule |= rng.choice(
            ({"FromPort": 80, "ToPort": 80}, {"FromPort": 0, "ToPort": 442}, {"FromPort": 400})
        )
    elif how == 3 and rule["IpProtocol"] != "-1":
        rule["IpProtocol"] = rng.choice(("udp", "17", "6", "icmp", "-1"))
    elif how == 4:
        group[member] = [
            permission(rng.choice(("10.99.0.0/16", "10.10.1.0/28", "10.20.0.0/15", "10.0.0.0/8")))
        ]
    elif how == 5:
        name = rng.choice(maker.all("describe_security_groups"))["GroupId"]
        group[member] = [permission(group=name), permission("10.99.0.0/16")]
    elif how == 6 and rule.get("UserIdGroupPairs"):
        rule["UserIdGroupPairs"][0]["PeeringStatus"] = rng.choice(("deleted", "rejected", "active"))
    else:
        name = f"pl-x{rng.randrange(99)}"
        maker.entries[name] = rng.choice((["10.99.0.0/16"], ["10.0.0.0/8"], []))
        group[member] = [permission(prefix_list=name)]


def acl_entries(maker: Bench) -> None:
    """Spoil a network ACL: a deny before or behind the allow, or a gap in the ports."""
    rng = maker.rng
    acl = some(maker, "describe_network_acls")
    egress = rng.random() < 0.5
    cidr = rng.choice(
        ("0.0.0.0/0", "10.0.0.0/8", "10.10.0.0/16", "10.20.0.0/16", "10.10.1.21/32", "192.168.0.0/16")
    )
    ports = rng.choice(
        (None, (443, 443), (0, 1023), (32768, 40000), (1024, 32767), (61000, 65535), (50000, 50000))
    )
    kind = rng.randrange(4)
    if kind == 3:
        acl["Entries"] = [
            one for one in acl["Entries"] if one["RuleNumber"] > 32000 or one["Egress"] != egress
        ]
        if rng.random() < 0.6:
            acl["Entries"].append(entry(10, "allow", egress, cidr, ports))
        return
    rule = entry(rng.choice((5, 50, 95, 200)), "deny", egress, cidr, ports)
    if ports and rng.random() < 0.2:
        rule["Protocol"] = "17"
    taken = {one["RuleNumber"] for one in acl["Entries"] if one["Egress"] == egress}
    if rule["RuleNumber"] not in taken:
        acl["Entries"].insert(rng.randint(0, len(acl["Entries"])), rule)


def vpc_route(maker: Bench) -> None:
    """Spoil a route table of a VPC."""
    rng = maker.rng
    table = some(maker, "describe_route_tables")
    routes = table["Routes"]
    other = [one for one in routes if one.get("GatewayId") != "local"]
    how = rng.randrange(8)
    if how < 3 and other:
        one = rng.choice(other)
        if how == 0:
            routes.remove(one)
        else:
            one["State"] = "blackhole" if how == 1 else rng.choice(("blackhole", "filtered"))
        return
    targets = ["igw-1", "nat-1", "nat-1"]
    targets += [
        one["VpcPeeringConnectionId"]
        for one in maker.all("describe_vpc_peering_connections")
        if table["VpcId"] in (one["RequesterVpcInfo"]["VpcId"], one["AccepterVpcInfo"]["VpcId"])
    ]
    targets += [one["TransitGatewayId"] for one in maker.all("describe_transit_gateway_vpc_attachments")
                if one["VpcId"] == table["VpcId"]]  # fmt: skip
    if table["VpcId"] == "vpc-0" and "vgw" in maker.outside:
        targets += ["vgw-1"]
    target = rng.choice(targets)
    cidr = rng.choice(("10.10.1.0/24", "10.10.2.0/24", "10.20.0.0/16", "10.10.0.0/15", "10.10.0.0/16", "10.20.1.0/24",
                       "10.0.0.0/8", "0.0.0.0/0", "192.168.7.0/24", "100.64.10.0/25", "10.30.0.0/16"))  # fmt: skip
    own = [one["DestinationCidrBlock"] for one in routes if one.get("DestinationCidrBlock")]
    local = [one["DestinationCidrBlock"] for one in routes
             if one.get("GatewayId") == "local" and one.get("DestinationCidrBlock")]  # fmt: skip
    within = any(cidr.split(".")[:2] == one.split(".")[:2] for one in local)
    if how == 7:
        name = f"pl-r{rng.randrange(99)}"
        maker.entries[name] = [cidr, "172.20.0.0/16"]
        if not within:
            routes.append(route(name, target))
    elif target.startswith("vgw") and rng.random() < 0.5:
        routes.append(route(cidr, target, Origin="EnableVgwRoutePropagation"))
    elif cidr not in own and (not within or (target == "nat-1" and cidr.endswith("/24"))):
        routes.append(route(cidr, target, **({"State": "blackhole"} if rng.random() < 0.1 else {})))
    elif cidr in own and cidr not in local:
        routes[:] = [one for one in routes if one.get("DestinationCidrBlock") != cidr] + [route(cidr, target)]


def peering_state(maker: Bench) -> None:
    """A peering connection that is not active."""
    pcx = some(maker, "describe_vpc_peering_connections")
    if pcx is None:
        return
    pcx["Status"]["Code"] = maker.rng.choice(
        ("pending-acceptance", "expired", "deleted", "failed", "provisioning")
    )


def attachment(maker: Bench) -> None:
    """Spoil an attachment: its state, association, subnets, options, or all of it."""
    rng = maker.rng
    view = some(maker, "describe_transit_gateway_attachments")
    if view is None:
        return
    name, gateway = view["TransitGatewayAttachmentId"], view["TransitGatewayId"]
    details = [one for operation in ("describe_transit_gateway_vpc_attachments",
                                     "describe_transit_gateway_peering_attachments",
                                     "describe_transit_gateway_attachments")
               for one in maker.all(operation) if one["TransitGatewayAttachmentId"] == name]  # fmt: skip
    how = rng.randrange(9)
    if how >= 7:
        option = ("ApplianceModeSupport", "enable") if how == 7 else ("Ipv6Support", "disable")
        for one in details:
            if "VpcId" in one:
                one["Options"][option[0]] = option[1]
    elif how == 0:
        state = rng.choice(STATES if view["ResourceType"] == "peering" else (*STATES, "modifying"))
        for one in details:
            one["State"] = state
    elif how == 1:
        view.pop("Association", None)
    elif how == 2 and view.get("Association"):
        view["Association"]["State"] = rng.choice(("disassociating", "associating"))
    elif how in (3, 4):
        for one in details:
            if len(one.get("SubnetIds", [])) > 1:
                one["SubnetIds"].pop(rng.randrange(len(one["SubnetIds"])))
    elif how == 5 and view["ResourceType"] == "vpc":
        for operation in ("describe_transit_gateway_vpc_attachments", "describe_transit_gateway_attachments"):
            maker.things[operation] = [
                one for one in maker.things[operation] if one[1]["TransitGatewayAttachmentId"] != name
            ]
        for routes in maker.transit_routes.values():
            routes[:] = [
                one for one in routes
                if name not in [each["TransitGatewayAttachmentId"] for each in one.get("TransitGatewayAttachments", [])]
            ]  # fmt: skip
    else:
        for one in maker.all("describe_transit_gateways"):
            if one["TransitGatewayId"] == gateway:
                one["Options"]["SecurityGroupReferencingSupport"] = rng.choice(("enable", "disable"))
        for one in details:
            if "VpcId" in one:
                one["Options"]["SecurityGroupReferencingSupport"] = rng.choice(("enable", "disable"))


def gateway_route(maker: Bench) -> None:
    """Spoil a transit gateway's table."""
    rng = maker.rng
    if not maker.transit_routes:
        return
    name = rng.choice(list(maker.transit_routes))
    routes = maker.transit_routes[name]
    how = rng.randrange(6)
    if how == 0 and routes:
        routes.remove(rng.choice(routes))
    elif how == 1 and routes:
        routes.append({**rng.choice(routes), "State": "blackhole", "Type": "static"})
        last = routes[-1]
        last.pop("TransitGatewayAttachments", None)
        routes[:] = [one for one in routes if one is last or one["Type"] != "static"
                     or one["DestinationCidrBlock"] != last["DestinationCidrBlock"]]  # fmt: skip
    else:
        ends = [one for one in maker.all("describe_transit_gateway_attachments")
                if one["TransitGatewayId"][-1] == name[-2]]  # fmt: skip
        if not ends:
            return
        end = rng.choice(ends)
        cidr = rng.choice(("10.10.0.0/16", "10.10.1.0/24", "10.20.0.0/16", "10.20.1.0/24", "0.0.0.0/0", "10.0.0.0/8",
                           "192.168.7.0/24", "10.30.0.0/16"))  # fmt: skip
        if any(one["DestinationCidrBlock"] == cidr and one["Type"] == "static" for one in routes):
            return
        routes.append(
            transit_route(
                cidr, end["TransitGatewayAttachmentId"], end["ResourceType"], True, end["ResourceId"]
            )
        )
        if rng.random() < 0.3:
            routes[-1]["State"] = "blackhole"
            del routes[-1]["TransitGatewayAttachments"]


def outside(maker: Bench) -> None:
    """Spoil a virtual private gateway or a VPN connection."""
    rng = maker.rng
    vgw, vpn = some(maker, "describe_vpn_gateways"), some(maker, "describe_vpn_connections")
    how = rng.randrange(5)
    if how == 0 and vgw:
        vgw["VpcAttachments"] = rng.choice(([], [{"VpcId": "vpc-0", "State": "detached"}]))
    elif how == 1 and vpn:
        vpn["Routes"] = rng.choice(([], [{"DestinationCidrBlock": "192.168.99.0/24", "State": "available"}]))
    elif how == 2 and vpn:
        vpn["State"] = rng.choice(("deleted", "pending"))
    elif vpn:
        for one in vpn["VgwTelemetry"][: rng.randint(1, 2)]:
            one["Status"] = "DOWN"


def uncovered(maker: Bench) -> None:
    """VPN connections that know only the routes which were entered, and those lack the callers."""
    for vpn in maker.all("describe_vpn_connections"):
        vpn["Options"] = {"StaticRoutesOnly": True}
        vpn["Routes"] = maker.rng.choice(
            ([], [{"DestinationCidrBlock": "192.168.99.0/24", "State": "available"}])
        )


def ephemeral(maker: Bench) -> None:
    """Replies to some ports only, as for one kind of clients, in all ACLs of a VPC."""
    rng = maker.rng
    vpc = rng.choice(maker.vpcs)
    for acl in maker.all("describe_network_acls"):
        if acl["VpcId"] == vpc.id:
            egress, ports = vpc is maker.vpcs[0], rng.choice(((32768, 60999), (49152, 65535), (1024, 65535)))
            acl["Entries"] = [one for one in acl["Entries"] if one["Egress"] is not egress]
            acl["Entries"] += [
                entry(number, "allow", egress, "0.0.0.0/0", each)
                for number, each in ((80, (443, 443)), (90, ports))
            ]


def modes(maker: Bench) -> None:
    """Attachments in appliance mode, and an ACL that not all of their subnets have."""
    for one in maker.all("describe_transit_gateway_vpc_attachments"):
        one["Options"]["ApplianceModeSupport"] = "enable"
    acl = some(maker, "describe_network_acls")
    acl["Entries"].append(entry(7, "deny", True, maker.rng.choice(("10.0.0.0/8", "0.0.0.0/0"))))


def zones(maker: Bench) -> None:
    """Attachments that are in one subnet of several."""
    for one in maker.all("describe_transit_gateway_vpc_attachments"):
        one["SubnetIds"] = [maker.rng.choice(one["SubnetIds"])]


def transitive(maker: Bench) -> None:
    """A route over a peering connection to what is behind the other VPC."""
    pcx = some(maker, "describe_vpc_peering_connections")
    if pcx is None:
        return
    side = maker.rng.choice(("RequesterVpcInfo", "AccepterVpcInfo"))
    for table in maker.all("describe_route_tables"):
        if table["VpcId"] == pcx[side]["VpcId"]:
            cidr = maker.rng.choice(
                ("10.0.0.0/8", "10.10.0.0/15", "10.20.0.0/14", "192.168.0.0/16", "0.0.0.0/0")
            )
            table["Routes"] = [one for one in table["Routes"] if one.get("DestinationCidrBlock") != cidr]
            table["Routes"].append(route(cidr, pcx["VpcPeeringConnectionId"]))


def appliance(maker: Bench) -> None:
    """A route through an interface, in a table of a VPC or in the edge table of its virtual private gateway."""
    rng = maker.rng
    table = some(maker, "describe_route_tables")
    subnets = [one["CidrBlock"] for one in maker.all("describe_subnets")]
    cidr = rng.choice([*subnets, "10.0.0.0/8", "192.168.0.0/16"])
    target = rng.choice(("eni-appliance", "vpce-appliance"))
    gateway = some(maker, "describe_vpn_gateways")
    if gateway and rng.random() < 0.6:
        home = next(one for one in maker.vpcs if one.id == "vpc-0")
        routes = [route(each, "local", Origin="CreateRouteTable") for each in maker.blocks(home)]
        if rng.random() < 0.5 and cidr in [one["CidrBlock"] for one in home.subnets]:
            routes.append(route(cidr, target))
        maker.add("describe_route_tables", {
            "RouteTableId": "rtb-0-edge", "VpcId": home.id, "OwnerId": home.account, "Routes": routes,
            "Associations": [{"GatewayId": gateway["VpnGatewayId"], "Main": False}],
        }, (home.account, home.region))  # fmt: skip
    elif all(one.get("DestinationCidrBlock") != cidr for one in table["Routes"]):
        table["Routes"].append(route(cidr, target))


def endpoint(maker: Bench) -> None:
    """An endpoint that is not available."""
    one = some(maker, "describe_vpc_endpoints")
    one["State"] = maker.rng.choice(
        ("pendingAcceptance", "Pending", "failed", "deleting", "rejected", "expired", "partial")
    )


KINDS: tuple[Callable[[Bench], None], ...] = (
    group_rules, group_rules, group_rules, acl_entries, acl_entries, acl_entries, vpc_route, vpc_route, vpc_route,
    vpc_route, peering_state, peering_state, attachment, attachment, attachment, gateway_route, gateway_route,
    outside, outside, outside, outside, endpoint, uncovered, uncovered, transitive, transitive, transitive, appliance,
    zones, zones, ephemeral, ephemeral, modes,
)  # fmt: skip


def inject(maker: Bench) -> None:
    """Put one fault somewhere; more often into a transit gateway where there is one."""
    if maker.gateways and maker.rng.random() < 0.3:
        maker.rng.choice((attachment, gateway_route))(maker)
        return
    maker.rng.choice(KINDS)(maker)
