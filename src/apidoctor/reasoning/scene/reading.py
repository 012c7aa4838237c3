"""What the answer to the call means, and who wrote it: API Gateway, or the backend in words that look alike."""

from msgspec.structs import replace

from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap
from apidoctor.reasoning.apigateway.embedded import type_in
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED, Fingerprint, read_answer
from apidoctor.reasoning.attribution.others import are_alike
from apidoctor.reasoning.scene.answer import answer, rung_answer
from apidoctor.reasoning.scene.api import method, stage
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.gateway_responses import (
    AUTHORIZERS,
    OwnWords,
    gateway_responses,
    own_words,
    read_own,
)

IMITATED = frozenset({"forbidden", "missing_token", "unauthorized", "authorizer_denied", "authorizer_error"})
"""Refusals whose words are common enough that backends use them too."""
HIDDEN = frozenset({"untyped", "other_refusal"})
"""Answers whose words are nobody's that is known: a gateway response of the API's own may stand behind them."""
OF_GATES = frozenset({401, 403, 429})
"""Statuses with which API Gateway refuses a call for its caller: authorizer, policies, key, WAF, throttle."""


@fact
def reading(case: Case) -> Fingerprint:
    """Return what the answer to the call means."""
    seen = answer(case).value
    if seen.outcome != "response" or seen.status is None:
        raise Undecided(
            [Gap(f"host: an answer from {case.request.name} (the test call ended with {seen.outcome})")]
        )
    said = read_answer(seen.status, seen.headers, seen.body or "")
    if said.kind in IMITATED and not said.error_type:
        return replace(said, kind="answered") if _is_imitated(case, said) else said
    if said.kind == "policy_denied" and not said.error_type and not said.key:
        # A message that a template passed on; without such a template the backend tells what another API refused.
        responses = gateway_responses(case)
        case.expect(responses.missing)
        by_backend = responses.known and all(each.default_response for each in responses.value)
        return replace(said, kind="answered", denial=None) if by_backend else said
    if said.kind not in HIDDEN:
        return said
    compared = own_response(case)
    case.expect(compared.missing)
    own = compared.value if compared.known else None
    if own is not None and (typed := read_own(own, seen)):
        return typed
    return said if said.kind == "other_refusal" and not (own and own.types) else _settled(case, said, own)


@fact
def own_response(case: Case) -> OwnWords | None:
    """Return how the answer compares with the API's own gateway responses; None: not read, or its words are known."""
    seen = answer(case).value
    said = read_answer(seen.status or 0, seen.headers, seen.body or "")
    if said.kind not in HIDDEN:
        return None
    own = own_words(case, seen)
    told = type_in(seen.body or "") if said.is_ours else None
    # What was read decides; else a body that names a type is taken by its word.
    return OwnWords(types=(told,)) if told and own is None else own


def is_in_own_words(case: Case) -> bool:
    """Say whether only the API's own gateway responses tell what the answer means: a backend may use the same words."""
    own = own_response(case)
    case.expect(own.missing)
    return own.known and own.value is not None and bool(own.value.types)


def _is_imitated(case: Case, said: Fingerprint) -> bool:
    """Say whether API Gateway's words without its error type are a backend's.

    API Gateway gives its error type with the refusal of a path that no API has, and none of the gates that may stand
    behind a method that is found is there; where nobody could read that, a known text is API Gateway's (aws.md E.1),
    and a body without one is not.  Only a method that has an authorizer fails for it.
    """
    if said.kind == "authorizer_error":
        own = method(case)
        case.expect(own.missing)
        kind = own.value.authorization if own.known and own.value is not None else None
        if kind is not None and kind not in AUTHORIZERS:
            return True
    other, asked, there = rung_answer(case, "impossible"), method(case), stage(case)
    case.expect([*other.missing, *asked.missing, *there.missing])
    if not other.known or other.value.outcome != "response":
        return False
    typed = read_answer(other.value.status or 0, other.value.headers, other.value.body or "")
    if not typed.error_type or typed.kind == "forbidden":
        return False
    called, on = asked.value if asked.known else None, there.value if there.known else None
    if said.kind != "authorizer_error" and (called is None or on is None):
        return False
    keyed = called is not None and (called.api_key_required or called.authorization in AUTHORIZERS)
    return not keyed and not (on is not None and on.web_acl_arn)


def _settled(case: Case, said: Fingerprint, own: OwnWords | None) -> Fingerprint:
    """Say who wrote an answer without an error type: the backend, unless a gateway response of the API's own may.

    A gateway response that was customized for all refusals also answers a path that no API has; where nobody asked for
    one, the answer that looks as it is left open.  The statuses of API Gateway's own gates stay open wherever nobody
    could read the gateway responses: one type of refusal alone may have been customized.
    """
    by_backend, by_gateway = replace(said, kind="answered"), replace(said, kind="untyped")
    looks_so = own is not None and bool(own.types)
    if (said.status >= 500 and not looks_so) or (own is not None and not own.is_changed):
        return by_backend
    other = rung_answer(case, "impossible")
    case.expect(other.missing)
    if other.known and other.value.outcome == "response" and other.value.status is not None:
        seen = other.value
        alike = are_alike(said, read_answer(seen.status or 0, seen.headers, seen.body or ""))
        beside = own_words(case, seen) if looks_so else None
        if alike or (beside is not None and beside.types):
            return by_gateway
        return by_gateway if own is None and said.status in OF_GATES else by_backend
    return by_gateway if looks_so or said.status in OF_GATES else by_backend


@fact
def admitted(case: Case) -> bool:
    """Say whether a test call as the caller makes it passed every policy and found its method."""
    return reading(case).value.kind in ADMITTED
