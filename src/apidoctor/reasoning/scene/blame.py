"""Why the caller's resolution gives no good answer: other servers' answers to the same question tell.

Each rule compares what was seen: the inbound endpoint's own answer, the VPC's resolver, public DNS, a name nobody can
have asked before, a question that every resolver can answer.  Sources: faults D03, D04, D05, D08, D11, D16 and D17 of
the catalogue; Route 53 developer guide, "Resolving DNS queries between VPCs and your network".
"""

from collections.abc import Sequence

from msgspec import Struct

from apidoctor.model.observation import DnsSeen
from apidoctor.model.report import Confidence
from apidoctor.reasoning.naming.answer import plain
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.dns_answers import (
    NEGATIVE,
    NOWHERE,
    SILENT,
    is_good,
    is_inner,
    vpc_resolvers,
    words,
)
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.seen import (
    fresh_answers,
    host,
    inbound_answers,
    is_own_server,
    others,
    root_answers,
    vpc_answers,
)

AT_ONCE_MS = 300.0
"""A SERVFAIL that comes sooner is no time-out of a forwarder: resolvers wait for half a second at least."""


class Blame(Struct, frozen=True):
    """Who is to blame, and how that is known."""

    fault: str
    """Fault id."""
    confidence: Confidence
    """How sure that is."""
    says: str
    """The reason, in words that continue the finding's summary."""
    fix: str
    """What to change."""
    seen: tuple[DnsSeen, ...] = ()
    """The answers that tell it."""


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
        or _by_inbound(case, name, seen)
        or _asked_from_outside(case, name, seen)
        or _dead(case, name, seen)
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
    asked, there = _servers(case), host(case)
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


def _servers(case: Case) -> str:
    there = host(case)
    servers = there.value.resolvers if there.known else []
    return ", ".join(servers) or "another server"


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


def _by_inbound(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """The inbound endpoint's own answer tells on which side the fault lies."""
    asked = inbound_answers(case, name).value
    if not asked or not _needs_forwarding(case):
        return None
    right = [one for one in asked if is_good(case, one)]
    if right:
        return _not_forwarded(case, name, seen, right)
    spoken = [one for one in asked if one.outcome not in SILENT]
    servers = ", ".join(dict.fromkeys(one.server for one in asked))
    if spoken:
        return Blame(
            "D06",
            "likely",
            f"the inbound endpoint ({spoken[0].server}) itself gives {words(spoken[0])}: no private zone for the name "
            "is visible in its VPC",
            "Associate the private zone with the VPC of the inbound endpoint, or use one in the endpoint's own VPC.",
            tuple(spoken[:1]),
        )
    return Blame(
        "D05",
        "likely",
        f"the inbound endpoint does not answer at {servers}, over UDP or TCP",
        "Let UDP and TCP 53 reach every address of the inbound endpoint: its security group, ACLs, routes and the "
        "data centre's firewall.",
        tuple(asked[:2]),
    )


def _needs_forwarding(case: Case) -> bool:
    return case.request.form in ("private-dns", "custom-domain")


def _not_forwarded(case: Case, name: str, seen: DnsSeen, right: Sequence[DnsSeen]) -> Blame:
    """The inbound endpoint is right, so the data centre's resolver does not ask it, or asks another."""
    there = f"the inbound endpoint ({right[0].server}) gives {words(right[0])}"
    zone = name.partition(".")[2] if case.request.form == "private-dns" else name
    targets = ", ".join(dict.fromkeys(one.server for one in right))
    fix = f"Forward {zone} to {targets} on the DNS servers {_servers(case)}."
    evidence = tuple(right[:1])
    if seen.outcome in SILENT:
        control = root_answers(case).value
        alive = [one for one in control if one.outcome not in SILENT]
        if control and not alive:
            return Blame(
                "D04",
                "possible",
                f"{there}; the host's DNS servers ({_servers(case)}) answer nothing at all, also for other names",
                f"Make the DNS servers {_servers(case)} answer this host first; then forward {zone} to {targets}.",
                (*evidence, *control[:1]),
            )
        if seen.outcome == "servfail" and (quick := _failed_at_once(case, name)):
            return Blame(
                "D17",
                "possible",
                f"{there}; {quick.server} fails at once ({quick.elapsed_ms:.0f} ms), too quick for a forwarder that "
                "waits: it drops the answer (rebinding protection, or DNSSEC), or is refused",
                f"Except {zone} from rebinding protection and DNSSEC validation on {_servers(case)}; then look at "
                f"whether they forward it to {targets}.",
                (*evidence, quick),
            )
        return Blame(
            "D04",
            "likely",
            f"{there}; the host's DNS servers answer other names, so they forward {zone} to something that does not "
            "answer: the VPC's own resolver (VPC+2), or old addresses of the inbound endpoint",
            fix,
            (*evidence, *alive[:1]),
        )
    if seen.outcome == "answer" and all(is_inner(address) for address in seen.addresses):
        return Blame(
            "D08",
            "likely",
            f"{there}; the host's DNS servers have an answer of their own",
            f"Take the fixed record for {name} out of {_servers(case)}, and forward {zone} to {targets}.",
            evidence,
        )
    return Blame("D03", "certain", f"{there}; the host's DNS servers do not ask it", fix, evidence)


def _failed_at_once(case: Case, name: str) -> DnsSeen | None:
    """Return the first SERVFAIL of the host's own servers when it came sooner than any time-out of a forwarder."""
    first = [
        one
        for one in others(case, name).value
        if is_own_server(case, one)
        and one.outcome == "servfail"
        and one.attempt == 1
        and one.elapsed_ms is not None
    ]
    slowest = max(first, key=lambda one: one.elapsed_ms or 0.0, default=None)
    return slowest if slowest and (slowest.elapsed_ms or 0.0) < AT_ONCE_MS else None


def _dead(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """The host's own servers answer nothing, whatever they are asked: that is before any forwarder."""
    control = [one for one in root_answers(case).value if is_own_server(case, one)]
    if seen.outcome not in SILENT or not control or any(one.outcome not in SILENT for one in control):
        return None
    why = ", ".join(dict.fromkeys(f"{one.server}: {one.reason or one.outcome}" for one in control))
    return Blame(
        "D04",
        "possible",
        f"the host's DNS servers answer nothing at all, also for other names ({why})",
        f"Make {_servers(case)} answer this host first, or let it ask other DNS servers; then look again.",
        tuple(control[:2]),
    )


def _asked_from_outside(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """A data centre that asks a VPC's own resolver gets no answer: it serves its VPC alone."""
    there = host(case)
    if not there.known or seen.outcome not in SILENT:
        return None
    wrong = [server for server in there.value.resolvers if server in vpc_resolvers(case, there.value)]
    if not wrong:
        return None
    return Blame(
        "D04",
        "certain",
        f"{', '.join(wrong)} is a VPC's own resolver, which answers only inside that VPC",
        "Ask a Resolver inbound endpoint instead.",
    )
