"""One question on its way through Route 53 Resolver: firewall, rules, zones, aliases, public DNS."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Found
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.apigateway.names import partition_of
from apidoctor.reasoning.naming.answer import MAX_ALIASES, Answer, Decider, Kind, Step, plain
from apidoctor.reasoning.naming.dhcp import Servers
from apidoctor.reasoning.naming.endpoints import (
    ALIAS_NAME,
    ENDPOINT_NAME,
    endpoint_addresses,
    has_name,
    is_for_apis,
)
from apidoctor.reasoning.naming.firewall import FirewallRule, deciding
from apidoctor.reasoning.naming.records import Entry
from apidoctor.reasoning.naming.sight import Rule, Sight, Zone

if TYPE_CHECKING:
    from apidoctor.reasoning.naming.resolver import Resolver


class Question:
    """One question on its way; `ask` may be called once."""

    def __init__(self, resolver: "Resolver", asked: str, record: str) -> None:
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

    def from_host(self, sight: Sight, servers: Servers, name: str) -> Answer:
        """Ask as a host in a VPC does: the first of the servers that its DHCP options name."""
        if not servers.foreign or servers.named[0] not in servers.foreign:
            return self.ask(sight, name)
        named = ", ".join(servers.foreign)
        self._step(name, "dhcp-options", servers.options, f"lets hosts ask {named}, not the VPC's resolver")
        targets = tuple(f"[{one}]:53" if ":" in one else f"{one}:53" for one in servers.foreign)
        there = self._resolver.inbound.vpc_of(targets)
        if there is None:
            return self.answer("forwarded", targets=targets)
        return self.ask(self._resolver.sight(there.vpc, there.account, there.region), name)

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
