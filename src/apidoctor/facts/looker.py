"""What the engine asks of those who can look: answer a `Missing` with values, or say that you cannot."""

from typing import Any, Protocol

from msgspec import Struct

from apidoctor.model.missing import Missing
from apidoctor.model.observation import AnyObservation


class Answer(Struct, frozen=True):
    """One AWS answer, as it goes into the snapshot."""

    account: str
    """Account that was asked."""
    region: str
    """Region, or ``global``."""
    operation: str
    """Name of the operation in the snapshot."""
    key: str
    """Key of the object; empty for a list."""
    body: dict[str, Any]
    """boto3's answer (pages joined, dates as ISO text, no ResponseMetadata), or ``{"error": {"Code", "Message"}}``."""
    field: str = ""
    """For a narrowed list: the item field it was narrowed by (``GroupId``)."""
    values: tuple[str, ...] = ()
    """For a narrowed list: the values asked for."""


class Seen(Struct, frozen=True):
    """What one look brought."""

    answers: tuple[Answer, ...] = ()
    """AWS answers."""
    observations: tuple[AnyObservation, ...] = ()
    """What this host saw."""
    accounts: tuple[str, ...] = ()
    """Accounts that turned out to be readable (answer to ``Probe("identity")``)."""


class Looker(Protocol):
    """Someone who can look.  Called from many threads at once; never raises for what the world does."""

    def can(self, missing: Missing) -> bool:
        """Say whether this looker can answer *missing*."""
        ...

    def look(self, missing: Missing) -> Seen:
        """Look once and return what was seen; a refusal or a time-out is something seen."""
        ...
