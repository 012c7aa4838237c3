"""All that a check's author needs, on one page.

A check is one file below ``checks/``: the folder is its layer, the path is its id.  Its docstring is the user's page
(title in the good state, then *Why it matters*, *How it decides*, *How to fix*, *References*).  It declares what it
needs and judges a `Case`::

    from collections.abc import Iterator

    from apidoctor.checkkit import Case, Finding, check, endpoint, failed, passed

    @check(needs=("endpoint/exists",), reads=("describe_vpc_endpoints",), faults=("N12",))
    def judge(case: Case) -> Iterator[Finding]:
        found = endpoint(case).value                 # unknown? the engine looks it up and asks again
        name = found.vpc_endpoint_id
        if found.is_available:
            yield passed(f"{name} is available.", subject=name)
        else:
            yield failed("N12", f"{name} is {found.state}.", fix="Create it again.", subject=name)

What an AWS object has stands in `apidoctor.model.aws`; fault ids are in `apidoctor.model.faults`, operations in
`apidoctor.model.operations`.

Facts come as `Fact`: ``.known`` says whether it was seen, ``.value`` gives it (None: known not to exist) or ends the
judgement as unknown, naming what is missing.  Judging is pure: no clock, no network, no AWS, no environment.
"""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from apidoctor.model.aws import VpcEndpoint
from apidoctor.model.facts import Fact, Source, every
from apidoctor.model.finding import Finding, failed, passed, skipped, unknown, warned
from apidoctor.model.inventory import as_dict, as_list
from apidoctor.model.missing import Gap, Lookup, Missing, Probe
from apidoctor.model.observation import DnsSeen, HostSeen, HttpSeen, PathMtuSeen, Route, TcpSeen
from apidoctor.model.reads import (
    BACKEND_READS,
    BLAME_READS,
    CALL_READS,
    CALLER_READS,
    DOMAIN_READS,
    DOMAIN_WAY_READS,
    ENDPOINT_READS,
    FIREWALL_READS,
    FORWARDING_READS,
    LOG_READS,
    ZONE_READS,
)
from apidoctor.model.report import Candidate, Evidence
from apidoctor.reasoning.apigateway.authorization_keys import in_resource_policy as is_seen_by_apis
from apidoctor.reasoning.apigateway.authorization_keys import is_iam_only
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED, Fingerprint, is_from_gateway
from apidoctor.reasoning.apigateway.names import default_zone, header, is_address, partition_of
from apidoctor.reasoning.apigateway.paths import RESERVED as RESERVED_PATHS
from apidoctor.reasoning.apigateway.paths import explain as explain_path
from apidoctor.reasoning.apigateway.paths import has_final_slash
from apidoctor.reasoning.iam import MULTIVALUED
from apidoctor.reasoning.iam.statements import Statement
from apidoctor.reasoning.naming.answer import Answer, plain
from apidoctor.reasoning.naming.firewall import FirewallRule
from apidoctor.reasoning.naming.firewall import deciding as deciding_rule
from apidoctor.reasoning.naming.inbound import InboundAddress
from apidoctor.reasoning.naming.sight import Rule, Zone
from apidoctor.reasoning.scene.answer import answer, dialled, foreign_issuer, resolved, through_proxy
from apidoctor.reasoning.scene.api import (
    Method,
    api_id,
    best_match,
    called_path,
    deployed_methods,
    http_api,
    method,
    methods,
    owned_api,
    rest_api,
    stage,
    stage_name,
    stages,
)
from apidoctor.reasoning.scene.attribution import attributed
from apidoctor.reasoning.scene.blame import blamed
from apidoctor.reasoning.scene.caller import principal
from apidoctor.reasoning.scene.case import Case, account_of
from apidoctor.reasoning.scene.circumstances import climbed, rungs
from apidoctor.reasoning.scene.clock import clock_offset
from apidoctor.reasoning.scene.dns_answers import (
    SILENT,
    holds,
    is_good,
    is_nobodys,
    is_public,
    leads_to_endpoint,
    reaches_endpoint,
    right_answer,
)
from apidoctor.reasoning.scene.dns_servers import (
    admits_nobody,
    askers,
    dhcp_answer,
    dhcp_servers,
    port_53_blockers,
)
from apidoctor.reasoning.scene.domains import (
    private_domain,
)
from apidoctor.reasoning.scene.endpoint import endpoint, endpoint_addresses, in_vpc, interfaces
from apidoctor.reasoning.scene.gates import (
    NETWORK_READS,
    ROUTING,
    Gate,
    at_endpoint,
    is_vpc_route,
    judge_gate,
    unless_seen,
)
from apidoctor.reasoning.scene.inbound import inbound_addresses
from apidoctor.reasoning.scene.layers import judge_layer
from apidoctor.reasoning.scene.lints import (
    authorization,
    can_cover,
    documents,
    judge_problems,
    judge_statements,
    open_to_everybody,
    resource_document,
    trap,
)
from apidoctor.reasoning.scene.logs import LoggedCall, log_search, logged
from apidoctor.reasoning.scene.place import Place, place
from apidoctor.reasoning.scene.policies import (
    api_side,
    deployed_policy,
    domain_side,
    saved_policy,
    verdict,
)
from apidoctor.reasoning.scene.proof import PROOF, is_admitted, is_forbidden, unless_admitted
from apidoctor.reasoning.scene.reading import admitted, reading
from apidoctor.reasoning.scene.refusal import contradictions, differences
from apidoctor.reasoning.scene.seen import (
    host,
    identity,
    inbound_answers,
    is_own_server,
    is_vpc_resolver,
    others,
    own_answers,
    server_answers,
    system_answer,
    tcp,
    tls,
)
from apidoctor.reasoning.scene.signing import moment, own_signature, sent_signature
from apidoctor.reasoning.scene.through import (
    domain,
    is_behind_public_domain,
    known_domain,
    routed,
)
from apidoctor.reasoning.scene.web_acl import WEB_ACL_RULES
from apidoctor.reasoning.scene.zones import (
    alias_target,
    caller_zone,
    fault_of,
    forwarding,
    inbound_answer,
    leads_to,
    resolver,
    sight,
    taking_zone,
    zone_elsewhere,
)
from apidoctor.reasoning.signing.regions import is_on_by_default

Judge = Callable[[Case], Iterable[Finding]]


class Declaration(Struct, frozen=True):
    """What a check says of itself."""

    judge: Judge
    """The judging function: a case in, at least one finding out."""
    needs: tuple[str, ...] = ()
    """Checks of which at least one result must hold before this one makes sense."""
    reads: tuple[str, ...] = ()
    """Operations of the snapshot it may read: permissions and documents are made from this."""
    probes: tuple[str, ...] = ()
    """Kinds of observations it may use."""
    faults: tuple[str, ...] = ()
    """Fault ids that it can name."""
    explained_by: tuple[str, ...] = ()
    """Globs of checks whose failure explains a failure of this one: then this one is a symptom."""
    playbook: str | None = None
    """The story to read when it fails."""
    required: bool = True
    """False for advice: an unknown then leaves the verdict alone."""
    position: int = 50
    """Place on the path within the layer: smaller is earlier."""


def check(
    *,
    needs: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
    probes: tuple[str, ...] = (),
    faults: tuple[str, ...] = (),
    explained_by: tuple[str, ...] = (),
    playbook: str | None = None,
    required: bool = True,
    position: int = 50,
) -> Callable[[Judge], Declaration]:
    """Declare the decorated function as the check of its file; see `Declaration` for the meaning of each word."""

    def declare(judge: Judge) -> Declaration:
        return Declaration(judge, needs, reads, probes, faults, explained_by, playbook, required, position)

    return declare


OF_REFUSALS: dict[str, Any] = {
    "reads": (*CALL_READS, *CALLER_READS, *LOG_READS, *WEB_ACL_RULES),
    "probes": ("identity", "host", "dns", "tcp", "tls", "http"),
}
"""What a check of a refusal reads that lists its candidates (`attributed`): ``@check(**OF_REFUSALS, faults=…)``."""

OF_POLICIES: dict[str, Any] = {
    "reads": (*CALL_READS, *CALLER_READS),
    "probes": ("host", "identity", "tcp", "http"),
    "required": False,
    "playbook": "policy-written-wrong",
}
"""How a check of how policies are written is declared: ``@check(**OF_POLICIES, needs=…, position=…)``."""
OF_DOMAINS: dict[str, Any] = {
    "reads": (*CALL_READS, *CALLER_READS, "get_resource_share_invitations", "describe_certificate"),
    "probes": (*PROOF, "tls"),
    "playbook": "custom-domain-refused",
}
"""How a check of a custom domain is declared: ``@check(**OF_DOMAINS, needs=…, faults=…, position=…)``."""


def _source(operation: str) -> Callable[[str, str], Source]:
    return lambda account, region: Source(operation, account, region)


ENDPOINTS = _source("describe_vpc_endpoints")
APIS = _source("get_rest_api")
STAGES = _source("get_stage")
RESOURCES = _source("get_resources")
EXPORTS = _source("get_export")
DOMAINS = _source("get_domain_name")
MAPPINGS = _source("get_base_path_mappings")
ASSOCIATIONS = _source("get_domain_name_access_associations")
INVITATIONS = _source("get_resource_share_invitations")
CERTIFICATES = _source("describe_certificate")
"""Where evidence comes from, for account and Region: ``case.cite(ENDPOINTS(account, region), value, subject)``."""

__all__ = [
    "ADMITTED",
    "APIS",
    "ASSOCIATIONS",
    "BACKEND_READS",
    "BLAME_READS",
    "CALLER_READS",
    "CALL_READS",
    "CERTIFICATES",
    "DOMAINS",
    "DOMAIN_READS",
    "DOMAIN_WAY_READS",
    "ENDPOINTS",
    "ENDPOINT_READS",
    "EXPORTS",
    "FIREWALL_READS",
    "FORWARDING_READS",
    "INVITATIONS",
    "LOG_READS",
    "MAPPINGS",
    "MULTIVALUED",
    "NETWORK_READS",
    "OF_DOMAINS",
    "OF_POLICIES",
    "OF_REFUSALS",
    "PROOF",
    "RESERVED_PATHS",
    "RESOURCES",
    "ROUTING",
    "SILENT",
    "STAGES",
    "ZONE_READS",
    "Answer",
    "Candidate",
    "Case",
    "Declaration",
    "DnsSeen",
    "Evidence",
    "Fact",
    "Finding",
    "Fingerprint",
    "FirewallRule",
    "Gap",
    "Gate",
    "HostSeen",
    "HttpSeen",
    "InboundAddress",
    "LoggedCall",
    "Lookup",
    "Method",
    "Missing",
    "PathMtuSeen",
    "Place",
    "Probe",
    "Route",
    "Rule",
    "Source",
    "Statement",
    "TcpSeen",
    "VpcEndpoint",
    "Zone",
    "account_of",
    "admits_nobody",
    "admitted",
    "alias_target",
    "answer",
    "api_id",
    "api_side",
    "as_dict",
    "as_list",
    "askers",
    "at_endpoint",
    "attributed",
    "authorization",
    "best_match",
    "blamed",
    "called_path",
    "caller_zone",
    "can_cover",
    "check",
    "climbed",
    "clock_offset",
    "contradictions",
    "deciding_rule",
    "default_zone",
    "deployed_methods",
    "deployed_policy",
    "dhcp_answer",
    "dhcp_servers",
    "dialled",
    "differences",
    "documents",
    "domain",
    "domain_side",
    "endpoint",
    "endpoint_addresses",
    "every",
    "explain_path",
    "failed",
    "fault_of",
    "foreign_issuer",
    "forwarding",
    "has_final_slash",
    "header",
    "holds",
    "host",
    "http_api",
    "identity",
    "in_vpc",
    "inbound_addresses",
    "inbound_answer",
    "inbound_answers",
    "interfaces",
    "is_address",
    "is_admitted",
    "is_behind_public_domain",
    "is_forbidden",
    "is_from_gateway",
    "is_good",
    "is_iam_only",
    "is_nobodys",
    "is_on_by_default",
    "is_own_server",
    "is_public",
    "is_seen_by_apis",
    "is_vpc_resolver",
    "is_vpc_route",
    "judge_gate",
    "judge_layer",
    "judge_problems",
    "judge_statements",
    "known_domain",
    "leads_to",
    "leads_to_endpoint",
    "log_search",
    "logged",
    "method",
    "methods",
    "moment",
    "open_to_everybody",
    "others",
    "own_answers",
    "own_signature",
    "owned_api",
    "partition_of",
    "passed",
    "place",
    "plain",
    "port_53_blockers",
    "principal",
    "private_domain",
    "reaches_endpoint",
    "reading",
    "resolved",
    "resolver",
    "resource_document",
    "rest_api",
    "right_answer",
    "routed",
    "rungs",
    "saved_policy",
    "sent_signature",
    "server_answers",
    "sight",
    "skipped",
    "stage",
    "stage_name",
    "stages",
    "system_answer",
    "taking_zone",
    "tcp",
    "through_proxy",
    "tls",
    "trap",
    "unknown",
    "unless_admitted",
    "unless_seen",
    "verdict",
    "warned",
    "zone_elsewhere",
]
