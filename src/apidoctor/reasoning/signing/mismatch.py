"""A refused signature: the texts of both sides of one call, compared."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.mismatch import read_mismatch
from apidoctor.model.observation import HttpSeen, Signing
from apidoctor.reasoning.signing.another import Another, of_another
from apidoctor.reasoning.signing.compare import Difference, compare
from apidoctor.reasoning.signing.meaning import Meaning
from apidoctor.reasoning.signing.split import Parts, on_the_wire, predicted, sent_host, split, with_token


class Compared(Struct, frozen=True):
    """What the two texts of one call tell."""

    differences: tuple[Difference, ...]
    """Lines that differ, in their order."""
    ours: Literal["signed", "sent"]
    """Whether what was signed is known, or only what was sent."""
    shown: bool
    """Whether the server shows a text that tells: a line that differs, or all headers that were signed.  Else only the
    Host can be compared, with the one that was sent."""
    is_whole: bool = False
    """Both texts were known to their ends, and both strings to sign are the same."""
    breaks_off: bool = False
    """The server's text is not shown to its end: only what is shown could be compared."""
    another: Another | None = None
    """Set where the server's text is of another request: then it accuses no line of this one."""


SECRET = Meaning(
    "A25",
    "Both sides have the same canonical request and string to sign: the secret key does not belong to the access key "
    "id.",
    "Take access key id, secret key and session token from one set of credentials, and check the secret key for lost "
    "or added characters.",
)
"""What it means that nothing differs."""


def compared(seen: HttpSeen) -> Compared:
    """Compare what was signed (or, where that is not known, what must have been) with what the server shows."""
    signing = seen.signing or Signing()
    shown = read_mismatch(seen.body or "")
    text = signing.received_canonical_request or shown.canonical_request
    theirs = signing.received_string_to_sign or shown.string_to_sign
    ours = signing.canonical_request
    sent = predicted(seen)
    signed = split(ours) if ours is not None else with_token(sent, seen)
    received = split(text or "")
    is_shown = received.method is not None
    host = sent_host(seen)
    if is_shown and (another := of_another(seen, signed, received, signing.string_to_sign, theirs)):
        return Compared((), "signed" if ours is not None else "sent", shown=False, another=another)
    received = received if is_shown else _only_host(host)
    # Who made the signature sent the headers as it signed them, but for a Host of another's choice.
    mine = None if ours is None else replace(sent, headers={**signed.headers, **sent.headers})
    differences = compare(signed, received, host, mine, on_the_wire(seen))
    if is_shown and not differences:
        differences = _last(signing.string_to_sign, theirs)
    whole = signed.payload_hash is not None and received.payload_hash is not None and not signed.is_partial
    return Compared(
        tuple(differences),
        "signed" if ours is not None else "sent",
        # A text that breaks off before the end of the headers, and differs in nothing, shows nothing either.
        is_shown and (bool(differences) or signed.headers.keys() <= received.headers.keys()),
        whole and theirs is not None and signing.string_to_sign == theirs,
        received.breaks_off or theirs is None if is_shown else shown.breaks_off,
    )


def _only_host(host: str | None) -> Parts:
    return Parts(headers={"host": host} if host else {}, is_partial=True)


_LAST = ("algorithm", "X-Amz-Date", "credential scope")


def _last(ours: str | None, theirs: str | None) -> list[Difference]:
    """Return the first line of the strings to sign that differs, when the canonical requests do not.

    The hash is left out: the server's hash of another text would show in the text.
    """
    if not ours or not theirs:
        return []
    for name, signed, received in zip(_LAST, ours.split("\n"), theirs.split("\n"), strict=False):
        if signed != received:
            fault = "A14" if name == "credential scope" else "A26"
            words = f"The {name} in the string to sign is another."
            meaning = Meaning(
                fault, words, "Derive it from the request that is sent, and let nothing rewrite it."
            )
            return [Difference(name, signed, received, meaning)]
    return []
