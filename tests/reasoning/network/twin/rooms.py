"""What is inside VPCs: route tables, ACLs, interfaces, endpoints and groups."""

from copy import deepcopy
from ipaddress import ip_address
from typing import Any

from .parts import ALL_EGRESS, MAIN, ON_PREM, Bench, Vpc, entry, permission, route, sixth
from .shapes import Thing


class Rooms(Bench):
    """Fills VPCs."""

    def tables(self, vpc: Vpc) -> None:
        """A main table and sometimes another for some subnets, with equal routes."""
        routes: list[Thing] = [route(cidr, "local", Origin="CreateRouteTable") for cidr in self.blocks(vpc)]
        home = self.vpcs[0]
        targets = [one for one in self.vpcs[1:] if one.link] if vpc is home else [home] if vpc.link else []
        for other in targets:
            link = other.link if vpc is home else vpc.link
            number = other.id[-1] if vpc is home else vpc.id[-1]
            gateway = "tgw-2" if link == "tgw2" and vpc is not home else "tgw-1"
            target = f"pcx-{number}" if link == "peering" else gateway
            if vpc is not home and target.startswith("tgw") and self.often(0.25):
                routes.append(route("0.0.0.0/0", target))
                routes += [route(other.v6, target)] if other.v6 else []
                continue
            if self.often(0.2) and sum(one.cidrs == other.cidrs for one in self.vpcs) == 1:
                name = f"pl-{vpc.id[-1]}{other.id[-1]}"
                self.entries[name] = [*other.cidrs, "172.16.0.0/16"]
                routes.append(route(name, target))
                routes += [route(other.v6, target)] if other.v6 else []
                continue
            for cidr in self.blocks(other):
                if not any(
                    cidr in (one.get("DestinationCidrBlock"), one.get("DestinationIpv6CidrBlock"))
                    for one in routes
                ):
                    routes.append(route(cidr, target))
        if vpc is home and "vgw" in self.outside:
            learned = self.often(0.6)
            routes.append(
                route(ON_PREM, "vgw-1", Origin="EnableVgwRoutePropagation" if learned else "CreateRoute")
            )
        elif vpc is home and "tgw" in self.outside:
            routes.append(route(ON_PREM, "tgw-1"))
        if not any(one.get("DestinationCidrBlock") == "0.0.0.0/0" for one in routes) and self.often(0.4):
            routes.append(route("0.0.0.0/0", self.rng.choice(("igw-1", "nat-1"))))
        if self.often(0.15):
            routes.append(route("pl-s3", "vpce-gateway"))
        own = [one["SubnetId"] for one in vpc.subnets if self.often(0.4)]
        place = (vpc.account, vpc.region)
        for name, subnets in (("main", []), ("own", own)):
            if name == "own" and not own:
                continue
            links: list[Thing] = [
                {"SubnetId": one, "Main": False, "AssociationState": {"State": "associated"}}
                for one in subnets
            ] or [{"Main": True, "AssociationState": {"State": "associated"}}]
            self.rng.shuffle(routes)
            self.add("describe_route_tables", {
                "RouteTableId": f"rtb-{vpc.id[-1]}-{name}", "VpcId": vpc.id, "OwnerId": vpc.account,
                "Routes": deepcopy(routes), "Associations": links,
            }, place)  # fmt: skip

    def acls(self, vpc: Vpc) -> None:
        """The default ACL, and sometimes one that opens what is needed and no more."""
        own = [one["SubnetId"] for one in vpc.subnets if self.often(0.4)]
        rest = [one["SubnetId"] for one in vpc.subnets if one["SubnetId"] not in own]
        narrow = []
        for egress in (True, False):
            if self.often(0.5):
                narrow += [entry(100, "allow", egress, "0.0.0.0/0")]
            else:
                narrow += [entry(90, "allow", egress, "0.0.0.0/0", (443, 443))]
                narrow += [entry(100, "allow", egress, "0.0.0.0/0", (1024, 65535))]
        wide = [entry(100, "allow", egress, "0.0.0.0/0") for egress in (True, False)]
        for name, rules, subnets in (("default", wide, rest), ("own", narrow, own)):
            if name == "own" and not own:
                continue
            if vpc.v6:
                rules = rules + [sixth(one) for one in rules]
            ends = [entry(32767, "deny", egress, "0.0.0.0/0") for egress in (True, False)]
            if vpc.v6:
                ends += [{**sixth(one), "RuleNumber": 32768} for one in ends]
            acl = f"acl-{vpc.id[-1]}-{name}"
            self.add("describe_network_acls", {
                "NetworkAclId": acl, "VpcId": vpc.id, "OwnerId": vpc.account, "IsDefault": name == "default",
                "Entries": deepcopy(rules) + ends,
                "Associations": [{"SubnetId": each, "NetworkAclId": acl} for each in subnets],
            }, (vpc.account, vpc.region))  # fmt: skip

    def interfaces(self) -> None:
        """Endpoints with their interfaces, instances and functions with theirs, and all groups."""
        rng, home = self.rng, self.vpcs[0]
        for vpc in self.vpcs:
            place = (vpc.account, vpc.region)
            self.group(f"sg-{vpc.id[-1]}-default", vpc, place, [permission(group=f"sg-{vpc.id[-1]}-default")])
            for number in range(rng.randint(1, 2)):
                owner = rng.choice(self.accounts) if self.often(0.15) else vpc.account
                subnet = rng.choice(vpc.subnets)
                if owner != vpc.account:
                    for places, thing in self.things["describe_subnets"]:
                        if thing is subnet:
                            places.add((owner, vpc.region))
                name = f"{vpc.id[-1]}{number}"
                self.caller(name, vpc, subnet, owner)
        for number in range(rng.choice((1, 1, 2))):
            ids = []
            zones: set[str] = set()
            for index, subnet in enumerate(
                rng.sample(home.subnets, min(len(home.subnets), rng.randint(1, 2)))
            ):
                if subnet["AvailabilityZone"] in zones:
                    continue
                zones.add(subnet["AvailabilityZone"])
                groups = [f"sg-endpoint-{number}"] + (
                    [f"sg-{home.id[-1]}-default"] if self.often(0.2) else []
                )
                eni = self.eni(f"eni-e{number}{index}", home, subnet, 21 + number, groups, home.account)
                eni["InterfaceType"] = "vpc_endpoint"
                ids.append(eni["NetworkInterfaceId"])
            self.add("describe_vpc_endpoints", {
                "VpcEndpointId": f"vpce-{number}", "VpcEndpointType": "Interface", "VpcId": home.id,
                "State": rng.choice(("available", "Available")), "OwnerId": home.account,
                "NetworkInterfaceIds": ids, "SubnetIds": [one["SubnetId"] for one in home.subnets][: len(ids)],
                "Groups": [{"GroupId": f"sg-endpoint-{number}"}],
                "ServiceName": f"com.amazonaws.{MAIN}.execute-api",
            }, (home.account, MAIN))  # fmt: skip
            self.group(f"sg-endpoint-{number}", home, (home.account, MAIN), self.open_endpoint())

    def caller(self, name: str, vpc: Vpc, subnet: Thing, owner: str) -> None:
        """An instance (sometimes with two interfaces) or a function."""
        place = (owner, vpc.region)
        rules = [deepcopy(ALL_EGRESS)]
        if self.often(0.3):
            rules = [permission(cidr) for cidr in self.blocks(self.vpcs[0])]
        elif self.often(0.1):
            rules = [
                permission(group=each) for each in ("sg-endpoint-0", "sg-endpoint-1", "sg-c00", "sg-c10")
            ]
        inward = [permission(cidr) for cidr in ("0.0.0.0/0", "::/0")] if self.often(0.5) else []
        if self.often(0.3):
            inward.append(permission(group=f"sg-c{self.rng.randint(0, len(self.vpcs) - 1)}0", port=443))
        self.group(f"sg-c{name}", vpc, place, inward, rules)
        groups = [f"sg-c{name}"]
        if self.often(0.3) and owner == vpc.account:
            groups.insert(self.rng.randint(0, 1), f"sg-{vpc.id[-1]}-default")
        host = 21 if self.often(0.1) else 100 + int(name[-1])  # that of an endpoint, where VPCs overlap
        eni = self.eni(f"eni-c{name}", vpc, subnet, host, groups, owner)
        if self.often(0.3):
            eni["InterfaceType"] = "lambda"
            return
        eni["Attachment"] = {"InstanceId": f"i-{name}", "DeviceIndex": 0, "Status": "attached"}
        if self.often(0.2):
            near = [one for one in vpc.subnets if one["AvailabilityZone"] == subnet["AvailabilityZone"]]
            second = self.eni(f"eni-d{name}", vpc, self.rng.choice(near), 110 + int(name[-1]), groups, owner)
            second["Attachment"] = {"InstanceId": f"i-{name}", "DeviceIndex": 1, "Status": "attached"}

    def eni(self, name: str, vpc: Vpc, subnet: Thing, host: int, groups: list[str], owner: str) -> Thing:
        """A network interface; the owner of a shared VPC sees those of others, too."""
        base = subnet["CidrBlock"].rpartition(".")[0]
        host = host % 60 + 4 if subnet["CidrBlock"].endswith("/26") else host
        address = f"{base}.{host}"
        taken = {one["PrivateIpAddress"] for one in self.all("describe_network_interfaces")}
        sixth_block = (subnet["Ipv6CidrBlockAssociationSet"] or [{}])[0].get("Ipv6CidrBlock", "")
        while address in taken and vpc.subnets.index(subnet) >= 0 and any(
            one["PrivateIpAddress"] == address and one["SubnetId"] == subnet["SubnetId"]
            for one in self.all("describe_network_interfaces")
        ):  # fmt: skip
            host += 1
            address = f"{base}.{host}"
        thing: dict[str, Any] = {
            "NetworkInterfaceId": name, "VpcId": vpc.id, "SubnetId": subnet["SubnetId"], "OwnerId": owner,
            "Status": "in-use", "InterfaceType": "interface", "PrivateIpAddress": address,
            "AvailabilityZone": subnet["AvailabilityZone"],
            "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}],
            "Ipv6Addresses": [{"Ipv6Address": str(ip_address(sixth_block.replace("/64", f"{host:x}")))}]
            if sixth_block and self.often(0.85) else [],
            "Groups": [{"GroupId": each} for each in dict.fromkeys(groups)],
        }  # fmt: skip
        return self.add("describe_network_interfaces", thing, (owner, vpc.region), (vpc.account, vpc.region))

    def group(
        self, name: str, vpc: Vpc, place: tuple[str, str], rules: list[Thing], out: list[Thing] | None = None
    ) -> None:
        """A security group; the owner of the VPC sees it as well."""
        thing = {
            "GroupId": name, "VpcId": vpc.id, "OwnerId": place[0], "IpPermissions": rules,
            "IpPermissionsEgress": [deepcopy(ALL_EGRESS)] if out is None else out,
        }  # fmt: skip
        self.add("describe_security_groups", thing, place, (vpc.account, vpc.region))

    def open_endpoint(self) -> list[Thing]:
        """Rules of an endpoint's group: by address, by prefix list or by the callers' groups."""
        style = self.rng.choice(("all", "cidr", "cidr", "group", "list"))
        every = [cidr for one in self.vpcs for cidr in self.blocks(one)] + [ON_PREM]
        if style == "all":
            return [permission("0.0.0.0/0"), permission("::/0")]
        if style == "cidr":
            return [permission(cidr) for cidr in every]
        if style == "list":
            self.entries["pl-clients"] = every
            return [permission(prefix_list="pl-clients")]
        groups = [one["GroupId"] for one in self.all("describe_security_groups") if "-c" in one["GroupId"]]
        rules = [permission(ON_PREM)]
        for each in groups:
            rule = permission(group=each)
            pcx = [one["VpcPeeringConnectionId"] for one in self.all("describe_vpc_peering_connections")]
            if f"pcx-{each[4]}" in pcx:
                rule["UserIdGroupPairs"][0] |= {
                    "VpcPeeringConnectionId": f"pcx-{each[4]}",
                    "PeeringStatus": self.rng.choice(("active", "active", "active", "deleted")),
                }
            rules.append(rule)
        return rules
