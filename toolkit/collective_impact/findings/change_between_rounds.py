"""Words and checks for what moved between two rounds, everybody compared with themselves."""

from collective_impact.findings.finding import Check
from collective_impact.findings.strength import clear_of_zero, counted
from collective_impact.findings.wording import interval
from collective_impact.language import figure_text, number
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.ratings.paired_waves import PairedWaves


def change_words(change: PairedWaves) -> dict[str, str]:
    """Mean change, its interval and the number of pairs as readers see them."""
    return {"change": figure_text(change.mean.value), "interval": interval(change.mean), "n": number(change.n, 0)}


def change_checks(what: str, change: PairedWaves) -> tuple[Check, ...]:
    """Check how many pairs a change rests on, whether it leaves out zero, and whether most moved the same way.

    Parameters
    ----------
    what : str
        What the pairs are, as it opens a sentence.
    change : PairedWaves
    """
    most = max(change.n_higher, change.n_lower)
    rule = _("Two in three moved the same way")
    seen = _("{higher} up, {lower} down, {same} as before").format(
        higher=change.n_higher, lower=change.n_lower, same=change.n_same
    )
    return (
        *counted(what, change.n, weak=6, moderate=12),
        clear_of_zero(change.mean),
        Check(rule=rule, seen=seen, held=3 * most >= 2 * change.n),
    )


def raters_check(n_raters: int, least: int) -> Check:
    """Check how many rated in each round: what one of them thinks is no more than an opinion."""
    rule = _("Raters in each round: at least {n}").format(n=least)
    return Check(rule=rule, seen=number(n_raters, 0), held=n_raters >= least)


def by_direction(change: Interval, titles: tuple[str, str, str]) -> str:
    """The title for a rise, a fall, or what is inconclusive."""
    if not change.leaves_out(0):
        return titles[2]
    return titles[0] if change.value > 0 else titles[1]


def with_caution(statement: str, change: Interval) -> str:
    """The statement, with a word of caution where the interval includes zero."""
    if change.leaves_out(0):
        return statement
    return statement + " " + _("The interval includes zero, so the direction is inconclusive.")
