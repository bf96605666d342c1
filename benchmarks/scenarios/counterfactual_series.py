"""Scenarios of the family `counterfactual_series`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
