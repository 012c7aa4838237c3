"""Faults of policies: the call arrives, and a policy does not let it in."""

from apidoctor.lab.description import Denial, Deployment, World
from apidoctor.lab.faults.fault import Family
from apidoctor.lab.worlds.parts import API_ACCOUNT, READ_ONLY, only_through, policy, statement

family = Family()
FAULTS = family.faults

DELETED_ENDPOINT = "vpce-0123456789abcdef0"


@family.fault("A01")
def no_policy(world: World) -> None:
    """The private API has no resource policy at all."""
    world.api.policy = None
    world.front_door.denials.append(Denial("resource-based", api="pets"))


@family.fault("A02")
def only_deny(world: World) -> None:
    """The resource policy has a Deny for other endpoints and no Allow for anybody."""
    unless = {"StringNotEquals": {"aws:SourceVpce": ["<endpoint:main>"]}}
    world.api.policy = policy(statement("Deny", Condition=unless))
    world.front_door.denials.append(Denial("resource-based", api="pets", method="GET /pets"))


@family.fault("A03")
def stale_endpoint(world: World) -> None:
    """The resource policy still names an endpoint that was deleted."""
    world.api.policy = only_through(DELETED_ENDPOINT)
    world.front_door.denials.append(Denial("resource-based", explicit=True, api="pets"))


@family.fault("A07")
def not_deployed(world: World) -> None:
    """The resource policy was mended and saved, but the stage still runs the old one."""
    world.api.deployment = Deployment(list(world.api.methods), only_through(DELETED_ENDPOINT))
    world.front_door.denials.append(Denial("resource-based", explicit=True, api="pets"))


@family.fault("A08")
def endpoint_policy(world: World) -> None:
    """The endpoint's policy allows another API only."""
    other = f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:zzzzzzzzzz/*"
    world.endpoint.policy = policy(statement("Allow", resource=other))
    world.front_door.denials.append(Denial("VPC endpoint", api="pets"))


@family.fault("A11", "cross-account")
def no_identity_policy(world: World) -> None:
    """The calling role has no policy that allows execute-api:Invoke on the other account's API."""
    del world.roles["app"].policies["call-the-api"]
    world.roles["app"].policies["look"] = READ_ONLY
    world.front_door.denials.append(Denial("identity-based", api="pets", method="GET /orders"))


@family.fault("A04", "peered")
def callers_vpc(world: World) -> None:
    """The resource policy names the caller's VPC, but the VPC of the endpoint is what counts."""
    unless = {"StringNotEquals": {"aws:SourceVpc": ["<vpc:spoke>"]}}
    world.api.policy = policy(statement("Allow"), statement("Deny", Condition=unless))
    world.front_door.denials.append(Denial("resource-based", explicit=True, api="pets"))


@family.fault("A05")
def private_source_ip(world: World) -> None:
    """The resource policy compares aws:SourceIp with private addresses; endpoints never send that key."""
    within = {"IpAddress": {"aws:SourceIp": ["10.1.0.0/16"]}}
    world.api.policy = policy(statement("Allow", Condition=within))
    world.front_door.denials.append(Denial("resource-based", api="pets", method="GET /pets"))


@family.fault("A06")
def other_method_only(world: World) -> None:
    """The resource policy allows another method of the API only."""
    _, only_ours = only_through()["Statement"]
    world.api.policy = policy(statement("Allow", resource="execute-api:/prod/GET/orders"), only_ours)
    world.front_door.denials.append(Denial("resource-based", api="pets", method="GET /pets"))


@family.fault("A09")
def endpoint_perimeter(world: World) -> None:
    """The endpoint's policy denies every API outside a list of accounts."""
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    listed = ["arn:aws:execute-api:us-east-1:333333333333:*"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "NotResource": listed}
    world.endpoint.policy = policy(allow, deny)
    world.front_door.denials.append(Denial("VPC endpoint", explicit=True))


@family.fault("A10")
def endpoint_policy_names_a_role(world: World) -> None:
    """The endpoint's policy allows one role, but the method is called unsigned and so by nobody it knows."""
    role = {"AWS": f"arn:aws:iam::{API_ACCOUNT}:role/app"}
    everything = {"Effect": "Allow", "Principal": role, "Action": "execute-api:Invoke", "Resource": "*"}
    world.endpoint.policy = policy(everything)
    world.front_door.denials.append(Denial("VPC endpoint", method="GET /pets"))
