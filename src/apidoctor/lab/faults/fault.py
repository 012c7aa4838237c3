"""What a fault of the lab is."""

from collections.abc import Callable

from msgspec import Struct

from apidoctor.lab.description import World

Change = Callable[[World], None]
"""Edits a world's description before it is built."""


class Fault(Struct, frozen=True):
    """One way to break a world."""

    id: str
    """Id of the fault catalogue, ``N01``."""
    title: str
    """What is broken, in one sentence."""
    world: str
    """Name of the healthy world that is broken."""
    change: Change
    """The edit: control-plane state, DNS view and behaviour as AWS would really show them."""


class Family:
    """Collects the faults of one module, in the order they are written."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, id: str, world: str = "same-account") -> Callable[[Change], Change]:
        """Declare a function as the fault *id*; its docstring is the title."""

        def declare(change: Change) -> Change:
            title = (change.__doc__ or "").strip().partition("\n")[0].rstrip(".")
            self.faults.append(Fault(id, title, world, change))
            return change

        return declare
