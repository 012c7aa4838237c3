"""A world that is being made: what there is so far, and the answers of AWS that show it."""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from .facts import Thing, suffix_of


class Vpc(NamedTuple):
    """A VPC, and where it is; its number makes its addresses."""

    id: str
    account: str
    region: str
    number: int


@dataclass
class Draft:
    """What the parts of the generator share."""

    rng: Random
    regions: tuple[str, str]
    accounts: list[str] = field(default_factory=list)
    vpcs: list[Vpc] = field(default_factory=list)
    endpoints: list[tuple[Vpc, Thing, list[str]]] = field(default_factory=list)
    """VPC, endpoint, and its names: the regional one, the zonal ones, and one of a zone where it is not."""
    apis: list[tuple[str, str]] = field(default_factory=list)
    apis_one_by_one: set[tuple[str, str]] = field(default_factory=set)
    """Accounts and Regions whose APIs were read singly, and never listed."""
    inbound: list[tuple[Vpc, list[str]]] = field(default_factory=list)
    """VPC, and the addresses of an inbound endpoint in it."""
    zones: list[tuple[str, str]] = field(default_factory=list)
    """Id and name of each customer zone."""
    names: list[str] = field(default_factory=list)
    """Names worth asking for."""
    chained: list[str] = field(default_factory=list)
    """Names that a CNAME leads to."""
    chaining: list[str] = field(default_factory=list)
    """Names that have a CNAME."""
    answers: Thing = field(default_factory=dict)

    def keyed(self, account: str, region: str, operation: str) -> Thing:
        answers = self.answers.setdefault(account, {}).setdefault(region, {})
        found: Thing = answers.setdefault(operation, {})
        return found

    def list_in(self, account: str, region: str, operation: str, name: str) -> list[Thing]:
        found: list[Thing] = self.keyed(account, region, operation).setdefault(name, [])
        return found

    def zones_seen(self, vpc: Vpc) -> list[Thing]:
        """The hosted zones that the VPC's account sees for it."""
        by_vpc = self.keyed(vpc.account, "global", "list_hosted_zones_by_vpc")
        found: list[Thing] = by_vpc.setdefault(f"{vpc.id}/{vpc.region}", {"HostedZoneSummaries": []})[
            "HostedZoneSummaries"
        ]
        return found

    def bare(self) -> str:
        """The domain of the default names in the Region where most of the world is."""
        return f"execute-api.{self.regions[0]}.{suffix_of(self.regions[0])}"

    def any_endpoint_name(self) -> str:
        """Mostly the name of an endpoint of this world."""
        ending = f"execute-api.{self.regions[0]}.vpce.{suffix_of(self.regions[0])}"
        strange = f"vpce-0eeee-abcd1234.{ending}"
        if not self.endpoints or self.rng.random() < 0.05:
            return strange
        _, _, names = self.rng.choice(self.endpoints)
        return names[0] if self.rng.random() < 0.7 else self.rng.choice(names[:-1])

    def any_api(self) -> str:
        return self.rng.choice([api for _, api in self.apis])
