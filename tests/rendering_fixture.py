"""A small made-up report with every construct that a page may hold: for the rendering tests, and to look at.

``python tests/rendering_fixture.py FOLDER`` writes it.
"""

import datetime
import json
import sys
from pathlib import Path

import altair as alt
import pandas as pd
import vl_convert

from collective_impact.brand import read_brand
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.renderer import WORDS, Document, Page, Rendered, Site

BODIES = Path(__file__).parent / "rendering"


def body(name: str) -> str:
    """Give the Markdown of a page."""
    return (BODIES / f"{name}.md").read_text(encoding="utf-8")


def series() -> pd.DataFrame:
    """Yearly shares for the districts that joined and for their comparison."""
    years = range(2003, 2021)
    comparison = [51.0 + 0.35 * (y - 2003) + (0.5 if y % 3 else -0.6) for y in years]
    joined = [c + (0.4 if y % 2 else -0.5) + max(0, y - 2013) * 1.28 for y, c in zip(years, comparison, strict=True)]
    wide = pd.DataFrame({"Year": [str(y) for y in years], "Joined": joined, "Comparison": comparison})
    return wide.round(1)


def gap_chart() -> alt.LayerChart:
    """Two lines, labelled directly, and the start."""
    brand = read_brand()
    muted, teal, grey = (brand.colour(name) for name in ("muted", "teal", "grey"))
    data = series().melt("Year", var_name="District", value_name="Share")
    x = alt.X("Year:O", title=None, axis=alt.Axis(labelAngle=0, values=["2003", "2008", "2014", "2020"]))
    y = alt.Y("Share:Q", title=None, scale=alt.Scale(domain=[40, 70]), axis=alt.Axis(tickCount=4))
    colour = alt.Color("District:N", legend=None, scale=alt.Scale(domain=["Joined", "Comparison"], range=[teal, grey]))
    base = alt.Chart(data).encode(x=x, y=y, color=colour, tooltip=["District", "Year", "Share"])
    ends = base.transform_filter("datum.Year == '2020'")
    start = alt.Chart(pd.DataFrame({"Year": ["2014"]})).mark_rule(color=muted, strokeDash=[4, 3]).encode(x=x)
    layers = start + base.mark_line(strokeWidth=2.5) + base.mark_point(opacity=0, size=200)
    labels = ends.mark_text(align="right", dy=-12, fontSize=13, fontWeight=600).encode(text="District")
    return (layers + labels).properties(width=600, height=300).configure(**chart_look(muted, brand.colour("line")))


def placebo_chart() -> alt.Chart:
    """One dot a district."""
    brand = read_brand()
    change = [round(-6 + 12.5 * i / 36 + (i % 4) * 0.3, 1) for i in range(37)] + [8.2, 9.1]
    data = pd.DataFrame({"Change": change, "Joined": [i == 37 for i in range(39)]})
    colour = alt.condition("datum.Joined", alt.value(brand.colour("orange")), alt.value(brand.colour("grey")))
    chart = alt.Chart(data).mark_circle(size=90, opacity=1).encode(x=alt.X("Change:Q", title=None), color=colour)
    look = chart_look(brand.colour("muted"), brand.colour("line"))
    return chart.properties(width=600, height=80).configure(**look)


def chart_look(muted: str, line: str) -> dict[str, object]:
    """Give the configuration of both charts."""
    axis = {
        "labelColor": muted,
        "labelFontSize": 13,
        "gridColor": line,
        "domain": False,
        "ticks": False,
        "labelPadding": 8,
    }
    return {"font": read_brand().family, "background": "transparent", "axis": axis, "view": {"stroke": None}}


def whole(pages: tuple[Page, ...]) -> Document:
    """Give the document that holds all pages."""
    return Document("report", "Full report", "report", pages)


def make_site(folder: Path, **changed: object) -> Site:
    """Build the report's parts, with its pictures in ``folder``."""
    for font in {font.parent for font in read_brand().fonts}:
        vl_convert.register_font_directory(str(font))
    folder.mkdir(parents=True, exist_ok=True)
    spec = gap_chart().to_dict()
    (folder / "gap.svg").write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    (folder / "placebos.svg").write_text(vl_convert.vegalite_to_svg(placebo_chart().to_dict()), encoding="utf-8")
    rows = "\n".join(f"| {r.Year} | {r.Joined} | {r.Comparison} |" for r in series().itertuples())
    table = f"| Year | Joined districts | Comparison |\n|:---|---:|---:|\n{rows}"
    evaluation = body("summative_outcome").replace("@@SPEC@@", json.dumps(spec)).replace("@@TABLE@@", table)
    pages = (
        Page(
            "index", "Do more children read by grade three?", body("index"), label="Summary", tags=("Learning report",)
        ),
        Page(
            "summative_outcome",
            "What difference did the effort make to reading?",
            evaluation,
            folder,
            label="Ultimate outcome",
            subtitle="More third-graders read at grade level, and most of the rise is likely due to the joint effort.",
            tags=("Summative", "Ultimate outcome"),
            facts=(
                ("Data up to", "2020"),
                ("Districts", "4 that joined, 35 that did not"),
                ("Method", "Synthetic control"),
            ),
        ),
        Page("formative_initiative", "How well is the plan carried out?", body("formative_initiative"), failed=True),
    )
    site: dict[str, object] = {
        "title": "Riverside Reads",
        "subtitle": "Learning report 2020",
        "language": "en",
        "pages": pages,
        "documents": (whole(pages),),
        "date": datetime.date(2020, 12, 31),
        "groups": (("", ("index",)), ("Summative", ("summative_outcome",)), ("Formative", ("formative_initiative",))),
        "facts": (("Initiative", "Riverside Reads"), ("Place", "Riverside County"), ("Data up to", "2020")),
        "authors": ("Riverside Reads backbone team",),
        "publisher": "Riverside Reads backbone team",
        "citation": "Riverside Reads (2020). Learning report 2020. Riverside.",
        "licence": "Creative Commons Attribution 4.0",
        "words": WORDS,
    }
    return Site(**{**site, **changed})  # type: ignore[arg-type]


def write_report(folder: Path, **changed: object) -> Rendered:
    """Render the report into ``folder/site``."""
    out = folder / "site"
    out.mkdir(parents=True)
    return EmbeddedRenderer().render(make_site(folder / "run" / "figures", **changed), out)


if __name__ == "__main__":
    print(write_report(Path(sys.argv[1])))
