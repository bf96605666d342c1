"""How a report came about: the page that names templates, parameters, data and versions."""

import json
from collections.abc import Sequence

from collective_impact.blocks import Heading, Paragraph, Stack, Table
from collective_impact.data.initiative import Initiative
from collective_impact.language import number
from collective_impact.language import translate as _
from collective_impact.reporting.renderer import Page
from collective_impact.reporting.run_page import Run

_ABOUT_PLACES = {"package", "output_dir", "findings_dir"}


def provenance_page(initiative: Initiative, runs: Sequence[Run], facts: tuple[tuple[str, str], ...]) -> Page:
    """Make the page from which every figure can be traced to its data, template, parameters and versions.

    Parameters
    ----------
    initiative : Initiative
        As it was read, before anything was left out.
    runs : sequence of Run
    facts : tuple of (label, value)
        For the title block.
    """
    words = _(
        "Each page of this report is a notebook that was run over the data package of the initiative. The same "
        "package, templates, parameters and versions give the same figures again. SHA-256 sums tell whether anything "
        "has changed."
    )
    blocks = [
        Paragraph(words),
        Heading(_("Data"), 2),
        Table([_("File"), "SHA-256"], [list(item) for item in initiative.hashes.items()], _("Files read"), "files"),
        Heading(_("Runs"), 2),
        Table(
            [_("Template"), _("Status"), _("Parameters"), _("SHA-256 of the template")],
            [_row(run) for run in runs],
            _("Notebooks run"),
            "runs",
        ),
        Heading(_("Versions"), 2),
        Table(
            [_("Program"), _("Version")],
            [list(item) for item in runs[0].record["versions"].items()],
            _("Programs"),
            "versions",
        ),
        Heading(_("Privacy"), 2),
        Paragraph(_privacy(initiative)),
    ]
    title = _("How this report came about")
    return Page(name="provenance", title=title, body=Stack(blocks).markdown(), label=title, facts=facts)


def _row(run: Run) -> list[str]:
    record = run.record
    parameters = {name: value for name, value in record["parameters"].items() if name not in _ABOUT_PLACES}
    shown = "; ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in parameters.items())
    status = _("ran to its end") if run.ok else _("failed")
    return [record["template"], status, shown, record["template_sha256"][:16]]


def _privacy(initiative: Initiative) -> str:
    words = _(
        "The report holds figures by area and period only, never rows about individuals. Thresholds of the package: "
        "counts under {cell}, and groups of fewer than {respondents} respondents."
    )
    limits = initiative.facts.suppression
    return words.format(cell=number(limits.min_cell, 0), respondents=number(limits.min_respondents, 0))
