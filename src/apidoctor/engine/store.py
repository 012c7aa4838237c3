"""The growing snapshot of a live run.  Every change makes new dictionaries, so a judgement reads a steady picture."""

from typing import Any

from apidoctor.facts.looker import Answer, Seen
from apidoctor.model.observation import AnyObservation
from apidoctor.model.operations import operation
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Asked, Snapshot

Accounts = dict[str, dict[str, dict[str, Any]]]


class Store:
    """Collects what lookers see."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.taken_at = snapshot.taken_at
        self.accounts: Accounts = dict(snapshot.accounts)
        self.observations: tuple[AnyObservation, ...] = tuple(snapshot.observations)
        self.version = 0

    def add(self, seen: Seen) -> None:
        """Put in what one look brought."""
        for account in seen.accounts:
            self.accounts = {**self.accounts, account: self.accounts.get(account, {})}
        for answer in seen.answers:
            self._put(answer)
        self.observations += seen.observations
        self.version += 1

    def snapshot(self, asked: Asked | None) -> Snapshot:
        """Return everything seen so far as one value."""
        return Snapshot(
            FORMAT, FORMAT_VERSION, self.taken_at, dict(self.accounts), list(self.observations), asked
        )

    def _put(self, answer: Answer) -> None:
        regions = self.accounts.get(answer.account, {})
        operations = regions.get(answer.region, {})
        before = operations.get(answer.operation)
        if answer.key:
            others = {} if _is_error(before) else before or {}
            own = _joined(others.get(answer.key), answer) if answer.field else answer.body
            body = {**others, answer.key: own}
        elif answer.field:
            body = _joined(before, answer)
        else:
            body = answer.body
        operations = {**operations, answer.operation: body}
        self.accounts = {**self.accounts, answer.account: {**regions, answer.region: operations}}


def _is_error(answer: Any) -> bool:
    return isinstance(answer, dict) and "error" in answer


def _joined(before: Any, answer: Answer) -> dict[str, Any]:
    """Add a narrowed list to what the list already holds, and remember what it was narrowed by."""
    if (
        isinstance(before, dict)
        and not _is_error(before)
        and (_is_error(answer.body) or not before.get("partial"))
    ):
        return before  # a whole list says more; a refusal must not wipe out what was seen
    if _is_error(answer.body):
        return answer.body
    member = operation(answer.operation, answer.region).items
    old = before if isinstance(before, dict) and not _is_error(before) else {}
    items = list(old.get(member, []))
    items += [item for item in answer.body.get(member) or [] if item not in items]
    asked = {name: list(values) for name, values in (old.get("asked") or {}).items()}
    asked[answer.field] = sorted({*asked.get(answer.field, []), *answer.values})
    return {**answer.body, member: items, "partial": True, "asked": asked}
