"""Scenarios of the family `contribution`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
