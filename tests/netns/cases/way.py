"""The way to the endpoint's interfaces."""

from netns import plan
from netns.cases.case import (
    FIRST,
    NO_INBOUND,
    RESOLVES_NOT,
    SECOND,
    Case,
    at,
    no_way,
    way,
)
from netns.world import World

HTTPS = "tcp dport 443"
TO_ENDPOINT = f"ip daddr {{ {', '.join(plan.ENIS)} }} {HTTPS}"
FROM_ENDPOINT = f"ip saddr {{ {', '.join(plan.ENIS)} }} tcp sport 443"
ADDRESSES = ("--address", FIRST, "--address", SECOND)
UP_TO_ROUTER = {f"hops {address}": plan.HOST_GATEWAY for address in plan.ENIS}
UP_TO_EDGE = {f"hops {address}": f"{plan.HOST_GATEWAY} {plan.EDGE}" for address in plan.ENIS}
INBOUND = ("--inbound", plan.INBOUND[0], "--inbound", plan.INBOUND[1])


def dropped_at_endpoint(*addresses: str):
    """The endpoint's security group or the subnet's network ACL."""

    def arrange(net: World) -> None:
        net.corporate()
        net.ignore("vpc", f"ip daddr {{ {', '.join(addresses)} }} {HTTPS}")

    return arrange


def refused(node: str, *matches: str, by: str = "drop"):
    """A firewall on the way."""

    def arrange(net: World) -> None:
        net.corporate()
        net.forbid(node, *matches, by=by)

    return arrange


def firewall_knows(*addresses: str):
    """The company's firewall lets HTTPS through to these addresses of the VPC alone."""
    known = f"ip daddr {{ {', '.join(addresses)} }} {HTTPS} accept"

    def arrange(net: World) -> None:
        net.corporate()
        net.rules(
            "router",
            "table inet wall { chain c { type filter hook forward priority 0;\n"
            f"{known}\nip daddr 10.1.0.0/16 {HTTPS} drop\n}}; }}",
        )

    return arrange


def no_route_at_host(net: World) -> None:
    """The host knows the way to its own company alone."""
    net.corporate()
    net.alter("host", "route del default", f"route add default via {plan.HOST_GATEWAY}")
    net.alter("host", f"route add 192.168.0.0/16 via {plan.HOST_GATEWAY}", "route del 192.168.0.0/16")


def line_down(net: World) -> None:
    """The VPC is not advertised at all: the router sends its packets to the Internet."""
    net.corporate()
    net.alter("router", "route del 10.1.0.0/16", f"route add 10.1.0.0/16 via {plan.EDGE}")


def no_way_back(net: World) -> None:
    """The VPC has no route to the host's network; to the resolver's it has one."""
    net.corporate()
    net.alter("vpc", "route add blackhole 192.168.7.0/24", "route del blackhole 192.168.7.0/24")


def narrow_line(*rules: str):
    """The private line carries packets of 1300 bytes; AWS's side sends no larger ones, and does not say so."""

    def arrange(net: World) -> None:
        net.corporate()
        for node in ("router", "edge"):
            net.alter(node, "link set line mtu 1300", "link set line mtu 1500")
        route = "route replace 192.168.0.0/16 via 172.16.254.1"
        net.alter("vpc", f"{route} mtu lock 1300 advmss 1460", route)
        if rules:
            net.rules("router", "table inet wall {\n" + "\n".join(rules) + "\n}")

    return arrange


NO_ICMP = "chain o { type filter hook output priority 0; icmp type destination-unreachable drop; }"
CLAMP = (
    "chain f { type filter hook forward priority 0;"
    ' oifname "line" tcp flags syn tcp option maxseg size set rt mtu;'
    ' iifname "line" tcp flags syn tcp option maxseg size set 1260; }'
)
NO_ENDPOINT = {**no_way(*plan.ENIS, tcp="timeout"), "http": ""}

CASES = [
    Case(
        name="endpoint-drops",
        says="The endpoint's interfaces do not let the host's packets in.",
        arrange=dropped_at_endpoint(*plan.ENIS),
        fault="N01",
        fits=("N11", "N05", "N07"),
        never=("N15", "N16", "D03", "D08"),
        truth=NO_ENDPOINT,
        seen=UP_TO_EDGE,
    ),
    Case(
        name="endpoint-drops-one",
        says="One of two interfaces does not let the host's packets in.",
        arrange=dropped_at_endpoint(FIRST),
        fault="N05",
        fits=("N01", "N11"),
        never=("N16", "D08"),
        truth=no_way(FIRST, tcp="timeout"),
    ),
    Case(
        name="firewall-drops",
        says="The company's firewall drops the packets.",
        arrange=refused("router", TO_ENDPOINT),
        fault="N11",
        fits=("N01", "N07"),
        never=("N15", "N16", "D03"),
        truth=NO_ENDPOINT,
        seen=UP_TO_ROUTER,
    ),
    Case(
        name="firewall-resets",
        says="A firewall answers in the endpoint's place with a reset.",
        arrange=refused("router", TO_ENDPOINT, by="reject with tcp reset"),
        fault="N16",
        fits=("N11", "N23"),
        never=("N01", "N15"),
        truth={**no_way(*plan.ENIS, tcp="refused"), "http": ""},
    ),
    Case(
        name="firewall-prohibits",
        says="The company's firewall says that the packets are prohibited.",
        arrange=refused("router", TO_ENDPOINT, by="reject with icmpx admin-prohibited"),
        fault="N11",
        fits=("N16",),
        never=("N01", "N15"),
        truth={**no_way(*plan.ENIS, tcp="no_route"), "http": ""},
    ),
    Case(
        name="firewall-knows-old-addresses",
        says="The company's firewall still lets through to the endpoint's former addresses alone.",
        arrange=firewall_knows(*plan.OLD_ENIS),
        fault="N11",
        fits=("N01", "N07"),
        never=("N15", "N16"),
        truth=NO_ENDPOINT,
        seen=UP_TO_ROUTER,
    ),
    Case(
        name="firewall-knows-all-addresses",
        says="The company's firewall lets through to former and present addresses.",
        arrange=firewall_knows(*plan.OLD_ENIS, *plan.ENIS),
        fault=None,
        never=("N11", "N23"),
    ),
    Case(
        name="no-route-at-host",
        says="The host has no route to the VPC.",
        arrange=no_route_at_host,
        fault="N11",
        fits=("N06", "N02"),
        never=("N01", "N16", "D05"),
        truth={
            **at(plan.INBOUND[0], "error"),
            **at(plan.INBOUND[1], "error"),
            **no_way(*plan.ENIS, tcp="no_route"),
            "http": "",
        },
    ),
    Case(
        name="no-route-at-router",
        says="The company's router has no route to the endpoint's networks, and says so.",
        # Not by a route that is unreachable: of its errors the kernel sends five at once, and then one a second.
        arrange=refused("router", TO_ENDPOINT, by="reject with icmpx no-route"),
        fault="N11",
        fits=("N06",),
        never=("N01", "N16"),
        truth={**no_way(*plan.ENIS, tcp="no_route"), "http": ""},
    ),
    Case(
        name="line-down",
        says="The VPC's networks are not advertised to the company: neither DNS nor HTTPS gets there.",
        arrange=line_down,
        arguments=(*INBOUND, *ADDRESSES),
        fault="N11",
        fits=("D05", "D04"),
        never=("D03", "D16", "N16", "N15"),
        truth={**RESOLVES_NOT, **NO_INBOUND, **NO_ENDPOINT},
    ),
    Case(
        name="replies-dropped",
        says="The endpoint's replies are dropped on their way back.",
        arrange=refused("edge", FROM_ENDPOINT),
        fault="N07",
        fits=("N01", "N11"),
        never=("N15", "N16"),
        truth=NO_ENDPOINT,
        seen=UP_TO_EDGE,
    ),
    Case(
        name="no-way-back",
        says="The VPC has no route back to the host; to the company's resolver it has one.",
        arrange=no_way_back,
        fault="N07",
        fits=("N01", "N11"),
        never=("N15", "N16", "D03"),
        truth={**NO_INBOUND, **NO_ENDPOINT},
        seen=UP_TO_EDGE,
    ),
    Case(
        name="mtu-hole",
        says="Large packets vanish on the private line, and nobody says so.",
        arrange=narrow_line(NO_ICMP),
        fault="N15",
        never=("N01", "N11"),
        truth=way(*plan.ENIS, mtu="black_hole"),
        seconds=6,
    ),
    Case(
        name="mtu-small-and-said",
        says="The private line is as narrow, and the router says so: the host sends smaller packets.",
        arrange=narrow_line(),
        fault=None,
        never=("N15",),
        truth=way(*plan.ENIS, mtu="smaller 1300"),
    ),
    Case(
        name="mtu-hole-clamped",
        says="Large packets would vanish, but the router keeps TCP from sending any.",
        arrange=narrow_line(NO_ICMP, CLAMP),
        fault=None,
        never=("N15",),
        truth=way(*plan.ENIS, mtu="ok 1500|smaller 1300"),
    ),
]
