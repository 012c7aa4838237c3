"""Why the caller's resolution gives no good answer: other servers' answers to the same question tell.

Each rule compares what was seen: the inbound endpoint's own answer, the VPC's resolver, public DNS, a name nobody can
have asked before.  Sources: faults D07, D08, D11, D16, D17, D19, D22 and N23 of the catalogue; resolv.conf(5).
"""

from collections.abc import Sequence

from apidoctor.model.finding import Finding, failed
from apidoctor.model.observation import DnsSeen
from apidoctor.model.report import Evidence
from apidoctor.reasoning.naming.answer import plain
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.dns_answers import (
    NEGATIVE,
    NOWHERE,
    SILENT,
    is_good,
    words,
)
from apidoctor.reasoning.scene.forwarders import Blame, asked_from_outside, by_inbound, dead, own_servers
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.seen import (
    fresh_answers,
    host,
    is_own_server,
    others,
    root_answers,
    vpc_answers,
)


def blame(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """Return who is to blame that *seen*, the caller's own resolution, does not lead to the endpoint.

    None when nothing else that was seen tells: then only the configuration can.
    """
    if entry := _hosts_entry(case, name, seen):
        return entry
    if _is_inside(case):
        return _inside(case, name, seen)
    return (
        _search_domain(case, name, seen)
        or _from_cache(case, name, seen)
        or _rebinding(case, name, seen)
        or by_inbound(case, name, seen)
        or asked_from_outside(case, name, seen)
        or dead(case, name, seen)
    )


def blamed(case: Case, name: str, seen: DnsSeen, text: str, evidence: Sequence[Evidence]) -> Finding | None:
    """Return the finding that continues *text* with who is to blame; None when nothing that was seen tells."""
    reason = blame(case, name, seen)
    if reason is None:
        return None
    return failed(
        reason.fault,
        f"{text}; {reason.says}.",
        fix=reason.fix,
        subject=name,
        confidence=reason.confidence,
        evidence=[*evidence, *(case.show(one, subject=name) for one in reason.seen)],
    )


def _is_inside(case: Case) -> bool:
    where = place(case)
    return where.known and where.value.vpc is not None


def _hosts_entry(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """An entry in the hosts file goes before every server."""
    there = host(case)
    entries = there.value.hosts_entries.get(plain(name), []) if there.known else []
    if not entries or not set(entries) & set(seen.addresses):
        return None
    return Blame(
        "N23",
        "certain",
        f"the hosts file of this host says {', '.join(entries)}",
        f"Take the line of {name} out of the hosts file.",
    )


def _inside(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """Inside a VPC the VPC's own resolver tells."""
    answers = vpc_answers(case, name).value
    right = [one for one in answers if is_good(case, one)]
    asked, there = own_servers(case), host(case)
    own = {one.server for one in answers}
    if answers and there.known and there.value.resolvers and set(there.value.resolvers) <= own:
        return _by_vpc(seen, answers, right)
    if not right:
        return None
    return Blame(
        "D11",
        "certain",
        f"the VPC's own resolver ({right[0].server}) gives {words(right[0])}, and this host asks {asked}",
        "Let the host ask the VPC's resolver (AmazonProvidedDNS), or let its servers forward execute-api names there.",
        tuple(right[:1]),
    )


def _by_vpc(seen: DnsSeen, answers: Sequence[DnsSeen], right: Sequence[DnsSeen]) -> Blame | None:
    """The host asks the VPC's own resolver and nobody else: what that one does decides."""
    if right and seen.outcome in SILENT:
        return Blame(
            "D19",
            "likely",
            f"the VPC's own resolver ({right[0].server}) answers other times with {words(right[0])}: perhaps more "
            "than 1024 packets a second are sent to it",
            "Cache answers on the host, and send fewer questions to the VPC's resolver.",
            tuple(right[:1]),
        )
    if not right and answers[0].outcome in NEGATIVE:
        return Blame(
            "D07",
            "possible",
            f"the VPC's own resolver ({answers[0].server}) says so: a private zone without this name, a Resolver "
            "rule or DNS Firewall decides there",
            "Look at the private zones, Resolver rules and DNS Firewall rule groups of this VPC.",
            tuple(answers[:1]),
        )
    return None


def _search_domain(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """A wildcard below a search domain answers for the name with that domain behind it (resolv.conf(5), ndots)."""
    for other in case.observed(DnsSeen):
        domain = other.name.rstrip(".").lower().removeprefix(f"{plain(name)}.")
        if domain == other.name.rstrip(".").lower() or not seen.addresses or seen.outcome != "answer":
            continue
        if (
            other.outcome == "answer"
            and set(other.addresses) == set(seen.addresses)
            and not is_good(case, seen)
        ):
            return Blame(
                "D08",
                "likely",
                f"that is the answer for {other.name}: the search domain {domain} has a wildcard, and this host asks "
                "with search domains first",
                f"Take the wildcard out of {domain}, lower ndots in resolv.conf, or call the name with a final dot.",
                (other,),
            )
    return None


def _from_cache(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """A name that nobody asked before is answered right by the same resolver: the old answer is in its cache."""
    if seen.outcome in SILENT:
        return None
    fresh = [one for one in fresh_answers(case, name).value if is_own_server(case, one)]
    right = [one for one in fresh if is_good(case, one)]
    if not right:
        return None
    ttl = max((record.ttl or 0 for record in seen.chain), default=0)
    wait = f" for {ttl} s more" if ttl else ""
    return Blame(
        "D16",
        "likely",
        f"the same resolver answers {right[0].name} with {words(right[0])}: the old answer is in its cache{wait}",
        "Empty the resolver's cache, or wait until the answer has run out; nothing else has to change.",
        tuple(right[:1]),
    )


def _rebinding(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """Public DNS gives the private addresses of alias and endpoint names; a resolver that drops them gives nothing.

    BIND answers SERVFAIL then, others an empty answer, NXDOMAIN or 0.0.0.0.
    """
    form = case.request.form or ""
    if not (form.startswith("endpoint") or form == "alias"):
        return None
    asked = [one for one in others(case, name).value if one.role in ("outside", "inbound")]
    right = [one for one in asked if is_good(case, one)]
    if seen.outcome == "nxdomain" and asked and all(one.outcome == "nxdomain" for one in asked):
        return Blame(
            "D22",
            "possible",
            f"{asked[0].server} says so too: the name is mistyped, or the endpoint (for an alias its association) "
            "is gone",
            "Read the endpoint's names again: aws ec2 describe-vpc-endpoints, DnsEntries.",
            tuple(asked[:1]),
        )
    dropped = seen.outcome in NEGATIVE or (seen.addresses and set(seen.addresses) <= NOWHERE)
    refused = seen.outcome == "servfail" and any(
        one.outcome not in SILENT for one in root_answers(case).value
    )
    if not right or not (dropped or refused):
        return None
    return Blame(
        "D17",
        "certain" if right[0].role == "outside" and dropped else "likely",
        f"{right[0].server} gives {words(right[0])}: the host's resolver drops private addresses from public names",
        f"Except {name.partition('.')[2]} from the resolver's rebinding protection.",
        tuple(right[:1]),
    )
