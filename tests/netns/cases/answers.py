"""Answers that are changed, or wrong, on their way to the host."""

from netns import plan
from netns.cases.case import BOTH, FIRST, PUBLIC, RESOLVES_PUBLICLY, Case, at, no_way, way
from netns.cases.forwarding import forwarding
from netns.company import Corporate, Software
from netns.world import World

BY_ENDPOINT_NAME = f"https://{plan.ENDPOINT_NAME}/prod/pets"
INBOUND = ("--inbound", plan.INBOUND[0], "--inbound", plan.INBOUND[1])
OUTSIDE = (*INBOUND, "--outside", plan.PUBLIC_DNS)
NAMES_API = {"x-apigw-api-id": plan.API}
STRIPPED = {"bind": "servfail", "unbound": "nodata", "dnsmasq": "nodata"}
"""What each server says where protection took the private addresses out."""
THE_INTERNET_SAYS = f"dns {plan.PUBLIC_DNS} udp A"


def _rebinding(software: Software) -> list[Case]:
    said = STRIPPED[software]
    return [
        Case(
            name=f"rebinding-{software}",
            says="The resolver takes private addresses out of the Internet's answers, also of endpoint names.",
            arrange=forwarding(software, forward={}, rebinding=True),
            target=BY_ENDPOINT_NAME,
            arguments=OUTSIDE,
            headers=NAMES_API,
            fault="D17",
            never=("D03", "D04"),
            truth={"system A": said, **at(plan.RESOLVER, said), THE_INTERNET_SAYS: BOTH},
        ),
        Case(
            name=f"rebinding-with-exception-{software}",
            says="The same protection, with the endpoint names' zone excepted.",
            arrange=forwarding(software, forward={}, rebinding=True, allowed=[plan.VPCE_ZONE]),
            target=BY_ENDPOINT_NAME,
            arguments=OUTSIDE,
            headers=NAMES_API,
            fault=None,
            truth={THE_INTERNET_SAYS: BOTH},
        ),
    ]


def _searching(options: str):
    def arrange(net: World) -> None:
        net.corporate(Corporate(own={plan.CORPORATE_ZONE: [plan.WILDCARD]}))
        net.resolvers(plan.RESOLVER, search=plan.CORPORATE_ZONE, options=options)

    return arrange


def _pinned(address: str):
    def arrange(net: World) -> None:
        net.corporate()
        net.pin(f"{address} {plan.NAME}")

    return arrange


def _aliased(software: Software) -> Case:
    return Case(
        name=f"public-domain-captured-{software}",
        says="The company's public domain is an alias of an execute-api name, which forwarding captures.",
        arrange=forwarding(software),
        target=f"https://{plan.REGIONAL_DOMAIN}/orders",
        arguments=OUTSIDE,
        fault="D18",
        fits=("T02",),
        truth={**way(*plan.ENIS, tls="name_mismatch"), THE_INTERNET_SAYS: PUBLIC, "http": ""},
    )


CASES = [
    *(case for software in STRIPPED for case in _rebinding(software)),
    *(
        Case(
            name=f"rebinding-of-forwarded-{software}",
            says="Protection takes the private addresses out of what the inbound endpoint answers.",
            arrange=forwarding(software, rebinding=True),
            fault="D17",
            # A failure at once may also be a forwarder that is refused.
            fits=("D03", "D04") if said == "servfail" else ("D03",),
            never=("D05",),
            truth={"system A": said, **at(plan.RESOLVER, said)},
        )
        for software, said in STRIPPED.items()
    ),
    Case(
        name="endpoint-name-unknown",
        says="The endpoint's name is misspelt: nobody knows it, with or without protection.",
        arrange=forwarding("unbound", forward={}, rebinding=True),
        target=BY_ENDPOINT_NAME.replace("1a2b3c4d", "1a2b3c4e"),
        arguments=OUTSIDE,
        headers=NAMES_API,
        fault=None,
        fits=("D01", "D03", "D08", "D15", "D22"),
        never=("D17", "D16", "D05"),
        truth={
            "system A": "nxdomain",
            **at(plan.RESOLVER, "nxdomain"),
            **at(plan.INBOUND[0], "nxdomain"),
            **at(plan.INBOUND[1], "nxdomain"),
            THE_INTERNET_SAYS: "nxdomain",
            **no_way(*plan.ENIS, tcp=""),
            "http": "",
        },
    ),
    Case(
        name="search-domain-wildcard",
        says="A search domain with a wildcard takes the name, as ndots lets it be tried first.",
        arrange=_searching("ndots:5"),
        fault="D08",
        never=("D03", "D16"),
        truth={
            "system A": plan.WILDCARD,
            f"dns {plan.RESOLVER} udp A {plan.NAME}.{plan.CORPORATE_ZONE}": plan.WILDCARD,
            **no_way(plan.WILDCARD, tcp="no_route|timeout"),
        },
    ),
    Case(
        name="search-domain-last",
        says="The same search domain, but the name is tried as it is first.",
        arrange=_searching("ndots:1"),
        fault=None,
        never=("D08",),
    ),
    Case(
        name="hosts-file-old",
        says="The hosts file has an address that the endpoint had before.",
        arrange=_pinned(plan.OLD_ENIS[0]),
        fault="N23",
        fits=("D08",),
        never=("D03", "N11"),
        truth={"system A": plan.OLD_ENIS[0], **no_way(plan.OLD_ENIS[0], tcp="timeout")},
        seen={"hosts": plan.OLD_ENIS[0]},
    ),
    Case(
        name="hosts-file-right",
        says="The hosts file has an address of the endpoint.",
        arrange=_pinned(FIRST),
        fault=None,
        never=("N23", "D08"),
        truth={"system A": FIRST},
        seen={"hosts": FIRST},
    ),
    Case(
        name="own-records-old",
        says="The company's resolver has own records with addresses that the endpoint had before.",
        arrange=forwarding(forward={}, own={plan.APEX: plan.OLD_ENIS}),
        fault="D08",
        fits=("N23",),
        # A name that nobody ever asked for gets the same answer: it is not remembered.
        never=("D03", "N11", "D16"),
        truth={
            "system A": " ".join(plan.OLD_ENIS),
            **at(plan.RESOLVER, " ".join(plan.OLD_ENIS)),
            **no_way(*plan.OLD_ENIS, tcp="timeout"),
        },
    ),
    Case(
        name="own-records-right",
        says="The company's resolver has own records with the endpoint's addresses.",
        arrange=forwarding(forward={}, own={plan.APEX: plan.ENIS}),
        fault=None,
        never=("D08", "D03"),
    ),
    _aliased("bind"),
    _aliased("unbound"),
    Case(
        name="public-domain-kept-dnsmasq",
        says="The same domain with a resolver that does not follow aliases into forwarded zones: all is well.",
        arrange=forwarding("dnsmasq"),
        target=f"https://{plan.REGIONAL_DOMAIN}/orders",
        arguments=OUTSIDE,
        fault=None,
        never=("D18", "T02"),
        truth={
            **RESOLVES_PUBLICLY,
            "http": "public 200",
            **way(*plan.ENIS, tls="name_mismatch"),
            THE_INTERNET_SAYS: PUBLIC,
        },
    ),
    Case(
        name="own-alias-of-endpoint",
        says="The company gave the endpoint's name an alias of its own, which no certificate has.",
        arrange=forwarding(),
        target=f"https://{plan.FRONTED}/prod/pets",
        arguments=OUTSIDE,
        fault="T02",
        truth={**way(*plan.ENIS, tls="name_mismatch"), THE_INTERNET_SAYS: BOTH, "http": ""},
    ),
]
