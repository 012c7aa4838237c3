"""API Gateway waits at least as long as the function may take.

Why it matters
--------------
API Gateway gives up after the integration's time-out (29 seconds unless set otherwise) and answers 504
`Endpoint request timed out`, while a function with a longer time-out goes on working, and is tried again by
the client.

How it decides
--------------
The time-out of the function must not be longer than that of the integration. It is a hint: most calls may
be quick.

How to fix
----------
Shorten the function's time-out and let it end its work elsewhere, or raise the integration's time-out (for
private and Regional APIs more than 29 seconds can be had by quota), and deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import BACKEND_READS, Case, Finding, Source, check, passed, skipped, warned
from apidoctor.reasoning.scene.functions import configuration, function, leads_to_lambda
from apidoctor.reasoning.scene.integration import integration


@check(
    needs=("api/exists", "api/method-is-deployed", "integration/function-exists"),
    reads=(*BACKEND_READS, "get_function_configuration"),
    probes=("identity", "tcp", "http"),
    faults=("B04",),
    required=False,
    playbook="backend-errors",
    position=18,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the two time-outs."""
    own = integration(case).value
    found = function(case).value if own and leads_to_lambda(own) else None
    if own is None or found is None:
        yield skipped("The method does not call a Lambda function.")
        return
    answer = configuration(case)
    case.expect(answer.missing)
    longest = (answer.value or {}).get("Timeout") if answer.known else None
    if not isinstance(longest, int | float):
        yield skipped("The function's time-out was not read.")
        return
    source = Source("get_function_configuration", found.account, found.region)
    evidence = [case.cite(source, {"Timeout": longest, "integration": own.timeout}, found.key)]
    if longest <= own.timeout:
        text = f"API Gateway waits {own.timeout:g} s, the function {found.key} takes at most {longest:g} s."
        yield passed(text, subject=found.key, evidence=evidence)
        return
    yield warned(
        "B04",
        f"API Gateway waits {own.timeout:g} s for the function {found.key}, which may take {longest:g} s.",
        fix="Make the function's time-out shorter, or raise the integration's.",
        subject=found.key,
        evidence=evidence,
    )
