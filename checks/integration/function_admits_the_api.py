"""The Lambda function lets this API call it.

Why it matters
--------------
API Gateway needs the function's permission, given in its resource policy for an API, stage, method and
path. It is missing after the API was made again (its id is new), for a new stage or method, and for an
alias, which has a policy of its own. Then every call ends with 500 `Internal server error`, and only the
execution log says "Invalid permissions on Lambda function".

How it decides
--------------
Unless the integration names a role (`credentials`), the policy of the function (of its alias or version)
must allow `lambda:InvokeFunction` for `apigateway.amazonaws.com` with this method's ARN as `aws:SourceArn`.
It is decided by the same engine as all policies; conditions of which nobody knows whether API Gateway sends
their key leave it open. A call that the backend answered, too late or in a wrong form too, proves the
opposite.

How to fix
----------
`aws lambda add-permission --function-name NAME --statement-id api --action lambda:InvokeFunction
--principal apigateway.amazonaws.com --source-arn "arn:aws:execute-api:REGION:ACCOUNT:API/*/METHOD/PATH"`

References
----------
- https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BACKEND_READS,
    Case,
    Finding,
    Gap,
    Source,
    check,
    failed,
    passed,
    skipped,
    unknown,
)
from apidoctor.reasoning.scene.functions import (
    Function,
    configuration,
    function,
    function_policy,
    leads_to_lambda,
    permissions,
)
from apidoctor.reasoning.scene.integration import integration, is_called


@check(
    needs=("api/exists", "api/method-is-deployed", "integration/stage-variables-are-set"),
    reads=(*BACKEND_READS, "get_function_configuration", "get_policy"),
    probes=("identity", "tcp", "http"),
    faults=("B01",),
    required=False,
    playbook="backend-errors",
    position=14,
)
def judge(case: Case) -> Iterator[Finding]:
    """Decide about the call with the policy engine."""
    own = integration(case).value
    if own is None or not leads_to_lambda(own):
        yield skipped("The method does not call a Lambda function.")
        return
    if own.credentials:
        yield skipped("The integration calls the function as a role, not as API Gateway.")
        return
    if is_called(case):
        yield passed("The call itself shows that API Gateway calls the function.")
        return
    found = function(case).value
    there = configuration(case) if found else None
    if found is None or there is None or (there.known and there.value is None):
        yield skipped("There is no function that could have a policy.")
        return
    policy, decisions = function_policy(case).value, permissions(case).value
    arn, first, _ = decisions[0]
    value = {"aws:SourceArn": arn, "decision": first.decision, "hasPolicy": policy is not None}
    evidence = [case.cite(Source("get_policy", found.account, found.region), value, found.key)]
    denied = [decision.denied for _, decision, _ in decisions]
    if False in denied and True not in denied:
        yield passed(
            f"The policy of {found.key} lets the method call it.", subject=found.key, evidence=evidence
        )
    elif all(denied):
        yield failed(
            "B01",
            f"The function {found.key} does not let {arn} call it: {_why(case, policy is None)}.",
            fix=_fix(found, arn),
            subject=found.key,
            evidence=evidence,
        )
    else:
        keys = sorted({key for _, decision, _ in decisions for key in decision.unknown})
        told = ", ".join(keys) or "the form of aws:SourceArn for a path with parameters"
        gap = Gap(f"fact: what API Gateway sends to Lambda as {told}")
        text = f"Whether the policy of {found.key} lets the method call it is open."
        yield unknown([gap], text, subject=found.key, evidence=evidence)


def _why(case: Case, no_policy: bool) -> str:
    """Say what in the policy keeps the call out."""
    if no_policy:
        return "it has no resource policy"
    (_, decision, near), *_ = permissions(case).value
    if decision.decision == "explicit_deny":
        return "a statement of its policy denies that"
    miss = next(iter(near), None)
    if miss is None:
        return "no statement of its policy is about API Gateway"
    wanted = ", ".join(miss.wanted[:3])
    return f"a statement of its policy wants {miss.key or miss.element} {wanted}"


def _fix(found: Function, arn: str) -> str:
    head, _, rest = arn.partition("/")
    pattern = f"{head}/*/{rest.partition('/')[2]}"
    return (
        f"aws lambda add-permission --function-name {found.name}"
        f"{f' --qualifier {found.qualifier}' if found.qualifier else ''} --statement-id apigateway"
        f" --action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn '{pattern}'"
    )
