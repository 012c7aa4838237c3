"""Clients that build the world: ordinary boto3 clients, in whichever account.

What they send reaches the emulator in this process without a connection: a world takes some eighty calls, and a
thread and a connection for each is half of what they cost.
"""

from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import boto3  # type: ignore[import-untyped]
from botocore.awsrequest import AWSPreparedRequest, AWSResponse  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from apidoctor.lab.control.emulator import emulator
from apidoctor.lab.description import REGION

_CONFIG = Config(retries={"total_max_attempts": 1}, proxies={})
_URL = "http://127.0.0.1"
"""Where the requests seem to go."""


@cache
def _session() -> Any:
    """One session per process: it keeps the service models, which take long to read."""
    return boto3.Session("lab", "lab", region_name=REGION)


class Clients:
    """boto3 clients for the emulator, by account and service."""

    def get(self, account: str, service: str) -> Any:
        """The client of *service* in *account*."""
        return _client(account, service)

    def session_of(self, role_arn: str, name: str) -> dict[str, str]:
        """Credentials of a new session of a role, as STS names them (``AccessKeyId``, …)."""
        answer = _client("", "sts").assume_role(RoleArn=role_arn, RoleSessionName=name)
        return {key: str(value) for key, value in answer["Credentials"].items()}


@cache
def _client(account: str, service: str) -> Any:
    """The client of *service* in *account* (``""``: in none), once per process: to make one takes long too."""

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Ask the emulator; botocore takes what a handler returns here for the answer."""
        headers = {name: _text(value) for name, value in request.headers.items()}
        parts = urlsplit(request.url)
        asked = EnvironBuilder(
            path=parts.path,
            query_string=parts.query,
            base_url=_URL,
            method=request.method,
            headers=headers | ({"x-moto-account-id": account} if account else {}),
            data=request.body or b"",
        )
        answer = Response.from_app(emulator(), asked.get_environ(), buffered=True)
        return AWSResponse(request.url, answer.status_code, dict(answer.headers), _Body(answer.get_data()))

    client = _session().client(service, endpoint_url=_URL, config=_CONFIG)
    client.meta.events.register("before-send", send)
    return client


class _Body(BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: Any) -> "_Body":
        """The parts of the body."""
        return self


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
