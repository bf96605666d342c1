"""The script that draws charts on pages is the one that vl-convert gives, and says of which version it is."""

import re
from importlib.metadata import version

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
