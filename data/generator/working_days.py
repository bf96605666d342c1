"""Days on which people in Sweden work and meet."""

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY = 4, 5
_JULY = 7


def working_day(when: date) -> date:
    """Give the day itself, or the next one: no weekend, no public holiday, nothing from 24 December to 1 January."""
    while when.weekday() > _FRIDAY or when in holidays(when.year):
        when += _DAY
    return when


def meeting_day(when: date) -> date:
    """Give the day itself, or the next working day outside July."""
    return working_day(date(when.year, _JULY + 1, 1) if when.month == _JULY else when)


@cache
def holidays(year: int) -> frozenset[date]:
    """Give the days of a year that nobody works, weekends apart; eves are free where they are so in practice."""
    easter = easter_sunday(year)
    moving = {easter + timedelta(days=after) for after in (-2, 1, 39)}  # Good Friday, Easter Monday, Ascension
    fixed = {date(year, month, day) for month, day in ((1, 1), (1, 6), (5, 1), (6, 6))}
    midsummer_eve = _first(_FRIDAY, date(year, 6, 19))
    all_saints = _first(_SATURDAY, date(year, 10, 31))
    christmas = {date(year, 12, day) for day in range(24, 32)}
    return frozenset(moving | fixed | {midsummer_eve, all_saints} | christmas)


def easter_sunday(year: int) -> date:
    """Compute Easter by the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _first(weekday: int, on_or_after: date) -> date:
    return on_or_after + timedelta(days=(weekday - on_or_after.weekday()) % 7)
