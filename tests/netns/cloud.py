"""What the AWS side of these worlds would have collected: an inventory that fits the addresses of `plan.py`."""

from netns import plan
from worlds.build import (
    ACL_E1,
    ACL_E2,
    API_ACCOUNT,
    GROUP_E,
    ON_PREM,
    SUBNET_E1,
    SUBNET_E2,
    TABLE_E,
    VPC_E,
    World,
    an_id,
    entry,
    rule,
)
from worlds.layouts import on_prem
from worlds.pieces import group

INBOUND = "rslvr-in-0e"
INBOUND_GROUP = an_id("sg", "53")
COMPANY = "192.168.0.0/16"


def healthy() -> World:
    """The VPC of the endpoint, joined with the company by a VPN, and a Resolver inbound endpoint in it."""
    world = on_prem()
    world.target, world.options = plan.TARGET, []
    open_to_company = [{**rule(COMPANY, port=53), "IpProtocol": protocol} for protocol in ("tcp", "udp")]
    group(world, API_ACCOUNT, INBOUND_GROUP, VPC_E, open_to_company)
    endpoint = {
        "Id": INBOUND,
        "Direction": "INBOUND",
        "HostVPCId": VPC_E,
        "IpAddressCount": len(plan.INBOUND),
        "SecurityGroupIds": [INBOUND_GROUP],
        "Status": "OPERATIONAL",
        "ResolverEndpointType": "IPV4",
        "Protocols": ["Do53"],
    }
    world.add(API_ACCOUNT, "list_resolver_endpoints", endpoint)
    subnets = zip((SUBNET_E1, SUBNET_E2), plan.INBOUND, strict=True)
    addresses = [
        {"IpId": f"rni-{number}", "SubnetId": subnet, "Ip": address, "Status": "ATTACHED"}
        for number, (subnet, address) in enumerate(subnets)
    ]
    world.keyed(API_ACCOUNT, "list_resolver_endpoint_ip_addresses", INBOUND, {"IpAddresses": addresses})
    return world


def group_forgets_company(world: World) -> None:
    """The endpoint's security group admits the VPC alone."""
    world[GROUP_E]["IpPermissions"] = [rule("10.1.0.0/16")]


def lists_deny_company(*lists: str):
    """Network ACLs of the endpoint's subnets deny HTTPS from the host."""

    def change(world: World) -> None:
        for one in lists:
            world[one]["Entries"].append(entry(50, "deny", False, (443, 443), f"{ON_PREM}/32"))

    return change


both_lists_deny = lists_deny_company(ACL_E1, ACL_E2)
one_list_denies = lists_deny_company(ACL_E1)


def no_route_back(world: World) -> None:
    """The endpoint's route table does not take routes from the VPN."""
    world[TABLE_E]["PropagatingVgws"].clear()
    world[TABLE_E]["Routes"] = [
        one for one in world[TABLE_E]["Routes"] if "GatewayId" not in one or one["GatewayId"] == "local"
    ]


def inbound_group_forgets_company(world: World) -> None:
    """The inbound endpoint's security group admits nobody."""
    world[INBOUND_GROUP]["IpPermissions"] = []
