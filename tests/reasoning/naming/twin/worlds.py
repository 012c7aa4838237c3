"""Generated worlds: snapshots with all that decides names, and the questions about them. Holes are torn in `holes`."""

from random import Random
from typing import Any

from .draft import Draft, Vpc
from .facts import Thing, suffix_of
from .guards import add_firewall, add_profiles
from .questions import questions_of
from .ways import add_inbound, add_rules
from .zones import add_zones

REGIONS = (("us-east-1", "us-west-2"), ("us-east-1", "eu-west-1")) * 4 + (
    ("cn-north-1", "cn-northwest-1"),
    ("eusc-de-east-1", "eusc-de-east-1"),
    ("us-gov-west-1", "us-gov-east-1"),
)
SURE = ("describe_vpc_endpoints", "describe_network_interfaces", "get_rest_apis", "list_resolver_rules",
        "list_resolver_rule_associations", "list_resolver_endpoints")  # fmt: skip
LISTS = {
    "describe_vpc_endpoints": "VpcEndpoints",
    "describe_network_interfaces": "NetworkInterfaces",
    "get_rest_apis": "items",
    "list_resolver_rules": "ResolverRules",
    "list_resolver_rule_associations": "ResolverRuleAssociations",
    "list_resolver_endpoints": "ResolverEndpoints",
    "list_hosted_zones": "HostedZones",
    "list_firewall_rule_group_associations": "FirewallRuleGroupAssociations",
    "list_firewall_domain_lists": "FirewallDomainLists",
    "list_profile_associations": "ProfileAssociations",
    "list_hosted_zones_by_vpc": "HostedZoneSummaries",
    "list_firewall_rules": "FirewallRules",
    "list_firewall_domains": "Domains",
    "list_profile_resource_associations": "ProfileResourceAssociations",
    "list_resolver_endpoint_ip_addresses": "IpAddresses",
    "list_resource_record_sets": "ResourceRecordSets",
}
"""What each list is called in its answer."""
KEYED = ("get_rest_api", "describe_vpc_attribute", "get_hosted_zone", "list_hosted_zones_by_vpc",
         "list_firewall_rules", "list_firewall_domains", "list_profile_resource_associations",
         "list_resolver_endpoint_ip_addresses", "list_resource_record_sets")  # fmt: skip
MAY_BE_ABSENT = ("firewall", "profile")
"""Operations that say nothing when nobody asked them: the answer is as if there were none."""
STATES = ("available",) * 9 + ("Available", "pending", "failed", "deleting")
REFUSAL = {"Code": "AccessDeniedException", "Message": "not authorized"}


def world(seed: int) -> tuple[Thing, list[Thing]]:
    """A snapshot, and what to ask: each question has vpc, account, region, name and record."""
    rng = Random(seed)
    draft = Draft(rng, rng.choice(REGIONS))
    draft.accounts = [str(place) * 12 for place in range(1, rng.choice((3, 3, 4)))]
    for number in range(rng.randint(2, 5)):
        add_vpc(draft, number)
    for vpc in draft.vpcs:
        add_endpoints(draft, vpc)
    add_apis(draft)
    add_inbound(draft)
    add_zones(draft)
    add_rules(draft)
    guarded, profiled = rng.random() < 0.6, rng.random() < 0.6
    if guarded:
        add_firewall(draft)
    if profiled:
        add_profiles(draft)
    fill_up(draft, guarded, profiled)
    snapshot = {
        "format": "apidoctor.snapshot",
        "format_version": "1.0",
        "taken_at": "2026-11-22T10:42:07Z",
        "accounts": draft.answers,
        "observations": [],
    }
    return snapshot, questions_of(draft)


def fill_up(draft: Draft, guarded: bool, profiled: bool) -> None:
    """What was asked and showed nothing. DNS Firewall and Profiles are often not asked at all."""
    optional = ["list_firewall_rule_group_associations", "list_firewall_domain_lists"] * guarded
    optional += ["list_profile_associations"] * profiled
    for account in draft.accounts:
        draft.list_in(account, "global", "list_hosted_zones", "HostedZones")
        for region in dict.fromkeys(draft.regions):
            for operation in (*SURE, *optional):
                if operation != "get_rest_apis" or (account, region) not in draft.apis_one_by_one:
                    draft.list_in(account, region, operation, LISTS[operation])


def add_vpc(draft: Draft, number: int) -> None:
    rng = draft.rng
    region = draft.regions[0] if rng.random() < 0.8 else draft.regions[1]
    vpc = Vpc(f"vpc-0{number}a{rng.randrange(16**4):04x}", rng.choice(draft.accounts), region, number)
    draft.vpcs.append(vpc)
    for name, field, share in (
        ("enableDnsSupport", "EnableDnsSupport", 0.96),
        ("enableDnsHostnames", "EnableDnsHostnames", 0.9),
    ):
        value = {"VpcId": vpc.id, field: {"Value": rng.random() < share}}
        draft.keyed(vpc.account, region, "describe_vpc_attribute")[f"{vpc.id}/{name}"] = value


# --- endpoints and APIs


def add_endpoints(draft: Draft, vpc: Vpc) -> None:
    rng = draft.rng
    private = rng.random() < 0.5
    for number in range(rng.choice((0, 1, 1, 2)) + private):
        endpoint = add_endpoint(draft, vpc, number, private and number == 0)
        if endpoint["PrivateDnsEnabled"] and rng.random() < 0.9:
            draft.zones_seen(vpc).append({
                "HostedZoneId": f"ZAWS{vpc.number}{number}",
                "Name": f"execute-api.{vpc.region}.{suffix_of(vpc.region)}.",
                "Owner": {"OwningService": "vpce.amazonaws.com"},
            })  # fmt: skip
    if rng.random() < 0.3:
        other = {
            "VpcEndpointId": f"vpce-0{vpc.number}5300",
            "VpcEndpointType": rng.choice(("Interface", "Gateway")),
        }
        other |= {"VpcId": vpc.id, "ServiceName": f"com.amazonaws.{vpc.region}.s3", "State": "available"}
        other |= {"PrivateDnsEnabled": True, "NetworkInterfaceIds": []}
        draft.list_in(vpc.account, vpc.region, "describe_vpc_endpoints", "VpcEndpoints").append(other)


def add_endpoint(draft: Draft, vpc: Vpc, number: int, private: bool) -> Thing:
    rng = draft.rng
    own = f"vpce-0{vpc.number}{number}{rng.randrange(16**6):06x}"
    name = f"{own}-{rng.randrange(36**5):08x}"
    ending = f"execute-api.{vpc.region}.vpce.{suffix_of(vpc.region)}"
    zones = rng.sample("abc", rng.randint(1, 3))
    family = rng.choice(("ipv4", "ipv4", "dualstack", "ipv6", None))
    interfaces = [add_interface(draft, vpc, number, zone, family or "ipv4") for zone in zones]
    endpoint: Thing = {
        "VpcEndpointId": own,
        "VpcEndpointType": rng.choice(("Interface", "Interface", "interface")),
        "VpcId": vpc.id,
        "ServiceName": f"{'cn.' * (vpc.region[:2] == 'cn')}com.amazonaws.{vpc.region}.execute-api",
        "State": rng.choice(STATES),
        "PrivateDnsEnabled": private,
        "NetworkInterfaceIds": interfaces,
        "OwnerId": vpc.account,
    }
    if family:
        endpoint["IpAddressType"] = family
    if rng.random() < 0.5:
        wanted = rng.choice(("ipv4", "ipv6", "dualstack", "dualstack", "service-defined"))
        endpoint["DnsOptions"] = {"DnsRecordIpType": wanted}
    names = [f"{name}.{ending}", *(f"{name}-{vpc.region}{zone}.{ending}" for zone in zones)]
    draft.endpoints.append((vpc, endpoint, [*names, f"{name}-{vpc.region}z.{ending}"]))
    shown = rng.random()
    if shown < 0.8:
        bare = f"execute-api.{vpc.region}.{suffix_of(vpc.region)}"
        entries = names + [bare, f"*.{bare}"] * private
        endpoint["DnsEntries"] = [{"DnsName": each, "HostedZoneId": "Z7HUB22UULQXV"} for each in entries]
    elif shown < 0.9:
        endpoint["DnsEntries"] = []
    draft.list_in(vpc.account, vpc.region, "describe_vpc_endpoints", "VpcEndpoints").append(endpoint)
    return endpoint


def add_interface(draft: Draft, vpc: Vpc, number: int, zone: str, family: str) -> str:
    own = f"eni-0{vpc.number}{number}{zone}"
    four = f"10.{vpc.number}.{number}.{'abc'.index(zone) + 10}"
    interface: Thing = {"NetworkInterfaceId": own, "AvailabilityZone": f"{vpc.region}{zone}", "VpcId": vpc.id}
    if family != "ipv6":
        interface |= {"PrivateIpAddress": four}
        if draft.rng.random() < 0.8:
            interface["PrivateIpAddresses"] = [{"PrivateIpAddress": four, "Primary": True}]
    if family != "ipv4":
        interface["Ipv6Addresses"] = [{"Ipv6Address": f"2600:1f18:{vpc.number}:{number}::{zone}"}]
    draft.list_in(vpc.account, vpc.region, "describe_network_interfaces", "NetworkInterfaces").append(
        interface
    )
    return own


def add_apis(draft: Draft) -> None:
    rng = draft.rng
    for account in draft.accounts:
        for region in dict.fromkeys(draft.regions):
            one_by_one = rng.random() < 0.1
            if one_by_one:
                draft.apis_one_by_one.add((account, region))
            for number in range(rng.randint(1, 2)):
                here = [
                    endpoint["VpcEndpointId"] for vpc, endpoint, _ in draft.endpoints if vpc.region == region
                ]
                of_it = rng.sample(here, rng.randint(0, len(here))) + ["vpce-0ffff"] * rng.randint(0, 1)
                api: Thing = {"id": f"api{account[0]}{region[-1]}{number}{rng.randrange(10**4):04d}"}
                api["endpointConfiguration"] = {"types": ["PRIVATE"], "vpcEndpointIds": of_it}
                if not of_it:
                    del api["endpointConfiguration"]["vpcEndpointIds"]
                draft.apis.append((region, api["id"]))
                if one_by_one:
                    draft.keyed(account, region, "get_rest_api")[api["id"]] = api
                else:
                    draft.list_in(account, region, "get_rest_apis", "items").append(api)


# --- holes


def holes(snapshot: Thing, seed: int, many: int = 3) -> tuple[Thing, Thing]:
    """The snapshot with random answers removed, refused or cut short.

    And beside it the snapshot with only those removals that mean "as if there were none": forgetting what is in the
    first must not change a known answer of the second.
    """
    rng = Random(seed)
    torn, base = copied(snapshot), copied(snapshot)
    places = [
        (account, region, operation, key)
        for account, regions in snapshot["accounts"].items()
        for region, answers in regions.items()
        for operation in answers
        for key in [None, *(answers[operation] if operation in KEYED else ())]
        if key is not None or operation != "describe_vpc_attribute"
    ]
    for account, region, operation, key in rng.sample(places, min(rng.randint(1, many), len(places))):
        how = rng.choice(("remove", "remove", "refuse", "refuse", "cut"))
        tear(torn, account, region, operation, key, how, rng)
        if how == "remove" and any(word in operation for word in MAY_BE_ABSENT):
            tear(base, account, region, operation, key, how, rng)
    return torn, base


def tear(
    snapshot: Thing, account: str, region: str, operation: str, key: str | None, how: str, rng: Random
) -> None:
    holder, name = snapshot["accounts"][account][region], operation
    if key is not None:
        holder, name = holder.get(operation, {}), key
    if name not in holder:
        return
    if how == "remove":
        del holder[name]
    elif how == "refuse" or operation not in LISTS or (operation in KEYED and key is None):
        holder[name] = {"error": dict(REFUSAL)}
    elif "error" not in holder[name]:
        holder[name]["partial"] = True
        shown = holder[name][LISTS[operation]]
        holder[name][LISTS[operation]] = rng.sample(shown, rng.randint(0, len(shown)))


def copied(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {key: copied(value) for key, value in thing.items()}
    return [copied(value) for value in thing] if isinstance(thing, list) else thing
