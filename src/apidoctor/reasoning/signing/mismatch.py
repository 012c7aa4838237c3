"""A refused signature: the texts of both sides of one call, compared."""

from typing import Literal

from msgspec import Struct

from apidoctor.model.mismatch import read_mismatch
from apidoctor.model.observation import HttpSeen, Signing
from apidoctor.reasoning.signing.compare import Difference, compare
from apidoctor.reasoning.signing.meaning import Meaning
from apidoctor.reasoning.signing.split import Parts, predicted, split


class Compared(Struct, frozen=True):
    """What the two texts of one call tell."""

    differences: tuple[Difference, ...]
    """Lines that differ, in their order."""
    basis: Literal["signed", "sent", "none"]
    """What the server's text was compared with: what was signed, what was sent, or nothing as it shows none."""
    is_whole: bool = False
    """Both texts were known to their ends, and so were both strings to sign."""


SECRET = Meaning(
    "A25",
    "Both sides have the same canonical request and string to sign: the secret key does not belong to the access key id.",
    "Take access key id, secret key and session token from one set of credentials, and check the secret key for lost or "
    "added characters.",
)
"""What it means that nothing differs."""


def compared(seen: HttpSeen) -> Compared:
    """Compare what was signed (or, where that is not known, what must have been) with what the server shows."""
    signing = seen.signing or Signing()
    shown = read_mismatch(seen.body or "")
    text = signing.received_canonical_request or shown.canonical_request
    theirs = signing.received_string_to_sign or shown.string_to_sign
    if signing.canonical_request is not None:
        return _with_signed(signing.canonical_request, text, signing.string_to_sign, theirs, seen.host)
    if text is None:
        return Compared((), "none")
    return Compared(tuple(compare(predicted(seen), split(text), seen.host)), "sent")


def _with_signed(
    ours: str, theirs: str | None, our_last: str | None, their_last: str | None, host: str | None
) -> Compared:
    signed = split(ours)
    received = split(theirs) if theirs is not None else Parts(is_partial=True)
    differences = compare(signed, received, host)
    if theirs is None:
        # Without the server's text, a Host that was signed and not sent is all that can be seen.
        differences = compare(signed, _only_host(host), host) if host else []
    differences += _last(our_last, their_last) if not differences else []
    both_ends = signed.payload_hash is not None and received.payload_hash is not None
    return Compared(
        tuple(differences),
        "signed" if theirs is not None or differences else "none",
        both_ends and our_last is not None and our_last == their_last,
    )


def _only_host(host: str) -> Parts:
    return Parts(headers={"host": host}, is_partial=True)


_LAST = ("algorithm", "X-Amz-Date", "credential scope", "hash of the canonical request")


def _last(ours: str | None, theirs: str | None) -> list[Difference]:
    """Return the first line of the strings to sign that differs, when the canonical requests do not."""
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
