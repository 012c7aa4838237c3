"""The invoke matrix of a world: what its ways are, and observations as if every cell had been tried."""

import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

from worlds.build import World
from worlds.judge import written
from worlds.seen import AWS_HEADERS, COMMON, dns, host, tcp, tls

from apidoctor.cli.app import run

OK: dict[str, Any] = {"status": 200, "body": '{"pets": []}'}
FORBIDDEN: dict[str, Any] = {"status": 403, "body": '{"message":"Forbidden"}', "error": "ForbiddenException"}
TIMEOUT: dict[str, Any] = {"tcp": "timeout"}

Answer = Callable[[dict[str, Any], str], dict[str, Any] | None]
"""What a row at an address answers; None: it was not tried."""
Names = Callable[[dict[str, Any]], dict[str, Any] | None]
"""The DNS observation of a row's name; None: nobody asked."""


def matrix(world: World, folder: Path) -> dict[str, Any]:
    """The matrix as the command tells it; its exit code must be the process's."""
    words = ["matrix", "--snapshot", str(written(world, folder)), world.target, "--json"]
    words += ["--from", world.origin, "--as", world.principal, *world.options]
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(StringIO()) as errors:
        code = run(words)
    out.flush()
    assert code in (0, 1, 3), errors.getvalue()
    told: dict[str, Any] = json.loads(raw.getvalue())
    assert told["exit_code"] == code
    return told


def tried(world: World, folder: Path, answer: Answer, names: Names) -> dict[str, Any]:
    """The matrix of *world* after every cell was tried from the caller's host."""
    world.origin = "local"
    world.observations = [host(world)]
    seen: list[dict[str, Any]] = []
    resolved: dict[str, dict[str, Any]] = {}
    for row in matrix(world, folder)["rows"]:
        found = names(row) if row["form"] != "direct-ip" else None
        if found:
            resolved[row["name"]] = found
        addresses = [cell["address"] for cell in row["cells"]]
        addresses += [one for one in (found or {}).get("addresses", []) if one not in addresses]
        for address in addresses:
            seen += observed(row, address, answer(row, address))
    world.observations += [*resolved.values(), *seen]
    return matrix(world, folder)


def observed(row: dict[str, Any], address: str, said: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The observations of one cell."""
    if said is None:
        return []
    place = {"form": row["form"], "host": row["host"], "server_name": row["server_name"]}
    first = tcp(address, said.get("tcp", "connected")) | place
    if "tcp" in said:
        return [first]
    shaken = tls(address, row["server_name"], said.get("tls", "verified")) | {
        key: place[key] for key in ("form", "host")
    }
    shaken |= {key: said[key] for key in ("issuer", "subject", "reason") if key in said}
    if "tls" in said and "status" not in said:  # with a status: it was called all the same, as the user asked
        return [first, shaken]
    headers = dict(said.get("headers", AWS_HEADERS)) | (
        {"x-amzn-errortype": said["error"]} if "error" in said else {}
    )
    sent = {"host": row["host"]}
    if (row["header"] or "").startswith("x-apigw-api-id: "):
        sent["x-apigw-api-id"] = row["header"].partition(": ")[2]
    name = row["name"]
    call = COMMON | {
        "kind": "http",
        "method": "GET",
        "address": address,
        "url": f"https://{name}/prod/pets",
        "sent": sent,
        "outcome": "response",
        "status": said["status"],
        "headers": headers,
        "body": said["body"],
        "signed": said.get("signed", False),
        "elapsed_ms": {"connect": 1.0, "tls": 11.0, "first_byte": 30.0, "total": 43.0},
    }
    return [first, shaken, call | place]


def to_the_endpoint(row: dict[str, Any]) -> dict[str, Any]:
    """Every name leads to the interfaces that its row is tried at."""
    return dns(row["name"], "answer", *[cell["address"] for cell in row["cells"]])


def of(told: dict[str, Any], form: str, name: str = "") -> dict[str, Any]:
    """The first row of a form, of this name when one is given."""
    return next(row for row in told["rows"] if row["form"] == form and name in row["name"])


def statuses(told: dict[str, Any]) -> dict[str, set[str]]:
    """The statuses of the rows of each form."""
    found: dict[str, set[str]] = {}
    for row in told["rows"]:
        found.setdefault(row["form"], set()).add(row["status"])
    return found


def proved(told: dict[str, Any]) -> dict[str, str]:
    """Candidates with their confidence."""
    return {one["fault"]: one["confidence"] for one in told["proves"]}
