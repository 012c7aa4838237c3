"""A bearer token stands where a signature is asked for."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A19",
    first="A19",
    check="invoke/signature-is-accepted",
    blocks=("invoke/call-is-admitted",),
)
