"""DNS Firewall: the first rule that matches a name decides. Not asked is as if there were no rules."""

import json
from itertools import pairwise
from typing import Any

from .endpoints import Place
from .facts import ABSENT, Case, Thing, answer, anywhere, everywhere, listed, plain, whole
from .profiles import LAST, resources

NUMBERS = {"TYPE1": "A", "TYPE28": "AAAA"}


def inspect(case: Case, place: Place, name: str, first: bool) -> Thing:
    """Whether the name is blocked (by which group, with what), and whether what it leads to is looked at."""
    verdict = {"blocked": "", "override": "", "group": "", "trusted": False}
    for group in groups_of(case, place):
        rule = matching_rule(case, place, group, name)
        if rule is None:
            continue
        if not first:
            case.mark("2 a name of the chain matches")
        case.mark(f"2 {rule['Action']}")
        if rule["Action"] == "ALLOW" and first:
            verdict["trusted"] = rule.get("FirewallDomainRedirectionAction") == "TRUST_REDIRECTION_DOMAIN"
        if rule["Action"] == "BLOCK":
            verdict["group"] = group
            response = rule.get("BlockResponse") or "NODATA"
            case.mark(f"2 BLOCK {response}")
            if response == "OVERRIDE":
                verdict["override"] = rule["BlockOverrideDomain"]
            else:
                verdict["blocked"] = response.lower()
        return verdict
    return verdict


def groups_of(case: Case, place: Place) -> list[str]:
    """Rule groups by priority; at equal priority the VPC's own come first."""
    brought = resources(case, place, "FIREWALL_RULE_GROUP", "firewall-rule-group/")
    groups = [(priority_in(each.get("ResourceProperties")), 1, order, own) for own, order, each in brought]
    if brought:
        case.mark("2 group of a Profile")
    found = answer(case, place.account, place.region, "list_firewall_rule_group_associations")
    if found == ABSENT:
        case.mark("6 DNS Firewall not asked")
    elif not whole(found):
        raise case.unknown("DNS Firewall of the VPC")
    for each in listed(found, "FirewallRuleGroupAssociations"):
        if each.get("VpcId") == place.vpc and each.get("Status") in ("COMPLETE", "UPDATING"):
            groups.append((each["Priority"], 0, 0, each["FirewallRuleGroupId"]))
    groups.sort(key=lambda each: each[:3])
    if any(one[0] == other[0] for one, other in pairwise(groups)):
        case.mark("2 groups of equal priority")
    return [own for *_, own in groups]


def priority_in(properties: Any) -> int:
    try:
        found = json.loads(properties)["priority"]
    except (TypeError, ValueError, KeyError):
        return LAST
    return found if isinstance(found, int) else LAST


def matching_rule(case: Case, place: Place, group: str, name: str) -> Thing | None:
    found = anywhere(case, place.region, "list_firewall_rules", group)
    if found == ABSENT:
        case.mark("6 rules of a group not asked")
        return None
    if not whole(found):
        raise case.unknown("rules of a group")
    for rule in sorted(listed(found, "FirewallRules"), key=lambda each: each["Priority"]):
        kind = (rule.get("Qtype") or "").upper()
        kind = NUMBERS.get(kind, kind)
        if kind and kind != case.record:
            case.mark("2 another Qtype")
            continue
        if holds(case, place, rule.get("FirewallDomainListId"), name):
            return rule
    return None


def holds(case: Case, place: Place, own: str | None, name: str) -> bool:
    """Does a domain list hold the name?"""
    if not own:
        case.mark("2 rule without a domain list")
        return False
    for _, region, each in everywhere(case, "list_firewall_domain_lists", "FirewallDomainLists"):
        if region == place.region and each["Id"] == own and each.get("ManagedOwnerName"):
            case.mark("2 managed list")
            return False
    found = anywhere(case, place.region, "list_firewall_domains", own)
    if found == ABSENT:
        case.mark("6 domains of a list not asked")
        return False
    entries = [plain(each) for each in listed(found, "Domains")]
    for entry in entries:
        if entry == name:
            case.mark("2 entry: the name")
        elif entry == "*":
            case.mark("2 entry: everything")
        elif entry.startswith("*.") and name.endswith(entry[1:]) and name != entry[2:]:
            case.mark("2 entry: below")
        else:
            continue
        if whole(found):
            return True
    if not whole(found):
        raise case.unknown("domains of a list")
    return False
