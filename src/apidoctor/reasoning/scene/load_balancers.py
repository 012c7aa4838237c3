"""The way from a private integration to its targets: VPC link, load balancer, listener, target groups.

Source: API Gateway developer guide, "Private integrations for REST APIs" and "VPC links V2" (a link without calls for
60 days becomes INACTIVE); Elastic Load Balancing guides, "Target group health" (a load balancer without a healthy
target sends to all that are registered).
"""

import re
from typing import Any

from msgspec import Struct

from apidoctor.model.facts import Fact, Undecided
from apidoctor.model.inventory import as_dict, as_list
from apidoctor.model.missing import Gap
from apidoctor.reasoning.network.listener_rules import BackendRequest, Way
from apidoctor.reasoning.network.listener_rules import ways as listener_ways
from apidoctor.reasoning.scene.api import owned_api
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.integration import backend, filled, integration

LINK_READS = ("get_vpc_link", "apigatewayv2.get_vpc_links")
BALANCER_READS = (*LINK_READS, "describe_load_balancers")
LISTENER_READS = (*BALANCER_READS, "describe_listeners")
TARGET_READS = (*LISTENER_READS, "describe_rules", "describe_target_health")
"""Operations that tell each part of the way, with those that lead to it."""

MOST_GROUPS = 20
"""Ways of one listener that are looked at, and target groups."""

_ARN = re.compile(
    r"arn:aws[a-z-]*:elasticloadbalancing:([a-z0-9-]+):(\d{12}):(listener|loadbalancer)/((?:app|net)/[^/]+/[^/]+).*"
)


class Link(Struct, frozen=True, kw_only=True):
    """A VPC link."""

    id: str
    """Its id."""
    version: int
    """1: to a Network Load Balancer; 2: interfaces in subnets."""
    status: str
    """``AVAILABLE``, ``PENDING``, ``FAILED``, ``INACTIVE`` …, upper case; ``MISSING`` when there is no such link."""
    message: str | None = None
    """Why it is not available."""
    targets: tuple[str, ...] = ()
    """Load balancers of a link of the first kind."""


class Balancer(Struct, frozen=True, kw_only=True):
    """Where a load balancer stands."""

    arn: str
    account: str
    region: str

    @property
    def name(self) -> str:
        """The end of its ARN: kind, name and id."""
        return self.arn.rpartition(":loadbalancer/")[2]


class Target(Struct, frozen=True, kw_only=True):
    """One registered target."""

    id: str
    """Address, instance, function or load balancer, with the port."""
    state: str
    """``healthy``, ``unhealthy``, ``initial``, ``draining``, ``unused``, ``unavailable`` …, lower case."""
    reason: str | None = None
    """``Target.Timeout`` …"""
    description: str | None = None
    """The reason in words."""

    @property
    def takes_calls(self) -> bool:
        """Whether calls are sent to it: ``unavailable`` only says that its health is not checked."""
        return self.state in ("healthy", "unavailable")


@fact
def vpc_link(case: Case) -> Link | None:
    """Return the VPC link of the method's integration; None when it uses none."""
    own = integration(case).value
    if own is None or not own.connection_id:
        return None
    name, api = filled(case, own.connection_id).value, owned_api(case).value
    first = case.inventory.get(api.account, case.region, "get_vpc_link", name)
    if first.known and first.value is not None:
        targets = as_list(first.value.get("targetArns"), "targets of a VPC link")
        status = str(first.value.get("status") or "").upper()
        message = first.value.get("statusMessage")
        arns = tuple(map(str, targets))
        return Link(
            id=name, version=1, status=status, message=str(message) if message else None, targets=arns
        )
    second = case.inventory.one(api.account, case.region, "apigatewayv2.get_vpc_links", "VpcLinkId", name)
    case.expect([*first.missing, *second.missing])
    if second.known and second.value is not None:
        status = str(second.value.get("VpcLinkStatus") or "").upper()
        message = second.value.get("VpcLinkStatusMessage")
        return Link(id=name, version=2, status=status, message=str(message) if message else None)
    if not first.known or not second.known:
        raise Undecided([*first.missing, *second.missing])
    return Link(id=name, version=2 if own.target else 1, status="MISSING")


@fact
def balancer(case: Case) -> Balancer | None:
    """Return the load balancer that the integration leads to; None when it leads to none."""
    own = integration(case).value
    if own is None or not own.is_private:
        return None
    if own.target:
        arn = filled(case, own.target).value
    else:
        link = vpc_link(case).value
        arn = link.targets[0] if link and link.targets else ""
    found = _ARN.fullmatch(arn)
    if not found:
        return None
    region, account, kind, path = found.groups()
    head = arn.partition(f":{kind}/")[0]
    return Balancer(arn=f"{head}:loadbalancer/{path}", account=account, region=region)


@fact
def balancer_state(case: Case) -> tuple[str, str]:
    """Return the state of the load balancer, lower case, and why; ``missing`` when there is none of this ARN."""
    own = _must(balancer(case))
    found = case.inventory.one(
        own.account, own.region, "describe_load_balancers", "LoadBalancerArn", own.arn
    ).value
    if found is None:
        return "missing", ""
    state = as_dict(found.get("State"), "state of a load balancer")
    return str(state.get("Code") or "").lower(), str(state.get("Reason") or "")


@fact
def called_port(case: Case) -> int:
    """Return the port that the integration's URI names."""
    parts = backend(case).value
    if parts is None:
        raise Undecided([Gap("fact: a URI of the integration that can be read")])
    return parts.port or (443 if parts.scheme == "https" else 80)


@fact
def listeners(case: Case) -> tuple[dict[str, Any], ...]:
    """Return the listeners of the load balancer."""
    own = _must(balancer(case))
    return tuple(case.inventory.items(own.account, own.region, "describe_listeners", own.arn).value)


@fact
def listener(case: Case) -> dict[str, Any] | None:
    """Return the listener that takes the call: the one that is named, else the one on the port of the URI."""
    wanted, port = integration(case).value, called_port(case)
    named = filled(case, wanted.target).value if wanted and wanted.target else ""
    if ":listener/" in named:
        return next((each for each in listeners(case).value if each.get("ListenerArn") == named), None)
    return next((each for each in listeners(case).value if each.get("Port") == port.value), None)


@fact
def ways(case: Case) -> tuple[Way, ...]:
    """Return where the listener may send the call: only one way where its rule can be told."""
    own, taken = _must(balancer(case)), listener(case).value
    if taken is None:
        return ()
    rules: list[dict[str, Any]] = []
    if ":loadbalancer/app/" in own.arn:
        name = str(taken.get("ListenerArn") or "")
        rules = case.inventory.items(own.account, own.region, "describe_rules", name).value
    found = listener_ways(taken, rules, _as_the_backend_gets_it(case))
    if len(found) > MOST_GROUPS:
        raise Undecided([Gap(f"fact: which of {len(found)} rules of the listener takes the call")])
    return found


def _as_the_backend_gets_it(case: Case) -> BackendRequest:
    """Return the request that the integration makes; a mapping may give it another Host."""
    parts, own = backend(case), integration(case).value
    host = (parts.value.hostname or "").lower() if parts.known and parts.value else None
    verb = own.verb if own else ""
    return BackendRequest(
        host=None if own and own.maps_host else host,
        path=(parts.value.path or "/") if parts.known and parts.value else "{",
        method=case.request.method if verb == "ANY" else verb or None,
    )


@fact
def targets(case: Case, group: str) -> tuple[Target, ...]:
    """Return the registered targets of a target group."""
    own = _must(balancer(case))
    items = case.inventory.items(own.account, own.region, "describe_target_health", group).value
    return tuple(_target(item) for item in items)


def _target(item: dict[str, Any]) -> Target:
    place = as_dict(item.get("Target"), "target of a target group")
    health = as_dict(item.get("TargetHealth"), "health of a target")
    port = f":{place['Port']}" if place.get("Port") else ""
    reason, words = health.get("Reason"), health.get("Description")
    return Target(
        id=f"{place.get('Id', '')}{port}",
        state=str(health.get("State") or "").lower(),
        reason=str(reason) if reason else None,
        description=str(words) if words else None,
    )


def _must(found: Fact[Balancer | None]) -> Balancer:
    if found.value is None:
        raise Undecided([Gap("fact: which load balancer the integration leads to")])
    return found.value


_OWN_NAME = re.compile(
    r".*\.elb(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?|.*\.[a-z0-9-]+\.elb\.amazonaws\.com(\.cn)?"
)
"""A load balancer's own name, for which nobody but AWS could have a certificate."""
_ENDS_TLS = ("TLS", "HTTPS")
"""Protocols of listeners that show a certificate themselves."""


@fact
def certificate_mismatch(case: Case) -> tuple[str, ...] | None:
    """Return the names of the backend's certificate when none of them is the host in the URI; None when one is.

    None too where no certificate can be seen.  Empty: the host is the load balancer's own name.
    """
    parts, taken = backend(case).value, listener(case).value
    host = (parts.hostname or "").lower() if parts else ""
    if _OWN_NAME.fullmatch(host):
        return ()
    if taken is None or str(taken.get("Protocol")) not in _ENDS_TLS:
        return None
    own, names = _must(balancer(case)), []
    for shown in as_list(taken.get("Certificates"), "certificates of a listener"):
        arn = str(as_dict(shown, "certificate of a listener").get("CertificateArn") or "")
        answer = case.inventory.get(own.account, own.region, "describe_certificate", arn).value
        body = as_dict((answer or {}).get("Certificate"), "certificate")
        names += [
            body.get("DomainName"),
            *as_list(body.get("SubjectAlternativeNames"), "names of a certificate"),
        ]
    found = tuple(dict.fromkeys(str(name).lower() for name in names if name))
    return None if not found or any(_covers(name, host) for name in found) else found


def _covers(name: str, host: str) -> bool:
    """Say whether a certificate's name is *host*; a star stands for one label."""
    return name == host or (name.startswith("*.") and name[1:] == host[host.find(".") :] and "." in host)
