"""What ``apidoctor sign`` tells, on a page."""

from apidoctor.model.signature import Signature
from apidoctor.reasoning.signing.explain import Explained
from apidoctor.reasoning.signing.judge import NAMES
from apidoctor.report.page import Page

_KEYS = {
    "long-term": "a long-term one (AKIA…)",
    "temporary": "a temporary one (ASIA…)",
    "other": "of another kind",
}


def fill(page: Page, told: Explained, *, explain: bool) -> None:
    """Add all of it; without *explain* the canonical request is left out."""
    page.flow((told.method, "strong"), told.url)
    if told.authorization is not None:
        _authorization(page, told, told.authorization)
    else:
        page.field("scope", told.scope)
        page.field("signed", told.signed_headers)
        page.field("keys", told.keys)
        _problems(page, told)
    if explain and told.lines:
        _texts(page, told)
    if told.curl is not None:
        page.blank()
        page.verbatim(told.curl, indent=2, role="plain")
        for warning in told.warnings:
            page.flow(warning, first="  note     ")


def _texts(page: Page, told: Explained) -> None:
    page.blank()
    page.flow(("canonical request", "strong"))
    for number, line in enumerate(told.lines, 1):
        page.verbatim(f"{number:>2}  {line.text or '(empty line)'}", indent=2, role="plain")
        page.flow((f"{line.element}: {line.rule}", "dim"), first="        ")
    page.blank()
    page.flow(("string to sign", "strong"))
    page.verbatim(told.string_to_sign, indent=6, role="plain")


def _authorization(page: Page, told: Explained, own: Signature) -> None:
    where = "in the query" if own.place == "query" else "in the Authorization header"
    page.field("brings", f"{NAMES[own.scheme]}, {where}")
    if own.is_aws:
        page.field("key", _KEYS.get(own.key_type, "none"))
        page.field("scope", "/".join(own.scope) or "none")
        page.field("signed", ";".join(own.signed_headers) or "none")
        if own.place == "query":
            page.field("expires", f"{own.expires} s" if own.expires else "not told")
    if not told.problems:
        page.field("", "nothing is wrong with it, as far as it can be told without the secret key")
    _problems(page, told)


def _problems(page: Page, told: Explained) -> None:
    for problem in told.problems:
        page.blank()
        page.flow(problem.words, first=(f"  {problem.fault}  ", "fail"))
        page.field("fix", problem.fix)
