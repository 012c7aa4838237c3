"""The security policies of API and custom domain, as far as they decide which TLS versions are taken.

Source: API Gateway developer guide, "Security policies for REST APIs in API Gateway": policies named
``SecurityPolicy_TLS13_1_3_…`` take TLS 1.3 alone; a call by a custom domain is negotiated by the policy of the API,
which may be another one than the domain's.
"""

import re

from apidoctor.reasoning.scene.api import rest_api
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.through import domain

_NEWEST_ONLY = re.compile(r"SecurityPolicy_TLS13_1_3_", re.IGNORECASE)


def takes_newest_only(case: Case) -> str | None:
    """Say in words whose policy takes TLS 1.3 alone; None when none does that can be read."""
    own, through = rest_api(case), domain(case)
    case.expect([*own.missing, *through.missing])
    api, found = own.value if own.known else None, through.value if through.known else None
    if api is not None and _NEWEST_ONLY.match(api.security_policy or ""):
        return f"{api.security_policy} of API {api.id}"
    if found is not None and _NEWEST_ONLY.match(found.security_policy or ""):
        return f"{found.security_policy} of the custom domain {found.domain_name}"
    return None
