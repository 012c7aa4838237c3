"""The path and method exist in the deployed API.

Why it matters
--------------
API Gateway answers an unknown path or method with 403 `Missing Authentication Token`, which looks like a
problem with credentials. Saved resources do not count before they are deployed.

How it decides
--------------
Path and method are matched against what the stage runs (its export), literal segments before parameters
before greedy ones; without an export, against the saved resources. The path is case-sensitive.

How to fix
----------
Correct path or method; when the saved API has them, deploy it to the stage.

References
----------
- https://repost.aws/knowledge-center/api-gateway-authentication-token-errors
- https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    EXPORTS,
    Case,
    Finding,
    best_match,
    called_path,
    check,
    deployed_methods,
    failed,
    method,
    methods,
    owned_api,
    passed,
    stage_name,
)


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=("get_resources", "get_export"),
    faults=("H02", "H04"),
    playbook="missing-authentication-token",
    position=60,
)
def judge(case: Case) -> Iterator[Finding]:
    """Match the request against the deployed methods, then against the saved ones."""
    request, path = case.request, called_path(case).value
    api, found = owned_api(case).value, method(case).value
    what = f"{request.method} {path}"
    if found is not None:
        value = {"resource": found.resource, "method": found.verb, "authorization": found.authorization}
        source = EXPORTS(api.account, case.region)
        yield passed(
            f"{found.verb} {found.resource} answers {what}.",
            subject=what,
            evidence=[case.cite(source, value, what)],
        )
        return
    have = sorted({f"{item.verb} {item.resource}" for item in deployed_methods(case).value})
    saved = best_match(methods(case).value, request.method, path) if methods(case).known else None
    evidence = [case.cite(EXPORTS(api.account, case.region), {"wanted": what, "deployed": have[:20]}, what)]
    if saved is not None:
        yield failed(
            "H04",
            f"{what} is saved, but the stage runs an older deployment without it.",
            fix=f"Deploy {api.id} to the stage {stage_name(case).value}.",
            subject=what,
            evidence=evidence,
        )
    else:
        yield failed(
            "H02",
            f"The deployed API has no {what}.{_hint(case, path)}",
            fix=f"Call a path that exists ({', '.join(have[:3]) or 'none is deployed'}), or add {what} and deploy.",
            subject=what,
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
