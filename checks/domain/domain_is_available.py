"""The custom domain is available.

Why it matters
--------------
Making a private custom domain takes about 15 minutes; so do changes of its certificate and security
policy. Calls still work while it is `UPDATING`; before that, and when it failed, they do not.

How it decides
--------------
`domainNameStatus` must be `AVAILABLE`. `UPDATING` is no failure: wait, and change nothing. `PENDING`
means that it is being made; `PENDING_CERTIFICATE_REIMPORT`, `PENDING_OWNERSHIP_VERIFICATION` and
`FAILED` need a hand. A status that is not known here is a warning.

How to fix
----------
Wait about 15 minutes; import the certificate again where AWS asks for it.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    DOMAINS,
    OF_DOMAINS,
    Case,
    Finding,
    check,
    failed,
    known_domain,
    passed,
    skipped,
    unless_admitted,
    warned,
)

BAD = frozenset({"PENDING", "PENDING_CERTIFICATE_REIMPORT", "PENDING_OWNERSHIP_VERIFICATION", "FAILED"})
"""Statuses with which a domain takes no call; what another one means, AWS may say later."""
FIXES = {
    "PENDING": "Wait about 15 minutes until the domain is AVAILABLE; change nothing meanwhile.",
    "PENDING_CERTIFICATE_REIMPORT": "Import the certificate into ACM again, or give the domain another one.",
    "PENDING_OWNERSHIP_VERIFICATION": "Give the domain a certificate of ACM that proves its ownership.",
}
"""What to do, by status."""


@check(
    **OF_DOMAINS,
    needs=("domain/domain-exists",),
    faults=("T06", "T10"),
    position=30,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the domain's status."""
    name = case.request.domain
    if name is None:
        yield skipped("No custom domain is called.")
        return
    found = known_domain(case).value
    status = (found.domain_name_status or "").upper()
    value = {"domainNameStatus": status or None, "message": found.domain_name_status_message}
    evidence = [case.cite(DOMAINS(found.account, case.region), value, name)]
    told = f" ({found.domain_name_status_message})" if found.domain_name_status_message else ""
    if not status:
        yield skipped(f"The status of {name} is not shown (owner: account {found.owner}).", subject=name)
    elif status == "AVAILABLE":
        yield passed(f"{name} is available.", subject=name, evidence=evidence)
    elif status == "UPDATING":
        yield warned(
            "T10",
            f"{name} is being updated: calls still work, and a change takes about 15 minutes.",
            fix="Wait until it is AVAILABLE and try again; do not change it meanwhile.",
            subject=name,
            evidence=evidence,
        )
    elif status not in BAD:
        yield warned(
            "T06",
            f"{name} has the status {status}, which is not known here{told}.",
            fix="Look the status up; a test call tells whether the domain takes it.",
            subject=name,
            evidence=evidence,
        )
    else:
        yield unless_admitted(
            case,
            failed(
                "T06",
                f"{name} is {status}{told}.",
                fix=FIXES.get(status, "See what AWS says of the status, and make the domain again."),
                subject=name,
                confidence="likely",
                evidence=evidence,
            ),
        )
