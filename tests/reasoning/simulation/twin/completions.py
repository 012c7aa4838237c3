"""What the unknown keys of a line may turn out to be: every context that could make a difference.

A key may be absent or hold a value that a policy compares it with, something close to such a value, a text that makes
a variable fit, or a text that fits nothing. Not every possible value is tried, so a definite answer may be too
definite; an answer that differs between two contexts is proved by them.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from reasoning.simulation.twin.documents import Layers, plain_name
from reasoning.simulation.twin.texts import MULTIVALUED, Context, as_list, as_text, read_text
from reasoning.simulation.twin.values import EPOCH, moment, network, number

NOWHERE = "zz-fits-nothing-zz"
MOST_CONTEXTS = 250
FEW = 6


def completions(line: dict[str, Any], layers: Layers) -> Iterator[Context]:
    """All contexts to try: the given one when nothing is unknown."""
    unknown = {key.lower(): key for key in line.get("unknown_context") or []}
    given = line["request"].get("context") or {}
    context = {key: values for key, values in given.items() if key.lower() not in unknown}
    most = int(MOST_CONTEXTS ** (1 / max(len(unknown), 1)))
    choices = [choices_for(key, line, layers, context)[:most] for key in unknown.values()]
    for values in itertools.product(*choices):
        chosen = zip(unknown.values(), values, strict=True)
        yield {**context, **{key: held for key, held in chosen if held is not None}}


def choices_for(key: str, line: dict[str, Any], layers: Layers, context: Context) -> list[list[str] | None]:
    """Absence, single values, and for a multivalued key some sets of them; the likeliest to matter come first."""
    singles = list(dict.fromkeys([NOWHERE, *values_for(key, line, layers, context)]))
    if key.lower() == "aws:principalarn":
        singles = behind(str(line["request"]["principal_arn"]), singles)
    few, more = singles[:FEW], singles[FEW:]
    choices: list[list[str] | None] = [None, *([value] for value in few)]
    if key.lower() in MULTIVALUED:
        choices += [few, few[1:] or few, *map(list, itertools.combinations(few, 2))]
    return [*choices, *([value] for value in more)]


def behind(caller: str, values: list[str]) -> list[str]:
    """What may be behind a session: a role of its account and its name, or a user of its account."""
    found = re.fullmatch(r"(arn:[^:]*:)sts::(\d*):(assumed-role|federated-user)/([^/]*).*", caller)
    if not found:
        return values
    head, account, kind, name = found.groups()
    start = f"{head}iam::{account}:{'role' if kind == 'assumed-role' else 'user'}/"
    possible = [f"{start}{name}", f"{start}{NOWHERE}/{name}", *values]
    end = f"/{name}" if kind == "assumed-role" else ""
    return [value for value in possible if value.startswith(start) and value.endswith(end)]


def values_for(key: str, line: dict[str, Any], layers: Layers, context: Context) -> Iterator[str]:
    """Single values worth trying."""
    listed, others, texts = what_is_written(key, layers)
    own = [*listed, *(text for text in (filled(each, context) for each in listed) if text is not None)]
    fills = ["", "x1", *(each.replace("*", "").replace("?", "") for each in own)]
    yield from own
    yield from (
        concrete(value, fill, "q") for value in own for fill in fills[: 1 if "*" not in value else None]
    )
    yield from ("", "true", "false")
    used = "${" + key.lower()
    if any(used in text.lower().replace(" ", "") for text in texts):
        yield from (found for text in texts for found in re.findall(r",\s*'([^}]*)'", text))
        yield from pieces(line["request"]["resource"])
        yield from (concrete(other, "", "") for other in others)
        held = [as_text(value) for values in context.values() for value in as_list(values)]
        yield from (piece for value in held for piece in pieces(value))
    if key.lower() == "aws:principalarn":
        yield from (text for text in texts if ":role/" in text or ":user/" in text)
    for value in own:
        yield from close_to(value)
    numbers = sorted({found for found in map(number, own) if found is not None})
    yield from (str((low + high) / 2) for low, high in itertools.pairwise(numbers))


def what_is_written(key: str, layers: Layers) -> tuple[list[str], list[str], list[str]]:
    """The values that conditions compare a key with, those of all other keys, and every text of the policies."""
    listed: list[str] = []
    others: list[str] = []
    texts: list[str] = []
    for statement in every_statement(layers):
        for block in statement.get("Condition", {}).values():
            for name, values in block.items():
                same = plain_name(name).lower() == key.lower()
                (listed if same else others).extend(as_text(value) for value in as_list(values))
        for element in ("Resource", "NotResource", "Principal", "NotPrincipal"):
            found = statement.get(element, [])
            leaves = found.values() if isinstance(found, dict) else [found]
            texts += [text for leaf in leaves for text in as_list(leaf)]
    return listed, others, [*texts, *listed, *others]


def every_statement(layers: Layers) -> Iterator[dict[str, Any]]:
    """The statements of all documents."""
    for levels in layers.values():
        for document in itertools.chain.from_iterable(levels):
            yield from as_list(document["Statement"])


def filled(text: str, context: Context) -> str | None:
    """A text whose variables are replaced, as a pattern again."""
    found = read_text(text, context, variables=True)
    if found is None:
        return None
    return "".join(
        re.sub("[*?]", r"${\g<0>}", each) if origin == "filled" else each for each, origin in found
    )


def concrete(pattern: str, star: str, mark: str) -> str:
    """A text that fits a pattern."""
    stands_for = {"*": star, "?": mark}
    return re.sub(r"\$\{([*?$])\}|[*?]", lambda hit: hit.group(1) or stands_for[hit.group(0)], pattern)


def close_to(value: str) -> Iterator[str]:
    """Values that a comparison may only just tell from another."""
    yield from (value.swapcase(), value[:-1], value + "x")
    amount, at, within = number(value), moment(value), network(value)
    if amount is not None:
        yield from (str(amount - 1), str(amount + 1))
    elif at is not None:
        for seconds in (-86400, -1, 1, 86400):
            yield (EPOCH + timedelta(seconds=int(at) + seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    elif within is not None:
        first, last = int(within[0]), int(within[-1])
        kind = type(within[0])
        yield from (
            str(kind(n)) for n in (first, last, first - 1, last + 1) if 0 <= n < 2**within.max_prefixlen
        )


def pieces(text: str) -> Iterator[str]:
    """The runs of a text between signs."""
    edges = [0, *(found.end() for found in re.finditer(r"[^0-9A-Za-z]", text))]
    for start, last in itertools.combinations_with_replacement(range(len(edges)), 2):
        end = edges[last + 1] - 1 if last + 1 < len(edges) else len(text)
        yield text[edges[start] : end]
