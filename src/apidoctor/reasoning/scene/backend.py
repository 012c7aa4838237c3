"""What an answer 5xx of an admitted call means: its status and text, what the integration is, and the call's own log.

Source: API Gateway developer guide, "Gateway response types" (INTEGRATION_FAILURE, INTEGRATION_TIMEOUT); AWS re:Post
knowledge center, "Resolve HTTP 500 errors with a VPC link" and "Troubleshoot HTTP 504 errors from API Gateway".
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.model.observation import HttpSeen
from apidoctor.model.report import Confidence
from apidoctor.reasoning.scene.answer import answer
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.functions import leads_to_lambda
from apidoctor.reasoning.scene.integration import DEFAULT_TIMEOUT, SERVER_ERROR, Integration, integration
from apidoctor.reasoning.scene.load_balancers import certificate_mismatch
from apidoctor.reasoning.scene.logs import LoggedCall, logged
from apidoctor.reasoning.scene.reading import reading
from apidoctor.reasoning.scene.seen import received

NEARLY = 0.95
"""Part of the integration's time-out after which an answer 504 was one of waiting, not of refusing."""

_UNREACHABLE = (
    "Check the VPC link, the listener, the security groups and the health of the targets behind it."
)
_PUBLIC = (
    "Let the backend's name resolve in public, and the backend accept API Gateway's connections from there."
)
_SLOW = "Make the backend answer within the integration's time-out, and check its security groups."
_FORM = (
    "Let the function return statusCode, headers and a body that is a text; look into its log for an error."
)
_LOG = "Read the stage's execution log for this request"
_OF_LOG = {
    "B01": "Mend what the line names: the function's permission for this method, the integration's address or mapping.",
    "B02": _UNREACHABLE,
    "B03": "Let the integration's uri name a host of the backend's certificate, let it be trusted, and deploy.",
    "B04": _SLOW,
    "B05": _FORM,
}
"""What to do about a fault that the line of the call names."""
_NETWORK = re.compile(r"Execution failed due to an? network error|Network error communicating", re.IGNORECASE)


class Suspect(Struct, frozen=True):
    """What an answer 5xx speaks for."""

    fault: str
    """Fault id."""
    words: str
    """What it means, one sentence."""
    fix: str
    """What to look at."""
    confidence: Confidence = "likely"
    """How sure that is."""
    line: LoggedCall | None = None
    """The call's own line of the log, where that decided."""


@fact
def suspect(case: Case) -> Suspect | None:
    """Return what the answer to the call, and the log of it, speaks for; None when the backend itself answered."""
    own = integration(case)
    case.expect(own.missing)
    known = own.value if own.known else None
    return _of_line(case, _of_answer(case, known), known)


def _of_line(case: Case, found: Suspect | None, known: Integration | None) -> Suspect | None:
    """Let the log of this very call decide where it proves a fault, or names one that the answer leaves open.

    An answer that looks as the backend's is none where the line names the gateway response that it was, or says that
    the execution failed.
    """
    line = logged(case)
    case.expect(line.missing)
    call, seen = line.value if line.known else None, answer(case).value
    if call is None or call.fault not in _OF_LOG or (found is None and not _is_own_failure(call, seen)):
        return found
    if found is not None and call.confidence == "possible":
        return found
    if found is not None and call.confidence != "certain" and found.confidence != "possible":
        return found
    words = f"The log of the call says: {call.words.rstrip('.')}."
    if _NETWORK.match(call.words):  # it names no fault of its own: the way to the backend does
        return replace(_unreached(known), words=words, line=call)
    if found is None and call.confidence == "possible":  # nor does the gateway response of all such failures
        return replace(_open(call, known), words=words, line=call, confidence="possible")
    # What arrived is not what API Gateway logged: then the line is not all of it.
    sure = call.status in (None, seen.status) or call.confidence != "certain"
    return Suspect(call.fault, words, _OF_LOG[call.fault], call.confidence if sure else "likely", call)


def _is_own_failure(call: LoggedCall, seen: HttpSeen) -> bool:
    """Say whether a line shows that an answer in a backend's words is a failure of API Gateway's own.

    The access log names the gateway response; the execution log says what failed, which counts for an answer 5xx.
    """
    if call.response_type is not None:
        return True
    return call.confidence != "possible" and (seen.status or 0) >= SERVER_ERROR


def _open(call: LoggedCall, known: Integration | None) -> Suspect:
    """Return what a gateway response of several faults speaks for, by where the integration leads."""
    if call.fault == "B01" and not (known and known.is_private):
        return Suspect("B01", "", _OF_LOG["B01"])
    return _unreached(known)


def _of_answer(case: Case, known: Integration | None) -> Suspect | None:
    seen, said = answer(case).value, reading(case).value
    if said.kind == "integration_timeout":
        return _timed_out(known)
    if said.kind == "integration_error" and _NETWORK.match(said.text):
        return _unreached(known)
    if said.kind == "integration_error":
        return _by_status(case, seen, said.status, known)
    if seen.status in (502, 503, 504) and _is_balancer(seen):
        return Suspect("B02", "The load balancer behind the method has no target that answers.", _UNREACHABLE)
    return None


def _unreached(own: Integration | None) -> Suspect:
    if own is not None and not own.is_private:
        words = "API Gateway could not reach the backend, and no VPC link leads to it."
        return Suspect("B04", words, _PUBLIC)
    return Suspect("B02", "API Gateway could not reach the backend.", _UNREACHABLE)


def _timed_out(own: Integration | None) -> Suspect:
    if own is None:
        return Suspect(
            "B04", f"The integration's time-out was not read; by default it is {DEFAULT_TIMEOUT:g} s.", _SLOW
        )
    return Suspect("B04", f"The integration's time-out is {own.timeout:g} s.", _SLOW)


def _by_status(case: Case, seen: HttpSeen, status: int, own: Integration | None) -> Suspect:
    """Judge a failure by its *status*, which is that of its type where a gateway response changed it."""
    if status == 502:
        return Suspect(
            "B05", "The backend's reply has not the form that a proxy integration must have.", _FORM
        )
    if status == 504:  # its text was changed: how long it took tells which of the two it is
        waits = own.timeout if own else DEFAULT_TIMEOUT
        if _seconds(seen) >= waits * NEARLY:
            return _timed_out(own)
        return Suspect(
            "B02", "API Gateway gave the backend up before its time-out.", _UNREACHABLE, "possible"
        )
    if status == 503:
        words = (
            "The backend, or the way to it, is not ready: a VPC link may be made again after 60 idle days."
        )
        return Suspect("B02", words, _UNREACHABLE, "likely" if own and own.is_private else "possible")
    return _internal(case, own)


def _internal(case: Case, own: Integration | None) -> Suspect:
    """A 500 says nothing of itself: the kind of the integration tells what it may be."""
    if own is not None and own.is_private:
        wrong = certificate_mismatch(case)
        case.expect(wrong.missing)
        if wrong.known and wrong.value is not None and not own.skips_verification:
            words = "The host in the integration's URI is no name of the backend's certificate."
            return Suspect("B03", words, "Write a name of the certificate into the uri, and deploy.")
        words = "The method leads through a VPC link: the link or its targets may be down, or a certificate not fit."
        return Suspect("B02", words, f"{_LOG}; {_UNREACHABLE[0].lower()}{_UNREACHABLE[1:]}", "possible")
    if leads_to_lambda(own):
        words = "The method calls a Lambda function: its permission, its name or a mapping may be wrong."
        return Suspect("B01", words, f"{_LOG}; check the function's permission for this method.", "possible")
    words = "The integration, a mapping template or a permission of the method may be wrong."
    return Suspect("B01", words, f"{_LOG}; check the integration's mapping and permission.", "possible")


def _is_balancer(seen: HttpSeen) -> bool:
    """Say whether an Application Load Balancer wrote the answer; API Gateway renames its ``server`` header."""
    headers = received(seen)
    return any(headers.get(name, "").startswith("awselb") for name in ("server", "x-amzn-remapped-server"))


def _seconds(seen: HttpSeen) -> float:
    total = seen.elapsed_ms.get("total") if isinstance(seen.elapsed_ms, dict) else None
    return total / 1000 if isinstance(total, int | float) else 0.0
