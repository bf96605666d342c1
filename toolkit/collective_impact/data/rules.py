"""Every rule of the contract, by what the tables are about."""

from collective_impact.data.change_rules import CHANGE_RULES
from collective_impact.data.figure_rules import FIGURE_RULES
from collective_impact.data.instrument_rules import INSTRUMENT_RULES
from collective_impact.data.partner_rules import PARTNER_RULES
from collective_impact.data.rule import Rule

RULES: tuple[Rule, ...] = (*PARTNER_RULES, *INSTRUMENT_RULES, *CHANGE_RULES, *FIGURE_RULES)


def rules_of(table: str) -> tuple[Rule, ...]:
    """Give the rules that the rows of a table have to keep."""
    return tuple(rule for rule in RULES if rule.table == table)
