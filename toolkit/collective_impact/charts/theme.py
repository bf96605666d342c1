"""One look for every chart, from the colours and fonts of ``_brand.yml``, and one way to draw it without a network."""

import json
import math
from typing import Any

import altair as alt
import pandas as pd

from collective_impact.brand import Brand, read_brand
from collective_impact.charts.drawing import draw

WIDTH = 640
"""Width of a chart's plotting area in pixels."""

THEME = "collective_impact"
_DIGITS = 10
"""Significant digits of a value in a chart: the very last ones of a sum depend on the processor that added it up."""


def font_family(look: Brand) -> str:
    """Give the font of charts as CSS takes it: quoted, for a bare name with a digit is invalid, and with a fallback."""
    return f"'{look.family}', sans-serif"


@alt.theme.register(THEME, enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Altair theme: grey by default, faint grid, text that can be read on paper, no frame."""
    colour, font = read_brand().colour, font_family(read_brand())
    text: alt.theme.MarkConfigKwds = {"font": font, "fontSize": 13, "color": colour("ink")}
    axis: alt.theme.AxisConfigKwds = {
        "labelFont": font,
        "labelFontSize": 13,
        "labelColor": colour("muted"),
        "titleFont": font,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "titleColor": colour("muted"),
        "gridColor": colour("line"),
        "domainColor": colour("grey"),
        "ticks": False,
        "labelPadding": 6,
    }
    return {
        "config": {
            "background": "transparent",
            "font": font,
            "view": {"stroke": None, "continuousWidth": WIDTH, "continuousHeight": 320},
            "axis": axis,
            "axisX": {"grid": False},
            "axisY": {
                "domain": False,
                "titleAngle": 0,
                "titleAlign": "left",
                "titleAnchor": "start",
                "titleX": 0,
                "titleY": -12,
                "titleBaseline": "bottom",
                "tickCount": 5,
            },
            "line": {"color": colour("grey"), "strokeWidth": 1.2},
            "point": {"color": colour("teal"), "filled": True, "size": 50},
            "rule": {"color": colour("muted")},
            "text": text,
            "bar": {"color": colour("teal")},
            "area": {"color": colour("teal"), "opacity": 0.18},
            "legend": {"disable": True},
            "header": {"labelFont": font, "labelFontSize": 13, "labelColor": colour("ink"), "title": None},
        }
    }


def chart_values(data: Any) -> dict[str, Any]:
    """Rows of a chart as Altair takes them, the same on every machine; what is missing or endless is null.

    Parameters
    ----------
    data : DataFrame
        Columns of texts, numbers and truth values; a moment is a text in ISO 8601.

    Raises
    ------
    altair.MaxRowsError
        For more than 5,000 rows.
    """
    alt.limit_rows(data)
    columns = {name: [_value(value) for value in data[name].tolist()] for name in data}
    return {"values": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]}


def _value(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return None if value is pd.NA else value


alt.data_transformers.register(THEME, chart_values)
alt.data_transformers.enable(THEME)


def to_svg(spec: dict[str, Any], signs: dict[str, Any]) -> str:
    """Draw a specification with its dark colours inside; parameters as for `draw`."""
    head, body = draw(spec, signs).split(">", 1)
    return f"{head}><style>{dark_rules(read_brand())}</style>{body}"


def dark_rules(look: Brand) -> str:
    """CSS that turns the palette's colours into their dark ones on a dark screen."""
    pairs = look.turned_dark.items()
    rules = "".join(
        f'[{attribute}="{light}"]{{{attribute}:{dark}}}' for light, dark in pairs for attribute in ("fill", "stroke")
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


def compact_json(spec: dict[str, Any]) -> str:
    """Write a specification as JSON that can stand inside a script element."""
    text = json.dumps(spec, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
