"""Rows as another tool's snapshot has them: only what was answered, nothing of host, names and who called."""

from dataclasses import replace

from attribution.row import API, FORBIDDEN, MISSING, URL, Answer, Call, Row, Rung, World, faults

STAGE = URL.rpartition("/")[0]
ANSWERED = Answer('{"pets":[]}', None, 200)
NO_SIGNATURE = Answer(
    "{\"message\":\"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
    "parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of "
    "either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=***\"}",
    "IncompleteSignatureException",
)


def alone(world: World) -> None:
    """Leave the calls, as bare as the contract allows; nobody says who calls."""
    world.principal = ""
    world.observations = [seen | {"sent": {}} for seen in world.observations if seen["kind"] == "http"]
    for seen in world.observations:
        seen.pop("rung")


def of(rows: list[Row]) -> list[Row]:
    """The rows of signed calls for which nothing but the answer is known, seen by another tool."""
    plain = [
        row
        for row in rows
        if row.call.signed and not (row.call.sign_host or row.layout or row.change or row.rungs)
    ]
    return [replace(row, name=f"{row.name}; seen by another tool", change=alone) for row in plain]


def also(path: str, answer: Answer) -> Rung:
    """A call of another path."""
    return Rung("", answer, Call(target=path))


def _row(
    name: str,
    rests: str,
    answer: Answer,
    heads: str,
    other: tuple[str, Answer] | None = None,
    ceiling: str = "certain",
    listed: str = "",
    excluded: str = "",
) -> Row:
    """The answer to the call and, at another path, *other*; nothing else is known."""
    rungs = (also(*other),) if other else ()
    return Row(name, rests, answer, faults(heads), "possible", ceiling, faults(listed), faults(excluded),
               rungs=rungs, change=alone)  # fmt: skip


PAIR, OPEN, MADE_UP = "aws.md E.3, probe pair", "D22 H05 H10 H12", f"{STAGE}/this-path-does-not-exist-4711"
ROWS = [
    _row("another path has no route: the API was reached", PAIR, FORBIDDEN, "H10 H12", (MADE_UP, MISSING),
         "possible", "H10 H12", "D02 D22 H05 H08"),
    _row("another path is Forbidden too: it may be there", PAIR, FORBIDDEN, f"D02 H08 {OPEN}", (MADE_UP, FORBIDDEN),
         "possible", OPEN),
    _row("a path of another API has no route: that tells nothing", PAIR, FORBIDDEN, f"D02 H08 {OPEN}",
         (f"{STAGE}/x".replace(API, "zzz9876543"), MISSING), "possible", OPEN),
    _row("the path in other letters is another path", "aws.md B.1, E.4", MISSING, "H02 A18",
         (f"{STAGE}/Pets", ANSWERED)),
    _row("the path with a slash is another path", "aws.md E.4", MISSING, "H02 A18", (f"{URL}/", ANSWERED)),
    _row("no part of a signature was found", "faults.md 1, IncompleteSignature; S6", NO_SIGNATURE, "A19 H02",
         None, "likely", "A19 H02"),
]  # fmt: skip
