"""Charts can be read: names that fit, words on an outline, pointers and percentages in the reader's language."""

import json
import re
from datetime import date
from tempfile import TemporaryDirectory
from threading import current_thread, main_thread

import altair as alt
import pandas as pd
import pytest

from collective_impact.analysis.initiative.implementation import reports_at
from collective_impact.blocks import Table
from collective_impact.charts import drawing
from collective_impact.charts.change_of_scores import Change, change_of_scores
from collective_impact.charts.figure import Figure, figure
from collective_impact.charts.initiative.delivery_calendar import report_calendar
from collective_impact.charts.lanes import Happening, lanes
from collective_impact.charts.marks import in_lines
from collective_impact.charts.matrix import MatrixCell, fitted, matrix, shared_start
from collective_impact.environment import environment
from collective_impact.language import in_language

LEAST_SIZE = 13
"""In pixels: 9 points on paper, where a chart is as wide as the text."""


def drawn(chart: alt.TopLevelMixin) -> Figure:
    return figure(chart, "f", {}, title="t", note="n", alt_text="a", data=Table(["x"], [["1"]]))


@pytest.mark.parametrize(
    ("name", "width", "lines"),
    [
        ("Finansieringsflöden", 14, "Finansierings-\nflöden"),
        ("Stöd från en ryggradsorganisation", 13, "Stöd från en\nryggrads-\norganisation"),
        ("Continuous communication", 11, "Continuous\ncommuni-\ncation"),
        ("Education and research", 24, "Education and research"),
        ("https://example.org/one-long-address", 10, "https://example.org/one-long-address"),
        ("two\nlines", 3, "two\nlines"),
    ],
)
def test_a_word_that_is_too_long_is_broken_where_words_break(name, width, lines):
    assert in_lines(name, width) == lines


def test_names_of_columns_never_run_into_each_other():
    columns = [
        "Professionell praktik",
        "Finansieringsflöden",
        "Kulturella normer",
        "Lagar, regler och politik",
        "Totalt",
    ]
    rows, heads = fitted(["Utbildning och forskning", "Ideell sektor"], columns)
    room = 640 - 7 * max(len(line) for row in rows for line in row.split("\n")) - 12
    assert max(len(line) for head in heads for line in head.split("\n")) * 7 * len(columns) <= room


def test_what_all_columns_begin_with_is_told_once():
    assert shared_start(["Rating 2020", "Rating 2021"]) == "Rating "
    assert shared_start(["Rating 2020", "Survey 2021"]) == shared_start(["Rating 2020"]) == shared_start([]) == ""
    cells = [MatrixCell("a", f"Rating {year}", 0.5, str(year)) for year in (2020, 2021)]
    texts = re.findall(r">([^<>]+)</text>", drawn(matrix(cells)).svg)
    assert texts.count("Rating") == 1
    assert {"2020", "2021"} <= set(texts)


def test_a_framed_column_is_framed():
    cells = [MatrixCell("a", column, 0.5, "1") for column in ("then", "now")]
    framed, bare = (re.sub(r"<style>.*?</style>", "", drawn(matrix(cells, framed=name)).svg) for name in ("now", ""))
    assert framed.count('stroke="#b3470f"') == 1
    assert "#b3470f" not in bare


def test_text_is_large_enough_and_in_a_font_that_is_found(complete):
    svg = report_calendar(reports_at(complete, date(2025, 12, 31))).svg
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)]
    assert min(sizes) >= LEAST_SIZE
    assert set(re.findall(r'font-family="([^"]*)"', svg)) == {"'Source Sans 3', sans-serif"}


def test_pointers_and_percentages_are_in_the_readers_language():
    with in_language("sv"):
        chart = drawn(change_of_scores([Change("a", 0.2, 0.8)], "då", "nu", "andel", percent_axis=True))
    shown = [field for at in _tooltips(chart.spec) for field in at]
    assert {field["title"] for field in shown} == {"Namn", "I den tidigare omgången", "I den senare omgången"}
    ticks = re.findall(r">(\d+\s?%)</text>", chart.svg)
    assert ticks
    assert all(tick.endswith("\u00a0%") for tick in ticks)


def _tooltips(part: object) -> list[list[dict[str, str]]]:
    if isinstance(part, dict):
        own = [part["tooltip"]] if isinstance(part.get("tooltip"), list) else []
        return own + [each for value in part.values() for each in _tooltips(value)]
    return [each for value in part for each in _tooltips(value)] if isinstance(part, list) else []


def test_words_on_a_time_line_stand_where_they_are_told_to_and_are_read_out_once():
    begun, ended = date(2024, 1, 1), date(2025, 1, 1)
    last = Happening("one", begun, ended, "adopted", "adopted", label_at="end")
    gone = Happening("two", begun, None, "rejected", "rejected", label_at="beside")
    svg = drawn(lanes([last, gone])).svg
    for word, anchor in (("adopted", "end"), ("rejected", "start")):
        texts = re.findall(rf"<text[^>]*>{word}</text>", svg)
        assert len(texts) == 2
        assert [f'text-anchor="{anchor}"' in text for text in texts] == [True, True]
        assert sum("aria-label" in text for text in texts) == 1
    assert json.dumps(pd.Timestamp(ended).date().isoformat()) in json.dumps(lanes([last, gone]).to_dict())


def test_a_neighbour_draws_as_long_as_it_can(monkeypatch):
    """And then, or where it cannot, each process for itself."""
    here = drawing._drawn_here

    def told(spec, signs):
        return ("here: " if current_thread() is main_thread() else "there: ") + here(spec, signs)

    monkeypatch.setattr(drawing, "_drawn_here", told)
    bar = {"mark": "bar", "data": {"values": [{"a": 1.5}]}, "encoding": {"x": {"field": "a", "type": "quantitative"}}}
    with TemporaryDirectory(prefix="ci-") as folder:
        with drawing.drawing_for(folder) as leading_there, environment(leading_there):
            drawn = drawing.draw(bar, {})
            with pytest.raises(ValueError, match="conversion failed"):
                drawing.draw(bar | {"mark": "none of all marks"}, {})
        with environment(leading_there):
            assert drawing.draw(bar, {}) == drawn.replace("there: ", "here: ")
    assert drawn.startswith("there: ")
