"""Scenarios of the family `networks`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
