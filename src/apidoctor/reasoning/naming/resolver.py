"""The logic of Route 53 Resolver: the answer that a name gets in a VPC, and the object that decides.

The order is that of the Route 53 developer guide: DNS Firewall, then the most specific of Resolver rules and private
zones (a rule wins over a zone of the same name), then public DNS.  A zone that matches answers alone: there is no
fall-through.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from apidoctor.model.facts import Fact, Undecided
from apidoctor.model.inventory import Found, Inventory, as_dict, as_list
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.apigateway.names import partition_of
from apidoctor.reasoning.naming.answer import MAX_ALIASES, Answer, Decider, Kind, Step, plain
from apidoctor.reasoning.naming.endpoints import (
    ALIAS_NAME,
    ENDPOINT_NAME,
    endpoint_addresses,
    endpoint_by_id,
    has_name,
    is_for_apis,
)
from apidoctor.reasoning.naming.firewall import FirewallRule, deciding
from apidoctor.reasoning.naming.inbound import Inbound, InboundAddress
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
        question = _Question(self, asked, record.upper())
        try:
            return question.ask(self.sight(vpc, account, region), asked)
        except Undecided as undecided:
            return question.answer("unknown", missing=undecided.missing)

    def answered(self, vpc: str, account: str, region: str, name: str, record: str = "A") -> Answer:
        """Return the answer; raises `Undecided` when it is not known."""
        asked = plain(name)
        return _Question(self, asked, record.upper()).ask(self.sight(vpc, account, region), asked)

    def public(self, name: str, record: str = "A") -> Answer:
        """Return what public DNS says to anybody outside the VPCs."""
        asked = plain(name)
        question = _Question(self, asked, record.upper())
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


class _Question:
    """One question on its way."""

    def __init__(self, resolver: Resolver, asked: str, record: str) -> None:
        self._resolver = resolver
        self._asked = asked
        self._record = record
        self._steps: list[Step] = []
        self._seen: set[tuple[str, str]] = set()
        self._cnames = 0
        self._trusted = False
        self._first = asked

    def answer(
        self,
        kind: Kind,
        addresses: Iterable[str] = (),
        *,
        targets: tuple[str, ...] = (),
        endpoint: str | None = None,
        missing: Iterable[Missing] = (),
    ) -> Answer:
        """Make the answer; who decided is in the last step."""
        last = self._steps[-1] if self._steps else Step(self._asked, "public", "", "")
        return Answer(
            name=self._asked,
            record=self._record,
            kind=kind,
            addresses=tuple(addresses),
            decider=last.decider,
            decided_by=last.subject,
            targets=targets,
            endpoint=endpoint,
            steps=tuple(self._steps),
            missing=tuple(missing),
        )

    def ask(self, sight: Sight, name: str) -> Answer:
        """Ask the resolver of one VPC."""
        if not sight.has_resolver:
            self._step(name, "vpc", sight.vpc, "enableDnsSupport is off: nobody answers")
            return self.answer("off")
        if not self._trusted:
            rule = deciding(sight.firewall, name, self._record)
            if rule is not None and rule.action == "BLOCK":
                return self._blocked(sight, name, rule)
            self._trusted = rule is not None and rule.trusts and name == self._first
        forward = sight.forwarding(name)
        if forward is not None:
            return self._forwarded(sight, name, forward)
        zone = sight.zone_of(name)
        if zone is None:
            return self.in_public(name)
        if zone.managed is not None:
            self._step(
                name, "endpoint", zone.id, f"private DNS answers for {zone.name} and all names below it"
            )
            return self._of_endpoint(sight.region, zone.managed)
        return self._in_zone(sight, zone, name)

    def _step(self, name: str, decider: Decider, subject: str, says: str) -> None:
        self._steps.append(Step(name, decider, subject, says))

    def _blocked(self, sight: Sight, name: str, rule: FirewallRule) -> Answer:
        if rule.response == "OVERRIDE":
            self._step(name, "dns-firewall", rule.group, f"answers with {rule.override} instead")
            self._count()
            self._trusted = True
            return self.ask(sight, rule.override)
        self._step(name, "dns-firewall", rule.group, f"blocks it with {rule.response}")
        return self.answer("nxdomain" if rule.response == "NXDOMAIN" else "nodata")

    def _forwarded(self, sight: Sight, name: str, rule: Rule) -> Answer:
        to = ", ".join(rule.targets) or "its targets"
        self._step(name, "resolver-rule", rule.id, f"forwards {rule.domain or 'every name'} to {to}")
        self._seen.add((sight.vpc, name))
        there = self._resolver.inbound_of(rule)
        if there is None:
            return self.answer("forwarded", targets=tuple(sorted(set(rule.targets))))
        if (there.vpc, name) in self._seen:
            raise Undecided([Gap(f"fact: an end to the loop of Resolver rules for {name} ({rule.id})")])
        self._trusted, self._first, self._cnames = False, name, 0
        return self.ask(self._resolver.sight(there.vpc, there.account, there.region), name)

    def _count(self) -> None:
        self._cnames += 1
        if self._cnames > MAX_ALIASES:
            raise Undecided([Gap(f"fact: an end to the chain of CNAMEs that {self._asked} begins")])

    def _in_zone(self, sight: Sight, zone: Zone, name: str, depth: int = 0) -> Answer:
        found = self._resolver.records(zone).find(name)
        if found is None:
            self._step(
                name, "hosted-zone", zone.id, f"{zone.name} has no record for it, and nobody else is asked"
            )
            return self.answer("nxdomain")
        entry = found.get(self._record)
        if entry is None and (alias := found.get("CNAME")) is not None and alias.values:
            target = plain(alias.values[0])
            self._step(name, "hosted-zone", zone.id, f"{zone.name} says CNAME {target}")
            self._count()
            return self.ask(sight, target)
        if entry is None:
            self._step(name, "hosted-zone", zone.id, f"{zone.name} has no {self._record} record for it")
            return self.answer("nodata")
        return self._entry(sight, zone, name, entry, depth)

    def _entry(self, sight: Sight, zone: Zone, name: str, entry: Entry, depth: int) -> Answer:
        """Answer with the record sets of one name and type."""
        leads = ", ".join([*entry.values, *(target for _, target in entry.aliases)])
        self._step(name, "hosted-zone", zone.id, f"{zone.name} leads it to {leads}")
        answers = [self._alias(sight, zone, target, where, depth) for where, target in entry.aliases]
        addresses = [*entry.values, *(address for answer in answers for address in answer.addresses)]
        endpoints = {answer.endpoint for answer in answers if answer.endpoint}
        only = endpoints.pop() if len(endpoints) == 1 and not entry.values else None
        if addresses:
            return self.answer("addresses", dict.fromkeys(addresses), endpoint=only)
        kinds = {answer.kind for answer in answers}
        kind: Kind = "public" if "public" in kinds else answers[0].kind if answers else "nodata"
        return replace(self.answer(kind, endpoint=only), targets=answers[0].targets if answers else ())

    def _alias(self, sight: Sight, zone: Zone, target: str, where: str, depth: int) -> Answer:
        """Follow an alias; the zone stays the one that decides."""
        if where == zone.id:
            if depth >= MAX_ALIASES:
                raise Undecided([Gap(f"fact: an end to the chain of aliases that {self._asked} begins")])
            found = self._resolver.records(zone).find(target)
            entry = (found or {}).get(self._record)
            if entry is None:
                return self.answer("nodata")
            return self._entry(sight, zone, target, entry, depth + 1)
        named = self._named_endpoint(target)
        return self.answer("public") if named is None else self._of_endpoint(_region_of(target), *named)

    def _named_endpoint(self, name: str) -> tuple[Found, str | None] | None:
        """Return the endpoint that *name* is an own name of, with the Availability Zone of a zonal name."""
        match = ENDPOINT_NAME.fullmatch(name)
        if match is None or match["suffix"] != partition_of(match["region"])[1]:
            return None
        found = self._resolver.endpoint(match["region"], match["endpoint"])
        if found is None or not is_for_apis(found[1]) or not has_name(found[1], name):
            return None
        return found, match["zone"]

    def in_public(self, name: str) -> Answer:
        """Ask public DNS."""
        if named := self._named_endpoint(name):
            identity = str(named[0][1].get("VpcEndpointId"))
            self._step(name, "endpoint", identity, "public DNS knows the endpoint's own names")
            return self._of_endpoint(_region_of(name), *named)
        match = ALIAS_NAME.fullmatch(name)
        if match and match["suffix"] == partition_of(match["region"])[1]:
            return self._alias_name(name, match["api"], match["endpoint"], match["region"])
        self._step(name, "public", "", "no private zone, rule or firewall takes it: public DNS answers")
        return self.answer("public")

    def _alias_name(self, name: str, api: str, endpoint: str, region: str) -> Answer:
        """Answer the alias of an API and an endpoint: it exists while the API lists the endpoint (A.3, M5)."""
        listed = self._resolver.associated(api, region)
        if listed is not None and endpoint not in listed:
            self._step(name, "api", api, f"is not associated with {endpoint}: the alias does not exist")
            return self.answer("nxdomain")
        found = self._resolver.endpoint(region, endpoint) if listed is not None else None
        if found is None or not is_for_apis(found[1]):
            self._step(name, "public", "", "public DNS answers, if the API is associated with the endpoint")
            return self.answer("public")
        self._step(name, "endpoint", endpoint, f"public DNS knows the alias of {api}")
        return self._of_endpoint(region, found)

    def _of_endpoint(self, region: str, found: Found, zone: str | None = None) -> Answer:
        addresses = endpoint_addresses(self._resolver.inventory, region, found, self._record, zone)
        identity = str(found[1].get("VpcEndpointId"))
        return self.answer("addresses" if addresses else "nodata", addresses, endpoint=identity)


def _region_of(name: str) -> str:
    """Return the Region in an endpoint's own name."""
    match = ENDPOINT_NAME.fullmatch(name)
    return match["region"] if match else ""
