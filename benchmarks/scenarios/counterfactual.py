"""Scenarios of the family `counterfactual`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
