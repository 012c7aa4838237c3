"""Builds the network of a world through the EC2 API and fills in the ids that it was given."""

from typing import Any

from apidoctor.lab.control.clients import Clients
from apidoctor.lab.description import Acl, AclEntry, Group, RouteTable, Rule, World


def build_network(world: World, clients: Clients) -> None:
    """Create VPCs, what connects them, subnets with their ACLs and tables, groups and instances."""
    _vpcs(world, clients)
    _connections(world, clients)
    for group in world.groups.values():
        _group(world, clients, group)
    for group in world.groups.values():
        _rules(world, clients, group)
    for acl in world.acls.values():
        _acl(world, clients, acl)
    for table in world.route_tables.values():
        _route_table(world, clients, table)
    _subnets(world, clients)
    _instances(world, clients)


def ec2_of(world: World, clients: Clients, vpc: str) -> Any:
    """The EC2 client of the account that owns a VPC of the world."""
    return clients.get(world.vpcs[vpc].account, "ec2")


def _vpcs(world: World, clients: Clients) -> None:
    for vpc in world.vpcs.values():
        ec2 = clients.get(vpc.account, "ec2")
        vpc.id = ec2.create_vpc(CidrBlock=vpc.cidr)["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc.id, EnableDnsSupport={"Value": vpc.dns_support})
        ec2.modify_vpc_attribute(VpcId=vpc.id, EnableDnsHostnames={"Value": vpc.dns_hostnames})
        options = ec2.create_dhcp_options(
            DhcpConfigurations=[
                {"Key": "domain-name-servers", "Values": ["AmazonProvidedDNS"]},
                {"Key": "domain-name", "Values": ["ec2.internal"]},
            ]
        )["DhcpOptions"]
        ec2.associate_dhcp_options(DhcpOptionsId=options["DhcpOptionsId"], VpcId=vpc.id)
        _stock_rule(ec2, vpc.id)


def _stock_rule(ec2: Any, vpc_id: str) -> None:
    """Give the VPC's default group its rule: it admits its own members and nobody else."""
    own = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    default = ec2.describe_security_groups(Filters=own)["SecurityGroups"][0]["GroupId"]
    members = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": default}]}
    ec2.authorize_security_group_ingress(GroupId=default, IpPermissions=[members])


def _connections(world: World, clients: Clients) -> None:
    for peering in world.peerings.values():
        requester, accepter = world.vpcs[peering.requester], world.vpcs[peering.accepter]
        answer = clients.get(requester.account, "ec2").create_vpc_peering_connection(
            VpcId=requester.id, PeerVpcId=accepter.id, PeerOwnerId=accepter.account
        )
        peering.id = answer["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        clients.get(accepter.account, "ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=peering.id)
    for gateway in world.vpn_gateways.values():
        ec2 = ec2_of(world, clients, gateway.vpc)
        gateway.id = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
        ec2.attach_vpn_gateway(VpcId=world.vpcs[gateway.vpc].id, VpnGatewayId=gateway.id)
        customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.9", BgpAsn=65000)
        connection = ec2.create_vpn_connection(
            Type="ipsec.1",
            CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
            VpnGatewayId=gateway.id,
        )
        gateway.connection = connection["VpnConnection"]["VpnConnectionId"]


def _group(world: World, clients: Clients, group: Group) -> None:
    name = next(name for name, value in world.groups.items() if value is group)
    answer = ec2_of(world, clients, group.vpc).create_security_group(
        VpcId=world.vpcs[group.vpc].id, GroupName=name, Description=f"{name} of the lab"
    )
    group.id = answer["GroupId"]


def _rules(world: World, clients: Clients, group: Group) -> None:
    ec2 = ec2_of(world, clients, group.vpc)
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=group.id, IpPermissions=[everything])
    for rules, authorize in (
        (group.ingress, ec2.authorize_security_group_ingress),
        (group.egress, ec2.authorize_security_group_egress),
    ):
        if rules:
            authorize(GroupId=group.id, IpPermissions=[_permission(world, rule) for rule in rules])


def _permission(world: World, rule: Rule) -> dict[str, Any]:
    permission: dict[str, Any] = {"IpProtocol": rule.protocol}
    if rule.ports:
        permission |= {"FromPort": rule.ports[0], "ToPort": rule.ports[1]}
    kind, _, name = rule.peer.partition(":")
    if kind == "group":
        return permission | {"UserIdGroupPairs": [{"GroupId": world.groups[name].id}]}
    return permission | {"IpRanges": [{"CidrIp": rule.peer}]}


def _acl(world: World, clients: Clients, acl: Acl) -> None:
    ec2 = ec2_of(world, clients, acl.vpc)
    acl.id = ec2.create_network_acl(VpcId=world.vpcs[acl.vpc].id)["NetworkAcl"]["NetworkAclId"]
    # A custom ACL denies everything after its last rule; AWS lists that as rule 32767.
    last = AclEntry(32767, "deny", "0.0.0.0/0", None, "-1")
    for egress, entries in ((False, acl.ingress), (True, acl.egress)):
        for entry in [*entries, last]:
            ports = {"PortRange": {"From": entry.ports[0], "To": entry.ports[1]}} if entry.ports else {}
            ec2.create_network_acl_entry(
                NetworkAclId=acl.id,
                RuleNumber=entry.number,
                RuleAction=entry.action,
                Protocol=entry.protocol,
                CidrBlock=entry.cidr,
                Egress=egress,
                **ports,
            )


def _route_table(world: World, clients: Clients, table: RouteTable) -> None:
    ec2 = ec2_of(world, clients, table.vpc)
    table.id = ec2.create_route_table(VpcId=world.vpcs[table.vpc].id)["RouteTable"]["RouteTableId"]
    for route in table.routes:
        kind, _, name = route.via.partition(":")
        if kind == "peering":
            target = {"VpcPeeringConnectionId": world.peerings[name].id}
        else:
            target = {"GatewayId": world.vpn_gateways[name].id}
        ec2.create_route(RouteTableId=table.id, DestinationCidrBlock=route.destination, **target)


def _subnets(world: World, clients: Clients) -> None:
    for subnet in world.subnets.values():
        ec2 = ec2_of(world, clients, subnet.vpc)
        vpc_id = world.vpcs[subnet.vpc].id
        answer = ec2.create_subnet(VpcId=vpc_id, CidrBlock=subnet.cidr, AvailabilityZone=subnet.zone)
        subnet.id = answer["Subnet"]["SubnetId"]
        if subnet.route_table:
            table = world.route_tables[subnet.route_table]
            ec2.associate_route_table(RouteTableId=table.id, SubnetId=subnet.id)
        if subnet.acl:
            present = ec2.describe_network_acls(
                Filters=[{"Name": "association.subnet-id", "Values": [subnet.id]}]
            )
            pairs = [pair for acl in present["NetworkAcls"] for pair in acl["Associations"]]
            mine = next(pair for pair in pairs if pair["SubnetId"] == subnet.id)
            ec2.replace_network_acl_association(
                AssociationId=mine["NetworkAclAssociationId"], NetworkAclId=world.acls[subnet.acl].id
            )


def _instances(world: World, clients: Clients) -> None:
    for instance in world.instances.values():
        subnet = world.subnets[instance.subnet]
        answer = ec2_of(world, clients, subnet.vpc).run_instances(
            ImageId="ami-0abcdef1234567890",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[
                {
                    "DeviceIndex": 0,
                    "SubnetId": subnet.id,
                    "PrivateIpAddress": instance.address,
                    "Groups": [world.groups[name].id for name in instance.groups],
                }
            ],
        )["Instances"][0]
        instance.id = answer["InstanceId"]
        instance.interface = answer["NetworkInterfaces"][0]["NetworkInterfaceId"]
        instance.mac = answer["NetworkInterfaces"][0]["MacAddress"]
