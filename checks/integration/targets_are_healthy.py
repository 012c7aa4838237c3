"""The load balancer has healthy targets.

Why it matters
--------------
Without a target that takes calls a private integration ends with 504 `Network error communicating with
endpoint` or with 503, and the private endpoint is blamed for it.

How it decides
--------------
The rule of an Application Load Balancer's listener that takes the call is the first by priority whose host, path
and method fit (the Host is that of the integration's `uri`), else the default action; where other conditions
leave that open, every rule that may take it counts. The target groups that it forwards to are read with the
health of their targets. No registered target anywhere fails; none that is healthy fails too, with the reasons
(a load balancer that has only unhealthy targets tries them all the same: it is certain once a call ends with
`Network error communicating with endpoint`). A rule that answers itself with a 5xx (`fixed-response`) fails, with
a 4xx it is a warning. Some unhealthy targets, or one dead group of several, are a warning. A call that the
backend answered leaves no more than a warning.

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

from collections.abc import Iterator, Mapping

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
from apidoctor.reasoning.network.listener_rules import Way
from apidoctor.reasoning.scene.integration import is_cut_off, is_proved
from apidoctor.reasoning.scene.load_balancers import (
    MOST_GROUPS,
    TARGET_READS,
    Target,
    balancer,
    targets,
    ways,
)


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
    """Count the targets that take calls, on each way that the call may go."""
    found = balancer(case).value
    open_ = ways(case).value if found else ()
    groups = tuple(dict.fromkeys(group for way in open_ for group in way.groups))[:MOST_GROUPS]
    if found is None or not (groups or any(_is_refusal(way) for way in open_)):
        yield skipped("The integration leads to no target group that is known.")
        return
    name = found.name
    members = dict(zip(groups, every(targets(case, group) for group in groups), strict=True))
    value = [
        {"target": each.id, "State": each.state, "Reason": each.reason}
        for listed in members.values()
        for each in listed
    ][:30]
    source = Source("describe_target_health", found.account, found.region)
    evidence = [case.cite(source, value, name)] if groups else []
    if open_ and all(_is_refusal(way) for way in open_):
        yield _fixed(case, open_[0], name, Source("describe_listeners", found.account, found.region))
    else:
        yield _judged(case, open_, members, name, evidence)


def _is_refusal(way: Way) -> bool:
    return not way.groups and (way.status or 0) >= 400


def _fixed(case: Case, way: Way, name: str, source: Source) -> Finding:
    """The listener answers by itself, whatever targets there are."""
    evidence = [case.cite(source, {"rule": way.rule, "fixed-response": way.status}, name)]
    text = f"No target of {name} gets the call: {way.rule} of the listener answers it with {way.status}."
    fix = "Let the rule that takes the call forward it to a target group."
    if (way.status or 0) < 500 or is_proved(case):
        return warned("B02", text, fix=fix, subject=name, evidence=evidence)
    return failed("B02", text, fix=fix, subject=name, confidence="likely", evidence=evidence)


def _is_dead(way: Way, members: Mapping[str, tuple[Target, ...]]) -> bool:
    """Say whether nothing on this way takes calls; of a way that leads elsewhere nobody can say it."""
    known = [each for group in way.groups for each in members.get(group, ())]
    if way.groups:
        return not any(each.takes_calls for each in known) and all(group in members for group in way.groups)
    return (way.status or 0) >= 500


def _judged(
    case: Case,
    open_: tuple[Way, ...],
    members: Mapping[str, tuple[Target, ...]],
    name: str,
    evidence: list[Evidence],
) -> Finding:
    all_ = [each for listed in members.values() for each in listed]
    good = [each for each in all_ if each.takes_calls]
    dead = [group for group, listed in members.items() if not any(each.takes_calls for each in listed)]
    if good and len(good) == len(all_) and not dead:
        return passed(f"All {len(good)} targets of {name} take calls.", subject=name, evidence=evidence)
    why = _reasons([each for each in all_ if not each.takes_calls])
    if not all(_is_dead(way, members) for way in open_) or is_proved(case):
        text = f"{len(good)} of {len(all_)} targets of {name} take calls ({why})."
        fix = "Mend the other targets."
        if dead and len(members) > 1:
            text = f"{text} None of target group {', '.join(map(_named, dead))} does, which may get the call."
        return warned("B02", text, fix=fix, subject=name, evidence=evidence)
    one = open_[0] if len(open_) == 1 and _is_ruled(open_[0]) else None
    where = (
        f"group {', '.join(map(_named, one.groups))} of {name}, to which {one.rule} leads," if one else name
    )
    if not all_:
        text, fix = f"No target is registered with {where}.", "Register targets with the target group."
        return failed("B02", text, fix=fix, subject=name, evidence=evidence)
    starting = all(each.state == "initial" for each in all_)
    return failed(
        "B02",
        f"None of the {len(all_)} targets of {where} is healthy ({why}).",
        fix="Wait for the first health checks." if starting else "Mend what the reason names.",
        subject=name,
        confidence="certain" if is_cut_off(case) else "likely",
        evidence=evidence,
    )


def _is_ruled(way: Way) -> bool:
    return way.rule.startswith("rule ")


def _named(group: str) -> str:
    """Return the name in a target group's ARN."""
    return group.partition(":targetgroup/")[2].partition("/")[0] or group


def _reasons(bad: list[Target]) -> str:
    words = [": ".join(part for part in (each.state, each.reason, each.description) if part) for each in bad]
    counts = sorted({(-words.count(each), each) for each in words})
    return "; ".join(f"{-count} {each}" for count, each in counts[:4]) or "none is registered"
