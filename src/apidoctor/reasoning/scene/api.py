"""The API that is called: its object, its stage, what is deployed there, and the method that answers the path."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.aws import CanarySettings, RestApi, Stage, read
from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import as_dict, as_text
from apidoctor.model.missing import Gap, Missing
from apidoctor.reasoning.scene.case import Case, accounts, fact
from apidoctor.reasoning.scene.rest_apis import api_of
from apidoctor.reasoning.scene.through import called

EXPORT = "oas30"
"""The export that shows what a stage runs (GetExport, apigateway extensions)."""

_KEY = "key"
_AUTHTYPES = {"awssigv4": "AWS_IAM", "cognito_user_pools": "COGNITO_USER_POOLS"}
"""``x-amazon-apigateway-authtype`` of the built-in schemes; any other is a Lambda authorizer's."""

ALL = 100
"""Percent of the calls that a canary gets when it gets every one."""
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Method(Struct, frozen=True, kw_only=True):
    """The method that answers a request."""

    resource: str
    """Resource path with its parameters, for example ``/pets/{id}``."""
    verb: str
    """``GET`` … or ``ANY``."""
    authorization: str | None = None
    """``NONE``, ``AWS_IAM``, ``CUSTOM``, ``COGNITO_USER_POOLS``; None when not shown."""
    api_key_required: bool = False
    """Whether a usage plan's key is asked for."""
    authorizer: str | None = None
    """Id of the authorizer."""
    integration: dict[str, Any] = {}
    """What answers behind the method."""
    unexplained: bool = False
    """Whether an export names a security scheme for the method that it does not explain."""


class Runs(Struct, frozen=True):
    """The methods that a call can meet, and what shows them."""

    methods: tuple[Method, ...]
    """They."""
    by: Literal["get_export", "get_deployment", "get_resources"]
    """The operation that shows them; the last one shows the draft, which may never have been deployed."""
    is_canary: bool = False
    """Whether they are those of the canary."""
    unseen: tuple[Missing, ...] = ()
    """For the draft: what would show more."""

    @property
    def is_draft(self) -> bool:
        """Whether they are only what is saved."""
        return self.by == "get_resources"


@fact
def api_id(case: Case) -> str:
    """Return the id of the API that is called: the request's, or that which the custom domain leads to."""
    return called(case).value.api


@fact
def called_path(case: Case) -> str:
    """Return the path that the API sees: below the stage, and without a custom domain's base path."""
    return called(case).value.path


@fact
def rest_api(case: Case) -> RestApi | None:
    """Return the API; None when every account that can be read says that it has none of this id in the Region."""
    return api_of(case, api_id(case).value).value


@fact
def owned_api(case: Case) -> RestApi:
    """Return the API, or be unknown when no account that can be read has it."""
    found = rest_api(case).value
    if found is None:
        known = ", ".join(case.inventory.accounts)
        raise Undecided([Gap(f"account: the one that owns API {api_id(case).value} (not in {known})")])
    return found


@fact
def stage_name(case: Case) -> str | None:
    """Return the stage that is called; for a TARGET without a stage the API's only one."""
    if case.request.domain is not None:
        return called(case).value.stage
    if case.request.stage or case.request.is_url:
        return case.request.stage
    names = [stage.stage_name for stage in stages(case).value]
    return names[0] if len(names) == 1 else None


@fact
def stages(case: Case) -> list[Stage]:
    """Return all stages of the API."""
    api = owned_api(case).value
    items = case.inventory.items(api.account, case.region, "get_stages", api.id).value
    return [read(Stage, item, api.account) for item in items]


@fact
def stage(case: Case) -> Stage | None:
    """Return the stage that is called; None when it does not exist or the URL names none."""
    name = stage_name(case).value
    if name is None:
        return None
    api = owned_api(case).value
    answer = case.inventory.get(api.account, case.region, "get_stage", f"{api.id}/{name}")
    if answer.known:
        return read(Stage, answer.value, api.account) if answer.value else None
    case.expect(answer.missing)
    listed = stages(case)
    if not listed.known:
        raise Undecided(answer.missing)
    return next((item for item in listed.value if item.stage_name == name), None)


@fact
def export(case: Case) -> dict[str, Any] | None:
    """Return what the stage runs, as an OpenAPI document; None when the stage has no export."""
    name = stage_name(case).value
    api = owned_api(case).value
    answer = case.inventory.get(api.account, case.region, "get_export", f"{api.id}/{name}/{EXPORT}").value
    body = (answer or {}).get("body")
    return body if isinstance(body, dict) else None


@fact
def methods(case: Case) -> list[Method]:
    """Return the methods of the *saved* API."""
    api = owned_api(case).value
    items = case.inventory.items(api.account, case.region, "get_resources", api.id).value
    return [
        _method(item, verb, body)
        for item in items
        for verb, body in as_dict(item.get("resourceMethods"), "resourceMethods of the API").items()
    ]


@fact
def canary(case: Case) -> CanarySettings | None:
    """Return the stage's canary; None when it has none, or one that gets no call."""
    found = stage(case).value
    own = found.canary_settings if found else None
    return own if own and own.deployment_id and (own.percent_traffic or 0) > 0 else None


@fact
def methods_of(case: Case, deployment: str) -> tuple[Method, ...]:
    """Return the methods of a deployment (GetDeployment with its ``apiSummary``), without their integrations."""
    api = owned_api(case).value
    answer = case.inventory.get(api.account, case.region, "get_deployment", f"{api.id}/{deployment}").value
    summary = (answer or {}).get("apiSummary")
    if not isinstance(summary, dict) or not summary:
        words = f"fact: which methods deployment {deployment} has (get-deployment --embed apisummary)"
        raise Undecided([Gap(words)])
    return tuple(
        _method({"path": path}, str(verb), body)
        for path, verbs in summary.items()
        for verb, body in as_dict(verbs, "summary of a deployment").items()
    )


@fact
def runs(case: Case) -> Runs:
    """Return what a call meets: what the canary runs that gets all calls, else what the stage does.

    That is what its export shows; where there is none to read, the summary of its deployment; else the draft.
    """
    own, there = canary(case), stage(case)
    case.expect([*own.missing, *there.missing])
    share = own.value if own.known else None
    if share is not None and (share.percent_traffic or 0) >= ALL:
        other = methods_of(case, share.deployment_id or "")
        case.expect(other.missing)
        if other.known:
            return Runs(other.value, "get_deployment", is_canary=True)
    document = export(case)
    case.expect([*document.missing, *methods(case).missing])
    shown = document.value if document.known else None
    # An API without methods cannot be deployed (CreateDeployment), so an export without paths shows nothing.
    if shown is not None and isinstance(shown.get("paths") or None, dict):
        return Runs(tuple(_of_export(shown)), "get_export")
    if there.known and there.value is not None and there.value.deployment_id:
        summary = methods_of(case, there.value.deployment_id)
        case.expect(summary.missing)
        if summary.known:
            return Runs(summary.value, "get_deployment")
    return Runs(tuple(methods(case).value), "get_resources", unseen=document.missing)


def is_deployment_seen(case: Case) -> bool:
    """Say whether something shows what the stage runs; the draft does not."""
    found = runs(case)
    case.expect(found.missing)
    return found.known and not found.value.is_draft


@fact
def deployed_methods(case: Case) -> list[Method]:
    """Return the methods that the stage runs; where nothing shows them, the saved ones are all that can be seen."""
    return list(runs(case).value.methods)


@fact
def method(case: Case) -> Method | None:
    """Return the deployed method that answers the request; None when there is none.

    The saved one completes what an export without API Gateway's extensions cannot show; a draft has no effect before it
    is deployed (aws.md B.2), so never more than that.
    """
    found = best_match(deployed_methods(case).value, case.request.method, called_path(case).value)
    if found is None or found.authorization is not None:
        return found
    saved = next(
        (m for m in methods(case).value if (m.resource, m.verb) == (found.resource, found.verb)), None
    )
    if saved is None or (found.unexplained and saved.authorization == "NONE"):
        return found
    return replace(
        found,
        authorization=saved.authorization,
        authorizer=saved.authorizer,
        integration=found.integration or saved.integration,
    )


def best_match(candidates: Iterable[Method], verb: str, path: str) -> Method | None:
    """Return the method that API Gateway chooses: literal segments before parameters before greedy ones."""
    path = path.split("?")[0]
    fitting = [m for m in candidates if m.verb in (verb, "ANY") and _fits(m.resource, path)]
    return min(fitting, key=lambda m: (_rank(m.resource), m.verb == "ANY"), default=None)


def _fits(resource: str, path: str) -> bool:
    parts = [part for part in resource.split("/") if part]
    pattern = "".join(
        "/.+" if part.endswith("+}") else "/[^/]+" if part.startswith("{") else "/" + re.escape(part)
        for part in parts
    )
    return re.fullmatch(pattern + "/?", path.rstrip("/") if parts else path) is not None


def _rank(resource: str) -> tuple[int, ...]:
    return tuple(2 if p.endswith("+}") else 1 if p.startswith("{") else 0 for p in resource.split("/"))


def _method(resource: dict[str, Any], verb: str, body: Any) -> Method:
    body = body if isinstance(body, dict) else {}
    return Method(
        resource=str(resource.get("path", "/")),
        verb=verb.upper(),
        authorization=as_text(body.get("authorizationType"), "authorizationType of a method"),
        api_key_required=bool(body.get("apiKeyRequired")),
        authorizer=as_text(body.get("authorizerId"), "authorizerId of a method"),
        integration=as_dict(body.get("methodIntegration"), "methodIntegration of the API"),
    )


def _of_export(document: dict[str, Any]) -> Iterator[Method]:
    schemes = _schemes(document)
    for path, verbs in document["paths"].items():
        for verb, body in verbs.items() if isinstance(verbs, dict) else ():
            if verb in METHODS or verb == "x-amazon-apigateway-any-method":
                yield _exported(str(path), verb, body, schemes)


def _schemes(document: dict[str, Any]) -> dict[str, str]:
    """Return what the security schemes of an export ask for: an authorization type, or ``key`` for an API key.

    Source: API Gateway developer guide, "x-amazon-apigateway-authtype".
    """
    parts = document.get("components")
    schemes = parts.get("securitySchemes") if isinstance(parts, dict) else None
    found = {}
    for name, body in schemes.items() if isinstance(schemes, dict) else ():
        told = body if isinstance(body, dict) else {}
        kind = str(told.get("x-amazon-apigateway-authtype") or "").lower()
        if kind:
            found[str(name)] = _AUTHTYPES.get(kind, "CUSTOM")
        elif str(told.get("name", "")).lower() == "x-api-key":
            found[str(name)] = _KEY
    return found


def _exported(path: str, verb: str, body: Any, schemes: dict[str, str]) -> Method:
    """Read a method of an export.

    Authorization is told by the vendor extension or a security scheme.  A method that has neither is open where the
    export shows API Gateway's extensions (the integration, without which no method is deployed); without them it may
    only not be shown.  The API key is plain OpenAPI, shown by every export.
    """
    body = body if isinstance(body, dict) else {}
    kind = as_dict(body.get("x-amazon-apigateway-auth"), "authorization in the export").get("type")
    behind = as_dict(body.get("x-amazon-apigateway-integration"), "integration in the export")
    security = body.get("security")
    asked = {
        schemes.get(str(name))
        for each in (security if isinstance(security, list) else ())
        for name in (each if isinstance(each, dict) else ())
    }
    told = next(iter(sorted(each for each in asked if each and each != _KEY)), None)
    silent = "NONE" if behind and None not in asked else None
    return Method(
        resource=path,
        verb="ANY" if verb == "x-amazon-apigateway-any-method" else verb.upper(),
        authorization=str(kind).upper() if kind else told or silent,
        api_key_required=_KEY in asked,
        integration=behind,
        unexplained=None in asked,
    )


@fact
def http_api(case: Case) -> dict[str, Any] | None:
    """Return the HTTP or WebSocket API with the id of the call, as far as any account shows one.

    Such APIs are always public; nobody has to be able to list them.
    """
    name = api_id(case).value
    facts = [
        case.inventory.where(account, case.region, "apigatewayv2.get_apis", "ApiId", name)
        for account in accounts(case).value
    ]
    case.expect([gap for listed in facts for gap in listed.missing])
    return next((item for listed in facts if listed.known for item in listed.value), None)
