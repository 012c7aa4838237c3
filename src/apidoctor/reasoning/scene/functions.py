"""The Lambda function of an integration: which it is, whether it is there, and whether it lets this API call it.

Source: API Gateway developer guide, "Lambda integrations for REST APIs" (the function's resource policy must allow
``apigateway.amazonaws.com`` for the method's ARN, or the integration names a role); Lambda developer guide, "Using
resource-based policies" (an alias and a version have policies of their own).
"""

import re

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import as_text
from apidoctor.model.missing import Gap
from apidoctor.reasoning.iam import (
    Decision,
    NearMiss,
    Policies,
    Policy,
    Request,
    decide,
    explain,
    read_policy,
)
from apidoctor.reasoning.scene.api import called_path, method, owned_api, stage_name
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.integration import Integration, filled, integration

SERVICE = "apigateway.amazonaws.com"
"""Who calls the function."""
UNKNOWN_KEYS = frozenset({"aws:SourceAccount", "aws:SourceOrgID", "aws:PrincipalIsAWSService"})
"""Keys of which it is not documented that API Gateway sends them."""

_URI = re.compile(
    r"arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path/[\w-]+/functions/(.+)/(?:response-streaming-)?invocations"
)
_FUNCTION = re.compile(
    r"(arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):function:([\w-]+))(?::([\w$-]+))?", re.ASCII
)


class Function(Struct, frozen=True, kw_only=True):
    """A Lambda function as an integration names it."""

    arn: str
    """ARN with the qualifier, where there is one."""
    account: str
    region: str
    name: str
    qualifier: str | None = None
    """Alias or version; None: the unpublished version."""

    @property
    def key(self) -> str:
        """What Lambda's calls take: the name, with the qualifier."""
        return f"{self.name}:{self.qualifier}" if self.qualifier else self.name


def leads_to_lambda(own: Integration | None) -> bool:
    """Say whether an integration is one of Lambda's."""
    return own is not None and own.kind.startswith("AWS") and ":lambda:path/" in own.uri


@fact
def function(case: Case) -> Function | None:
    """Return the function that the integration names; None when it leads elsewhere."""
    own = integration(case).value
    if own is None or not leads_to_lambda(own):
        return None
    uri = _URI.fullmatch(filled(case, own.uri).value)
    named = _FUNCTION.fullmatch(uri[1]) if uri else None
    if named is None:
        raise Undecided([Gap(f"fact: a URI of Lambda's form, not {own.uri[:200]}")])
    head, region, account, name, qualifier = named.groups()
    arn = f"{head}:{qualifier}" if qualifier else head
    return Function(arn=arn, account=account, region=region, name=name, qualifier=qualifier)


@fact
def configuration(case: Case) -> dict[str, object] | None:
    """Return the configuration of the function, of its alias or version; None when there is none."""
    own = _must(case)
    answer = case.inventory.get(own.account, own.region, "get_function_configuration", own.key)
    if answer.known or not own.qualifier:
        return answer.value
    # An inventory of another tool shows functions by their names alone: then a missing one has no alias either.
    whole = case.inventory.get(own.account, own.region, "get_function_configuration", own.name)
    if whole.known and whole.value is None:
        return None
    return answer.value


@fact
def function_policy(case: Case) -> Policy | None:
    """Return the resource policy of the function, of its alias or version; None when it has none."""
    own = _must(case)
    answer = case.inventory.get(own.account, own.region, "get_policy", own.key).value
    text = as_text((answer or {}).get("Policy"), "policy of a function")
    return read_policy(text, kind="resource") if text else None


@fact
def call_arns(case: Case) -> tuple[str, ...]:
    """Return what ``aws:SourceArn`` may be: the method's ARN with the path as called, or with its parameters.

    Which of the two API Gateway sends for a path with parameters is not documented.
    """
    api, target = owned_api(case).value, method(case).value
    head = f"arn:{case.request.partition}:execute-api:{case.region}:{api.account}:{api.id}"
    path = called_path(case).value.partition("?")[0]
    resource = target.resource if target else path
    paths = [path, resource, re.sub(r"\{[^}]*\}", "*", resource)]
    return tuple(
        dict.fromkeys(
            f"{head}/{stage_name(case).value}/{case.request.method}/{path.lstrip('/')}" for path in paths
        )
    )


@fact
def permissions(case: Case) -> tuple[tuple[str, Decision, tuple[NearMiss, ...]], ...]:
    """Return what the function's policy decides about this API's call, and what nearly allowed it, for each ARN."""
    own, policy = _must(case), function_policy(case).value
    found = []
    for arn in call_arns(case).value:
        asked = Request(
            action="lambda:InvokeFunction",
            resource=own.arn,
            principal_arn=SERVICE,
            resource_account=own.account,
            context={"aws:SourceArn": (arn,)},
            unknown_context=UNKNOWN_KEYS,
        )
        layers = Policies(resource=policy)
        decision = decide(asked, layers)
        found.append((arn, decision, explain(asked, layers, decision)))
    return tuple(found)


def _must(case: Case) -> Function:
    found = function(case).value
    if found is None:
        raise Undecided([Gap("fact: which function the integration calls")])
    return found
