"""The looker for everything AWS's control plane can tell."""

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec import Struct

from apidoctor.facts.aws.calls import read
from apidoctor.facts.aws.clients import Clients
from apidoctor.facts.aws.events import without
from apidoctor.facts.aws.failures import expected, failure, failure_of
from apidoctor.facts.aws.identity import Identified, account_of, assumed, identify, problem_of
from apidoctor.facts.looker import Answer, Seen
from apidoctor.facts.probes.sign import SigningCredentials
from apidoctor.model.missing import Lookup, Missing, Probe
from apidoctor.model.observation import IdentitySeen
from apidoctor.model.operations import OPERATIONS, operation
from apidoctor.travelling.stamp import now

ASSUME_ROLE = "sts.assume_role"
"""Operation under which a role that cannot be assumed is recorded."""


class CredentialOptions(Struct, frozen=True):
    """Where credentials come from; each source opens one account."""

    profiles: tuple[str, ...] = ()
    """``--profile``: the first is who calls, in place of the default chain, as with the AWS CLI."""
    role_arns: tuple[str, ...] = ()
    """``--role-arn``: each is assumed by who calls."""
    external_id: str | None = None
    """``--external-id`` for all roles."""


class _Source(Struct, frozen=True):
    """One source of credentials after STS was asked."""

    identified: Identified
    session: Any = None
    refusal: Answer | None = None


class AwsLooker:
    """Answers a `Lookup` in a readable account, and ``Probe("identity")``, which tells those accounts.

    Safe to call from many threads at once.
    """

    def __init__(
        self,
        credentials: CredentialOptions | None = None,
        *,
        region: str | None = None,
        deadline: float | None = None,
        threads: int = 16,
        vantage: str | None = None,
        secrets: tuple[str, ...] = (),
    ) -> None:
        """Begin to load botocore in the background.

        *region* is the run's Region (default: the session's), *deadline* a moment of ``time.monotonic`` after
        which no request is sent, *threads* how many callers there are at once, *vantage* a name for this
        host, *secrets* what the test call carries: it is masked where a log shows it.
        """
        self._options = credentials or CredentialOptions()
        self._clients = Clients(region, deadline, threads, self._base)
        self._vantage = vantage or socket.gethostname()
        self._deadline = deadline
        self._secrets = secrets
        self._lock = threading.Lock()
        self._accounts: dict[str, Any] = {}
        self.problems: tuple[str, ...] = ()
        """One sentence for each source of credentials that does not work; filled by ``Probe("identity")``."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts that can be read; empty before ``Probe("identity")``."""
        return tuple(self._accounts)

    def can(self, missing: Missing) -> bool:
        """Say whether *missing* can be asked: its account must be ours (None: all of ours are asked)."""
        if isinstance(missing, Lookup):
            return missing.account in self._accounts or (missing.account is None and bool(self._accounts))
        return isinstance(missing, Probe) and missing.kind == "identity"

    def look(self, missing: Missing) -> Seen:
        """Ask AWS once; a refusal, a time-out or an unreadable answer is an answer with an error code."""
        if isinstance(missing, Lookup) and self.can(missing):
            accounts = [missing.account] if missing.account else list(self._accounts)
            return Seen(answers=tuple(self._answer(missing, account) for account in accounts))
        if isinstance(missing, Probe) and missing.kind == "identity":
            return self._identity()
        return Seen()

    def credentials(self) -> SigningCredentials | None:
        """Return the keys of who calls, to sign a request with; None when there are none that work."""
        try:
            found = self._clients.session(self._base).get_credentials()
            keys = found.get_frozen_credentials() if found else None
        except expected():
            return None
        return SigningCredentials(keys.access_key, keys.secret_key, keys.token) if keys else None

    @property
    def _base(self) -> str | None:
        """The profile that calls; None for the default chain."""
        return self._options.profiles[0] if self._options.profiles else None

    def _answer(self, lookup: Lookup, account: str) -> Answer:
        row = operation(lookup.operation, lookup.region)
        narrowed = bool(lookup.values) and lookup.field in row.narrow
        if row.name not in OPERATIONS:
            body = failure("UnknownOperation", f"{lookup.operation} is no operation of this tool")
        else:
            try:
                client = self._clients.client(self._accounts[account], account, row.service, lookup.region)
                body = read(client, row, lookup, self._deadline)
                body = without(body, self._secrets) if row.late else body
            except expected() as error:
                body = failure_of(error)
        return Answer(
            account=account,
            region=lookup.region,
            operation=lookup.operation,
            key=lookup.key,
            body=body,
            field=lookup.field if narrowed else "",
            values=lookup.values if narrowed else (),
        )

    def _identity(self) -> Seen:
        """Ask STS about all sources at once; of an account, an explicit source wins over the base."""
        options = self._options
        sources = 1 + len(options.profiles) + len(options.role_arns)
        with self._lock, ThreadPoolExecutor(max_workers=sources) as pool:
            base = pool.submit(self._profile, self._base)
            more = [pool.submit(self._profile, name) for name in options.profiles[1:]]
            more += [pool.submit(self._role, arn) for arn in options.role_arns]
            found = [base.result(), *(one.result() for one in more)]
        # Reversed, so that of two explicit sources the first stays, and the base gives way to both.
        order = [found[0], *reversed(found[1:])]
        self._accounts = {
            one.identified.account: one.session for one in order if one.identified.account and one.session
        }
        self.problems = tuple(one.identified.problem for one in found if one.identified.problem)
        caller = found[0].identified
        seen = IdentitySeen(
            at=now(),
            vantage=self._vantage,
            outcome=caller.outcome,
            principal=caller.principal,
            account=caller.account,
            region=self._region(),
            clock_offset_ms=caller.clock_offset_ms,
        )
        refusals = tuple(one.refusal for one in found if one.refusal)
        return Seen(answers=refusals, observations=(seen,), accounts=self.accounts)

    def _region(self) -> str | None:
        try:
            return self._clients.region(self._clients.session(self._base))
        except expected():
            return None

    def _profile(self, profile: str | None) -> _Source:
        name = profile or os.environ.get("AWS_PROFILE")
        label = f"profile {name}" if name else "the default credentials"
        started = time.time()
        try:
            session = self._clients.session(profile)
            client = self._clients.client(session, "", "sts", "global")
        except expected() as error:
            return _Source(problem_of(error, label, started))
        return _Source(identify(client, label), session)

    def _role(self, arn: str) -> _Source:
        """Assume a role; a refusal becomes an answer under its account, so that the permission is named."""
        try:
            client = self._clients.client(self._clients.session(self._base), "", "sts", "global")
            credentials, account = assumed(client, arn, self._options.external_id)
            session = self._clients.session_of(credentials, self._base)
        except expected() as error:
            body = failure_of(error)
            told = body["error"]
            problem = f"{arn} cannot be assumed: {told['Code']}: {told['Message']}"
            refusal = Answer(account_of(arn), "global", ASSUME_ROLE, arn, body)
            return _Source(Identified("invalid", problem=problem), refusal=refusal)
        return _Source(Identified("ok", arn, account), session)
