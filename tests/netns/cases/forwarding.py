"""The company's resolver and its conditional forwarding."""

from netns import plan
from netns.cases.case import BOTH, PUBLIC, Case
from netns.daemons import SOFTWARE, Corporate, Software

AT_RESOLVER = [f"dns {plan.RESOLVER} {transport} A" for transport in ("udp", "tcp")]
SILENT = "timeout|servfail"
"""A resolver whose forwarders are silent fails sooner or later, and dnsmasq never."""

RESOLVES_PUBLICLY = {
    "system A": PUBLIC,
    **dict.fromkeys(AT_RESOLVER, PUBLIC),
    f"tcp {PUBLIC}": "connected",
    f"tls {PUBLIC}": "verified",
    "http": "public 403",
}
RESOLVES_NOT = {"system A": SILENT, **dict.fromkeys(AT_RESOLVER, SILENT)}
RANDOM = f"dns {plan.RESOLVER} udp A random"
"""A name that nobody gave: does the zone as a whole lead to the endpoint?"""


def _each(software: Software) -> list[Case]:
    """The same company with each kind of resolver."""

    def forwarding(**changes):
        return lambda net: net.corporate(Corporate(software, **changes))

    return [
        Case(
            name=f"forwarding-right-{software}",
            says="The resolver forwards execute-api names to the inbound endpoint.",
            arrange=forwarding(),
            fault=None,
            truth={RANDOM: BOTH},
        ),
        Case(
            name=f"forwarding-missing-{software}",
            says="The resolver asks the Internet for execute-api names.",
            arrange=forwarding(forward={}),
            fault="D03",
            never=("D16",),
            truth={**RESOLVES_PUBLICLY, RANDOM: PUBLIC},
        ),
        Case(
            name=f"forwarding-to-vpc-plus-2-{software}",
            says="The resolver forwards to the VPC's own DNS server, which is silent to everybody outside.",
            arrange=forwarding(forward={plan.APEX: [plan.VPC_PLUS_2]}),
            fault="D04",
            never=("D05",),
            truth=RESOLVES_NOT,
        ),
        Case(
            name=f"forwarding-to-old-inbound-{software}",
            says="The resolver forwards to where the inbound endpoint was before it was made again.",
            arrange=forwarding(forward={plan.APEX: plan.OLD_INBOUND}),
            # From the host it looks as if it were the VPC's own server.
            fault="D04",
            fits=("D03",),
            never=("D05",),
            truth=RESOLVES_NOT,
        ),
    ]


CASES = [
    *(case for software in SOFTWARE for case in _each(software)),
]
