"""The environment names a proxy that refuses the call; the tool's own call goes past it and is answered."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N19",
    first="N19",
    check="invoke/no-proxy-takes-the-call",
    passes=("invoke/call-is-admitted",),
)
