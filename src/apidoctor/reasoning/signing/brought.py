"""Whether a request brings an authorization of its own."""

from apidoctor.model.request import Request
from apidoctor.reasoning.apigateway.names import header


def brings_authorization(request: Request) -> bool:
    """Say whether the user gave the call an Authorization header, or a presigned query."""
    return header(request, "authorization") is not None or "x-amz-algorithm=" in request.query.lower()
