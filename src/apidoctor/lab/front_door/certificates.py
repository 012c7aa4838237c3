"""The lab's own certificate authorities and the certificates they issue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID_DAYS = 30
_PERIODS = {"expired": (-60, -1), "future": (1, 60)}
"""Days from now of the first and the last moment of a certificate that is not valid today."""


class Authority:
    """A certificate authority that lives as long as one lab; its files lie in *folder*."""

    def __init__(self, folder: Path, organization: str = "Amazon (apidoctor lab)", stem: str = "ca") -> None:
        self._folder = folder
        self._stem = stem
        self._issued = 0
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
                x509.NameAttribute(
                    NameOID.COMMON_NAME, "apidoctor lab CA" if stem == "ca" else f"{organization} CA"
                ),
            ]
        )
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        certificate = (
            _builder(self._name, self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.ca_file = folder / f"{stem}.pem"
        self.ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, names: list[str], kind: str = "valid") -> Path:
        """Certificate and key for *names*, in one file; *kind* ``expired`` or ``future`` is not valid today."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        certificate = (
            _builder(subject, self._name, key.public_key(), kind)
            .add_extension(alternatives, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(server, critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self._issued += 1
        path = self._folder / f"{self._stem}-{self._issued}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.touch(mode=0o600)
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
        return path


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, kind: str = "valid"
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    first, last = _PERIODS.get(kind, (-1, _VALID_DAYS))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=first))
        .not_valid_after(now + timedelta(days=last))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
