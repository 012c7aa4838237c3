"""Certificates as cryptography reads them: what the travelling probe must read too."""

from typing import TypedDict

_MAX_BYTES = 64 * 1024
MAX_SANS = 100
"""Most names of a certificate that are kept."""
_MAX_TEXT = 1024


class Described(TypedDict, total=False):
    """The fields of `TlsSeen` that come from a certificate."""

    subject: str
    issuer: str
    sans: list[str]
    not_before: str
    not_after: str


def described(der: bytes) -> Described:
    """Return subject, issuer, names and dates of a certificate; nothing when it cannot be read."""
    if not der or len(der) > _MAX_BYTES:
        return {}
    from cryptography import x509  # takes 65 ms to import; only a handshake needs it

    try:
        certificate = x509.load_der_x509_certificate(der)
        return {
            "subject": certificate.subject.rfc4514_string()[:_MAX_TEXT],
            "issuer": certificate.issuer.rfc4514_string()[:_MAX_TEXT],
            "sans": _names(certificate.extensions),
            "not_before": certificate.not_valid_before_utc.isoformat().replace("+00:00", "Z"),
            "not_after": certificate.not_valid_after_utc.isoformat().replace("+00:00", "Z"),
        }
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return {}


def _names(extensions: object) -> list[str]:
    """Return DNS names and addresses of the subject's alternative names."""
    from cryptography import x509

    if not isinstance(extensions, x509.Extensions):
        return []
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    plain = [str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress)]
    return [name[:_MAX_TEXT] for name in plain[:MAX_SANS]]
