"""Builds endpoints and hosted zones, and gives endpoints the form that AWS shows."""

import hashlib
import json
from datetime import timedelta

from apidoctor.lab.control.clients import Clients
from apidoctor.lab.control.emulator import ec2_state
from apidoctor.lab.control.network import ec2_of
from apidoctor.lab.description import DEFAULT_ZONE, ENDPOINT_ZONE, REGION, SERVICE, Endpoint, World

ENDPOINT_ZONE_ID = "Z7HUB22UULQXV"
"""Hosted zone id of endpoint names in us-east-1 (``DnsEntries[].HostedZoneId``)."""


def build_endpoints(world: World, clients: Clients) -> None:
    """Create the endpoints; the APIs that their policies name must have ids."""
    for endpoint in world.endpoints.values():
        subnets = [world.subnets[interface.subnet].id for interface in endpoint.interfaces]
        policy = {"PolicyDocument": world.fill(json.dumps(endpoint.policy))} if endpoint.policy else {}
        answer = ec2_of(world, clients, endpoint.vpc).create_vpc_endpoint(
            VpcId=world.vpcs[endpoint.vpc].id,
            ServiceName=SERVICE,
            VpcEndpointType="Interface",
            SubnetIds=subnets,
            SecurityGroupIds=[world.groups[name].id for name in endpoint.groups],
            PrivateDnsEnabled=endpoint.private_dns,
            **policy,
        )["VpcEndpoint"]
        endpoint.id = answer["VpcEndpointId"]
        endpoint.label = f"{endpoint.id}-{hashlib.sha256(endpoint.id.encode()).hexdigest()[:8]}"
        _replace_interfaces(world, clients, endpoint, answer["NetworkInterfaceIds"])
        _mend_endpoint(world, endpoint)


def build_zones(world: World, clients: Clients) -> None:
    """Create the customers' private hosted zones with their records, an alias where an endpoint is meant."""
    for name, zone in world.zones.items():
        route53 = clients.get(zone.account, "route53")
        first, *others = [{"VPCRegion": REGION, "VPCId": world.vpcs[vpc].id} for vpc in zone.vpcs]
        answer = route53.create_hosted_zone(
            Name=zone.name, VPC=first, CallerReference=name, HostedZoneConfig={"PrivateZone": True}
        )
        zone.id = answer["HostedZone"]["Id"].rpartition("/")[2]
        for vpc in others:
            route53.associate_vpc_with_hosted_zone(HostedZoneId=zone.id, VPC=vpc)
        changes = [
            {"Action": "CREATE", "ResourceRecordSet": _record(record, world.fill(value))}
            for record, value in zone.records.items()
        ]
        if changes:
            route53.change_resource_record_sets(HostedZoneId=zone.id, ChangeBatch={"Changes": changes})


def _record(name: str, value: str) -> dict[str, object]:
    if value.endswith(ENDPOINT_ZONE):
        alias = {"HostedZoneId": ENDPOINT_ZONE_ID, "DNSName": f"{value}.", "EvaluateTargetHealth": False}
        return {"Name": name, "Type": "A", "AliasTarget": alias}
    return {"Name": name, "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": value}]}


def _replace_interfaces(world: World, clients: Clients, endpoint: Endpoint, wrong: list[str]) -> None:
    """Put interfaces of the right subnet, address and groups in the place of the emulator's own."""
    ec2 = ec2_of(world, clients, endpoint.vpc)
    for wrong_id in wrong:
        ec2.delete_network_interface(NetworkInterfaceId=wrong_id)
    for interface in endpoint.interfaces:
        answer = ec2.create_network_interface(
            SubnetId=world.subnets[interface.subnet].id,
            PrivateIpAddress=interface.address,
            Groups=[world.groups[name].id for name in endpoint.groups],
            Description=f"VPC Endpoint Interface {endpoint.id}",
        )
        interface.id = answer["NetworkInterface"]["NetworkInterfaceId"]


def _mend_endpoint(world: World, endpoint: Endpoint) -> None:
    """Set what DescribeVpcEndpoints and DescribeNetworkInterfaces must show (EC2 API reference)."""
    backend = ec2_state(world.vpcs[endpoint.vpc].account)
    shown = backend.vpc_end_points[endpoint.id]
    shown.network_interface_ids = [interface.id for interface in endpoint.interfaces]
    shown.state = endpoint.state
    shown.creation_timestamp -= timedelta(minutes=endpoint.age_minutes)
    shown.dns_entries = dns_entries(world, endpoint)
    shown.ip_address_type = "ipv4"
    shown.dns_options = {"DnsRecordIpType": "ipv4"}
    shown.requester_managed = False
    shown.service_region = REGION
    if endpoint.last_error:
        shown.last_error = dict(zip(("Code", "Message"), endpoint.last_error, strict=True))
    for interface in endpoint.interfaces:
        card = backend.enis[interface.id]
        card.interface_type = "vpc_endpoint"
        card.requester_managed = True
        card.requester_id = "727180483921"
        card.status = "in-use" if endpoint.state == "available" else "pending"


def dns_entries(world: World, endpoint: Endpoint) -> list[dict[str, str]]:
    """Names of an endpoint as AWS lists them: regional, zonal, then the private apex and wildcard."""
    zones = [world.subnets[interface.subnet].zone for interface in endpoint.interfaces]
    labels = [endpoint.label, *(f"{endpoint.label}-{zone}" for zone in zones)]
    entries = [{"DnsName": f"{label}.{ENDPOINT_ZONE}", "HostedZoneId": ENDPOINT_ZONE_ID} for label in labels]
    if endpoint.private_dns:
        zone = managed_zone_id(endpoint)
        entries += [{"DnsName": name, "HostedZoneId": zone} for name in (DEFAULT_ZONE, f"*.{DEFAULT_ZONE}")]
    return entries


def managed_zone_id(endpoint: Endpoint) -> str:
    """Id of the private zone that AWS manages for an endpoint with private DNS."""
    return "Z" + endpoint.id[-17:].upper()
