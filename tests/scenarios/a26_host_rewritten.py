"""A box on the way rewrites the Host of a signed call."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A26",
    first="A26",
    check="invoke/signature-is-accepted",
    blocks=("invoke/call-is-admitted",),
)
