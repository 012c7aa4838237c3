"""The endpoint has failed: names and addresses lead nowhere."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N12",
    first="N12",
    check="endpoint/is-available",
    blocks=("invoke/tcp-connects",),
)
