"""The backend answers.

Why it matters
--------------
A call that passed every policy can still end with 500, 502, 503 or 504 when the backend, the VPC link or
a permission behind the method is wrong. The private endpoint has nothing to do with it.

How it decides
--------------
The answer to the admitted test call must not be one of API Gateway's own integration errors.

How to fix
----------
Read the execution log of the stage for the request id; check Lambda permission, VPC link, target health
and time-outs.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import CALL_READS, Case, Finding, answer, check, failed, passed, reading


@check(
    needs=("invoke/call-is-admitted",),
    reads=CALL_READS,
    probes=("identity", "tcp", "http"),
    faults=("B01", "B02", "B04", "B05"),
    explained_by=("integration/vpc-link-is-available", "integration/method-has-a-backend"),
    playbook="backend-errors",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the status of the admitted call."""
    seen, said = answer(case).value, reading(case).value
    evidence = [case.show(seen, "status", "headers", "body", subject=seen.url)]
    if said.kind == "integration_timeout":
        fault, fix = (
            "B04",
            "Make the backend answer within the integration's time-out, and check its security groups.",
        )
    elif said.kind == "integration_error" and said.text.startswith("Network error"):
        fault, fix = "B02", "Check the VPC link, the listener and the health of the targets behind it."
    elif said.kind == "integration_error":
        fault = "B05" if seen.status == 502 else "B01"
        fix = "Read the stage's execution log for this request; check the Lambda permission and the reply's form."
    else:
        yield passed(f"The backend answered with status {seen.status}.", subject=seen.url, evidence=evidence)
        return
    yield failed(
        fault,
        f"{seen.status}: {said.text}",
        fix=fix,
        subject=seen.url,
        confidence="likely",
        evidence=evidence,
    )
