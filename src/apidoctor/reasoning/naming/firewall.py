"""Route 53 Resolver DNS Firewall: which rule decides about a name before anything answers it.

Source: Route 53 developer guide, "How Route 53 Resolver DNS Firewall works": groups by the priority of their
association, rules by their own, the first that matches decides.  A domain list names single domains (``example.com``)
and subdomains (``*.example.com``); ALERT lets through like ALLOW.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from apidoctor.model.facts import Fact, Undecided, Unknown
from apidoctor.model.inventory import Inventory, as_list
from apidoctor.model.missing import Lookup, Missing
from apidoctor.reasoning.naming.answer import plain, suffixes

LAST = 1 << 30
"""Priority of what has none."""
_TYPES = {"TYPE1": "A", "TYPE28": "AAAA", "TYPE5": "CNAME"}


class Domains:
    """A domain list, ready to be asked."""

    __slots__ = ("_below", "_everything", "_exact")

    def __init__(self, domains: Sequence[Any]) -> None:
        names = [plain(domain) for domain in domains]
        self._everything = "*" in names
        self._exact = frozenset(name for name in names if not name.startswith("*"))
        self._below = frozenset(name[2:] for name in names if name.startswith("*."))

    def __contains__(self, name: str) -> bool:
        """Say whether the list names *name*."""
        if self._everything or name in self._exact:
            return True
        return bool(self._below) and any(above in self._below for above in suffixes(name)[1:])


class FirewallRule(Struct, frozen=True):
    """One rule of one group, in the order of evaluation."""

    group: str
    """Id of its rule group."""
    name: str
    """Its name, for people."""
    action: Literal["ALLOW", "ALERT", "BLOCK"]
    """What it does to a question that matches."""
    response: str = ""
    """For BLOCK: ``NXDOMAIN``, ``NODATA`` or ``OVERRIDE``."""
    override: str = ""
    """For OVERRIDE: the name that is answered by a CNAME."""
    qtype: str = ""
    """Record type it is about; empty for all."""
    trusts: bool = False
    """Whether names further along a chain of CNAMEs are trusted."""
    domains: Domains | None = None
    """Names it is about; None: they cannot be read."""
    missing: tuple[Missing, ...] = ()
    """What would tell the names, or the rules of a group that cannot be read."""

    def matches(self, name: str, record: str) -> bool:
        """Say whether the rule is about this question.  Raises `Undecided` when its names are not known."""
        if self.qtype and self.qtype != record:
            return False
        if self.domains is None:
            raise Undecided(self.missing)
        return name in self.domains


def qtype(text: Any) -> str:
    """Return a query type as a record type: ``TYPE28`` is ``AAAA``."""
    word = str(text or "").upper()
    return _TYPES.get(word, word)


def deciding(rules: Sequence[FirewallRule], name: str, record: str) -> FirewallRule | None:
    """Return the first rule that matches; None when no rule is about the question.

    Raises `Undecided` when a rule before it may match.
    """
    return next((rule for rule in rules if rule.matches(name, record)), None)


def rules_of(inventory: Inventory, account: str, region: str, group: str) -> Iterator[FirewallRule]:
    """Yield the rules of a group by their priority; one that always may match stands for rules nobody could read."""
    listed = _keyed(inventory, account, region, "list_firewall_rules", group)
    rules = listed.map(lambda answer: as_list((answer or {}).get("FirewallRules"), "firewall rules"))
    if not rules.known:
        yield FirewallRule(group, group, "BLOCK", missing=rules.missing)
        return
    for item in sorted(rules.value, key=lambda item: _number(item.get("Priority"))):
        domains, missing = _domains(inventory, account, region, item)
        yield FirewallRule(
            group,
            str(item.get("Name") or item.get("FirewallDomainListId") or ""),
            item.get("Action", "BLOCK"),
            str(item.get("BlockResponse") or "NODATA"),
            plain(item.get("BlockOverrideDomain")),
            qtype(item.get("Qtype")),
            item.get("FirewallDomainRedirectionAction") == "TRUST_REDIRECTION_DOMAIN"
            and item.get("Action") == "ALLOW",
            domains,
            missing,
        )


def _domains(
    inventory: Inventory, account: str, region: str, rule: dict[str, Any]
) -> tuple[Domains | None, tuple[Missing, ...]]:
    """Read the names a rule is about.

    Rules of DNS Firewall Advanced and lists that AWS manages are about threats, whose names nobody can read: they
    count as lists without names of API Gateway.
    """
    name = str(rule.get("FirewallDomainListId") or "")
    if not name or _is_managed(inventory, account, region, name):
        return Domains(()), ()
    fact = _keyed(inventory, account, region, "list_firewall_domains", name)
    domains = fact.map(lambda answer: as_list((answer or {}).get("Domains"), "domains of a list"))
    return (Domains(domains.value), ()) if domains.known else (None, domains.missing)


def _is_managed(inventory: Inventory, account: str, region: str, name: str) -> bool:
    operation = "list_firewall_domain_lists"
    for owner in [account, *inventory.holding(region, operation)]:
        listed = inventory.one(owner, region, operation, "Id", name)
        if listed.known and listed.value is not None and listed.value.get("ManagedOwnerName"):
            return True
    return False


def _keyed(
    inventory: Inventory, account: str, region: str, operation: str, key: str
) -> Fact[dict[str, Any] | None]:
    """Read a whole answer about one object from the VPC's account, else from any account that shows it."""
    own = inventory.get(account, region, operation, key)
    for fact in [
        own,
        *(inventory.get(owner, region, operation, key) for owner in inventory.holding(region, operation)),
    ]:
        if fact.known and not (fact.value or {}).get("partial"):
            return fact
    return own if not own.known else Unknown(Lookup(operation, account, region, key))


def _number(value: Any) -> int:
    return value if isinstance(value, int) else LAST
