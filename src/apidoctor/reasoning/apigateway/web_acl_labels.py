"""Labels that a web ACL's rules put on a request, and what a label match statement makes of them.

Source: AWS WAF developer guide, "Label syntax and naming requirements", "Rule that add labels" and "Label match rule
statement": a rule that matches adds its labels whatever it does besides, later rules of the same web ACL see them, and
a key without the prefix of a web ACL or rule group means labels of its own context.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

OWN_PREFIX = "awswaf:"
"""How every whole label begins; a key that begins so names who added it."""
DEEPEST = 36
"""Members nested deeper than this are not looked at."""
_FOREIGN = re.compile(r"awswaf:(managed:|clientip:|forwardedip:|\d+:rulegroup:)")
"""Labels of AWS and of rule groups, which no rule of the web ACL itself adds."""


class Labels(Struct, frozen=True):
    """The labels of one request, as far as the rules before tell."""

    prefix: str = ""
    """``awswaf:ACCOUNT:webacl:NAME:``, in front of the names that the web ACL's own rules give."""
    sure: frozenset[str] = frozenset()
    """Names that a rule before certainly added."""
    maybe: frozenset[str] = frozenset()
    """Names that a rule before adds, of which nobody can tell whether it matches."""
    others: bool = False
    """Whether somebody else may have added labels: a rule group, a country, a token."""

    def after(self, rule: Mapping[str, Any], truth: bool | None) -> "Labels":
        """Return the labels after a rule that did not end the evaluation."""
        names = frozenset(_names(rule)) if truth is not False else frozenset()
        return Labels(
            self.prefix,
            self.sure | names if truth else self.sure,
            self.maybe if truth else self.maybe | names,
            self.others or _labels_by_itself(rule.get("Statement")),
        )

    def match(self, body: Mapping[str, Any]) -> bool | None:
        """Say whether a label match statement matches; None: cannot be told."""
        scope, key = body.get("Scope"), body.get("Key")
        if scope not in ("LABEL", "NAMESPACE") or not isinstance(key, str) or not key:
            return None
        if key.startswith(OWN_PREFIX) and not (self.prefix and key.startswith(self.prefix)):
            # Nobody reads the rules of groups, and what the web ACL's own name is may not be known.
            return False if _FOREIGN.match(key) and not self.others else None
        wanted = key.removeprefix(self.prefix) if self.prefix else key
        truths = {_fits(name, wanted, scope) for name in self.sure}
        if True in truths:
            return True
        maybe = {_fits(name, wanted, scope) for name in self.maybe}
        return False if truths | maybe <= {False} else None


def prefix_of(acl: Mapping[str, Any]) -> str:
    """Return the prefix of the labels that a web ACL's own rules add; empty where it cannot be told."""
    told = acl.get("LabelNamespace")
    if isinstance(told, str) and told.startswith(OWN_PREFIX):
        return told
    parts = str(acl.get("ARN") or "").split(":")
    name = acl.get("Name")
    return f"{OWN_PREFIX}{parts[4]}:webacl:{name}:" if len(parts) > 5 and parts[4] and name else ""


def _names(rule: Mapping[str, Any]) -> Iterable[str]:
    labels = rule.get("RuleLabels")
    for label in labels if isinstance(labels, list) else []:
        name = label.get("Name") if isinstance(label, dict) else None
        if isinstance(name, str) and name:
            yield name


def _fits(name: str, wanted: str, scope: str) -> bool | None:
    """Say whether a label's name is the one that is wanted, or lies in the namespace (which ends with a colon).

    None for a key that is only the end of a name, or a namespace from its midst.
    """
    space = wanted if wanted.endswith(":") or not wanted else f"{wanted}:"
    if name.startswith(space) if scope == "NAMESPACE" else name == wanted:
        return True
    inside = f":{space}" in name if scope == "NAMESPACE" else name.endswith(f":{wanted}")
    return None if inside else False


_LABELLING = (
    "ManagedRuleGroupStatement",
    "RuleGroupReferenceStatement",
    "GeoMatchStatement",
    "AsnMatchStatement",
)
"""Statements that add labels of their own, whether they match or not."""


def _labels_by_itself(statement: Any, depth: int = 0) -> bool:
    """Say whether a statement, or one within it, adds labels that no rule names; what lies too deep may."""
    if depth > DEEPEST:
        return True
    if isinstance(statement, dict):
        return any(
            key in _LABELLING or _labels_by_itself(value, depth + 1) for key, value in statement.items()
        )
    return isinstance(statement, list) and any(_labels_by_itself(part, depth + 1) for part in statement)
