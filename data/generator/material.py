"""What the parts share: random streams of their own, the texts, rows and days."""

import csv
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

Row = dict[str, object]
Tables = dict[str, list[Row]]
TEXTS = Path(__file__).parent / "texts"


def stream(seed: int, part: str) -> np.random.Generator:
    """Give the random numbers of one part; those of the other parts stay as they are when it draws more or fewer."""
    own = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(part.encode()),))
    return np.random.Generator(np.random.PCG64(own))


@cache
def texts(name: str) -> tuple[dict[str, str], ...]:
    """Read the rows of ``texts/<name>.csv``."""
    with (TEXTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def only(row: dict[str, str], without: Iterable[str]) -> Row:
    """Give a row without the columns that only the generator reads."""
    left_out = set(without)
    return {name: value for name, value in row.items() if name not in left_out}


def day(text: object) -> date:
    """Read an ISO date."""
    return date.fromisoformat(str(text))


def present(partner: Row, opened: date, closed: date) -> bool:
    """Tell whether a partner took part at some time between two days; one for comparison never did."""
    joined, left = partner["joined"], partner["left"]
    return joined != "" and day(joined) <= closed and (left == "" or day(left) >= opened)


def quarters(first: int, last: int) -> list[str]:
    """Quarters of the years, as periods are written: ``2021-Q1``."""
    return [f"{year}-Q{quarter}" for year in range(first, last + 1) for quarter in (1, 2, 3, 4)]


def quarter_end(period: str) -> date:
    """Last day of a quarter."""
    year, quarter = int(period[:4]), int(period[-1])
    return date(year + quarter // 4, quarter * 3 % 12 + 1, 1) - timedelta(days=1)


def one_of(rng: np.random.Generator, choices: Sequence[str]) -> str:
    """Draw one of the texts."""
    return choices[int(rng.integers(len(choices)))]
