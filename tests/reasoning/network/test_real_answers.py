"""Answers of an EC2 API (moto's server): the engine reads what boto3 returns, not only what tests write."""

import boto3
import pytest
from moto.ec2.models import ec2_backends
from moto.server import ThreadedMotoServer

from apidoctor.model.inventory import Inventory
from apidoctor.model.operations import OPERATIONS
from apidoctor.reasoning.network import Flow, Topology, reach

REGION, ACCOUNT = "us-east-1", "123456789012"
LISTS = [
    "describe_network_interfaces",
    "describe_subnets",
    "describe_security_groups",
    "describe_network_acls",
    "describe_route_tables",
    "describe_vpc_endpoints",
    "describe_vpc_peering_connections",
    "describe_transit_gateways",
    "describe_transit_gateway_attachments",
    "describe_transit_gateway_vpc_attachments",
]


@pytest.fixture
def ec2():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    ec2_backends.reset()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    yield boto3.client("ec2", REGION, endpoint_url=f"http://{host}:{port}", **keys)
    server.stop()


class Net:
    """A VPC with one subnet, its main route table, a security group and an interface in it."""

    def __init__(self, ec2, cidr, subnet):
        self.ec2, self.cidr = ec2, cidr
        self.vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        made = ec2.create_subnet(VpcId=self.vpc, CidrBlock=subnet, AvailabilityZone=f"{REGION}a")
        self.subnet = made["Subnet"]["SubnetId"]
        self.group = ec2.create_security_group(VpcId=self.vpc, GroupName="g", Description="g")["GroupId"]
        [table] = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])["RouteTables"]
        self.table = table["RouteTableId"]

        made = ec2.create_network_interface(SubnetId=self.subnet, Groups=[self.group])
        self.eni = made["NetworkInterface"]

    def route(self, cidr, **target):
        self.ec2.create_route(RouteTableId=self.table, DestinationCidrBlock=cidr, **target)

    def admit(self, cidr):
        self.ec2.authorize_security_group_ingress(
            GroupId=self.group, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp=cidr
        )


def look(ec2, tables=()):
    """Read everything, as a live run does."""
    answers = {name: strip(getattr(ec2, name)()) for name in LISTS}
    name, key = "search_transit_gateway_routes", "TransitGatewayRouteTableId"
    fixed = OPERATIONS[name].fixed
    answers[name] = {table: strip(getattr(ec2, name)(**{key: table}, **fixed)) for table in tables}
    return Topology(Inventory({ACCOUNT: {REGION: answers}}), REGION)


def strip(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.fixture
def ends(ec2):
    """An interface in each of two VPCs that are not joined."""
    caller, target = Net(ec2, "10.2.0.0/16", "10.2.1.0/24"), Net(ec2, "10.1.0.0/16", "10.1.4.0/24")
    return (
        caller,
        target,
        Flow(src_eni=caller.eni["NetworkInterfaceId"], dst_ip=target.eni["PrivateIpAddress"]),
    )


def test_two_vpcs_joined_by_a_peering_reach_each_other_once_all_is_in_place(ec2, ends):
    caller, target, flow = ends
    apart = reach(look(ec2), flow)
    assert {each.reason for each in apart.blockers} == {"no_route", "security_group_ingress"}

    made = ec2.create_vpc_peering_connection(VpcId=caller.vpc, PeerVpcId=target.vpc)
    link = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    caller.route(target.cidr, VpcPeeringConnectionId=link)
    target.route(caller.cidr, VpcPeeringConnectionId=link)
    target.admit("10.2.1.0/24")
    pending = reach(look(ec2), flow)
    assert {(each.reason, each.subject) for each in pending.blockers} == {("peering_state", link)}

    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=link)
    joined = reach(look(ec2), flow)
    assert joined.reachable is True, joined


def test_a_transit_gateway_joins_two_vpcs_only_as_far_as_its_table_says(ec2, ends):
    caller, target, flow = ends
    target.admit("10.2.0.0/16")
    gateway = ec2.create_transit_gateway()["TransitGateway"]
    table = gateway["Options"]["AssociationDefaultRouteTableId"]
    for net, other in ((caller, target), (target, caller)):
        ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway["TransitGatewayId"], VpcId=net.vpc, SubnetIds=[net.subnet]
        )
        net.route(other.cidr, TransitGatewayId=gateway["TransitGatewayId"])

    unrouted = reach(look(ec2, [table]), flow)
    assert {each.reason for each in unrouted.blockers} == {"tgw_no_route"}, unrouted
    assert unrouted.unknown == ()

    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock=target.cidr, Blackhole=True
    )
    dropped = reach(look(ec2, [table]), flow)
    assert [(each.reason, each.direction) for each in dropped.blockers] == [
        ("tgw_blackhole", "forward"),
        ("tgw_no_route", "return"),
    ]
