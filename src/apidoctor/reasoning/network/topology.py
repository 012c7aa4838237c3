"""The network of an inventory: every object found by id, parsed once, and kept.

Finding follows three rules.  An object that any account shows is found.  When none does, the owner's account
is the one to ask; when that account was not looked at, it is named.  And what is unknown stays unknown: never
an exception, never "not there".
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar, TypeVarTuple

from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.inventory import Found, Inventory
from apidoctor.model.missing import Gap, Lookup, Missing
from apidoctor.reasoning.network.shapes import text

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Home(Struct, frozen=True):
    """Where to look for an object first."""

    account: str
    """Account that owns it, as far as is known."""
    region: str
    """Its Region."""


class Place(Struct, frozen=True):
    """A subnet and the VPC around it: where packets leave from and arrive."""

    subnet: str
    """Subnet id."""
    vpc: str
    """VPC id."""
    home: Home
    """Owner of the VPC, the one to ask for route tables and ACLs, and its Region."""


class Topology:
    """A network to ask about.  It remembers what it parsed: make a new one when the inventory has changed."""

    def __init__(self, inventory: Inventory, region: str, others: Iterable[str] = ()) -> None:
        """Look at *inventory* from *region*; interfaces may also be in the *others* (Regions)."""
        self.inventory = inventory
        self.region = region
        self.regions = (region, *(other for other in others if other != region))
        self.kept: dict[tuple[str, str], Any] = {}
        """Facts that were found, by kind and key."""
        self._owners: dict[tuple[str, str], Home] = {}
        self.ways: dict[Hashable, list[Any]] = {}
        """Ways that were walked, for `recorded`."""
        self.kept_ways = 0
        """How many those are."""
        self.open_gates: dict[Hashable, Any] = {}
        """ACLs that let a kind of traffic pass, by that kind, for `gates`."""
        self.sheets: dict[Hashable, Any] = {}
        """Pieces of the address space by group, direction and traffic, for `gates`."""
        self.ends: dict[Hashable, Any] = {}
        """Ends that were found by interface or address, for `ends` and `judge`."""
        """How many those are."""

    def keep(self, kind: str, key: str, make: Callable[[*Ts], Fact[T]], *args: *Ts) -> Fact[T]:
        """Return what *make* gives for the arguments, from memory when it was found before.

        Only objects that exist are remembered, so that memory does not grow with the number of flows.
        """
        kept: Fact[T] | None = self.kept.get((kind, key))
        if kept is None:
            kept = make(*args)
            if kept.known and kept.value is not None:
                self.kept[kind, key] = kept
        return kept

    def locate(self, name: str, field: str, value: str, home: Home) -> Fact[Found | None]:
        """Find one object: in any account that shows it, else its owner must say that there is none."""
        inventory = self.inventory
        owner = inventory.one(home.account, home.region, name, field, value) if self._seen(home) else None
        if owner is not None and owner.known and owner.value is not None:
            return Known((home.account, owner.value), owner.source)
        for account in inventory.accounts:
            fact = inventory.one(account, home.region, name, field, value)
            if fact.known and fact.value is not None:
                return Known((account, fact.value), fact.source)
        if owner is None:
            return Unknown(account_gap(home.account, value))
        return Known(None, owner.source) if owner.known else Unknown(*owner.missing)

    def search(self, name: str, field: str, value: str) -> Fact[Found | None]:
        """Find one object of which only an id is known: no account may be left out."""
        facts = [self.inventory.find(region, name, field, value) for region in self.regions]
        for fact in facts:
            if fact.known and fact.value is not None:
                return fact
        missing = [gap for fact in facts for gap in fact.missing]
        return Unknown(*missing) if missing else Known(None)

    def of_vpc(self, name: str, vpc: str, home: Home) -> Fact[list[dict[str, Any]]]:
        """Return a VPC's route tables or ACLs.  No VPC is without: none means another owner."""
        inventory = self.inventory
        for account in (home.account, *inventory.accounts):
            fact = inventory.where(account, home.region, name, "VpcId", vpc)
            if fact.known and fact.value:
                return fact
        if not self._seen(home):
            return Unknown(*(self._seers(name, vpc, home) or [account_gap(home.account, vpc)]))
        fact = inventory.where(home.account, home.region, name, "VpcId", vpc)
        if not fact.known:
            return Unknown(*fact.missing)
        return Unknown(Gap(f"fact: {name} of {vpc}, which account {home.account} does not show"))

    def keyed(self, name: str, key: str, home: Home) -> Fact[dict[str, Any] | None]:
        """Return the answer about one object from the account that has it, else from its owner."""
        for account in (home.account, *self.inventory.accounts):
            fact = self.inventory.get(account, home.region, name, key)
            if fact.known and fact.value is not None:
                readable = isinstance(fact.value, Mapping)
                return fact if readable else Unknown(Gap(f"fact: the answer of {name} about {key}"))
        if not self._seen(home):
            return Unknown(account_gap(home.account, key))
        return self.inventory.get(home.account, home.region, name, key)

    def vpc_home(self, vpc: str, region: str, guess: str) -> Home:
        """Say who owns a VPC: whom its own description names, else any of its subnets, else the *guess*.

        A subnet can be shared: then its interfaces belong to other accounts than its route table (AWS RAM,
        VPC sharing).
        """
        found = self._owners.get((vpc, region))
        if found is None:
            found = self._owner_of(vpc, region)
            if found is None:
                return Home(guess, region)
            self._owners[vpc, region] = found
        return found

    def _owner_of(self, vpc: str, region: str) -> Home | None:
        for name in ("describe_vpcs", "describe_subnets"):
            for account in self.inventory.accounts:
                fact = self.inventory.one(account, region, name, "VpcId", vpc)
                if fact.known and fact.value is not None:
                    return Home(text(fact.value, "OwnerId") or account, region)
        return None

    def _seers(self, name: str, vpc: str, home: Home) -> list[Missing]:
        """Return what accounts that show a VPC of another one were not asked, or refused, about it."""
        missing: list[Missing] = []
        for account in self.inventory.accounts:
            shown = self.inventory.one(account, home.region, "describe_vpcs", "VpcId", vpc)
            if shown.known and shown.value is not None:
                missing += self.inventory.where(account, home.region, name, "VpcId", vpc).missing
        return missing

    def _seen(self, home: Home) -> bool:
        return home.account in self.inventory.accounts


def account_gap(account: str, thing: str) -> Missing:
    """Say that an account which was not looked at would decide."""
    return Gap(f"account: {account} (owner of {thing})") if account else Gap(f"account: the owner of {thing}")


def unasked(name: str, home: Home, field: str, *values: str) -> Lookup:
    """Return the look-up that narrows a list to some objects."""
    return Lookup(name, home.account, home.region, "", field, values)
