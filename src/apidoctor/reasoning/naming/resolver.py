"""The logic of Route 53 Resolver: the answer that a name gets in a VPC, and the object that decides.

The order is that of the Route 53 developer guide: DNS Firewall, then the most specific of Resolver rules and private
zones (a rule wins over a zone of the same name), then public DNS.  A zone that matches answers alone: there is no
fall-through.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Found, Inventory, as_list
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.naming.answer import MAX_ALIASES, Answer, Decider, Kind, Step, plain
from apidoctor.reasoning.naming.endpoints import (
    ALIAS_NAME,
    ENDPOINT_NAME,
    endpoint_addresses,
    endpoint_by_id,
)
from apidoctor.reasoning.naming.firewall import FirewallRule, deciding
from apidoctor.reasoning.naming.inbound import Inbound
from apidoctor.reasoning.naming.records import Entry, Records
from apidoctor.reasoning.naming.sight import Expect, Rule, Sight, Zone


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

    def records(self, zone: Zone) -> Records:
        """Return the records of a customer's zone.  Raises `Undecided` when nobody read them."""
        if zone.id not in self._records:
            self._records[zone.id] = Records(zone.name, self._sets(zone))
        return self._records[zone.id]

    def leads(self, zone: Zone, name: str, depth: int = 0) -> tuple[str, ...] | None:
        """Return what a customer's zone leads *name* to: addresses, and names of endpoints or other zones.

        None when the zone has no such name; empty when it has no address and no other name for it.
        """
        found = self.records(zone).find(name)
        if found is None:
            return None
        leads: list[str] = []
        for kind in ("A", "AAAA", "CNAME"):
            entry = found.get(kind, Entry())
            leads += [plain(value) for value in entry.values]
            for where, target in entry.aliases:
                inside = where == zone.id and depth < MAX_ALIASES
                leads += (self.leads(zone, target, depth + 1) or ()) if inside else (target,)
        return tuple(dict.fromkeys(leads))

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

    def ask(self, sight: Sight, name: str, *, inspect: bool = True) -> Answer:
        """Ask the resolver of one VPC."""
        if not sight.has_resolver:
            self._step(name, "vpc", sight.vpc, "enableDnsSupport is off: nobody answers")
            return self.answer("off")
        if inspect and not self._trusted:
            rule = deciding(sight.firewall, name, self._record)
            if rule is not None and rule.action == "BLOCK":
                return self._blocked(sight, name, rule)
            self._trusted = rule is not None and rule.trusts
        forward = sight.forwarding(name)
        if forward is not None:
            return self._forwarded(sight, name, forward)
        zone = sight.zone_of(name)
        if zone is None:
            return self._public(sight.region, name)
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
            return self.ask(sight, rule.override, inspect=False)
        self._step(name, "dns-firewall", rule.group, f"blocks it with {rule.response}")
        return self.answer("nxdomain" if rule.response == "NXDOMAIN" else "nodata")

    def _forwarded(self, sight: Sight, name: str, rule: Rule) -> Answer:
        to = ", ".join(rule.targets) or "its targets"
        self._step(name, "resolver-rule", rule.id, f"forwards {rule.domain or 'every name'} to {to}")
        there = self._resolver.inbound.vpc_of(sight.region, rule.targets)
        if there is None:
            return self.answer("forwarded", targets=tuple(sorted(rule.targets)))
        if (there.vpc, name) in self._seen or there.vpc == sight.vpc:
            raise Undecided([Gap(f"fact: an end to the loop of Resolver rules for {name} ({rule.id})")])
        self._seen.add((there.vpc, name))
        self._trusted = False
        return self.ask(self._resolver.sight(there.vpc, there.account, sight.region), name)

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
        found_endpoint = self._named_endpoint(sight.region, target)
        if found_endpoint is None:
            return self.answer("public")
        return self._of_endpoint(sight.region, found_endpoint[0], found_endpoint[1])

    def _named_endpoint(self, region: str, name: str) -> tuple[Found, str | None] | None:
        match = ENDPOINT_NAME.fullmatch(name)
        if match is None:
            return None
        found = endpoint_by_id(self._resolver.inventory, match["region"], match["endpoint"])
        return (found, match["zone"]) if found else None

    def _public(self, region: str, name: str) -> Answer:
        if named := self._named_endpoint(region, name):
            identity = str(named[0][1].get("VpcEndpointId"))
            self._step(name, "endpoint", identity, "public DNS knows the endpoint's own names")
            return self._of_endpoint(ENDPOINT_NAME.fullmatch(name)["region"], *named)  # type: ignore[index]
        if match := ALIAS_NAME.fullmatch(name):
            return self._alias_name(name, match["api"], match["endpoint"], match["region"])
        self._step(name, "public", "", "no private zone, rule or firewall takes it: public DNS answers")
        return self.answer("public")

    def _alias_name(self, name: str, api: str, endpoint: str, region: str) -> Answer:
        """Answer the alias of an API and an endpoint: it exists while the API lists the endpoint (A.3, M5)."""
        listed = self._associated(api, region)
        found = endpoint_by_id(self._resolver.inventory, region, endpoint)
        if listed is not None and endpoint not in listed:
            self._step(name, "api", api, f"is not associated with {endpoint}: the alias does not exist")
            return self.answer("nxdomain")
        if listed is None or found is None:
            self._step(name, "public", "", "public DNS answers, if the API is associated with the endpoint")
            return self.answer("public")
        self._step(name, "endpoint", endpoint, f"public DNS knows the alias of {api}")
        return self._of_endpoint(region, found)

    def _associated(self, api: str, region: str) -> list[str] | None:
        """Return the endpoints an API lists; None when nobody read the API."""
        inventory = self._resolver.inventory
        for account in inventory.accounts:
            one = inventory.get(account, region, "get_rest_api", api)
            item = one.value if one.known else None
            if item is None:
                listed = inventory.one(account, region, "get_rest_apis", "id", api)
                item = listed.value if listed.known else None
            if item is not None:
                configuration = item.get("endpointConfiguration")
                ids = configuration.get("vpcEndpointIds") if isinstance(configuration, dict) else None
                return [str(one) for one in as_list(ids, "endpoints of an API")]
        return None

    def _of_endpoint(self, region: str, found: Found, zone: str | None = None) -> Answer:
        addresses = endpoint_addresses(self._resolver.inventory, region, found, self._record, zone)
        identity = str(found[1].get("VpcEndpointId"))
        return self.answer("addresses" if addresses else "nodata", addresses, endpoint=identity)
