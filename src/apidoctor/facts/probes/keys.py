"""What kind of keys the ordinary credential chain would give, told without asking anybody: no network, no secret key.

The order is botocore's: environment, shared files, then what a role brings (AWS SDKs and Tools guide, "Standardized
credential providers").
"""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec import Struct

from apidoctor.errors import UsageError
from apidoctor.model.signature import KeyType, key_type_of

_ROLES = (
    "role_arn",
    "sso_session",
    "sso_account_id",
    "web_identity_token_file",
    "credential_process",
    "login_session",
)
"""Settings of a profile that bring temporary keys."""
_CONTAINER = (
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)


class Keys(Struct, frozen=True):
    """Which keys would sign."""

    kind: KeyType
    """``long-term``, ``temporary``; empty when there are none."""
    source: str
    """Where they come from, in words."""
    token: str | None = None
    """Session token, where it is at hand."""

    def __repr__(self) -> str:
        return f"Keys({self.kind!r}, {self.source!r})"


def find_keys(profile: str | None, environment: Mapping[str, str] | None = None) -> Keys:
    """Return the kind of keys of *profile*, else of the chain; raises `UsageError` for a profile that is not there."""
    given = os.environ if environment is None else environment
    if profile is None and given.get("AWS_ACCESS_KEY_ID"):
        token = given.get("AWS_SESSION_TOKEN") or given.get("AWS_SECURITY_TOKEN")
        return _static(given["AWS_ACCESS_KEY_ID"], token, "the environment")
    name = profile or given.get("AWS_PROFILE") or given.get("AWS_DEFAULT_PROFILE")
    settings = _settings(name) if name or _has_files(given) else {}
    label = f"profile {name or 'default'}"
    if settings.get("aws_access_key_id"):
        return _static(str(settings["aws_access_key_id"]), settings.get("aws_session_token"), label)
    role = next((setting for setting in _ROLES if setting in settings), None)
    if role:
        return Keys("temporary", f"{label} ({role})")
    variable = next((variable for variable in _CONTAINER if given.get(variable)), None)
    return Keys("temporary", variable) if variable else Keys("", "none are set up here")


def _static(key: str, token: str | None, source: str) -> Keys:
    kind: KeyType = "temporary" if token or key_type_of(key) == "temporary" else "long-term"
    return Keys(kind, source, token or None)


def _has_files(given: Mapping[str, str]) -> bool:
    names = ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE")
    home = (Path("~/.aws/credentials"), Path("~/.aws/config"))
    return any(
        Path(given.get(name) or path).expanduser().is_file() for name, path in zip(names, home, strict=True)
    )


def _settings(profile: str | None) -> Mapping[str, Any]:
    # 100 ms, and without types: only where there is a file to read.
    session = import_module("botocore.session").Session(profile=profile)
    known = import_module("botocore.exceptions")
    try:
        settings: Mapping[str, Any] = session.get_scoped_config()
    except known.ProfileNotFound:
        raise UsageError(f"--profile {profile}: there is no such profile") from None
    except (known.BotoCoreError, OSError, ValueError):
        raise UsageError("the AWS configuration files cannot be read") from None
    return settings
