"""The same question gets the same answer each time.

Why it matters
--------------
A VPC's resolver drops what an interface sends beyond 1024 packets a second; a forwarder with one dead target fails
every other question. Calls then fail now and then, and every single look seems fine.

How it decides
--------------
Where a server was asked the same several times in a row, some answers and some failures are told apart by who the
server is: the VPC's own resolver (its limit), or another (a target of it is dead).

How to fix
----------
Cache answers on the host (`nscd`, `systemd-resolved`, a node-local cache in Kubernetes); for a forwarder, take the dead
target out.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    SILENT,
    Case,
    DnsSeen,
    Finding,
    check,
    is_vpc_resolver,
    others,
    passed,
    skipped,
    warned,
)


@check(probes=("dns",), faults=("D05", "D19"), required=False, playbook="name-does-not-resolve", position=84)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the attempts of each server."""
    name = case.request.name
    if name is None or case.request.form == "direct-ip":
        yield skipped("No name is called.")
        return
    groups: dict[tuple[str, str], list[DnsSeen]] = {}
    for seen in others(case, name).value:
        groups.setdefault((seen.server, seen.transport), []).append(seen)
    repeated = {key: group for key, group in groups.items() if max(seen.attempt for seen in group) > 1}
    if not repeated:
        yield skipped("No server was asked more than once.")
        return
    for (server, transport), group in repeated.items():
        silent = [seen for seen in group if seen.outcome in SILENT]
        evidence = [
            case.show(seen, "server", "transport", "attempt", "outcome", subject=server) for seen in group
        ]
        if len(silent) == len(group):
            yield skipped(f"{server} does not answer.")
            continue
        if not silent:
            yield passed(f"{server} says the same each time.", subject=server, evidence=evidence[:1])
            continue
        text = f"{server} answered {len(group) - len(silent)} of {len(group)} equal questions over {transport.upper()}"
        if is_vpc_resolver(group[0]):
            yield warned(
                "D19",
                f"{text}: perhaps more than 1024 packets a second are sent to the VPC's resolver.",
                fix="Cache answers on the host; look at linklocal_allowance_exceeded of ethtool -S.",
                subject=server,
                evidence=evidence,
            )
        else:
            yield warned(
                "D05",
                f"{text}: one of the servers that it forwards to is perhaps dead.",
                fix=f"Look at the forwarders of {server}: every address must answer over UDP and TCP 53.",
                subject=server,
                evidence=evidence,
            )
