"""Who may call an API, as text and as JSON."""

from collections.abc import Sequence
from typing import Any

from apidoctor.reasoning.admission import Admission, WhoCan, sentences
from apidoctor.reasoning.admission.boxes import Part
from apidoctor.reasoning.admission.items import Item
from apidoctor.reasoning.admission.sentence import sentence
from apidoctor.reasoning.admission.sets import Addresses
from apidoctor.report.page import Page

_TYPES = {
    "NONE": "methods without authorization",
    "AWS_IAM": "methods with IAM authorization",
    "CUSTOM": "methods with a Lambda authorizer",
    "COGNITO_USER_POOLS": "methods with a user pool",
}


def fill(page: Page, api_arn: str, found: Sequence[WhoCan]) -> None:
    """Put who may call an API on *page*."""
    page.flow((api_arn, "strong"), first="who may call ", rest=2)
    for each in found:
        page.blank()
        page.flow((_TYPES[each.authorization], "strong"))
        for told in sentences(each):
            page.flow(told if told.startswith("arn:") else told[:1].upper() + told[1:], first="  ")


def as_json(api_arn: str, found: Sequence[WhoCan]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "api": api_arn,
        "who_can": [
            {
                "authorization": each.authorization,
                "complete": each.complete,
                "admissions": [_admission(one, each) for one in each.admissions],
                "sentences": sentences(each),
                "notes": list(each.notes),
            }
            for each in found
        ],
    }


def _admission(admission: Admission, found: WhoCan) -> dict[str, Any]:
    box = admission.box
    return {
        "also": admission.also,
        "parts": {name: _part(part) for name, part in sorted(box.parts.items())},
        "conditions": [{"text": each.text, "holds": each.holds} for each in sorted(box.written)],
        "sentence": sentence(admission, found),
    }


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Addresses):
        return {"any_of": [part.blocks()], "none_of": [], "absent": part.absent}
    if not part.present:
        return {"any_of": [[]], "none_of": [], "absent": part.absent}
    return {
        "any_of": [[_item(item) for item in group] for group in part.any_of],
        "none_of": [_item(item) for item in part.none_of],
        "absent": part.absent,
    }


def _item(item: Item) -> str:
    return item.text
