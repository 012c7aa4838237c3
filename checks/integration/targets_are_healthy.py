"""The load balancer has healthy targets.

Why it matters
--------------
Without a target that takes calls a private integration ends with 504 `Network error communicating with
endpoint` or with 503, and the private endpoint is blamed for it.

How it decides
--------------
The target groups that the listener may send the call to (its default action, and the rules of an
Application Load Balancer) are read with the health of their targets. No registered target anywhere fails;
none that is healthy fails too, with the reasons (a load balancer that has only unhealthy targets tries them
all the same: it is certain once a call ends with `Network error communicating with endpoint`). Some
unhealthy targets are a warning. A call that the backend answered leaves no more than a warning.

How to fix
----------
Register targets, or mend what the reason names: `Target.Timeout` is a security group or a dead process,
`Target.ResponseCodeMismatch` a health check that gets another status, `Target.NotInUse` a group or zone
that no listener uses.

References
----------
- https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
- https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BACKEND_READS,
    Case,
    Evidence,
    Finding,
    Source,
    check,
    every,
    failed,
    passed,
    skipped,
    warned,
)
from apidoctor.reasoning.scene.integration import is_cut_off, is_proved
from apidoctor.reasoning.scene.load_balancers import TARGET_READS, Target, balancer, target_groups, targets


@check(
    needs=("api/exists", "api/method-is-deployed", "integration/listener-takes-the-port"),
    reads=(*BACKEND_READS, *TARGET_READS),
    probes=("identity", "tcp", "http"),
    faults=("B02",),
    required=False,
    playbook="backend-errors",
    position=16,
)
def judge(case: Case) -> Iterator[Finding]:
    """Count the targets that take calls."""
    found = balancer(case).value
    groups = target_groups(case).value if found else ()
    if found is None or not groups:
        yield skipped("The integration leads to no target group that is known.")
        return
    name = found.name
    members = [target for each in every(targets(case, group) for group in groups) for target in each]
    value = [{"target": each.id, "State": each.state, "Reason": each.reason} for each in members[:30]]
    evidence = [case.cite(Source("describe_target_health", found.account, found.region), value, name)]
    yield _judged(case, members, name, evidence)


def _judged(case: Case, members: list[Target], name: str, evidence: list[Evidence]) -> Finding:
    good = [each for each in members if each.takes_calls]
    if good and len(good) == len(members):
        return passed(f"All {len(good)} targets of {name} take calls.", subject=name, evidence=evidence)
    why = _reasons([each for each in members if not each.takes_calls])
    if good or is_proved(case):
        text = f"{len(good)} of {len(members)} targets of {name} take calls ({why})."
        return warned("B02", text, fix="Mend the other targets.", subject=name, evidence=evidence)
    if not members:
        text, fix = f"No target is registered with {name}.", "Register targets with the target group."
        return failed("B02", text, fix=fix, subject=name, evidence=evidence)
    starting = all(each.state == "initial" for each in members)
    return failed(
        "B02",
        f"None of the {len(members)} targets of {name} is healthy ({why}).",
        fix="Wait for the first health checks." if starting else "Mend what the reason names.",
        subject=name,
        confidence="certain" if is_cut_off(case) else "likely",
        evidence=evidence,
    )


def _reasons(bad: list[Target]) -> str:
    words = [": ".join(part for part in (each.state, each.reason, each.description) if part) for each in bad]
    counts = sorted({(-words.count(each), each) for each in words})
    return "; ".join(f"{-count} {each}" for count, each in counts[:4]) or "none is registered"
