"""No HTTP proxy takes the call.

Why it matters
--------------
Clients that honour `HTTPS_PROXY` send the call to the proxy, which has no way into the VPC: a time-out
or the proxy's own 403. CIDR ranges in `NO_PROXY` are ignored by most clients.

How it decides
--------------
When the caller's environment sets an HTTPS proxy and `NO_PROXY` does not cover the name, that is a warning. Where the
call without the proxy is answered, a live run sends it once through the proxy too: it is a failure when it fails there
and not without it, or when something other than API Gateway answers.
Address ranges in `NO_PROXY` do not count: clients compare names.

How to fix
----------
Add the name, or `.execute-api.REGION.amazonaws.com`, to `NO_PROXY`.

References
----------
- https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    Case,
    Fact,
    Finding,
    HttpSeen,
    answer,
    check,
    failed,
    host,
    is_from_gateway,
    passed,
    reading,
    skipped,
    through_proxy,
    warned,
)


@check(
    probes=("host", "tcp", "http"),
    faults=("N19",),
    required=False,
    playbook="connection-times-out",
    position=5,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the proxy settings of the caller's environment."""
    if not case.sources.probe and not host(case).known:
        yield skipped("Nothing is known of the caller's environment.")
        return
    seen, name = host(case).value, case.request.name or ""
    proxy = seen.proxies.get("https_proxy")
    if not proxy or _covers(seen.proxies.get("no_proxy") or "", name):
        # A PAC file decides by a program of its own, and for browsers alone: worth knowing, no fault.
        pac = (
            f" A PAC file is set ({seen.proxies['pac']}): browsers ask it." if seen.proxies.get("pac") else ""
        )
        yield passed(f"No proxy is set for this name.{pac}", subject=name)
        return
    fix = f"Add .{name.partition('.')[2] or name} to NO_PROXY."
    evidence = [case.show(seen, "proxies", subject=name)]
    reply, said, proxied = answer(case), reading(case), through_proxy(case)
    case.expect([*reply.missing, *said.missing, *proxied.missing])
    if proxied.known and proxied.value is not None and _is_worse(proxied.value, reply):
        told = proxied.value.status or proxied.value.outcome
        yield failed(
            "N19",
            f"The call gets {told} through the proxy {proxy}, and {reply.value.status} without it.",
            fix=fix,
            subject=name,
            evidence=[*evidence, case.show(proxied.value, "outcome", "status", "headers", "body")],
        )
        return
    strange = said.known and said.value.kind == "not_api_gateway"
    if strange or (reply.known and reply.value.outcome == "proxy_error"):
        yield failed(
            "N19",
            f"The proxy {proxy} takes calls to {name}, and what answers is not API Gateway.",
            fix=fix,
            subject=name,
            confidence="likely",
            evidence=[*evidence, case.show(reply.value, "status", "headers", "body")],
        )
    else:
        yield warned(
            "N19",
            f"Clients send calls to {name} through the proxy {proxy}{_untried(proxied)}.",
            fix=fix,
            subject=name,
            evidence=evidence,
        )


def _untried(proxied: Fact[HttpSeen | None]) -> str:
    return "" if proxied.known and proxied.value is not None else "; that way was not tried"


def _is_worse(proxied: HttpSeen, reply: Fact[HttpSeen]) -> bool:
    """Say whether the call without the proxy got further than the one through it."""
    if not reply.known or reply.value.address is None or reply.value.outcome != "response":
        return False
    if proxied.outcome != "response" or proxied.status is None:
        return True
    return (proxied.status != reply.value.status and not is_from_gateway(proxied.headers)) or (
        proxied.signed == reply.value.signed
        and proxied.status in (403, 407)
        and reply.value.status not in (403, 407)
    )


def _covers(no_proxy: str, name: str) -> bool:
    """Say whether NO_PROXY names *name* or a domain above it; address ranges do not count, clients ignore them."""
    for entry in (part.strip().lstrip("*").lower() for part in no_proxy.split(",")):
        domain = entry.lstrip(".").partition(":")[0]
        if domain and (name == domain or name.endswith(f".{domain}")):
            return True
    return no_proxy.strip() == "*"
