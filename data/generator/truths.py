"""What is planted in the example: the parameters of everything that is drawn."""

from dataclasses import dataclass
from datetime import date

DEFAULT_SEED = 20200101
AS_OF = date(2025, 12, 31)


@dataclass(frozen=True, slots=True)
class Practice:
    """How a way of working spreads: by a logistic curve in time.

    Attributes
    ----------
    final_share : float
        Share of the organizations that take it up in the end.
    midpoint : float
        Quarters after 2021-Q1 at which half of those have done so.
    comparison_share : float
        Share of the organizations for comparison that take it up in the end, most of them late.
    """

    final_share: float
    midpoint: float
    comparison_share: float


@dataclass(frozen=True, slots=True)
class Truths:
    """Everything planted; percentage points (pp) are of the indicator's own per cent.

    Attributes
    ----------
    completion_effect : float
        On completed upper secondary school at full strength, mean over the areas, pp.
    completion_delay, completion_build_up : int
        Years without effect, and then years in which it grows evenly to its full strength.
    completion_extra_born_abroad : float
        How much larger the effect is for young people born abroad than for those born in the country, pp.
    completion_per_rubric_point : float
        How much larger the effect is in an area for each point of its mean score on the five conditions, pp.
    neet_effect, neet_delay, neet_build_up
        The same for young people neither working nor studying.
    absence_effect, absence_delay, absence_build_up
        The same for high absence; delay and build-up in quarters.
    control_effect : float
        On the control measure: none.
    decision_delay, decision_spread : float
        Median days from signal to decision, and standard deviation of their logarithm.
    rater_error, equity_rater_error, power_rater_error : float
        Probability that a rater misses the true step: of the conditions and most other criteria, of equity, and of the
        power dynamics.
    ties_within, ties_across, ties_backbone : tuple of 3 floats
        Probability in each round that two partners cooperate: of one sector, of two, one of them the backbone.
    trust : tuple of 3 floats
        Mean trust in each round.
    reputation_spread : float
        Standard deviation between partners of how much the others trust them, in steps of the scale.
    mindset_rise, wilder_rise, partner_survey_rise, voice_rise, target_rise, bellwether_rise : float
        Rise of the surveys' mean answer from the first round to the last, in steps of the scale.
    named_unasked : tuple of 2 floats
        Share of influential people outside the initiative who name the issue unasked, in each round.
    born_abroad_answer : float
        How far the answers of residents and young people born abroad lie from the others', in steps of the scale.
    practices : mapping of str to Practice, as pairs
    aligned_first, aligned_last : float
        Share of the money that follows the common agenda in 2020 and 2025; it rises evenly.
    stance_shift : float
        Mean shift of the actors that were courted, first to last round, in steps of the scale -2 to +2.
    activities_on_time : float
        Probability that an activity is done by its planned end.
    submissions_on_time_first, submissions_on_time_last : float
        Probability that a partner reports in time in the first and the last quarter.
    hours_ratio : float
        Hours that a report takes after the decision to ask less, as a part of those before.
    true_claims : tuple of str
        Contribution claims that are true; the others are not.
    """

    completion_effect: float = 6.0
    completion_delay: int = 1
    completion_build_up: int = 2
    completion_extra_born_abroad: float = 5.0
    completion_per_rubric_point: float = 1.5
    neet_effect: float = -1.5
    neet_delay: int = 1
    neet_build_up: int = 2
    absence_effect: float = -3.0
    absence_delay: int = 1
    absence_build_up: int = 4
    control_effect: float = 0.0
    decision_delay: float = 45.0
    decision_spread: float = 0.6
    rater_error: float = 0.12
    equity_rater_error: float = 0.25
    power_rater_error: float = 0.55
    ties_within: tuple[float, float, float] = (0.40, 0.46, 0.52)
    ties_across: tuple[float, float, float] = (0.15, 0.32, 0.46)
    ties_backbone: tuple[float, float, float] = (0.95, 0.92, 0.90)
    trust: tuple[float, float, float] = (2.5, 2.9, 3.2)
    reputation_spread: float = 0.45
    mindset_rise: float = 0.8
    wilder_rise: float = 0.4
    partner_survey_rise: float = 0.6
    voice_rise: float = 0.6
    target_rise: float = 0.5
    bellwether_rise: float = 0.4
    named_unasked: tuple[float, float] = (0.35, 0.60)
    born_abroad_answer: float = -0.4
    practices: tuple[tuple[str, Practice], ...] = (
        ("franvarorutin", Practice(0.95, 5.0, 0.6)),
        ("overlamning", Practice(0.85, 8.0, 0.2)),
        ("datamote", Practice(0.75, 10.0, 0.2)),
        ("eget-inflytande", Practice(0.45, 13.0, 0.0)),
    )
    aligned_first: float = 0.25
    aligned_last: float = 0.60
    stance_shift: float = 1.0
    activities_on_time: float = 0.65
    submissions_on_time_first: float = 0.60
    submissions_on_time_last: float = 0.90
    hours_ratio: float = 0.5
    true_claims: tuple[str, ...] = ("p1", "p2")
