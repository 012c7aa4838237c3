"""The VPC link of the method is available.

Why it matters
--------------
A method that reaches its backend through a VPC link answers 500, 503 or 504 when the link has failed, is
being made or was switched off after 60 days without traffic.

How it decides
--------------
For an integration with `connectionType: VPC_LINK`, the link that `connectionId` names must be there, as a
link of either kind, with the status `AVAILABLE`. An `INACTIVE` link of the second kind carried no call for
60 days: its interfaces are gone and are made again with the next calls, which takes minutes. A status that is
not known here is a warning. A call that the backend answered proves the opposite.

How to fix
----------
Read the link's `statusMessage`; mend the load balancer behind it, or make the link again and deploy. Wait
for one that is pending or was inactive.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BACKEND_READS,
    Case,
    Finding,
    Source,
    check,
    failed,
    owned_api,
    passed,
    skipped,
    warned,
)
from apidoctor.reasoning.scene.integration import integration, is_proved
from apidoctor.reasoning.scene.load_balancers import LINK_READS, Link, vpc_link

BAD = frozenset({"MISSING", "PENDING", "FAILED", "DELETING", "INACTIVE"})
"""Statuses with which a link carries no call; what another one means, AWS may say later."""
FIXES = {
    "MISSING": "Make a VPC link, name it in the integration's connectionId, and deploy.",
    "PENDING": "Wait: a link is made within minutes.",
    "INACTIVE": "Wait some minutes and call again: the link is being made again; calls now and then keep it.",
}
"""What to do by status."""


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=(*BACKEND_READS, *LINK_READS),
    probes=("identity", "tcp", "http"),
    faults=("B02",),
    explained_by=("integration/load-balancer-is-active",),
    required=False,
    playbook="backend-errors",
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the link that the integration names."""
    own = integration(case).value
    if own is None or not own.is_private:
        yield skipped("The method does not use a VPC link.")
        return
    if is_proved(case):
        yield passed("The backend answered the call through the VPC link.", subject=own.connection_id)
        return
    link = vpc_link(case).value
    if link is None:  # API Gateway saves no such integration without its link: it is only not shown
        yield skipped("The integration's connectionId is not shown.")
        return
    operation = "get_vpc_link" if link.version == 1 else "apigatewayv2.get_vpc_links"
    value = {"status": link.status, "statusMessage": link.message, "targetArns": list(link.targets)[:5]}
    evidence = [case.cite(Source(operation, owned_api(case).value.account, case.region), value, link.id)]
    if link.status == "AVAILABLE":
        yield passed(f"The VPC link {link.id} is available.", subject=link.id, evidence=evidence)
    elif link.status not in BAD:
        text, fix = _unknown(link), "Look the status up; a test call tells whether the link carries it."
        yield warned("B02", text, fix=fix, subject=link.id, evidence=evidence)
    else:
        yield failed("B02", _words(link), fix=_fix(link), subject=link.id, evidence=evidence)


def _words(link: Link) -> str:
    if link.status == "MISSING":
        return f"There is no VPC link {link.id}."
    why = f": {link.message.rstrip('. ')}" if link.message else ""
    return f"The VPC link {link.id} is {link.status}{why}."


def _unknown(link: Link) -> str:
    told = f"has the status {link.status}, which is not known here" if link.status else "shows no status"
    return f"The VPC link {link.id} {told}{f' ({link.message})' if link.message else ''}."


def _fix(link: Link) -> str:
    return FIXES.get(link.status, f"Mend what {link.id} leads to, or make it again, and deploy.")
