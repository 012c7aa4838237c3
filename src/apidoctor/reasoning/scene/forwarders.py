"""What a data centre's DNS servers do with a name that should be forwarded to an inbound endpoint: who is to blame.

Sources: faults D03, D04, D05, D06, D08 and D17 of the catalogue; Route 53 developer guide, "Resolving DNS queries
between VPCs and your network".
"""

from collections.abc import Sequence

from msgspec import Struct

from apidoctor.model.observation import DnsSeen
from apidoctor.model.report import Confidence
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.dns_answers import SILENT, is_good, is_inner, vpc_resolvers, words
from apidoctor.reasoning.scene.seen import host, inbound_answers, is_own_server, others, root_answers

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


def own_servers(case: Case) -> str:
    """Return the DNS servers that the host is configured with, for people."""
    there = host(case)
    servers = there.value.resolvers if there.known else []
    return ", ".join(servers) or "another server"


def by_inbound(case: Case, name: str, seen: DnsSeen) -> Blame | None:
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
    fix = f"Forward {zone} to {targets} on the DNS servers {own_servers(case)}."
    evidence = tuple(right[:1])
    if seen.outcome in SILENT:
        control = root_answers(case).value
        alive = [one for one in control if one.outcome not in SILENT]
        if control and not alive:
            return Blame(
                "D04",
                "possible",
                f"{there}; the host's DNS servers ({own_servers(case)}) answer nothing at all, also for other names",
                f"Make the DNS servers {own_servers(case)} answer this host first; then forward {zone} to {targets}.",
                (*evidence, *control[:1]),
            )
        if seen.outcome == "servfail" and (quick := _failed_at_once(case, name)):
            return Blame(
                "D17",
                "possible",
                f"{there}; {quick.server} fails at once ({quick.elapsed_ms:.0f} ms), too quick for a forwarder that "
                "waits: it drops the answer (rebinding protection, or DNSSEC), or is refused",
                f"Except {zone} from rebinding protection and DNSSEC validation on {own_servers(case)}; then look at "
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
            f"Take the fixed record for {name} out of {own_servers(case)}, and forward {zone} to {targets}.",
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


def dead(case: Case, name: str, seen: DnsSeen) -> Blame | None:
    """The host's own servers answer nothing, whatever they are asked: that is before any forwarder."""
    control = [one for one in root_answers(case).value if is_own_server(case, one)]
    if seen.outcome not in SILENT or not control or any(one.outcome not in SILENT for one in control):
        return None
    why = ", ".join(dict.fromkeys(f"{one.server}: {one.reason or one.outcome}" for one in control))
    return Blame(
        "D04",
        "possible",
        f"the host's DNS servers answer nothing at all, also for other names ({why})",
        f"Make {own_servers(case)} answer this host first, or let it ask other DNS servers; then look again.",
        tuple(control[:2]),
    )


def asked_from_outside(case: Case, name: str, seen: DnsSeen) -> Blame | None:
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
