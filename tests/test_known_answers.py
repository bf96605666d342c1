"""Published figures, reproduced through the public API, each within the tolerance of its row.

Point estimates are held to the rounding of the publication; standard errors that rest on random draws to 25%.
"""

import pytest
from conftest import ROOT
from known_answers import KNOWN, table
from known_answers.page import put_into
from statistics_data import california

from collective_impact.statistics.counterfactual.synthetic_control import placebos_in_space

LISTED = [1, 2, 4, 5, 7, 8, 9, 11, 13, 14, 16, 17, *range(19, 25), 26, *range(28, 33), 34, 35, 36, 37, 38, 39]


@pytest.mark.parametrize("known", KNOWN, ids=[f"{known.id} {known.what}" for known in KNOWN])
def test_published_figure(known):
    assert known.computed() == pytest.approx(known.published, abs=known.tolerance), known.source


def test_every_listed_figure_is_reproduced():
    assert {f"KA{number:02}" for number in LISTED} <= {known.id for known in KNOWN}


def test_the_table_in_the_documents_is_up_to_date():
    page = (ROOT / "docs/methods.md").read_text()
    assert put_into(page, table()) == page


def test_placebos_that_outrank_california_are_missouri_and_virginia():
    assert list(placebos_in_space(california()).ratios.index[:3]) == ["missouri", "virginia", "california"]
