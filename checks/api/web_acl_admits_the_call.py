"""The web ACL of the stage admits the call.

Why it matters
--------------
AWS WAF stands before every policy of the API. What it blocks is answered with the same bare 403
`Forbidden` as a wrong id, or with a text of the owner's own, and leaves no line in the access log that
would name it.

How it decides
--------------
A stage without a web ACL blocks nothing. Else its rules are tried in order: IP sets by the address that
the endpoint sees, comparisons of path, method, query and headers, labels that rules before added; what a rule
group, a rate or a country decides stays open. A default action that blocks, with no rule that allows the call,
fails; so does a rule that blocks it. A blocked sample of the last three hours with path, method and request id of
this very call proves it, and names the rule; one without the id, with the user agent of this tool and within five
minutes of the call, makes it likely. A call that was admitted proves the opposite, and so does a refusal by a gate
behind the web ACL (the method, an authorizer, a policy of the API, a throttle). Not so where an answer of 400 and
above has a sample with its very request id, or any answer is the custom response of a block that takes the call or
may (status, body and headers): such a response looks as a backend's.

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
    reading,
    skipped,
    stage,
    unknown,
)
from apidoctor.reasoning.apigateway.web_acl import Outcome, Step
from apidoctor.reasoning.scene.web_acl import (
    WEB_ACL_READS,
    blocked_samples,
    is_behind,
    is_not_its,
    web_acl,
    web_acl_answer,
    web_acl_outcome,
)


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
    proved = _is_let_through(case)
    name = str((acl.value or {}).get("Name") or found.web_acl_arn) if acl.known else str(found.web_acl_arn)
    if proved:
        yield passed(f"The web ACL {name} admits the call.", subject=name)
    elif not acl.known:
        yield unknown(acl.missing, f"What the web ACL {name} does cannot be seen.", subject=name)
    else:
        yield _by_the_rules(case, acl.value or {}, name)


def _is_let_through(case: Case) -> bool:
    """Say whether the answer proves that the web ACL let the call pass, and is not a custom response of its own."""
    if (said := reading(case)).known and is_behind(said.value):
        return True
    return is_admitted(case) and not _is_sampled(case) and _own_answer(case) is None


def _is_sampled(case: Case) -> bool:
    """Say whether AWS WAF blocked this very call, in words that look as a backend's (a custom response)."""
    seen = answer(case)
    if not seen.known or (seen.value.status or 0) < 400:
        return False
    samples = blocked_samples(case)
    case.expect(samples.missing)
    return samples.known and any(sample.is_same for sample in samples.value)


def _own_answer(case: Case) -> Step | None:
    """Return the block whose custom response the answer is, unless API Gateway's type names another gate."""
    own, said = web_acl_answer(case), reading(case)
    if not own.known or own.value is None or (said.known and is_not_its(said.value)):
        return None
    return own.value


def _by_the_rules(case: Case, acl: dict[str, Any], name: str) -> Finding:
    decided, samples = web_acl_outcome(case).value, blocked_samples(case)
    case.expect(samples.missing)
    evidence = [_rules(case, acl, name)]
    said = reading(case)
    others = said.known and is_not_its(said.value)
    if samples.known and samples.value and samples.value[0].is_ours and not others:
        sample = samples.value[0]
        account = owned_api(case).value.account
        evidence.append(case.cite(Source("get_sampled_requests", account, case.region), sample.request, name))
        words = (
            "blocked the test call" if sample.is_same else "blocked a call like the test call, at its time"
        )
        return failed(
            "H12",
            f"The web ACL {name} {words}: {sample.rule}.",
            fix=_spare(sample.rule),
            subject=name,
            confidence="certain" if sample.is_same else "likely",
            evidence=evidence,
        )
    if (step := _own_answer(case)) is not None:
        seen = answer(case).value
        evidence.append(case.show(seen, "status", "headers", "body", subject=seen.url))
        text = (
            f"The answer is the custom response of the web ACL {name}: {_named(step.rule)} blocks the call."
        )
        fix = _spare(_named(step.rule))
        return failed("H12", text, fix=fix, subject=name, confidence="likely", evidence=evidence)
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
