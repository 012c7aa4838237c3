"""DNS Firewall lets the name pass.

Why it matters
--------------
DNS Firewall judges a question before any zone is asked. A list of allowed domains that lacks execute-api names, or a
broad block, makes the name NXDOMAIN, empty, or another name, in this VPC only.

How it decides
--------------
The rule groups associated with the caller's VPC and with its Profiles are walked by priority; the first rule whose
domain list holds the name decides; the same for each further name of a chain of CNAMEs. ALLOW and ALERT let it pass.
Lists that AWS manages and DNS Firewall Advanced rules are about threats and count as not matching.

How to fix
----------
Add the name (`*.execute-api.REGION.amazonaws.com`) to an ALLOW rule with a smaller priority than the one that blocks.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-overview.html
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-settings.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    FIREWALL_READS,
    Case,
    Finding,
    FirewallRule,
    Place,
    Source,
    account_of,
    check,
    deciding_rule,
    default_zone,
    failed,
    passed,
    place,
    plain,
    resolver,
    sight,
    skipped,
    system_answer,
    warned,
)


@check(
    reads=(*FIREWALL_READS, "describe_network_interfaces"),
    probes=("host", "dns"),
    faults=("D13",),
    required=False,
    playbook="name-does-not-resolve",
    position=15,
)
def judge(case: Case) -> Iterator[Finding]:
    """Find the rule that decides about the name in the caller's VPC."""
    where, name = place(case).value, plain(case.request.name)
    if case.request.form == "direct-ip" or where.vpc is None:
        yield skipped("The caller does not ask the resolver of a VPC.")
        return
    account, region = account_of(case, where.account), where.region or case.region
    source = Source("list_firewall_rule_group_associations", account, region)
    # A refused list is no empty one: here it decides.
    _ = case.inventory.items(account, region, source.operation).value
    rules = sight(case, where.vpc, where.account).firewall
    if not rules:
        yield passed(f"No DNS Firewall rule group guards {where.vpc}.", subject=where.vpc)
        return
    rule = deciding_rule(rules, name, "A")
    if (rule is None or rule.action != "BLOCK") and (chained := _on_the_chain(case, where, name, rules)):
        name, rule = chained
    if rule is None or rule.action != "BLOCK":
        by = f" by {rule.name} of {rule.group}" if rule else ""
        yield passed(f"DNS Firewall lets {name} pass{by}.", subject=rule.group if rule else where.vpc)
        return
    yield _blocked(case, name, rule, source)


def _on_the_chain(
    case: Case, where: Place, name: str, rules: tuple[FirewallRule, ...]
) -> tuple[str, FirewallRule] | None:
    """Return the name of a chain of CNAMEs that a rule stops, and the rule; None when none does."""
    account, region = account_of(case, where.account), where.region or case.region
    answer = resolver(case).value.resolve(where.vpc or "", account, region, name)
    case.expect(answer.missing)
    last = answer.steps[-1] if answer.decider == "dns-firewall" and answer.steps else None
    rule = deciding_rule(rules, last.name, "A") if last else None
    return (last.name, rule) if last and rule and rule.group == last.subject else None


def _blocked(case: Case, name: str, rule: FirewallRule, source: Source) -> Finding:
    """Tell of a block; an answer that was seen all the same contradicts it."""
    words = {"NXDOMAIN": "NXDOMAIN", "NODATA": "an empty answer", "OVERRIDE": f"CNAME {rule.override}"}
    text = f"DNS Firewall rule {rule.name} of {rule.group} answers {name} with {words.get(rule.response, 'a block')}"
    told = {"rule": rule.name, "action": rule.action, "response": rule.response, "override": rule.override}
    evidence = [case.cite(source, {key: value for key, value in told.items() if value}, rule.group)]
    seen = system_answer(case, name)
    case.expect(seen.missing)
    if seen.known and seen.value.outcome == "answer" and rule.response != "OVERRIDE":
        but = f"{text}; yet the caller got {', '.join(seen.value.addresses)}: it asks another resolver, or "
        return warned(
            "D13",
            f"{but}the answers are older than a change.",
            fix="Look at which resolver the caller asks.",
            subject=rule.group,
            evidence=[*evidence, case.show(seen.value, "name", "addresses", "server")],
        )
    zone = f"*.{default_zone(case.region)}"
    return failed(
        "D13",
        f"{text}.",
        fix=f"Add an ALLOW rule for {zone} with a smaller priority to {rule.group}.",
        subject=rule.group,
        evidence=evidence,
    )
