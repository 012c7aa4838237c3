"""The call as a case of the policy engine: what `apidoctor simulate TARGET` decides."""

from apidoctor.reasoning.apigateway.authorize import request_of
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.policies import Which, call, policies
from apidoctor.reasoning.simulation import Case as PolicyCase


@fact
def simulated(case: Case, which: Which = "deployed") -> PolicyCase:
    """Return the call with every policy that takes part in it; of the resource policy the deployed one."""
    asked = call(case).value
    return PolicyCase(
        request=request_of(asked),
        policies=policies(case, which).value,
        authorization=asked.authorization,
        private=True,
    )
