"""Scenarios of the family `ratings`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
