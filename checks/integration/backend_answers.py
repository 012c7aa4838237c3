"""The backend answers.

Why it matters
--------------
A call that passed every policy can still end with 500, 502, 503 or 504 when the backend, the VPC link or
a permission behind the method is wrong. The private endpoint has nothing to do with it.

How it decides
--------------
The answer to the admitted test call must not be one of API Gateway's own integration errors, nor that of a
load balancer without targets. Its status and text name the fault: 504 `Endpoint request timed out` a slow
backend, 504 `Network error communicating with endpoint` one that cannot be reached, 502 a reply of the wrong
form. A 500 may be several things: the integration tells which is likely. What the other checks of this layer
find wrong explains it, where it can end in such an answer. What API Gateway's own log says of this very call
decides, also of an answer that looks as the backend's: its line is quoted, and where it proves the fault only
a fault of the same kind explains it. A 5xx that the backend itself sent is a warning. A request whose
parameters, body or media type API Gateway itself refuses never got to the backend: nothing is said of that.

How to fix
----------
Read the execution log of the stage for the request id; check Lambda permission, VPC link, target health
and time-outs.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
- https://repost.aws/knowledge-center/api-gateway-500-error-vpc
- https://repost.aws/knowledge-center/api-gateway-504-errors
"""

from collections.abc import Iterator

from msgspec import structs

from apidoctor.checkkit import (
    BACKEND_READS,
    OF_REFUSALS,
    Candidate,
    Case,
    Finding,
    answer,
    attributed,
    check,
    climbed,
    failed,
    passed,
    reading,
    skipped,
    warned,
)
from apidoctor.reasoning.apigateway.fingerprints import refused_request
from apidoctor.reasoning.attribution.rank import could_be
from apidoctor.reasoning.scene.backend import Suspect, suspect
from apidoctor.reasoning.scene.load_balancers import LISTENER_READS

ANY = ("integration/*",)
"""What explains an answer that may be several things: whatever is wrong behind the method."""
OF_PROVED = {
    "B01": (
        "integration/function-admits-the-api",
        "integration/function-exists",
        "integration/method-has-a-backend",
        "integration/stage-variables-are-set",
    ),
    "B03": ("integration/certificate-fits-the-uri",),
    "B05": (),
}
"""What explains a fault that the log of the call proves; a time-out has any cause."""


@check(
    needs=("invoke/call-is-admitted",),
    reads=(*OF_REFUSALS["reads"], *BACKEND_READS, *LISTENER_READS, "describe_certificate"),
    probes=OF_REFUSALS["probes"],
    faults=("B01", "B02", "B03", "B04", "B05"),
    playbook="backend-errors",
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the answer to the admitted call."""
    seen, said = answer(case).value, reading(case).value
    evidence = [case.show(seen, "status", "headers", "body", "elapsed_ms", subject=seen.url)]
    found = suspect(case).value
    if found is not None and found.line is not None:
        evidence.append(case.cite(found.line.source, found.line.line, found.line.place))
    if refused := refused_request(said):
        text = (
            "which it does before it asks the backend"
            if said.error_type
            else "without an error type to tell which"
        )
        yield skipped(f"{refused} (status {seen.status}), {text}.", subject=seen.url)
    elif found is None and (seen.status or 0) >= 500:
        text = f"The backend itself answered with status {seen.status}: the call got there."
        fix = "Look into the backend's own log."
        yield warned(None, text, fix=fix, subject=seen.url, evidence=evidence)
    elif found is None:
        yield passed(f"The backend answered with status {seen.status}.", subject=seen.url, evidence=evidence)
    else:
        yield failed(
            found.fault,
            f"{seen.status}: {said.text or 'no text'}. {found.words}",
            fix=found.fix,
            subject=seen.url,
            confidence=found.confidence,
            evidence=evidence,
            could_be=None
            if _is_proved(found) or not said.error_type
            else could_be(said, climbed(case).value),
            explained_by=OF_PROVED.get(found.fault, ANY) if _is_proved(found) else ANY,
            candidates=() if _is_proved(found) else _candidates(case, found),
        )


def _is_proved(found: Suspect) -> bool:
    """Say whether the log of the call proves the fault."""
    return found.line is not None and found.confidence == "certain"


def _candidates(case: Case, found: Suspect) -> list[Candidate]:
    """Return every fault that has this answer, the one that the integration speaks for at the head."""
    open_ = attributed(case).value
    same = next((one for one in open_ if one.fault == found.fault), None)
    head = Candidate(found.fault, found.confidence, found.words, same.separate if same else None)
    others = [structs.replace(one, confidence="possible") for one in open_ if one.fault != found.fault]
    if not open_ and found.line is not None:
        # The answer looks as the backend's: only the line tells which faults it can be.
        faults = [fault for fault in found.line.faults if fault != found.fault]
        others = [Candidate(fault, "possible", found.words) for fault in faults]
    return [head, *others] if others else []
