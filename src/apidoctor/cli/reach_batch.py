"""``apidoctor reach --batch``: flows in, answers out."""

import sys
from pathlib import Path
from typing import Any

import click

from apidoctor.cli.batches import lines_of
from apidoctor.cli.reach_network import network_of_text, network_on
from apidoctor.reasoning.reachability.line import MAX_LINE
from apidoctor.reasoning.reachability.stream import Networks, run_batch


def answer_batch(values: dict[str, Any]) -> int:
    """Answer each line and return the exit code.

    Raises:
        NothingToJudge: the batch or the snapshot cannot be read.
    """
    region = values["region"]
    common = network_on(Path(values["snapshot"]), region) if values["snapshot"] else None
    networks = Networks(common, lambda text: network_of_text(text, region))
    output = sys.stdout.buffer
    with lines_of(values["batch"], MAX_LINE) as lines:
        counted = run_batch(lines, output, networks, expect=values["expect"])
    output.flush()
    if counted.unreadable:
        text = f"apidoctor: {counted.unreadable} of {counted.lines} lines ask no flow; see their problem"
        click.echo(text, err=True)
    if counted.lines and counted.unreadable == counted.lines:
        return 4
    return 1 if counted.unexpected else 3 if counted.undecided else 0
