"""From the options of ``apidoctor simulate`` to a case."""

import json
import sys
from pathlib import Path
from typing import Any

from apidoctor.errors import NothingToJudge, UsageError
from apidoctor.reasoning.simulation import Case, Unreadable, read_case
from apidoctor.reasoning.simulation.case import MAX_LINE

_VERDICTS = ("allow", "deny", "neutral")


def read(values: dict[str, Any]) -> Case:
    """Read the case that the options describe.

    Raises:
        UsageError: options that do not go together, or none that says what is asked.
        NothingToJudge: a file cannot be read, or AWS does not show what is needed.
    """
    if values["target"]:
        from apidoctor.cli.simulate_target import read_target_case

        return read_target_case(values)
    if values["snapshot"]:
        raise UsageError("--snapshot needs TARGET: say which API is called")
    text = _text_of_case(values["case"]) if values["case"] else json.dumps(_line(values)).encode()
    try:
        return read_case(text)
    except Unreadable as error:
        where = values["case"] or "the options"
        raise NothingToJudge(f"{where}: {error}") from None


def _text_of_case(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_LINE + 1)
    return _file(name).encode()


def _line(values: dict[str, Any]) -> dict[str, Any]:
    """The options as a line of a batch."""
    if not values["resource"]:
        raise UsageError("say what is asked: TARGET, --resource ARN, --case FILE or --batch FILE")
    principal = values["principal"]
    return {
        "request": {
            "action": values["action"],
            "resource": values["resource"],
            "principal_arn": None if principal == "anonymous" else principal,
            "resource_account": values["resource_account"],
            "context": _context(values["context"]),
        },
        "policies": {
            "identity": [policy_text(each) for each in values["identity"]],
            "resource": policy_text(values["resource_policy"]),
            "endpoint": policy_text(values["endpoint_policy"]),
            "boundary": policy_text(values["boundary"]),
            "session": policy_text(values["session"]),
            "scps": [_level(each) for each in values["scp"]],
            "rcps": [_level(each) for each in values["rcp"]],
        },
        "authorization": values["authorization"],
        "authorizer": _authorizer(values["authorizer"]),
        "unknown_context": list(values["unknown"]),
    }


def _context(given: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key:
            raise UsageError(f"--context {each}: write KEY=VALUE, for example aws:SourceVpce=vpce-0aaa")
        found.setdefault(key, []).append(value)
    return found


def policy_text(given: str | None) -> str | None:
    """The text of a policy: a file's, or the option's own when it is JSON."""
    if given is None or given.lstrip().startswith("{"):
        return given
    return _file(given)


def _level(given: str) -> list[str | None]:
    if given.lstrip().startswith("{"):
        return [given]
    return [policy_text(each) for each in given.split(",")]


def _authorizer(given: str | None) -> str | None:
    return given if given in _VERDICTS else policy_text(given)


def _file(name: str) -> str:
    try:
        path = Path(name)
        if path.stat().st_size > MAX_LINE:
            raise NothingToJudge(f"{name}: larger than {MAX_LINE >> 20} MiB, no policy is")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NothingToJudge(
            f"{name}: {error.strerror or error}; name a file, or write the policy itself"
        ) from None
    except UnicodeDecodeError:
        raise NothingToJudge(f"{name}: not UTF-8 text") from None
