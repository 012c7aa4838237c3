"""One snapshot out of several: two accounts' bundles, an on-prem probe and an inventory, two runs of one host.

Which input comes first decides only the question (``asked``), the vantage of ``--from local`` and which of two hosts
of one name keeps it.  For all else their order does not matter: what AWS said is joined by its age.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from apidoctor.facts.dumps.places import UNKNOWN
from apidoctor.facts.dumps.wording import counted, some
from apidoctor.facts.merging.ages import age_of, instant
from apidoctor.facts.merging.answers import join_operation
from apidoctor.facts.merging.vantages import join_observations
from apidoctor.model.snapshot import FORMAT, Asked, Snapshot

LONG = 3600.0
"""Seconds between two inputs from which on a note says it."""


def merge(snapshots: Sequence[Snapshot], names: Sequence[str] = ()) -> tuple[Snapshot, list[str]]:
    """Return all that *snapshots* hold as one, and notes on what does not fit together; *names* are theirs in notes.

    A merged snapshot can be merged again: beside what is older than the whole stands its age.  Raises `ValueError` for
    no snapshot at all.
    """
    if not snapshots:
        raise ValueError("nothing to merge")
    called = [*names, *(f"input {number}" for number in range(len(names) + 1, len(snapshots) + 1))]
    taken = max((each.taken_at for each in snapshots), key=lambda text: (instant(text), text))
    accounts, differing = _accounts(snapshots, age_of(taken))
    observations, vantages = join_observations([each.observations for each in snapshots])
    merged = Snapshot(
        FORMAT,
        max((each.format_version for each in snapshots), key=_version),
        taken,
        accounts,
        observations,
        _asked(snapshots, vantages),
    )
    notes = [*_ages(snapshots, called), *_renamed(vantages, called), *_other_questions(snapshots, called)]
    unnamed = [name for name, each in zip(called, snapshots, strict=True) if UNKNOWN in each.accounts]
    if len(unnamed) > 1:
        notes.append(f"an account is not known by its number in {some(unnamed)}: taken for one account")
    if differing:
        told = counted("answer", differing, "different in two inputs")
        notes.append(f"{told}; what is newer counts, of the same age what either shows")
    return merged, notes


def _accounts(snapshots: Sequence[Snapshot], age: str) -> tuple[dict[str, Any], list[str]]:
    """Join what AWS said; name the operations of which whole answers differ."""
    found: dict[tuple[str, str], dict[str, list[tuple[str, Any]]]] = {}
    accounts: dict[str, Any] = {}
    for snapshot in snapshots:
        for account, regions in snapshot.accounts.items():
            accounts.setdefault(account, {})
            for region, answers in regions.items():
                accounts[account].setdefault(region, {})
                by_name = found.setdefault((account, region), {})
                for name, raw in answers.items():
                    by_name.setdefault(name, []).append((age_of(snapshot.taken_at), raw))
    differing = []
    for (account, region), by_name in found.items():
        for name, raws in by_name.items():
            accounts[account][region][name], differ = join_operation(name, region, raws, age)
            if differ:
                differing.append(f"{account} {region} {name}")
    return accounts, differing


def _asked(snapshots: Sequence[Snapshot], vantages: dict[tuple[int, str], str]) -> Asked | None:
    """Return the first question; where it names a vantage, by what that is called now."""
    for index, snapshot in enumerate(snapshots):
        if snapshot.asked:
            place = snapshot.asked.options.get("from_")
            now = vantages.get((index, place), place) if isinstance(place, str) else place
            kept = snapshot.asked.options
            return replace(snapshot.asked, options={**kept, "from_": now}) if now != place else snapshot.asked
    return None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() and len(part) < 10 else 0 for part in text.split(".")[:3])


def _ages(snapshots: Sequence[Snapshot], names: Sequence[str]) -> Iterator[str]:
    """Say how much older than the newest each input is, where what changed in between may be missing."""
    ages = [instant(each.taken_at or _last_look(each)) for each in snapshots]
    newest = max(ages)
    for name, age in zip(names, ages, strict=True):
        if age != newest and newest - age > LONG:
            yield f"{name} {_lag(newest - age)}: what has changed since is not in it"


def _lag(seconds: float) -> str:
    if seconds == float("inf"):
        return "does not tell when it was taken and counts as older than the others"
    minutes = int(seconds // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    return (
        f"is {f'{days} d {hours} h' if days else f'{hours} h {minutes % 60} min'} older than the newest input"
    )


def _last_look(snapshot: Snapshot) -> str:
    return max((seen.at for seen in snapshot.observations), key=instant, default="")


def _renamed(vantages: dict[tuple[int, str], str], names: Sequence[str]) -> Iterator[str]:
    for (index, before), now in vantages.items():
        if before != now:
            yield f"two hosts are called {some([before])}: that of {names[index]} is now {some([now])}"


def _other_questions(snapshots: Sequence[Snapshot], names: Sequence[str]) -> Iterator[str]:
    """Say which inputs were taken for another call than the first: of the first they may show only a part."""
    asked = [(name, each.asked) for name, each in zip(names, snapshots, strict=True) if each.asked]
    others = [name for name, question in asked[1:] if question and question.target != asked[0][1].target]
    here = asked[0][1].options.get("from_", "local") if asked else "local"
    for name, question in asked[1:]:
        there = question.options.get("from_", "local") if question else here
        if there not in (here, "local"):
            yield f"{name} was taken for --from {there}, which is not asked any more; say it with check --from"
    if others:
        yield f"{counted('input', others, 'taken for another call')}; the question is that of {asked[0][0]}"
