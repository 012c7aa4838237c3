"""Who may call the API, for each authorization type that its methods have."""

from apidoctor.model.facts import Undecided
from apidoctor.reasoning.admission import Through, WhoCan, who_can
from apidoctor.reasoning.apigateway.authorize import AuthorizationType
from apidoctor.reasoning.iam import read_policy
from apidoctor.reasoning.scene.api import deployed_methods, methods, owned_api
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.endpoint import all_endpoints
from apidoctor.reasoning.scene.policies import effective_policy

TYPES: tuple[AuthorizationType, ...] = ("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")


@fact
def admissions(case: Case) -> tuple[WhoCan, ...]:
    """Return who may call, one value for each authorization type; methods whose type is not shown count as any.

    The endpoints are those of the accounts that can be read; when none is, any endpoint is thought of.
    """
    api = owned_api(case).value
    arn = f"arn:{case.request.partition}:execute-api:{case.region}:{api.account}:{api.id}"
    policy = effective_policy(case).value
    if policy is not None and not policy.valid:
        raise Undecided([])
    return tuple(who_can(policy, arn, each, ways(case).value or None) for each in types(case).value)


@fact
def types(case: Case) -> tuple[AuthorizationType, ...]:
    """Return the authorization types of the API's methods."""
    saved, deployed = methods(case), deployed_methods(case)
    case.expect([*saved.missing, *deployed.missing])
    told = deployed.known and all(each.authorization for each in deployed.value)
    found = deployed if told or not saved.known else saved  # an export without the extensions tells no type
    shown = {each.authorization for each in found.value} if found.known else {None}
    return TYPES if None in shown or not shown else tuple(each for each in TYPES if each in shown)


@fact
def ways(case: Case) -> tuple[Through, ...]:
    """Return the endpoints for execute-api that can be seen, with their policies."""
    found = all_endpoints(case)
    case.expect(found.missing)
    return tuple(
        Through(
            each.vpc_endpoint_id,
            each.vpc_id,
            read_policy(each.policy_document, kind="endpoint") if each.policy_document else None,
        )
        for each in (found.value if found.known else ())
    )
