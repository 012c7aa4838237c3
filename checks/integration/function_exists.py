"""The Lambda function of the integration exists.

Why it matters
--------------
An integration keeps the ARN of its function, with its alias, after the function was deleted, renamed or
made again in another stack. Then every call ends with 500 `Internal server error`.

How it decides
--------------
The function in the integration's URI, its alias or version included (stage variables filled in where
their values are known), must exist and must not have failed. A call that the backend answered, too late or
in a wrong form too, proves that it is called.

How to fix
----------
Write the ARN of a function that exists into the integration, or make the alias, and deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integrations.html
- https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import BACKEND_READS, Case, Finding, Source, check, failed, passed, skipped, warned
from apidoctor.reasoning.scene.functions import configuration, function, leads_to_lambda
from apidoctor.reasoning.scene.integration import integration, is_called


@check(
    needs=("api/exists", "api/method-is-deployed", "integration/stage-variables-are-set"),
    reads=(*BACKEND_READS, "get_function_configuration"),
    probes=("identity", "tcp", "http"),
    faults=("B01",),
    required=False,
    playbook="backend-errors",
    position=12,
)
def judge(case: Case) -> Iterator[Finding]:
    """Look the function up."""
    own = integration(case).value
    if own is None or not leads_to_lambda(own):
        yield skipped("The method does not call a Lambda function.")
        return
    if is_called(case):
        yield passed("The call itself shows that API Gateway calls the function.")
        return
    found = function(case).value
    if found is None:
        yield skipped("The method does not call a Lambda function.")
        return
    answer = configuration(case).value
    state, update = ((answer or {}).get(name) for name in ("State", "LastUpdateStatus"))
    value = {
        "FunctionArn": found.arn,
        "found": answer is not None,
        "State": state,
        "LastUpdateStatus": update,
    }
    source = Source("get_function_configuration", found.account, found.region)
    evidence = [case.cite(source, value, found.key)]
    what = (
        f"alias or version {found.qualifier} of the function {found.name}" if found.qualifier else found.name
    )
    if answer is None:
        yield failed(
            "B01",
            f"Lambda has no {what} in {found.region} of account {found.account}.",
            fix="Name a function that exists in the integration's URI (or make the alias), and deploy.",
            subject=found.key,
            evidence=evidence,
        )
    elif str(state) == "Failed":
        text = f"The function {found.key} has failed: {answer.get('StateReason') or 'no reason is given'}."
        fix = "Mend what the reason names and update the function."
        yield failed("B01", text, fix=fix, subject=found.key, evidence=evidence)
    elif str(state) in ("Pending", "Inactive") or str(update) == "Failed":
        text = f"The function {found.key} is {state}, its last update {update}: first calls may fail."
        yield warned("B01", text, fix="Call again in a minute.", subject=found.key, evidence=evidence)
    else:
        yield passed(f"The function {found.key} exists.", subject=found.key, evidence=evidence)
