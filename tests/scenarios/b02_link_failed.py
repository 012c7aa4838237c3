"""The VPC link has failed."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="B02",
    first="B02",
    check="integration/vpc-link-is-available",
    blocks=("integration/backend-answers",),
    passes=("invoke/call-is-admitted",),
)
