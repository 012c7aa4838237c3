"""What a refused call means: the candidates of its answer, as far as its own log does not decide between them."""

from apidoctor.model.report import Candidate
from apidoctor.reasoning.attribution.others import OTHERS
from apidoctor.reasoning.attribution.rank import candidates, with_log
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.circumstances import climbed
from apidoctor.reasoning.scene.logs import logged
from apidoctor.reasoning.scene.reading import reading


@fact
def attributed(case: Case) -> tuple[Candidate, ...]:
    """Return the faults that would explain the refusal of the call, the likeliest first; empty when none would."""
    said = reading(case).value
    found = candidates(said, climbed(case).value) if said.kind in OTHERS else ()
    if not found or found[0].confidence == "certain":
        return found
    line = logged(case)
    case.expect(line.missing)
    if not line.known or line.value is None or not line.value.faults:
        return found
    return with_log(found, line.value.faults, line.value.confidence, line.value.words)
