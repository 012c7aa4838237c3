"""All configured DNS servers give the same answer.

Why it matters
--------------
When the servers that the host is configured with differ, the outcome depends on which one happens to be asked: calls
fail from time to time.

How it decides
--------------
Each configured server is asked directly, over UDP and TCP; outcomes and addresses must agree. Round-robin order does
not matter. Servers that were asked for comparison (an inbound endpoint, public DNS) do not count.

How to fix
----------
Mend the server that differs, or take it out of the list; let TCP 53 through as well as UDP 53.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    SILENT,
    Case,
    DnsSeen,
    Finding,
    check,
    is_own_server,
    is_public,
    passed,
    place,
    server_answers,
    skipped,
    warned,
)


@check(
    probes=("dns", "host"),
    faults=("D03", "D04", "D05", "D08", "D11"),
    required=False,
    playbook="name-does-not-resolve",
    position=80,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare what each server says."""
    name = case.request.name
    if name is None or case.request.form == "direct-ip":
        yield skipped("No name is called.")
        return
    own = [seen for seen in server_answers(case, name).value if is_own_server(case, seen)]
    answers = _latest(own)
    if answers and all(seen.outcome in SILENT for seen in answers):
        yield skipped("No server answers.")
        return
    if len(answers) < 2:
        yield skipped("There are not two answers to compare.")
        return
    said = {f"{seen.server} ({seen.transport})": _said(seen) for seen in answers}
    evidence = [
        case.show(seen, "server", "transport", "outcome", "addresses", subject=name) for seen in answers
    ]
    if len(set(said.values())) == 1:
        yield passed(f"All servers answer alike: {answers[0].outcome}.", subject=name, evidence=evidence[:1])
        return
    fault, fix = _fault(case, answers)
    text = "; ".join(f"{server}: {answer}" for server, answer in said.items())
    yield warned(fault, f"The servers differ: {text}.", fix=fix, subject=name, evidence=evidence)


def _latest(answers: list[DnsSeen]) -> list[DnsSeen]:
    """Leave one answer of each configured server over each transport: the first question's."""
    found: dict[tuple[str, str], DnsSeen] = {}
    for seen in answers:
        if not seen.truncated:
            found[(seen.server, seen.transport)] = seen
    return list(found.values())


def _said(seen: DnsSeen) -> str:
    return ", ".join(sorted(seen.addresses)) if seen.outcome == "answer" else seen.outcome


def _fault(case: Case, answers: list[DnsSeen]) -> tuple[str, str]:
    """Name the fault by what the odd ones say."""
    by_server: dict[str, set[str]] = {}
    for seen in answers:
        by_server.setdefault(seen.server, set()).add(_said(seen))
    if len({frozenset(words) for words in by_server.values()}) == 1:
        return "D05", "Let TCP 53 pass as well as UDP 53: large answers need it."
    where = place(case)
    if where.known and where.value.vpc is not None:
        return "D11", "Let every server forward execute-api names to the VPC's resolver."
    fix = "Mend the servers that differ, or take them out of the host's list."
    if any(seen.outcome in SILENT for seen in answers):
        return "D04", fix
    if any(seen.outcome != "answer" or any(map(is_public, seen.addresses)) for seen in answers):
        return "D03", fix
    return "D08", fix
