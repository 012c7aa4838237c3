"""The types of gateway responses: what each means, and how it looks unless its owner changed it.

Sources: API Gateway developer guide, "Gateway response types"; the fault catalogue, section 1 (which faults a response
can have).
"""

from collections.abc import Mapping

from msgspec import Struct


class Response(Struct, frozen=True):
    """What one type of gateway response means."""

    status: int
    """Status unless it was changed."""
    layer: str
    """Who answered: ``authentication``, ``policy``, ``authorizer``, ``waf``, ``key``, ``throttle``, ``routing`` …"""
    faults: tuple[str, ...]
    """Faults that give this response, the usual one first."""
    certain: bool
    """Whether the type alone proves the first fault."""
    errors: tuple[str, ...]
    """Values of ``x-amzn-ErrorType`` that come with it unless it was customized; empty: not known."""
    words: str
    """What happened, in words."""


RESPONSES: Mapping[str, Response] = {
    "ACCESS_DENIED": Response(
        403,
        "policy",
        ("A02", "A03", "A11", "A12", "A20"),
        False,
        ("AccessDeniedException",),
        "a policy refused it",
    ),
    "API_CONFIGURATION_ERROR": Response(
        500,
        "integration",
        ("B01", "B02", "B03"),
        False,
        ("InternalServerErrorException",),
        "the method's integration is not set up right",
    ),
    "AUTHORIZER_CONFIGURATION_ERROR": Response(
        500,
        "authorizer",
        ("A20",),
        True,
        ("AuthorizerConfigurationException", "InternalServerErrorException"),
        "the authorizer could not be asked",
    ),
    "AUTHORIZER_FAILURE": Response(
        500,
        "authorizer",
        ("A20",),
        True,
        ("AuthorizerFailureException", "InternalServerErrorException"),
        "the authorizer failed",
    ),
    "BAD_REQUEST_BODY": Response(
        400, "validation", (), False, ("BadRequestException",), "the body did not fit the model"
    ),
    "BAD_REQUEST_PARAMETERS": Response(
        400, "validation", (), False, ("BadRequestException",), "a required parameter was not sent"
    ),
    "EXPIRED_TOKEN": Response(
        403, "authentication", ("A17",), True, ("ExpiredTokenException",), "the token has expired"
    ),
    "INTEGRATION_FAILURE": Response(
        504,
        "integration",
        ("B04", "B02"),
        False,
        ("InternalServerErrorException",),
        "the backend could not be reached",
    ),
    "INTEGRATION_TIMEOUT": Response(
        504,
        "integration",
        ("B04",),
        True,
        ("InternalServerErrorException",),
        "the backend did not answer in time",
    ),
    "INVALID_API_KEY": Response(
        403, "key", ("H10",), True, ("ForbiddenException",), "the API key is missing or not good here"
    ),
    "INVALID_SIGNATURE": Response(
        403,
        "authentication",
        ("A15", "A25", "A26"),
        False,
        (
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignatureException",
            "IncompleteSignature",
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            # An unknown session token is refused under this name (fault catalogue, section 1).
            "AccessDeniedException",
        ),
        "the signature is not accepted",
    ),
    "MISSING_AUTHENTICATION_TOKEN": Response(
        403,
        "routing",
        ("H02", "H04", "A18"),
        False,
        ("MissingAuthenticationTokenException",),
        "no such method, or no signature where one is asked for",
    ),
    "QUOTA_EXCEEDED": Response(
        429, "throttle", ("H11",), True, ("LimitExceededException",), "the usage plan's quota is used up"
    ),
    "REQUEST_TOO_LARGE": Response(
        413, "size", ("H14",), True, ("RequestTooLargeException",), "the request is too large"
    ),
    "RESOURCE_NOT_FOUND": Response(
        404, "routing", ("H02",), True, ("ResourceNotFoundException", "NotFoundException"), "no such resource"
    ),
    "THROTTLED": Response(
        429,
        "throttle",
        ("H11",),
        True,
        ("TooManyRequestsException", "LimitExceededException"),
        "it was throttled",
    ),
    "UNAUTHORIZED": Response(
        401, "authorizer", ("A20", "A21"), False, ("UnauthorizedException",), "the token was not accepted"
    ),
    "UNSUPPORTED_MEDIA_TYPE": Response(
        415,
        "validation",
        (),
        False,
        ("BadRequestException", "UnsupportedMediaTypeException"),
        "the content type has no mapping",
    ),
    "WAF_FILTERED": Response(403, "waf", ("H12",), True, ("ForbiddenException",), "AWS WAF blocked it"),
}
"""Gateway response types; ``DEFAULT_4XX`` and ``DEFAULT_5XX`` say nothing more than the status."""
