"""The signature of the call: the one that the user's own client made, and what refused ones prove."""

from datetime import datetime

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.observation import HttpSeen
from apidoctor.model.signature import Signature, read_sent, read_signature, repeated_parameters, shown
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED
from apidoctor.reasoning.apigateway.names import header
from apidoctor.reasoning.scene.answer import answer
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.reading import reading
from apidoctor.reasoning.signing.brought import brings_authorization
from apidoctor.reasoning.signing.judge import Around, Problem, problems

_MASK = "***"


class OwnSignature(Struct, frozen=True):
    """The authorization that the user gave the call, and what is wrong with it."""

    told: dict[str, str]
    """What may be shown of it."""
    problems: tuple[Problem, ...]
    """All that is wrong with it; nothing is when the call was answered."""


@fact
def own_signature(case: Case) -> OwnSignature | None:
    """Return what is wrong with the Authorization header (or presigned query) that the user gave; None without one.

    In a snapshot its value is masked: then what was sent tells of it.
    """
    if not brings_authorization(case.request):
        return None
    seen, value = answer(case), header(case.request, "authorization")
    case.expect(seen.missing)
    if _MASK in (value or case.request.query):
        if not seen.known:
            raise Undecided(seen.missing)
        signature = read_sent(seen.value.sent)
        query = _parameters(case.request.query)
        at, told = moment(seen.value.at), seen.value.sent
        around = Around(case.region, told, query, at, is_whole=False, repeated=_twice(case, signature))
    else:
        signature = read_signature(value, case.request.query)
        headers = {name.lower(): text for name, text in case.request.headers}
        query = _parameters(case.request.query)
        now = moment(seen.value.at if seen.known else case.taken_at)
        around = Around(case.region, headers, query, now, repeated=_twice(case, signature))
    said = reading(case)
    accepted = said.known and said.value.kind in ADMITTED
    return OwnSignature(shown(signature), () if accepted else tuple(problems(signature, around)))


def _twice(case: Case, signature: Signature) -> tuple[str, ...]:
    return repeated_parameters(case.request.query) if signature.place == "query" else ()


def sent_signature(seen: HttpSeen) -> Signature:
    """Return the signature that an observed call carried."""
    return read_sent(seen.sent)


def moment(text: str) -> datetime | None:
    """Read a moment of an observation; None for one that is none, or has no time zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _parameters(query: str) -> dict[str, str]:
    pairs = (part.partition("=")[::2] for part in query.split("&"))
    return {name.lower(): value for name, value in pairs if name}
