"""Connections that are idle for a while still work.

Why it matters
--------------
Firewalls and PrivateLink forget idle connections (350 seconds for those based on network load balancers). A client with
a pool of connections then sends into nothing: resets or time-outs on the first call after a pause.

How it decides
--------------
Only where an idle test was asked for (`apidoctor probe --idle SECONDS`): after that pause, a second request on the same
connection must be answered.

How to fix
----------
Let the client send TCP keep-alives more often, close idle connections sooner, or raise the firewall's time-out.

References
----------
- https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, TcpSeen, check, passed, skipped, warned

WORDS = {"reset": "was reset", "dead": "kept silent"}


@check(probes=("tcp",), faults=("N18",), required=False, playbook="connection-times-out", position=90)
def judge(case: Case) -> Iterator[Finding]:
    """Judge each idle test."""
    tests = [seen for seen in case.observed(TcpSeen) if seen.idle_outcome is not None]
    if not tests:
        yield skipped("No idle test was made.")
        return
    for seen in tests:
        pause = f"{seen.idle_s or 0:g} s"
        evidence = [case.show(seen, "address", "idle_s", "idle_outcome", "reason", subject=seen.address)]
        if seen.idle_outcome == "alive":
            yield passed(f"A connection to {seen.address} lives after {pause} of silence.", evidence=evidence)
        else:
            yield warned(
                "N18",
                f"A connection to {seen.address} {WORDS.get(str(seen.idle_outcome))} after {pause} of silence.",
                fix=f"Send TCP keep-alives more often than every {pause}, or close idle connections sooner.",
                subject=seen.address,
                evidence=evidence,
            )
