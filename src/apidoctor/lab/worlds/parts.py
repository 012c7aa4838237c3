"""Pieces that the worlds share, in the state AWS recommends."""

from apidoctor.lab.description import (
    Acl,
    AclEntry,
    Api,
    Document,
    Endpoint,
    Group,
    Instance,
    Interface,
    Method,
    Role,
    Route,
    RouteTable,
    Rule,
    Subnet,
    Vpc,
    World,
)

API_ACCOUNT = "111111111111"
APP_ACCOUNT = "222222222222"

EPHEMERAL = (1024, 65535)
"""Ports that any client may be answered on (AWS "Network ACLs", ephemeral ports)."""

READ_ONLY: Document = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "apigateway:GET",
                "ec2:Describe*",
                "ec2:Get*",
                "ec2:Search*",
                "elasticloadbalancing:Describe*",
                "iam:Get*",
                "iam:List*",
                "organizations:Describe*",
                "organizations:List*",
                "route53:Get*",
                "route53:List*",
                "route53resolver:List*",
            ],
            "Resource": "*",
        }
    ],
}
"""What the tool needs to look at an account."""


def statement(
    effect: str, principal: object = "*", resource: str = "execute-api:/*", **rest: object
) -> Document:
    """One statement of a resource policy about ``execute-api:Invoke``; *rest* may hold a Condition."""
    return {
        "Effect": effect,
        "Principal": principal,
        "Action": "execute-api:Invoke",
        "Resource": resource,
        **rest,
    }


def policy(*statements: Document) -> Document:
    """A policy document of the current version."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def only_through(endpoint: str = "<endpoint:main>") -> Document:
    """The resource policy AWS recommends: everybody may call, but only through this endpoint.

    Source: API Gateway guide, "API Gateway resource policy examples".
    """
    unless = {"StringNotEquals": {"aws:SourceVpce": [endpoint]}}
    return policy(statement("Allow"), statement("Deny", Condition=unless))


def role(account: str, *trusted: str, invoke: str = "") -> Role:
    """A role that reads the account and, with *invoke*, calls that method ARN."""
    policies = {"look": READ_ONLY}
    if invoke:
        call = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": invoke}
        policies["call-the-api"] = policy(call)
    return Role(account, policies, list(trusted))


def pets(resource_policy: Document) -> Api:
    """The private API of every world: an open ``GET /pets`` and a signed ``GET /orders``."""
    return Api(API_ACCOUNT, [Method("/pets"), Method("/orders", "AWS_IAM")], resource_policy)


def tcp_acl(vpc: str, come_in: tuple[str, tuple[int, int]], go_out: tuple[str, tuple[int, int]]) -> Acl:
    """An ACL that lets TCP of one peer and port range in, and of one peer and port range out."""
    return Acl(
        vpc,
        [AclEntry(100, "allow", come_in[0], come_in[1])],
        [AclEntry(100, "allow", go_out[0], go_out[1])],
    )


def add_endpoint_vpc(world: World, account: str, block: int, callers: str) -> None:
    """Add VPC ``main`` (10.*block*.0.0/16) with an endpoint in two zones that admits the prefix *callers*."""
    https = (443, 443)
    world.vpcs["main"] = Vpc(account, f"10.{block}.0.0/16")
    world.route_tables["endpoint"] = RouteTable("main")
    for zone, third in (("a", 4), ("b", 5)):
        name = f"endpoint-{zone}"
        world.acls[name] = tcp_acl("main", (callers, https), (callers, EPHEMERAL))
        cidr = f"10.{block}.{third}.0/24"
        world.subnets[name] = Subnet("main", cidr, f"us-east-1{zone}", name, "endpoint")
    world.groups["endpoint"] = Group("main", [Rule(callers)], [Rule("0.0.0.0/0", "-1", None)])
    interfaces = [
        Interface("endpoint-a", f"10.{block}.4.21"),
        Interface("endpoint-b", f"10.{block}.5.21"),
    ]
    world.endpoints["main"] = Endpoint("main", ["endpoint"], interfaces)


def add_caller(world: World, vpc: str, prefix: str) -> None:
    """Add subnet ``caller`` (*prefix*.8.0/24) to *vpc*, with ACL, route table and group, and an instance."""
    anywhere = "0.0.0.0/0"
    world.acls["caller"] = tcp_acl(vpc, (anywhere, EPHEMERAL), (anywhere, (443, 443)))
    world.route_tables["caller"] = RouteTable(vpc)
    world.subnets["caller"] = Subnet(vpc, f"{prefix}.8.0/24", "us-east-1a", "caller", "caller")
    world.groups["caller"] = Group(vpc, [], [Rule(anywhere)])
    world.instances["caller"] = Instance("caller", f"{prefix}.8.20", ["caller"])


def route(world: World, table: str, destination: str, via: str, propagated: bool = False) -> None:
    """Add a route to a route table of the world."""
    world.route_tables[table].routes.append(Route(destination, via, propagated))
