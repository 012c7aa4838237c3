"""The web ACL of the stage admits the call.

Why it matters
--------------
AWS WAF stands before every policy of the API. What it blocks is answered with the same bare 403
`Forbidden` as a wrong id, or with a text of the owner's own, and leaves no line in the access log that
would name it.

How it decides
--------------
A stage without a web ACL blocks nothing. Else its rules are tried in order: IP sets by the address that
the endpoint sees, comparisons of path, method, query and headers; what a rule group, a rate, a country or a
label decides stays open. A default action that blocks, with no rule that allows the call, fails; so does a
rule that blocks it. A sampled request of the last three hours with the path, the method and the user agent
of this tool that was blocked proves it, and names the rule. A call that was admitted proves the opposite, unless
an answer of 400 and above has a blocked sample with its very request id: a custom response looks as a backend's.

How to fix
----------
Let the rule that is told spare the call (an Allow rule before it, a scope-down statement, or the address in
the IP set), or change the default action.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
- https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html
- https://docs.aws.amazon.com/waf/latest/APIReference/API_GetSampledRequests.html
"""

from collections.abc import Iterator
from typing import Any

from apidoctor.checkkit import (
    CALL_READS,
    CALLER_READS,
    Case,
    Evidence,
    Finding,
    Gap,
    Source,
    answer,
    as_dict,
    as_list,
    check,
    failed,
    is_admitted,
    owned_api,
    passed,
    skipped,
    stage,
    unknown,
)
from apidoctor.reasoning.apigateway.web_acl import Outcome
from apidoctor.reasoning.scene.web_acl import WEB_ACL_READS, blocked_samples, web_acl, web_acl_outcome


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=(*CALL_READS, *CALLER_READS, *WEB_ACL_READS),
    probes=("host", "identity", "tcp", "http"),
    faults=("H12",),
    playbook="forbidden-403",
    position=55,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge by the call, by samples, then by the rules."""
    found = stage(case).value
    if found is None:
        yield skipped("No stage is known.")
        return
    acl = web_acl(case)
    case.expect(acl.missing)
    if acl.known and acl.value is None:
        yield passed(f"Stage {found.stage_name} has no web ACL.", subject=found.stage_name)
        return
    proved = is_admitted(case) and not _is_sampled(case)
    name = str((acl.value or {}).get("Name") or found.web_acl_arn) if acl.known else str(found.web_acl_arn)
    if proved:
        yield passed(f"The web ACL {name} admits the call.", subject=name)
    elif not acl.known:
        yield unknown(acl.missing, f"What the web ACL {name} does cannot be seen.", subject=name)
    else:
        yield _by_the_rules(case, acl.value or {}, name)


def _is_sampled(case: Case) -> bool:
    """Say whether AWS WAF blocked this very call, in words that look as a backend's (a custom response)."""
    seen = answer(case)
    if not seen.known or (seen.value.status or 0) < 400:
        return False
    samples = blocked_samples(case)
    case.expect(samples.missing)
    return samples.known and any(sample.is_same for sample in samples.value)


def _by_the_rules(case: Case, acl: dict[str, Any], name: str) -> Finding:
    decided, samples = web_acl_outcome(case).value, blocked_samples(case)
    case.expect(samples.missing)
    evidence = [_rules(case, acl, name)]
    if samples.known and samples.value and samples.value[0].is_ours:
        sample = samples.value[0]
        account = owned_api(case).value.account
        evidence.append(case.cite(Source("get_sampled_requests", account, case.region), sample.request, name))
        text = f"The web ACL {name} blocked the test call: {sample.rule}."
        return failed("H12", text, fix=_spare(sample.rule), subject=name, evidence=evidence)
    if decided is None or decided.action == "allow":
        return passed(f"The rules of the web ACL {name} let the call pass.", subject=name, evidence=evidence)
    if decided.action is None:
        first = next(step for step in (*decided.may, decided.last) if step.action != "allow")
        others = f"; it blocked {len(samples.value)} like it" if samples.known and samples.value else ""
        gap = Gap(f"fact: whether {_named(first.rule)} of the web ACL {name} matches the call{others}")
        text = f"Whether the web ACL {name} lets the call pass cannot be told from its rules."
        return unknown([gap], text, subject=name, evidence=evidence, required=False)
    return _blocks(decided, name, evidence)


def _blocks(decided: Outcome, name: str, evidence: list[Evidence]) -> Finding:
    """Every way through the rules ends with a refusal."""
    rule = decided.last.rule
    if rule is None:
        text = f"The web ACL {name} blocks by default, and no rule of it allows the call."
        fix = "Add a rule that allows the call, or let the default action allow."
    else:
        what = "asks a puzzle of" if decided.last.action == "challenge" else "blocks"
        text, fix = f"The web ACL {name} {what} the call: {_named(rule)}.", _spare(_named(rule))
    return failed("H12", text, fix=fix, subject=name, confidence="likely", evidence=evidence)


def _rules(case: Case, acl: dict[str, Any], name: str) -> Evidence:
    rules = [rule for rule in as_list(acl.get("Rules"), "rules of a web ACL") if isinstance(rule, dict)]
    value = {
        "DefaultAction": next(iter(as_dict(acl.get("DefaultAction"), "default action")), None),
        # Of an action only its name: the headers that it may add are the owner's.
        "Rules": [
            {"Name": rule.get("Name"), "Priority": rule.get("Priority"), "Action": _action(rule)}
            for rule in rules[:20]
        ],
    }
    account = owned_api(case).value.account
    return case.cite(Source("get_web_acl_for_resource", account, case.region), value, name)


def _action(rule: dict[str, Any]) -> str | None:
    own = as_dict(rule.get("Action"), "action of a rule")
    return next(iter(own), None) or next(iter(as_dict(rule.get("OverrideAction"), "action of a rule")), None)


def _named(rule: str | None) -> str:
    return f"rule {rule}" if rule else "the default action"


def _spare(what: str) -> str:
    return f"Let {what} spare the call, or put a rule that allows it before."
