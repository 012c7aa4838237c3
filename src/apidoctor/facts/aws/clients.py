"""boto3 clients: one per account, Region and service, made one at a time, used by all threads.

Sessions and loaders are not thread-safe, clients are (boto3 guide, *Multithreading or multiprocessing with
clients*). botocore takes a fifth of a second to import, so that a thread begins with it as soon as a
`Clients` is made.
"""

import os
import threading
from contextlib import suppress
from importlib import import_module
from typing import Any

from apidoctor import __version__
from apidoctor.facts.aws.answers import Unreadable
from apidoctor.facts.aws.failures import NotReadOnly, expected
from apidoctor.facts.aws.limits import Limits
from apidoctor.facts.aws.models import cache_folder, prepare_model
from apidoctor.model.operations import GLOBAL_SERVICES, READ_ONLY

CONNECT_TIMEOUT = 3
"""Seconds to open a connection to an AWS endpoint."""
READ_TIMEOUT = 10
"""Seconds to wait for bytes of an answer."""
ATTEMPTS = 3
"""Times a call is tried in all."""

_LIKELY = ("ec2", "apigateway")
"""Services of which every run asks: their models are read ahead."""


class Clients:
    """Makes and keeps clients."""

    def __init__(
        self, region: str | None, deadline: float | None, threads: int, base: str | None = None
    ) -> None:
        self._region = region
        self._deadline = deadline
        self._threads = threads
        self._base = base
        self._limits = Limits()
        self._lock = threading.RLock()
        self._made: dict[tuple[Any, str, str], Any] = {}
        self._sessions: dict[str | None, Any] = {}
        self._loader: Any = None
        self._folder: Any = None
        threading.Thread(target=self._warm, daemon=True, name="botocore").start()

    def session(self, profile: str | None = None) -> Any:
        """Return the botocore session of a profile, or of the default chain; the same one each time.

        Raises botocore's ProfileNotFound.
        """
        with self._lock:
            if profile not in self._sessions:
                self._sessions[profile] = self._open(profile)
            return self._sessions[profile]

    def session_of(self, credentials: Any, profile: str | None) -> Any:
        """Return a new session with the given botocore credentials, and *profile*'s other settings."""
        with self._lock:
            session = self._open(profile)
            session.register_component("credential_provider", _Given(credentials))
            return session

    def _open(self, profile: str | None) -> Any:
        session = import_module("botocore.session").Session(profile=profile)
        session.user_agent_extra = f"apidoctor/{__version__}"
        session.register_component("data_loader", self._shared_loader(session))
        return session

    def region(self, session: Any, region: str = "global") -> str:
        """Return the Region to ask: *region*, or for ``global`` the run's own, which tells the partition.

        ``AWS_REGION`` counts first, as for the other AWS SDKs; botocore itself reads only
        ``AWS_DEFAULT_REGION`` and the profile (SDKs and tools reference guide, *AWS Region*).
        """
        if region != "global":
            return region
        own = self._region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
        return str(own or "us-east-1")

    def client(self, session: Any, account: str, service: str, region: str) -> Any:
        """Return *session*'s client for *service* in *region*; requests count against *account*'s limits."""
        region = self.region(session, region)
        with self._lock:
            key = (session, region, service)
            if key not in self._made:
                self._made[key] = self._make(session, account, service, region)
            return self._made[key]

    def _make(self, session: Any, account: str, service: str, region: str) -> Any:
        if self._folder is not None:
            prepare_model(self._folder, self._loader, service)
        config = import_module("botocore.config").Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS},
            max_pool_connections=self._threads,
            parameter_validation=False,
        )
        boto = import_module("boto3.session").Session(botocore_session=session)
        client = boto.client(service, region_name=region, config=config)
        place = "global" if service in GLOBAL_SERVICES else region

        def wait(event_name: str, **_: Any) -> None:
            method = import_module("botocore").xform_name(event_name.rpartition(".")[2])
            self._limits.wait(account, place, service, method, self._deadline)

        client.meta.events.register("before-call", _refuse_changes)
        client.meta.events.register("before-parse", _refuse_pages)
        # before-send comes once for each page and each retry: every request that AWS counts.
        client.meta.events.register("before-send", wait)
        return client

    def _shared_loader(self, session: Any) -> Any:
        """Return the loader of all sessions: cut models, then the user's AWS_DATA_PATH, then botocore's."""
        if self._loader is None:
            botocore = import_module("botocore")
            self._folder = cache_folder(botocore.__version__)
            cut = [str(self._folder)] if self._folder else []
            more = (session.get_config_variable("data_path") or "").split(os.pathsep)
            paths = cut + [path for path in more if path]
            self._loader = import_module("botocore.loaders").Loader(extra_search_paths=paths)
        return self._loader

    def _warm(self) -> None:
        """Read ahead what every run needs; what fails here fails again, and is told, where it is used."""
        with suppress(*expected()):
            self.client(self.session(self._base), "", "sts", "global")
            for service in _LIKELY:
                with self._lock:
                    if self._folder is not None:
                        prepare_model(self._folder, self._loader, service)
                    self._loader.load_service_model(service, "service-2")


class _Given:
    """A credential provider that has just one answer."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def load_credentials(self) -> Any:
        """Return the credentials, as botocore's session asks for them."""
        return self._credentials


def _refuse_changes(model: Any, **_: Any) -> None:
    """Stop every call that is not a read, whatever asked for it; only sts:AssumeRole passes."""
    name = import_module("botocore").xform_name(model.name)
    if not READ_ONLY.match(name) and (model.service_model.service_name, name) != ("sts", "assume_role"):
        raise NotReadOnly(f"{model.name} is no read")


def _refuse_pages(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Stop an answer that is a web page or no JSON object, such as a proxy's.

    botocore reads most of them as an answer without members: "nothing seen" would become "nothing there".
    """
    body = response_dict.get("body")
    if not isinstance(body, bytes):
        return  # a stream, which is read and parsed later
    text = body.strip()
    is_json = "json" in str(operation_model.service_model.resolved_protocol)
    is_object = text.startswith(b"{") and text.endswith(b"}")
    if text[:9].lower().startswith((b"<!doctype", b"<html")) or (is_json and not is_object):
        raise Unreadable(f"a web page or no JSON object, with status {response_dict.get('status_code')}")
