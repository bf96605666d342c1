"""Scenarios of the family `change`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
