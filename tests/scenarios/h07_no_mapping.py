"""The custom domain has no mapping for the path."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H07",
    first="H07",
    check="domain/path-is-mapped",
    blocks=("invoke/call-is-admitted",),
)
