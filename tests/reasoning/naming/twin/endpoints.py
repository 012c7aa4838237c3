"""What the internet's DNS says of endpoint names and alias names, and the addresses of an endpoint."""

import re
from typing import NamedTuple

from .facts import Case, Thing, all_whole, answer, anywhere, everywhere, listed, plain, suffix_of

FAMILIES = {"ipv4": ("A",), "ipv6": ("AAAA",), "dualstack": ("A", "AAAA")}


class Place(NamedTuple):
    """A VPC, and where it is."""

    vpc: str
    account: str
    region: str


def said(
    kind: str, decided_by: str = "", addresses: list[str] | None = None, targets: list[str] | None = None
) -> Thing:
    return {
        "kind": kind,
        "addresses": sorted(set(addresses or [])),
        "decided_by": decided_by,
        "targets": sorted(set(targets or [])),
    }


def serves_apis(endpoint: Thing) -> bool:
    kind = endpoint.get("VpcEndpointType", "").lower()
    return kind == "interface" and endpoint.get("ServiceName", "").endswith(".execute-api")


def has_managed_zone(endpoint: Thing) -> bool:
    available = endpoint.get("State", "").lower() == "available"
    return serves_apis(endpoint) and available and endpoint.get("PrivateDnsEnabled") is True


def managed_domain(region: str) -> str:
    return f"execute-api.{region}.{suffix_of(region)}"


def of_public(case: Case, name: str) -> Thing:
    """An endpoint's own name, an alias name of an API, or anything else."""
    if is_endpoint_name(name):
        return of_endpoint_name(case, name)
    found = re.fullmatch(r"([^.]+?)-(vpce-[^.]+)\.execute-api\.([^.]+)\.(.+)", name)
    if found and found[4] == suffix_of(found[3]):
        return of_alias_name(case, found[1], found[2], found[3])
    case.mark("5 public: any other name")
    return said("public")


def is_endpoint_name(name: str) -> bool:
    found = re.fullmatch(r"vpce-[^.]+\.execute-api\.([^.]+)\.vpce\.(.+)", name)
    return bool(found) and found[2] == suffix_of(found[1])


def of_endpoint_name(case: Case, name: str) -> Thing:
    label, _, region = name.split(".")[:3]
    for account, where, endpoint in everywhere(case, "describe_vpc_endpoints", "VpcEndpoints"):
        if where != region or not serves_apis(endpoint):
            continue
        own = f"{endpoint['VpcEndpointId']}-"
        entries = [plain(entry.get("DnsName") or "") for entry in endpoint.get("DnsEntries") or []]
        public = [entry for entry in entries if ".vpce." in entry]
        if name in public or (not public and label.startswith(own)):
            case.mark("5 endpoint name by DnsEntries" if public else "5 endpoint name by id")
            zone = label.removeprefix(own).partition("-")[2]
            return of_endpoint(case, account, region, endpoint, zone)
        if public and label.startswith(own):
            case.mark("5 endpoint name by DnsEntries")
            return said(
                "public"
            )  # ids are unique: another account cannot have an endpoint that has this name
    if not all_whole(case, region, "describe_vpc_endpoints"):
        raise case.unknown("an endpoint that nobody listed")
    case.mark("5 endpoint name of nobody")
    return said("public")


def of_alias_name(case: Case, api: str, endpoint_id: str, region: str) -> Thing:
    """`API-VPCEID.execute-api…`: there only when the API lists the endpoint."""
    found = [
        each
        for _, where, each in everywhere(case, "get_rest_apis", "items")
        if where == region and each.get("id") == api
    ]
    one = anywhere(case, region, "get_rest_api", api)
    if isinstance(one, dict):
        found.append(one)
    if not found:
        if not all_whole(case, region, "get_rest_apis"):
            raise case.unknown("an API that nobody listed")
        case.mark("5 alias name: API of nobody")
        return said("public")
    if endpoint_id not in ((found[0].get("endpointConfiguration") or {}).get("vpcEndpointIds") or []):
        case.mark("5 alias name: API without the endpoint")
        return said("nxdomain", api)
    for account, where, endpoint in everywhere(case, "describe_vpc_endpoints", "VpcEndpoints"):
        if where == region and endpoint["VpcEndpointId"] == endpoint_id:
            case.mark("5 alias name: API and endpoint")
            return of_endpoint(case, account, region, endpoint)
    if not all_whole(case, region, "describe_vpc_endpoints"):
        raise case.unknown("the endpoint of an alias name")
    case.mark("5 alias name: endpoint of nobody")
    return said("public")


def of_endpoint(case: Case, account: str, region: str, endpoint: Thing, zone: str = "") -> Thing:
    """The addresses of the endpoint's interfaces, of all or of one availability zone."""
    own = endpoint["VpcEndpointId"]
    wanted = (endpoint.get("DnsOptions") or {}).get("DnsRecordIpType") or "service-defined"
    if wanted == "service-defined":
        case.mark("5 family by IpAddressType")
        wanted = endpoint.get("IpAddressType") or "ipv4"
    else:
        case.mark("5 family by DnsRecordIpType")
    if case.record not in FAMILIES.get(wanted, ("A",)):
        case.mark("5 no address of the family")
        return said("nodata", own)
    shown = listed(answer(case, account, region, "describe_network_interfaces"), "NetworkInterfaces")
    known = {each["NetworkInterfaceId"]: each for each in shown}
    addresses: list[str] = []
    for interface in endpoint.get("NetworkInterfaceIds") or []:
        if interface not in known:
            raise case.unknown("an interface that nobody listed")
        if not zone or known[interface].get("AvailabilityZone") == zone:
            addresses += addresses_of(known[interface], case.record)
    case.mark("5 zonal" if zone else "5 regional")
    return said("addresses", own, addresses) if addresses else said("nodata", own)


def addresses_of(interface: Thing, record: str) -> list[str]:
    if record == "AAAA":
        return [each["Ipv6Address"] for each in interface.get("Ipv6Addresses") or []]
    several = [each["PrivateIpAddress"] for each in interface.get("PrivateIpAddresses") or []]
    return several or ([interface["PrivateIpAddress"]] if "PrivateIpAddress" in interface else [])
