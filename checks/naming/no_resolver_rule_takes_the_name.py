"""No Resolver rule leads the name away.

Why it matters
--------------
A Resolver rule of type FORWARD that matches the name more closely than any private zone sends the question to its own
targets: the endpoint's zone is never asked. A rule of the same name as a zone wins over it.

How it decides
--------------
Of the rules in force for the caller's VPC, its Profiles' too, the longest one that the name ends in counts, when no
private zone is longer. When all targets of a FORWARD rule are addresses of an inbound endpoint, the name is resolved
again in that endpoint's VPC and must lead to the endpoint there. Other targets fail when the rule keeps a private zone
from being asked, one that is visible or the endpoint's own `execute-api.REGION.amazonaws.com`, unless the caller's own
resolution brought the endpoint's addresses. Alias and endpoint names are public: other servers may well answer them.

How to fix
----------
Remove the rule or its association, or add a SYSTEM rule for the execute-api name.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    FORWARDING_READS,
    Case,
    Finding,
    Rule,
    Source,
    caller_zone,
    check,
    default_zone,
    failed,
    fault_of,
    forwarding,
    inbound_answer,
    leads_to_endpoint,
    passed,
    place,
    reaches_endpoint,
    skipped,
)


@check(
    reads=(
        "get_rest_api",
        "get_rest_apis",
        "describe_vpc_endpoints",
        "describe_network_interfaces",
        *FORWARDING_READS,
    ),
    probes=("host", "dns"),
    faults=("D06", "D07", "D08", "D10", "D12", "D13", "D14"),
    required=False,
    playbook="name-does-not-resolve",
    position=28,
)
def judge(case: Case) -> Iterator[Finding]:
    """Find the rule that decides the name in the caller's VPC, and follow it."""
    where, name = place(case).value, case.request.name or ""
    if case.request.form == "direct-ip" or where.vpc is None:
        yield skipped("The caller does not ask the resolver of a VPC.")
        return
    rule = forwarding(case, where.vpc, where.account, name).value
    if rule is None:
        yield passed(f"No Resolver rule of {where.vpc} takes {name} away.", subject=where.vpc)
        return
    yield _follow(case, rule, name, where.vpc)


def _follow(case: Case, rule: Rule, name: str, vpc: str) -> Finding:
    """Judge where the rule leads."""
    where = place(case).value
    to = ", ".join(rule.targets) or "its targets"
    source = Source("list_resolver_rules", where.account or "", where.region or case.region)
    evidence = [
        case.cite(source, {"rule": rule.domain, "type": rule.kind, "targets": list(rule.targets)}, rule.id)
    ]
    text = f"The Resolver rule {rule.id} forwards {rule.domain or 'every name'} to {to}"
    hub = inbound_answer(case, rule.targets, name)
    case.expect(hub.missing)
    if hub.known and hub.value is not None:
        answer = hub.value
        evidence.append(case.derived("naming", [step.says for step in answer.steps], rule.id))
        if leads_to_endpoint(case, answer):
            return passed(f"{text}, which lead it to the endpoint.", subject=rule.id, evidence=evidence)
        return failed(
            fault_of(answer),
            f"{text}; there {name} gets {answer.words}.",
            fix=f"Let the VPC that {to} belong to see a private zone that leads {name} to the endpoint.",
            subject=answer.decided_by or rule.id,
            evidence=evidence,
        )
    if reaches_endpoint(case, name):
        return passed(f"{text}, and they answer with the endpoint.", subject=rule.id, evidence=evidence)
    zone = default_zone(case.region)
    if case.request.form not in ("private-dns", "custom-domain"):
        return skipped(f"{text}; {name} is a public name, which they may answer.")
    owned = case.request.form == "private-dns" and len(rule.domain) >= len(zone)
    if not owned and caller_zone(case, vpc, where.account, name).value is None:
        return skipped(f"{text}, as no private zone of {vpc} is more specific.")
    return failed(
        "D12",
        f"{text}: private zones are not asked for {name}.",
        fix=f"Disassociate {rule.id} from {vpc}, or add a SYSTEM rule for {zone}.",
        subject=rule.id,
        evidence=evidence,
    )
