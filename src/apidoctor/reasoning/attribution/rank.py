"""From an answer and its circumstances to ranked candidates, and to the next test call that is worth its price."""

from msgspec.structs import replace

from apidoctor.model.report import Candidate, Confidence
from apidoctor.reasoning.apigateway.fingerprints import Fingerprint, Kind
from apidoctor.reasoning.apigateway.response_types import RESPONSES
from apidoctor.reasoning.attribution.circumstances import CONFIGURED, Circumstances, Rung
from apidoctor.reasoning.attribution.forbidden import ACCESS_MODE, is_reached
from apidoctor.reasoning.attribution.gates import ENDPOINT
from apidoctor.reasoning.attribution.others import HIDDEN, OTHERS
from apidoctor.reasoning.attribution.weight import Hypothesis, Weight

CONFIDENCES: tuple[Confidence, ...] = ("possible", "likely", "certain")
"""From the weakest to the strongest."""

UNPROVED = frozenset({"H06", "D21", "D22", "D16", "D18", "N14", "H14", "T10"})
"""Faults whose rows in the catalogue are tagged as inference: an answer alone never makes them likely."""
LATE = frozenset(row.late.because for rows in OTHERS.values() for row in rows if row.late)
"""Why faults may be there that only configuration speaks against, which takes effect late: wait, and mend nothing."""
AGELESS = frozenset({"H06"})
"""Faults that configuration never excludes: what AWS shows without its age may always be too young."""
CALLS: dict[Rung, tuple[str, ...]] = {
    "impossible": ("a path that no api has",),
    "signed": ("with a sigv4 signature", "call with a signature"),
    "unsigned": ("call without authorization",),
    "aligned": ("with the default name as sni",),
}
"""The words with which hypotheses ask for each further test call."""
IN_AWS = "The configuration, read with access to the API's account and the endpoint's."
"""What tells more when every test call was made."""
UNEXPLAINED = Candidate(
    "O04",
    "possible",
    "Nothing that was read explains the answer: something changed since, or the call takes another way.",
    "The same check again.",
)
"""What is left when every fault that has this answer is excluded."""


def candidates(said: Fingerprint, around: Circumstances) -> tuple[Candidate, ...]:
    """Return the faults that fit a refusal, the likeliest first; empty when the answer is no refusal.

    What is proved stands alone.  Else those that something speaks for stand before those that nothing speaks against;
    a fault is ``likely`` when it is the only one of its rank.
    """
    found = _in_own_words(said, around) if around.own_types else _ranked(said, around)
    if said.is_ours or said.kind == "not_api_gateway":
        return found
    # The words are API Gateway's, and nothing shows that it said them: whoever stands between may say them too.
    others = _ranked(replace(said, kind="not_api_gateway"), around)
    return tuple(replace(one, confidence="possible") for one in _once([*found, *others]))


LIMITED = frozenset(OTHERS) - {"untyped", "other_refusal"}
"""Kinds of answers that tell which faults of API, policies and integration they can come from."""
OF_LAYERS = frozenset(f"A{number:02}" for number in range(1, 14))
"""Faults of policies: which of them fits a layer, the policies that were read tell better than any text."""

OF_ROUTES = frozenset({"H02", "H04"})
"""Faults of a stage, or of a method in it, that is not there."""
ALSO: dict[Kind, frozenset[str]] = {
    "forbidden": frozenset({"A01", "A22", "H02", "H03", "H04", "H17"}),
    "missing_token": frozenset({"H03"}),
    "not_found": frozenset({"H03", "H04"}),
    "signature_incomplete": ENDPOINT | {"H03", "H04"},
    "signature_mismatch": ENDPOINT,
    "signature_refused": ENDPOINT,
    "integration_timeout": frozenset({"B02"}),
}
"""Faults that may have such an answer too, where only configuration speaks for them: a stage that is not there, a
private API that was deployed without a policy, an endpoint policy of one's own (it has every call signed), targets that
drop what they are sent."""


def could_be(said: Fingerprint, around: Circumstances) -> frozenset[str] | None:
    """Return the faults that have this answer, whatever is configured; None where the answer does not limit them.

    A configuration may have more faults than the one that refused this call: those are met once that one is mended.
    """
    if said.kind not in LIMITED or around.own_types or not (said.is_ours or said.kind == "not_api_gateway"):
        return None
    unread = replace(around, authorization=None, **dict.fromkeys(CONFIGURED))
    found = {
        row.fault
        for row in OTHERS[said.kind]
        if any(row.weigh(said, each) > Weight.EXCLUDED for each in (around, unread))
    }
    if said.denial is not None:
        return frozenset(found) | OF_LAYERS
    also = ALSO.get(said.kind, frozenset())
    # A stage that is there says of an unknown method other words than `Forbidden`.
    other = OF_ROUTES if said.kind == "forbidden" and around.stage_found else frozenset()
    return frozenset(found) | (also - other)


def _ranked(said: Fingerprint, around: Circumstances) -> tuple[Candidate, ...]:
    weighed = [(row, _weight(row, said, around)) for row in OTHERS.get(said.kind, ())]
    left = [(row, weight) for row, weight in weighed if weight > Weight.LATE]
    young = [row for row, weight in weighed if weight is Weight.LATE and row.fault in AGELESS]
    if weighed and not left:
        return _contradicted(said, around)
    proved = [row for row, weight in left if weight is Weight.PROVED]
    if proved:
        return (_candidate(proved[0], "certain", around),)
    best = max((weight for _, weight in left), default=Weight.OPEN)
    alone = [row for row, weight in left if weight is best]
    excluded_something = len(left) < len(weighed) and not young
    ranked = []
    for row, weight in sorted(left, key=lambda pair: -pair[1]):
        sure = weight is best and len(alone) == 1 and (best is Weight.FITS or excluded_something)
        likely = sure and (row.fault not in UNPROVED or weight is Weight.FITS)
        ranked.append(_candidate(row, "likely" if likely else "possible", around))
    ranked += [_candidate(row, "possible", around) for row in young]
    return tuple(_once(ranked))


def _in_own_words(said: Fingerprint, around: Circumstances) -> tuple[Candidate, ...]:
    """Return the faults behind an answer that looks as a gateway response of the API's own.

    The response's type tells more than the words; a backend may use the same ones, so that nothing is certain.
    """
    (first, *others) = around.own_types
    known = RESPONSES.get(first)
    because = f"The answer looks as the API's own gateway response {' or '.join(around.own_types)}"
    if known and known.certain and not others:
        told = f"{because}: {known.words}."
        return (Candidate(known.faults[0], "likely", told, "error.responseType in the access log."),)
    rows = OTHERS.get(said.kind, ())
    if rows in ((), (HIDDEN,)) or any(row.weigh(said, around) > Weight.EXCLUDED for row in rows):
        found = _ranked(said, around)
        return tuple(
            replace(one, confidence="likely") if one.confidence == "certain" else one for one in found
        )
    # What was read explains nothing that has this answer: the words may be the backend's.
    return (
        Candidate("H13", "possible", f"{because}, and nothing that was read explains it.", HIDDEN.separate),
    )


BEHIND = frozenset({"B01", "B05"})
"""Faults behind the method whose lines in the execution log name a function, which may be the authorizer's."""


def with_log(
    found: tuple[Candidate, ...], faults: tuple[str, ...], confidence: Confidence, words: str
) -> tuple[Candidate, ...]:
    """Return the candidates that API Gateway's own log of the call leaves, the likeliest first.

    *faults* fit the log line, the likeliest with *confidence*.  A log is stronger than any answer: what does not fit it
    drops out, and where nothing is left, what it says stands; an authorizer's failure stays one.
    """
    because = f"The log of the call says it: {words.rstrip('.')}."
    kept = sorted((one for one in found if one.fault in faults), key=lambda one: faults.index(one.fault))
    if not kept and found and found[0].fault == "A20" and faults and faults[0] in BEHIND:
        # The authorizer is a function too: what failed before any backend was asked is the authorizer's call.
        proved = confidence == "certain" and found[0].confidence != "possible"
        return (replace(found[0], confidence="certain" if proved else "likely", because=because),)
    if not kept:
        return tuple(
            Candidate(fault, "possible" if place else confidence, because)
            for place, fault in enumerate(faults)
        )
    first = kept[0]
    surer = max(confidence, first.confidence, key=CONFIDENCES.index)
    others = [replace(one, confidence="possible") for one in kept[1:]]
    head = Candidate(first.fault, surer, because, first.separate)
    return (head,) if surer == "certain" else (head, *others)


def next_rung(said: Fingerprint, around: Circumstances) -> Rung | None:
    """Return the one further test call that separates most candidates; None when none would separate any.

    One at a time, the one that splits the most first: a healthy call and a text that names its layer cost nothing more.
    """
    if said.kind == "missing_token" and not around.signature.is_there and around.signed is None:
        open_ = {candidate.fault for candidate in candidates(said, around)}
        return "signed" if {"A18", "H02"} <= open_ else None
    if _may_name_principals(said, around):
        open_ = {candidate.fault for candidate in candidates(said, around)}
        return "signed" if {"A08", "A10"} <= open_ else None
    if (
        said.kind == "untyped"
        and said.status < 500
        and around.impossible is None
        and around.customised is None
    ):
        return "impossible"
    if said.kind != "forbidden" or len(candidates(said, around)) < 2:
        return None
    if around.impossible is None:
        return "impossible"
    if (
        is_reached(around) is False
        and around.aligned is None
        and any(one.fault == ACCESS_MODE.fault for one in candidates(said, around))
    ):
        return "aligned"
    return None


def _may_name_principals(said: Fingerprint, around: Circumstances) -> bool:
    """Say whether a call with a signature would tell if the endpoint policy denies everybody or only the unsigned."""
    if said.denial is None or around.signature.is_there or around.signed is not None:
        return False
    is_decided = around.denied_layers is not None and "endpoint" in around.denied_layers
    return said.denial.layer == "endpoint" and not is_decided


def _contradicted(said: Fingerprint, around: Circumstances) -> tuple[Candidate, ...]:
    """Return what the answer alone leaves, where the configuration that was read excludes all of it.

    One of the two is not as it seems, so that nothing is more than possible.  ``Forbidden`` has too many causes to
    speak for any of them: only those stay that configuration can lag behind.
    """
    unread = replace(around, **dict.fromkeys(CONFIGURED))
    open_ = [row for row in OTHERS[said.kind] if row.weigh(said, unread) > Weight.EXCLUDED]
    if said.kind == "forbidden":
        late = [row for row in OTHERS[said.kind] if _weight(row, said, around) is Weight.LATE]
        young = [_candidate(row, "possible", around) for row in late if row.fault in AGELESS]
        return tuple(_once([*young, UNEXPLAINED, *(_candidate(row, "possible", around) for row in late)]))
    return (*_once([_candidate(row, "possible", around) for row in open_]), UNEXPLAINED)


def _candidate(row: Hypothesis, confidence: Confidence, around: Circumstances) -> Candidate:
    because = row.late.because if row.late and _is_against(row, around) else row.because
    return Candidate(row.fault, confidence, because, _still_to_do(row.separate, around) or None)


def _weight(row: Hypothesis, said: Fingerprint, around: Circumstances) -> Weight:
    """Return how well a fault fits, where nothing but configuration that takes effect late may speak against it."""
    weight = row.weigh(said, around)
    if weight > Weight.EXCLUDED or row.late is None or not _is_against(row, around):
        return weight
    unread = row.weigh(said, replace(around, **{row.late.name: None}))
    return Weight.LATE if unread > Weight.EXCLUDED else weight


def _is_against(row: Hypothesis, around: Circumstances) -> bool:
    return row.late is not None and getattr(around, row.late.name) is row.late.value


def _still_to_do(separate: str, around: Circumstances) -> str:
    """Return what would tell a fault from the others, less the test calls that were made."""
    made = [words for rung, words in CALLS.items() if getattr(around, rung) is not None]
    left = [
        part
        for part in separate.rstrip(".").split("; ")
        if not any(word in part.lower() for words in made for word in words)
    ]
    if not left:
        return IN_AWS if separate else ""
    # A name such as apiKeyRequired keeps its spelling.
    word = left[0].partition(" ")[0]
    left[0] = left[0].replace(word, word.capitalize() if word.islower() else word, 1)
    return f"{'; '.join(left)}."


def _once(ranked: list[Candidate]) -> list[Candidate]:
    """Keep the first of several candidates that are one fault."""
    kept: dict[str, Candidate] = {}
    for candidate in ranked:
        kept.setdefault(candidate.fault, candidate)
    return list(kept.values())
