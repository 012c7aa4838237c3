"""The logic of Route 53 Resolver: the answer that a name gets in a VPC, and the object that decides.

The order is that of the Route 53 developer guide: DNS Firewall, then the most specific of Resolver rules and private
zones (a rule wins over a zone of the same name), then public DNS.  A zone that matches answers alone: there is no
fall-through.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from apidoctor.model.facts import Fact, Undecided
from apidoctor.model.inventory import Found, Inventory, as_dict, as_list
from apidoctor.model.missing import Gap
from apidoctor.reasoning.naming.answer import MAX_ALIASES, Answer, plain
from apidoctor.reasoning.naming.dhcp import Servers, servers_of
from apidoctor.reasoning.naming.endpoints import (
    endpoint_by_id,
)
from apidoctor.reasoning.naming.inbound import Inbound, InboundAddress
from apidoctor.reasoning.naming.question import Question
from apidoctor.reasoning.naming.records import Entry, Records
from apidoctor.reasoning.naming.sight import Expect, Rule, Sight, Zone

T = TypeVar("T")


class Resolver:
    """Resolves names in the VPCs of an inventory; what it has read it remembers."""

    def __init__(
        self,
        accounts: Mapping[str, Any] | Inventory,
        expect: Expect = lambda missing: None,
        *,
        strict: bool = True,
    ) -> None:
        """Prepare to resolve on *accounts* of a snapshot (or an inventory).

        *expect* is told of missing data that nobody has to have (DNS Firewall, Profiles) and may raise `Undecided`
        while they can still arrive.  *strict*: such data that were refused make answers unknown; else they count as
        none.
        """
        self.inventory = accounts if isinstance(accounts, Inventory) else Inventory(accounts)
        self.inbound = Inbound(self.inventory)
        self._expect = expect
        self._strict = strict
        self._sights: dict[tuple[str, str, str], Sight] = {}
        self._records: dict[str, Records] = {}

    def sight(self, vpc: str, account: str, region: str) -> Sight:
        """Return what the resolver of *vpc* sees."""
        key = (vpc, account, region)
        if key not in self._sights:
            self._sights[key] = Sight(self.inventory, vpc, account, region, self._expect, self._strict)
        return self._sights[key]

    def resolve(self, vpc: str, account: str, region: str, name: str, record: str = "A") -> Answer:
        """Return the answer to *name* in *vpc* of *account* and *region*; unknown answers tell what is missing."""
        asked = plain(name)
        question = Question(self, asked, record.upper())
        try:
            return question.ask(self.sight(vpc, account, region), asked)
        except Undecided as undecided:
            return question.answer("unknown", missing=undecided.missing)

    def from_host(self, vpc: str, account: str, region: str, name: str, record: str = "A") -> Answer:
        """Return what a host in *vpc* gets: from the DNS servers that the VPC's DHCP options name.

        Options that nobody read count as the default ones: then the VPC's own resolver answers.
        """
        asked = plain(name)
        question = Question(self, asked, record.upper())
        try:
            return question.from_host(
                self.sight(vpc, account, region), self._servers(vpc, account, region), asked
            )
        except Undecided as undecided:
            return question.answer("unknown", missing=undecided.missing)

    def _servers(self, vpc: str, account: str, region: str) -> Servers:
        reads = ("describe_vpcs", "describe_dhcp_options")
        if not all(self.inventory.answer(account, region, name) is not None for name in reads):
            return Servers()
        return servers_of(self.inventory, vpc, account, region)

    def answered(self, vpc: str, account: str, region: str, name: str, record: str = "A") -> Answer:
        """Return the answer; raises `Undecided` when it is not known."""
        asked = plain(name)
        return Question(self, asked, record.upper()).ask(self.sight(vpc, account, region), asked)

    def public(self, name: str, record: str = "A") -> Answer:
        """Return what public DNS says to anybody outside the VPCs."""
        asked = plain(name)
        question = Question(self, asked, record.upper())
        try:
            return question.in_public(asked)
        except Undecided as undecided:
            return question.answer("unknown", missing=undecided.missing)

    def records(self, zone: Zone) -> Records:
        """Return the records of a customer's zone.  Raises `Undecided` when nobody read them."""
        if zone.id not in self._records:
            self._records[zone.id] = Records(zone.name, self._sets(zone))
        return self._records[zone.id]

    def leads(
        self, zone: Zone, name: str, records: tuple[str, ...] = ("A", "AAAA"), depth: int = 0
    ) -> tuple[str, ...] | None:
        """Return what a customer's zone leads *name* to: addresses, and names of endpoints or other zones.

        Only the types in *records* and CNAME count; names of the zone itself are followed.  None when the zone has no
        such name; empty when it has no address and no other name for it.
        """
        found = self.records(zone).find(name)
        if found is None:
            return None
        leads: list[str] = []
        for kind in (*records, "CNAME"):
            entry = found.get(kind, Entry())
            targets = [(where == zone.id, target) for where, target in entry.aliases]
            values = [plain(value) for value in entry.values]
            targets += [
                (kind == "CNAME" and f".{value}".endswith(f".{zone.name}"), value) for value in values
            ]
            for inside, target in targets:
                follow = inside and depth < MAX_ALIASES
                leads += (self.leads(zone, target, records, depth + 1) or ()) if follow else (target,)
        return tuple(dict.fromkeys(leads))

    def endpoint(self, region: str, name: str) -> Found | None:
        """Return account and endpoint; None when it is nobody's.  Strict: `Undecided` when it may be somebody's."""
        return self._surely(endpoint_by_id(self.inventory, region, name))

    def associated(self, api: str, region: str) -> list[str] | None:
        """Return the endpoints that an API lists; None when no account has the API.  Strict: `Undecided` as above."""
        for account in self.inventory.accounts:
            one = self.inventory.get(account, region, "get_rest_api", api)
            if one.known and one.value is not None:
                return _listed_endpoints(one.value)
        found = self._surely(self.inventory.find(region, "get_rest_apis", "id", api))
        return _listed_endpoints(found[1]) if found else None

    def inbound_of(self, rule: Rule) -> InboundAddress | None:
        """Return the inbound address of the one VPC that all targets of *rule* belong to; None when they are others.

        Strict: raises `Undecided` when an inbound endpoint that nobody listed may have one of them.
        """
        there = self.inbound.vpc_of(rule.targets)
        if there is None and self._strict and all(target.endswith(":53") for target in rule.targets):
            unseen = self.inbound.unseen()
            known = all(self.inbound.is_known(target) for target in rule.targets)
            if unseen and not known:
                raise Undecided(unseen)
        return there

    def _surely(self, fact: Fact[T]) -> T | None:
        if fact.known:
            return fact.value
        if self._strict:
            raise Undecided(fact.missing)
        return None

    def _sets(self, zone: Zone) -> list[dict[str, Any]]:
        accounts = sorted(self.inventory.accounts, key=lambda account: account != zone.account)
        facts = [
            self.inventory.items(account, "global", "list_resource_record_sets", zone.id)
            for account in accounts
        ]
        # Another account says that there is no such zone: an empty list is the owner's only when all say so.
        known = [fact for fact in facts if fact.known]
        if best := next((fact.value for fact in known if fact.value), None):
            return best
        missing = [gap for fact in facts for gap in fact.missing]
        if missing or not known:
            self._expect(missing)
            raise Undecided(missing or [Gap(f"account: the one that owns the hosted zone {zone.id}")])
        return []


def _listed_endpoints(api: dict[str, Any]) -> list[str]:
    configuration = as_dict(api.get("endpointConfiguration"), "endpoint configuration of an API")
    return [str(one) for one in as_list(configuration.get("vpcEndpointIds"), "endpoints of an API")]
