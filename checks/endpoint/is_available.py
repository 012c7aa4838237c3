"""The VPC endpoint is available.

Why it matters
--------------
An endpoint that is pending, failed, rejected or being deleted shows up as a name that does not resolve
or a connection that times out, never as a 403.

How it decides
--------------
The endpoint's `State` must be `available` (compared without case). `partial` is a warning: some zones
work. A call that was admitted makes a failure a warning.

How to fix
----------
Read `LastError`, then create the endpoint again; while it is `pending`, wait.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
- https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    ENDPOINTS,
    PROOF,
    Case,
    Finding,
    check,
    endpoint,
    failed,
    passed,
    unless_admitted,
    warned,
)

WAIT = ("pending", "pendingacceptance")
"""States that may become good by themselves."""


@check(
    needs=("endpoint/exists",),
    reads=CALL_READS,
    probes=PROOF,
    faults=("N12",),
    playbook="connection-times-out",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the endpoint's state."""
    found = endpoint(case).value
    if found is None:
        return
    name, state = found.vpc_endpoint_id, found.state
    value = {"State": state, "LastError": found.last_error and found.last_error.message}
    evidence = [case.cite(ENDPOINTS(found.account, case.region), {k: v for k, v in value.items() if v}, name)]
    reason = f" ({found.last_error.message})" if found.last_error and found.last_error.message else ""
    if found.is_available:
        yield passed(f"{name} is available.", subject=name, evidence=evidence)
    elif state.lower() == "partial":
        yield warned("N12", f"{name} works in some zones only{reason}.", subject=name, evidence=evidence)
    else:
        waits = state.lower() in WAIT
        fix = (
            f"Wait until {name} is available."
            if waits
            else f"Create the endpoint {name} again; it is {state}."
        )
        yield unless_admitted(
            case, failed("N12", f"{name} is {state}{reason}.", fix=fix, subject=name, evidence=evidence)
        )
