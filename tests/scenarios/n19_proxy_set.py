"""The environment names a proxy for the call; the call itself goes past it."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N19",
    warns=("invoke/no-proxy-takes-the-call",),
)
