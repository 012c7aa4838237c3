"""What TARGET and the headers say of a call, and which further names are worth asking for.

Sources: API Gateway developer guide, "Invoke a private API" and "Custom domain names for private APIs"; suffixes of
the partitions: botocore's partitions.json.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from typing import Sequence
from urllib.parse import urlsplit

from .book import UsageError, is_address
from .secret_names import without_parameters

PARTITIONS = (
    ("aws-cn", "amazonaws.com.cn", r"cn-\w+-\d+"),
    ("aws-us-gov", "amazonaws.com", r"us-gov-\w+-\d+"),
    ("aws-eusc", "amazonaws.eu", r"eusc-(de)-\w+-\d+"),
    ("aws-iso-b", "sc2s.sgov.gov", r"us-isob-\w+-\d+"),
    ("aws-iso-e", "cloud.adc-e.uk", r"eu-isoe-\w+-\d+"),
    ("aws-iso-f", "csp.hci.ic.gov", r"us-isof-\w+-\d+"),
    ("aws-iso", "c2s.ic.gov", r"us-iso-\w+-\d+"),
    ("aws", "amazonaws.com", r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+"),
)
"""Partition id, DNS suffix, pattern of its Regions; the special ones first (``us-gov-`` also fits the last)."""
METHODS = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
LONGEST = 16_384
"""Characters of a TARGET or a header: more is taken by no front door (CloudFront takes 8 KiB of a URL)."""
RANDOM = "apidoctor-"
"""What the random label begins with."""

_PLACE = r"\.execute-api\.(?P<region>[a-z0-9-]+)\.(?P<suffix>[a-z0-9.-]+)"
_DEFAULT = re.compile(r"(?P<api>[a-z0-9]+)" + _PLACE)
_ALIAS = re.compile(r"(?P<api>[a-z0-9]+)-(?P<endpoint>vpce-[0-9a-z]+)" + _PLACE)
_ENDPOINT = re.compile(
    r"(?P<label>(?P<endpoint>vpce-[0-9a-z]+)-[0-9a-z]+)(-(?P<zone>[a-z0-9-]+))?"
    r"\.execute-api\.(?P<region>[a-z0-9-]+)\.vpce\.(?P<suffix>[a-z0-9.-]+)"
)
_ARN = re.compile(
    r"arn:[\w-]+:(?:execute-api:(?P<region>[a-z0-9-]+):(?:\d{12})?:(?P<api>[a-z0-9]+)(?P<rest>/\S*)?"
    r"|apigateway:(?P<region2>[a-z0-9-]+):(?:\d{12})?:/restapis/(?P<api2>[a-z0-9]+)(?:/stages/(?P<stage>\w+))?\S*)"
)
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,62}")
_HINT = (
    "give an invoke URL (https://API.execute-api.REGION.amazonaws.com/STAGE/PATH), or an API id with --region"
)


@dataclass(frozen=True)
class Target:
    """One call, as far as its target tells."""

    target: str
    """TARGET as typed."""
    name: str = ""
    """The name that is resolved; with an IP address in the URL, that of the Host header."""
    port: int = 443
    """Port of the URL."""
    host: str = ""
    """Host header."""
    url: str = ""
    """What is requested."""
    address: str = ""
    """The IP address in the URL."""
    form: str = "private-dns"
    """Which way to invoke it is."""
    api: str = ""
    """API id."""
    region: str = ""
    """Region."""
    endpoint: str = ""
    """Endpoint id."""
    further: tuple[str, ...] = ()
    """Further names worth asking for."""

    @property
    def shown(self) -> str:
        """The URL without the secrets that a presigned one holds."""
        return masked(self.url)

    @property
    def server_name(self) -> str:
        """SNI, and the name that the certificate is checked against."""
        return self.name or self.address


def masked(url: str) -> str:
    """Return *url* without what looks like a secret in its query."""
    return without_parameters(url.strip(), is_url=True)


def suffix_of(region: str) -> str:
    """Return the DNS suffix of a Region; an unknown Region counts as the commercial partition."""
    for _, suffix, pattern in PARTITIONS:
        if re.fullmatch(pattern, region):
            return suffix
    return "amazonaws.com"


def read_target(
    target: str, region: str = "", headers: Sequence[tuple[str, str]] = (), names: Sequence[str] = ()
) -> Target:
    """Read TARGET in any form, with *region* where it names none, and *names* that the user wants to know of.

    Raises `UsageError` when it is none of the known forms.
    """
    target = target.strip()
    if len(target) > LONGEST:
        raise UsageError(f"TARGET is longer than {LONGEST} characters; {_HINT}")
    if region and not re.fullmatch(r"[a-z]+(-[a-z]+)+-\d+", region):
        raise UsageError(f"--region {region}: not the name of a Region, for example us-east-1")
    arn = _ARN.fullmatch(target)
    if arn:
        region = arn["region"] or arn["region2"]
        parts = (arn["rest"] or "").split("/")[1:]
        stage, rest = arn["stage"] or (parts[0] if parts else ""), "/".join(parts[2:])
        found = _of_api(
            target, arn["api"] or arn["api2"], region, "/".join((stage, rest)).replace("*", ""), headers
        )
    elif re.fullmatch(r"[a-z0-9]{10}", target):
        if not region:
            raise UsageError(f"{target}: the Region is not known; add --region")
        found = _of_api(target, target, region, "", headers)
    else:
        found = _of_url(target, headers)
    found = replace(found, region=found.region or region)
    wanted = [_checked_name(name) for name in names]
    known = {found.name, ""}
    further = [name for name in dict.fromkeys([*_derived(found), *wanted]) if name not in known]
    return replace(found, further=tuple(further))


def is_host(text: str) -> bool:
    """Say whether *text* may be a Host header: a name or address, and a port (RFC 9110, section 7.2)."""
    return bool(re.fullmatch(r"([\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?", text, re.ASCII))


def header_problem(name: str, value: str) -> str:
    """Say why a header of the user cannot be sent, without its value, which may be a secret; empty: it can."""
    if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]{1,128}", name, re.ASCII):
        return "write it as NAME:VALUE, the name of letters, digits and -"
    if len(value) > LONGEST:
        return f"the value of {name} is longer than {LONGEST} characters"
    if re.search(r"[^\t\x20-\x7e]", value):
        return f"the value of {name} holds a character that is not printable ASCII"
    if name.lower() == "host" and not is_host(value):
        return "the value of Host is no host name"
    return ""


def header(headers: Sequence[tuple[str, str]], name: str) -> str:
    """Return a header by its name in any case; empty when it is not there."""
    return next((value.strip() for key, value in headers if key.lower() == name), "")


def apex(region: str) -> str:
    """Return the name above all default names of a Region."""
    return f"execute-api.{region}.{suffix_of(region)}"


def _of_api(target: str, api: str, region: str, path: str, headers: Sequence[tuple[str, str]]) -> Target:
    name = f"{api}.{apex(region)}"
    return Target(
        target,
        name=name,
        host=header(headers, "host") or name,
        url=f"https://{name}/{path.strip('/')}",
        api=api,
        region=region,
    )


def _of_url(target: str, headers: Sequence[tuple[str, str]]) -> Target:
    text = target if "://" in target else f"https://{target}"
    try:
        url = urlsplit(text)
        port = 443 if url.port is None else url.port
    except ValueError:
        raise UsageError(f"TARGET is no URL that can be read; {_HINT}") from None
    if url.username or url.password:
        raise UsageError("the URL holds a user name or password: leave it out, API Gateway does not use it")
    name = (url.hostname or "").rstrip(".").lower()
    if url.scheme != "https":
        raise UsageError(f"{target}: a private API is called with https, not {url.scheme}; {_HINT}")
    known = _HOST.fullmatch(name) or (is_address(name) and "%" not in name)
    if not known or not port or any(char <= " " for char in text):
        raise UsageError(f"{target}: not a URL with a host name; {_HINT}")
    there = (f"[{name}]" if ":" in name else name) + (f":{port}" if port != 443 else "")
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    host = (header(headers, "host") or there).lower()
    found = Target(target, name=name, port=port, host=host, url=f"https://{there}{path}")
    return _named(found, header(headers, "x-apigw-api-id"))


def _named(found: Target, id_header: str) -> Target:
    """Fill in what the host name, the Host header and ``x-apigw-api-id`` tell."""
    name, host = found.name, found.host.partition(":")[0]
    through, inner = _ENDPOINT.fullmatch(name), _DEFAULT.fullmatch(host) or _ALIAS.fullmatch(host)
    if through:
        form = "endpoint-host"
        if through["zone"]:
            form = "endpoint-zonal"
        elif id_header:
            form = "endpoint-id-header"
        elif host != name and not inner:
            form = "custom-domain-endpoint"
        api = id_header or (inner["api"] if inner else "")
        return replace(found, form=form, api=api, region=through["region"], endpoint=through["endpoint"])
    match = _ALIAS.fullmatch(name)
    if match:
        return replace(
            found, form="alias", api=match["api"], region=match["region"], endpoint=match["endpoint"]
        )
    match = _DEFAULT.fullmatch(name)
    if match:
        return replace(found, api=match["api"], region=match["region"])
    if is_address(name):
        # To talk to an endpoint's interface itself, the name goes into SNI and Host (curl --connect-to).
        known = host if _HOST.fullmatch(host) else ""
        api, region = (inner["api"], inner["region"]) if inner else (id_header, "")
        url = found.url.replace(f"//{name}", f"//{known}", 1).replace(f"//[{name}]", f"//{known}", 1)
        return replace(
            found,
            form="direct-ip",
            address=name,
            name=known,
            api=api,
            region=region,
            url=url if known else found.url,
        )
    if any(name.endswith(f".{suffix}") for _, suffix, _ in PARTITIONS):
        raise UsageError(f"{found.target}: {name} is no execute-api name; {_HINT}")
    return replace(found, form="custom-domain", api=id_header)


def _derived(found: Target) -> list[str]:
    """Return the names that tell more of this call: how its zone, its API and its endpoint resolve."""
    names = []
    host = found.host.partition(":")[0]
    if _HOST.fullmatch(host):
        names.append(host)
    if not found.region:
        return names
    top = apex(found.region)
    if found.api:
        names.append(f"{found.api}.{top}")
    names += [top, f"{RANDOM}{secrets.token_hex(4)}.{top}"]
    if found.api and found.endpoint:
        names.append(f"{found.api}-{found.endpoint}.{top}")
    through = _ENDPOINT.fullmatch(found.name)
    if through and through["zone"]:
        names.append(f"{through['label']}.execute-api.{through['region']}.vpce.{through['suffix']}")
    return names


def _checked_name(name: str) -> str:
    name = name.strip().rstrip(".").lower()
    if not _HOST.fullmatch(name):
        raise UsageError(f"--name {name!r} is no host name")
    return name
