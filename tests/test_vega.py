"""What draws charts on pages, and what it is given to draw."""

import json
import re
from importlib.metadata import version

import altair as alt
from packaging.version import Version

from collective_impact.reporting.embedded.vega_bundle import vega_bundle, vega_file


def test_the_shipped_script_is_what_vl_convert_gives():
    script = vega_file().read_text(encoding="utf-8")
    about = re.match(r"/\* .*vl-convert-python (\S+) .*; licences: (\S+) \*/\n", script)
    licences = (vega_file().parent / about[2]).read_text(encoding="utf-8")
    assert "Vega-Lite" in licences
    assert "Redistributions" in licences
    made = Version(about[1])
    assert made <= Version(version("vl-convert-python")), "write it anew with the version that is installed"
    if made == Version(version("vl-convert-python")):
        assert vega_bundle() == script


def test_every_chart_of_a_report_is_one_that_vega_lite_knows(planted_report):
    """Charts are not checked where they are made, for that takes longer than all else about them."""
    pages = [page.read_text(encoding="utf-8") for page in planted_report.rglob("*.html")]
    charts = [found for page in pages for found in re.findall(r'class="vega-lite"[^>]*>(.*?)</script>', page)]
    assert len(charts) > 80
    for chart in charts:
        alt.Chart.from_dict(json.loads(chart), validate=True)
