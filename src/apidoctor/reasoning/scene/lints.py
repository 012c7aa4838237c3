"""What the checks of how policies are written look at: each document on the way, statement by statement."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from apidoctor.model.facts import Source
from apidoctor.model.finding import Finding, passed, skipped, warned
from apidoctor.model.report import Evidence
from apidoctor.reasoning.admission import who_can
from apidoctor.reasoning.admission.statements import path
from apidoctor.reasoning.apigateway.authorize import classify_denial
from apidoctor.reasoning.iam import Policy, Problem
from apidoctor.reasoning.iam.statements import Statement
from apidoctor.reasoning.scene.api import method, owned_api
from apidoctor.reasoning.scene.caller import principal
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.endpoint import endpoint
from apidoctor.reasoning.scene.policies import (
    call,
    callers_own,
    endpoint_policy,
    live_endpoints,
    policies,
    saved_policy,
    verdict,
)

_SLASHES = 2
"""Slashes in the part of a method's ARN that follows the API's id: stage/METHOD/path."""
MOST_TOLD = 10
"""Most findings of one check about one document."""


class Document(NamedTuple):
    """A policy on the way."""

    what: str
    """What it is, in words."""
    subject: str
    """The object that it is attached to."""
    source: Source
    """Where it was read."""
    policy: Policy


def resource_document(case: Case) -> Document | None:
    """Return the API's saved resource policy; None when the API is not private or has none."""
    api = owned_api(case).value
    policy = saved_policy(case).value if api.is_private else None
    if policy is None:
        return None
    return Document(
        f"resource policy of {api.id}", api.id, Source("get_rest_api", api.account, case.region), policy
    )


def documents(case: Case) -> Iterator[Document]:
    """Yield the policies on the way that can be read: the API's, the endpoint's, those of the caller."""
    found = resource_document(case)
    if found is not None:
        yield found
    via, policy = endpoint(case), endpoint_policy(case)
    own, who = callers_own(case), principal(case)
    case.expect([*via.missing, *policy.missing, *own.missing, *who.missing])
    if via.known and via.value and policy.known and policy.value:
        name = via.value.vpc_endpoint_id
        source = Source("describe_vpc_endpoints", via.value.account, case.region)
        yield Document(f"endpoint policy of {name}", name, source, policy.value)
    if own.known and own.value and who.known and who.value:
        source = Source("get_role", who.value.account, "global")
        for each in (*own.value.identity, *([own.value.boundary] if own.value.boundary else [])):
            yield Document(f"{each.kind} policy of {who.value.name}", who.value.arn, source, each)


def authorization(case: Case) -> str | None:
    """Return the authorization type of the method that is called; None when there is none, or it is not shown."""
    found = method(case).value
    return found.authorization if found else None


def name_of(statement: Statement) -> str:
    """Name a statement as a reader counts: by its Sid, or from 1."""
    return statement.sid or f"no. {statement.index + 1}"


def trap(
    case: Case, document: Document, statement: Statement, words: str, *, fix: str, fault: str | None = None
) -> Finding:
    """Say that a statement does not do what was meant; the evidence is the statement as it is written.

    When the call is refused for just that, the refusal tells it, and this is no second finding.
    """
    if fault is not None and fault == refused_for(case).value:
        return skipped("The refusal of the call tells it.", subject=document.subject)
    return warned(
        fault,
        f"Statement {name_of(statement)} of the {document.what} {words}",
        fix=fix,
        subject=document.subject,
        evidence=[_written(case, document, statement)],
    )


@fact
def refused_for(case: Case) -> str | None:
    """Return the fault for which the resource policy certainly refuses the call; None when it does not."""
    decided = verdict(case)
    case.expect(decided.missing)
    if not decided.known:
        return None
    step = next((each for each in decided.value.steps if each.layer == "resource" and each.denies), None)
    if step is None:
        return None
    attached, live = policies(case, "deployed"), live_endpoints(case)
    return classify_denial(
        replace(decided.value, symptom=step),
        call(case).value,
        attached.value,
        live.value if live.known else None,
    )


Finder: TypeAlias = Callable[[Case, Statement], Iterable[str]]
"""What is wrong with a statement: the end of the sentence "Statement … of the resource policy of … …"."""


def judge_statements(case: Case, wrong: Finder, *, good: str, fix: str, fault: str) -> Iterator[Finding]:
    """Judge every statement of the API's resource policy."""
    document = resource_document(case)
    if document is None:
        yield skipped("The API is not private, or has no resource policy.")
        return
    found = [
        trap(case, document, statement, words, fix=fix, fault=fault)
        for statement in document.policy.statements
        for words in wrong(case, statement)
    ]
    yield from found or [passed(good, subject=document.subject)]


def judge_problems(case: Case, codes: Collection[str], *, good: str, fix: str) -> Iterator[Finding]:
    """Judge every policy on the way by the problems of some kinds that reading it found."""
    seen = False
    for document in documents(case):
        seen = True
        told = [each for each in document.policy.problems if each.code in codes]
        for problem in told[:MOST_TOLD]:
            yield _problem(case, document, problem, fix)
        if not told:
            yield passed(f"{good} in the {document.what}.", subject=document.subject)
    if not seen:
        yield skipped("No policy on the way can be read.")


def _problem(case: Case, document: Document, problem: Problem, fix: str) -> Finding:
    statement = _statement_at(document.policy.statements, problem.where)
    evidence = [_written(case, document, statement)] if statement else []
    evidence.append(case.derived("iam", {"where": problem.where, "code": problem.code}, document.subject))
    return warned(
        None,
        f"{problem.where} of the {document.what}: {problem.message}.",
        fix=fix,
        subject=document.subject,
        evidence=evidence,
    )


def _statement_at(statements: Sequence[Statement], where: str) -> Statement | None:
    """Return the statement in which a problem stands; a policy may have one without a list."""
    index = where.removeprefix("Statement").partition("]")[0].removeprefix("[")
    at = int(index) if index.isdecimal() and len(index) < 7 else 0
    return statements[at] if where.startswith("Statement") and at < len(statements) else None


def _written(case: Case, document: Document, statement: Statement) -> Evidence:
    return case.cite(
        document.source,
        {"statement": name_of(statement), "text": statement.as_written()},
        document.subject,
    )


def can_cover(pattern: str, api_arn: str) -> str | None:
    """Say why a resource pattern of an API's policy can cover no method of the API; None when it can."""
    rests = [item.text for item in path(pattern, api_arn, "resource")]
    if not rests:
        return f"it is none of {api_arn}"
    if all("*" not in rest and rest.count("/") < _SLASHES for rest in rests):
        return "it names no stage, method and path, so no method is covered"
    return None


def open_to_everybody(case: Case) -> Statement | None:
    """Return the Allow by which the resource policy admits calls from every VPC; None when none does."""
    api, policy = owned_api(case).value, saved_policy(case).value
    kind = authorization(case)
    if policy is None or not policy.valid:
        return None
    arn = f"arn:{case.request.partition}:execute-api:{case.region}:{api.account}:{api.id}"
    found = who_can(policy, arn, kind or "NONE")  # type: ignore[arg-type]  # AWS's own words
    granted = [
        each.box for each in found.admissions if each.also in ("nothing", "token", "identity_elsewhere")
    ]
    granted += [each.box for each in found.admissions if each.also == "authorizer_silent"]
    if all(box.written or set(box.parts) - {"path"} for box in granted):
        return None
    return next((each for each in policy.statements if each.allow and "*" in each.principals), None)
