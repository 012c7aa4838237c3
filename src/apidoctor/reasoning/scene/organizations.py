"""Which organization of AWS Organizations an account is in.

Source: AWS Organizations API reference, *DescribeOrganization*: every member account may ask it; one that is in no
organization gets ``AWSOrganizationsNotInUseException``.
"""

from apidoctor.model.missing import Lookup
from apidoctor.reasoning.scene.case import Case

ORGANIZATION = "describe_organization"
_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"


def organization_of(case: Case, account: str) -> str | None:
    """Return the id of an account's organization, empty when it is in none; None when it is not known."""
    answer = case.inventory.get(account, "global", ORGANIZATION)
    if account in case.inventory.accounts:
        case.expect(answer.missing)
    if not answer.known:
        reasons = [gap.reason for gap in answer.missing if isinstance(gap, Lookup)]
        return "" if _NO_ORGANIZATION in reasons else None
    shown = (answer.value or {}).get("Organization")
    identity = shown.get("Id") if isinstance(shown, dict) else None
    return identity if isinstance(identity, str) and identity else None


def organization_in(principal: str) -> str:
    """Return the organization that an ARN of AWS Organizations names, empty for other principals."""
    if ":organizations:" not in principal:
        return ""
    return next((part for part in principal.split("/") if part.startswith("o-")), "")
