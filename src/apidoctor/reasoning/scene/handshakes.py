"""TLS handshakes with the endpoint for the name of a custom domain: whose certificate it shows.

Source: API Gateway Developer Guide, "Custom domain names for private APIs in API Gateway": an endpoint shows a domain's
certificate for its name once it is associated with the domain; for other names it shows its own, which is for
``*.execute-api.REGION.SUFFIX`` (fault T02 of the catalogue).
"""

import re

from apidoctor.model.observation import TlsSeen
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.endpoint import endpoint_addresses
from apidoctor.reasoning.scene.seen import tls

WRONG = frozenset({"expired", "not_yet_valid", "name_mismatch"})
"""Outcomes by which a client finds what is wrong with a certificate itself."""
_STRANGERS = {
    "EXCESSIVE_MESSAGE_SIZE": "The server's certificates are larger than TLS clients take (OpenSSL's, Python's and "
    "curl's: 100 KiB for the whole chain)",
    "WRONG_VERSION_NUMBER": "What answers does not speak TLS",
}
"""OpenSSL's reasons (sslerr.h, SSL_CTX_set_max_cert_list(3)) for what no front door of API Gateway does, in words."""
_MOST = 4
_OWN_NAME = re.compile(r"(\*\.)?execute-api\.[a-z0-9-]+\.(vpce\.)?[a-z.-]+")


@fact
def handshakes(case: Case, name: str) -> tuple[TlsSeen, ...]:
    """Return the handshakes with the endpoint's addresses for *name* that were seen."""
    made = [tls(case, address, name, case.request.port) for address in endpoint_addresses(case).value[:_MOST]]
    case.expect([gap for each in made for gap in each.missing])
    return tuple(each.value for each in made if each.known)


def shaken(case: Case, name: str) -> tuple[TlsSeen, ...]:
    """Return the same where nobody has to have made any; none when the call does not present the domain's name."""
    if case.request.form != "custom-domain":
        return ()
    seen = handshakes(case, name)
    case.expect(seen.missing)
    return seen.value if seen.known else ()


@fact
def is_unserved(case: Case, name: str) -> bool:
    """Say whether the endpoint shows its own certificate for *name*: then no domain of that name is behind it."""
    if case.request.form != "custom-domain":
        return False
    return any(shows_own(seen) for seen in handshakes(case, name).value)


def stranger(seen: TlsSeen) -> str | None:
    """Return in words why what answered a handshake that failed is not API Gateway; None: nothing shows that."""
    if seen.outcome != "handshake_failure" or not seen.reason:
        return None
    return next((words for reason, words in _STRANGERS.items() if seen.reason.endswith(reason)), None)


def shows_own(seen: TlsSeen) -> bool:
    """Say whether a handshake failed for want of the name, and the certificate is that of execute-api itself."""
    return seen.outcome == "name_mismatch" and any(_OWN_NAME.fullmatch(each.lower()) for each in seen.sans)
