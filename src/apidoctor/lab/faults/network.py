"""Faults that keep packets from the endpoint: groups, ACLs, routes, and the endpoint itself."""

from apidoctor.lab.description import AclEntry, Group, Rule, World
from apidoctor.lab.faults.fault import Family

family = Family()
FAULTS = family.faults


@family.fault("N01")
def endpoint_group(world: World) -> None:
    """The endpoint's security group admits only its own members."""
    members = Rule("group:closed", "-1", None)
    world.groups["closed"] = Group("main", [members], [Rule("0.0.0.0/0", "-1", None)])
    world.endpoint.groups = ["closed"]
    world.set_packets("timeout")


@family.fault("N02")
def caller_group(world: World) -> None:
    """The caller's security group lets nothing out on port 443."""
    world.groups["caller"].egress = [Rule("10.1.0.0/16", ports=(5432, 5432))]
    world.set_packets("timeout")


@family.fault("N04")
def caller_acl(world: World) -> None:
    """The caller subnet's network ACL does not let replies back in on ephemeral ports."""
    world.acls["caller"].ingress = [AclEntry(100, "allow", "0.0.0.0/0", (443, 443))]
    world.set_packets("timeout")


@family.fault("N05")
def endpoint_acl(world: World) -> None:
    """The network ACL of one of the two endpoint subnets denies the caller."""
    world.acls["endpoint-b"].ingress.insert(0, AclEntry(90, "deny", "10.1.8.0/24", (443, 443)))
    world.set_packets("timeout", "endpoint-b")


@family.fault("N06", "peered")
def way_there(world: World) -> None:
    """The caller's route table has no route to the endpoint's VPC."""
    world.route_tables["caller"].routes.clear()
    world.set_packets("timeout")


@family.fault("N07", "peered")
def way_back(world: World) -> None:
    """The endpoint subnets' route table has no route back to the caller's VPC."""
    world.route_tables["endpoint"].routes.clear()
    world.set_packets("timeout")


@family.fault("N12")
def endpoint_failed(world: World) -> None:
    """The endpoint's state is failed, so its names and addresses lead nowhere."""
    world.endpoint.state = "failed"
    world.endpoint.last_error = ("InternalError", "The endpoint could not be created.")
    world.set_packets("timeout")


@family.fault("N09", "peered")
def peering_pending(world: World) -> None:
    """The peering connection was never accepted."""
    world.peerings["spoke-main"].status = "pending-acceptance"
    world.set_packets("timeout")


@family.fault("N11", "on-prem")
def data_centre_firewall(world: World) -> None:
    """The data centre's firewall does not let port 443 out to the endpoint's addresses."""
    world.set_packets("timeout")
