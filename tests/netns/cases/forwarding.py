"""The company's resolver and its conditional forwarding."""

from netns import plan
from netns.cases.case import BOTH, PUBLIC, RANDOM, RESOLVES_NOT, RESOLVES_PUBLICLY, Case, at
from netns.company import SOFTWARE, Corporate, Software


def forwarding(software: Software = "bind", **changes):
    """A company whose resolver is set up so."""
    return lambda net: net.corporate(Corporate(software, **changes))


def _each(software: Software) -> list[Case]:
    """The same company with each kind of resolver."""
    return [
        Case(
            name=f"forwarding-right-{software}",
            says="The resolver forwards execute-api names to the inbound endpoint.",
            arrange=forwarding(software),
            fault=None,
            truth={RANDOM: BOTH},
        ),
        Case(
            name=f"forwarding-missing-{software}",
            says="The resolver asks the Internet for execute-api names.",
            arrange=forwarding(software, forward={}),
            fault="D03",
            never=("D16",),
            truth={**RESOLVES_PUBLICLY, RANDOM: PUBLIC},
        ),
        Case(
            name=f"forwarding-to-vpc-plus-2-{software}",
            says="The resolver forwards to the VPC's own DNS server, which is silent to everybody outside.",
            arrange=forwarding(software, forward={plan.APEX: [plan.VPC_PLUS_2]}),
            fault="D04",
            never=("D05",),
            truth=RESOLVES_NOT,
        ),
        Case(
            name=f"forwarding-to-old-inbound-{software}",
            says="The resolver forwards to where the inbound endpoint was before it was made again.",
            arrange=forwarding(software, forward={plan.APEX: plan.OLD_INBOUND}),
            # From the host it looks as if it were the VPC's own server.
            fault="D04",
            fits=("D03",),
            never=("D05",),
            truth=RESOLVES_NOT,
        ),
    ]


CASES = [
    *(case for software in SOFTWARE for case in _each(software)),
    Case(
        name="forwarding-missing-nxdomain",
        says="The resolver asks the Internet, where the private API's name does not exist.",
        arrange=forwarding(forward={}, upstream=plan.PUBLIC_DNS_STRICT),
        fault="D03",
        never=("D16", "D22"),
        truth={"system A": "nxdomain", **at(plan.RESOLVER, "nxdomain"), RANDOM: "nxdomain"},
    ),
    Case(
        name="forwarding-a-zone-above",
        says="All of amazonaws.com is forwarded to the inbound endpoint.",
        arrange=forwarding(forward={"amazonaws.com": plan.INBOUND}),
        fault=None,
        truth={RANDOM: BOTH},
    ),
    Case(
        name="forwarding-one-name",
        says="Only the API's own name is forwarded: other names still lead to the Internet.",
        arrange=forwarding(forward={plan.NAME: plan.INBOUND}),
        fault=None,
        never=("D03", "D16"),
        truth={RANDOM: PUBLIC},
    ),
]
