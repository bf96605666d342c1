"""What a pointer shows over a chart: each field by a name in the reader's language."""

from typing import Any

from collective_impact.language import translate as _


def with_named_fields(part: Any) -> Any:
    """Give the fields that a pointer shows their names, where the chart did not give them one itself.

    Parameters
    ----------
    part : dict, list or other
        A Vega-Lite specification, or a part of one.
    """
    if isinstance(part, list):
        return [with_named_fields(each) for each in part]
    if not isinstance(part, dict):
        return part
    named = {key: value if key == "datasets" else with_named_fields(value) for key, value in part.items()}
    shown = named.get("tooltip")
    if isinstance(shown, dict):
        named["tooltip"] = _named(shown)
    elif isinstance(shown, list):
        named["tooltip"] = [_named(each) for each in shown]
    return named


def _named(field: dict[str, Any]) -> dict[str, Any]:
    return (
        field
        if "title" in field or "field" not in field
        else field | {"title": _names().get(field["field"], field["field"])}
    )


def _names() -> dict[str, str]:
    value = _("Value")
    return {
        "name": _("Name"),
        "row": _("Row"),
        "column": _("Column"),
        "partner": _("Partner"),
        "strategy": _("Strategy"),
        "category": _("What it was for"),
        "event": _("Event"),
        "summary": _("Event"),
        "period": _("Period"),
        "year": _("Year"),
        "time": _("Periods since the start"),
        "after": _("Periods after the start"),
        "shown_before": _("In the earlier round"),
        "shown_after": _("In the later round"),
        **dict.fromkeys(("value", "shown", "text", "words", "mark"), value),
    }
