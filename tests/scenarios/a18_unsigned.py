"""The method asks for a signature, the caller does not sign."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A18",
    first="A18",
    check="policy/call-is-signed-where-asked",
    blocks=("invoke/call-is-admitted",),
)
