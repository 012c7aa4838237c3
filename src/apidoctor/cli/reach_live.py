"""The network of one question, read from AWS as far as the answer needs it."""

import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from apidoctor.cli.reach_network import topology_of
from apidoctor.engine.gathering import gather
from apidoctor.errors import NothingToJudge, UsageError
from apidoctor.facts.aws.looker import AwsLooker, CredentialOptions
from apidoctor.model.missing import Missing, Probe
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Snapshot
from apidoctor.reasoning.network import Topology
from apidoctor.reasoning.reachability.asked import Question, missing_of

_SECONDS = 60
"""For the whole run."""


def read_for(values: dict[str, Any], asked: Question) -> Topology:
    """Read from AWS what *asked* needs.

    Raises:
        UsageError: no Region.
        NothingToJudge: no credentials that work.
    """
    region = values["region"] or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise UsageError("say the Region of the network (--region), or judge a --snapshot")
    credentials = CredentialOptions(values["profile"], values["role_arn"], values["external_id"])
    looker = AwsLooker(credentials, region=region, deadline=time.monotonic() + _SECONDS)

    def ask(seen: Snapshot) -> Iterable[Missing]:
        if not seen.accounts:
            return (Probe("identity"),)
        return missing_of(topology_of(seen.accounts, region), asked)

    taken = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = gather([looker], Snapshot(FORMAT, FORMAT_VERSION, taken), ask)
    if not found.accounts:
        why = "; ".join(looker.problems) or "no AWS credentials"
        raise NothingToJudge(f"AWS cannot be read: {why}; or judge a --snapshot")
    return topology_of(found.accounts, region)
