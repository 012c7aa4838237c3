"""What a test call proves, beside what the configuration says."""

from msgspec.structs import replace

from apidoctor.model.finding import Finding
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED
from apidoctor.reasoning.attribution.forbidden import is_reached as knows_the_api
from apidoctor.reasoning.attribution.gates import passed_gates
from apidoctor.reasoning.scene.answer import answer
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.circumstances import climbed
from apidoctor.reasoning.scene.reading import admitted, reading

PROOF = ("host", "identity", "dns", "tcp", "http")
"""Kinds of observations that a test call takes."""


def unless_admitted(case: Case, finding: Finding) -> Finding:
    """Return a failure as it is; as a warning when a test call was admitted, or refused behind that gate."""
    said = reading(case)
    case.expect(said.missing)
    if not said.known:
        return finding
    if said.value.kind in ADMITTED:
        proof = "the test call was admitted"
    elif finding.fault in passed_gates(said.value):
        proof = "what refused the test call stands behind that"
    else:
        return finding
    return replace(
        finding,
        status="warn",
        summary=f"{finding.summary} Yet {proof}: what was read is not what is at work.",
        evidence=(*finding.evidence, case.show(answer(case).value, "status")),
    )


def is_admitted(case: Case) -> bool:
    """Say whether a test call is known to have been admitted."""
    proof = admitted(case)
    case.expect(proof.missing)
    return proof.known and proof.value


def is_forbidden(case: Case) -> bool:
    """Say whether the test call is known to have got the bare ``Forbidden`` that names no layer."""
    said = reading(case)
    case.expect(said.missing)
    return said.known and said.value.kind == "forbidden"


def is_reached(case: Case) -> bool:
    """Say whether this very name is known to lead to the API's stage, whatever that refuses.

    Its answer shows it, or that to a path that no API has, which is called where the first may be anybody's.
    """
    own = reading(case)
    case.expect(own.missing)
    if own.known and own.value.kind == "forbidden":
        further = climbed(case)
        case.expect(further.missing)
        return further.known and knows_the_api(further.value) is True
    return own.known and (own.value.kind in ADMITTED or "H05" in passed_gates(own.value))
