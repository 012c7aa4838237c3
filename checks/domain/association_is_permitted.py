"""The endpoint's account may associate its endpoints with the domain.

Why it matters
--------------
An access association is made by the account of the endpoint. When the domain belongs to another account,
its owner must permit that first, by sharing the domain with AWS RAM or by a management policy: otherwise
the association is refused, and no call can get through.

How it decides
--------------
Asked only while the association is missing. The domain's `managementPolicy` must allow
`apigateway:CreateAccessAssociation` to the endpoint's account; an invitation to a share must have been
accepted: outside an organization it expires after 12 hours. Where the policy does not tell, AWS RAM does: a
share that is active and of the domain's Region must hold the domain, and the endpoint's account or its
organization as principal; one outside the owner's organization only if the share allows that.

How to fix
----------
Owner: share the domain with the endpoint's account. Endpoint's account: accept the invitation, then make
the association.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-provider-share.html
- https://docs.aws.amazon.com/ram/latest/APIReference/API_ResourceShareAssociation.html
"""

from collections.abc import Iterator
from typing import Any

from apidoctor.checkkit import (
    DOMAINS,
    INVITATIONS,
    OF_DOMAINS,
    Case,
    Evidence,
    Finding,
    Source,
    check,
    failed,
    known_domain,
    passed,
    skipped,
    unless_admitted,
)
from apidoctor.reasoning.scene.association import Permission, holder_of, permission
from apidoctor.reasoning.scene.organizations import ORGANIZATION
from apidoctor.reasoning.scene.shares import SHARES, TIES
from apidoctor.reasoning.scene.through import associated

_OF_SHARES: dict[str, Any] = {**OF_DOMAINS, "reads": (*OF_DOMAINS["reads"], SHARES, TIES, ORGANIZATION)}


@check(
    **_OF_SHARES,
    needs=("domain/domain-exists", "endpoint/exists"),
    faults=("A23",),
    required=False,
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the permission of an account whose association is missing."""
    name = case.request.domain
    if name is None:
        yield skipped("No custom domain is called.")
        return
    found = known_domain(case).value
    if not found.is_private:
        yield skipped(f"{name} is a public custom domain.", subject=name)
        return
    if associated(case).value:
        yield skipped("The endpoint is associated with the domain.", subject=name)
        return
    holder, may = holder_of(case), permission(case).value
    value = {"owner": found.owner, "endpoint's account": holder, "managementPolicy": found.management_policy}
    source = (
        INVITATIONS(holder, case.region)
        if may.source == "invitation"
        else DOMAINS(found.account, case.region)
    )
    evidence = [case.cite(source, {key: item for key, item in value.items() if item}, name)]
    evidence += _of_share(case, may, name)
    if may.granted is False:
        yield unless_admitted(
            case,
            failed(
                "A23",
                f"{may.why} No association with the endpoint can be made.",
                fix=f"{_mend(may, name, holder)} Then make the association.",
                subject=name,
                confidence="certain" if found.management_policy else "likely",
                evidence=evidence,
            ),
        )
    elif may.granted is None:
        yield skipped(f"{may.why}", subject=name)
    else:
        yield passed(may.why, subject=name, evidence=evidence)


def _mend(may: Permission, name: str, holder: str) -> str:
    """Return what lets the account make the association; a policy that says no is not mended by RAM alone."""
    if may.source == "share" and may.shared and may.shared.fix:
        return may.shared.fix
    return f"Share {name} with account {holder} (AWS RAM), and accept within 12 hours."


def _of_share(case: Case, may: Permission, name: str) -> list[Evidence]:
    """Return what RAM told of the share that was judged."""
    told = may.shared
    if told is None or not told.seen:
        return []
    return [case.cite(Source(told.operation, told.account, told.region), told.seen, name)]
