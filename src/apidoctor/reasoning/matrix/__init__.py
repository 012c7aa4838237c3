"""The invoke matrix: every way to call an API at every address, what each should do, did, and what that proves.

Pure: ways and cells are read from a snapshot; what should work is the verdict of the checks, handed in by the engine.
"""

from apidoctor.reasoning.matrix.cells import places, resolved
from apidoctor.reasoning.matrix.custom import left_out
from apidoctor.reasoning.matrix.judge import judge
from apidoctor.reasoning.matrix.values import Candidate, Cause, Cell, Expectation, Matrix, Row, Should
from apidoctor.reasoning.matrix.ways import Way, wanted, ways

__all__ = [
    "Candidate",
    "Cause",
    "Cell",
    "Expectation",
    "Matrix",
    "Row",
    "Should",
    "Way",
    "judge",
    "left_out",
    "places",
    "resolved",
    "wanted",
    "ways",
]
