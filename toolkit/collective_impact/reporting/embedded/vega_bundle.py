"""The script that draws interactive charts: Vega, as vl-convert brings it along.

It ships with the theme, so that every report gets the same one. After a new version of vl-convert
``python -m collective_impact.reporting.embedded.vega_bundle`` writes it anew.
"""

from importlib.metadata import version
from pathlib import Path

from collective_impact.files import write_whole
from collective_impact.shipped import shipped

_ABOUT = "/* Vega, Vega-Lite, Vega-Embed as vl-convert-python {version} bundles them; licences: vega-LICENSE.txt */\n"
_ENTRY = "window.vegaEmbed = vegaEmbed;"


def vega_file() -> Path:
    """Where the script stands; its licences stand beside it."""
    return shipped("reports/theme") / "assets" / "vega.js"


def vega_bundle() -> str:
    """Put the script together from the installed vl-convert; it takes seconds."""
    import vl_convert

    return _ABOUT.format(version=version("vl-convert-python")) + str(vl_convert.javascript_bundle(_ENTRY))


if __name__ == "__main__":
    write_whole(vega_file(), vega_bundle())
