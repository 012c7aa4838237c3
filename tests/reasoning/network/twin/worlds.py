"""Random small networks in the shape of AWS answers, and flows to ask about.

A world is built healthy (every caller that has a link should reach the endpoints), then 0-3 faults are put
into random objects (``faults.py``), so that the same fault also stands where it does not matter.
"""

from collections.abc import Iterator
from copy import deepcopy
from random import Random

from .faults import inject
from .links import Links
from .parts import ACCOUNTS, FAR, MAIN, Vpc
from .questions import flows, hide
from .rooms import Rooms
from .shapes import MEMBERS, Thing


class Maker(Links, Rooms):
    """Builds one world; ``things[operation]`` is a list of (places that see it, object)."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.things: dict[str, list[tuple[set[tuple[str, str]], Thing]]] = {name: [] for name in MEMBERS}
        self.entries: dict[str, list[str]] = {}
        self.transit_routes: dict[str, list[Thing]] = {}
        self.table_owner: dict[str, tuple[str, str]] = {}
        self.accounts = list(ACCOUNTS[: rng.randint(1, 4)])
        self.dual = rng.random() < 0.25
        self.vpcs: list[Vpc] = []
        self.gateways: dict[str, tuple[str, str]] = {}
        self.outside: list[str] = []
        self.zone_ids = rng.random() < 0.93
        self.build()

    # --- building

    def build(self) -> None:
        """Put everything together."""
        for number in range(self.rng.randint(2, 4)):
            self.vpc(number)
        home = self.vpcs[0]
        for other in self.vpcs[1:]:
            overlap = bool(set(other.cidrs) & set(home.cidrs))
            kinds = (
                ["peering"] * (0 if overlap else 5) + ["tgw"] * 4 + ["tgw2"] * (0 if overlap else 2) + [""]
            )
            other.link = self.rng.choice(kinds)
            if other.region != MAIN and other.link == "tgw":
                other.link = "tgw2"
            if overlap and other.link == "tgw":
                other.link = ""
            if other.link == "peering":
                self.peering(other, home)
        if self.often(0.3):
            self.outside.append("vgw")
            self.vgw(home)
        if any(one.link.startswith("tgw") for one in self.vpcs) or self.often(0.15):
            self.transit()
        for vpc in self.vpcs:
            self.tables(vpc)
            self.acls(vpc)
        self.interfaces()

    def vpc(self, number: int) -> None:
        """One VPC with its subnets."""
        rng = self.rng
        account = rng.choice(self.accounts)
        region = FAR if number and self.often(0.12) else MAIN
        octet = six = 10 * (number + 1)
        if number == 3 and self.often(0.5):
            octet = 10 * rng.randint(1, 3)
        cidrs = [f"10.{octet}.0.0/16"]
        if self.often(0.2):
            cidrs.append(f"100.64.{octet}.0/24")
        v6 = f"2600:1f00:{six}::/56" if self.dual and self.often(0.8) else None
        one = Vpc(f"vpc-{number}", account, region, cidrs, v6)
        self.vpcs.append(one)
        place = (account, region)
        self.add("describe_vpcs", {
            "VpcId": one.id, "OwnerId": account, "CidrBlock": cidrs[0], "State": "available",
            "CidrBlockAssociationSet": [
                {"CidrBlock": each, "CidrBlockState": {"State": "associated"}} for each in cidrs
            ],
            "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": v6}] if v6 else [],
        }, place)  # fmt: skip
        for index in range(rng.randint(1, 3)):
            zone = rng.randint(1, 3) if index == 0 else 1 + (index + number) % 3
            cidr = f"10.{octet}.{index + 1}.0/24"
            if index == 2 and len(cidrs) > 1:
                cidr = f"100.64.{octet}.0/26"
            prefix = "use1" if region == MAIN else "euw1"
            letter = "abc"[(zone + int(account[0])) % 3]  # names of zones differ between accounts, ids do not
            subnet = {
                "SubnetId": f"subnet-{number}{index}", "VpcId": one.id, "OwnerId": account, "CidrBlock": cidr,
                "AvailabilityZone": f"{region}{letter}", "AvailabilityZoneId": f"{prefix}-az{zone}",
                "Ipv6CidrBlockAssociationSet": [],
            }  # fmt: skip
            if v6:
                block = f"2600:1f00:{six}:{index}::/64"
                subnet["Ipv6CidrBlockAssociationSet"] = [
                    {"Ipv6CidrBlock": block, "Ipv6CidrBlockState": {"State": "associated"}}
                ]
            if not self.zone_ids:
                del subnet["AvailabilityZoneId"]
            one.subnets.append(subnet)
            self.add("describe_subnets", subnet, place)

    def peering(self, asker: Vpc, home: Vpc) -> None:
        """A peering connection."""

        def side(one: Vpc) -> Thing:
            blocks = {"CidrBlockSet": [{"CidrBlock": each} for each in one.cidrs]}
            if one.v6:
                blocks["Ipv6CidrBlockSet"] = [{"Ipv6CidrBlock": one.v6}]
            ids = {"VpcId": one.id, "OwnerId": one.account, "Region": one.region, "CidrBlock": one.cidrs[0]}
            return {**ids, **blocks}

        pcx = {"VpcPeeringConnectionId": f"pcx-{asker.id[-1]}", "Status": {"Code": "active"}}
        pcx |= {"RequesterVpcInfo": side(asker), "AccepterVpcInfo": side(home)}
        places = (asker.account, asker.region), (home.account, home.region)
        self.add("describe_vpc_peering_connections", pcx, *places)

    # --- the answers

    def snapshot(self) -> Thing:
        """What every account would have answered."""
        accounts: dict[str, dict[str, Thing]] = {one: {MAIN: {}} for one in self.accounts}
        for vpc in self.vpcs:
            accounts[vpc.account].setdefault(vpc.region, {})
        for account, region in [
            *self.gateways.values(),
            *(p for v in self.things.values() for s, _ in v for p in s),
        ]:
            accounts[account].setdefault(region, {})
        named: dict[
            str, str
        ] = {}  # a prefix list is of one Region: that of the tables and groups which name it
        for operation in ("describe_route_tables", "describe_security_groups"):
            for places, thing in self.things[operation]:
                for region in {one for _, one in places}:
                    named[region] = named.get(region, "") + str(thing)
        for account, regions in accounts.items():
            for region, answers in regions.items():
                for operation, member in MEMBERS.items():
                    seen = [
                        deepcopy(t) for places, t in self.things[operation] if (account, region) in places
                    ]
                    answers[operation] = {member: seen}
                answers["get_managed_prefix_list_entries"] = {
                    name: {"Entries": [{"Cidr": cidr} for cidr in cidrs]}
                    for name, cidrs in self.entries.items()
                    if f"'{name}'" in named.get(region, "")
                }
                answers["search_transit_gateway_routes"] = {
                    name: {"Routes": deepcopy(routes), "AdditionalRoutesAvailable": False}
                    for name, routes in self.transit_routes.items()
                    if self.table_owner[name] == (account, region)
                }
        return {
            "format": "apidoctor.snapshot",
            "format_version": "1.0",
            "accounts": accounts,
            "observations": [],
        }


def worlds(seed: int) -> Iterator[tuple[Thing, list[Thing]]]:
    """Endless worlds with their flows."""
    number = 0
    while True:
        rng = Random(f"{seed}/{number}")
        number += 1
        maker = Maker(rng)
        for _ in range(rng.choice((0, 1, 1, 2, 2, 3))):
            inject(maker)
        asked = flows(maker)
        snapshot = maker.snapshot()
        if rng.random() < 0.2:
            hide(rng, snapshot)
        yield snapshot, asked
