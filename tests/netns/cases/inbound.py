"""The Resolver inbound endpoint: who gets to it, and how; and what resolvers remember of before."""

from netns import plan
from netns.cases.case import (
    BOTH,
    NO_ADDRESS,
    NO_INBOUND,
    RANDOM,
    RESOLVES_NOT,
    RESOLVES_PUBLICLY,
    SILENT,
    Case,
    at,
)
from netns.company import SOFTWARE, Corporate, Software
from netns.world import World

FROM_HOST = "ip saddr 192.168.7.0/24"
FROM_RESOLVER = "ip saddr 192.168.53.0/24"
DNS = "meta l4proto { tcp, udp } th dport 53"
PRIVATE_DOMAIN = f"https://{plan.PRIVATE_DOMAIN}/orders"
PRIVATE_ZONE = {"private.example": plan.INBOUND}


def blocked(*matches: str, by: str = "drop", **set_up):
    """The private line's far end refuses packets."""

    def arrange(net: World) -> None:
        net.forbid("edge", *matches, by=by)
        net.corporate(Corporate(**set_up))

    return arrange


def _one_dead(software: Software) -> Case:
    def arrange(net: World) -> None:
        net.ignore("vpc", f"ip daddr {plan.INBOUND[0]} {DNS}")
        net.corporate(Corporate(software))

    return Case(
        name=f"inbound-one-dead-{software}",
        says="One of the inbound endpoint's two addresses is silent; the resolver asks the other.",
        arrange=arrange,
        fault=None,
        fits=("D05",),
        never=("D03", "D04"),
        truth={
            **at(plan.INBOUND[0], "timeout"),
            # Over TCP dnsmasq waits for whichever address it takes first.
            f"dns {plan.RESOLVER} tcp A": f"{BOTH}|timeout" if software == "dnsmasq" else BOTH,
        },
    )


def remembered(upstream: str):
    """Forwarding was set up a moment ago; the resolver still knows what the Internet said before."""

    def arrange(net: World) -> None:
        before = Corporate("bind", forward={}, upstream=upstream)
        server = net.corporate(before)
        net.host.run("getent", "ahostsv4", plan.NAME)
        server.configure(Corporate("bind", upstream=upstream))

    return arrange


def remembered_by_host(forward) -> object:
    """The host has a cache of its own, which asked the company's resolver before that was mended."""

    def arrange(net: World) -> None:
        before = net.corporate(Corporate(forward=forward, upstream=plan.PUBLIC_DNS_STRICT))
        cache = Corporate("dnsmasq", address="127.0.0.1", forward={}, upstream=plan.RESOLVER)
        net.corporate(cache, node="host")
        net.host.run("getent", "ahostsv4", plan.NAME)
        before.configure(Corporate(upstream=plan.PUBLIC_DNS_STRICT))

    return arrange


CASES = [
    *(_one_dead(software) for software in SOFTWARE),
    *(
        Case(
            name=f"inbound-udp-only-large-{software}",
            says="TCP 53 to the inbound endpoint is dropped, and the answer does not fit into a datagram.",
            arrange=blocked("tcp dport 53", software=software, forward=PRIVATE_ZONE),
            target=PRIVATE_DOMAIN,
            fault="D05",
            never=("D03",),
            truth={
                **RESOLVES_NOT,
                **NO_ADDRESS,
                # dnsmasq hands the cut answer on.
                f"dns {plan.RESOLVER} udp A": f"{SILENT}|truncated",
                **{f"dns {server} udp A": "truncated" for server in plan.INBOUND},
                **{f"dns {server} tcp A": "timeout" for server in plan.INBOUND},
            },
        )
        for software in SOFTWARE
    ),
    Case(
        name="inbound-large",
        says="The answer does not fit into a datagram, and TCP 53 is open.",
        arrange=blocked("udp dport 5353", forward=PRIVATE_ZONE),
        target=PRIVATE_DOMAIN,
        fault=None,
        never=("D05",),
        truth={
            f"dns {plan.RESOLVER} udp A": "truncated",
            **{f"dns {server} udp A": "truncated" for server in plan.INBOUND},
        },
    ),
    Case(
        name="inbound-udp-only-small",
        says="TCP 53 to the inbound endpoint is dropped, but answers are small.",
        arrange=blocked("tcp dport 53", software="unbound"),
        fault=None,
        fits=("D05",),
        never=("D03", "D04"),
        truth={f"dns {server} tcp A": "timeout" for server in plan.INBOUND},
    ),
    Case(
        name="inbound-dropped",
        says="Port 53 of the inbound endpoint is dropped for everybody.",
        arrange=blocked(DNS),
        fault="D05",
        never=("D03", "D16"),
        truth={**RESOLVES_NOT, **NO_INBOUND, **NO_ADDRESS},
    ),
    Case(
        name="inbound-rejected",
        says="A firewall rejects port 53 of the inbound endpoint for everybody.",
        arrange=blocked(DNS, by="reject with icmpx admin-prohibited"),
        fault="D05",
        never=("D03", "D16"),
        truth={
            **RESOLVES_NOT,
            **at(plan.INBOUND[0], "error"),
            **at(plan.INBOUND[1], "error"),
            **NO_ADDRESS,
        },
    ),
    Case(
        name="inbound-not-for-resolver",
        says="The resolver's packets to the inbound endpoint are dropped, the host's are not.",
        arrange=blocked(f"{FROM_RESOLVER} {DNS}"),
        fault="D05",
        fits=("D04", "D03"),
        truth=RESOLVES_NOT,
    ),
    Case(
        name="inbound-for-resolver-only",
        says="Only the company's resolver may ask the inbound endpoint, as it should be.",
        arrange=blocked(f"{FROM_HOST} {DNS}"),
        fault=None,
        never=("D05", "D04", "D03"),
        truth=NO_INBOUND,
    ),
    Case(
        name="cached-nxdomain",
        says="Forwarding is mended, but the resolver remembers that the name did not exist.",
        arrange=remembered(plan.PUBLIC_DNS_STRICT),
        fault="D16",
        truth={"system A": "nxdomain", **at(plan.RESOLVER, "nxdomain"), RANDOM: BOTH},
    ),
    Case(
        name="cached-public-answer",
        says="Forwarding is mended, but the resolver remembers the Internet's answer.",
        arrange=remembered(plan.PUBLIC_DNS),
        fault="D16",
        truth={**RESOLVES_PUBLICLY, RANDOM: BOTH},
    ),
    Case(
        name="cached-by-host",
        says="The company's resolver is mended, but a cache on the host remembers NXDOMAIN.",
        arrange=remembered_by_host({}),
        fault="D16",
        truth={
            "system A": "nxdomain",
            **at(plan.RESOLVER, ""),
            **at("127.0.0.1", "nxdomain"),
            "dns 127.0.0.1 udp A random": BOTH,
        },
    ),
    Case(
        name="cache-on-host-right",
        says="The host asks a cache of its own, which asks the right resolver.",
        arrange=remembered_by_host({plan.APEX: plan.INBOUND}),
        fault=None,
        truth={**at(plan.RESOLVER, ""), **at("127.0.0.1", BOTH)},
    ),
]
