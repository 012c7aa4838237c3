"""The call is signed where the method asks for it.

Why it matters
--------------
A method with the authorization type `AWS_IAM` answers an unsigned call with 403 `Missing Authentication
Token`, the same words as for a path that does not exist.

How it decides
--------------
What the stage runs counts: its export, or without one the summary of its deployment; where a canary gets
all calls, that of the canary's. For a method with `AWS_IAM` the caller must be a principal that signs. Without
`--as` it is the one whose credentials are at hand. Where only the saved method can be seen, or a canary that
gets part of the calls has another one, a failure is likely and not certain. A call that was admitted makes it a
warning.

How to fix
----------
Sign the call with SigV4 for service `execute-api`, or change the method's authorization type and deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    PROOF,
    Case,
    Finding,
    check,
    failed,
    method,
    passed,
    principal,
    skipped,
    unless_admitted,
)
from apidoctor.reasoning.scene.deployed import doubt, of_canary, shown_by
from apidoctor.reasoning.signing.brought import brings_authorization


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=CALL_READS,
    probes=PROOF,
    faults=("A18",),
    playbook="missing-authentication-token",
    position=5,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the method's authorization type with who calls."""
    found = method(case).value
    if found is None or found.authorization != "AWS_IAM":
        yield skipped("The method asks for no signature.")
        return
    if brings_authorization(case.request):
        yield skipped("The call brings an authorization of its own: what that is worth is judged there.")
        return
    what, who = f"{found.verb} {found.resource}", principal(case).value
    evidence = [case.cite(shown_by(case), {"authorizationType": "AWS_IAM"}, what)]
    if who is not None:
        yield passed(f"{who.arn} signs the call.", subject=what, evidence=evidence)
    else:
        unsure = doubt(case, lambda other: other is not None and other.authorization == "AWS_IAM")
        yield unless_admitted(
            case,
            failed(
                "A18",
                f"{what}{of_canary(case)} asks for an AWS signature, "
                f"and the call is not signed.{f' {unsure}' if unsure else ''}",
                fix="Sign the call with SigV4 for service execute-api.",
                subject=what,
                confidence="likely" if unsure else "certain",
                evidence=evidence,
            ),
        )
