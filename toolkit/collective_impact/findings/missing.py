"""Words for what the data cannot carry: why something is missing, and what would unlock it."""

from collections.abc import Callable

from collective_impact.data.schema import table_schema
from collective_impact.language import number, quote
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient, Reason


def reason_and_unlock(missing: Insufficient) -> tuple[str, str]:
    """Why something could not be estimated, and what would unlock it: two plain sentences."""
    reason, unlock = _REASONS[missing.reason]()
    words = {"found": number(missing.found, 0), "needed": number(missing.needed, 0), "table": missing.table}
    if missing.table:
        schema = table_schema(missing.table)
        words |= {"title": quote(schema.label()), "holds": schema.describe()}
    return reason.format(**words), unlock.format(**words)


_REASONS: dict[Reason, Callable[[], tuple[str, str]]] = {
    "no_rows": lambda: (
        _("The table {title} has no rows, or is not there."),
        _("Rows in the table {table}. It holds: {holds}"),
    ),
    "no_data": lambda: (
        _("There are no values of this indicator for this area."),
        _("Rows in the table indicator_value for the indicator and area, one for each period."),
    ),
    "no_treated_unit": lambda: (
        _("No area is marked as taking part, so there is nothing to compare before and after."),
        _("The first period in which each area took part, in the column treated_from of the table area."),
    ),
    "many_treated_units": lambda: (
        _("{found} areas take part, and this design is for {needed}."),
        _("Another design, or one of the areas, by the parameters design and area."),
    ),
    "no_donors": lambda: (
        _("There is no area without the initiative to compare with."),
        _("The same indicator for areas that never took part, with treated_from left empty."),
    ),
    "too_few_donors": lambda: (
        _("The number of areas to compare with is {found}, and it takes at least {needed}."),
        _("The same indicator for {needed} or more areas that never took part."),
    ),
    "too_few_periods": lambda: (
        _("The number of periods is {found}, and it takes at least {needed}."),
        _("At least {needed} periods of the indicator."),
    ),
    "too_few_periods_before": lambda: (
        _("The number of periods before the start is {found}, and it takes at least {needed}."),
        _("At least {needed} periods from before the start."),
    ),
    "too_few_periods_after": lambda: (
        _("The number of periods after the start is {found}, and it takes at least {needed}."),
        _("At least {needed} periods from after the start: later data, or a later report."),
    ),
    "gaps_in_periods": lambda: (
        _("Some periods are missing in the series, and the method needs them without gaps."),
        _("The missing periods in the table indicator_value, or a shorter stretch without gaps."),
    ),
    "no_ratings": lambda: (
        _("Nobody has scored the criteria that this question is about."),
        _("Scores on these criteria in the table rubric_score, by at least two raters, each on their own."),
    ),
    "too_few_raters": lambda: (
        _("Fewer than two raters scored the same thing, so nobody can tell whether others would see it the same way."),
        _("Scores by at least {needed} raters, each on their own."),
    ),
    "too_few_respondents": lambda: (
        _("{found} people answered, and results are shown from {needed} up."),
        _("Answers from at least {needed} people."),
    ),
    "low_agreement": lambda: (
        _("The raters agree too little for their scores to be put together."),
        _("A talk about what each step of the scale means, and a new rating, each rater on their own."),
    ),
    "no_variation": lambda: (
        _("The values never change, or change by the same step each time, so there is no scatter to judge by."),
        _("A check of the values: a perfectly even series is often filled in or rounded."),
    ),
    "no_target": lambda: (
        _("The indicator has no target."),
        _("The columns target and target_period of the table indicator."),
    ),
    "different_starts": lambda: (
        _("The areas started at {found} different times, and this design is for one start."),
        _("Another design, or one of the areas, by the parameters design and area."),
    ),
    "no_target_period": lambda: (
        _("The target has no date."),
        _("The column target_period of the table indicator."),
    ),
    "no_direction": lambda: (
        _("The indicator does not say whether it should rise or fall."),
        _("The column direction of the table indicator: increase or decrease."),
    ),
    "no_groups": lambda: (
        _("The values are not split by group, so nobody can say for whom things changed."),
        _("Rows in the table indicator_value for each group, in the column group, with numerator and denominator."),
    ),
    "nothing_due": lambda: (
        _("The table {title} has nothing that was due by now, so nothing can be early or late."),
        _("Days by which things are to be done, in the table {table}."),
    ),
    "no_power": lambda: (
        _("No actor on the power map has both its power and its interest judged."),
        _("The columns formal_power, informal_power and interest of the table power_actor."),
    ),
    "no_barriers": lambda: (
        _("No event on record is marked as hindering, so there are no barriers to count."),
        _("Events that hindered, with their direction, in the table context_event."),
    ),
    "no_interviews": lambda: (
        _("No round of interviews with influential people has as many answers as may be shown."),
        _("Answers to the instrument bellwether in the table survey_response."),
    ),
    "nothing_lately": lambda: (
        _("Nothing was recorded in the months that this page looks back on."),
        _("Newer rows in the table context_event, or a longer look back."),
    ),
    "nothing_to_answer": lambda: (
        _("No event on record hinders, is mixed or was a shock, so nothing called for an answer."),
        _("Which way each event points, and whether it was a shock, in the table context_event."),
    ),
    "no_answers": lambda: (
        _("No event is linked to a decision or a change of plan, so nobody can tell how soon events are answered."),
        _("The event that set each change off, in the column event_id of the table adaptation."),
    ),
    "no_events": lambda: (
        _("What else happened around the initiative is not recorded."),
        _("Rows in the table context_event: what happened when, and who says so."),
    ),
    "no_shocks": lambda: (
        _("No event in these years is marked as a shock."),
        _("The column shock of the table context_event: true for what came suddenly and had to be responded to."),
    ),
    "no_control_outcome": lambda: (
        _("There is no outcome that the initiative does not aim at, to try the method on."),
        _("Another indicator of the level outcome, without a target, with values for the same areas and periods."),
    ),
    "no_scale": lambda: (
        _("It is not known how many residents one value of the indicator refers to, so it cannot be counted in all."),
        _("The column per of the table indicator: 1 for a figure per head, 100 for a percentage of the residents."),
    ),
    "no_population": lambda: (
        _("The number of residents of the area is not known, so the change cannot be counted in all."),
        _("The column population of the table area."),
    ),
    "too_few_rows": lambda: (
        _("The number of observations is {found}, and it takes at least {needed}."),
        _("At least {needed} observations."),
    ),
    "too_few_clusters": lambda: (
        _("The values come from {found} organizations or areas, and it takes at least {needed}."),
        _("Values from at least {needed} organizations or areas."),
    ),
    "too_few_sites": lambda: (
        _("The number of sites is {found}, and it takes at least {needed} to see a pattern across them."),
        _("Results from at least {needed} sites; with fewer, compare them case by case."),
    ),
    "too_few_events": lambda: (
        _("{found} cases were counted, and it takes at least {needed}."),
        _("A longer time or a larger area, so that at least {needed} cases are counted."),
    ),
    "too_few_groups": lambda: (
        _("There are values for {found} groups, and it takes at least {needed}."),
        _("Values for at least {needed} groups."),
    ),
    "no_denominator": lambda: (
        _("It is not known how many the counts are out of."),
        _("A denominator above zero for each count."),
    ),
    "treated_from_first_period": lambda: (
        _("Those who take part did so from the first recorded period on, so nothing shows how it was before."),
        _("Values from before the start."),
    ),
    "collinear": lambda: (
        _("Some of the explanations always go together in the data, so they cannot be told apart."),
        _("Fewer explanations, or data in which they do not go together."),
    ),
    "more_terms_than_rows": lambda: (
        _("There are {found} observations, too few for all that has to be estimated from them: it takes {needed}."),
        _("At least {needed} observations, or a simpler method."),
    ),
    "no_convergence": lambda: (
        _("The calculation did not settle on an answer: the data say too little."),
        _("More data, or a simpler method."),
    ),
    "no_ties": lambda: (
        _("No ties between the actors are recorded."),
        _("Rows in the table relation: who works with whom, and how closely."),
    ),
    "too_short_follow_up": lambda: (
        _(
            "Nothing has been followed for longer than {found} days, so the share done within {needed} days is "
            "not known."
        ),
        _("Wait until the entries have been followed for {needed} days."),
    ),
    "too_few_treated_clusters": lambda: (
        _("{found} of the organizations or areas take part, and it takes at least {needed} for this test."),
        _("More of them, or a test that gives the start to others by turns (randomization)."),
    ),
    "too_few_rated": lambda: (
        _("{found} things were rated, and it takes at least {needed} to tell how sure the agreement is."),
        _("Rate more things, or put rounds together."),
    ),
    "missing_ratings": lambda: (
        _("Some raters left out things that others rated."),
        _("Ratings of everything by every rater, or a measure that allows for holes (alpha)."),
    ),
    "too_few_items": lambda: (
        _("One question alone cannot show whether questions belong together."),
        _("At least {needed} questions about the same thing."),
    ),
    "too_few_pairs": lambda: (
        _("{found} answered in both rounds, and it takes at least {needed}."),
        _("Answers of the same people in both rounds."),
    ),
    "too_few_actors": lambda: (
        _("The number of actors is {found}, and the measure takes at least {needed}."),
        _("A list of all actors, those without ties too."),
    ),
    "one_cluster_decides": lambda: (
        _("One side of the comparison rests on a single organization."),
        _("Observations of at least {needed} organizations on each side."),
    ),
    "perfect_prediction": lambda: (
        _("In some group everybody does it, or nobody, so that odds have no limit."),
        _("Differences of shares instead of odds, or more observations."),
    ),
    "no_evidence": lambda: (
        _("No evidence for this claim has been looked for and judged."),
        _("Rows in the table evidence: what was looked for, whether it was found, and how telling it is."),
    ),
    "too_many_conditions": lambda: (
        _("{found} conditions are too many for so few sites, which bear {needed}: any result would look explained."),
        _("Fewer conditions, or more sites."),
    ),
    "no_sufficient_row": lambda: (
        _("No combination of conditions goes with the outcome reliably."),
        _("Other conditions, or a closer look at the sites that contradict one another."),
    ),
    "no_gain": lambda: (
        _("Nothing was gained that the costs could be shared over."),
        _("An outcome that improved."),
    ),
    "too_few_rounds": lambda: (
        _("There is {found} round, and a change takes {needed}."),
        _("A second round in which the same is asked."),
    ),
    "no_backbone": lambda: (
        _("No partner is marked as the backbone organization, so the network cannot be seen without it."),
        _("The column backbone in the table partner, true for the backbone organization."),
    ),
    "no_stages": lambda: (
        _("No policy has been recorded as proposed, adopted, implemented or enforced."),
        _("Rows in the table policy_event: which stage each policy reached, and when."),
    ),
    "no_significance": lambda: (
        _("None of the harvested outcomes says why it matters."),
        _("The column significance of the table outcome_harvest, in the words of those concerned."),
    ),
    "no_costs": lambda: (
        _("The costs are not known."),
        _("Rows in the table cost."),
    ),
}
