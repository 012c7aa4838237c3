"""The circumstances of a refused call: what was sent, what is configured, and what other test calls brought."""

from typing import Literal

from msgspec import Struct

from apidoctor.model.report import Form
from apidoctor.model.signature import Signature
from apidoctor.reasoning.apigateway.fingerprints import Fingerprint
from apidoctor.reasoning.iam import Layer


class Circumstances(Struct, frozen=True, kw_only=True):
    """All that may bear on the meaning of an answer; None is *not known*, never *no*."""

    # What was sent.
    form: Form | None = None
    """Way to invoke."""
    signature: Signature = Signature()
    """What stood in ``Authorization`` or in a presigned query."""
    is_preflight: bool = False
    """Whether the method was OPTIONS, as of what browsers ask before a call from another origin."""
    sends_key: bool = False
    """Whether ``x-api-key`` was sent."""
    names_api: bool = True
    """Whether name, Host or ``x-apigw-api-id`` name an API or a custom domain."""
    sni_is_host: bool = True
    """Whether the server name of TLS was the Host."""
    suffix_fits: bool = True
    """Whether Host has the suffix of the Region's partition."""
    region_fits: bool = True
    """Whether Host is of the Region that the endpoint's name is of."""
    has_stage: bool = True
    """Whether the path has a stage segment (never needed with a custom domain)."""
    stage_alone: bool = False
    """Whether the path is one segment, which is taken for the stage."""
    leads_to: Literal["endpoint", "private", "public"] | None = None
    """What the address is that was connected to."""
    outside: bool | None = None
    """Whether the caller is outside AWS."""
    via_alias: bool | None = None
    """Whether the name is an alias (CNAME) of an execute-api name."""

    # What is configured.
    api_found: bool | None = None
    api_private: bool | None = None
    default_name_on: bool | None = None
    strict: bool | None = None
    stage_found: bool | None = None
    method_found: bool | None = None
    """Whether the method is deployed."""
    method_saved: bool | None = None
    """Whether the method is saved; then it may not be deployed yet."""
    authorization: str | None = None
    """``NONE``, ``AWS_IAM``, ``CUSTOM``, ``COGNITO_USER_POOLS``."""
    key_required: bool | None = None
    web_acl: bool | None = None
    """Whether a web ACL before the stage may block the call."""
    associated: bool | None = None
    """Whether the endpoint is associated with the custom domain."""
    updating: bool | None = None
    """Whether AWS is changing the custom domain, or the API, that is called by its name."""
    mapped: bool | None = None
    """Whether a mapping or rule of the custom domain takes the path."""
    customised: bool | None = None
    """Whether the API has gateway responses of its own."""
    own_types: tuple[str, ...] = ()
    """Types of those of them that look as the answer does."""
    denied_layers: frozenset[Layer] | None = None
    """Layers that deny when the call is simulated."""
    is_denied_by_principal: bool | None = None
    """Whether the endpoint policy names principals, and an unsigned caller is none of them."""

    # What else was seen.
    offset_s: float | None = None
    """AWS's clock minus this host's, in seconds."""
    issuer: str | None = None
    """Who issued the certificate of an AWS name, where that is not Amazon."""
    proxy: str | None = None
    """What in the answer tells of a proxy or load balancer."""
    impossible: Fingerprint | None = None
    """Answer to a path that no API has."""
    unsigned: Fingerprint | None = None
    """Answer to the call without a signature, where the call itself has one."""
    signed: Fingerprint | None = None
    """Answer to the call with a signature, where the call itself has none."""
    domain_admits: bool = False
    """Whether a call of the same path by a custom domain was admitted at the same address."""
    aligned: Fingerprint | None = None
    """Answer at the same address to the same call with the default name as SNI and Host."""


OTHER_SERVICES = ("cloudfront", "amazons3")
"""What the ``Server`` header of other AWS services begins with."""

CONFIGURED = (
    "api_found",
    "api_private",
    "default_name_on",
    "strict",
    "stage_found",
    "method_found",
    "method_saved",
    "key_required",
    "web_acl",
    "associated",
    "updating",
    "mapped",
    "customised",
    "denied_layers",
    "is_denied_by_principal",
)
"""What was read of the configuration."""

Rung = Literal["impossible", "unsigned", "signed", "aligned"]
"""Further test calls that may be worth their price."""
