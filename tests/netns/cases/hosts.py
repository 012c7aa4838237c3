"""The host's own resolvers and its IPv6."""

from netns import plan
from netns.cases.case import BOTH, Case, at, no_way, way
from netns.company import Corporate
from netns.world import World

BOTH6 = " ".join(plan.ENIS6)
DUAL = ("--inbound", plan.INBOUND_DUAL[0], "--inbound", plan.INBOUND_DUAL[1])
SIX = {
    **at(plan.INBOUND[0], ""),
    **at(plan.INBOUND[1], ""),
    **at(plan.INBOUND_DUAL[0], BOTH),
    **at(plan.INBOUND_DUAL[1], BOTH),
    f"dns {plan.RESOLVER} udp AAAA": BOTH6,
    "system AAAA": BOTH6,
}
"""The endpoint has IPv6 addresses, and the inbound endpoint of its VPC tells them."""
TO_SIX = "ip6 daddr 2001:db8:a::/48"


def silent(net: World) -> None:
    """The resolver's port is open, and nothing comes back."""
    net.corporate()
    net.ignore("core", "meta l4proto { tcp, udp } th dport 53")


def rejected(net: World) -> None:
    """The resolver's machine is up, and nobody listens there."""
    net.resolvers(plan.SECOND_RESOLVER)


def two_resolvers(*order: str, second: Corporate | None):
    """The first resolver is right; the second is dead (None) or set up otherwise."""

    def arrange(net: World) -> None:
        net.corporate()
        if second is not None:
            net.corporate(second)
        net.resolvers(*order, options="timeout:1 attempts:1")

    return arrange


def six(address: bool = True, *matches: str):
    """The host has IPv6 (or not); the router drops some of it."""

    def arrange(net: World) -> None:
        net.corporate(Corporate(forward={plan.APEX: plan.INBOUND_DUAL}))
        if address:
            net.alter(
                "host",
                "address add 2001:db8:20:1::10/64 dev eth0 nodad",
                "address del 2001:db8:20:1::10/64 dev eth0",
            )
            net.alter(
                "host", "route add default via 2001:db8:20:1::1", "route del default via 2001:db8:20:1::1"
            )
        if matches:
            net.forbid("router", *matches)

    return arrange


FORGETFUL = Corporate(address=plan.SECOND_RESOLVER, forward={})

CASES = [
    Case(
        name="resolvers-silent",
        says="Every resolver of the host is silent.",
        arrange=silent,
        fault="D04",
        fits=("D03", "D05", "D19"),
        never=("D16", "D17", "N11"),
        truth={"system A": "timeout|servfail", **at(plan.RESOLVER, "timeout")},
    ),
    Case(
        name="resolvers-rejected",
        says="Nobody listens at the address of the host's only resolver.",
        arrange=rejected,
        fault="D04",
        fits=("D03", "D05", "D19"),
        never=("D16", "D17", "N11"),
        truth={
            "system A": "timeout|servfail",
            **at(plan.RESOLVER, ""),
            **at(plan.SECOND_RESOLVER, "error"),
        },
    ),
    Case(
        name="resolvers-first-dead",
        says="The first of two resolvers is dead; the second answers right, a second later.",
        arrange=two_resolvers(plan.NOBODY, plan.RESOLVER, second=None),
        fault=None,
        fits=("D05",),
        never=("D03", "D04"),
        truth=at(plan.NOBODY, "timeout|error"),
    ),
    Case(
        name="resolvers-differ",
        says="The second of two resolvers does not forward.",
        arrange=two_resolvers(plan.RESOLVER, plan.SECOND_RESOLVER, second=FORGETFUL),
        fault=None,
        fits=("D03", "D05"),
        never=("D04", "D16"),
        truth=at(plan.SECOND_RESOLVER, plan.FRONT_DOOR),
    ),
    Case(
        name="resolvers-differ-first",
        says="The first of two resolvers does not forward.",
        arrange=two_resolvers(plan.SECOND_RESOLVER, plan.RESOLVER, second=FORGETFUL),
        fault="D03",
        fits=("D05",),
        never=("D04", "D16"),
        truth={
            "system A": plan.FRONT_DOOR,
            **at(plan.SECOND_RESOLVER, plan.FRONT_DOOR),
            **way(plan.FRONT_DOOR),
            "http": "public 403",
        },
    ),
    Case(
        name="ipv6-dropped",
        says="The name has IPv6 addresses, the host has IPv6, and the router drops it on the way to the VPC.",
        arrange=six(True, TO_SIX),
        arguments=DUAL,
        fault="D20",
        truth={**SIX, **no_way(*plan.ENIS6, tcp="timeout")},
    ),
    Case(
        name="ipv6-works",
        says="The name has IPv6 addresses, and there is a way.",
        arrange=six(),
        arguments=DUAL,
        fault=None,
        never=("D20",),
        truth={**SIX, **way(*plan.ENIS6)},
    ),
    Case(
        name="ipv6-not-on-host",
        says="The name has IPv6 addresses, the host has no IPv6 at all and uses the others.",
        arrange=six(False),
        arguments=DUAL,
        fault=None,
        never=("D20",),
        truth={**SIX, **no_way(*plan.ENIS6, tcp="no_route")},
    ),
]
