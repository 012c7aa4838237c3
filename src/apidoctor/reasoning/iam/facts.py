"""A request, prepared once for being matched against many statements."""

from ._patterns import MULTIVALUED
from .principals import Caller, caller
from .values import Request

NO_KEYS: frozenset[str] = frozenset()


class Facts:
    """What statements ask of a request. Keys are in lower case; a key without a value is absent."""

    __slots__ = ("action", "caller", "context", "has_boundary", "request", "resource", "spelling", "unknown")

    def __init__(self, request: Request, *, has_boundary: bool = False) -> None:
        self.request = request
        self.action = request.action.lower()
        self.resource = request.resource
        self.context: dict[str, tuple[str, ...]] = {
            key.lower(): values for key, values in request.context.items() if values
        }
        self.spelling = {key.lower(): key for key in request.unknown_context}
        self.unknown = frozenset(self.spelling).difference(self.context) if self.spelling else NO_KEYS
        self.has_boundary = has_boundary
        base = self.context.get("aws:principalarn")
        self.caller: Caller = caller(
            request.principal_arn, request.principal_account, base[0] if base else None, self.unknown
        )

    def variable(self, key: str) -> str | None:
        """The value of a key that a policy variable can use: a key with exactly one value, never a set.

        An empty value counts as none.
        """
        values = self.context.get(key)
        if values is None or len(values) != 1 or key in MULTIVALUED:
            return None
        return values[0] or None

    def is_unknown(self, key: str) -> bool:
        """Whether the key may be in the request with a value that is not known."""
        if not self.unknown:
            return False
        return key in self.unknown or (
            "/" in key and key not in self.context and f"{key.partition('/')[0]}/*" in self.unknown
        )
