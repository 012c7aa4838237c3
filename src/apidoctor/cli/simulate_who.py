"""What ``apidoctor simulate --who-can`` is asked: an API of TARGET, or a policy from the options."""

from typing import Any

from apidoctor.cli.simulate_case import policy_text
from apidoctor.errors import NothingToJudge, UsageError
from apidoctor.model.wording import describe_missing
from apidoctor.reasoning.admission import Through, WhoCan, who_can
from apidoctor.reasoning.iam import Policy, read_policy
from apidoctor.reasoning.iam.values import Kind
from apidoctor.reasoning.scene.admission import TYPES, admissions
from apidoctor.reasoning.scene.api import owned_api

ANY_ENDPOINT = "the endpoint"
"""What an endpoint is called whose policy is given and whose id is not."""


def read(values: dict[str, Any]) -> tuple[str, tuple[WhoCan, ...]]:
    """Return the API's ARN and who may call it, by authorization type.

    Raises:
        UsageError: neither TARGET nor a policy and the API's ARN are given.
        NothingToJudge: what is needed cannot be seen.
    """
    return _of_target(values) if values["target"] else _of_options(values)


def _of_target(values: dict[str, Any]) -> tuple[str, tuple[WhoCan, ...]]:
    from apidoctor.cli.simulate_target import scene_of

    scene = scene_of(values)
    found, api = admissions(scene), owned_api(scene)
    if not found.known or not api.known:
        missing = (
            "; ".join(map(describe_missing, (*api.missing, *found.missing))) or "a readable resource policy"
        )
        raise NothingToJudge(f"{values['target']}: who may call cannot be told; not seen: {missing}")
    arn = f"arn:{scene.request.partition}:execute-api:{scene.region}:{api.value.account}:{api.value.id}"
    return arn, found.value


def _of_options(values: dict[str, Any]) -> tuple[str, tuple[WhoCan, ...]]:
    resource = values["resource"] or ""
    if not values["resource_policy"] or resource.count(":") < 5 or ":execute-api:" not in resource:
        raise UsageError("--who-can needs TARGET, or --resource ARN of an API and --resource-policy POLICY")
    api_arn = resource.partition("/")[0]
    policy = _policy(values["resource_policy"], "resource")
    ways = None
    if values["endpoint_policy"]:
        given = dict(each.partition("=")[::2] for each in values["context"])
        endpoint = given.get("aws:SourceVpce", ANY_ENDPOINT)
        ways = [Through(endpoint, given.get("aws:SourceVpc"), _policy(values["endpoint_policy"], "endpoint"))]
    types = [values["authorization"]] if values["authorization"] else TYPES
    return api_arn, tuple(who_can(policy, api_arn, each, ways) for each in types)


def _policy(given: str, kind: Kind) -> Policy:
    found = read_policy(policy_text(given) or "", kind=kind)
    if not found.valid:
        problem = next(each for each in found.problems if each.severity == "invalid")
        raise NothingToJudge(
            f"the {kind} policy is no policy: {problem.where} {problem.message}".replace("  ", " ")
        )
    return found
