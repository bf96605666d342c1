"""The published figures that each method reproduces, and the table of them in docs/methods.md."""

from known_answers import (
    behaviour,
    change,
    contribution,
    counterfactual,
    counterfactual_panels,
    counterfactual_series,
    equity,
    networks,
    ratings,
)
from known_answers.known import Known

KNOWN: list[Known] = [
    *counterfactual.KNOWN,
    *counterfactual_panels.KNOWN,
    *counterfactual_series.KNOWN,
    *change.KNOWN,
    *equity.KNOWN,
    *ratings.KNOWN,
    *networks.KNOWN,
    *behaviour.KNOWN,
    *contribution.KNOWN,
]


def table() -> str:
    """Give the figures as a Markdown table: published, ours, difference."""
    lines = ["| id | what | published | ours | difference | source |", "|---|---|--:|--:|--:|---|"]
    for known in KNOWN:
        ours = round(float(known.computed()), known.digits) + 0.0
        cells = [
            known.id,
            known.what,
            f"{known.published:.6g}",
            f"{ours:.{known.digits}f}",
            f"{round(ours - known.published, known.digits) + 0.0:.{known.digits}f}",
            known.source + (f"; {known.note}" if known.note else ""),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
