"""Names of private APIs: which way to invoke a URL is, and what it says of API, endpoint, Region and stage.

Source: API Gateway developer guide, "Invoke a private API" (apigateway-private-api-test-invoke-url.html) and "Custom
domain names for private APIs" (apigateway-private-custom-domains.html); suffixes: botocore's partitions.json.
"""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from msgspec.structs import replace as _changed

from apidoctor.errors import UsageError
from apidoctor.model.report import Form
from apidoctor.model.request import Request

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

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
"""HTTP methods that a REST API can have."""

_DEFAULT = re.compile(r"(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.(?P<suffix>[a-z0-9.-]+)")
_ALIAS = re.compile(
    r"(?P<api>[a-z0-9]+)-(?P<endpoint>vpce-[0-9a-z]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.(?P<suffix>[a-z0-9.-]+)"
)
_ENDPOINT = re.compile(
    r"(?P<endpoint>vpce-[0-9a-z]+)-(?P<hash>[0-9a-z]+)(-(?P<zone>[a-z0-9-]+))?"
    r"\.execute-api\.(?P<region>[a-z0-9-]+)\.vpce\.(?P<suffix>[a-z0-9.-]+)"
)
_API_ID = re.compile(r"[a-z0-9]{10}")
_ARN = re.compile(
    r"arn:(?P<partition>[\w-]+):(?P<service>execute-api|apigateway):(?P<region>[a-z0-9-]+):(?P<account>\d{12})?:(?P<rest>\S+)"
)
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,62}")

_ONCE = frozenset(
    {
        "host",
        "authorization",
        "content-type",
        "x-apigw-api-id",
        "x-amz-date",
        "x-amz-security-token",
        "x-api-key",
    }
)
"""Headers that are no lists: twice, they are two requests (RFC 9110, 5.3)."""
_LONGEST = 16_384
"""Characters of a TARGET: more is taken by no front door."""
_HINT = (
    "give an invoke URL (https://API.execute-api.REGION.amazonaws.com/STAGE/PATH), an API id or an API ARN"
)


def partition_of(region: str) -> tuple[str, str]:
    """Return partition id and DNS suffix of a Region; an unknown Region counts as the commercial partition."""
    for partition, suffix, pattern in PARTITIONS:
        if re.fullmatch(pattern, region):
            return partition, suffix
    return "aws", "amazonaws.com"


def default_zone(region: str) -> str:
    """Return the zone that holds the default names of all APIs of a Region: ``execute-api.{region}.{suffix}``."""
    return f"execute-api.{region}.{partition_of(region)[1]}"


def read_target(
    target: str,
    *,
    headers: Sequence[tuple[str, str]] = (),
    region: str | None = None,
    stage: str | None = None,
    method: str = "GET",
    path: str | None = None,
    endpoint: str | None = None,
    from_: str = "local",
    as_: str | None = None,
    sign_host: str | None = None,
) -> Request:
    """Read TARGET and the options that complete it.  Raises `UsageError` when it is none of the known forms."""
    target = target.strip()
    _check(target, region, stage, path, sign_host)
    if method.upper() not in METHODS:
        raise UsageError(f"--method {method}: no HTTP method of API Gateway ({', '.join(METHODS)})")
    common = Request(
        target=target,
        method=method.upper(),
        headers=_once_each(headers),
        from_=from_,
        as_=as_,
        sign_host=sign_host,
        region=region,
        stage=stage,
        path=path or "/",
        endpoint=endpoint,
    )
    if match := _ARN.fullmatch(target):
        return _from_arn(common, match)
    if _API_ID.fullmatch(target):
        return _with_default_url(common, target, region)
    return _from_url(common, target, path)


def _check(target: str, region: str | None, stage: str | None, path: str | None, host: str | None) -> None:
    """Raise `UsageError` for a part that would make another URL of the one that is meant, or none."""
    if len(target) > _LONGEST:
        raise UsageError(f"TARGET is longer than {_LONGEST} characters; {_HINT}")
    if region is not None and not re.fullmatch(r"[a-z]+(-[a-z]+)+-\d+", region):
        raise UsageError(f"--region {region}: not the name of a Region, for example us-east-1")
    if stage is not None and not re.fullmatch(r"[\w-]+|\$default", stage, re.ASCII):
        raise UsageError(f"--stage {stage}: no name of a stage (letters, digits, - and _)")
    if path is not None and not (path.startswith("/") and path.isprintable() and len(path) <= _LONGEST):
        raise UsageError(f"--path {path}: begin it with /, and leave out what cannot be printed")
    if host is not None and not re.fullmatch(r"[\w.-]{1,253}(:\d{1,5})?", host, re.ASCII):
        raise UsageError(f"--sign-host {host}: no host name")


def _once_each(headers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return each header once: lines of one name are one list of values (RFC 9110, 5.3; cookies: RFC 6265, 4.2.1)."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in headers:
        lower = name.lower()
        first, before = found.get(lower, (name, None))
        if before is not None and lower in _ONCE:
            raise UsageError(f"--header: give {name} only once")
        # Without a space: so signers join the values (AWS Signature Version 4 test suite, get-header-key-duplicate).
        between = "; " if lower == "cookie" else ","
        found[lower] = (first, value if before is None else f"{before}{between}{value}")
    return tuple(found.values())


def header(request: Request, name: str) -> str | None:
    """Return a header the user gave, by its name in any case."""
    return next((value.strip() for key, value in request.headers if key.lower() == name), None)


def _from_arn(common: Request, match: re.Match[str]) -> Request:
    parts = match["rest"].strip("/").split("/")
    if match["service"] == "apigateway":
        if parts[0] != "restapis" or len(parts) < 2:
            raise UsageError(f"{common.target}: not the ARN of a REST API; {_HINT}")
        api, stage, method, rest = (
            parts[1],
            parts[3] if parts[2:3] == ["stages"] and len(parts) > 3 else None,
            None,
            [],
        )
    else:
        api, stage, method, *rest = [*parts, None, None][: max(3, len(parts))]
    if not api or not re.fullmatch(r"[a-z0-9]+", api):
        raise UsageError(f"{common.target}: the ARN names no REST API id; {_HINT}")
    known = {"stage": None if stage == "*" else stage, "method": None if method == "*" else method}
    request = _changed(
        common,
        account=match["account"],
        stage=known["stage"] or common.stage,
        method=known["method"] or common.method,
        path="/" + "/".join(rest) if rest and rest != ["*"] else common.path,
    )
    return _with_default_url(request, api, match["region"])


def _with_default_url(common: Request, api: str, region: str | None) -> Request:
    if not region:
        return _changed(common, api_id=api, is_url=False)
    partition, suffix = partition_of(region)
    name = f"{api}.execute-api.{region}.{suffix}"
    return _changed(
        common,
        api_id=api,
        region=region,
        partition=partition,
        suffix=suffix,
        form="private-dns",
        is_url=False,
        name=name,
        host=header(common, "host") or name,
    )


def _from_url(common: Request, target: str, path_option: str | None) -> Request:
    text = target if "://" in target else f"https://{target}"
    try:
        url = urlsplit(text)
        port = (80 if url.scheme == "http" else 443) if url.port is None else url.port
    except ValueError as error:
        raise UsageError(f"{target}: not a URL ({error}); {_HINT}") from None
    name = (url.hostname or "").rstrip(".").lower()
    if url.scheme != "https":
        raise UsageError(f"{target}: a private API is called with https, not {url.scheme}; {_HINT}")
    if url.username or url.password:
        raise UsageError("the URL holds a user name or password: leave it out, API Gateway does not use it")
    if any(char <= " " for char in text):
        raise UsageError(f"{target}: a URL has no blanks; write one as %20, and quote the URL in a shell")
    known = _HOST.fullmatch(name) or (is_address(name) and "%" not in name)
    if not known or not port:
        raise UsageError(f"{target}: not a URL with a host name; {_HINT}")
    request = _changed(
        common,
        scheme=url.scheme,
        name=name,
        port=port,
        host=(header(common, "host") or name).lower(),
        query=url.query,
    )
    request = _named(request)
    segments = url.path.lstrip("/").split("/", 1)
    if request.form and request.form.startswith("custom-domain"):
        return _changed(request, stage=None, path=path_option or url.path or "/")
    stage = segments[0] or None
    rest = "/" + segments[1] if len(segments) > 1 else "/"
    return _changed(request, stage=stage or common.stage, path=path_option or rest)


def alias_endpoint(name: str) -> str | None:
    """Return the endpoint in an alias name of API and endpoint; None for a name that is none."""
    found = _ALIAS.fullmatch(name)
    return found["endpoint"] if found else None


def is_address(name: str) -> bool:
    """Say whether *name* is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _named(request: Request) -> Request:
    """Fill in what the host name, the Host header and ``x-apigw-api-id`` tell."""
    name, host = request.name or "", request.host_name
    through = _ENDPOINT.fullmatch(name)
    inner = _DEFAULT.fullmatch(host) or _ALIAS.fullmatch(host)
    id_header = header(request, "x-apigw-api-id")
    if through:
        form: Form = "endpoint-host"
        if through["zone"]:
            form = "endpoint-zonal"
        elif id_header:
            form = "endpoint-id-header"
        elif host != name and not inner:
            form = "custom-domain-endpoint"
        api = id_header or (inner["api"] if inner else None)
        return _placed(request, form, through, api, through["endpoint"], through["zone"])
    if alias := _ALIAS.fullmatch(name):
        return _placed(request, "alias", alias, alias["api"], alias["endpoint"], None)
    if default := _DEFAULT.fullmatch(name):
        return _placed(request, "private-dns", default, default["api"], None, None)
    if is_address(name):
        if inner:
            return _placed(request, "direct-ip", inner, inner["api"], None, None)
        return _changed(request, form="direct-ip", api_id=id_header)
    if any(name.endswith(f".{suffix}") for _, suffix, _ in PARTITIONS):
        raise UsageError(f"{request.target}: {name} is no execute-api name; {_HINT}")
    return _changed(request, form="custom-domain")


def _placed(
    request: Request,
    form: Form,
    match: re.Match[str],
    api: str | None,
    endpoint: str | None,
    zone: str | None,
) -> Request:
    return _changed(
        request,
        form=form,
        api_id=api,
        region=match["region"],
        partition=partition_of(match["region"])[0],
        suffix=match["suffix"],
        endpoint=endpoint or request.endpoint,
        zone=zone,
    )
