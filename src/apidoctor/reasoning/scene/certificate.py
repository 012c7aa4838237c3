"""The certificate of a private custom domain, as AWS Certificate Manager shows it.

Source: API Gateway Developer Guide, "Custom domain names for private APIs in API Gateway": the keys that are supported;
ACM API reference, CertificateDetail.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from apidoctor.model.inventory import as_dict, as_list
from apidoctor.reasoning.scene.association import minutes_between
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.through import known_domain

CERTIFICATE = "describe_certificate"
KEYS = frozenset({"RSA_2048", "EC_PRIME256V1", "EC_SECP384R1"})
"""Key algorithms that a private custom domain can use."""
_SOON_DAYS = 14
_BAD = frozenset({"PENDING_VALIDATION", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"})
"""Statuses of a certificate that is no good (CertificateDetail, ``Status``)."""


class Certificate(Struct, frozen=True, kw_only=True):
    """What is known of a certificate."""

    status: str
    """``ISSUED`` when it is good."""
    key_algorithm: str
    """For example ``RSA-2048``."""
    names: tuple[str, ...]
    """The names that it is for."""
    not_before: str | None
    """First moment of its validity."""
    not_after: str | None
    """Last moment of its validity."""


@fact
def certificate(case: Case) -> Certificate | None:
    """Return the certificate of the domain that is called; None when ACM does not have it any more."""
    found = known_domain(case).value
    answer = case.inventory.get(found.account, case.region, CERTIFICATE, found.certificate_arn or "").value
    if answer is None:
        return None
    shown: dict[str, Any] = as_dict(answer.get("Certificate"), "certificate in ACM")
    more = as_list(shown.get("SubjectAlternativeNames"), "names of a certificate")
    names = [str(name).lower().rstrip(".") for name in [shown.get("DomainName"), *more] if name]
    return Certificate(
        status=str(shown.get("Status") or "").upper(),
        key_algorithm=str(shown.get("KeyAlgorithm") or ""),
        names=tuple(dict.fromkeys(names)),
        not_before=str(shown["NotBefore"]) if shown.get("NotBefore") else None,
        not_after=str(shown["NotAfter"]) if shown.get("NotAfter") else None,
    )


def wrongs(case: Case, found: Certificate, name: str) -> Iterator[str]:
    """Yield what keeps a certificate from serving *name*, as ends of the sentence "the certificate …"."""
    left = minutes_between(case.taken_at, found.not_after)
    since = minutes_between(found.not_before, case.taken_at)
    if found.status == "EXPIRED" or (left is not None and left < 0):
        yield f"is expired (it was valid until {found.not_after or 'a moment ago'})"
    elif since is not None and since < 0:
        yield f"is not valid before {found.not_before}"
    elif found.status in _BAD:
        yield f"is {found.status}, not ISSUED"
    if found.key_algorithm and found.key_algorithm.upper().replace("-", "_") not in KEYS:
        yield f"has a key that is not supported ({found.key_algorithm}; RSA 2048, ECDSA 256 and 384 are)"
    if found.names and not any(covers(each, name) for each in found.names):
        yield f"is not for {name} but for {', '.join(found.names[:5])}"


def unknown_status(found: Certificate) -> str | None:
    """Return a status of which nothing is known here; AWS may add one later."""
    return found.status if found.status not in (*_BAD, "ISSUED", "") else None


def ends_soon(case: Case, found: Certificate) -> bool:
    """Say whether a certificate is about to expire."""
    left = minutes_between(case.taken_at, found.not_after)
    return left is not None and 0 <= left < _SOON_DAYS * 24 * 60


def covers(pattern: str, name: str) -> bool:
    """Say whether a certificate's name covers *name*; a wildcard stands for one label (RFC 6125, 6.4.3)."""
    if pattern.startswith("*."):
        return name.partition(".")[2] == pattern[2:] and bool(name.partition(".")[0])
    return pattern == name
