"""Rules that the sentences of a finding keep, as code.

Contribution, not sole credit; an uncertain result is called inconclusive, never "no effect"; the number of
units is in sight; what overlaps is not ranked.
"""

import re
from collections.abc import Sequence

_FORBIDDEN = {
    "claims that there is no effect": (
        r"\b(no|without|zero) (effect|impact|difference)\b|\b(ingen|utan) (effekt|skillnad|inverkan)\b"
    ),
    "claims proof": r"\bprove[sdn]?\b|\bbevisa(r|t|de)\b",
    "claims sole credit": (
        r"\b(solely|entirely|only) (due to|because of|thanks to)\b|\bthanks to\b|"
        r"\b(enbart|helt) (på grund av|tack vare)\b|\btack vare\b"
    ),
    "claims a cause": r"\bcaus(ed|es)\b|\borsaka(de|r|t)\b",
}
_RANKING = re.compile(
    r"\b(best|worst|highest|lowest|strongest|weakest|largest|smallest|top|ranks?|ranked|ahead of|outperform\w*)\b|"
    r"\b(bäst|sämst|högst|lägst|starkast|svagast|störst|minst|främst|rankas|ligger före)\w*",
    re.IGNORECASE,
)
_INCONCLUSIVE = re.compile(r"\binconclusive\b|\b(går (det )?inte (heller )?|inte går )att avgöra\b", re.IGNORECASE)


def broken_rules(
    text: str, *, inconclusive: bool, counts: Sequence[int] = (), overlapping: bool = False
) -> tuple[str, ...]:
    """Name the rules that a text breaks.

    Parameters
    ----------
    text : str
        Sentences in English or Swedish.
    inconclusive : bool
        Whether they report an estimate that the data cannot tell from zero.
    counts : sequence of int
        Numbers of units and periods behind the estimate; one of them must stand in the text.
    overlapping : bool
        Whether they set things beside one another whose intervals overlap: then nothing may be ranked.
    """
    broken = [name for name, pattern in _FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]
    if inconclusive and not _INCONCLUSIVE.search(text):
        broken.append("does not call an uncertain result inconclusive")
    if overlapping and _RANKING.search(text):
        broken.append("ranks things whose intervals overlap")
    if counts and not any(re.search(rf"(?<!\d){count}(?!\d)", text) for count in counts):
        broken.append("does not name the number of units")
    return tuple(broken)
