"""A chart as it stands on a page: title that states the finding, note, text alternative, data behind it."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape as escape_html
from typing import Any

import altair as alt
import pandas as pd

from collective_impact.blocks import Block, Table, TableData, escape_markdown, plain, without_hidden_signs
from collective_impact.charts.pointers import with_named_fields
from collective_impact.charts.theme import compact_json, to_svg
from collective_impact.language import figure_text, number_signs, period_label
from collective_impact.language import translate as _

_LONGEST = 300
"""Letters of one text in a picture; the table behind it has all of them."""
_DATA = {"datasets", "domain", "sort"}
"""Where a specification holds values of the data."""


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
        spec = compact_json(self.spec)
        return "\n".join(
            [
                f'![{caption}](figures/{self.name}.svg){{#fig-{self.name} fig-alt="{alt_text}"}}',
                "",
                "```{=html}",
                f'<script type="application/json" class="vega-lite" data-figure="fig-{self.name}">{spec}</script>',
                "```",
                "",
                f'::: {{.figure-data title="{escape_attribute(_("Figures behind the chart"))}"}}',
                self.data.markdown(),
                ":::",
            ]
        )

    def html(self) -> str:
        source = b64encode(self.svg.encode()).decode()
        title, note, summary = (escape_html(plain(t)) for t in (self.title, self.note, _("Figures behind the chart")))
        return (
            f'<figure><img src="data:image/svg+xml;base64,{source}" alt="{escape_html(plain(self.alt))}">'
            f"<figcaption><strong>{title}</strong> {note}</figcaption>"
            f"<details><summary>{summary}</summary>{self.data.html()}</details></figure>"
        )

    def pictures(self) -> dict[str, str]:
        return {self.name: self.svg}

    def tables(self) -> list[TableData]:
        return [self.data.shown_as(f"fig-{self.name}", self.title, self.note)]


def figure(
    chart: alt.TopLevelMixin,
    name: str,
    words: Mapping[str, object],
    *,
    title: str,
    note: str,
    alt_text: str,
    data: Table,
) -> Figure:
    """Draw a chart and put all that belongs to it together.

    Parameters
    ----------
    words : mapping of str to object
        What stands in the place of ``{name}`` in title, note and text alternative.
    title, note, alt_text, data :
        As in `Figure`.
    """
    title, note, alt_text = (text.format(**words) for text in (title, note, alt_text))
    spec = _safe_titles(_visible(with_named_fields(chart.to_dict(validate=False))))
    spec["description"] = plain(alt_text)
    spec["usermeta"] = {"embedOptions": {"formatLocale": number_signs()}}
    return Figure(name, title, note, alt_text, spec, to_svg(spec, number_signs()), data)


def _visible(part: Any, *, data: bool = False) -> Any:
    """Every text of a specification, names of columns among them, of signs that are seen; in data, not endless."""
    if isinstance(part, list):
        return [_visible(each, data=data) for each in part]
    if isinstance(part, dict):
        return {_visible(key): _visible(value, data=data or key in _DATA) for key, value in part.items()}
    if not isinstance(part, str):
        return part
    text = without_hidden_signs(part)
    return text[: _LONGEST - 1] + "…" if data and len(text) > _LONGEST else text


def _safe_titles(part: Any) -> Any:
    """Make the titles of axes and pointers one plain line: Vega puts them into an expression, quotes escaped only."""
    if isinstance(part, list):
        return [_safe_titles(each) for each in part]
    if not isinstance(part, dict):
        return part
    safe = {key: _safe_titles(value) for key, value in part.items() if key != "datasets"}
    if isinstance(title := safe.get("title"), str | list):
        lines = [plain(line).replace("\\", "/") for line in ([title] if isinstance(title, str) else title)]
        safe["title"] = lines[0] if isinstance(title, str) else lines
    return safe | ({"datasets": part["datasets"]} if "datasets" in part else {})


def table_by_period(*columns: tuple[str, "pd.Series[float]"]) -> Table:
    """Table of named series over the same periods; a cell is empty where a value is missing."""
    rows = [
        [
            period_label(period),
            *("" if pd.isna(values[period]) else figure_text(values[period]) for _n, values in columns),
        ]
        for period in columns[0][1].index
    ]
    return Table([_("Period"), *(name for name, _v in columns)], rows, numeric=range(1, len(columns) + 1))


def escape_attribute(text: str) -> str:
    """Text that can stand in a quoted attribute of Pandoc Markdown."""
    return plain(text).replace("\\", "\\\\").replace('"', '\\"')
