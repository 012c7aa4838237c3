"""Clients that build the world: ordinary boto3 clients, one set of credentials for each account."""

from functools import cache
from typing import Any

import boto3  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]

from apidoctor.lab.description import REGION

_CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, proxies={})


@cache
def _session() -> Any:
    """One session per process: it keeps the service models, which take long to read."""
    return boto3.Session("lab", "lab", region_name=REGION)


class Clients:
    """boto3 clients for the control plane at *url*, by account and service; each is made once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: dict[tuple[str, str], Any] = {}
        self._sts = self._client("sts", {})
        self._keys: dict[str, dict[str, str]] = {}

    def get(self, account: str, service: str) -> Any:
        """The client of *service* in *account*."""
        if (account, service) not in self._made:
            self._made[account, service] = self._client(service, self._keys_of(account))
        return self._made[account, service]

    def session_of(self, role_arn: str, name: str) -> dict[str, str]:
        """Credentials of a new session of a role, as STS names them (``AccessKeyId``, …)."""
        answer = self._sts.assume_role(RoleArn=role_arn, RoleSessionName=name)
        return {key: str(value) for key, value in answer["Credentials"].items()}

    def _client(self, service: str, keys: dict[str, str]) -> Any:
        return _session().client(service, endpoint_url=self._url, config=_CONFIG, **keys)

    def _keys_of(self, account: str) -> dict[str, str]:
        if account not in self._keys:
            issued = self.session_of(f"arn:aws:iam::{account}:role/builder", "builder")
            self._keys[account] = {
                "aws_access_key_id": issued["AccessKeyId"],
                "aws_secret_access_key": issued["SecretAccessKey"],
                "aws_session_token": issued["SessionToken"],
            }
        return self._keys[account]
