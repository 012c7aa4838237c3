"""What an explained signature does not show: values of headers that are not public, and of secret parameters."""

from collections.abc import Callable

from apidoctor.facts.redact import MASK, SECRET_NAMES, redact
from apidoctor.model.request import Request
from apidoctor.reasoning.signing.canonical import Line, canonical_query
from apidoctor.travelling.masking import header_secrets, query_secrets


def secret_headers(request: Request) -> frozenset[str]:
    """Return the names (lower case) of the headers whose values are not shown."""
    return frozenset(
        name.lower()
        for name, value in request.headers
        if name.lower() in SECRET_NAMES or header_secrets(name, value)
    )


def secret_parameters(query: str) -> frozenset[str]:
    """Return the parameters, each as the canonical request has it, whose values are not shown."""
    return frozenset(filter(_is_secret, canonical_query(query).split("&")))


def shown_url(url: str) -> str:
    """Return *url* as it may be shown."""
    there, mark, query = url.partition("?")
    return f"{redact(there)}{mark}{_hidden_query(query)}"


def hiding(request: Request) -> Callable[[Line], Line]:
    """Return what masks the secrets in a line of the canonical request of *request*."""
    secret = secret_headers(request)

    def hide(line: Line) -> Line:
        name = line.text.partition(":")[0]
        if line.element == "query":
            text = _hidden_query(line.text)
        else:
            is_secret = line.element == "header" and name in secret
            text = f"{name}:{MASK}" if is_secret else redact(line.text)
        return Line(line.element, text, line.rule)

    return hide


def _is_secret(part: str) -> bool:
    """Say whether the value of a parameter (``name=value``) is not shown."""
    return bool(query_secrets(f"?{part}")) or redact(f"?{part}") != f"?{part}"


def _hidden_query(query: str) -> str:
    parts = query.split("&")
    return "&".join(f"{part.partition('=')[0]}={MASK}" if _is_secret(part) else part for part in parts)
