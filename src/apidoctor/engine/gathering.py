"""Looks for what one question needs, round by round, until nothing more can be seen."""

import queue
from collections.abc import Callable, Iterable, Sequence

from apidoctor.engine.looking import Look, Lookout
from apidoctor.engine.store import Store
from apidoctor.facts.looker import Looker
from apidoctor.model.missing import Missing
from apidoctor.model.snapshot import Snapshot

MOST_ROUNDS = 64
"""A path has few parts: more rounds than this are a question that never ends."""


def gather(
    lookers: Sequence[Looker], snapshot: Snapshot, ask: Callable[[Snapshot], Iterable[Missing]]
) -> Snapshot:
    """Return *snapshot* with all that *ask* wants and the lookers can see.

    *ask* says what a question still misses; each thing is looked for once, what is missing at one time all at once.
    Raises the looker's own error when it fails (a defect).
    """
    store, ended = Store(snapshot), queue.SimpleQueue[Look]()
    lookout = Lookout(lookers, ended.put)
    try:
        for _ in range(MOST_ROUNDS):
            wants = {
                want for want in ask(store.snapshot(None)) if want not in lookout.asked and lookout.can(want)
            }
            if not wants:
                break
            lookout.ask(sorted(wants, key=repr))
            while wants:
                look = ended.get()
                if look.defect:
                    raise RuntimeError(look.defect)
                store.add(look.seen)
                wants.difference_update(look.covers)
    finally:
        lookout.end()
    return store.snapshot(None)
