"""403 ``Forbidden``: nine causes with the same 23 bytes.

Source: AWS re:Post knowledge center, "Troubleshoot HTTP 403 errors from API Gateway" and "Connect to a private API
over a VPC"; API Gateway developer guide, "Security policies" (access mode), "Custom domain names for private APIs".
The order is that of a gate after the other: which API, may it be called so, then key and web ACL of its stage.
"""

from apidoctor.reasoning.apigateway.fingerprints import Fingerprint
from apidoctor.reasoning.attribution.circumstances import Circumstances
from apidoctor.reasoning.attribution.weight import Hypothesis, Late, Weight, both, from_known

_DOMAIN = ("custom-domain", "custom-domain-endpoint")
_INDIRECT = ("endpoint-host", "endpoint-id-header", "endpoint-zonal", "custom-domain-endpoint", "alias")
"""Ways whose server name of TLS is not the API's own name."""


def is_reached(around: Circumstances) -> bool | None:
    """Say whether the API itself was reached, by the answer to a path that cannot exist; None: not known.

    An API that is reached answers such a path with other words than `Forbidden`; without an error type and with
    API Gateway's ids they are its backend's or its own gateway response's.
    """
    # The call itself with a signature, or without: whoever refuses only one of them knows the API.
    for other in (around.signed, around.unsigned, around.impossible):
        if other is None or other.kind in ("not_api_gateway", "forbidden"):
            continue
        if other.kind != "untyped" or other.is_ours:
            return True
    return False if around.impossible is not None and around.impossible.kind == "forbidden" else None


def _unreached(around: Circumstances) -> Weight:
    return Weight.EXCLUDED if is_reached(around) else Weight.OPEN


def _default(around: Circumstances) -> Weight:
    """For faults of the default name: a custom domain does not meet them."""
    return Weight.EXCLUDED if around.form in _DOMAIN else Weight.OPEN


def _domain(around: Circumstances) -> Weight:
    return Weight.OPEN if around.form in _DOMAIN else Weight.EXCLUDED


def _aligned_fails(around: Circumstances) -> Weight:
    """What remains when the same call with the API's own name as SNI and Host was refused in the same words."""
    if around.aligned is None:
        return Weight.OPEN
    return Weight.OPEN if around.aligned.kind == "forbidden" else Weight.EXCLUDED


def _no_api(_: Fingerprint, around: Circumstances) -> Weight:
    return Weight.EXCLUDED if around.names_api or around.form == "direct-ip" else Weight.PROVED


def _bare_address(_: Fingerprint, around: Circumstances) -> Weight:
    return Weight.EXCLUDED if around.names_api or around.form != "direct-ip" else Weight.PROVED


def _suffix(_: Fingerprint, around: Circumstances) -> Weight:
    return Weight.EXCLUDED if around.suffix_fits else Weight.FITS


def _other_region(_: Fingerprint, around: Circumstances) -> Weight:
    return Weight.EXCLUDED if around.region_fits else Weight.FITS


def _no_stage(_: Fingerprint, around: Circumstances) -> Weight:
    if around.has_stage or around.form in _DOMAIN or not around.names_api:
        return Weight.EXCLUDED
    return Weight.FITS


def _stage_only(_: Fingerprint, around: Circumstances) -> Weight:
    """The one segment of the path is taken for the stage: worth a word once nothing below it is found either."""
    if not around.stage_alone or around.stage_found is True or is_reached(around) is not False:
        return Weight.EXCLUDED
    return both(_default(around), _aligned_fails(around))


def _aligned_passes(around: Circumstances) -> Weight:
    """What a key or web ACL would have refused as well by the API's own name."""
    return (
        Weight.EXCLUDED if around.aligned is not None and around.aligned.kind == "answered" else Weight.OPEN
    )


def _key(said: Fingerprint, around: Circumstances) -> Weight:
    if said.text.startswith("Invalid API Key"):
        return Weight.PROVED
    reached = is_reached(around)
    if reached is False or not around.names_api or _is_outside_the_front_door(around):
        return Weight.EXCLUDED
    return both(from_known(around.key_required, True), _needs_method(around), _aligned_passes(around))


def _is_outside_the_front_door(around: Circumstances) -> bool:
    """Say whether a private API is called at a public address: it is refused there before any of its own gates."""
    return around.leads_to == "public" and around.api_private is True


def _needs_method(around: Circumstances) -> Weight:
    return Weight.EXCLUDED if around.method_found is False else Weight.OPEN


def _web_acl(said: Fingerprint, around: Circumstances) -> Weight:
    if said.text.startswith("Invalid API Key") or not around.names_api or _is_outside_the_front_door(around):
        return Weight.EXCLUDED
    there = Weight.EXCLUDED if around.api_found is False else Weight.OPEN
    return both(from_known(around.web_acl, True), there, _aligned_passes(around))


def _access_mode(_: Fingerprint, around: Circumstances) -> Weight:
    if not around.region_fits or (around.sni_is_host and around.form not in ("alias", "endpoint-id-header")):
        return Weight.EXCLUDED
    if around.form not in _INDIRECT:
        return Weight.EXCLUDED
    # Only SNI differs between the two calls: an answer in other words proves that SNI is what was refused.
    if around.aligned is None:
        return both(from_known(around.strict, True), _unreached(around))
    # Stronger than the mode that was read: a change of it takes minutes.
    return both(_unreached(around), Weight.EXCLUDED if around.aligned.kind == "forbidden" else Weight.FITS)


def _wrong_id(_: Fingerprint, around: Circumstances) -> Weight:
    if not around.names_api:
        return Weight.EXCLUDED
    return both(
        from_known(around.api_found, False), _unreached(around), _default(around), _aligned_fails(around)
    )


def _not_private(around: Circumstances) -> Weight:
    if not around.names_api or around.leads_to == "public":
        return Weight.EXCLUDED
    return both(from_known(around.api_private, False), _unreached(around), _aligned_fails(around))


def _captured(_: Fingerprint, around: Circumstances) -> Weight:
    return _not_private(around) if around.form == "private-dns" else Weight.EXCLUDED


def _through_endpoint(_: Fingerprint, around: Circumstances) -> Weight:
    return Weight.EXCLUDED if around.form == "private-dns" else _not_private(around)


def _default_off(_: Fingerprint, around: Circumstances) -> Weight:
    if not around.names_api:
        return Weight.EXCLUDED
    on = from_known(around.default_name_on, False)
    # The API is there and open to this call; another API may stand behind that domain.
    fine = Weight.FITS if around.domain_admits else Weight.OPEN
    return both(on, _unreached(around), _default(around), _aligned_fails(around), fine)


def _not_associated(_: Fingerprint, around: Circumstances) -> Weight:
    missing = from_known(around.associated, False)
    return both(_domain(around), missing, _unreached(around), _aligned_fails(around))


def _changing(_: Fingerprint, around: Circumstances) -> Weight:
    updating = Weight.OPEN if around.updating else Weight.EXCLUDED
    return both(updating, _unreached(around), _aligned_fails(around))


def _not_mapped(_: Fingerprint, around: Circumstances) -> Weight:
    return both(_domain(around), from_known(around.mapped, False), _unreached(around), _aligned_fails(around))


def _alias(_: Fingerprint, around: Circumstances) -> Weight:
    return both(
        _domain(around), from_known(around.via_alias, True), _unreached(around), _aligned_fails(around)
    )


def _public(inside: bool) -> "Hypothesis":
    """The private API is called at the public address: from outside AWS (D03) or from a VPC (D01).

    Outside, the resolvers may forward the name to a VPC whose private DNS is off.
    """

    def weigh(_: Fingerprint, around: Circumstances) -> Weight:
        if around.leads_to != "public" or not around.names_api:
            return Weight.EXCLUDED
        if around.outside is inside:
            return both(Weight.OPEN, _unreached(around)) if inside else Weight.EXCLUDED
        return both(Weight.FITS, _unreached(around))

    words = "private DNS of the endpoint is off" if inside else "the resolvers do not forward the name"
    return Hypothesis(
        "D01" if inside else "D03",
        weigh,
        f"The name leads to a public address, where private APIs answer nobody: {words}.",
        "Resolve the name inside the endpoint's VPC, or call an address of the endpoint: other words prove it.",
    )


NO_API = Hypothesis(
    "H01",
    _no_api,
    "The endpoint's own name is called, and neither Host nor x-apigw-api-id names an API.",
    "The same call with x-apigw-api-id.",
)
WEB_ACL_LATE = Late(
    "web_acl",
    False,
    "A rule of a web ACL blocks the call: configuration says that none does so now, and one that was taken "
    "away works for some minutes more.",
)
ACCESS_MODE = Hypothesis(
    "T04",
    _access_mode,
    "The server name of TLS is not the Host: an API whose endpoint access mode is STRICT refuses that.",
    "The same call to the same address with the default name as SNI and Host.",
    Late(
        "strict",
        False,
        "The server name of TLS is not the Host, which the access mode STRICT refuses: configuration says BASIC, or no "
        "mode, now, and a change takes about 15 minutes.",
    ),
)
FORBIDDEN = (
    NO_API,
    Hypothesis(
        "T09",
        _bare_address,
        "An address is called, and no Host names an API.",
        "The same call with the default name as SNI and Host.",
    ),
    Hypothesis(
        "D21",
        _suffix,
        "Host has another DNS suffix than the names of this Region.",
        "The same call with the suffix of the Region's partition.",
    ),
    Hypothesis(
        "N14",
        _other_region,
        "The endpoint stands in another Region than the API: execute-api endpoints carry no calls to other Regions.",
        "The same call through an endpoint in the API's Region.",
    ),
    Hypothesis(
        "H03",
        _no_stage,
        "The URL has no stage segment.",
        "The same call with the stage as first segment of the path.",
    ),
    Hypothesis(
        "H06",
        _not_associated,
        "The endpoint has no access association with the custom domain, or it is younger than 15 minutes.",
        "apigateway get-domain-name-access-associations in the endpoint's account.",
        Late(
            "associated",
            True,
            "The endpoint's access association with the custom domain is there; AWS does not show since when, and one "
            "that is younger than 15 minutes does not work yet.",
        ),
    ),
    Hypothesis(
        "H07",
        _not_mapped,
        "No base path mapping or routing rule of the custom domain takes this path.",
        "apigateway get-base-path-mappings in the domain's account.",
    ),
    ACCESS_MODE,
    _public(inside=True),
    _public(inside=False),
    Hypothesis(
        "D22",
        _wrong_id,
        "No API of this id is deployed in this Region, or the id is mistyped.",
        "apigateway get-rest-api in the account and Region that own it.",
    ),
    Hypothesis(
        "D02",
        _captured,
        "The API is public, and the endpoint's private DNS captures its name.",
        "The API's endpoint type; or the same call from a network without the endpoint.",
    ),
    Hypothesis(
        "H08",
        _through_endpoint,
        "The API is Regional or edge-optimised: endpoints carry calls to private APIs only.",
        "The API's endpoint type.",
    ),
    Hypothesis(
        "H05",
        _default_off,
        "The API's default name is switched off.",
        "disableExecuteApiEndpoint of the API; or a call of its custom domain.",
        Late(
            "default_name_on",
            True,
            "The API's default name was switched off: configuration says that it is on, which takes effect when the "
            "API is deployed.",
        ),
    ),
    Hypothesis(
        "D18",
        _alias,
        "The name is an alias of an execute-api name that private DNS captures.",
        "The chain of aliases of the name.",
    ),
    Hypothesis(
        "H10",
        _key,
        "The method asks for an API key, and the call has none that is in a usage plan of the stage.",
        "A path that no API has: other words than Forbidden; apiKeyRequired of the method.",
    ),
    Hypothesis(
        "H12",
        _web_acl,
        "A rule of the web ACL before the stage blocks the call.",
        "Sampled requests of the web ACL; webAclArn of the stage.",
        WEB_ACL_LATE,
    ),
    Hypothesis(
        "T10",
        _changing,
        "The custom domain or API is UPDATING: a change takes about 15 minutes, in which calls may be refused.",
        "The same check again when its status is AVAILABLE.",
    ),
    Hypothesis(
        "H03",
        _stage_only,
        "The path is one segment, which is taken for the stage: perhaps the URL has none.",
        "The same call with the stage as first segment of the path; apigateway get-stages.",
    ),
)
"""Candidates of ``Forbidden`` in the order of the gates."""
