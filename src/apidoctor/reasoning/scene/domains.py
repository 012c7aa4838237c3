"""Custom domain names of API Gateway."""

from typing import Any

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import as_dict, as_list
from apidoctor.reasoning.scene.case import Case, accounts, fact


@fact
def private_domain(case: Case, name: str) -> dict[str, Any] | None:
    """Return the private custom domain *name* of any account; None when no account that can be read has one."""
    facts = [
        case.inventory.where(account, case.region, "get_domain_names", "domainName", name)
        for account in accounts(case).value
    ]
    for listed in facts:
        for item in listed.value if listed.known else []:
            configuration = as_dict(item.get("endpointConfiguration"), "endpoint configuration of a domain")
            if "PRIVATE" in as_list(configuration.get("types"), "types of a domain"):
                return item
    missing = [gap for listed in facts for gap in listed.missing]
    if missing:
        raise Undecided(missing)
    return None
