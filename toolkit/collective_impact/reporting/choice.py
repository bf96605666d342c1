"""Which renderer makes a report, and why."""

from dataclasses import dataclass

from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.quarto.program import find_quarto
from collective_impact.reporting.quarto.quarto_renderer import QuartoRenderer
from collective_impact.reporting.renderer import Renderer


@dataclass(frozen=True, slots=True)
class Choice:
    """A renderer, and a sentence that says which one it is and why; empty where nothing was left to choose."""

    renderer: Renderer
    reason: str = ""


def choose_renderer(name: str = "auto") -> Choice:
    """Give the renderer ``embedded`` or ``quarto``; ``auto`` takes Quarto where there is one that is new enough.

    Raises
    ------
    InputError
        When Quarto is asked for and there is none that can be used; says how to get it.
    """
    if name == "embedded":
        return Choice(EmbeddedRenderer())
    quarto = find_quarto()
    if quarto.program is not None:
        renderer = QuartoRenderer(quarto.program, quarto.version)
        chosen = _("Rendering with Quarto {version} ({program}).").format(
            version=quarto.version, program=quarto.program
        )
        return Choice(renderer, chosen if name == "auto" else "")
    if name == "auto":
        return Choice(
            EmbeddedRenderer(), _("Rendering with the embedded renderer: {reason}.").format(reason=quarto.reason)
        )
    mend = _(
        "install Quarto from https://quarto.org or with pip install 'collective-impact-toolkit[quarto]', "
        "or choose --renderer embedded"
    )
    raise InputError([Problem("--renderer quarto", quarto.reason, _("Quarto 1.9 or newer"), mend)])
