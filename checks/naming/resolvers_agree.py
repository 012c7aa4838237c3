"""All configured DNS servers give the same answer.

Why it matters
--------------
When the servers in resolv.conf differ, the outcome depends on which one happens to be asked: calls fail
from time to time.

How it decides
--------------
Each configured server is asked directly, over UDP and TCP; outcomes and addresses must agree.
Round-robin order does not matter.

How to fix
----------
Mend the server that differs, or take it out of the list; let TCP 53 through as well as UDP 53.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, check, passed, server_answers, skipped, warned


@check(probes=("dns", "host"), faults=("D05",), required=False, playbook="name-does-not-resolve", position=80)
def judge(case: Case) -> Iterator[Finding]:
    """Compare what each server says."""
    name = case.request.name
    if name is None or case.request.form == "direct-ip":
        yield skipped("No name is called.")
        return
    answers = server_answers(case, name).value
    if len(answers) < 2:
        yield skipped("There are not two answers to compare.")
        return
    said = {f"{seen.server} ({seen.transport})": _said(seen.outcome, seen.addresses) for seen in answers}
    evidence = [
        case.show(seen, "server", "transport", "outcome", "addresses", subject=name) for seen in answers
    ]
    if len(set(said.values())) == 1:
        yield passed(f"All servers answer alike: {answers[0].outcome}.", subject=name, evidence=evidence[:1])
    else:
        text = "; ".join(f"{server}: {answer}" for server, answer in said.items())
        yield warned(
            "D05",
            f"The servers differ: {text}.",
            fix="Mend the server or the firewall that differs: both UDP and TCP 53 are needed.",
            subject=name,
            evidence=evidence,
        )


def _said(outcome: str, addresses: list[str]) -> str:
    return ", ".join(sorted(addresses)) if outcome == "answer" else outcome
