"""With too little data a template still gives a valid page that says what is open, why, and what would unlock it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import altair
import pandas as pd
import pytest
from altair.utils import schemapi
from conftest import AT_ITS_END
from notebooks import run_cells

from collective_impact.charts import figure
from collective_impact.data.initiative import Initiative
from collective_impact.framework.vocabulary import Level, Strength, inquiries

EVALUATIONS = [each.id for each in inquiries()]
OF_OUTCOMES = [each.id for each in inquiries() if each.level is Level.OUTCOME]
DROPPED = [(each.id, table) for each in inquiries() for table in each.tables]
NO_FIGURE = re.compile(r"\b(nan|NaN|NaT|inf|<NA>)\b")


def edit(package: Path, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    file = package / "data" / f"{table}.csv"
    change(pd.read_csv(file, dtype=str, keep_default_na=False)).to_csv(file, index=False)


def drop(package: Path, *tables: str) -> None:
    descriptor = json.loads((package / "datapackage.json").read_text())
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] not in tables]
    for resource in descriptor["resources"]:
        keys = resource["schema"].get("foreignKeys", [])
        resource["schema"]["foreignKeys"] = [k for k in keys if k["reference"]["resource"] not in tables]
    (package / "datapackage.json").write_text(json.dumps(descriptor))


def only_descriptor(package):
    drop(package, "area", "indicator", "indicator_value", "context_event")


def no_values(package):
    edit(package, "indicator_value", lambda frame: frame.head(0))


def nobody_takes_part(package):
    edit(package, "area", lambda frame: frame.assign(treated_from=""))


def no_donors(package):
    edit(package, "indicator_value", lambda frame: frame[frame["area_id"] == "california"])


def seven_periods_before(package):
    edit(package, "indicator_value", lambda frame: frame[frame["period"] >= "1982"])


def seven_periods_before_and_no_donors(package):
    seven_periods_before(package)
    no_donors(package)


def five_periods_before(package):
    edit(package, "indicator_value", lambda frame: frame[frame["period"] >= "1984"])


def one_period(package):
    edit(package, "indicator_value", lambda frame: frame[frame["period"] == "1988"])


def a_gap_in_the_area(package):
    edit(
        package,
        "indicator_value",
        lambda frame: frame[~((frame["area_id"] == "california") & (frame["period"] == "1980"))],
    )


def all_equal(package):
    edit(package, "indicator_value", lambda frame: frame.assign(value="100"))


def starts_in_the_first_period(package):
    edit(package, "area", lambda frame: frame.assign(treated_from=frame["treated_from"].replace("1989", "1970")))


def starts_after_the_last_period(package):
    edit(package, "area", lambda frame: frame.assign(treated_from=frame["treated_from"].replace("1989", "2005")))


def two_areas_at_different_times(package):
    def start_utah(frame):
        return frame.assign(treated_from=frame["treated_from"].where(frame["area_id"] != "utah", "1992"))

    edit(package, "area", start_utah)


def everybody_takes_part(package):
    edit(package, "area", lambda frame: frame.assign(treated_from="1989"))


CUTS = [
    only_descriptor,
    no_values,
    nobody_takes_part,
    no_donors,
    seven_periods_before,
    five_periods_before,
    seven_periods_before_and_no_donors,
    one_period,
    a_gap_in_the_area,
    all_equal,
    starts_in_the_first_period,
    starts_after_the_last_period,
    two_areas_at_different_times,
    everybody_takes_part,
]


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """Charts are described, not drawn: what they look like is tested elsewhere, and drawing takes most of the time.

    Altair copies every part of a chart for every layer above it: here layers share their parts.
    """
    monkeypatch.setattr(figure, "to_svg", lambda spec, signs: "<svg></svg>")
    monkeypatch.setattr(schemapi, "_deep_copy", lambda part, by_reference: part.copy(deep=False))
    for kind in (altair.TopLevelMixin, altair.Chart):
        monkeypatch.setattr(kind, "to_dict", lambda *_given, **_named: {})


def assert_valid(found, page):
    """The page says something or why not, with nothing on it that is no figure and no name given twice."""
    assert found.findings or found.unanswered
    for item in found.unanswered:
        assert item.reason.endswith(".")
        assert item.unlock.endswith(".")
        assert item.reason in page
    assert not NO_FIGURE.search(re.sub(r"\S*/\S*", "", page)), NO_FIGURE.search(page)
    names = re.findall(r"\{#((?:fig|tbl)-[^ }]+)", page)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.__name__)
@pytest.mark.parametrize("template", OF_OUTCOMES)
def test_a_cut_package_gives_a_valid_page(template, cut, package, tmp_path):
    cut(package)
    assert_valid(*run_cells(template, tmp_path / "out", package=str(package), as_of="2000-12-31"))


def without(initiative: Initiative, *names: str) -> Initiative:
    return replace(initiative, tables={name: t for name, t in initiative.tables.items() if name not in names})


def changed(initiative: Initiative, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Initiative:
    return replace(initiative, tables={name: change(table) for name, table in initiative.tables.items()})


def first_of(column: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Keep the rows with the first value that stands in a column."""
    return lambda table: table[table[column] == table[column].iloc[0]] if column in table and len(table) else table


def last_period(table: pd.DataFrame) -> pd.DataFrame:
    if "period" not in table or table.empty:
        return table
    starts = table["period"].map(lambda period: period.start_time)
    return table[starts == starts.max()]


def one_rater(table: pd.DataFrame) -> pd.DataFrame:
    return first_of("respondent_id")(first_of("rater_id")(table))


def one_group(table: pd.DataFrame) -> pd.DataFrame:
    if "group" not in table:
        return table
    groups = [group for group in table["group"].unique() if group != "all"]
    return table[table["group"].isin(["all", *groups[:1]])]


def no_answers(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of ratings, surveys and ties, with nothing answered in them."""
    answered = [name for name in ("score", "intensity") if name in table]
    answered += ["value"] if "respondent_id" in table else []
    return table.assign(**{name: pd.Series(float("nan"), index=table.index) for name in answered})


def calm_and_alike(initiative: Initiative) -> Initiative:
    """Let nothing change around the initiative, and give all areas one name."""
    series, areas = initiative.tables["context_series"], initiative.tables["area"]
    calm = {"context_series": series.assign(value=5.0), "area": areas.assign(name="Byn", name_en="")}
    return replace(initiative, tables={**initiative.tables, **calm})


COMPLETE_CUT = {
    "only the descriptor": lambda initiative: replace(initiative, tables={}),
    "no rows": lambda initiative: changed(initiative, lambda table: table.head(0)),
    "one wave": lambda initiative: changed(initiative, first_of("wave_id")),
    "one period": lambda initiative: changed(initiative, last_period),
    "one group": lambda initiative: changed(initiative, one_group),
    "one rater": lambda initiative: changed(initiative, one_rater),
    "no answers": lambda initiative: changed(initiative, no_answers),
    "calm and alike": calm_and_alike,
}


@pytest.mark.parametrize(("template", "table"), DROPPED)
def test_without_one_of_its_tables_a_template_gives_a_valid_page(template, table, complete, tmp_path):
    assert_valid(*run_cells(template, tmp_path, initiative=without(complete, table), **AT_ITS_END))


@pytest.mark.parametrize("cut", COMPLETE_CUT)
@pytest.mark.parametrize("template", EVALUATIONS)
def test_a_cut_example_gives_a_valid_page(template, cut, complete, tmp_path):
    found, page = run_cells(template, tmp_path, initiative=COMPLETE_CUT[cut](complete), **AT_ITS_END)
    assert_valid(found, page)
    assert found.unanswered or cut not in {"only the descriptor", "no rows"}


@pytest.mark.parametrize("template", EVALUATIONS)
def test_a_template_runs_on_the_californian_data_as_far_as_they_go(template, tmp_path):
    assert_valid(*run_cells(template, tmp_path, package="california-tobacco-control", as_of="2000-12-31"))


@pytest.mark.parametrize(
    ("cut", "reason"),
    [
        (only_descriptor, "no values of this indicator"),
        (nobody_takes_part, "No area is marked as taking part"),
        (seven_periods_before_and_no_donors, "The number of periods before the start is 7, and it takes at least 8."),
        (starts_after_the_last_period, "The number of periods after the start is 0"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_effect_stays_open_with_its_reason(cut, reason, package, tmp_path):
    cut(package)
    found, _page = run_cells("summative_outcome", tmp_path / "out", package=str(package))
    assert not found.findings
    assert any(reason in item.reason for item in found.unanswered), found.unanswered


@pytest.mark.parametrize(
    ("cut", "design"),
    [
        (two_areas_at_different_times, "staggered"),
        (everybody_takes_part, "interrupted time series"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_several_areas_are_estimated_together(cut, design, package, tmp_path):
    cut(package)
    found, _page = run_cells("summative_outcome", tmp_path / "out", package=str(package))
    assert any(design in finding.statement.lower() for finding in found.findings), found.findings


def test_without_comparison_areas_the_evidence_is_weak_at_best(package, tmp_path):
    no_donors(package)
    found, page = run_cells("summative_outcome", tmp_path / "out", package=str(package))
    assert "interrupted time series" in found.findings[0].statement
    assert found.findings[0].strength in {Strength.WEAK, Strength.INSUFFICIENT}
    assert "no area without the initiative" in page


def test_one_of_several_areas_can_be_chosen(package, tmp_path):
    two_areas_at_different_times(package)
    found, _page = run_cells("summative_outcome", tmp_path / "out", package=str(package), area="california")
    assert "37 areas without it" in found.findings[0].statement


def test_the_evaluator_can_overrule_the_design_and_the_page_says_so(package, tmp_path):
    found, page = run_cells(
        "summative_outcome", tmp_path / "out", package=str(package), design="difference_in_differences"
    )
    assert "difference-in-differences" in found.findings[0].statement
    assert "overruled" in page


def test_a_target_is_followed(package, tmp_path):
    edit(package, "indicator", lambda frame: frame.assign(target="20", target_period="2005"))
    found, page = run_cells("formative_outcome", tmp_path / "out", package=str(package))
    (target,) = [finding for finding in found.findings if finding.id.endswith(".target")]
    assert "41.6 in 2000" in target.statement
    assert "target is 20" in target.statement
    assert "{#fig-trajectory" in page


def test_what_came_after_the_reports_day_is_left_out(package, tmp_path):
    found, page = run_cells("formative_outcome", tmp_path / "out", package=str(package), as_of="1988-12-31")
    assert "| 1988 |" in page
    assert "| 1989 | 82.4" not in page
    assert "19 periods" in found.findings[0].statement


def test_the_learning_report_without_findings_is_a_valid_page(package, tmp_path):
    found, page = run_cells(
        "learning_report", tmp_path / "out", package=str(package), findings_dir=str(tmp_path / "nothing")
    )
    assert not found.findings
    assert "No evaluation has come to a finding yet" in page
    assert page.count("Data in:") >= 5
