"""What a change of DNS settings would capture or break: every known name, resolved before and after it.

Source: API Gateway developer guide, "Private REST APIs": private DNS of an endpoint captures the default names of all
APIs of the Region in its VPC, and public APIs then answer 403; Route 53 developer guide, "Considerations when working
with a private hosted zone".
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Inventory, as_dict, as_list
from apidoctor.reasoning.apigateway.names import default_zone
from apidoctor.reasoning.naming.answer import Answer, plain
from apidoctor.reasoning.naming.endpoints import ALIAS_NAME, is_for_apis, names_of
from apidoctor.reasoning.naming.resolver import Resolver

Action = Literal[
    "private-dns-on",
    "private-dns-off",
    "associate-zone",
    "disassociate-zone",
    "associate-rule",
    "disassociate-rule",
]
ACTIONS: tuple[Action, ...] = (
    "private-dns-on",
    "private-dns-off",
    "associate-zone",
    "disassociate-zone",
    "associate-rule",
    "disassociate-rule",
)
ANY = "any-other-api"
"""A label that is no API's: its name stands for those of all APIs that the answers do not show."""
FORMS = (
    "private-dns-on=VPCE, private-dns-off=VPCE, (dis)associate-zone=ZONE:VPC, (dis)associate-rule=RULE:VPC"
)


class Change(Struct, frozen=True):
    """One change."""

    action: Action
    """What is done."""
    subject: str
    """Id of the endpoint, hosted zone or Resolver rule."""
    vpc: str = ""
    """The VPC, for zones and rules."""


class Effect(Struct, frozen=True, kw_only=True):
    """A name that gets another answer."""

    name: str
    """The name."""
    vpc: str
    """The VPC it is asked in."""
    api: str | None
    """What is known of the API behind it: ``private``, ``public``; None when it is no API's name, or not known."""
    before: Answer
    """The answer before."""
    after: Answer
    """The answer after."""
    kind: Literal["breaks", "captures", "mends", "moves"]
    """``breaks``: a name that led somewhere leads nowhere useful, or a public API's into the endpoint, where it gets
    403; ``captures``: public names of nobody that is known; ``mends``: a private API's name now leads to an endpoint;
    ``moves``: anything else."""


def read_change(text: str) -> Change:
    """Read ``ACTION=SUBJECT[:VPC]``.  Raises ValueError when it is none."""
    action, equals, rest = text.partition("=")
    subject, _, vpc = rest.partition(":")
    known = next((one for one in ACTIONS if one == action), None)
    if not equals or known is None or not subject or (bool(vpc) != ("associate" in action)):
        raise ValueError(f"{text!r} is no change; say {FORMS}")
    return Change(known, subject, vpc)


def apply(accounts: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """Return a copy of the answers as they would be after *change*.  Raises ValueError when it cannot be made."""
    patched: dict[str, Any] = _copy(accounts)
    done = {
        "private-dns-on": _private_dns,
        "private-dns-off": _private_dns,
        "associate-zone": _zone,
        "disassociate-zone": _zone,
        "associate-rule": _rule,
        "disassociate-rule": _rule,
    }[change.action](patched, change)
    if not done:
        raise ValueError(
            f"{change.subject}{' or ' + change.vpc if change.vpc else ''} is not in the snapshot"
        )
    return patched


def refusal(accounts: Mapping[str, Any], change: Change) -> str | None:
    """Say why EC2 would refuse to switch private DNS on (faults D10, D14); None when nothing known is against it."""
    if change.action != "private-dns-on":
        return None
    resolver = Resolver(accounts, strict=False)
    for account, region, endpoint in _endpoints(accounts):
        if endpoint.get("VpcEndpointId") != change.subject:
            continue
        vpc = str(endpoint.get("VpcId"))
        sight = resolver.sight(vpc, account, region)
        name = default_zone(region)
        try:
            usable, owner = sight.has_zones, sight.zones.get(name)
        except Undecided:
            return None
        if not usable:
            return (
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
                f"for {vpc}"
            )
        if owner is not None and owner.id != change.subject:
            return (
                f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {name} in "
                f"the VPC {vpc} ({owner.id})"
            )
    return None


def effects(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    names: Iterable[str] = (),
    record: str = "A",
    only: Iterable[str] = (),
) -> tuple[list[Effect], list[Answer]]:
    """Return every name that gets another answer in any VPC, and the answers that are not known.

    *names* are asked besides those that the answers know, in the VPCs *only* (all when empty).
    """
    old, new = Resolver(before, strict=False), Resolver(after, strict=False)
    inventory = Inventory(before)
    apis = known_apis(inventory)
    asked = dict.fromkeys([*known_names(inventory), *map(plain, names)])
    found: list[Effect] = []
    open_: list[Answer] = []
    wanted = set(only)
    for vpc, account, region in vpcs(inventory):
        if wanted and vpc not in wanted:
            continue
        for name in asked:
            one = old.from_host(vpc, account, region, name, record)
            two = new.from_host(vpc, account, region, name, record)
            if "unknown" in (one.kind, two.kind):
                open_.append(one if one.kind == "unknown" else two)
            elif (one.kind, one.addresses, one.targets) != (two.kind, two.addresses, two.targets):
                api = apis.get(name)
                found.append(
                    Effect(
                        name=name, vpc=vpc, api=api, before=one, after=two, kind=_kind(name, api, one, two)
                    )
                )
    return found, open_


def vpcs(inventory: Inventory) -> list[tuple[str, str, str]]:
    """Return every VPC with its account and Region, in the order in which the answers show them."""
    found: dict[str, tuple[str, str, str]] = {}
    for region in inventory.regions:
        for account in inventory.holding(region, "describe_vpcs"):
            listed, _ = inventory.seen(account, region, "describe_vpcs")
            for item in listed:
                owner = str(item.get("OwnerId") or account)
                place = (str(item.get("VpcId")), owner if owner in inventory.accounts else account, region)
                found.setdefault(place[0], place)
        for account in inventory.holding(region, "describe_vpc_endpoints"):
            listed, _ = inventory.seen(account, region, "describe_vpc_endpoints")
            for item in listed:
                found.setdefault(str(item.get("VpcId")), (str(item.get("VpcId")), account, region))
    return list(found.values())


def known_apis(inventory: Inventory) -> dict[str, str]:
    """Return the default names of all APIs that the answers show: ``private`` or ``public``."""
    found: dict[str, str] = {}
    for region in inventory.regions:
        zone = default_zone(region)
        for account in inventory.accounts:
            single = inventory.answer(account, region, "get_rest_api")
            listed = inventory.seen(account, region, "get_rest_apis")[0]
            for item in [*listed, *(single.values() if isinstance(single, dict) else ())]:
                if not isinstance(item, dict) or "id" not in item:
                    continue
                configuration = as_dict(item.get("endpointConfiguration"), "endpoint configuration of an API")
                types = as_list(configuration.get("types"), "types of an API")
                found[f"{item.get('id')}.{zone}"] = "private" if "PRIVATE" in types else "public"
        for account in inventory.holding(region, "apigatewayv2.get_apis"):
            for item in inventory.seen(account, region, "apigatewayv2.get_apis")[0]:
                found[f"{item.get('ApiId')}.{zone}"] = "public"
    return found


def known_names(inventory: Inventory) -> list[str]:
    """Return every name that the answers know: of APIs, zones' records, endpoints, custom domains."""
    found = list(known_apis(inventory))
    for region in inventory.regions:
        zone = default_zone(region)
        found += [zone, f"{ANY}.{zone}"]
        for account in inventory.holding(region, "describe_vpc_endpoints"):
            for item in inventory.seen(account, region, "describe_vpc_endpoints")[0]:
                found += names_of(item) if is_for_apis(item) else []
        for account in inventory.holding(region, "get_domain_names"):
            found += [
                plain(item.get("domainName"))
                for item in inventory.seen(account, region, "get_domain_names")[0]
            ]
    for account in inventory.accounts:
        zones = inventory.answer(account, "global", "list_resource_record_sets")
        for answer in zones.values() if isinstance(zones, dict) else []:
            sets = answer.get("ResourceRecordSets") if isinstance(answer, dict) else None
            found += [
                plain(item.get("Name")) for item in sets or [] if item.get("Type") in ("A", "AAAA", "CNAME")
            ]
    return [name for name in dict.fromkeys(found) if not name.startswith("*")]


def _kind(
    name: str, api: str | None, before: Answer, after: Answer
) -> Literal["breaks", "captures", "mends", "moves"]:
    at_endpoint = after.kind == "addresses" and after.endpoint is not None
    if api == "public":
        return "breaks" if at_endpoint or after.kind in ("nxdomain", "nodata") else "moves"
    if api == "private" and at_endpoint and before.kind != "addresses":
        return "mends"
    if after.kind in ("nxdomain", "nodata") or (before.kind == "addresses" and after.kind == "public"):
        return "breaks"
    if before.kind == "public" and at_endpoint and not ALIAS_NAME.fullmatch(name):
        return "captures"
    return "moves"


def _endpoints(accounts: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    inventory = Inventory(accounts)
    return [
        (account, region, item)
        for region in inventory.regions
        for account in inventory.holding(region, "describe_vpc_endpoints")
        for item in inventory.seen(account, region, "describe_vpc_endpoints")[0]
    ]


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _private_dns(accounts: dict[str, Any], change: Change) -> bool:
    found = [item for _, _, item in _endpoints(accounts) if item.get("VpcEndpointId") == change.subject]
    for item in found:
        item["PrivateDnsEnabled"] = change.action == "private-dns-on"
    return bool(found)


def _zone(accounts: dict[str, Any], change: Change) -> bool:
    name = _zone_name(accounts, change.subject)
    done = False
    for account, regions in accounts.items():
        for key, answer in (regions.get("global", {}).get("list_hosted_zones_by_vpc") or {}).items():
            if key.partition("/")[0] != change.vpc or not isinstance(answer, dict):
                continue
            kept = [
                item
                for item in answer.get("HostedZoneSummaries") or []
                if item.get("HostedZoneId") != change.subject
            ]
            if change.action == "associate-zone" and name:
                owner = {"OwningAccount": account}
                kept.append({"HostedZoneId": change.subject, "Name": f"{name}.", "Owner": owner})
            answer["HostedZoneSummaries"] = kept
            done = change.action == "disassociate-zone" or bool(name)
    return done


def _zone_name(accounts: Mapping[str, Any], zone: str) -> str | None:
    inventory = Inventory(accounts)
    for account in inventory.accounts:
        for item in inventory.seen(account, "global", "list_hosted_zones")[0]:
            if str(item.get("Id", "")).rpartition("/")[2] == zone:
                return plain(item.get("Name"))
        by_vpc = inventory.answer(account, "global", "list_hosted_zones_by_vpc")
        for answer in by_vpc.values() if isinstance(by_vpc, dict) else []:
            for item in answer.get("HostedZoneSummaries") or [] if isinstance(answer, dict) else []:
                if item.get("HostedZoneId") == zone:
                    return plain(item.get("Name"))
    return None


def _rule(accounts: dict[str, Any], change: Change) -> bool:
    operation, member = "list_resolver_rule_associations", "ResolverRuleAssociations"
    where = next((place for place in vpcs(Inventory(accounts)) if place[0] == change.vpc), None)
    if where is None:
        return False
    _, account, region = where
    answer = accounts[account][region].get(operation)
    if not isinstance(answer, dict) or member not in answer:
        return False
    same = {"ResolverRuleId": change.subject, "VPCId": change.vpc}
    kept = [item for item in answer[member] if any(item.get(key) != value for key, value in same.items())]
    if change.action == "associate-rule":
        kept.append({**same, "Status": "COMPLETE"})
    answer[member] = kept
    return True
