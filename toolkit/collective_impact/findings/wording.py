"""Words that readers get for what the statistics found: intervals, chance, counts."""

from collective_impact.findings.finding import EstimateRecord
from collective_impact.language import digits_for, number, p_equals, probability, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import Estimate, Interval


def interval(estimate: Interval) -> str:
    """The interval in words, for example ``95% interval −38.9 to −0.1``."""
    digits = digits_for(estimate.value)
    return _("{confidence}% interval {low} to {high}").format(
        confidence=number(100 * estimate.confidence, 0),
        low=number(estimate.low, digits),
        high=number(estimate.high, digits),
    )


def estimate_record(estimate: Estimate, unit: str) -> EstimateRecord:
    """The estimate as the record keeps it, with its unit."""
    values = {name: getattr(estimate, name) for name in EstimateRecord.model_fields if name != "unit"}
    return EstimateRecord(unit=unit, **values)


def interval_record(
    interval: Interval,
    unit: str,
    *,
    n_units: int,
    n_periods: int = 1,
    p_value: float | None = None,
    p_floor: float | None = None,
) -> EstimateRecord:
    """A number with its interval as the record keeps it, with how many units and periods it rests on."""
    return EstimateRecord(
        value=interval.value,
        low=interval.low,
        high=interval.high,
        confidence=interval.confidence,
        unit=unit,
        p_value=p_value,
        p_floor=p_floor,
        n_units=n_units,
        n_periods=n_periods,
    )


def chance(estimate: Estimate) -> str:
    """The placebo test's p-value with the smallest value it could have had."""
    if estimate.p_value is None:
        return _("no test against chance")
    if estimate.p_floor is None:
        return p_equals(estimate.p_value)
    return _("{p}; the smallest possible here is {floor}").format(
        p=p_equals(estimate.p_value), floor=probability(estimate.p_floor)
    )


def periods_text(n: int) -> str:
    """A count of periods, for example ``12 periods``."""
    return translate_plural("{n} period", "{n} periods", n).format(n=n)


def areas_text(n: int) -> str:
    """A count of areas, for example ``38 areas``."""
    return translate_plural("{n} area", "{n} areas", n).format(n=n)
