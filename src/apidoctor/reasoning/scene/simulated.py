"""The call as a case of the policy engine: what `apidoctor simulate TARGET` decides."""

from apidoctor.reasoning.apigateway.authorize import Domain, request_of
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.policies import Which, call, policies
from apidoctor.reasoning.scene.through import associated, domain_policy
from apidoctor.reasoning.simulation import Case as PolicyCase


@fact
def simulated(case: Case, which: Which = "deployed") -> PolicyCase:
    """Return the call with every policy that takes part in it; of the resource policy the deployed one."""
    asked = call(case).value
    return PolicyCase(
        request=request_of(asked),
        policies=policies(case, which).value,
        authorization=asked.authorization,
        domain=_domain(case, asked.domain_arn) if asked.domain_arn else None,
        private=True,
    )


def _domain(case: Case, arn: str) -> Domain:
    """Return the private domain of the call; that it leads to the API is known, else there is no such call."""
    tie = associated(case)
    case.expect(tie.missing)
    return Domain(arn, domain_policy(case).value, associated=tie.value if tie.known else None, mapped=True)
