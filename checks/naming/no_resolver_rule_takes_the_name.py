"""No Resolver rule leads the name away.

Why it matters
--------------
A Resolver rule of type FORWARD that matches the name more closely than any private zone sends the
question to its own targets: the endpoint's zone is never asked. A rule of the same name as a zone wins
over it.

How it decides
--------------
Of the rules associated with the caller's VPC the longest one that the name ends in counts. It breaks
private DNS when it is of type FORWARD and at least as long as `execute-api.REGION.amazonaws.com`.

How to fix
----------
Remove the rule or its association, or add a SYSTEM rule for the execute-api name.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
"""

from collections.abc import Iterator
from typing import Any

from apidoctor.checkkit import Case, Finding, Source, account_of, check, every, failed, passed, place, skipped


@check(
    reads=("list_resolver_rules", "list_resolver_rule_associations"),
    probes=("host",),
    faults=("D12",),
    required=False,
    playbook="name-does-not-resolve",
    position=35,
)
def judge(case: Case) -> Iterator[Finding]:
    """Find the rule that decides the name in the caller's VPC."""
    where, name = place(case).value, case.request.name or ""
    if case.request.form not in ("private-dns", "custom-domain") or where.vpc is None:
        yield skipped("The name does not depend on a private zone of the caller's VPC.")
        return
    account = account_of(case, where.account)
    operations = ("list_resolver_rule_associations", "list_resolver_rules")
    associations, rules = every(
        case.inventory.items(account, where.region or case.region, operation) for operation in operations
    )
    associated = {str(item.get("ResolverRuleId")) for item in associations if item.get("VPCId") == where.vpc}
    domain, rule = _closest([item for item in rules if item.get("Id") in associated], name)
    zone = f"execute-api.{case.region}.{case.request.suffix}" if case.request.form == "private-dns" else name
    identity = str(rule.get("Id") or where.vpc)
    source = Source("list_resolver_rules", account, where.region or case.region)
    evidence = [case.cite(source, {"rule": domain, "type": rule.get("RuleType")}, identity)]
    if rule.get("RuleType") == "FORWARD" and len(domain) >= len(zone):
        targets = ", ".join(str(target.get("Ip")) for target in rule.get("TargetIps") or []) or "its targets"
        yield failed(
            "D12",
            f"The Resolver rule {identity} forwards {domain} to {targets}: private zones are not asked for {name}.",
            fix=f"Disassociate {identity} from {where.vpc}, or add a SYSTEM rule for {zone}.",
            subject=identity,
            evidence=evidence,
        )
    else:
        yield passed(
            f"No Resolver rule of {where.vpc} takes {name} away.", subject=where.vpc, evidence=evidence
        )


def _closest(rules: list[dict[str, Any]], name: str) -> tuple[str, dict[str, Any]]:
    """Return the longest domain of a rule that *name* ends in, with the rule."""
    named = [(str(rule.get("DomainName", "")).strip(".").lower(), rule) for rule in rules]
    fitting = [(domain, rule) for domain, rule in named if not domain or f".{name}".endswith(f".{domain}")]
    return max(fitting, key=lambda pair: len(pair[0]), default=("", {}))
