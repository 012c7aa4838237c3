"""The integration of the method: what kind it is, where it leads, and what stands in stage variables.

Source: API Gateway developer guide, "Integrations for REST APIs", "Private integrations for REST APIs" and "Stage
variables reference".  Where an integration leads is read and never called.
"""

import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import as_dict
from apidoctor.model.missing import Gap
from apidoctor.reasoning.apigateway.fingerprints import Fingerprint
from apidoctor.reasoning.scene.answer import answer
from apidoctor.reasoning.scene.api import Method, canary, method, methods, runs, stage
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.gateway_responses import gateway_responses
from apidoctor.reasoning.scene.reading import reading

MASK = "***"
"""What stands for a value that was not kept."""
DEFAULT_TIMEOUT = 29.0
"""Seconds that API Gateway waits for a backend unless told otherwise (guide, "Quotas": 50 ms to 29 s by default)."""
SERVER_ERROR = 500
"""Status from which on an answer is the server's fault."""

_VARIABLE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")


class Integration(Struct, frozen=True, kw_only=True):
    """What answers behind the method."""

    kind: str
    """``MOCK``, ``HTTP``, ``HTTP_PROXY``, ``AWS``, ``AWS_PROXY``; empty when not shown."""
    uri: str = ""
    """Where it leads, with stage variables as they are written."""
    connection_id: str | None = None
    """VPC link, for a private integration."""
    target: str | None = None
    """Load balancer or listener that a VPC link of the second kind leads to."""
    credentials: str | None = None
    """Role that API Gateway calls the backend as; None: the backend's own policy must allow it."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds that API Gateway waits."""
    verb: str = ""
    """HTTP method that the backend gets; ``ANY``: the caller's; empty when not shown."""
    maps_host: bool = False
    """Whether a mapping gives the backend another ``Host`` than that of the URI."""
    skips_verification: bool = False
    """Whether the backend's certificate may be anybody's."""

    @property
    def is_private(self) -> bool:
        """Whether it goes through a VPC link."""
        return self.connection_id is not None

    @property
    def variables(self) -> dict[str, str]:
        """The stage variables it uses, each with the member that it stands in."""
        members = {
            "uri": self.uri,
            "connectionId": self.connection_id,
            "integrationTarget": self.target,
            "credentials": self.credentials,
        }
        return {
            name: member
            for member, text in reversed(members.items())
            for name in _VARIABLE.findall(text or "")
        }


@fact
def integration(case: Case) -> Integration | None:
    """Return the method's integration as the stage runs it, else as it is saved; None when no method answers."""
    found = method(case).value
    if found is None:
        return None
    shown = found.integration
    if not shown.get("type"):
        saved = methods(case)
        case.expect(saved.missing)
        same = (found.resource, found.verb)
        own: list[Method] = (
            [each for each in saved.value if (each.resource, each.verb) == same] if saved.known else []
        )
        if saved.known and not own and runs(case).value.by == "get_deployment":  # its summary shows none
            what = f"{found.verb} {found.resource}"
            raise Undecided(
                [Gap(f"fact: the integration of {what}, which is deployed and not saved", optional=True)]
            )
        shown = own[0].integration if own else shown
    return _read(shown)


def _read(shown: dict[str, Any]) -> Integration:
    private = str(shown.get("connectionType") or "").upper() == "VPC_LINK"
    waits = shown.get("timeoutInMillis")
    tls = as_dict(shown.get("tlsConfig"), "tlsConfig of an integration")
    mapped = as_dict(shown.get("requestParameters"), "requestParameters of an integration")
    return Integration(
        kind=str(shown.get("type") or "").upper(),
        uri=str(shown.get("uri") or ""),
        connection_id=str(shown.get("connectionId") or "") if private else None,
        target=str(shown["integrationTarget"]) if shown.get("integrationTarget") else None,
        credentials=str(shown["credentials"]) if shown.get("credentials") else None,
        timeout=waits / 1000 if isinstance(waits, int | float) and waits > 0 else DEFAULT_TIMEOUT,
        verb=str(shown.get("httpMethod") or "").upper(),
        maps_host=any(str(name).lower() == "integration.request.header.host" for name in mapped),
        skips_verification=bool(tls.get("insecureSkipVerification")),
    )


@fact
def unset_variables(case: Case) -> dict[str, str]:
    """Return the stage variables that the integration uses and the stage does not set, with the member they are in.

    Those that only the canary sets are unset for the other calls.
    """
    own, found = integration(case).value, stage(case).value
    if own is None or found is None:
        return {}
    return {name: member for name, member in own.variables.items() if name not in found.variables}


@fact
def filled(case: Case, text: str) -> str:
    """Return *text* with the stage's variables in it; unknown where a value was not kept (it may be a secret)."""
    names = _VARIABLE.findall(text)
    if not names:
        return text
    found = stage(case).value
    values = found.variables if found else {}
    for name in names:
        value = values.get(name)
        if not isinstance(value, str) or MASK in value:
            raise Undecided([Gap(f"fact: the value of the stage variable {name}", optional=True)])
        text = text.replace(f"${{stageVariables.{name}}}", value)
    return text


@fact
def backend(case: Case) -> SplitResult | None:
    """Return the URL that an HTTP integration leads to; None for one that leads to no URL."""
    own = integration(case).value
    if own is None or not own.kind.startswith("HTTP"):
        return None
    try:
        parts = urlsplit(filled(case, own.uri).value)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


@fact
def backend_answered(case: Case) -> bool:
    """Say whether the test call was answered by the backend itself, without an error of the server."""
    seen = answer(case).value
    return reading(case).value.kind == "answered" and (seen.status or SERVER_ERROR) < SERVER_ERROR


def is_proved(case: Case) -> bool:
    """Say whether the call itself proves that what stands behind the method works; waits for a call to come."""
    proof = backend_answered(case)
    case.expect(proof.missing)
    return proof.known and proof.value


def is_called(case: Case) -> bool:
    """Say whether API Gateway is known to have called the function: it answered, also too late or in a wrong form.

    Nothing else gives a 502 of API Gateway's own, or a time-out; a function that is gone, or may not be called, gives a
    500 at once (API Gateway developer guide, "Gateway response types").
    """
    said = reading(case)
    case.expect(said.missing)
    if not said.known or not said.value.error_type:
        return is_proved(case)
    late = said.value.kind == "integration_timeout" and not said.value.is_customised
    return late or _is_wrong_reply(case, said.value) or is_proved(case)


def _is_wrong_reply(case: Case, said: Fingerprint) -> bool:
    """Say whether a 502 is API Gateway's word of a reply's form; an owner may give that status to any failure."""
    if said.kind != "integration_error" or said.status != 502:
        return False
    own = gateway_responses(case)
    case.expect(own.missing)
    return own.known and not any(each.status_code == 502 for each in own.value if not each.default_response)


def is_cut_off(case: Case) -> bool:
    """Say whether API Gateway is known to have found no way to the backend: the call itself tells it."""
    said = reading(case)
    case.expect(said.missing)
    return (
        said.known
        and said.value.kind == "integration_error"
        and said.value.text.lower().startswith("network error communicating with endpoint")
    )


@fact
def canary_variables(case: Case) -> tuple[str, ...]:
    """Return the stage variables of the integration that the canary sets otherwise than the stage."""
    own, other = integration(case).value, canary(case).value
    if own is None or other is None:
        return ()
    return tuple(sorted(name for name in own.variables if name in (other.stage_variable_overrides or {})))
