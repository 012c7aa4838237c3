"""What an authorizer is to find in a request: its identity sources, and which of them the call lacks.

Source: API Gateway developer guide, "Use API Gateway Lambda authorizers": where an identity source is missing or empty,
API Gateway answers 401 and asks no function; "x-amazon-apigateway-authorizer" (``identitySource``; of an authorizer by
token, and of a user pool, the header is the security scheme's ``name``).
"""

from typing import Any
from urllib.parse import parse_qs

from apidoctor.model.inventory import as_dict
from apidoctor.reasoning.apigateway.names import header
from apidoctor.reasoning.scene.answer import answer
from apidoctor.reasoning.scene.api import Method, export, method, methods, owned_api, runs, stage
from apidoctor.reasoning.scene.case import Case, fact

_HEADER, _QUERY, _VARIABLE = "method.request.header.", "method.request.querystring.", "stageVariables."
_ANY = "x-amazon-apigateway-any-method"


@fact
def identity_sources(case: Case) -> tuple[str, ...] | None:
    """Return the identity sources of the method's authorizer, deployed or else saved; None: nothing shows them."""
    found = method(case).value
    if found is None:
        return None
    if (shown := runs(case)).known and shown.value.is_canary:
        return None  # the export is the stage's, which no call meets
    document = export(case)
    case.expect(document.missing)
    scheme = _scheme((document.value if document.known else None) or {}, found)
    told = as_dict(scheme.get("x-amazon-apigateway-authorizer"), "authorizer in the export")
    if isinstance(told.get("identitySource"), str):
        return _split(told["identitySource"])
    if str(told.get("type") or "").lower() == "request":
        return ()
    name = scheme.get("name") if str(scheme.get("in") or "header").lower() == "header" else None
    usual = (f"{_HEADER}{name}",) if name else None
    is_pool = str(scheme.get("x-amazon-apigateway-authtype") or "").lower() == "cognito_user_pools"
    if usual and (told or is_pool):
        return usual
    saved = _saved(case, found)
    return usual if saved is None else saved


def _scheme(document: dict[str, Any], found: Method) -> dict[str, Any]:
    """Return the security scheme of the method's authorizer; an empty one where the export shows none."""
    verbs = as_dict(
        as_dict(document.get("paths"), "paths in the export").get(found.resource), "path of a method"
    )
    body = as_dict(verbs.get(_ANY if found.verb == "ANY" else found.verb.lower()), "method in the export")
    parts = as_dict(document.get("components"), "components of the export")
    schemes = as_dict(parts.get("securitySchemes"), "security schemes of the export")
    security = body.get("security")
    for each in security if isinstance(security, list) else ():
        for name in each if isinstance(each, dict) else ():
            scheme = as_dict(schemes.get(str(name)), "security scheme of the export")
            if scheme.get("x-amazon-apigateway-authtype"):
                return scheme
    return {}


def _saved(case: Case, found: Method) -> tuple[str, ...] | None:
    """Return the identity sources of the saved authorizer; nobody has to be able to read them."""
    saved = methods(case)
    case.expect(saved.missing)
    same = (found.resource, found.verb)
    alike = [each for each in (saved.value if saved.known else ()) if (each.resource, each.verb) == same]
    number = found.authorizer or next((each.authorizer for each in alike), None)
    if number is None:
        return None
    api = owned_api(case).value
    listed = case.inventory.items(api.account, case.region, "get_authorizers", api.id)
    case.expect(listed.missing)
    own = [each for each in (listed.value if listed.known else ()) if each.get("id") == number]
    source = own[0].get("identitySource") if own else None
    return _split(source) if isinstance(source, str) else None


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


FILLED_IN = frozenset(
    {
        "host",
        "user-agent",
        "accept",
        "x-forwarded-for",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-amzn-trace-id",
    }
)
"""Headers in lower case that an authorizer gets with every call: clients or API Gateway itself add them."""


def absent(case: Case, sources: tuple[str, ...]) -> list[str]:
    """Return in words which identity sources the call lacks; what API Gateway fills in is there."""
    seen, there = answer(case), stage(case)
    case.expect([*seen.missing, *there.missing])
    sent = {name.lower(): value for name, value in (seen.value.sent.items() if seen.known else ())}
    query = parse_qs(case.request.query)  # an empty value counts for none
    variables = there.value.variables if there.known and there.value else None
    lacking = []
    for source in sources:
        if source.startswith(_HEADER):
            name = source.removeprefix(_HEADER)
            signs = name.lower() == "authorization" and seen.known and seen.value.signed
            if name.lower() in FILLED_IN or signs:
                continue
            if not header(case.request, name.lower()) and not sent.get(name.lower()):
                lacking.append(f"the header {name}")
        elif source.startswith(_QUERY):
            name = source.removeprefix(_QUERY)
            if name not in query:
                lacking.append(f"the query parameter {name}")
        elif source.startswith(_VARIABLE) and variables is not None:
            name = source.removeprefix(_VARIABLE)
            if name not in variables:
                lacking.append(f"the stage variable {name}")
    return lacking
