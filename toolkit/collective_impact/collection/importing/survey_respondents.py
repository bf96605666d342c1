"""Who has answered a survey: a code that tells respondents apart, and whether each has answered once."""

import hashlib
from collections.abc import Sequence

from collective_impact.data.quoting import listed, quoted
from collective_impact.errors import Problem
from collective_impact.language import translate as _


def respondent_code(submission: str) -> str:
    """Give a code made of a submission's id, which cannot be traced back to it."""
    return "r" + hashlib.sha256(submission.removeprefix("uuid:").encode()).hexdigest()[:12]


def differing_submissions(lined: Sequence[tuple[int, dict[str, str]]], place: str) -> list[Problem]:
    """Say which respondents have given different answers in one wave; the same ones again do no harm.

    Parameters
    ----------
    lined : sequence of (int, dict)
        Line of the submission with one of its answers as a row of the package.
    place : str
    """
    given: dict[tuple[str, str], dict[int, set[frozenset[tuple[str, str]]]]] = {}
    for line, row in lined:
        if row["respondent_id"]:
            submissions = given.setdefault((row["wave_id"], row["respondent_id"]), {})
            submissions.setdefault(line, set()).add(frozenset(row.items()))
    differing = {who: by_line for who, by_line in given.items() if len({*map(frozenset, by_line.values())}) > 1}
    if not differing:
        return []
    (wave, respondent), by_line = next(iter(differing.items()))
    found = _("several submissions of {respondent} in wave {wave}, in rows {rows}").format(
        respondent=quoted(respondent), wave=quoted(wave), rows=listed([str(line) for line in sorted(by_line)])
    )
    expected, mend = _("one submission a respondent and wave"), _("keep one of them, usually the last")
    count = sum(len(each) - 1 for each in differing.values())
    return [Problem(place, found, expected, mend, min(by_line), "respondent_id", count=count)]
