from collections.abc import Callable

from statistics_examples import Degenerate

EXAMPLES: dict[str, Callable[[], object]] = {}
DEGENERATE: list[Degenerate] = []
