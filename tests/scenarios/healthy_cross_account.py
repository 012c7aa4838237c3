"""Caller and endpoint in one account, API in another, signed: both sides allow."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    world="cross-account",
)
