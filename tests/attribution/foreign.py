"""Rows as another tool's snapshot has them: only what was answered, nothing of host, names and who called."""

from dataclasses import replace

from attribution.row import API, FORBIDDEN, MISSING, URL, Answer, Call, Row, Rung, World, faults

BARE = "contracts 4; aws.md E.2"
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


ROWS = [
    Row(
        "another path has no route: the API was reached",
        "aws.md E.3, probe pair",
        FORBIDDEN,
        faults("H10 H12"),
        "possible",
        "possible",
        faults("H10 H12"),
        faults("D02 D22 H05 H08"),
        rungs=(also(f"{STAGE}/this-path-does-not-exist-4711", MISSING),),
        change=alone,
    ),
    Row(
        "another path is Forbidden too: it may be there",
        "aws.md E.3, probe pair",
        FORBIDDEN,
        faults("D02 D22 H05 H08 H10 H12"),
        "possible",
        "possible",
        faults("D22 H05 H10 H12"),
        frozenset(),
        rungs=(also(f"{STAGE}/this-path-does-not-exist-4711", FORBIDDEN),),
        change=alone,
    ),
    Row(
        "a path of another API has no route: that tells nothing",
        "aws.md E.3, probe pair",
        FORBIDDEN,
        faults("D02 D22 H05 H08 H10 H12"),
        "possible",
        "possible",
        faults("D22 H05 H10 H12"),
        frozenset(),
        rungs=(also(f"{STAGE}/x".replace(API, "zzz9876543"), MISSING),),
        change=alone,
    ),
    Row(
        "the path in other letters is another path",
        "aws.md B.1, E.4",
        MISSING,
        faults("H02 A18"),
        rungs=(also(f"{STAGE}/Pets", ANSWERED),),
        change=alone,
    ),
    Row(
        "the path with a slash is another path",
        "aws.md E.4",
        MISSING,
        faults("H02 A18"),
        rungs=(also(f"{URL}/", ANSWERED),),
        change=alone,
    ),
    Row(
        "no part of a signature was found",
        "faults.md 1, IncompleteSignature; S6",
        NO_SIGNATURE,
        faults("A19 H02"),
        "possible",
        "likely",
        faults("A19 H02"),
        change=alone,
    ),
]
