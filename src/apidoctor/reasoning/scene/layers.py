"""What one layer of policies decides about the call, as findings with the statement that decided."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from apidoctor.model.facts import Fact, Source, Undecided
from apidoctor.model.finding import Finding, failed, passed, skipped, unknown
from apidoctor.model.missing import Gap
from apidoctor.reasoning.apigateway.authorize import Step, classify_denial, denial_text, request_of
from apidoctor.reasoning.iam import Decision, NearMiss, Policies, Policy, explain
from apidoctor.reasoning.iam.statements import Statement
from apidoctor.reasoning.scene.answer import answer
from apidoctor.reasoning.scene.api import method
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.policies import Side, api_side, live_endpoints
from apidoctor.reasoning.scene.proof import unless_admitted
from apidoctor.reasoning.scene.reading import admitted

FIXES = {
    "A02": "Add an Allow for execute-api:Invoke on execute-api:/* that fits this caller, and deploy the API.",
    "A03": "Put the endpoint in use ({endpoint}) into the policy's aws:SourceVpce condition, and deploy the API.",
    "A04": "Let the condition name the endpoint's VPC ({vpc}, aws:SourceVpc) or {endpoint} (aws:SourceVpce); deploy.",
    "A05": "Match aws:VpcSourceIp instead of aws:SourceIp, and deploy the API.",
    "A06": "Let the statement's Resource cover {arn}, and deploy the API.",
    "A08": "Allow execute-api:Invoke on {arn} in the endpoint policy.",
    "A09": "Take this call out of the Deny in the endpoint policy.",
    "A10": "Let the endpoint policy allow Principal * for this API, or make the method AWS_IAM and sign the call.",
    "A11": "Allow execute-api:Invoke on {arn} in the caller's identity policy.",
    "A12": "Ask who owns this guard rail to allow execute-api:Invoke on {arn}.",
    "A22": "Let the policy of the domain itself admit {endpoint}: allow execute-api:Invoke on {arn}, and put the "
    "endpoint into the condition of a Deny that hits this call.",
    "A13": "Replace the key by one that unsigned calls have (aws:SourceVpce, aws:VpcSourceIp), and deploy the API.",
}
"""What to change, by fault."""
EITHER = " In the API's own account an Allow on either side is enough, here or in the caller's policies."
"""Stands behind a denial of the resource policy that the caller's own policies would make up for (table A)."""


def judge_layer(
    case: Case,
    layers: tuple[str, ...],
    source: Source,
    what: str,
    subject: str,
    of: Callable[[Case], Fact[Side]] = api_side,
) -> Iterator[Finding]:
    """Judge what the policies of *layers* decide; *what* names them in words, *source* is where they were read.

    *of* says about which resource: the API, or the domain in front of it.  A test call that was admitted outweighs a
    denial that only the configuration knows of.
    """
    side = of(case).value
    nowhere = bool(side.call.api_id) and method(case).known and method(case).value is None
    decided = side.verdict
    if decided.decision == "invalid":
        told = "; ".join(problem.message for problem in decided.problems)
        raise Undecided([Gap(f"fact: a readable policy ({told})")])
    steps = [step for step in decided.steps if step.layer in layers]
    closed = next((step for step in steps if step.denies), None)
    if nowhere and not (closed and (closed.layer == "endpoint" or closed.decision == "explicit_deny")):
        # Without a method its authorization type is open: only what refuses every caller is certain.
        yield skipped("No method answers the request, so no policy is asked.", subject=subject)
    elif closed is not None:
        yield _denied(case, side, closed, source, what, subject)
    elif any(step.decision == "indeterminate" for step in steps):
        yield _undecided(case, side, what, subject)
    elif not steps:
        yield skipped(f"The {what} is not asked for this call.", subject=subject)
    else:
        word = "allows" if any(step.decision == "allow" for step in steps) else "does not deny"
        yield passed(f"The {what} {word} the call.", subject=subject)


def _denied(case: Case, side: Side, step: Step, source: Source, what: str, subject: str) -> Finding:
    documents, asked = side.policies, side.call
    fault = classify_denial(replace(side.verdict, symptom=step), asked, documents, live_endpoints(case).value)
    fault = fault or "A02"
    statement = _statement(documents, step)
    misses = [] if statement else _near_misses(side, step)
    evidence = [case.cite(source, _value(side, step, statement, misses), subject)]
    spare = _is_spare(side, step)
    found = failed(
        fault,
        f"The {what} {_words(side, step, statement, misses)}{EITHER if spare else ''}",
        fix=FIXES.get(fault, "Let this layer allow the call.").format(
            endpoint=asked.endpoint, vpc=asked.endpoint_vpc, arn=request_of(asked).resource
        ),
        subject=subject,
        evidence=evidence,
        affects=[step.layer or "", *(["identity"] if spare else [])],
        explained_by=["policy/caller-policies-allow-call"] if spare else [],
    )
    judged, seen = unless_admitted(case, found), answer(case)
    if judged.status == "fail" and seen.known:
        shown = case.show(seen.value, "status", "body", subject=subject)
        return replace(judged, evidence=(*judged.evidence, shown))
    return judged


def _is_spare(side: Side, step: Step) -> bool:
    """Say whether an Allow of the caller's own policies, which do not allow the call either, would do instead.

    In the API's account one side is enough, and AWS names the caller's side (developer guide, *API Gateway resource
    policies*, table A): a resource policy that is silent is then no second cause.
    """
    one_account = side.call.authorization == "AWS_IAM" and side.call.principal_account == side.call.account
    silent = step.layer == "resource" and step.decision == "implicit_deny"
    return one_account and silent and "identity" in side.verdict.denied_layers


def _undecided(case: Case, side: Side, what: str, subject: str) -> Finding:
    proof, keys = admitted(case), side.verdict.unknown
    case.expect([*side.missing, *proof.missing])
    if proof.known and proof.value:
        return passed(f"The test call was admitted, so the {what} allows it.", subject=subject)
    missing = [*side.missing, *(Gap(f"fact: {key}") for key in keys if ":" in key)]
    return unknown(
        missing or [Gap(f"fact: {', '.join(keys)}")], f"The {what} cannot be judged.", subject=subject
    )


def _document(documents: Policies, step: Step) -> Policy | None:
    """Return the document that decided a step."""
    place = step.decided_by
    if place is None:
        return None
    holders: dict[str, tuple[Policy | None, ...]] = {
        "resource": (documents.resource,),
        "endpoint": (documents.endpoint,),
        "identity": documents.identity,
        "boundary": (documents.boundary,),
    }
    found = holders.get(place.layer, ())[place.document : place.document + 1]
    return found[0] if found else None


def _statement(documents: Policies, step: Step) -> Statement | None:
    """Return the Deny statement that applied."""
    policy = _document(documents, step)
    if policy is None or step.decided_by is None or step.decision != "explicit_deny":
        return None
    return policy.statements[step.decided_by.statement]


def _name(sid: str | None, index: int) -> str:
    """Name a statement as a reader counts: by its Sid, or from 1."""
    return sid or f"no. {index + 1}"


def _near_misses(side: Side, step: Step) -> list[NearMiss]:
    """Return the Allow statements that fit but for one element; one for other actions is no near miss."""
    request = request_of(side.call)
    decision = Decision("implicit_deny", missing=("grant", "endpoint", "boundary", "session", "scp"))
    found = explain(request, side.policies, decision)
    return [miss for miss in found if miss.layer == step.layer and "Action" not in miss.element][:3]


def _value(side: Side, step: Step, statement: Statement | None, misses: list[NearMiss]) -> dict[str, Any]:
    value: dict[str, Any] = {"decision": step.decision.replace("_", " "), "says": denial_text(step)}
    value["call"] = request_of(side.call).resource
    value["via"] = side.call.endpoint
    if statement is not None:
        value["statement"] = _name(statement.sid, statement.index)
        value["text"] = statement.as_written()
    if misses:
        value["nearest"] = [
            {"statement": _name(m.sid, m.statement), m.key or m.element: list(m.wanted), "got": list(m.got)}
            for m in misses
        ]
    return {key: item for key, item in value.items() if item is not None}


def _words(side: Side, step: Step, statement: Statement | None, misses: list[NearMiss]) -> str:
    if statement is not None:
        name = f"statement {_name(statement.sid, statement.index)}"
        reasons = [f"{c.operator} {c.key} {', '.join(c.wanted)}" for c in statement.clauses]
        if statement.not_resource or statement.not_action:
            reasons.append(
                "it applies to all but its " + ("NotResource" if statement.not_resource else "NotAction")
            )
        via = f"; the call comes through {side.call.endpoint}" if step.layer == "resource" else ""
        return f"denies the call: {name}{' (' + '; '.join(reasons) + ')' if reasons else ''}{via}."
    if misses:
        miss = misses[0]
        wanted, got = ", ".join(miss.wanted), ", ".join(miss.got) or "nothing"
        return f"allows it only with {miss.key or miss.element} {wanted}; the call has {got}."
    return "has no statement that allows the call."
