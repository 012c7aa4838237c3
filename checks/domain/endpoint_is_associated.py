"""The endpoint is associated with the domain.

Why it matters
--------------
A private custom domain can be called only through endpoints that have an access association with it,
which the endpoint's account makes. Without it API Gateway answers 403 `Forbidden`. A new association
works after about 15 minutes.

How it decides
--------------
The endpoint of the call must be the source of an association with the domain's ARN: a domain of the same
name of another account is another domain, and so is one that was deleted and made again, whose id is a new one.
AWS shows no date of an association; it is certainly young
while the endpoint itself, or the invitation to share the domain, is younger than 15 minutes. An endpoint that
shows its own certificate for the domain's name has no association with it that works yet.

How to fix
----------
`aws apigateway create-domain-name-access-association`, in the endpoint's account; wait about 15 minutes.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-associations.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ASSOCIATIONS,
    OF_DOMAINS,
    Case,
    Evidence,
    Finding,
    check,
    domain,
    endpoint,
    failed,
    is_admitted,
    is_forbidden,
    passed,
    skipped,
    unless_admitted,
)
from apidoctor.model.observation import TlsSeen
from apidoctor.model.report import Confidence
from apidoctor.reasoning.scene.association import SETTLING_MINUTES, greatest_age, holder_of
from apidoctor.reasoning.scene.domains import ended_associations, live_associations
from apidoctor.reasoning.scene.handshakes import shaken, shows_own
from apidoctor.reasoning.scene.through import associated


@check(
    **OF_DOMAINS,
    needs=("endpoint/exists",),
    faults=("H06",),
    explained_by=("domain/association-is-permitted",),
    position=50,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the association of the call's endpoint."""
    name = case.request.domain
    if name is None:
        yield skipped("No custom domain is called.")
        return
    found = domain(case).value
    if found is None:
        yield _of_nobody(case, name)
        return
    if not found.is_private:
        yield skipped(f"{name} is a public custom domain: no association is asked for.", subject=name)
        return
    via, holder = endpoint(case).value, holder_of(case)
    identity = via.vpc_endpoint_id if via else ""
    others = sorted({each.endpoint for each in live_associations(case, name).value.found})
    value = {"domainNameArn": found.domain_name_arn, "wanted": identity, "associated": others[:10]}
    evidence = [case.cite(ASSOCIATIONS(holder, case.region), value, identity)]
    if not associated(case).value:
        if ended := _ended(case, name, identity):
            words = f"{ended}, and with {found.domain_name_arn or name} it has none"
            yield _stale(case, words, identity, holder, evidence)
            return
        yield unless_admitted(
            case,
            failed(
                "H06",
                f"{identity} has no access association with {found.domain_name_arn or name}"
                f"{' (associated: ' + ', '.join(others[:3]) + ')' if others else ''}.",
                fix=f"Make one in account {holder} (create-domain-name-access-association) and wait about 15 minutes.",
                subject=identity,
                evidence=evidence,
            ),
        )
        return
    age = greatest_age(case).value
    own = next((seen for seen in shaken(case, name) if shows_own(seen)), None)
    if own is not None:
        yield _idle(case, own, name, identity, age, evidence)
        return
    if age is None or age >= SETTLING_MINUTES or is_admitted(case):
        yield passed(
            f"{identity} is associated with {name} (AWS does not show since when; a new one takes "
            f"{SETTLING_MINUTES} minutes to work).",
            subject=identity,
            evidence=evidence,
        )
        return
    yield failed(
        "H06",
        f"The association of {identity} with {name} is at most {round(age)} minutes old: it may not work yet.",
        fix=f"Wait about {_left(age)} minutes and try again; change nothing meanwhile.",
        subject=identity,
        confidence="possible",
        evidence=evidence,
    )


def _ended(case: Case, name: str, identity: str) -> str | None:
    """Tell an association of the endpoint whose domain is gone, as the beginning of a sentence."""
    ended = [each for each in ended_associations(case, name).value if each.endpoint == identity]
    if not ended:
        return None
    owner, _, number = ended[0].domain
    whose = f"account {owner} has no domain of the id {number} any more"
    return f"{identity} is associated with an earlier domain {name} ({whose})"


def _stale(
    case: Case,
    words: str,
    identity: str,
    holder: str,
    evidence: list[Evidence],
    confidence: Confidence = "certain",
) -> Finding:
    """Judge an association whose domain was deleted: one that was made again under the name has another id."""
    return unless_admitted(
        case,
        failed(
            "H06",
            f"{words}.",
            fix=f"Delete that association in account {holder} (delete-domain-name-access-association), make one "
            "with the domain that is there, and wait about 15 minutes.",
            subject=identity,
            confidence=confidence,
            evidence=evidence,
        ),
    )


def _idle(
    case: Case, own: TlsSeen, name: str, identity: str, age: float | None, evidence: list[Evidence]
) -> Finding:
    """Judge an association that is there, while the endpoint shows its own certificate for the domain's name."""
    young = age is not None and age < SETTLING_MINUTES
    since = f"which is at most {round(age or 0)} minutes old" if young else "perhaps a new one"
    return failed(
        "H06",
        f"The association of {identity} with {name}, {since}, is not at work yet: the endpoint shows its own "
        "certificate for that name.",
        fix=f"Wait about {_left(age)} minutes and try again; change nothing meanwhile.",
        subject=identity,
        confidence="certain" if young else "likely",
        evidence=[*evidence, case.show(own, "server_name", "outcome", "sans", subject=own.address)],
    )


def _left(age: float | None) -> int:
    """Return for how many minutes to wait for an association that is at most *age* minutes old."""
    return (
        max(1, round(SETTLING_MINUTES - age))
        if age is not None and age < SETTLING_MINUTES
        else SETTLING_MINUTES
    )


def _of_nobody(case: Case, name: str) -> Finding:
    """Judge a domain that no account shows: whoever owns it, the endpoint's account knows its own associations.

    A name of one's own may be no private domain at all; then its certificate or the name tells, not this.
    """
    via, holder = endpoint(case).value, holder_of(case)
    here = case.request.form != "custom-domain" or is_forbidden(case)
    hidden = live_associations(case, name).value.missing_of(holder)
    ended = _ended(case, name, via.vpc_endpoint_id) if via else None
    if via is None or hidden or holder not in case.inventory.accounts or not (here or ended):
        return skipped(f"No account shows a domain {name}.", subject=name)
    cited = [case.cite(ASSOCIATIONS(holder, case.region), {"domainName": name, "found": False}, name)]
    if ended:
        return _stale(case, ended, via.vpc_endpoint_id, holder, cited, "likely")
    known = ", ".join(case.inventory.accounts)
    return unless_admitted(
        case,
        failed(
            "H06",
            f"{via.vpc_endpoint_id} has no access association with any domain {name}, and account {known} has none.",
            fix=f"Correct the name, or associate {via.vpc_endpoint_id} with the domain and wait about 15 minutes.",
            subject=via.vpc_endpoint_id,
            confidence="likely",
            evidence=cited,
        ),
    )
