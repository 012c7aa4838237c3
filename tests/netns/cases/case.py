"""What a case is: one world, what is true in it, and what a diagnosis should say of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from netns import plan
from netns.world import World

BOTH = " ".join(plan.ENIS)
"""The right answer: the endpoint's interfaces."""
PUBLIC = plan.FRONT_DOOR
"""The Internet's answer."""

HEALTHY: Mapping[str, str] = {
    "system A": BOTH,
    f"dns {plan.RESOLVER} udp A": BOTH,
    f"dns {plan.RESOLVER} tcp A": BOTH,
    **{f"dns {server} {transport} A": BOTH for server in plan.INBOUND for transport in ("udp", "tcp")},
    **{f"tcp {address}": "connected" for address in plan.ENIS},
    **{f"tls {address}": "verified" for address in plan.ENIS},
    **{f"mtu {address}": "ok 1500" for address in plan.ENIS},
    "http": "endpoint 200",
}
"""What holds where nothing is wrong, by the keys of `measure.py`."""

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
    """What the probe alone tells."""
    target: str = plan.TARGET
    arguments: tuple[str, ...] = ASKS_INBOUND
    """Options of the probe."""
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


def without(*starts: str) -> dict[str, str]:
    """Changes that take away all lines of a healthy world that start so."""
    return {key: "" for key in HEALTHY if key.startswith(starts)}
