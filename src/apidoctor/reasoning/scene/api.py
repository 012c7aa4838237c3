"""The API that is called: its object, its stage, what is deployed there, and the method that answers the path."""

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.aws import RestApi, Stage, read
from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import as_dict, as_text
from apidoctor.model.missing import Gap
from apidoctor.reasoning.scene.case import Case, accounts, fact
from apidoctor.reasoning.scene.rest_apis import api_of
from apidoctor.reasoning.scene.through import called

EXPORT = "oas30"
"""The export that shows what a stage runs (GetExport, apigateway extensions)."""

_KEY = "key"
_AUTHTYPES = {"awssigv4": "AWS_IAM", "cognito_user_pools": "COGNITO_USER_POOLS"}
"""``x-amazon-apigateway-authtype`` of the built-in schemes; any other is a Lambda authorizer's."""

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


ENDPOINT_EXTENSION = "x-amazon-apigateway-endpoint-configuration"
"""Member of an export, or of its servers, that tells whether the default name is switched off."""


@fact
def default_name_deployed(case: Case) -> bool:
    """Say whether the default name is on in what the stage runs; unknown when its export does not show that."""
    document = export(case).value or {}
    servers = document.get("servers")
    holders = (
        [document, *(each for each in servers if isinstance(each, dict))]
        if isinstance(servers, list)
        else [document]
    )
    for holder in holders:
        shown = holder.get(ENDPOINT_EXTENSION)
        if isinstance(shown, dict) and isinstance(shown.get("disableExecuteApiEndpoint"), bool):
            return not shown["disableExecuteApiEndpoint"]
    raise Undecided(
        [Gap("fact: whether the stage runs with the default name on: its export does not show it")]
    )


@fact
def deployed_at(case: Case) -> str | None:
    """Return when the deployment was made that the stage runs; None when it is not among the API's deployments."""
    api, runs = owned_api(case).value, stage(case).value
    items = case.inventory.items(api.account, case.region, "get_deployments", api.id).value
    wanted = runs.deployment_id if runs else None
    return next((str(each.get("createdDate")) for each in items if each.get("id") == wanted), None)


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


def is_deployment_seen(case: Case) -> bool:
    """Say whether an export shows what the stage runs."""
    document = export(case)
    case.expect(document.missing)
    # An API without methods cannot be deployed (CreateDeployment), so an export without paths shows nothing.
    return bool(document.known and document.value and isinstance(document.value.get("paths") or None, dict))


@fact
def deployed_methods(case: Case) -> list[Method]:
    """Return the methods that the stage runs; without an export the saved ones are all that can be seen."""
    document = export(case)
    case.expect([*document.missing, *methods(case).missing])
    if not is_deployment_seen(case) or document.value is None:
        return methods(case).value
    schemes = _schemes(document.value)
    return [
        _exported(str(path), verb, body, schemes)
        for path, verbs in document.value["paths"].items()
        if isinstance(verbs, dict)
        for verb, body in verbs.items()
        if verb in METHODS or verb == "x-amazon-apigateway-any-method"
    ]


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
