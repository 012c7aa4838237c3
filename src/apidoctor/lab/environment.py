"""Keeps the user's own AWS settings, proxies and certificate stores out of the lab."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

DROPPED_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "LOCALDOMAIN")
"""Variables that would lead a program out of the lab, beside AWS's, the emulator's and proxies."""

NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
"""Where AWS programs find no profile of the user."""


def clean_environment() -> dict[str, str]:
    """The user's environment without anything that leads to AWS, to a proxy, or to another CA."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_"))
        and not name.lower().endswith("_proxy")
        and name not in DROPPED_VARIABLES
    }


@contextmanager
def isolated() -> Iterator[None]:
    """Give this process a clean environment while the emulator is imported and a world is built.

    The emulator opens an AWS session when it is imported, which fails under a profile that does not exist.
    """
    before = dict(os.environ)
    clean = clean_environment() | NO_FILES | {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    try:
        os.environ.clear()
        os.environ.update(clean)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
