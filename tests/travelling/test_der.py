"""Certificates are read as cryptography reads them, and no bytes raise anything but `DerError`."""

import datetime
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st
from travelling import oracle

from apidoctor.travelling import der, tls

KEY = ec.generate_private_key(ec.SECP256R1())
UTC = datetime.UTC
MOMENT = st.datetimes(datetime.datetime(1951, 1, 1), datetime.datetime(2999, 1, 1)).map(
    lambda m: m.replace(microsecond=0)
)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
OIDS = [
    NameOID.COMMON_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.LOCALITY_NAME,
    NameOID.STREET_ADDRESS,
    NameOID.USER_ID,
    ObjectIdentifier("2.999.1234567890.1"),
    ObjectIdentifier("1.3.6.1.4.1.311.60.2.1.2"),
]
ATTRIBUTES = st.builds(x509.NameAttribute, st.sampled_from(OIDS), TEXT)
PARTS = st.lists(ATTRIBUTES, min_size=1, max_size=2, unique_by=lambda one: one.oid).map(
    x509.RelativeDistinguishedName
)
NAMES = st.lists(PARTS, max_size=5).map(x509.Name)
LABELS = st.from_regex(r"(\*\.)?[a-z0-9-]{1,20}(\.[a-z0-9]{1,10}){0,3}", fullmatch=True).map(x509.DNSName)
ADDRESSES = (st.ip_addresses(v=4) | st.ip_addresses(v=6)).map(x509.IPAddress)
OTHERS = st.sampled_from(
    [x509.RFC822Name("a@b.example"), x509.UniformResourceIdentifier("https://b.example")]
)


def made(subject, issuer, before, after, sans=(), others=0):
    builder = x509.CertificateBuilder(
        issuer, subject, KEY.public_key(), x509.random_serial_number(), before, after
    )
    if sans:
        builder = builder.add_extension(x509.SubjectAlternativeName(sans), critical=False)
    for number in range(others):
        oid = ObjectIdentifier(f"1.2.3.{number}")
        builder = builder.add_extension(
            x509.UnrecognizedExtension(oid, b"\x04\x00"), critical=bool(number % 2)
        )
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER)


@given(
    NAMES,
    NAMES,
    st.tuples(MOMENT, MOMENT),
    st.lists(LABELS | ADDRESSES | OTHERS, max_size=120),
    st.integers(0, 3),
)
@settings(max_examples=40, deadline=None)
def test_made_certificates_are_read_as_cryptography_reads_them(subject, issuer, moments, sans, others):
    data = made(subject, issuer, *sorted(moments), sans, others)

    assert der.certificate(data) == oracle.described(data)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_real_authorities_are_read_as_cryptography_reads_them():
    roots = tls.verifying(None, "h2").get_ca_certs(binary_form=True)
    if not roots:
        pytest.skip("this Python knows no authorities")

    for data in roots:
        assert der.certificate(data) == oracle.described(data)


@pytest.mark.parametrize("value", ["#hash", " both ends ", " ", 'a+b,c;d<e>f\\g"h', "nul\0nul", "日本"])
def test_special_characters_are_escaped(value):
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, value)])
    data = made(name, name, datetime.datetime(2020, 1, 1), datetime.datetime(2051, 1, 1))

    assert der.certificate(data)["subject"] == name.rfc4514_string()
    assert der.certificate(data)["not_after"] == "2051-01-01T00:00:00Z"


def test_a_hundred_names_are_kept():
    sans = [x509.DNSName(f"n{number}.example") for number in range(150)]
    name = x509.Name([])
    data = made(name, name, datetime.datetime(2020, 1, 1), datetime.datetime(2021, 1, 1), sans)

    assert der.certificate(data)["sans"] == [f"n{number}.example" for number in range(100)]


SAMPLE = made(
    x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a.example")]),
    x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "O"), x509.NameAttribute(NameOID.COMMON_NAME, "CA")]
    ),
    datetime.datetime(2020, 1, 1),
    datetime.datetime(2051, 1, 1),
    [x509.DNSName("a.example"), x509.IPAddress(ipaddress.ip_address("10.0.0.1"))],
    2,
)


@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
@settings(max_examples=500, deadline=None)
def test_changed_bytes_raise_nothing_else(changes):
    data = bytearray(SAMPLE)
    for place, byte in changes:
        data[place] = byte
    try:
        seen = der.certificate(bytes(data))
    except der.DerError:
        assert der.described(bytes(data)) == {}
    else:
        assert set(seen) == {"subject", "issuer", "sans", "not_before", "not_after"}
        assert all(len(text) <= 1024 for text in (seen["subject"], seen["issuer"], *seen["sans"]))


@given(st.binary(max_size=200) | st.integers(0, len(SAMPLE)).map(lambda end: SAMPLE[:end]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_raise_nothing_else(data):
    assert isinstance(der.described(data), dict)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x80" + b"\x00" * 70000,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x82\xff\x00" + b"\x05\x00" * 32640,
        b"\x30" * 60000,
    ],
)
def test_bombs_are_refused(data):
    assert der.described(data) == {}
