"""The call that the user asks about, read from the TARGET and the options: nothing in it was looked up."""

import re
from urllib.parse import quote

from msgspec import Struct

from apidoctor.model.report import Form

_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Request(Struct, frozen=True, kw_only=True):
    """One call of a private API, as the caller would make it."""

    target: str
    """TARGET as the user typed it."""
    form: Form | None = None
    """Which way to invoke the URL uses; None when TARGET is an id or ARN and no URL is known."""
    scheme: str = "https"
    """URL scheme."""
    name: str | None = None
    """Host name in the URL: what is resolved, and the SNI."""
    port: int = 443
    """Port of the URL."""
    host: str | None = None
    """Host header that names the API, in lower case; where the user gave none it is the URL's name, and is sent with
    the port when that is not 443."""
    api_id: str | None = None
    """API id told by the name, the Host or the ``x-apigw-api-id`` header."""
    account: str | None = None
    """API account, when TARGET is an ARN."""
    region: str | None = None
    """Region of the API, told by the name, the ARN or ``--region``."""
    suffix: str = "amazonaws.com"
    """DNS suffix of the partition."""
    partition: str = "aws"
    """Partition id, as in ARNs."""
    endpoint: str | None = None
    """VPC endpoint id in the name (endpoint names, alias) or from ``--via``."""
    zone: str | None = None
    """Availability Zone in a zonal endpoint name."""
    stage: str | None = None
    """Stage name; None when TARGET does not say it."""
    is_url: bool = True
    """Whether TARGET is a URL: then a stage it lacks is missing; for an id or ARN the API's only one is meant."""
    method: str = "GET"
    """HTTP method."""
    path: str = "/"
    """Path below the stage."""
    query: str = ""
    """Query string without ``?``."""
    headers: tuple[tuple[str, str], ...] = ()
    """Request headers the user gave, Host included; names as typed."""
    from_: str = "local"
    """Where the caller is (``--from``)."""
    as_: str | None = None
    """Who calls (``--as``): ``anonymous`` or an ARN; None means: decided by the method."""
    sign_host: str | None = None
    """Host to sign instead of the Host that is sent: reproduces a client that signs for another name."""

    @property
    def default_name(self) -> str | None:
        """The API's default name, ``{api}.execute-api.{region}.{suffix}``."""
        if self.api_id and self.region:
            return f"{self.api_id}.execute-api.{self.region}.{self.suffix}"
        return None

    @property
    def host_name(self) -> str:
        """The name in the Host header, without its port; empty when there is none."""
        host = self.host or ""
        return host if host.count(":") > 1 else host.partition(":")[0].rstrip(".")

    @property
    def domain(self) -> str | None:
        """The custom domain that the call names, by its name or by Host; None when it names an API itself."""
        host = self.host_name
        if self.form in ("custom-domain", "custom-domain-endpoint"):
            return host or self.name
        other = self.form == "direct-ip" and self.api_id is None and host != self.name
        return host if other and host.rpartition(".")[2].isalpha() else None

    @property
    def url(self) -> str | None:
        """The URL that is called; None when there is no name."""
        if self.name is None:
            return None
        port = "" if self.port == 443 else f":{self.port}"
        stage = f"/{self.stage}" if self.stage else ""
        query = f"?{self.query}" if self.query else ""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{self.scheme}://{name}{port}{stage}{self.path}{query}"


def wire_path(path: str) -> str:
    """Return *path* as it is sent: what cannot stand in a request line is encoded, all else stays as it is written."""
    return _BARE_PERCENT.sub("%25", quote(path, safe="/%:@!$&'()*+,;=~-._"))
