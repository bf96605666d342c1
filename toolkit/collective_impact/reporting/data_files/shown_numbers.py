"""Figures as readers see them, back as numbers: no finer than they were shown."""

import re
from dataclasses import dataclass
from functools import cache

from collective_impact.language import current_language
from collective_impact.translations import locale_of

NOT_GIVEN = "–"
"""What stands in a cell where there is no figure."""
_MINUS = {"−", "-"}


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A figure that somebody reads.

    Attributes
    ----------
    value : float
        A percentage as a share: 0.125 for 12.5%.
    digits : int
        Decimals that are shown.
    percent, grouped, signed : bool
        Whether it was shown as a percentage, with thousands set apart, with a plus sign.
    """

    value: float
    digits: int
    percent: bool = False
    grouped: bool = False
    signed: bool = False

    def written(self, decimal: str = ".") -> str:
        """Write it as programs read it: no thousands set apart, a plain minus; a percentage as a share."""
        digits = self.digits + 2 if self.percent else self.digits
        return f"{self.value:.{digits}f}".replace(".", decimal)

    @property
    def excel_format(self) -> str:
        """Number format under which a spreadsheet shows it as it was shown."""
        decimals = "." + "0" * self.digits if self.digits else ""
        plain = f"{'#,##' if self.grouped else ''}0{decimals}{'%' if self.percent else ''}"
        return f"+{plain};-{plain};{plain}" if self.signed else plain


def shown_number(text: str) -> ShownNumber | None:
    """Read a figure as the current language writes it; None for anything else, and for ids such as ``007``."""
    decimal, group = _signs(current_language())
    found = _pattern(decimal, group).fullmatch(text.strip())
    if found is None:
        return None
    sign, whole, decimals, percent = found.groups()
    value = float(f"{'-' if sign in _MINUS else ''}{whole.replace(group, '')}.{decimals or '0'}") + 0.0
    digits = len(decimals or "")
    share = round(value / 100, digits + 2) if percent else value
    return ShownNumber(share, digits, bool(percent), group in whole, sign == "+")


def is_column_of_numbers(texts: list[str]) -> bool:
    """Whether every cell that says something is a figure, and at least one is."""
    told = [text for text in texts if text not in {"", NOT_GIVEN}]
    return bool(told) and all(shown_number(text) for text in told)


@cache
def _signs(language: str) -> tuple[str, str]:
    signs = locale_of(language).number_symbols["latn"]
    return str(signs["decimal"]), str(signs["group"])


@cache
def _pattern(decimal: str, group: str) -> re.Pattern[str]:
    whole = rf"0|[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+|[1-9]\d*"
    return re.compile(rf"([−+-]?)({whole})(?:{re.escape(decimal)}(\d+))?([ \u00a0\u202f]?%)?", re.ASCII)
