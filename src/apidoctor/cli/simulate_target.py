"""The case of ``apidoctor simulate TARGET``: the policies come from a snapshot, or AWS is read."""

import sys
from typing import Any

from msgspec.structs import replace

from apidoctor.errors import NothingToJudge
from apidoctor.model.wording import describe_missing
from apidoctor.reasoning.scene.case import Case as Scene
from apidoctor.reasoning.scene.simulated import simulated
from apidoctor.reasoning.simulation import Case


def read_target_case(values: dict[str, Any]) -> Case:
    """Return the call of TARGET with its policies.

    Raises:
        NothingToJudge: what is needed cannot be seen; the text says what.
    """
    found = simulated(scene_of(values))
    if not found.known:
        missing = "; ".join(map(describe_missing, found.missing))
        raise NothingToJudge(f"{values['target']}: the call cannot be simulated; not seen: {missing}")
    return found.value


def scene_of(values: dict[str, Any]) -> Scene:
    """Return what is known of TARGET: from the snapshot, else read now from AWS, with nothing sent to the API."""
    from apidoctor.cli.diagnose import prepare
    from apidoctor.cli.options import gather

    options = replace(gather(values), no_probe=True, no_invoke=True, only=("policy/*",))
    session = prepare(options).session
    if not values["snapshot"]:
        from apidoctor.report.progress import Progress

        with Progress(sys.stderr) as progress:
            session.run(progress)
    else:
        session.run()
    return session.case()
