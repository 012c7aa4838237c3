"""The load balancer of the private integration is active.

Why it matters
--------------
A VPC link ends at a load balancer. When that was deleted, made again under another ARN, or is not ready,
every call ends with 500 or 504 although the link itself looks well.

How it decides
--------------
The load balancer is the one that the integration's `integrationTarget` names, else the first target of the
VPC link. It must exist and be `active`; a state that is not known here is a warning. A call that the backend
answered proves the opposite.

How to fix
----------
Lead the VPC link or the integration to a load balancer that exists, and deploy; wait for one that is
being made.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
- https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import BACKEND_READS, Case, Finding, Source, check, failed, passed, skipped, warned
from apidoctor.reasoning.scene.integration import is_proved
from apidoctor.reasoning.scene.load_balancers import BALANCER_READS, balancer, balancer_state

BAD = {
    "missing": ("does not exist", "Lead the VPC link to a load balancer that exists, and deploy."),
    "provisioning": ("is provisioning", "Wait, or make it again."),
    "failed": ("is failed", "Make it again."),
}
"""States in which a load balancer takes no call, in words, and what to do."""


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=(*BACKEND_READS, *BALANCER_READS),
    probes=("identity", "tcp", "http"),
    faults=("B02",),
    required=False,
    playbook="backend-errors",
    position=12,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the state of the load balancer."""
    found = balancer(case).value
    if found is None:
        yield skipped("The integration leads to no load balancer that is known.")
        return
    name = found.name
    if is_proved(case):
        yield passed("The backend answered the call through the load balancer.", subject=name)
        return
    state, reason = balancer_state(case).value
    source = Source("describe_load_balancers", found.account, found.region)
    evidence = [case.cite(source, {"LoadBalancerArn": found.arn, "State": state, "Reason": reason}, name)]
    told = f": {reason}" if reason else ""
    if state == "active":
        yield passed(f"The load balancer {name} is active.", subject=name, evidence=evidence)
    elif state == "active_impaired":
        text, fix = f"The load balancer {name} is impaired{told}.", "Look into the load balancer's zones."
        yield warned("B02", text, fix=fix, subject=name, evidence=evidence)
    elif state in BAD:
        words, fix = BAD[state]
        text = f"The load balancer {name} {words}{told}."
        yield failed("B02", text, fix=fix, subject=name, evidence=evidence)
    else:
        words = f"is in the state {state}, which is not known here" if state else "shows no state"
        fix = "Look the state up; the health of its targets tells whether calls get through."
        yield warned(
            "B02", f"The load balancer {name} {words}{told}.", fix=fix, subject=name, evidence=evidence
        )
