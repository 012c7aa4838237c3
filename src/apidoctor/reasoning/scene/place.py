"""Where the caller is: an interface, a subnet, or an address outside every VPC."""

import ipaddress
import re
from collections.abc import Collection
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.errors import UsageError
from apidoctor.model.aws import NetworkInterface, read
from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Found
from apidoctor.model.missing import Gap
from apidoctor.model.observation import Cloud
from apidoctor.reasoning.scene.case import Case, accounts, fact, names_vantage, wait_for_accounts
from apidoctor.reasoning.scene.seen import host


class Place(Struct, frozen=True, kw_only=True):
    """Where the caller's packets start."""

    kind: Literal["interface", "subnet", "outside"]
    """Inside a VPC with or without a known interface, or outside AWS."""
    interface: str | None = None
    """``eni-…``."""
    subnet: str | None = None
    """``subnet-…``."""
    vpc: str | None = None
    """``vpc-…``; None outside AWS."""
    account: str | None = None
    """Account of the interface or subnet."""
    region: str | None = None
    """Region of the VPC, when known."""
    addresses: tuple[str, ...] = ()
    """Source addresses that the caller may use."""
    groups: tuple[str, ...] | None = None
    """Security groups of a function; None: those of the interface count."""
    ports: tuple[int, int] | None = None
    """Ephemeral ports where they are not those of a Linux host."""

    @property
    def words(self) -> str:
        """The place in words."""
        if self.kind == "outside":
            return f"{', '.join(self.addresses) or 'an address'} outside AWS"
        return f"{self.interface or self.subnet} in {self.vpc}"


BRIDGES = re.compile(r"docker|br-|virbr|veth|cni|flannel|cali|lxc|lxdbr|podman|vmnet|vboxnet")
"""Devices whose packets do not leave the host."""

FUNCTION_PORTS = (1024, 65535)
"""Ephemeral ports of Lambda (VPC user guide, "Network ACLs", ephemeral ports)."""

MAX_NAMED = 20
"""Most hosts of a snapshot that one line names."""

FORMS = "local, eni-…, i-…, subnet-…, lambda:NAME or ip:ADDRESS"


def check_form(spec: str, vantages: Collection[str] = ()) -> str:
    """Return *spec* when it is a form of ``--from`` or a host of the snapshot; raise `UsageError` otherwise."""
    if names_vantage(spec, vantages):
        return spec
    head = spec.split("-", 1)[0] if "-" in spec else spec.partition(":")[0]
    if spec == "local" or (head in ("eni", "i", "subnet") and "-" in spec) or spec.startswith("lambda:"):
        return spec
    if spec.startswith("ip:"):
        try:
            ipaddress.ip_address(spec[3:])
        except ValueError:
            raise UsageError(f"--from {spec}: {spec[3:]} is no IP address") from None
        return spec
    hosts = f", or a host of the snapshot: {', '.join(list(vantages)[:MAX_NAMED])}" if vantages else ""
    raise UsageError(f"--from {spec}: not a place; say {FORMS}{hosts}")


@fact
def place(case: Case) -> Place:
    """Return where the caller is, from ``--from`` and, for ``local``, from what the host knows of itself."""
    spec = case.request.from_
    if spec == "local" or names_vantage(spec, case.vantages):
        return _of_host(case)
    if spec.startswith("ip:"):
        return Place(kind="outside", addresses=(spec[3:],))
    if spec.startswith("subnet-"):
        return _in_subnet(case, spec)
    if spec.startswith("lambda:"):
        return _of_function(case, spec.removeprefix("lambda:"))
    field = "Attachment.InstanceId" if spec.startswith("i-") else "NetworkInterfaceId"
    return _of_interface(case, field, spec)


def _of_host(case: Case) -> Place:
    seen = host(case).value
    # The address that the kernel takes for the way to the endpoint comes first: the endpoint sees that one.
    # What stays on this host (bridges of containers and virtual machines) is never seen there.
    local = {a.partition("/")[0] for link in seen.links if BRIDGES.match(link.device) for a in link.addresses}
    local.update(route.source or "" for route in seen.routes if BRIDGES.match(route.device or ""))
    sources = [route.source for route in seen.routes if route.source and route.source not in local]
    addresses = sorted(seen.addresses, key=lambda address: address in local)
    own = tuple(a for a in dict.fromkeys([*sources, *addresses]) if _is_usable(a))
    cloud = seen.cloud or Cloud()
    if cloud.eni and not cloud.vpc:  # the metadata service was too slow for the rest: AWS knows it
        return replace(_of_interface(case, "NetworkInterfaceId", cloud.eni), addresses=own)
    if cloud.eni or cloud.subnet:
        return Place(
            kind="interface" if cloud.eni else "subnet",
            interface=cloud.eni,
            subnet=cloud.subnet,
            vpc=cloud.vpc,
            account=cloud.account,
            region=cloud.region,
            addresses=own,
        )
    if seen.cloud is not None or seen.cloud_missing:
        why = seen.cloud_missing or "it did not tell"
        words = (
            f"host: which network interface this host has (its instance metadata: {why}); say --from eni-…"
        )
        raise Undecided([Gap(words)])
    return Place(kind="outside", addresses=own)


def _of_interface(case: Case, field: str, value: str) -> Place:
    region, found = _found(case, "describe_network_interfaces", field, value)
    interface = read(NetworkInterface, found[1], found[0])
    return Place(
        kind="interface",
        interface=interface.network_interface_id,
        subnet=interface.subnet_id,
        vpc=interface.vpc_id,
        account=interface.account,
        region=region,
        addresses=interface.addresses,
    )


def _in_subnet(case: Case, subnet: str) -> Place:
    region, (account, item) = _found(case, "describe_subnets", "SubnetId", subnet)
    return Place(kind="subnet", subnet=subnet, vpc=item.get("VpcId"), account=account, region=region)


def _found(case: Case, name: str, field: str, value: str) -> tuple[str, Found]:
    """Find where the caller is: in the API's Region first, then in every other one that was looked at."""
    wait_for_accounts(case)
    here = case.inventory.find(case.region, name, field, value)
    if here.known and here.value is not None:
        return case.region, here.value
    for region in case.inventory.regions:
        there = case.inventory.find(region, name, field, value)
        if there.known and there.value is not None:
            return region, there.value
    if not here.known:
        raise Undecided(here.missing)
    known = ", ".join(case.inventory.accounts)
    raise Undecided([Gap(f"account: the one that owns {value} (not in {known}); check --from")])


def _of_function(case: Case, name: str) -> Place:
    owners = accounts(case).value
    for account in owners:
        answer = case.inventory.get(account, case.region, "get_function_configuration", name)
        configuration = answer.value
        if configuration is None:
            continue
        subnets = (configuration.get("VpcConfig") or {}).get("SubnetIds") or []
        if not subnets:
            return Place(kind="outside", account=account, region=case.region)
        groups = tuple((configuration.get("VpcConfig") or {}).get("SecurityGroupIds") or ())
        return replace(_in_subnet(case, subnets[0]), groups=groups, ports=FUNCTION_PORTS)
    raise Undecided([Gap(f"account: the one that owns the function {name}")])


def _is_usable(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_link_local)


@fact
def source_addresses(case: Case) -> tuple[str, ...]:
    """Return the addresses that the endpoint sees: those of the caller's interface, or of the host outside AWS."""
    where = place(case).value
    if where.interface is None:
        return where.addresses
    wait_for_accounts(case)
    name, field = "describe_network_interfaces", "NetworkInterfaceId"
    region = where.region or case.region
    found = case.inventory.find(region, name, field, where.interface, where.account).value
    return read(NetworkInterface, found[1], found[0]).addresses if found else ()
