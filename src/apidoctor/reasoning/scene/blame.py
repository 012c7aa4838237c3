"""Why the caller's resolution gives no good answer: other servers' answers to the same question tell.

Each rule compares what was seen: the inbound endpoint's own answer, the VPC's resolver, public DNS, a name nobody can
have asked before, a question that every resolver can answer.  Sources: faults D03, D04, D05, D08, D11, D16 and D17 of
the catalogue; Route 53 developer guide, "Resolving DNS queries between VPCs and your network".
"""

import ipaddress
from collections.abc import Sequence

from msgspec import Struct

from apidoctor.model.observation import DnsSeen, HostSeen
from apidoctor.model.report import Confidence
from apidoctor.reasoning.naming.answer import plain
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.endpoint import endpoint_addresses
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.seen import (
    fresh_answers,
    host,
    inbound_answers,
    others,
    own_answers,
    root_answers,
    system_answer,
    vpc_answers,
)

NEGATIVE = frozenset({"nxdomain", "nodata"})
SILENT = frozenset({"servfail", "timeout", "refused", "error"})
NOWHERE = frozenset({"0.0.0.0", "::", "127.0.0.1", "::1"})
"""What resolvers put in place of an address that they drop."""

_DOCUMENTATION = tuple(
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
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
    )


def is_good(case: Case, seen: DnsSeen) -> bool:
    """Say whether an answer leads to the endpoint; where its interfaces are not known, an inbound endpoint knows."""
    if seen.outcome != "answer" or not seen.addresses:
        return False
    own = endpoint_addresses(case)
    case.expect(own.missing)
    wanted = set(own.value) if own.known else set()
    return set(seen.addresses) <= (wanted or _said_by_inbound(case, case.request.name or ""))


def right_answer(case: Case, name: str) -> DnsSeen | None:
    """Return the caller's own resolution of *name* when it leads to the endpoint, whatever the inventory says."""
    seen = system_answer(case, name)
    case.expect(seen.missing)
    return seen.value if seen.known and is_good(case, seen.value) else None


def _said_by_inbound(case: Case, name: str) -> set[str]:
    """Return what stands for the endpoint's addresses where its interfaces are not known.

    An inbound endpoint answers with them; without one every private address that was answered may be one.
    """
    inbound = [one for one in inbound_answers(case, name).value if all(map(_is_inner, one.addresses))]
    found = {address for one in inbound for address in one.addresses}
    if found:
        return found
    seen = [*others(case, name).value, *fresh_answers(case, name).value, *own_answers(case, name).value]
    return {address for one in seen for address in one.addresses if _is_inner(address)}


def _is_inner(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_private and address not in NOWHERE and not is_public(address)


def is_public(address: str) -> bool:
    """Say whether an address is a public one; those for documentation (RFC 5737) stand for public ones."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_global or any(parsed in net for net in _DOCUMENTATION if parsed.version == net.version)


def _is_inside(case: Case) -> bool:
    where = place(case)
    return where.known and where.value.vpc is not None


def _words(seen: DnsSeen) -> str:
    return ", ".join(seen.addresses) if seen.outcome == "answer" else seen.outcome.upper()


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
        f"the VPC's own resolver ({right[0].server}) gives {_words(right[0])}, and this host asks {asked}",
        "Let the host ask the VPC's resolver (AmazonProvidedDNS), or let its servers forward execute-api names there.",
        tuple(right[:1]),
    )


def _by_vpc(seen: DnsSeen, answers: Sequence[DnsSeen], right: Sequence[DnsSeen]) -> Blame | None:
    """The host asks the VPC's own resolver and nobody else: what that one does decides."""
    if right and seen.outcome in SILENT:
        return Blame(
            "D19",
            "likely",
            f"the VPC's own resolver ({right[0].server}) answers other times with {_words(right[0])}: perhaps more "
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
    fresh = [one for one in fresh_answers(case, name).value if one.server == "system" or _is_own(one)]
    right = [one for one in fresh if is_good(case, one)]
    if not right:
        return None
    ttl = max((record.ttl or 0 for record in seen.chain), default=0)
    wait = f" for {ttl} s more" if ttl else ""
    return Blame(
        "D16",
        "likely",
        f"the same resolver answers {right[0].name} with {_words(right[0])}: the old answer is in its cache{wait}",
        "Empty the resolver's cache, or wait until the answer has run out; nothing else has to change.",
        tuple(right[:1]),
    )


def _is_own(seen: DnsSeen) -> bool:
    return seen.role in ("", "configured", "link", "given")


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
        f"{right[0].server} gives {_words(right[0])}: the host's resolver drops private addresses from public names",
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
            f"the inbound endpoint ({spoken[0].server}) itself gives {_words(spoken[0])}: no private zone for the name "
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
    there = f"the inbound endpoint ({right[0].server}) gives {_words(right[0])}"
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
    if seen.outcome == "answer" and all(_is_inner(address) for address in seen.addresses):
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
        if _is_own(one) and one.outcome == "servfail" and one.attempt == 1 and one.elapsed_ms is not None
    ]
    slowest = max(first, key=lambda one: one.elapsed_ms or 0.0, default=None)
    return slowest if slowest and (slowest.elapsed_ms or 0.0) < AT_ONCE_MS else None


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


def vpc_resolvers(case: Case, there: HostSeen) -> frozenset[str]:
    """Return the addresses of VPCs' own resolvers: the second address after the base of each VPC's first network."""
    found = {"169.254.169.253", "fd00:ec2::253"}
    for account in case.inventory.accounts:
        listed, _ = case.inventory.seen(account, case.region, "describe_vpcs")
        found.update(str(base) for item in listed if (base := plus_two(str(item.get("CidrBlock", "")))))
    found.update(
        str(base) for cidr in (there.cloud.vpc_cidrs if there.cloud else []) if (base := plus_two(cidr))
    )
    return frozenset(found)


def plus_two(cidr: str) -> ipaddress.IPv4Address | None:
    """Return the address of the Amazon-provided DNS server of a VPC network (vpc-dns.html)."""
    try:
        return ipaddress.IPv4Network(cidr).network_address + 2
    except ValueError:
        return None
