"""The world of the matrix's benchmark: an endpoint with three interfaces, an API, an alias and a private domain."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ACCOUNT, REGION, API, VPCE = "111111111111", "us-east-1", "abc1234567", "vpce-0aaa000000000000a"
ZONE, OWN_ZONE = f"execute-api.{REGION}.amazonaws.com", f"execute-api.{REGION}.vpce.amazonaws.com"
DOMAIN = "api.corp.example"
ADDRESSES = {f"{REGION}{zone}": f"10.1.{third}.21" for zone, third in (("a", 4), ("b", 5), ("c", 6))}
"""Zone to address of the endpoint's interface."""
LABEL = f"{VPCE}-0bbb1111"
NAMES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (f"{API}.{ZONE}", f"{API}-{VPCE}.{ZONE}", f"{LABEL}.{OWN_ZONE}", DOMAIN), tuple(ADDRESSES.values())
    ),
    **{f"{LABEL}-{zone}.{OWN_ZONE}": (address,) for zone, address in ADDRESSES.items()},
}
"""What each name resolves to."""


def accounts() -> dict[str, Any]:
    """Return AWS's answers, as far as the ways to invoke need them."""
    interfaces = [
        {
            "NetworkInterfaceId": f"eni-0{number}",
            "AvailabilityZone": zone,
            "PrivateIpAddress": address,
            "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}],
            "SubnetId": f"subnet-0{number}",
            "VpcId": "vpc-0a",
        }
        for number, (zone, address) in enumerate(ADDRESSES.items())
    ]
    endpoint = {
        "VpcEndpointId": VPCE,
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a",
        "ServiceName": f"com.amazonaws.{REGION}.execute-api",
        "State": "available",
        "PrivateDnsEnabled": True,
        "NetworkInterfaceIds": [item["NetworkInterfaceId"] for item in interfaces],
        "DnsEntries": [{"DnsName": name} for name in NAMES if name.endswith(OWN_ZONE)],
    }
    api = {
        "id": API,
        "name": "pets",
        "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": [VPCE]},
    }
    domain = {
        "domainName": DOMAIN,
        "domainNameId": "d1",
        "endpointConfiguration": {"types": ["PRIVATE"]},
        "domainNameStatus": "AVAILABLE",
    }
    here = {
        "describe_vpc_endpoints": {"VpcEndpoints": [endpoint]},
        "describe_network_interfaces": {"NetworkInterfaces": interfaces},
        "get_rest_apis": {"items": [api]},
        "get_domain_names": {"items": [domain]},
        "get_base_path_mappings": {
            f"{DOMAIN}/d1": {"items": [{"basePath": "pets", "restApiId": API, "stage": "prod"}]}
        },
    }
    return {ACCOUNT: {REGION: here}}


def certificates(folder: Path) -> Path:
    """Write one certificate for every name, ``ca.pem`` to trust it by, and return the server's file."""
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "front door")])
    names = x509.SubjectAlternativeName([x509.DNSName(one) for one in (f"*.{ZONE}", f"*.{OWN_ZONE}", DOMAIN)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(names, critical=False)
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    public = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(public + private)
    (folder / "ca.pem").write_bytes(public)
    return folder / "server.pem"
