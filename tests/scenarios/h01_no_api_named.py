"""The endpoint's own name is called, and nothing says which API is meant."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H01",
    first="H01",
    check="api/request-names-an-api",
    blocks=("invoke/call-is-admitted",),
)
