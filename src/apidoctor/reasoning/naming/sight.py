"""What the resolver of one VPC sees: its zones, Resolver rules and firewall rules, its Profiles' too.

Source: Route 53 developer guide, "Considerations when working with a private hosted zone" (VPC settings, the most
specific name, rules and zones of one name) and "How Route 53 Profile settings are prioritized" (the VPC's own settings
win over a Profile's of the same name).
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from apidoctor.model.facts import Fact, Undecided
from apidoctor.model.inventory import Found, Inventory, as_dict
from apidoctor.model.missing import Gap, Lookup, Missing
from apidoctor.reasoning.apigateway.names import default_zone
from apidoctor.reasoning.naming.answer import plain, suffixes
from apidoctor.reasoning.naming.endpoints import endpoint_by_id, is_for_apis
from apidoctor.reasoning.naming.firewall import LAST, FirewallRule, rules_of

T = TypeVar("T")
Expect = Callable[[Iterable[Missing]], None]
"""Called with what is missing of data that nobody has to have; raises `Undecided` while it may still arrive."""

_IN_FORCE = frozenset({"COMPLETE", "UPDATING"})


class Zone(Struct, frozen=True):
    """A private zone that a VPC sees."""

    id: str
    """Hosted zone id without ``/hostedzone/``, or the endpoint id of a zone that AWS manages."""
    name: str
    """Its name without the final dot."""
    managed: Found | None = None
    """Account and endpoint, for the zone of an endpoint with private DNS."""
    account: str = ""
    """Account that owns it, as far as known."""
    profile: str = ""
    """Profile through which it is seen; empty for one associated with the VPC itself."""


class Rule(Struct, frozen=True):
    """A Resolver rule in force for a VPC."""

    id: str
    """``rslvr-rr-…``."""
    domain: str
    """Domain without dots at its ends."""
    kind: str
    """``FORWARD``, ``SYSTEM``, ``RECURSIVE``, ``DELEGATE``."""
    targets: tuple[str, ...] = ()
    """``ip:port`` of each target."""
    profile: str = ""
    """Profile through which it counts."""


class Sight:
    """What the resolver of one VPC sees.  A part is read when it is asked for; an unknown one raises `Undecided`."""

    def __init__(
        self, inventory: Inventory, vpc: str, account: str, region: str, expect: Expect, strict: bool
    ) -> None:
        self.vpc, self.account, self.region = vpc, account, region
        self._inventory = inventory
        self._expect = expect
        self._strict = strict
        self.hidden: list[Missing] = []
        """Reads of Profiles that were refused, when that counts as none: a Profile may share more than is seen."""

    @cached_property
    def has_resolver(self) -> bool:
        """Whether ``enableDnsSupport`` is on."""
        return self._attribute("enableDnsSupport")

    @cached_property
    def has_zones(self) -> bool:
        """Whether private zones count: both DNS attributes are on."""
        return self.has_resolver and self._attribute("enableDnsHostnames")

    @cached_property
    def zones(self) -> dict[str, Zone]:
        """Private zones by name; of several with one name the one that counts."""
        return _first([*self._own_zones(), *self._managed_zones(), *self._profile_zones()])

    @cached_property
    def _customer_zones(self) -> dict[str, Zone]:
        """Zones for names that no endpoint's private DNS can answer: endpoints need not be known for them."""
        return _first([*self._own_zones(), *self._profile_zones()])

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Resolver rules in force by domain; of several with one domain the one that counts."""
        found: dict[str, Rule] = {}
        for rule in [*self._own_rules(), *self._profile_rules()]:
            found.setdefault(rule.domain, rule)
        return found

    @cached_property
    def firewall(self) -> tuple[FirewallRule, ...]:
        """DNS Firewall rules in the order of evaluation."""
        groups = [*self._own_groups(), *self._profile_groups()]
        ordered = sorted(groups, key=lambda group: group[0])
        return tuple(
            rule for _, name in ordered for rule in rules_of(self._inventory, self.account, self.region, name)
        )

    def zone_of(self, name: str) -> Zone | None:
        """Return the private zone that answers *name*: none while the VPC's DNS attributes are off."""
        return self.best_zone(name) if self.has_zones else None

    def best_zone(self, name: str) -> Zone | None:
        """Return the most specific private zone for *name*, whatever the VPC's DNS attributes are."""
        managed = f".{name}".endswith(f".{default_zone(self.region)}")
        zones = self.zones if managed else self._customer_zones
        return next((zones[domain] for domain in suffixes(name) if domain in zones), None)

    def rule_of(self, name: str) -> Rule | None:
        """Return the most specific Resolver rule for *name*."""
        rules = self.rules
        return next((rules[domain] for domain in suffixes(name) if domain in rules), None)

    def forwarding(self, name: str) -> Rule | None:
        """Return the FORWARD rule that takes *name* away: no zone is more specific."""
        rule = self.rule_of(name)
        if rule is None or rule.kind != "FORWARD":
            return None
        zone = self.zone_of(name)
        return rule if zone is None or len(zone.name) <= len(rule.domain) else None

    def _attribute(self, key: str) -> bool:
        answer = self._inventory.get(
            self.account, self.region, "describe_vpc_attribute", f"{self.vpc}/{key}"
        ).value
        member = (answer or {}).get(key[0].upper() + key[1:])
        # The defaults of EC2 for a VPC that does not say: support on, host names off.
        return bool(member.get("Value")) if isinstance(member, dict) else key == "enableDnsSupport"

    def _own_zones(self) -> Iterator[Zone]:
        key = f"{self.vpc}/{self.region}"
        for item in self._inventory.items(self.account, "global", "list_hosted_zones_by_vpc", key).value:
            owner = as_dict(item.get("Owner"), "owner of a hosted zone")
            if "OwningService" not in owner:
                identity = str(item.get("HostedZoneId", "")).rpartition("/")[2]
                yield Zone(
                    identity,
                    plain(item.get("Name")),
                    account=str(owner.get("OwningAccount") or self.account),
                )

    def _managed_zones(self) -> Iterator[Zone]:
        own = self._inventory.where(
            self.account, self.region, "describe_vpc_endpoints", "VpcId", self.vpc
        ).value
        found = [(self.account, item) for item in own]
        for account in self._inventory.holding(self.region, "describe_vpc_endpoints"):
            if account != self.account:
                listed, _ = self._inventory.seen(account, self.region, "describe_vpc_endpoints")
                found += [(account, item) for item in listed if item.get("VpcId") == self.vpc]
        for account, item in found:
            yield from _managed(account, item, self.region)

    def _own_rules(self) -> Iterator[Rule]:
        associations = self._inventory.items(
            self.account, self.region, "list_resolver_rule_associations"
        ).value
        names = [
            str(item.get("ResolverRuleId"))
            for item in associations
            if item.get("VPCId") == self.vpc and item.get("Status", "COMPLETE") == "COMPLETE"
        ]
        yield from self._rules(names, "")

    def _rules(self, names: Iterable[str], profile: str) -> Iterator[Rule]:
        for name in names:
            item = self._find("list_resolver_rules", name)
            if item is not None and item.get("Status", "COMPLETE") in _IN_FORCE:
                targets = [as_dict(target, "target of a rule") for target in item.get("TargetIps") or []]
                yield Rule(
                    name,
                    str(item.get("DomainName", "")).strip(".").lower(),
                    str(item.get("RuleType", "FORWARD")),
                    tuple(_target(target) for target in targets),
                    profile,
                )

    def _find(self, operation: str, identity: str) -> dict[str, Any] | None:
        """Return an object by ``Id`` from the VPC's account, else from any account that shows it."""
        own = self._inventory.one(self.account, self.region, operation, "Id", identity)
        if own.known and own.value is not None:
            return own.value
        for account in self._inventory.holding(self.region, operation):
            there = self._inventory.one(account, self.region, operation, "Id", identity)
            if there.known and there.value is not None:
                return there.value
        if own.known and self._strict:
            raise Undecided([Gap(f"account: the one that owns {identity}, which no answer shows")])
        return own.value

    @cached_property
    def _shared(self) -> list[tuple[str, dict[str, Any]]]:
        """Everything that the VPC's Profiles bring: Profile id and association, Profiles in their order."""
        associations = self._optional(
            self._inventory.items(self.account, self.region, "list_profile_associations"),
            "list_profile_associations",
            [],
        )
        mine = [
            item
            for item in associations
            if item.get("ResourceId") == self.vpc and item.get("Status", "COMPLETE") in _IN_FORCE
        ]
        mine.sort(key=lambda item: (_number(item.get("Priority")), str(item.get("ProfileId"))))
        return [
            (str(item.get("ProfileId")), resource)
            for item in mine
            for resource in self._resources(str(item.get("ProfileId")))
            if resource.get("Status", "COMPLETE") in _IN_FORCE
        ]

    def _resources(self, profile: str) -> list[dict[str, Any]]:
        """Read what a Profile holds, from any account that shows it."""
        operation = "list_profile_resource_associations"
        for account in [self.account, *self._inventory.holding(self.region, operation)]:
            fact = self._inventory.items(account, self.region, operation, profile)
            if fact.known:
                return fact.value
        return self._optional(
            self._inventory.items(self.account, self.region, operation, profile), operation, []
        )

    def _brought(self, kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield Profile, id in the ARN and association of each shared resource of one kind."""
        for profile, item in self._shared:
            if str(item.get("ResourceType", "")).upper().replace("-", "_") == kind:
                yield profile, str(item.get("ResourceArn", "")).rpartition("/")[2], item

    def _profile_zones(self) -> Iterator[Zone]:
        order: dict[str, int] = {}
        for profile, _ in self._shared:
            order.setdefault(profile, len(order))
        found = [
            (0, order[profile], self._named_zone(i, profile))
            for profile, i, _ in self._brought("PRIVATE_HOSTED_ZONE")
        ]
        for profile, identity, _ in self._brought("VPC_ENDPOINT"):
            fact = endpoint_by_id(self._inventory, self.region, identity)
            endpoint = self._optional(fact, "describe_vpc_endpoints", None)
            if endpoint is not None:
                found += [
                    (1, order[profile], zone) for zone in _managed(*endpoint, self.region, profile=profile)
                ]
        yield from (zone for _, _, zone in sorted(found, key=lambda part: part[:2]))

    def _named_zone(self, identity: str, profile: str) -> Zone:
        """Find the name of a zone that only its ARN tells of."""
        missing: list[Missing] = []
        for account in [self.account, *(name for name in self._inventory.accounts if name != self.account)]:
            listed = self._inventory.items(account, "global", "list_hosted_zones")
            for item in listed.value if listed.known else []:
                if str(item.get("Id", "")).rpartition("/")[2] == identity:
                    return Zone(identity, plain(item.get("Name")), account=account, profile=profile)
            one = self._inventory.get(account, "global", "get_hosted_zone", identity)
            if one.known and one.value is not None:
                zone = as_dict(one.value.get("HostedZone"), "hosted zone")
                return Zone(identity, plain(zone.get("Name")), account=account, profile=profile)
            missing += one.missing
        raise Undecided(missing)

    def _profile_rules(self) -> Iterator[Rule]:
        for profile, identity, _ in self._brought("RESOLVER_RULE"):
            yield from self._rules([identity], profile)

    def _own_groups(self) -> Iterator[tuple[tuple[int, int], str]]:
        operation = "list_firewall_rule_group_associations"
        listed = self._optional(self._inventory.items(self.account, self.region, operation), operation, [])
        for item in listed:
            if item.get("VpcId") == self.vpc and item.get("Status", "COMPLETE") in _IN_FORCE:
                yield (_number(item.get("Priority")), 0), str(item.get("FirewallRuleGroupId"))

    def _profile_groups(self) -> Iterator[tuple[tuple[int, int], str]]:
        for _, identity, item in self._brought("FIREWALL_RULE_GROUP"):
            try:
                settings = msgspec.json.decode(str(item.get("ResourceProperties") or "{}"))
            except msgspec.DecodeError:
                settings = {}
            yield (_number(settings.get("priority") if isinstance(settings, dict) else None), 1), identity

    def _optional(self, fact: Fact[T], operation: str, absent: T) -> T:
        """Return data that nobody has to have: *absent* when it was not asked for (or refused, unless strict)."""
        if fact.known:
            return fact.value
        self._expect(fact.missing)
        if self._strict and self._inventory.holding(self.region, operation):
            raise Undecided(fact.missing)
        if operation.startswith("list_profile"):
            self.hidden += [gap for gap in fact.missing if isinstance(gap, Lookup) and gap.reason]
        return absent


def _managed(account: str, endpoint: dict[str, Any], region: str, profile: str = "") -> Iterator[Zone]:
    """Yield the zone that AWS manages for an endpoint with private DNS (apigateway-private-apis.html)."""
    available = str(endpoint.get("State", "")).lower() == "available"
    if is_for_apis(endpoint) and available and endpoint.get("PrivateDnsEnabled"):
        identity = str(endpoint.get("VpcEndpointId"))
        yield Zone(identity, default_zone(region), (account, endpoint), account, profile)


def _first(zones: Iterable[Zone]) -> dict[str, Zone]:
    """Return zones by name, the first of each: they come in the order in which they count."""
    found: dict[str, Zone] = {}
    for zone in zones:
        found.setdefault(zone.name, zone)
    return found


def _target(target: dict[str, Any]) -> str:
    address = str(target.get("Ip") or target.get("Ipv6") or "")
    return (
        f"[{address}]:{target.get('Port') or 53}"
        if ":" in address
        else f"{address}:{target.get('Port') or 53}"
    )


def _number(value: Any) -> int:
    return value if isinstance(value, int) else LAST
