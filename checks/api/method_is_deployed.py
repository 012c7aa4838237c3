"""The path and method exist in the deployed API.

Why it matters
--------------
API Gateway answers an unknown path or method with 403 `Missing Authentication Token`, which looks like a
problem with credentials. Saved resources do not count before they are deployed.

How it decides
--------------
Path and method are matched against what the stage runs, literal segments before parameters before greedy
ones: its export, or without one the summary of its deployment; where a canary gets all calls, that of the
canary's. Where only the saved resources can be seen, or a canary that gets part of the calls has the method, a
failure is likely and not certain. The path is case-sensitive, a slash at
its end counts, `{proxy+}` does not cover the resource it stands below, and HEAD and OPTIONS are methods of
their own. What the request differs in from something that is deployed is told. A call that was admitted
proves the opposite.

How to fix
----------
Correct path or method; when the saved API has them, deploy it to the stage.

References
----------
- https://repost.aws/knowledge-center/api-gateway-authentication-token-errors
- https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    PROOF,
    RESERVED_PATHS,
    Case,
    Evidence,
    Finding,
    Method,
    answer,
    best_match,
    called_path,
    check,
    deployed_methods,
    explain_path,
    failed,
    has_final_slash,
    is_admitted,
    method,
    methods,
    owned_api,
    passed,
    stage_name,
    unless_admitted,
    warned,
)
from apidoctor.reasoning.scene.api import is_deployment_seen
from apidoctor.reasoning.scene.deployed import doubt, shown_by


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=CALL_READS,
    probes=PROOF,
    faults=("H02", "H04"),
    explained_by=("api/canary-answers-alike",),
    playbook="missing-authentication-token",
    position=60,
)
def judge(case: Case) -> Iterator[Finding]:
    """Match the request against the deployed methods, then against the saved ones."""
    request, path = case.request, called_path(case).value
    api, found = owned_api(case).value, method(case).value
    what = f"{request.method} {path}"
    if found is not None:
        yield _found(case, found, what)
        return
    deployed = deployed_methods(case).value
    have = sorted({f"{item.verb} {item.resource}" for item in deployed})
    saved = best_match(methods(case).value, request.method, path) if methods(case).known else None
    evidence = [case.cite(shown_by(case), {"wanted": what, "deployed": have[:20]}, what)]
    unsure = doubt(case, lambda other: other is None)
    told, confidence = f" {unsure}" if unsure else "", "likely" if unsure else "certain"
    if saved is not None:
        yield unless_admitted(
            case,
            failed(
                "H04",
                f"{what} is saved, but the stage runs an older deployment without it.{told}",
                fix=f"Deploy {api.id} to the stage {stage_name(case).value}.",
                subject=what,
                confidence=confidence,
                evidence=evidence,
            ),
        )
        return
    routes = [(item.resource, item.verb) for item in deployed]
    near = explain_path(routes, stage_name(case).value, request.method, path)
    hint = _hint(case, path) or (f" {near}" if near else "")
    yield unless_admitted(
        case,
        failed(
            "H02",
            f"The {'deployed' if is_deployment_seen(case) else 'saved'} API has no {what}.{hint}{told}",
            fix=f"Call a path that exists ({', '.join(have[:3]) or 'none is deployed'}), or add {what} and deploy.",
            subject=what,
            confidence=confidence,
            evidence=evidence,
        ),
    )


def _found(case: Case, found: Method, what: str) -> Finding:
    """Tell which method answers, unless a slash at the end of the path or a reserved path keeps the call from it."""
    path = called_path(case).value.partition("?")[0]
    told = found.authorization or "unknown"
    value = {
        "resource": found.resource,
        "method": found.verb,
        "authorizationType": told,
        "apiKeyRequired": found.api_key_required,
    }
    evidence = [case.cite(shown_by(case), value, what)]
    if has_final_slash(found.resource, path) and not is_admitted(case):
        return _differs_by_a_slash(case, found, what, evidence)
    words = f"{found.verb} {found.resource} answers {what} (authorization type {told})."
    if path in RESERVED_PATHS and case.request.form in ("custom-domain", "custom-domain-endpoint"):
        text = f"{words} At the root of a custom domain {path} is the service's own health check."
        return warned("H02", text, fix="Give the resource another name.", subject=what, evidence=evidence)
    return passed(words, subject=what, evidence=evidence)


def _differs_by_a_slash(case: Case, found: Method, what: str, evidence: list[Evidence]) -> Finding:
    seen = answer(case)
    refused = seen.known and seen.value.status == 403
    path = called_path(case).value.partition("?")[0]
    unsure = doubt(case, lambda other: other is None or has_final_slash(other.resource, path))
    told = f" {unsure}" if unsure else ""
    return failed(
        "H02",
        f"The {'deployed' if is_deployment_seen(case) else 'saved'} API has no {what}. "
        f"The path differs only by a trailing slash from {found.resource}.{told}",
        fix=f"Call {case.request.path.partition('?')[0].rstrip('/')} without the slash at the end.",
        subject=what,
        confidence="certain" if refused and not unsure else "likely",
        evidence=evidence,
    )


def _hint(case: Case, path: str) -> str:
    """Say that the URL of a custom domain has the stage in it, where it does: its mapping names the stage."""
    stage = stage_name(case).value
    first, _, rest = path.removeprefix("/").partition("/")
    if case.request.domain is None or first != stage:
        return ""
    deployed = best_match(deployed_methods(case).value, case.request.method, f"/{rest}")
    there = " (without it the path exists)" if deployed is not None else ""
    return f" The domain's mapping names the stage: leave /{stage} out of the URL{there}."
