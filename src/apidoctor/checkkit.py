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
from apidoctor.model.facts import Source, every
from apidoctor.model.finding import Finding, failed, passed, skipped, unknown, warned
from apidoctor.model.inventory import as_dict, as_list
from apidoctor.model.missing import Gap, Lookup, Missing
from apidoctor.model.observation import HttpSeen
from apidoctor.model.report import Evidence
from apidoctor.reasoning.apigateway.authorization_keys import in_resource_policy as is_seen_by_apis
from apidoctor.reasoning.apigateway.authorization_keys import is_iam_only
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED, Fingerprint
from apidoctor.reasoning.apigateway.names import header, partition_of
from apidoctor.reasoning.iam import MULTIVALUED
from apidoctor.reasoning.iam.statements import Statement
from apidoctor.reasoning.scene.answer import (
    admitted,
    answer,
    clock_offset,
    dialled,
    impossible,
    reading,
    resolved,
)
from apidoctor.reasoning.scene.api import (
    best_match,
    deployed_methods,
    method,
    methods,
    owned_api,
    rest_api,
    stage,
    stage_name,
    stages,
)
from apidoctor.reasoning.scene.caller import principal
from apidoctor.reasoning.scene.case import Case, account_of
from apidoctor.reasoning.scene.endpoint import endpoint, endpoint_addresses, in_vpc, interfaces
from apidoctor.reasoning.scene.gates import (
    NETWORK_READS,
    ROUTING,
    Gate,
    at_endpoint,
    is_vpc_route,
    judge_gate,
)
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
from apidoctor.reasoning.scene.place import Place, place
from apidoctor.reasoning.scene.policies import deployed_policy, saved_policy, verdict
from apidoctor.reasoning.scene.refusal import contradictions
from apidoctor.reasoning.scene.seen import host, identity, server_answers, system_answer, tcp, tls
from apidoctor.reasoning.scene.zones import customer_zone, known_zones, targets, zone_record

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


CALL_READS = (
    "get_rest_api",
    "get_rest_apis",
    "get_stage",
    "get_stages",
    "get_resources",
    "get_export",
    "describe_vpc_endpoints",
    "describe_network_interfaces",
    "describe_subnets",
    "list_hosted_zones_by_vpc",
    "list_resource_record_sets",
)
"""Operations that tell which call to make and through which endpoint: for checks of the answer and of policies."""

CALLER_READS = (
    "get_role",
    "list_role_policies",
    "get_role_policy",
    "list_attached_role_policies",
    "get_policy",
    "get_policy_version",
    "get_user",
    "list_user_policies",
    "get_user_policy",
    "list_attached_user_policies",
    "list_groups_for_user",
)
"""Operations that tell the policies attached to the caller."""


OF_POLICIES: dict[str, Any] = {
    "reads": (*CALL_READS, *CALLER_READS),
    "probes": ("host", "identity", "tcp", "http"),
    "required": False,
    "playbook": "policy-written-wrong",
}
"""How a check of how policies are written is declared: ``@check(**OF_POLICIES, needs=…, position=…)``."""


def _source(operation: str) -> Callable[[str, str], Source]:
    return lambda account, region: Source(operation, account, region)


ENDPOINTS = _source("describe_vpc_endpoints")
APIS = _source("get_rest_api")
STAGES = _source("get_stage")
RESOURCES = _source("get_resources")
EXPORTS = _source("get_export")
"""Where evidence comes from, for account and Region: ``case.cite(ENDPOINTS(account, region), value, subject)``."""

__all__ = [
    "ADMITTED",
    "APIS",
    "CALLER_READS",
    "CALL_READS",
    "ENDPOINTS",
    "EXPORTS",
    "MULTIVALUED",
    "NETWORK_READS",
    "OF_POLICIES",
    "RESOURCES",
    "ROUTING",
    "STAGES",
    "Case",
    "Declaration",
    "Evidence",
    "Finding",
    "Fingerprint",
    "Gap",
    "Gate",
    "HttpSeen",
    "Lookup",
    "Missing",
    "Place",
    "Source",
    "Statement",
    "VpcEndpoint",
    "account_of",
    "admitted",
    "answer",
    "as_dict",
    "as_list",
    "at_endpoint",
    "authorization",
    "best_match",
    "can_cover",
    "check",
    "clock_offset",
    "contradictions",
    "customer_zone",
    "deployed_methods",
    "deployed_policy",
    "dialled",
    "documents",
    "endpoint",
    "endpoint_addresses",
    "every",
    "failed",
    "header",
    "host",
    "identity",
    "impossible",
    "in_vpc",
    "interfaces",
    "is_iam_only",
    "is_seen_by_apis",
    "is_vpc_route",
    "judge_gate",
    "judge_layer",
    "judge_problems",
    "judge_statements",
    "known_zones",
    "method",
    "methods",
    "open_to_everybody",
    "owned_api",
    "partition_of",
    "passed",
    "place",
    "principal",
    "reading",
    "resolved",
    "resource_document",
    "rest_api",
    "saved_policy",
    "server_answers",
    "skipped",
    "stage",
    "stage_name",
    "stages",
    "system_answer",
    "targets",
    "tcp",
    "tls",
    "trap",
    "unknown",
    "verdict",
    "warned",
    "zone_record",
]
