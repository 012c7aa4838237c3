"""What a judgement still needs.  An unknown is never bare: it carries values of these types.

A live run hands them to whoever can look (AWS, a probe) and judges again; a run on a snapshot shows them to the user.
"""

from msgspec import Struct


class Lookup(Struct, frozen=True):
    """One AWS read that would decide."""

    operation: str
    """Name in the snapshot, for example ``describe_security_groups`` (see ``model.operations``)."""
    account: str | None
    """Account to ask; None when it is not known which one."""
    region: str
    """Region, or ``global``."""
    key: str = ""
    """The object's key for an operation about one object; empty for a list."""
    field: str = ""
    """For a list: the field that narrows it (``GroupId``, ``VpcId``); empty for the whole list."""
    values: tuple[str, ...] = ()
    """The wanted values of that field."""
    refused: bool = False
    """True when it was asked and refused: then the permission is what is missing."""
    reason: str = ""
    """Error code of a refusal, or why it cannot be asked."""
    since: str = ""
    """For events: nothing before this moment is wanted (ISO 8601)."""


class Probe(Struct, frozen=True):
    """One look from the caller's host that would decide."""

    kind: str
    """``host``, ``identity``, ``dns``, ``tcp``, ``tls``, ``http``, ``path_mtu``."""
    name: str = ""
    """Name to resolve, SNI, or Host, by kind."""
    address: str = ""
    """Address to connect to, or the DNS server to ask."""
    port: int = 443
    """Port of the peer."""
    detail: str = ""
    """Record type and transport (``A/udp``), or which test call (``unsigned``, ``signed``, ``impossible``)."""


class Gap(Struct, frozen=True):
    """Something no look-up of this tool can tell: only a person, another account or another host can."""

    what: str
    """``account: …``, ``host: …`` or ``fact: …`` with what would decide it."""
    optional: bool = False
    """True for a look that this run cannot make and need not make: a judgement that lacks only it is skipped."""


Missing = Lookup | Probe | Gap
