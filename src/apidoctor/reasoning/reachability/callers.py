"""Who calls: from a place as a user writes it to flows.  One place may be several callers (a function's subnets)."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.missing import Gap, Lookup, Missing
from apidoctor.reasoning.network import Flow, Topology
from apidoctor.reasoning.network.addresses import number
from apidoctor.reasoning.network.shapes import part, parts, text, texts
from apidoctor.reasoning.reachability.client_vpn import ClientVpn

FORMS = "eni-…, i-…, subnet-…, lambda:NAME, ecs:TASK, cvpn-endpoint-… or an address"

ANY_PORT = (1024, 65535)
"""Ports of clients behind AWS's own translation: functions, NAT, Client VPN (VPC guide, "Ephemeral ports")."""


class Caller(Struct, frozen=True):
    """One caller."""

    words: str
    """What it is."""
    flow: Flow
    """Its side of the flow; the destination is still to be set."""
    vpn: ClientVpn | None = None
    """The Client VPN endpoint that it comes through."""


def callers(topology: Topology, spec: str) -> Fact[tuple[Caller, ...]]:
    """Return who calls from a place.

    Raises:
        ValueError: it is not written like a place; see `FORMS`.
    """
    if spec.startswith("eni-"):
        return _one(spec, Flow(src_eni=spec))
    if spec.startswith("i-"):
        return _one(spec, Flow(src_instance=spec))
    if spec.startswith("subnet-"):
        return _one(f"any address in {spec}", Flow(src_subnet=spec))
    if spec.startswith("cvpn-endpoint-"):
        return _client_vpn(topology, spec)
    kind, _, name = spec.partition(":")
    if kind == "lambda" and name:
        return _function(topology, name)
    if kind == "ecs" and name:
        return _task(topology, name)
    address = spec.removeprefix("ip:")
    if number(address) is None:
        raise ValueError(f"{spec} is no place: say {FORMS}")
    return _one(address, Flow(src_ip=address))


def _one(words: str, flow: Flow) -> Fact[tuple[Caller, ...]]:
    return Known((Caller(words, flow),))


def _function(topology: Topology, name: str) -> Fact[tuple[Caller, ...]]:
    """A function in a VPC calls from any of its subnets (Lambda guide, "Configuring a function for VPC access")."""
    missing: list[Missing] = []
    for account in topology.inventory.accounts:
        for region in topology.regions:
            fact = topology.inventory.get(account, region, "get_function_configuration", name)
            if not fact.known:
                missing += fact.missing
            elif fact.value is not None:
                return _of_configuration(name, part(fact.value, "VpcConfig"))
    return Unknown(*(missing or [Gap(f"account: the one that owns the function {name}")]))


def _of_configuration(name: str, configuration: Any) -> Fact[tuple[Caller, ...]]:
    subnets = texts(configuration, "SubnetIds")
    groups = texts(configuration, "SecurityGroupIds")
    if not subnets:
        return Unknown(
            Gap(f"fact: a way from {name}, which is in no VPC, to a private address: there is none")
        )
    return Known(
        tuple(
            Caller(f"{name} in {each}", Flow(src_subnet=each, src_groups=groups, src_port=ANY_PORT))
            for each in subnets
        )
    )


def _task(topology: Topology, name: str) -> Fact[tuple[Caller, ...]]:
    """A task with a network interface of its own (awsvpc) calls from that (ECS API: Task, Attachment)."""
    missing: list[Missing] = []
    for account in topology.inventory.accounts:
        for region in topology.regions:
            listed = topology.inventory.items(account, region, "describe_tasks")
            if not listed.known:
                missing.append(
                    Gap(f"fact: the task {name}, as aws ecs describe-tasks shows it ({account}, {region})")
                )
            for item in listed.value if listed.known else ():
                arn = text(item, "taskArn")
                if arn and name in (arn, arn.rpartition("/")[2]):
                    interfaces = tuple(_interfaces_of(item))
                    if not interfaces:
                        return Unknown(
                            Gap(f"fact: the interface of {name}; it is not in awsvpc network mode")
                        )
                    return Known(tuple(Caller(f"{name} at {e}", Flow(src_eni=e)) for e in interfaces))
    return Unknown(*(missing or [Gap(f"account: the one that runs the task {name}")]))


def _interfaces_of(task: Any) -> Iterator[str]:
    for each in parts(task, "attachments"):
        if text(each, "type") in ("", "ElasticNetworkInterface"):
            for detail in parts(each, "details"):
                if text(detail, "name") == "networkInterfaceId" and text(detail, "value"):
                    yield text(detail, "value")


def _client_vpn(topology: Topology, endpoint: str) -> Fact[tuple[Caller, ...]]:
    """Clients of Client VPN call from addresses of the associated subnets, with the endpoint's groups.

    Source: Client VPN administrator guide, "How AWS Client VPN works": traffic is translated to the address of the
    endpoint's interface in the target network.
    """
    name = "describe_client_vpn_endpoints"
    missing: list[Missing] = []
    for account in topology.inventory.accounts:
        for region in topology.regions:
            fact = topology.inventory.one(account, region, name, "ClientVpnEndpointId", endpoint)
            missing += fact.missing
            if fact.known and fact.value is not None:
                return _associated(topology, account, region, endpoint, fact.value)
    return Unknown(
        *(missing or [Lookup(name, None, topology.region, "", "ClientVpnEndpointId", (endpoint,))])
    )


def _associated(
    topology: Topology, account: str, region: str, endpoint: str, item: Any
) -> Fact[tuple[Caller, ...]]:
    networks = topology.inventory.items(account, region, "describe_client_vpn_target_networks", endpoint)
    if not networks.known:
        return Unknown(*networks.missing)
    groups = texts(item, "SecurityGroupIds")
    subnets = [
        text(each, "TargetNetworkId")
        for each in networks.value
        if text(part(each, "Status"), "Code") in ("", "associated")
    ]
    if not subnets:
        return Unknown(Gap(f"fact: a subnet of {endpoint}; none is associated, so that nobody can call"))
    asked = Flow(src_groups=groups or None, src_port=ANY_PORT)
    return Known(
        tuple(
            Caller(
                f"clients of {endpoint} in {each}",
                replace(asked, src_subnet=each),
                ClientVpn(endpoint, each, account, region),
            )
            for each in subnets
        )
    )
