"""The stage runs the saved resource policy.

Why it matters
--------------
A changed resource policy has no effect until the API is deployed again. A saved policy that is right,
and calls that are still refused, are the sign.

How it decides
--------------
The policy in the stage's export is compared with the saved one; where the two decide differently about
the call, the deployed one speaks. When no export can be read, a live refusal by the API's resource
policy (not a custom domain's own) that the saved policy would not give says the same.

How to fix
----------
Deploy the API to the stage: `aws apigateway create-deployment --rest-api-id API --stage-name STAGE`.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ADMITTED,
    CALL_READS,
    CALLER_READS,
    EXPORTS,
    Case,
    Evidence,
    Finding,
    Lookup,
    Missing,
    answer,
    check,
    deployed_policy,
    failed,
    owned_api,
    passed,
    reading,
    saved_policy,
    skipped,
    stage_name,
    unknown,
    verdict,
    warned,
)


@check(
    needs=("api/exists", "api/stage-is-deployed", "policy/resource-policy-exists"),
    reads=(*CALL_READS, *CALLER_READS),
    probes=("tcp", "http"),
    faults=("A07",),
    required=False,
    playbook="forbidden-403",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare what the saved and the deployed policy decide."""
    api = owned_api(case).value
    if not api.is_private:
        yield skipped(f"{api.id} is not private.")
        return
    deployed = deployed_policy(case)
    case.expect(deployed.missing)
    if not deployed.known:
        yield _from_answer(case, api.id, deployed.missing)
        return
    saved = saved_policy(case).value
    if saved is not None and deployed.value is not None and saved.is_same_as(deployed.value):
        yield passed(f"The stage runs the saved policy of {api.id}.", subject=api.id)
        return
    now, then = verdict(case, "deployed").value, verdict(case, "saved").value
    evidence = [
        case.cite(
            EXPORTS(api.account, case.region), {"deployed": now.decision, "saved": then.decision}, api.id
        )
    ]
    if "resource" in now.denied_layers and "resource" not in then.denied_layers:
        yield _undeployed(case, api.id, "certain", evidence)
    else:
        yield warned(
            "A07",
            f"The saved policy of {api.id} differs from the deployed one; for this call both decide the same.",
            fix=f"Deploy {api.id} when the saved policy is meant to work.",
            subject=api.id,
            evidence=evidence,
        )


def _undeployed(case: Case, api: str, confidence: str, evidence: list[Evidence]) -> Finding:
    name = stage_name(case).value
    return failed(
        "A07",
        f"The saved policy of {api} allows the call, the one that stage {name} runs does not.",
        fix=f"Deploy {api} to the stage {name}.",
        subject=api,
        confidence="certain" if confidence == "certain" else "likely",
        evidence=evidence,
        affects=["resource"],
    )


def _from_answer(case: Case, api: str, missing: tuple[Missing, ...]) -> Finding:
    """Without the deployed policy, only a refusal tells that it differs."""
    said = reading(case)
    case.expect(said.missing)
    denial = said.value.denial if said.known else None
    # The policy of a custom domain is a resource policy too, and says nothing of the stage's.
    refused = denial is not None and denial.layer == "resource" and denial.domain is None
    if refused and "resource" not in verdict(case, "saved").value.denied_layers:
        return _undeployed(case, api, "likely", [case.show(answer(case).value, "status", "body")])
    if said.known and said.value.kind in ADMITTED:
        return passed("The test call is admitted by what the stage runs.", subject=api)
    # Nobody asked: the saved policy is all there is to judge.  Asked and refused: then it has to be known.
    refused = any(isinstance(gap, Lookup) and bool(gap.refused or gap.reason) for gap in missing)
    return unknown(missing, "Which policy the stage runs cannot be seen.", subject=api, required=refused)
