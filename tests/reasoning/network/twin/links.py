"""What joins VPCs with each other and with a data centre."""

from .parts import FAR, MAIN, ON_PREM, Bench, Vpc, transit_route


class Links(Bench):
    """Virtual private gateways, VPN connections and transit gateways."""

    def vgw(self, home: Vpc) -> None:
        """A virtual private gateway with one or two VPN connections."""
        place = (home.account, home.region)
        attached = [{"VpcId": home.id, "State": "attached"}]
        self.add(
            "describe_vpn_gateways",
            {"VpnGatewayId": "vgw-1", "State": "available", "Type": "ipsec.1", "VpcAttachments": attached},
            place,
        )
        for number in range(self.rng.choice((1, 1, 2))):
            self.vpn(f"vpn-{number}", place, VpnGatewayId="vgw-1")

    def vpn(self, name: str, place: tuple[str, str], **owner: str) -> None:
        """A VPN connection, one tunnel of which is sometimes down."""
        static = self.often(0.4)
        states = ["UP", self.rng.choice(("UP", "DOWN"))]
        self.rng.shuffle(states)
        self.add("describe_vpn_connections", {
            "VpnConnectionId": name, "State": "available", **owner,
            "VgwTelemetry": [{"Status": each, "OutsideIpAddress": "203.0.113.1"} for each in states],
            "Options": {"StaticRoutesOnly": static},
            "Routes": [{"DestinationCidrBlock": ON_PREM, "State": "available"}]
            if static and "VpnGatewayId" in owner else [],
        }, place)  # fmt: skip

    def transit(self) -> None:
        """One gateway for the VPCs near home, a second one, peered with it, for the others."""
        rng, home = self.rng, self.vpcs[0]
        self.gateways["tgw-1"] = (rng.choice(self.accounts), MAIN)
        ends: dict[str, list[tuple[str, list[str], str]]] = {"tgw-1": []}
        members = {"tgw-1": [home] + [one for one in self.vpcs if one.link == "tgw"]}
        if any(one.link == "tgw2" for one in self.vpcs):
            beyond = [one for one in self.vpcs if one.link == "tgw2"]
            region = beyond[0].region
            others = [one for one in self.accounts if (one, region) != self.gateways["tgw-1"]]
            if not others:
                region, others = FAR, self.accounts
            self.gateways["tgw-2"] = (rng.choice(others), region)
            for one in beyond:
                if one.region != region:
                    one.link = ""
            members["tgw-2"] = [one for one in beyond if one.region == region]
            ends["tgw-2"] = []
        referencing = "enable" if self.often(0.5) else "disable"
        for gateway, place in self.gateways.items():
            options = {"SecurityGroupReferencingSupport": referencing} if self.often(0.8) else {}
            users = {place} | {(one.account, one.region) for one in members[gateway]}
            self.add(
                "describe_transit_gateways",
                {"TransitGatewayId": gateway, "OwnerId": place[0], "State": "available", "Options": options},
                *users,
            )
            for number in range(rng.randint(1, 3)):
                self.transit_routes[f"tgw-rtb-{gateway[-1]}{number}"] = []
                self.table_owner[f"tgw-rtb-{gateway[-1]}{number}"] = place
            for one in members[gateway]:
                ends[gateway].append((self.attach_vpc(gateway, one), self.blocks(one), "vpc"))
        if home.account and self.often(0.3):
            self.outside.append("tgw")
            self.vpn("vpn-t", self.gateways["tgw-1"], TransitGatewayId="tgw-1")
            self.attach("tgw-attach-vpn", "tgw-1", "vpn", "vpn-t", self.gateways["tgw-1"][0])
            ends["tgw-1"].append(("tgw-attach-vpn", [ON_PREM], "vpn"))
            if self.often(0.3):
                self.vpn("vpn-u", self.gateways["tgw-1"], TransitGatewayId="tgw-1")
                self.attach("tgw-attach-vpn2", "tgw-1", "vpn", "vpn-u", self.gateways["tgw-1"][0])
                ends["tgw-1"].append(("tgw-attach-vpn2", ["192.168.0.0/17"], "vpn"))
        if "tgw-2" in self.gateways:
            near, far = self.gateways["tgw-1"], self.gateways["tgw-2"]
            first = [cidr for _, cidrs, _ in ends["tgw-1"] for cidr in cidrs]
            second = [cidr for _, cidrs, _ in ends["tgw-2"] for cidr in cidrs]
            self.attach("tgw-attach-peer", "tgw-1", "peering", "tgw-2", far[0])
            self.attach("tgw-attach-peer", "tgw-2", "peering", "tgw-1", near[0])
            sides = {}
            for key, name, place in (("RequesterTgwInfo", "tgw-1", near), ("AccepterTgwInfo", "tgw-2", far)):
                sides[key] = {"TransitGatewayId": name, "OwnerId": place[0], "Region": place[1]}
            peer = {"TransitGatewayAttachmentId": "tgw-attach-peer", "State": "available", **sides}
            self.add("describe_transit_gateway_peering_attachments", peer, near, far)
            ends["tgw-1"].append(("tgw-attach-peer", second, "peering"))
            ends["tgw-2"].append(("tgw-attach-peer", first, "peering"))
        for table, routes in self.transit_routes.items():
            for attachment, cidrs, kind in ends[f"tgw-{table[-2]}"]:
                static = kind == "peering" or self.often(0.3)
                for cidr in cidrs:
                    if not any(one["DestinationCidrBlock"] == cidr for one in routes):
                        routes.append(transit_route(cidr, attachment, kind, static))
            spread = [one for one in routes if one["DestinationCidrBlock"].startswith("192.168.0.0/1")]
            if len(spread) == 2 and self.often(0.5):  # over both VPN connections alike
                routes.remove(spread[1])
                spread[0]["TransitGatewayAttachments"] += spread[1]["TransitGatewayAttachments"]

    def attach(self, name: str, gateway: str, kind: str, resource: str, owner: str) -> None:
        """An attachment as the gateway's owner (and the VPC's owner) lists it."""
        place = self.gateways[gateway]
        table = self.rng.choice([one for one in self.transit_routes if one[-2] == gateway[-1]])
        view = {
            "TransitGatewayAttachmentId": name, "TransitGatewayId": gateway, "TransitGatewayOwnerId": place[0],
            "ResourceOwnerId": owner, "ResourceType": kind, "ResourceId": resource, "State": "available",
            "Association": {"TransitGatewayRouteTableId": table, "State": "associated"},
        }  # fmt: skip
        viewers = {place, (owner, place[1])} if kind == "vpc" else {place}
        self.add("describe_transit_gateway_attachments", view, *viewers)

    def attach_vpc(self, gateway: str, vpc: Vpc) -> str:
        """The attachment of a VPC: usually a subnet in every zone."""
        name = f"tgw-attach-{vpc.id[-1]}"
        self.attach(name, gateway, "vpc", vpc.id, vpc.account)
        subnets: dict[str, str] = {}
        for one in self.rng.sample(vpc.subnets, len(vpc.subnets)):
            subnets.setdefault(one["AvailabilityZone"], one["SubnetId"])
        options = {"Ipv6Support": "enable" if vpc.v6 else "disable"}
        if self.often(0.8):
            options["SecurityGroupReferencingSupport"] = "enable"
        thing = {
            "TransitGatewayAttachmentId": name, "TransitGatewayId": gateway, "VpcId": vpc.id,
            "VpcOwnerId": vpc.account, "State": "available", "SubnetIds": list(subnets.values()),
            "Options": options,
        }  # fmt: skip
        places = {(vpc.account, vpc.region), self.gateways[gateway]}
        self.add("describe_transit_gateway_vpc_attachments", thing, *places)
        return name
