"""Scenarios of the family `counterfactual_panels`."""

from scenarios import Scenario

SCENARIOS: tuple[Scenario, ...] = ()
