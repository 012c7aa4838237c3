"""What stands in the middle: proxies, inspection, and clocks that differ."""

from netns import plan
from netns.cases.case import Case, way
from netns.servers import block_page
from netns.world import World

AT_PROXY = f"http://{plan.PROXY}:3128"
INSPECTION = 8443


def through_proxy(leads_to: str | None):
    def arrange(net: World) -> None:
        net.corporate()
        net.proxy(leads_to)

    return arrange


def intercepted(net: World) -> None:
    """The router takes HTTPS connections itself, and speaks for the server."""
    net.corporate()
    net.serve_tls("router", plan.HOST_GATEWAY, INSPECTION, block_page, net.company, plan.NAME)
    net.rules(
        "router",
        "table inet wall { chain p { type nat hook prerouting priority -100;\n"
        f'iifname "lan" tcp dport 443 dnat ip to {plan.HOST_GATEWAY}:{INSPECTION}\n}}; }}',
    )


def clock_ahead(seconds: float):
    def arrange(net: World) -> None:
        net.corporate()
        net.endpoint.offset = seconds

    return arrange


INSPECTED = {f"issuer {address}": "Corp Inspection CA" for address in plan.ENIS}
PROXIED = {"proxy": AT_PROXY}

CASES = [
    Case(
        name="proxy-refuses",
        says="The environment names a proxy, which lets nobody into the VPC.",
        arrange=through_proxy(None),
        environment={"HTTPS_PROXY": AT_PROXY},
        fault="N19",
        never=("N01", "N11", "N16"),
        seen={**PROXIED, "http proxy": "proxy_error 403"},
    ),
    Case(
        name="proxy-leads-to-internet",
        says="The environment names a proxy that reaches API Gateway's public side.",
        arrange=through_proxy(plan.FRONT_DOOR),
        environment={"HTTPS_PROXY": AT_PROXY},
        fault="N19",
        never=("D03",),
        seen={**PROXIED, "http proxy": "response 403"},
    ),
    Case(
        name="proxy-with-no-proxy",
        says="The environment names the proxy, and excepts AWS's names.",
        arrange=through_proxy(None),
        environment={"HTTPS_PROXY": AT_PROXY, "NO_PROXY": "localhost,.amazonaws.com"},
        fault=None,
        never=("N19",),
        seen=PROXIED,
    ),
    Case(
        name="proxy-with-no-proxy-network",
        says="The environment excepts the VPC's network: clients compare names, so they go to the proxy all the same.",
        arrange=through_proxy(None),
        environment={"https_proxy": AT_PROXY, "no_proxy": "10.1.0.0/16"},
        fault="N19",
        seen={**PROXIED, "http proxy": "proxy_error 403"},
    ),
    Case(
        name="proxy-leads-to-endpoint",
        says="The environment names a proxy that has a way into the VPC.",
        arrange=through_proxy(plan.ENIS[0]),
        environment={"HTTPS_PROXY": AT_PROXY},
        fault=None,
        seen={**PROXIED, "http proxy": "response 200"},
    ),
    Case(
        name="intercepted",
        says="The company inspects TLS with an authority of its own that the host does not trust.",
        arrange=intercepted,
        fault="T03",
        fits=("N16",),
        never=("T02", "N15"),
        truth={**way(*plan.ENIS, tls="untrusted"), **INSPECTED, "http": ""},
    ),
    Case(
        name="intercepted-and-trusted",
        says="The company inspects TLS with an authority that the host trusts, and shows a page of its own.",
        arrange=intercepted,
        trusts_company=True,
        fault="N16",
        fits=("T03",),
        never=("H05", "D02"),
        truth={**INSPECTED, "http": "endpoint 403"},
    ),
    Case(
        name="clock-ten-minutes-off",
        says="The host's clock is ten minutes behind the server's.",
        arrange=clock_ahead(600),
        fault=None,  # the call is not signed: see test_verdicts
        never=("A16",),
        truth={"clock": "+600"},
    ),
    Case(
        name="clock-two-minutes-off",
        says="The host's clock is two minutes behind: signatures are still accepted.",
        arrange=clock_ahead(120),
        fault=None,
        never=("T07", "A16"),
        truth={"clock": "+120"},
    ),
]
