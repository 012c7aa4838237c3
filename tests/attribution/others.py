"""Rows where something else answered, or nothing did: proxies, load balancers, portals, TLS peers, the network."""

from collections.abc import Callable
from typing import Any

from attribution.forbidden import in_a_vpc
from attribution.row import (
    BACKEND_OK,
    BY_DOMAIN,
    BY_HOST,
    MISSING,
    PLAIN,
    Answer,
    Call,
    Row,
    Rung,
    denied,
    faults,
    of_rung,
    seen,
    with_setting,
)
from worlds.backends import integrate
from worlds.build import ACL_E1, ACL_E2, ADDRESSES, API, DEFAULT_NAME, ENDPOINT, World, entry, final_denies
from worlds.layouts import same_vpc
from worlds.seen import COMMON, dns, of, tcp, times_out, without

NOT_GATEWAY = "faults.md 1 (no ids), O05; aws.md E.1"
MIDDLE = faults("N16 N19 H15 O05")
GATEWAY = faults("A01-A13 A18 A20 A21 D02 D22 H01 H02 H05 H06 H08 H10 H11 H12 H13 T04 B01-B05")
ALIAS = DEFAULT_NAME.replace(API, f"{API}-{ENDPOINT}")
PAGE = {"content-type": "text/html"}
FORTINET = {
    "subject": f"CN={DEFAULT_NAME}",
    "issuer": "CN=Corp TLS Inspection CA,O=Example Corp",
    "sans": [DEFAULT_NAME],
}


def stranger(status: int, body: str = "", **headers: str) -> Answer:
    """An answer without AWS ids."""
    return Answer(
        body, None, status, ids=False, headers=PAGE | {k.replace("_", "-"): v for k, v in headers.items()}
    )


def behind_proxy(world: World) -> None:
    """The environment names a proxy, and its list of exceptions lacks the API."""
    of(world, "host")[0]["proxies"] = {
        "https_proxy": "http://proxy.corp.example:3128",
        "no_proxy": "localhost",
    }


def handshakes(outcome: str, **certificate: Any) -> Callable[[World], None]:
    """Every handshake ends so; no request was sent."""

    def change(world: World) -> None:
        without(world, "http")
        for each in of(world, "tls"):
            each.update({"outcome": outcome} | certificate)
            if outcome in ("handshake_failure", "protocol_version", "reset", "timeout"):
                each.update(
                    version=None,
                    alpn=None,
                    subject=None,
                    issuer=None,
                    sans=[],
                    not_before=None,
                    not_after=None,
                )

    return change


def intercepted(world: World) -> None:
    """A verified chain whose root is the company's, which this host trusts."""
    for each in of(world, "tls"):
        each.update(FORTINET)
    for each in of(world, "http"):
        each["peer"] = {
            "version": "TLSv1.3",
            "subject": FORTINET["subject"],
            "issuer": FORTINET["issuer"],
            "trusted": True,
        }


def connects(outcome: str) -> Callable[[World], None]:
    """No address can be connected to."""

    def change(world: World) -> None:
        without(world, "tcp", "tls", "http")
        world.observations += [tcp(address, outcome) for address in ADDRESSES.values()]

    return change


def nameless(world: World) -> None:
    """The name does not exist."""
    (asked, *_) = of(world, "dns")
    without(world, "dns", "tcp", "tls", "http")
    world.observations.append(dns(asked["name"], "nxdomain"))


def nameless_in_a_vpc(world: World) -> None:
    """The name does not exist, and the host knows itself in a VPC of which AWS tells nothing."""
    nameless(world)
    in_a_vpc(world)


def no_answer(outcome: str) -> Callable[[World], None]:
    """The request was sent and no answer came."""

    def change(world: World) -> None:
        call = of(world, "http")[0]
        call.update(outcome=outcome, status=None, headers={}, body=None)

    return change


def silent(
    waited: float = 31.0, refusal: str = "", size: str = "", *, begun: bool = False
) -> Callable[[World], None]:
    """No answer came within *waited* seconds, or one *begun* did not end.

    *refusal* is the outcome of a call of a path that no API has, *size* that of packets of full size.
    """

    def change(world: World) -> None:
        no_answer("timeout")(world)
        spent = {"connect": 1.0, "tls": 11.0, "total": 12.0 + waited * 1000}
        of(world, "http")[0]["elapsed_ms"] = spent | ({"first_byte": 30.0} if begun else {})
        if refusal:
            other = seen(of_rung(PLAIN, "impossible"), MISSING, "impossible")
            silence = {"outcome": refusal, "status": None, "headers": {}, "body": None}
            world.observations.append(other | (silence if refusal != "response" else {}))
        if size:
            measured = COMMON | {"kind": "path_mtu", "outcome": size, "link_mtu": 1500, "mtu": 1300}
            world.observations += [measured | {"address": address} for address in ADDRESSES.values()]

    return change


def stalled(size: str) -> Callable[[World], None]:
    """Every handshake goes silent; *size* is what became of packets of full size."""

    def change(world: World) -> None:
        handshakes("timeout")(world)
        measured = COMMON | {"kind": "path_mtu", "outcome": size, "link_mtu": 1500, "mtu": 1300}
        world.observations += [measured | {"address": address} for address in ADDRESSES.values()]

    return change


def somewhere(world: World) -> None:
    """Every handshake goes silent, and whether this host is in AWS is not known."""
    handshakes("timeout")(world)
    of(world, "host")[0].update(cloud=None, cloud_missing="it does not answer")


def narrow(world: World) -> None:
    """The endpoint's ACLs let replies out to the ports that Windows uses, and not to all of Linux's (aws.md L, b)."""
    for acl in (ACL_E1, ACL_E2):
        out = entry(100, "allow", egress=True, ports=(49152, 65535))
        world[acl]["Entries"] = [entry(100, "allow", egress=False), out, *final_denies()]


def handled(**integration: Any) -> Callable[[], World]:
    """A configuration in which nothing is wrong; the method leads to the *integration*."""

    def made() -> World:
        world = same_vpc()
        integrate(world, **integration)
        return world

    return made


def unproxied(world: World) -> None:
    """The proxy that the environment names refuses."""
    behind_proxy(world)
    no_answer("proxy_error")(world)


def _other(
    name: str, answer: Answer, heads: str = "N16 N19 H15 O05", floor: str = "possible", **rest: Any
) -> Row:
    return Row(name, NOT_GATEWAY, answer, faults(heads), floor, "certain" if heads == "N19" else "likely",
               frozenset(), GATEWAY, **rest)  # fmt: skip


ROWS = [
    _other("squid denies", stranger(403, "<h1>ERROR</h1>Access Denied", server="squid/6.6",
        via="1.1 fw (squid/6.6)", x_squid_error="ERR_ACCESS_DENIED 0")),
    _other("squid denies, and a proxy is set", stranger(403, "<h1>ERROR</h1>", server="squid/6.6",
        via="1.1 fw (squid/6.6)"), "N19", "likely", change=behind_proxy),
    _other("a proxy wants a password", stranger(407, "", proxy_authenticate="Basic realm=corp", via="1.1 proxy"),
        "N19 N16 O05"),
    _other("a proxy cannot connect", stranger(502, "", via="1.1 proxy", x_proxy_error="no such host"),
        "N19 N16 O05 H15"),
    _other("a load balancer's fixed answer", stranger(404, "", server="awselb/2.0"), "H15 O05 N16"),
    _other("a load balancer refuses", stranger(403, "<html>403 Forbidden</html>", server="awselb/2.0"),
        "H15 O05 N16"),
    _other("a load balancer without healthy targets", stranger(503, "<html>503</html>", server="awselb/2.0"),
        "H15 O05 N16"),
    _other("a captive portal sends to its page", stranger(302, "", location="http://login.wifi.example/?u=x"),
        "O05 N16 N19"),
    _other("a captive portal's page", stranger(200, "<html>Welcome to our Wi-Fi</html>"), "O05 N16 N19"),
    _other("a firewall's page", stranger(403, "<html>This site is blocked. Category: cloud</html>"), "O05 N16 N19"),
    _other("a CDN refuses", stranger(403, "<html>The request could not be satisfied.</html>", server="CloudFront",
        via="1.1 0a1b.cloudfront.net (CloudFront)", x_cache="Error from cloudfront"), "O05"),
    _other("a bucket refuses", stranger(403, "<Error><Code>AccessDenied</Code></Error>", server="AmazonS3"), "O05"),
    _other("nginx", stranger(404, "<html>404</html>", server="nginx")),
    _other("an imitation of Forbidden", stranger(403, '{"message":"Forbidden"}')),
    _other("an answer without any header", Answer("", None, 403, False, headers={"content-type": "", "date": ""})),
    _other("no ids, and the issuer is the company's", stranger(403, "<html>blocked</html>"), "N16 T03 O05",
        change=intercepted),
    _other("a backend error without ids", stranger(500, "oops")),
    Row("API Gateway behind an inspecting firewall", "aws.md E.5 (corporate CA; SigV4 may still work)", denied(
        " with an explicit deny in a VPC endpoint policy"), faults("A09 T03"), "possible", "certain", frozenset(),
        faults("D22 H02 A02"), change=intercepted),
    Row("admitted behind an inspecting firewall", "aws.md E.5", Answer(BACKEND_OK, None, 200),
        faults("T03") | {""}, "possible", "likely",
        frozenset(), GATEWAY, change=intercepted),
    # TLS.
    Row("handshake failure", "faults.md 1, T01, T05", None, faults("T01 T05"), "possible", "possible",
        faults("T01 T05"), GATEWAY,
        change=handshakes("handshake_failure")),
    Row("protocol version", "faults.md 1, T01, T05", None, faults("T01 T05"), "possible", "possible",
        faults("T01 T05"), GATEWAY,
        change=handshakes("protocol_version")),
    Row("a company's certificate", "faults.md T03", None, faults("T03"), "likely", "certain", frozenset(), GATEWAY,
        change=handshakes("untrusted", **FORTINET)),
    Row("certificate of execute-api for a custom domain", "faults.md 1 T02, D18; aws.md E.5 [I]", None,
        faults("T02 H06"), "possible",
        "likely", faults("T02 H06"), GATEWAY - {"H06"}, BY_DOMAIN, change=handshakes(
            "name_mismatch", subject="CN=*.execute-api.us-east-1.amazonaws.com",
            sans=["*.execute-api.us-east-1.amazonaws.com"])),
    Row("certificate of another name", "faults.md T02, N16", None, faults("T02 N16 O05 D08"), "possible",
        "certain", frozenset(), GATEWAY,
        # No endpoint shows such a certificate: an association has nothing to do with it.
        change=handshakes("name_mismatch", subject="CN=intranet.corp.example", sans=["intranet.corp.example"],
                          issuer="CN=R11,O=Let's Encrypt,C=US")),
    Row("certificate of another name for a custom domain", "faults.md T02, N16", None, faults("T02 N16 O05 D08"),
        "possible", "certain", frozenset(), GATEWAY | {"H06"}, BY_DOMAIN,
        change=handshakes("name_mismatch", subject="CN=intranet.corp.example", sans=["intranet.corp.example"],
                          issuer="CN=R11,O=Let's Encrypt,C=US")),
    Row("custom domain's certificate expired", "faults.md T06", None, faults("T06"), "likely", "certain",
        frozenset(), GATEWAY, BY_DOMAIN,
        change=handshakes("expired", not_after="2026-11-20T00:00:00Z")),
    Row("certificate not yet valid, for a host whose clock is slow", "faults.md T07", None, faults("T07"),
        "possible", "certain",
        frozenset(), GATEWAY, change=handshakes("not_yet_valid", not_before="2026-12-01T00:00:00Z")),
    Row("reset in the handshake", "faults.md N16", None, faults("N16 N17"), "possible", "likely", frozenset(),
        GATEWAY,
        change=handshakes("reset")),
    # Doubt: N15 alone is [D], but three causes look alike here and no path MTU was measured.
    Row("silence after the hello", "faults.md N15; aws.md E.5 [U]", None, faults("N15 N16 N04 N05 N17"),
        "possible", "possible",
        frozenset(), GATEWAY, change=handshakes("timeout")),
    Row("silence after the hello, in all that it may mean", "aws.md E.5", None, faults("N15"), "possible", "possible",
        faults("N15 N16 N04 N05"), GATEWAY, change=somewhere),
    Row("silence after the hello, outside AWS", "aws.md E.5; faults.md N04 (the caller's subnet)", None, faults("N15"),
        "possible", "possible", faults("N15 N16 N05"), GATEWAY | faults("N04"), change=handshakes("timeout")),
    Row("silence after the hello, and full packets get through", "aws.md E.5; faults.md N15", None, faults("N16"),
        "possible", "possible", faults("N16 N05"), GATEWAY | faults("N15"), change=stalled("ok")),
    Row("silence after the hello, and full packets vanish", "aws.md E.5; faults.md N15", None, faults("N15"), "likely",
        "likely", frozenset(), GATEWAY, change=stalled("black_hole")),
    Row("silence after the hello on a way that AWS leaves open", "aws.md E.5; faults.md N04, N05", None,
        faults("N15"), "possible", "possible", faults("N15 N16"), GATEWAY | faults("N04 N05"),
        change=handshakes("timeout"), layout=same_vpc),
    Row("silence after the hello, the ACL is narrow", "aws.md D.3, E.5; faults.md N05", None, faults("N05"), "possible",
        "certain", frozenset(), GATEWAY, change=handshakes("timeout"), layout=with_setting(same_vpc, narrow)),
    # Below TLS.
    Row("connect timeout", "faults.md 1", None, faults("N01-N17"), "possible", "possible", frozenset(), GATEWAY,
        change=connects("timeout")),
    Row("connect timeout at one of two addresses", "faults.md N05, N11", None, faults("N11 N05"), "possible", "likely",
        frozenset({"N05", "N07"}), GATEWAY | {"N01", "N02"},
        change=lambda world: times_out(world, next(iter(ADDRESSES.values())))),
    Row("no route to any address", "faults.md N06, N11", None, faults("N06 N11"), "possible", "possible",
        frozenset(), GATEWAY | {"N01"}, change=connects("no_route")),
    Row("connection refused", "faults.md 1", None, faults("N16 N23 D08"), "possible", "likely", frozenset(),
        GATEWAY,
        change=connects("refused")),
    Row("name does not exist", "faults.md 1", None, faults("D01 D03 D06-D15 D22"), "possible", "possible",
        faults("D01 D03 D06 D07 D09 D22"), {"D17"} | GATEWAY - {"D22"} - {"D22"},
        change=nameless),
    Row("name does not exist, the host is in a VPC", "faults.md 1", None, faults("D01 D06 D07 D09-D13"), "possible",
        "possible", faults("D01 D06 D07 D09 D10 D11 D12 D13 D22"), faults("D03 D15 D17") | GATEWAY - {"D22"},
        change=nameless_in_a_vpc),
    Row("alias does not exist", "faults.md D15", None, faults("D15"), "possible", "possible", faults("D15 D17 D22"),
        faults("D01 D03 D06 D07"), Call(f"https://{ALIAS}/prod/pets", "alias"), change=nameless),
    Row("endpoint's name does not exist", "faults.md D17, N12", None, faults("D17 D22"), "possible", "possible",
        faults("D17 D22 N12"), faults("D01 D03 D15"), BY_HOST, change=nameless),
    Row("custom domain does not exist", "aws.md A.4", None, faults("D03 D09"), "possible", "possible",
        faults("D03 D07 D09"), faults("D01 D15 D22"), BY_DOMAIN, change=nameless),
    # A request that got no answer was not refused by anybody.
    Row("no answer to the request", "faults.md B04, N15", MISSING, faults("B04 N15 N16 N17") | {""}, "possible",
        "possible", frozenset(),
        GATEWAY - {"B04"}, change=no_answer("timeout")),
    Row("no answer in half a minute", "faults.md B04, N15; aws.md E.2", MISSING, faults("B04"), "possible", "possible",
        faults("B04 N15 N16"), GATEWAY - {"B04"}, change=silent()),
    Row("no answer, and API Gateway refuses another path", "faults.md B04; aws.md E.3 (impossible path)", MISSING,
        faults("B04"), "likely", "likely", faults("B04 N15"), (GATEWAY - {"B04"}) | faults("N16 N17"),
        change=silent(refusal="response"), says=("answers a call of a path",)),
    Row("no answer, also for a path that no API has", "faults.md N15, N16", MISSING, faults("N15 N16"), "possible",
        "possible", faults("B04 N15 N16"), GATEWAY - {"B04"}, change=silent(refusal="timeout")),
    Row("no answer, and full packets get through", "faults.md B04, N15", MISSING, faults("B04"), "possible", "possible",
        faults("B04 N16"), (GATEWAY - {"B04"}) | faults("N15"), change=silent(size="ok")),
    Row("no answer, and the path is narrow and says so", "faults.md B04, N15", MISSING, faults("B04"), "likely",
        "likely", frozenset(), (GATEWAY - {"B04"}) | faults("N15 N16"),
        change=silent(refusal="response", size="smaller")),
    Row("an answer that began and did not end", "faults.md N16; aws.md E.1 (API Gateway answers as a whole)", MISSING,
        faults("N15 N16"), "possible", "possible", faults("N15 N16"), GATEWAY,
        change=silent(waited=9.5, begun=True)),
    Row("no answer, and full packets vanish", "faults.md N15", MISSING, faults("N15"), "likely", "likely", frozenset(),
        GATEWAY - {"B04"}, change=silent(size="black_hole")),
    Row("no answer in a time that the integration has", "faults.md B04; aws.md E.2 I4", MISSING, faults("B04"),
        "possible", "possible", faults("B04 N15 N16"), GATEWAY - {"B04"}, change=silent(31.0),
        layout=handled(type="HTTP", uri="http://pets.example/", timeoutInMillis=60_000)),
    Row("no answer, and API Gateway gives up earlier", "faults.md N15, N16; aws.md E.2 I4 (it answers 504 itself)",
        MISSING, faults("N15 N16"), "possible", "possible", faults("N15 N16"), GATEWAY, change=silent(31.0),
        layout=handled(type="HTTP", uri="http://pets.example/", timeoutInMillis=5_000)),
    Row("no answer of a method without a backend", "faults.md N15, N16", MISSING, faults("N15 N16"), "possible",
        "possible", faults("N15 N16"), GATEWAY, change=silent(9.0), layout=handled(type="MOCK")),
    Row("the connection breaks after the request", "faults.md N16, N17", MISSING, faults("N16 N17 N18") | {""},
        "possible", "likely",
        frozenset(), GATEWAY, change=no_answer("reset")),
    Row("a proxy does not let the request through", "faults.md 3, N19 (proxyconnect)", MISSING, faults("N19"), "likely",
        "certain", frozenset(), GATEWAY | faults("O05 N16 H15"), change=no_answer("proxy_error"),
        says=("proxy",)),
    Row("a proxy of the environment does not let the request through", "faults.md 3, N19 (proxyconnect)", MISSING,
        faults("N19"), "likely", "certain", frozenset(), GATEWAY | faults("O05 N16 H15"), change=unproxied),
    Row("the request ends in an odd error", "contracts 4 (outcome error)", MISSING, faults("O05"), "possible",
        "possible", frozenset(), GATEWAY | {"N19"}, change=no_answer("error")),
    # The same call, one answer of a stranger and one of API Gateway: the name leads to the stranger.
    Row("a portal on the name, API Gateway by the endpoint's name", NOT_GATEWAY, stranger(200,
        "<html>Welcome</html>"),
        faults("O05 N16 N19 D08"), "possible", "certain", frozenset(), GATEWAY, rungs=(Rung("", MISSING, BY_HOST),
            )),
]  # fmt: skip
