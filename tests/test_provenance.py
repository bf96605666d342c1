"""Where each figure and finding comes from: links that lead to a place that tells it."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from edition_fixture import EVALUATION, make_edition

from collective_impact.brand import read_brand
from collective_impact.findings.finding import Finding
from collective_impact.findings.rows_used import rows_used
from collective_impact.framework.vocabulary import Strength, inquiry
from collective_impact.reporting.embedded.website import begin_site
from collective_impact.reporting.pandoc import finished
from collective_impact.reporting.provenance import provenance_page
from collective_impact.reporting.site import learning_site


class Links(HTMLParser):
    """The ids of a page, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "a":
            self.links.append(found.get("href", ""))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Render the small report's pages: each one's ids, links and text by name."""
    folder = tmp_path_factory.mktemp("report")
    site = learning_site(make_edition(folder), read_brand())
    out, work = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("work")
    texts = {file.stem: file.read_text() for file in finished([begin_site(site, out, work)])[0]}
    return {name: (Links(text), text) for name, text in texts.items()}


def test_figure_table_and_finding_lead_to_where_they_come_from(pages):
    own, _text = pages[EVALUATION]
    traced = [link for link in own.links if link.startswith("provenance.html#")]
    assert traced == [f"provenance.html#{EVALUATION}"] * 2 + [f"provenance.html#{EVALUATION}-target"]
    assert {link.partition("#")[2] for link in traced} <= pages["provenance"][0].ids


def test_the_place_leads_back_and_to_the_files(pages):
    links = pages["provenance"][0].links
    back = [link for link in links if link.startswith(f"{EVALUATION}.html#")]
    assert {link.partition("#")[2] for link in back} == {f"{EVALUATION}-target", "fig-course", "tbl-change"}
    assert {link.partition("#")[2] for link in back} <= pages[EVALUATION][0].ids
    assert {f"tables/{EVALUATION}-fig-course.csv", "citation.bib", "citation.json", "ro-crate-metadata.json"} <= {
        *links
    }


def test_it_tells_rows_template_parameters_versions_and_thresholds(pages):
    text = " ".join(re.sub(r"<[^>]+>", "", pages["provenance"][1]).split())
    for words in (
        "indicator_value), 1,234 rows, up to 31 December 2025",
        "(indicator_value): exam, 120 rows, up to 31 December 2025",
        "(area): north, south (one row each)",
        "Rules of evidence: 1 of 1 held.",
        f"template {EVALUATION}, SHA-256 aaaaaaaaaaaaaaaa; ran to its end.",
        "excluded_areas = [&quot;north&quot;]",
        "papermill",
        "Counts of people under 11 are not shown",
        "Region North (2025). Everyone: 100% &amp; more: learning report",
    ):
        assert words in text.replace('"', "&quot;"), words


def test_the_first_page_says_how_to_cite_and_what_has_changed(pages):
    text = " ".join(re.sub(r"<[^>]+>", "", pages["index"][1]).split())
    assert "Since the report of 31 December 2024: 1 finding is new." in text
    assert "Cite this report Region North (2025)" in text


@pytest.mark.parametrize("profile", ["public", "internal"])
def test_times_are_told_in_an_internal_report_only(tmp_path, profile):
    early, late = (
        provenance_page(make_edition(tmp_path / str(n), seconds=n, profile=profile), ()).body for n in (5, 9)
    )
    assert (early == late) == (profile == "public")
    assert ("5.0 s".replace(".", r"\.") in early) == (profile == "internal")


def used(initiative, *data):
    names = Finding(id="a.b", title="A", statement="B", strength=Strength.WEAK, so_what="C", data=data)
    found = rows_used(initiative, replace(inquiry("formative_outcome"), needs=(), helps=()), [names])
    return {each.id: (each.rows, each.until) for each in found}


def test_the_rows_behind_a_finding_are_counted_as_the_tables_have_them(complete):
    values, areas = complete.tables["indicator_value"], complete.tables["area"]
    scores, answers = complete.tables["rubric_score"], complete.tables["survey_response"]
    wave = (scores["wave_id"] == "bedomning-2025") & scores["criterion_id"].str.startswith("conditions_")
    found = used(
        complete,
        *("area", "area:norralven", "indicator_value:gymnasieexamen", "indicator_value:gymnasieexamen.denominator"),
        *("rubric_score:bedomning-2025.conditions", "survey_response:mindset", "cost:2020", "area:nowhere", "gone:x"),
    )
    own = values[values["indicator_id"] == "gymnasieexamen"]
    assert found["area"] == (len(areas), None)
    assert found["area:norralven"] == (1, None)
    assert found["indicator_value:gymnasieexamen"] == (len(own), date(2025, 12, 31))
    assert found["indicator_value:gymnasieexamen.denominator"][0] == own["denominator"].notna().sum()
    assert found["rubric_score:bedomning-2025.conditions"][0] == wave.sum() > 0
    assert found["survey_response:mindset"][0] == answers["item_id"].str.startswith("mindset_").sum()
    assert found["cost:2020"][1] == date(2020, 12, 31)
    assert found["area:nowhere"] == (None, None)
    assert found["gone:x"] == (0, None)


def test_the_rows_of_few_respondents_are_not_counted(complete):
    answers = complete.tables["survey_response"]
    few = answers[answers["respondent_id"].isin(answers["respondent_id"].unique()[:4])]
    small = replace(complete, tables={**complete.tables, "survey_response": few})
    assert used(small, "survey_response:value")["survey_response:value"][0] is None
