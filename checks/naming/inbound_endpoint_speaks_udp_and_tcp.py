"""The inbound endpoint answers over UDP and TCP at every address.

Why it matters
--------------
DNS servers turn to TCP when an answer is large, and to the next address when one is silent. With one address dead or
TCP 53 closed, names resolve most of the time and fail some of the time.

How it decides
--------------
Where this host asked the addresses of an inbound endpoint directly, each must have answered over UDP and over TCP.
When none answered, that is for the check of the name: the host may not be allowed to ask them at all.

How to fix
----------
Let UDP and TCP 53 from the data centre's DNS servers reach every address of the inbound endpoint: its security groups,
network ACLs, and the data centre's firewall.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BLAME_READS,
    Case,
    DnsSeen,
    Finding,
    check,
    inbound_answers,
    passed,
    place,
    skipped,
    warned,
)

SILENT = frozenset({"timeout", "error"})


@check(
    reads=BLAME_READS,
    probes=("dns", "host"),
    faults=("D05",),
    required=False,
    playbook="name-does-not-resolve",
    position=82,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the addresses of the inbound endpoint with one another, and UDP with TCP."""
    name, where = case.request.name, place(case)
    if name is None or case.request.form == "direct-ip" or (where.known and where.value.vpc is not None):
        yield skipped("The caller does not ask an inbound endpoint.")
        return
    found: dict[tuple[str, str], DnsSeen] = {}
    for seen in inbound_answers(case, name).value:
        found[(seen.server, seen.transport)] = seen
    answered = [seen for seen in found.values() if _spoke(seen)]
    if not answered:
        yield skipped("No inbound endpoint answered this host.")
        return
    for (server, transport), seen in found.items():
        evidence = [case.show(seen, "server", "transport", "outcome", subject=server)]
        if _spoke(seen):
            yield passed(f"{server} answers over {transport.upper()}.", subject=server, evidence=evidence)
        elif any(one.server == server for one in answered):
            yield warned(
                "D05",
                f"{server} answers, but not over {transport.upper()}: large answers will fail.",
                fix=f"Let {transport.upper()} 53 reach {server} too.",
                subject=server,
                evidence=evidence,
            )
        elif transport == "udp":
            yield warned(
                "D05",
                f"{server} does not answer, other addresses of the inbound endpoint do: names fail some of the time.",
                fix=f"Let UDP and TCP 53 reach {server}, or take it out of the forwarders.",
                subject=server,
                evidence=evidence,
            )


def _spoke(seen: DnsSeen) -> bool:
    """Say whether the server answered; an answer that was cut off is one."""
    return seen.truncated or seen.outcome not in SILENT
