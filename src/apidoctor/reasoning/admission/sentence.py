"""Who may call an API, in plain sentences."""

from collections.abc import Iterable

from apidoctor.reasoning.apigateway.authorization_keys import spelt

from .boxes import Box, Part
from .items import Item
from .sets import ABSENT, Addresses, Values
from .who import Admission, WhoCan

_CALLERS = {
    "NONE": "Anybody, signed or not,",
    "AWS_IAM": "IAM callers",
    "CUSTOM": "Callers",
    "COGNITO_USER_POOLS": "Callers with a valid token of the user pool",
}
_ALSO = {
    "nothing": "",
    "token": "",
    "identity": "when their own policies allow it",
    "identity_elsewhere": "those of other accounts only when their own policies allow it too",
    "authorizer": "when the authorizer allows it",
    "authorizer_silent": "unless the authorizer denies it",
}
_MOST = 6
"""Values of a list that are told."""
_PLACES = {
    "aws:sourcevpce": "through",
    "aws:sourcevpc": "from endpoints in",
    "aws:vpcsourceip": "from",
}


def sentences(found: WhoCan) -> list[str]:
    """One sentence for each group of requests that is admitted; one that says so when there is none."""
    if not found.admissions:
        return ["Nobody may call the API.", *found.notes]
    told = [sentence(each, found) for each in found.admissions]
    if not found.complete:
        told.append("The policies have more alternatives than are listed here.")
    return [*dict.fromkeys(told), *found.notes]


def sentence(admission: Admission, found: WhoCan) -> str:
    """The sentence for one group of requests."""
    box = admission.box
    words = [_who(box, found), "may call", _where(box.parts.get("path")), *_ways(box)]
    for name, part in sorted(box.parts.items()):
        if name not in ("principal", "path", *_PLACES):
            words.append(f"with {_condition(spelt(name), part)}")
    words += [f"{'if' if each.holds else 'unless'} {each.text}" for each in sorted(box.written)]
    also = _ALSO[admission.also]
    return " ".join(word for word in words if word) + (
        f"; {also}." if also and "those" in also else f" {also}." if also else "."
    )


def _who(box: Box, found: WhoCan) -> str:
    part = box.parts.get("principal")
    if not isinstance(part, Values):
        return _CALLERS[found.authorization]
    if part == ABSENT:
        return "Callers that do not sign"
    told = [_items(group, "or") for group in part.any_of]
    who = " and ".join(told) if told else "IAM callers"
    if part.none_of:
        who += f" except {_items(part.none_of, 'and')}"
    if part.absent:
        who += ", and callers that do not sign,"
    return who


def _where(part: Part | None) -> str:
    if not isinstance(part, Values) or not (part.any_of or part.none_of):
        return "every stage, method and path"
    told = " and ".join(_items(group, "or") for group in part.any_of) or "everything"
    return told + (f" except {_items(part.none_of, 'and')}" if part.none_of else "")


def _ways(box: Box) -> Iterable[str]:
    for name, word in _PLACES.items():
        part = box.parts.get(name)
        if part is not None:
            yield f"{word} {_condition('', part)}"


def _condition(name: str, part: Part) -> str:
    if isinstance(part, Addresses):
        return f"{name} {_list(part.blocks(), 'or')}".strip()
    if not part.present:
        return f"no {name}"
    told = [f"{name} {_items(group, 'or')}".strip() for group in part.any_of]
    if part.none_of:
        told.append(f"{name or 'any'} other than {_items(part.none_of, 'and')}")
    if not told:
        told = [f"any {name}"]
    return " and ".join(told) + (f" or no {name}" if part.absent and name and part.any_of else "")


def _items(items: Iterable[Item], word: str) -> str:
    return _list(
        [f"callers of account {item.text}" if item.kind == "account" else item.text for item in items], word
    )


def _list(values: list[str], word: str) -> str:
    shown = values[:_MOST] + ([f"{len(values) - _MOST} more"] if len(values) > _MOST else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
