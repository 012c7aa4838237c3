"""Policy documents as they stand on a line: JSON text or object, repeated keys, and what is no policy at all.

Source: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

import json
from typing import Any

from reasoning.simulation.twin.texts import as_list

Document = dict[str, Any]
Layers = dict[str, list[list[Document]]]
"""The documents of each layer, level by level; a layer that is no organization's has one level."""

READINGS = ("last", "first", "both")
"""What may become of a JSON key that stands twice in one object; AWS does not say which."""

REPEATED = "\x00"
WITH_PRINCIPAL = ("resource", "endpoint", "rcp")
MEMBERS = ("identity", "resource", "endpoint", "boundary", "session", "scps", "rcps")


class InvalidError(Exception):
    """A document is not a policy."""


def plain_name(name: str) -> str:
    """A key as the document writes it, whether it stands there once or twice."""
    return name.split(REPEATED)[0]


def read_document(document: Any, reading: str) -> tuple[Document, bool]:
    """The document as an object, and whether a key of it is repeated."""
    repeated = False

    def pairs(found: list[tuple[str, Any]]) -> Document:
        nonlocal repeated
        out: Document = {}
        for number, (key, value) in enumerate(found):
            if key in out:
                repeated = True
                if reading == "first":
                    continue
                if reading == "both":
                    key += f"{REPEATED}{number}"
            out[key] = value
        return out

    if isinstance(document, str):
        try:
            document = json.loads(document, object_pairs_hook=pairs)
        except ValueError as error:
            raise InvalidError("JSON") from error
    if not isinstance(document, dict):
        raise InvalidError("object")
    return document, repeated


def must(holds: bool, what: str) -> None:
    """A rule of the grammar."""
    if not holds:
        raise InvalidError(what)


def texts_only(values: Any, what: str) -> None:
    """An element is a text or a list of texts."""
    must(all(isinstance(each, str) for each in as_list(values)), what)


def check_principal(statement: Document, layer: str) -> None:
    """Policies of resources and endpoints name principals, all others may not."""
    named = [statement[name] for name in ("Principal", "NotPrincipal") if name in statement]
    must(len(named) == (layer in WITH_PRINCIPAL), "Principal")
    for principal in named:
        must(principal == "*" or isinstance(principal, dict), "Principal")
        for values in principal.values() if isinstance(principal, dict) else ():
            texts_only(values, "Principal")


def check_statement(statement: Any, layer: str, trust: bool) -> None:
    """One statement; only a role's trust policy has no Resource."""
    must(isinstance(statement, dict), "Statement")
    must(statement.get("Effect") in ("Allow", "Deny"), "Effect")
    must(("Action" in statement) != ("NotAction" in statement), "Action")
    texts_only(statement.get("Action", statement.get("NotAction")), "Action")
    must(not ("Resource" in statement and "NotResource" in statement), "Resource")
    must(trust or "Resource" in statement or "NotResource" in statement, "Resource")
    texts_only(statement.get("Resource", statement.get("NotResource", "*")), "Resource")
    check_principal(statement, layer)
    condition = statement.get("Condition", {})
    must(isinstance(condition, dict), "Condition")
    for block in condition.values():
        must(isinstance(block, dict), "Condition")
        leaves = [leaf for values in block.values() for leaf in as_list(values)]
        must(all(isinstance(leaf, str | int | float | bool) for leaf in leaves), "Condition")


def check_document(document: Document, layer: str, trust: bool) -> None:
    """The structure of a policy; names of actions, operators and resources are not judged."""
    must(document.get("Version", "2008-10-17") in ("2008-10-17", "2012-10-17"), "Version")
    must("Statement" in document, "Statement")
    for statement in as_list(document["Statement"]):
        check_statement(statement, layer, trust)


def read_layers(line: dict[str, Any], reading: str, trust: bool) -> tuple[Layers, bool]:
    """The documents of a line, and whether any of them repeats a key."""
    policies = line.get("policies") or {}
    found: Layers = {}
    repeats = []

    def load(document: Any, layer: str) -> Document:
        loaded, repeated = read_document(document, reading)
        check_document(loaded, layer, trust and layer == "resource")
        repeats.append(repeated)
        return loaded

    for member in MEMBERS:
        given, layer = policies.get(member), member.removesuffix("s")
        levels = (given or []) if member in ("scps", "rcps") else [as_list([] if given is None else given)]
        found[layer] = [[load(document, layer) for document in level] for level in levels]
    authorizer = line.get("authorizer")
    is_document = isinstance(authorizer, dict) or str(authorizer).lstrip().startswith("{")
    found["authorizer"] = [[load(authorizer, "authorizer")] if is_document else []]
    return found, any(repeats)
