"""The stage in the URL exists and runs a deployment.

Why it matters
--------------
The first path segment of a default URL is the stage; a custom domain's mapping names it. Without it, or
with one that does not exist, API Gateway answers 403 before any policy or method is looked at.

How it decides
--------------
The URL must have a stage segment, the API must have a stage of that name (case matters), and the stage a
deployment. A call that was admitted makes a failure a warning.

How to fix
----------
Use a stage that exists, or deploy the API to this stage.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-stages.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    PROOF,
    STAGES,
    Case,
    Finding,
    best_match,
    check,
    failed,
    methods,
    owned_api,
    passed,
    stage,
    stage_name,
    stages,
    unless_admitted,
)


@check(
    needs=("api/exists",),
    reads=CALL_READS,
    probes=PROOF,
    faults=("H02", "H03"),
    playbook="missing-authentication-token",
    position=50,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the stage segment."""
    name, found = stage_name(case).value, stage(case)
    if name is None or found.value is None:
        yield unless_admitted(case, _without(case, name))
        return
    api, runs = owned_api(case).value, found.value.deployment_id
    evidence = [case.cite(STAGES(api.account, case.region), {"deploymentId": runs}, name)]
    yield passed(f"Stage {name} runs deployment {runs}.", subject=name, evidence=evidence)


def _without(case: Case, name: str | None) -> Finding:
    """Return the failure of a URL whose stage segment is *name*, which is no stage; None: it has no such segment."""
    api, url = owned_api(case).value, (case.request.url or "").partition("?")[0]
    if name is None:
        return failed(
            "H03",
            "The URL has no stage segment.",
            fix=f"Put the stage first in the path: {_with_stage(case, case.request.path)}."
            if case.request.domain is None
            else "Put the stage after the base path, or name it in the domain's mapping.",
            subject=url,
            evidence=[case.cite(None, {"url": url}, api.id)],
        )
    evidence = [case.cite(STAGES(api.account, case.region), {"stage": name, "found": False}, name)]
    if _is_a_path(case):
        return failed(
            "H03",
            f"The URL has no stage: /{name} is a path of the API, not a stage.",
            fix=f"Put the stage before the path: {_with_stage(case, f'/{name}')}.",
            subject=url,
            evidence=evidence,
        )
    listed = stages(case)
    have = ", ".join(item.stage_name for item in listed.value) if listed.known else "unknown"
    return failed(
        "H02",
        f"API {api.id} has no stage {name} (stages: {have or 'none'}).",
        fix=f"Call a stage that exists, or deploy {api.id} to a stage {name}.",
        subject=name,
        evidence=evidence,
    )


def _is_a_path(case: Case) -> bool:
    """Say whether what stands where the stage belongs is the beginning of a path that the API has."""
    if case.request.domain is not None:
        return False
    saved = methods(case)
    case.expect(saved.missing)
    path = f"/{case.request.stage}{case.request.path}".rstrip("/")
    return saved.known and best_match(saved.value, case.request.method, path) is not None


def _with_stage(case: Case, path: str) -> str:
    """Return *path* with a stage of the API before it, ``/STAGE`` where none can be read."""
    listed = stages(case)
    names = [item.stage_name for item in listed.value] if listed.known else []
    if not names:
        return f"/STAGE{path}"
    return f"/{names[0]}{path}" + (f" (its stages are {', '.join(names[:10])})" if len(names) > 1 else "")
