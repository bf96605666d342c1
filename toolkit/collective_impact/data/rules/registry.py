"""Every rule of the contract, by what the tables are about."""

from collective_impact.data.rules.changes import CHANGE_RULES
from collective_impact.data.rules.claims import CLAIM_RULES
from collective_impact.data.rules.figures import FIGURE_RULES
from collective_impact.data.rules.groups import GROUP_RULES
from collective_impact.data.rules.instruments import INSTRUMENT_RULES
from collective_impact.data.rules.partners import PARTNER_RULES
from collective_impact.data.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *PARTNER_RULES,
    *INSTRUMENT_RULES,
    *CHANGE_RULES,
    *CLAIM_RULES,
    *GROUP_RULES,
    *FIGURE_RULES,
)


def rules_of(table: str) -> tuple[Rule, ...]:
    """Give the rules that the rows of a table have to keep."""
    return tuple(rule for rule in RULES if rule.table == table)
