"""What a case is: one world, what is true in it, and what a diagnosis should say of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from netns import plan
from netns.world import World

BOTH = " ".join(plan.ENIS)
"""The right answer: the endpoint's interfaces."""
PUBLIC = plan.FRONT_DOOR
"""The Internet's answer."""
FIRST, SECOND = plan.ENIS


def at(server: str, answer: str) -> dict[str, str]:
    """What a DNS server says over both transports."""
    return {f"dns {server} udp A": answer, f"dns {server} tcp A": answer}


def way(
    *addresses: str, tcp: str = "connected", tls: str = "verified", mtu: str = "ok 1500"
) -> dict[str, str]:
    """How the way to addresses is."""
    return {
        f"{what} {address}": outcome
        for address in addresses
        for what, outcome in (("tcp", tcp), ("tls", tls), ("mtu", mtu))
    }


def no_way(*addresses: str, tcp: str) -> dict[str, str]:
    """Addresses that no connection leads to: nothing more can be seen there."""
    return way(*addresses, tcp=tcp, tls="", mtu="")


HEALTHY: Mapping[str, str] = {
    "system A": BOTH,
    **at(plan.RESOLVER, BOTH),
    **at(plan.INBOUND[0], BOTH),
    **at(plan.INBOUND[1], BOTH),
    **way(*plan.ENIS),
    "http": "endpoint 200",
}
"""What holds where nothing is wrong, by the keys of `measure.py`."""

SILENT = "timeout|servfail"
"""A resolver whose forwarders are silent fails sooner or later, and dnsmasq never."""
RESOLVES_PUBLICLY = {
    "system A": PUBLIC,
    **at(plan.RESOLVER, PUBLIC),
    **way(PUBLIC),
    "http": "public 403",
}
RESOLVES_NOT = {"system A": SILENT, **at(plan.RESOLVER, SILENT)}
NO_INBOUND = {**at(plan.INBOUND[0], "timeout"), **at(plan.INBOUND[1], "timeout")}
"""The inbound endpoint is silent to the host."""
NO_ADDRESS = {**no_way(*plan.ENIS, tcp=""), "http": ""}
"""Nobody tells an address: no way can be looked at."""
RANDOM = f"dns {plan.RESOLVER} udp A random"
"""A name that nobody gave: does the zone as a whole lead to the endpoint?"""

ASKS_INBOUND = ("--inbound", plan.INBOUND[0], "--inbound", plan.INBOUND[1])


@dataclass(frozen=True, kw_only=True)
class Case:
    """One world."""

    name: str
    says: str
    """What is the matter, in a sentence."""
    arrange: Callable[[World], object]
    """Makes it so."""
    fault: str | None
    """The first root cause that a diagnosis should name; None: nothing is broken."""
    fits: tuple[str | None, ...] = ()
    """Further causes that nobody could tell from it on this host."""
    never: tuple[str, ...] = ()
    """Causes that must not be named, not even as likely."""
    truth: Mapping[str, str] = field(default_factory=dict)
    """What is true, on top of what holds in a healthy world; an empty value takes a line away."""
    seen: Mapping[str, str] = field(default_factory=dict)
    """What the probe tells besides, or otherwise."""
    target: str = plan.TARGET
    arguments: tuple[str, ...] = ASKS_INBOUND
    """Options of the probe."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of the call that name the API."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Proxies of the host."""
    seconds: float = 4
    """The probe's time-out."""
    trusts_company: bool = False
    """The host trusts the company's own authority too."""

    @property
    def whole_truth(self) -> dict[str, str]:
        """Everything that is to be measured, with its value."""
        return {key: value for key, value in {**HEALTHY, **self.truth}.items() if value}

    @property
    def sight(self) -> dict[str, str]:
        """Everything that the probe should see."""
        return {**self.whole_truth, **self.seen}
