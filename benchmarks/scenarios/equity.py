"""Scenarios of the family `equity`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
