"""The canary of a stage: the other deployment that part of its calls get.

Source: API Gateway developer guide, "Set up an API Gateway canary release deployment": the canary runs a deployment
and stage variables of its own, and calls are given to it at random.
"""

from apidoctor.reasoning.scene.api import Method, best_match, called_path, canary, methods_of
from apidoctor.reasoning.scene.case import Case, fact


@fact
def method_in_canary(case: Case) -> Method | None:
    """Return the method that answers the call in the canary; None when the canary has none."""
    own = canary(case).value
    deployed = methods_of(case, own.deployment_id or "").value if own else ()
    return best_match(deployed, case.request.method, called_path(case).value)
