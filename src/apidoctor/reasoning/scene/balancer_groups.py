"""Security groups of a Network Load Balancer that a VPC link leads to over PrivateLink.

Source: Elastic Load Balancing guide, "Update the security groups for your Network Load Balancer": inbound rules count
for PrivateLink traffic only where that is enforced; a rule that names a group cannot fit a caller of another VPC.
"""

from typing import Any

from apidoctor.model.inventory import as_list
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.integration import integration
from apidoctor.reasoning.scene.load_balancers import balancer, listener

ENFORCED = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
"""Member of a load balancer that says whether the inbound rules count for PrivateLink traffic."""
_BY_ADDRESS = ("IpRanges", "Ipv6Ranges", "PrefixListIds")
"""Members of a permission that may fit PrivateLink traffic."""
_ANY = ("-1", "tcp", "6")
"""Protocols of a permission that lets TCP in."""


@fact
def shut_groups(case: Case) -> tuple[str, ...]:
    """Return the load balancer's security groups when none of them can let the link's traffic in; else nothing.

    A link of the second kind has interfaces of its own, and no PrivateLink; what has an odd shape is no proof.
    """
    own, way = balancer(case).value, integration(case).value
    taken = listener(case).value
    if own is None or way is None or way.target or taken is None or ":loadbalancer/net/" not in own.arn:
        return ()
    found = case.inventory.one(
        own.account, own.region, "describe_load_balancers", "LoadBalancerArn", own.arn
    ).value
    if found is None or str(found.get(ENFORCED)).lower() != "on":
        return ()
    names = [str(each) for each in as_list(found.get("SecurityGroups"), "groups of a load balancer")]
    groups = [
        case.inventory.one(own.account, own.region, "describe_security_groups", "GroupId", name).value
        for name in names
    ]
    if any(group is None or _may_admit(group, taken.get("Port")) for group in groups):
        return ()
    return tuple(names)


def _may_admit(group: dict[str, Any], port: Any) -> bool:
    rules = group.get("IpPermissions")
    return not isinstance(rules, list) or any(_may_fit(rule, port) for rule in rules)


def _may_fit(rule: Any, port: Any) -> bool:
    """Say whether a rule may fit TCP to the port from some address."""
    if not isinstance(rule, dict):
        return True
    if str(rule.get("IpProtocol", "-1")).lower() not in _ANY or not any(
        rule.get(kind) for kind in _BY_ADDRESS
    ):
        return False
    first, last = rule.get("FromPort"), rule.get("ToPort")
    if not all(isinstance(each, int) for each in (first, last, port)) or rule.get("IpProtocol") == "-1":
        return True
    return bool(first <= port <= last)
