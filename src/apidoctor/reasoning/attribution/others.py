"""Refusals other than ``Forbidden`` and those of policies.

Source: API Gateway developer guide, "Gateway response types"; AWS re:Post knowledge center, "Troubleshoot HTTP 403
errors from API Gateway".
"""

import re

from apidoctor.reasoning.apigateway.fingerprints import Fingerprint, Kind
from apidoctor.reasoning.attribution.backends import BACKEND
from apidoctor.reasoning.attribution.circumstances import OTHER_SERVICES, Circumstances
from apidoctor.reasoning.attribution.forbidden import FORBIDDEN, WEB_ACL_LATE
from apidoctor.reasoning.attribution.http_apis import HTTP_API
from apidoctor.reasoning.attribution.policies import POLICY
from apidoctor.reasoning.attribution.signatures import SIGNATURES
from apidoctor.reasoning.attribution.weight import (
    Hypothesis,
    Weight,
    both,
    fits,
    from_known,
    proves,
    stays_open,
)


def _typed(said: Fingerprint, _: Circumstances) -> Weight:
    """Without its type the words may be those of whoever stands before or behind API Gateway."""
    return Weight.PROVED if said.error_type else Weight.FITS


def _unsigned(_: Fingerprint, around: Circumstances) -> Weight:
    """A18: the method asks for a signature, and there is none."""
    if around.signature.is_aws:
        return Weight.EXCLUDED
    if around.signed is not None and around.signed.kind != "missing_token":
        return Weight.PROVED
    signed = Weight.OPEN if around.signed is None else Weight.EXCLUDED
    iam = None if around.authorization is None else around.authorization == "AWS_IAM"
    there = Weight.EXCLUDED if around.method_found is False or around.stage_found is False else Weight.OPEN
    return both(from_known(iam, True), signed, there)


def _no_route(said: Fingerprint, around: Circumstances) -> Weight:
    """H02: stage, path or method are not deployed."""
    if around.signed is not None and around.signed.kind != "missing_token":
        return Weight.EXCLUDED
    missing = around.stage_found is False or around.method_found is False
    found = False if missing else around.stage_found and around.method_found
    if found and _taken_out(said, around) is Weight.FITS:
        # What was read may be of another moment: only a call past what is on the way tells the two apart.
        return Weight.OPEN
    signed = Weight.OPEN if around.signed is None and not around.signature.is_aws else Weight.FITS
    return both(from_known(found, False), signed)


def _not_deployed(said: Fingerprint, around: Circumstances) -> Weight:
    if around.signed is not None and around.signed.kind != "missing_token":
        return Weight.EXCLUDED
    saved = Weight.OPEN if around.method_saved is None else from_known(around.method_saved, True)
    if saved is Weight.FITS and _unsigned(said, around) is Weight.FITS:
        # What is saved asks for a signature and got none: that explains the answer, deployed or not.
        saved = Weight.OPEN
    return both(Weight.EXCLUDED if around.method_found else Weight.OPEN, saved)


def _taken_out(_: Fingerprint, around: Circumstances) -> Weight:
    """A26: the call was signed, or the same with a signature, and API Gateway saw none."""
    again = around.signed is not None and around.signed.kind == "missing_token"
    if not around.signature.is_aws and not again:
        return Weight.EXCLUDED
    if around.stage_found is False or around.method_found is False:
        return Weight.EXCLUDED
    return from_known(None if around.authorization is None else around.authorization == "AWS_IAM", True)


def _authorizer(kind: str) -> Hypothesis:
    def weigh(said: Fingerprint, around: Circumstances) -> Weight:
        known = None if around.authorization is None else around.authorization == kind
        return from_known(known, True)

    if kind == "CUSTOM":
        words = "The Lambda authorizer refuses: no token, one it does not accept, or a cached policy covers too little."
        return Hypothesis("A20", weigh, words, "The method's authorization type; the authorizer's log.")
    words = "The user pool's authorizer does not accept the token."
    return Hypothesis(
        "A21", weigh, words, "The method's authorization type; the token's expiry and audience."
    )


def _authorizer_fails(said: Fingerprint, around: Circumstances) -> Weight:
    """A20: without its type the answer may be a backend's as well."""
    if said.error_type:
        return Weight.FITS
    return from_known(None if around.authorization is None else around.authorization == "CUSTOM", True)


def _challenged(_: Fingerprint, around: Circumstances) -> Weight:
    """H12: the header is AWS WAF's alone, whose it is only configuration tells."""
    return Weight.EXCLUDED if around.web_acl is False else Weight.FITS


def _inspected(_: Fingerprint, around: Circumstances) -> Weight:
    return Weight.FITS if around.issuer else Weight.OPEN


def _proxied(_: Fingerprint, around: Circumstances) -> Weight:
    if around.issuer:
        return Weight.OPEN
    behind = around.proxy and "awselb" not in around.proxy and not _is_other_service(around)
    return Weight.FITS if behind else Weight.OPEN


def _is_other_service(around: Circumstances) -> bool:
    """Say whether another service of AWS answers: it is no proxy on the way, the name leads to it."""
    named = (around.proxy or "").lower().removeprefix("server: ")
    return named.startswith(OTHER_SERVICES)


def _balanced(_: Fingerprint, around: Circumstances) -> Weight:
    """H15: the load balancer that the name leads to; at the endpoint's own address stands no load balancer of ours."""
    behind = around.proxy and "awselb" in around.proxy and around.leads_to != "endpoint"
    return Weight.FITS if behind else Weight.EXCLUDED


def _stranger(_: Fingerprint, around: Circumstances) -> Weight:
    """O05: a load balancer's answer came from the endpoint's own address, so that something on the way answers."""
    if _is_other_service(around):
        return Weight.FITS
    if around.issuer or not around.proxy or "awselb" not in around.proxy:
        return Weight.OPEN
    return Weight.FITS if around.leads_to == "endpoint" else Weight.OPEN


_CHANGING = re.compile(r"[0-9a-fA-F-]{6,}|\d+")
"""What differs between two equal answers: ids and times."""


def are_alike(one: Fingerprint, other: Fingerprint) -> bool:
    """Say whether two answers are the same but for ids and times."""
    texts = {_CHANGING.sub("", each.text) for each in (one, other)}
    return (one.kind, one.status) == (other.kind, other.status) and len(texts) == 1


def _customised(said: Fingerprint, around: Circumstances) -> Weight:
    """H13: the words of a gateway response of the API's own, or the same words for a path that no API has; a backend
    may give either."""
    if around.own_types:
        return Weight.FITS
    if around.impossible is None:
        return Weight.EXCLUDED if around.customised is False else Weight.OPEN
    seen = Weight.OPEN if are_alike(said, around.impossible) else Weight.EXCLUDED
    return both(from_known(around.customised, True), seen)


_AUTHORIZER_DENIES = Hypothesis(
    "A20",
    fits,
    "The Lambda authorizer's policy denies this method, or a cached one does not cover it.",
    "The authorizer's log; the call again after its cache has expired.",
)
HIDDEN = Hypothesis(
    "H13",
    _customised,
    "A gateway response of the API's own hides what was refused.",
    "error.responseType in the access log; the API's gateway responses; a path that no API has.",
)
OTHERS: dict[Kind, tuple[Hypothesis, ...]] = {
    "forbidden": FORBIDDEN,
    "integration_error": BACKEND,
    "integration_timeout": BACKEND,
    "policy_denied": POLICY,
    "missing_token": (
        Hypothesis(
            "H02",
            _no_route,
            "Stage, path or method are not in the deployed API.",
            "The stage's export; the same call with a signature is refused in the same words.",
        ),
        Hypothesis(
            "A18",
            _unsigned,
            "The method asks for a signature, and the call has none.",
            "The same call with a SigV4 signature.",
        ),
        Hypothesis(
            "H04",
            _not_deployed,
            "The method is saved, and the stage runs an older deployment.",
            "The date of the stage's deployment; the saved resources.",
        ),
        Hypothesis(
            "A26",
            _taken_out,
            "Something on the way takes the signature out of the call.",
            "The same call past the proxy; the same as a presigned URL, which has no Authorization header to lose.",
        ),
    ),
    **SIGNATURES,
    "authorizer_denied": (_AUTHORIZER_DENIES,),
    "authorizer_error": (
        Hypothesis(
            "A20",
            _authorizer_fails,
            "The Lambda authorizer fails, cannot be invoked, or its answer has the wrong form.",
            "The authorizer's log; its resource policy.",
        ),
    ),
    "unauthorized": (_authorizer("CUSTOM"), _authorizer("COGNITO_USER_POOLS")),
    "waf_challenged": (
        Hypothesis(
            "H12",
            _challenged,
            "A rule of the web ACL before the stage, or of a load balancer that the call passes, asks for a token.",
            "Sampled requests of the web ACL; webAclArn of the stage.",
            WEB_ACL_LATE,
        ),
    ),
    "throttled": (Hypothesis("H11", proves, "A throttle or a quota is exhausted.", ""),),
    "too_large": (Hypothesis("H14", _typed, "URL, headers or body are larger than API Gateway takes.", ""),),
    "not_found": (
        Hypothesis("H02", fits, "The resource is not in the deployed API.", "The stage's export."),
    ),
    "http_api": HTTP_API,
    "not_api_gateway": (
        Hypothesis(
            "N16",
            _inspected,
            "A firewall that inspects TLS answers in API Gateway's place.",
            "The issuer of the certificate.",
        ),
        Hypothesis(
            "N19",
            _proxied,
            "A proxy answers in API Gateway's place.",
            "Via, Server and X- headers of the answer; the same call without the proxy.",
        ),
        Hypothesis(
            "H15",
            _balanced,
            "A load balancer answers: its listener's default action, or no healthy target.",
            "The load balancer's target group and its health check.",
        ),
        Hypothesis(
            "O05",
            _stranger,
            "Whoever answers, it is not API Gateway: its request ids are missing.",
            "The certificate's issuer, and who has the address.",
        ),
    ),
    "untyped": (HIDDEN,),
    "other_refusal": (
        Hypothesis(
            "H13",
            stays_open,
            HIDDEN.because,
            "The API's gateway responses.",
        ),
        Hypothesis(
            "H12",
            stays_open,
            "A rule of the web ACL answers with a response of its own.",
            "Sampled requests of the web ACL.",
        ),
    ),
}
"""Candidates by what the answer says, in the order of the gates."""
