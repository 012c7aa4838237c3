"""A Regional API is called through the endpoint on purpose."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H08",
    first="H08",
    check="api/is-private",
    blocks=("invoke/call-is-admitted",),
)
