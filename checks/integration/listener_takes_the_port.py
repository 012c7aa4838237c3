"""A listener of the load balancer takes the port of the integration's URI.

Why it matters
--------------
The port of a private integration's `uri` (80 for http, 443 for https, where it names none) chooses the
listener. Without one on that port the load balancer refuses: 504 `Network error communicating with
endpoint`.

How it decides
--------------
One of the load balancer's listeners must have the port, or be the one that `integrationTarget` names. A
call that the backend answered proves the opposite. Where a Network Load Balancer counts its inbound rules for
PrivateLink traffic (`EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`) and no rule of its security groups lets
any address in on that port, that is a warning.

How to fix
----------
Add a listener on the port, or write the port of a listener into the `uri`, and deploy. Let the security groups
admit the link's traffic, or switch the enforcement off.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
- https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
- https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import BACKEND_READS, Case, Finding, Source, check, failed, passed, skipped, warned
from apidoctor.reasoning.scene.balancer_groups import ENFORCED, shut_groups
from apidoctor.reasoning.scene.integration import is_proved
from apidoctor.reasoning.scene.load_balancers import (
    LISTENER_READS,
    Balancer,
    balancer,
    called_port,
    listener,
    listeners,
)


@check(
    needs=("api/exists", "api/method-is-deployed", "integration/load-balancer-is-active"),
    reads=(*BACKEND_READS, *LISTENER_READS, "describe_security_groups"),
    probes=("identity", "tcp", "http"),
    faults=("B02",),
    required=False,
    playbook="backend-errors",
    position=14,
)
def judge(case: Case) -> Iterator[Finding]:
    """Look for the listener."""
    found = balancer(case).value
    if found is None:
        yield skipped("The integration leads to no load balancer that is known.")
        return
    name = found.name
    if is_proved(case):
        yield passed("The backend answered the call through a listener.", subject=name)
        return
    taken, port = listener(case).value, called_port(case)
    have = [f"{each.get('Protocol')} {each.get('Port')}" for each in listeners(case).value][:20]
    value = {"wanted": port.value if port.known else None, "listeners": have}
    evidence = [case.cite(Source("describe_listeners", found.account, found.region), value, name)]
    if taken is not None:
        text = f"A listener of {name} takes port {taken.get('Port')} ({taken.get('Protocol')})."
        shut = shut_groups(case)
        case.expect(shut.missing)
        if shut.known and shut.value:
            yield _shut(case, found, shut.value)
        else:
            yield passed(text, subject=name, evidence=evidence)
        return
    wanted = f"port {port.value}" if port.known else "the call"
    yield failed(
        "B02",
        f"No listener of {name} takes {wanted} (listeners: {', '.join(have) or 'none'}).",
        fix="Add a listener on this port, or change the port in the integration's uri and deploy.",
        subject=name,
        evidence=evidence,
    )


def _shut(case: Case, found: Balancer, groups: tuple[str, ...]) -> Finding:
    source = Source("describe_load_balancers", found.account, found.region)
    names = ", ".join(groups)
    return warned(
        "B02",
        f"The load balancer {found.name} counts its inbound rules for PrivateLink traffic, and no rule of {names} lets "
        "an address in on the listener's port: calls through the VPC link may not get there.",
        fix=f"Let {names} admit the traffic of the VPC link, or set {ENFORCED} to off.",
        subject=found.name,
        evidence=[case.cite(source, {ENFORCED: "on", "SecurityGroups": list(groups)}, found.name)],
    )
