"""The faults that the lab can show: each is a name of the fault catalogue and an edit of a healthy world."""

from apidoctor.lab.faults import backends, boxes, callers, calls, domains, naming, network, policies, stages
from apidoctor.lab.faults.fault import Fault

_ALL = tuple(
    sorted(
        (
            *backends.FAULTS,
            *boxes.FAULTS,
            *callers.FAULTS,
            *calls.FAULTS,
            *domains.FAULTS,
            *naming.FAULTS,
            *network.FAULTS,
            *policies.FAULTS,
            *stages.FAULTS,
        ),
        key=lambda fault: fault.id,
    )
)


def faults() -> tuple[Fault, ...]:
    """Every fault, sorted by id."""
    return _ALL


def find_fault(id: str) -> Fault:
    """The fault with this id; KeyError when there is none."""
    for fault in _ALL:
        if fault.id == id.upper():
            return fault
    raise KeyError(id)


__all__ = ["Fault", "faults", "find_fault"]
