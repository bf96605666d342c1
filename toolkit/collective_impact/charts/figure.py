"""A chart as it stands on a page: title that states the finding, note, text alternative, data behind it."""

from base64 import b64encode
from dataclasses import dataclass
from html import escape as escape_html
from typing import Any

import altair as alt

from collective_impact.blocks import Block, Table, escape_markdown, plain
from collective_impact.charts.theme import compact_json, to_svg
from collective_impact.language import translate as _


@dataclass(frozen=True)
class Figure(Block):
    """A numbered figure; made by `figure`.

    Attributes
    ----------
    name : str
        Referred to as ``@fig-name``.
    title : str
        The finding, as a sentence of 6-12 words.
    note : str
        Comparison and reading aid.
    alt : str
        What the picture shows, for those who do not see it.
    spec : dict
        Vega-Lite specification; holds aggregated data only.
    svg : str
    data : Table
        The figures behind the chart.
    """

    name: str
    title: str
    note: str
    alt: str
    spec: dict[str, Any]
    svg: str
    data: Table

    def markdown(self) -> str:
        caption = f"**{escape_markdown(self.title)}** {escape_markdown(self.note)}"
        alt_text = escape_attribute(self.alt)
        return "\n".join(
            [
                f'![{caption}](figures/{self.name}.svg){{#fig-{self.name} fig-alt="{alt_text}"}}',
                "",
                "```{=html}",
                f'<script type="application/json" class="vega-lite" data-figure="fig-{self.name}">'
                f"{compact_json(self.spec)}</script>",
                "```",
                "",
                f'::: {{.figure-data title="{escape_attribute(_("Figures behind the chart"))}"}}',
                self.data.markdown(),
                ":::",
            ]
        )

    def html(self) -> str:
        source = b64encode(self.svg.encode()).decode()
        return (
            f'<figure><img src="data:image/svg+xml;base64,{source}" alt="{escape_html(plain(self.alt))}">'
            f"<figcaption><strong>{escape_html(plain(self.title))}</strong> {escape_html(plain(self.note))}</figcaption>"
            f"<details><summary>{escape_html(_('Figures behind the chart'))}</summary>{self.data.html()}</details></figure>"
        )

    def pictures(self) -> dict[str, str]:
        return {self.name: self.svg}


def figure(chart: alt.TopLevelMixin, name: str, *, title: str, note: str, alt_text: str, data: Table) -> Figure:
    """Draw a chart and put all that belongs to it together."""
    spec = chart.to_dict()
    spec["description"] = plain(alt_text)
    return Figure(name, title, note, alt_text, spec, to_svg(spec), data)


def escape_attribute(text: str) -> str:
    """Text that can stand in a quoted attribute of Pandoc Markdown."""
    return plain(text).replace("\\", "\\\\").replace('"', '\\"')
