"""The URL has no stage: the path comes where the stage belongs."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H03",
    first="H03",
    check="api/stage-is-deployed",
)
