"""403 of a policy layer: which fault stands behind the layer that the text names.

Source: IAM user guide, "Troubleshoot access denied error messages"; API Gateway developer guide, "How API Gateway
resource policies affect authorization workflow" and "Use VPC endpoint policies for private APIs".
"""

from msgspec.structs import replace

from apidoctor.reasoning.apigateway.fingerprints import ADMITTED, Fingerprint
from apidoctor.reasoning.attribution.circumstances import Circumstances
from apidoctor.reasoning.attribution.weight import Hypothesis, Weight, both, from_known
from apidoctor.reasoning.iam import Layer

_Spoken = tuple[Layer | None, str | None]
_ANY: tuple[_Spoken, ...] = ((None, None),)
_ANY_DENY: tuple[_Spoken, ...] = ((None, None), (None, "explicit"))
_RESOURCE: tuple[_Spoken, ...] = (("resource", "implicit"), ("resource", None), *_ANY)


def _spoken(said: Fingerprint) -> _Spoken:
    return (said.denial.layer, said.denial.kind) if said.denial else (None, None)


def _is_named(said: Fingerprint) -> bool:
    """Say whether the text names a layer; older and translated ones do not."""
    return _spoken(said)[0] is not None


def _simulated(around: Circumstances, layer: Layer) -> Weight:
    """Weigh a layer that the text does not name by the simulation of the call."""
    if around.denied_layers is None:
        return Weight.OPEN
    return Weight.FITS if layer in around.denied_layers else Weight.EXCLUDED


def _anonymous(said: Fingerprint, around: Circumstances) -> bool:
    """Say whether the policies saw nobody: by the text, else by what was sent."""
    if said.denial is not None and said.denial.who is not None:
        return said.denial.who == "anonymous"
    return not around.signature.is_aws


def _of_domain(said: Fingerprint) -> bool:
    """Say whether a text speaks of a custom domain and not of a method."""
    return said.denial is not None and said.denial.domain is not None


def _layer(
    fault: str,
    because: str,
    separate: str,
    *spoken: _Spoken,
    layer: Layer,
    best: bool = False,
    signed: bool | None = None,
) -> Hypothesis:
    """Make the hypothesis that *layer* denies; *best* is the usual cause of what *spoken* says.

    *signed*: only a caller that signs (or only one that does not) can meet it.  A layer that the text names refuses,
    also where what was read of it would not: then another policy is at work than the one that was read.
    """

    def weigh(said: Fingerprint, around: Circumstances) -> Weight:
        if _spoken(said) not in spoken or (layer == "resource" and _of_domain(said)):
            return Weight.EXCLUDED
        if not _is_named(said):
            wrong = signed is not None and _anonymous(said, around) is signed
            return Weight.EXCLUDED if wrong else _simulated(around, layer)
        is_another = around.denied_layers is not None and layer not in around.denied_layers
        return Weight.FITS if (fault == "A07" if is_another else best) else Weight.OPEN

    return Hypothesis(fault, weigh, because, separate)


def _principals(said: Fingerprint, around: Circumstances) -> Weight:
    """A10: the endpoint policy names principals, and the caller is nobody to it."""
    if _spoken(said) not in ((("endpoint", "implicit"), *_ANY)) or not _anonymous(said, around):
        return Weight.EXCLUDED
    named = Weight.OPEN if _is_named(said) else _simulated(around, "endpoint")
    signed = Weight.FITS if _lets_signed(around) else Weight.OPEN
    return both(named, from_known(around.is_denied_by_principal, True), signed)


def _lets_signed(around: Circumstances) -> bool:
    """Say whether the same call with a signature passed the endpoint policy, which comes before all else."""
    signed = around.signed
    if signed is None:
        return False
    later = signed.denial is not None and _spoken(signed) in (
        ("resource", "implicit"),
        ("identity", "implicit"),
    )
    return later or signed.kind in (*ADMITTED, "unauthorized", "authorizer_denied", "authorizer_error")


def _left_out(said: Fingerprint, around: Circumstances) -> Weight:
    """A08: the endpoint policy leaves out what is called; then it lets nobody call it."""
    return Weight.EXCLUDED if _lets_signed(around) else _LEFT_OUT.weigh(said, around)


_LEFT_OUT = _layer(
    "A08",
    "The endpoint policy leaves out this API, stage or domain.",
    "The endpoint policy, in the account that owns the endpoint; the same call with a signature.",
    ("endpoint", "implicit"),
    ("endpoint", None),
    *_ANY,
    layer="endpoint",
    best=True,
)


def _iam_only_key(said: Fingerprint, around: Circumstances) -> Weight:
    """A13: the policy asks for a key that only signed calls have; a caller that the text names has it."""
    if _spoken(said) not in _RESOURCE or _of_domain(said) or around.authorization == "AWS_IAM":
        return Weight.EXCLUDED
    if said.denial is not None and said.denial.who not in (None, "anonymous"):
        return Weight.EXCLUDED
    denies = _is_named(said) or _simulated(around, "resource") is not Weight.EXCLUDED
    return Weight.OPEN if denies else Weight.EXCLUDED


def _domain_policy(said: Fingerprint, around: Circumstances) -> Weight:
    """A22: the policy of the custom domain itself."""
    if _spoken(said)[0] not in ("resource", None):
        return Weight.EXCLUDED
    if _of_domain(said):
        return Weight.FITS
    custom = around.form in ("custom-domain", "custom-domain-endpoint")
    return Weight.OPEN if custom and said.denial is None else Weight.EXCLUDED


def _lost_signature(said: Fingerprint, around: Circumstances) -> Weight:
    """A26: the call was signed, and the policies saw nobody."""
    lost = around.signature.is_aws and said.denial is not None and _anonymous(said, around)
    return Weight.OPEN if lost else Weight.EXCLUDED


def _preflight(said: Fingerprint, around: Circumstances) -> Weight:
    """H16: a browser's pre-flight, which nobody signs, is refused before it gets the headers of CORS."""
    if not around.is_preflight or not _anonymous(said, around) or _of_domain(said):
        return Weight.EXCLUDED
    if _spoken(said) not in (("resource", "explicit"), *_RESOURCE, *_ANY_DENY):
        return Weight.EXCLUDED
    return Weight.OPEN if _is_named(said) else both(Weight.OPEN, _simulated(around, "resource"))


def _untold(said: Fingerprint, around: Circumstances) -> Weight:
    """A20: an answer without any text may also be an authorizer's."""
    if said.denial is not None or around.authorization not in (None, "CUSTOM"):
        return Weight.EXCLUDED
    return Weight.OPEN


_READ_RESOURCE = (
    "The deployed resource policy, simulated for this endpoint, VPC and method (apidoctor simulate)."
)
_READ_ENDPOINT = "The endpoint policy, in the account that owns the endpoint."
_READ_CALLER = "The policies attached to the caller, in its account."

POLICY = (
    _layer(
        "A02",
        "The resource policy has no Allow for this call.",
        _READ_RESOURCE,
        *_RESOURCE,
        layer="resource",
        best=True,
    ),
    _layer(
        "A03",
        "A Deny of the resource policy hits: it lists an endpoint that is not this one, perhaps a deleted one.",
        _READ_RESOURCE,
        ("resource", "explicit"),
        *_ANY_DENY,
        layer="resource",
        best=True,
    ),
    _layer(
        "A03",
        "The only Allow of the resource policy asks for another endpoint, perhaps a deleted one.",
        _READ_RESOURCE,
        ("resource", "implicit"),
        ("resource", None),
        layer="resource",
    ),
    _layer(
        "A04",
        "The resource policy asks for another VPC or endpoint: the endpoint's VPC counts, not the caller's.",
        _READ_RESOURCE,
        ("resource", "explicit"),
        *_RESOURCE,
        layer="resource",
    ),
    _layer(
        "A05",
        "The resource policy compares aws:SourceIp with private addresses; endpoints send aws:VpcSourceIp.",
        _READ_RESOURCE,
        *_RESOURCE,
        layer="resource",
    ),
    _layer(
        "A06",
        "The resource policy's ARN leaves out this stage, method or path.",
        "The ARN in the text beside the policy's Resource.",
        *_RESOURCE,
        layer="resource",
    ),
    _layer(
        "A07",
        "The policy was mended and saved, and the stage still runs the old one.",
        "The date of the stage's deployment beside that of the policy's change.",
        ("resource", "explicit"),
        *_RESOURCE,
        layer="resource",
    ),
    _layer(
        "A01",
        "The API has no resource policy at all.",
        "apigateway get-rest-api shows no policy.",
        *_RESOURCE,
        layer="resource",
    ),
    Hypothesis(
        "A13",
        _iam_only_key,
        "The policy asks for a key that only signed calls have, such as aws:PrincipalOrgID.",
        _READ_RESOURCE,
    ),
    Hypothesis(
        "H16",
        _preflight,
        "The resource policy refuses a browser's pre-flight (OPTIONS), so that no headers of CORS are given.",
        "The same path with GET: it is admitted when only the pre-flight is refused.",
    ),
    Hypothesis(
        "A22",
        _domain_policy,
        "The custom domain's own policy does not let this endpoint in.",
        "apigateway get-domain-name in the account that owns the domain.",
    ),
    Hypothesis(
        "A10",
        _principals,
        "The endpoint policy names principals, and an unsigned caller is nobody to it.",
        _LEFT_OUT.separate,
    ),
    replace(_LEFT_OUT, weigh=_left_out),
    _layer(
        "A09",
        "A Deny of the endpoint policy hits: a data perimeter of accounts or organizations.",
        _READ_ENDPOINT,
        ("endpoint", "explicit"),
        *_ANY_DENY,
        layer="endpoint",
        best=True,
    ),
    _layer(
        "A11",
        "The caller's own policies do not allow execute-api:Invoke on this method.",
        _READ_CALLER,
        ("identity", "implicit"),
        ("identity", None),
        *_ANY,
        layer="identity",
        best=True,
        signed=True,
    ),
    _layer(
        "A12",
        "A Deny in the caller's own policies hits.",
        _READ_CALLER,
        ("identity", "explicit"),
        *_ANY_DENY,
        layer="identity",
        best=True,
        signed=True,
    ),
    _layer(
        "A12",
        "A guard rail of the organization or the session hits: the layer that the text names.",
        "The policy whose ARN the text ends with; organizations list-policies-for-target.",
        *(
            (layer, kind)
            for layer in ("scp", "rcp", "boundary", "session")
            for kind in ("explicit", "implicit", None)
        ),
        layer="scp",
        best=True,
    ),
    Hypothesis(
        "A26",
        _lost_signature,
        "Something on the way takes the signature out of the call.",
        "The same call without the proxy.",
    ),
    Hypothesis(
        "A20",
        _untold,
        "A Lambda authorizer denies.",
        "The method's authorization type.",
    ),
)
"""Candidates of a policy's denial; those that the text's layer excludes drop out."""
