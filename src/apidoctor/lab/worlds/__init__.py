"""The healthy worlds: each call gives a fresh description that may be edited."""

from collections.abc import Callable

from apidoctor.lab.description import World
from apidoctor.lab.worlds.cross_account import cross_account
from apidoctor.lab.worlds.custom_domain import custom_domain
from apidoctor.lab.worlds.on_prem import on_prem
from apidoctor.lab.worlds.peered import peered
from apidoctor.lab.worlds.same_account import same_account

WORLDS: dict[str, Callable[[], World]] = {
    "same-account": same_account,
    "cross-account": cross_account,
    "on-prem": on_prem,
    "peered": peered,
    "custom-domain": custom_domain,
}
"""Name to maker, the simplest first."""


def worlds() -> tuple[str, ...]:
    """Names of the healthy worlds."""
    return tuple(WORLDS)
