"""The elements of a statement, compiled: resources, principals and conditions.

Source: IAM User Guide, the page of each element; API Gateway Developer Guide, "Create and attach an API Gateway
resource policy to an API" (the short resource forms).
"""

from msgspec import UNSET

from ._conditions import Clause, compile_clause
from ._globs import ARN_SEGMENTS, AnyApi, Matcher, glob, glob_matches, segments
from ._patterns import OneOf, Pattern, Patterns, Prefix, Template, compile_patterns, tokens
from ._raw import Block, RawPrincipal, RawStatement, Texts, Together
from .principals import EVERYONE, Principals, compile_principals
from .values import Kind

SHORT = "execute-api:/"
"""How a resource of an API's own policy may begin, in place of the API's ARN."""
_DOMAIN = ":/domainnames/"


def listed(value: Texts) -> list[str]:
    """One text or a list of texts, as a list."""
    return [value] if isinstance(value, str) else value


_COMPLETED: frozenset[Kind] = frozenset({"identity", "boundary", "session"})


def compile_resources(values: Texts, *, kind: Kind, prefix: str | None, variables: bool) -> Pattern:
    """ARN patterns. The short forms count only in an API's (or domain's) own policy and stand for its ARN."""
    if len(values) == 1 or isinstance(values, str):
        simple = _simple_arn(values if isinstance(values, str) else values[0])
        if simple:
            return simple
    plain: list[str] = []
    extra: list[Matcher] = []
    templates: list[Template] = []
    for value in listed(values):
        if value == "*":
            return EVERYTHING
        if kind == "resource" and value.startswith(SHORT):
            tail = value[len(SHORT) :]
            if prefix is None:
                # The policy belongs to the API that is called, so any API's id is that one's.
                if variables and "${" in tail:
                    templates.append(Template(tokens(tail, variables=True), "api", False))
                else:
                    extra.append(AnyApi(glob(tail)))
            else:
                plain += [prefix] if _DOMAIN in prefix and tail == "*" else []
                plain.append(f"{prefix}/{tail}")
        elif "${" not in value or not variables:
            plain.append(complete(value, kind))
        elif variable_is_well_placed(value):
            plain.append(value)
    return compile_patterns(plain, "arn", variables=variables, extra=extra, templates=templates)


EVERYTHING: Pattern = Patterns(True, frozenset(), (), (), ())
"""``"*"``"""


def _simple_arn(value: str) -> Pattern | None:
    """The pattern of a complete ARN whose only wildcard is its last ``*``, or that has none: the usual kind."""
    if value.count(":") < ARN_SEGMENTS - 1 or "?" in value or "${" in value:
        return None
    star = value.find("*")
    if star < 0:
        return OneOf((value,))
    return Prefix(value[:-1]) if star == len(value) - 1 else None


def complete(value: str, kind: Kind) -> str:
    """An ARN of too few segments, completed as AWS does: with ``*`` for each that is missing.

    Source: IAM User Guide, "IAM identifiers" (incomplete ARNs in identity-based policies) and "Resource" (a ``*`` that
    ends a segment may stand for what follows its colon too, in any policy).
    """
    missing = ARN_SEGMENTS - 1 - value.count(":")
    is_arn = missing > 0 and glob_matches(value.partition(":")[0], "arn")
    if is_arn and (value.endswith("*") or kind in _COMPLETED):
        return value + ":*" * missing
    return value


def variable_is_well_placed(value: str) -> bool:
    """Whether no policy variable stands before the fifth colon of an ARN, where none is replaced."""
    if value.count(":", 0, value.find("${")) >= ARN_SEGMENTS - 1:
        return True
    before = segments(tokens(value, variables=True))[: ARN_SEGMENTS - 1]
    return all(token.kind != "variable" for segment in before for token in segment)


def compile_principal(value: str | RawPrincipal) -> Principals:
    """A compiled Principal or NotPrincipal element."""
    if isinstance(value, str):
        return EVERYONE
    issuers = [
        each for part in (value.Service, value.Federated) if part is not UNSET for each in listed(part)
    ]
    return compile_principals([] if value.AWS is UNSET else listed(value.AWS), issuers)


def principal_entries(value: str | RawPrincipal) -> tuple[str, ...]:
    """The entries of a Principal or NotPrincipal element as they are written."""
    if isinstance(value, str):
        return (value,)
    parts = (value.AWS, value.Service, value.Federated, value.CanonicalUser)
    return tuple(each for part in parts if part is not UNSET for each in listed(part))


def blocks(statement: RawStatement) -> tuple[Block, ...]:
    """The Condition; several where keys are repeated, all of them to hold."""
    if statement.Condition is UNSET:
        return ()
    return (
        (statement.Condition, *statement.also) if isinstance(statement, Together) else (statement.Condition,)
    )


def compile_condition(statement: RawStatement, *, variables: bool) -> tuple[Clause, ...]:
    """The clauses of a Condition, one for each operator and key."""
    if statement.Condition is UNSET:
        return ()
    return tuple(
        [
            compile_clause(name, key, value, variables=variables)
            for block in blocks(statement)
            for name, keys in block.items()
            for key, value in keys.items()
        ]
    )
