"""Scenarios of the family `behaviour`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
