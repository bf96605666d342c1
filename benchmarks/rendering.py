# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "collective-impact-toolkit",
#     "nbconvert>=7.16",
# ]
#
# [tool.uv.sources]
# collective-impact-toolkit = { path = "..", editable = true }
# ///
"""Time that rendering takes beside nbconvert and, where it is found, Quarto.

    uv run benchmarks/rendering.py [FOLDER]

renders the report in FOLDER (as ``collective-impact run alla-i-mal`` leaves it; without one it is made first, which
takes minutes): all its pages and documents with our renderer, its executed notebooks to HTML with nbconvert, and all
again with Quarto where there is one. They take turns, and the clock is read around each turn. Results go to
`rendering.json`; the middle of the turns counts.
"""

import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from nbconvert import HTMLExporter

from collective_impact.brand import read_brand
from collective_impact.errors import InputError
from collective_impact.language import in_language
from collective_impact.reporting.choice import choose_renderer
from collective_impact.reporting.edition import Edition, read_edition
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.embedded.paper import begin_pdf
from collective_impact.reporting.embedded.website import begin_site
from collective_impact.reporting.pandoc import finished
from collective_impact.reporting.renderer import Renderer, Site
from collective_impact.reporting.site import learning_site

RESULTS = Path(__file__).with_suffix(".json")
TURNS = 5


def on_the_clock(work: Callable[[Path], object]) -> float:
    """Seconds that some work in an empty folder takes."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        work(Path(folder))
        return time.perf_counter() - begun


def ways(edition: Edition, site: Site, quarto: Renderer | None) -> dict[str, Callable[[Path], object]]:
    """What is timed, by its name in the results."""
    exporter, notebooks = HTMLExporter(), [run.notebook for run in (*edition.runs, edition.learning)]
    timed: dict[str, Callable[[Path], object]] = {
        "embedded, all pages and documents": lambda out: EmbeddedRenderer().render(site, out),
        "embedded, the pages": lambda out: finished([begin_site(site, out, out)]),
        "nbconvert, the notebooks as pages": lambda out: [exporter.from_filename(file) for file in notebooks],
    }
    for document in site.documents:
        name = f"embedded, {document.name}.pdf"
        timed[name] = lambda out, document=document: finished([begin_pdf(site, document, out, out)])
    if quarto:
        timed["Quarto, all pages and documents"] = lambda out: quarto.render(site, out)
    return timed


def _report(folder: str) -> Path:
    """A report to render: the given one, or the complete example's, made now."""
    if folder:
        return Path(folder)
    out = Path(tempfile.mkdtemp())
    subprocess.run([sys.executable, "-m", "collective_impact", "run", "alla-i-mal", "--out", str(out)], check=True)
    return next(out.rglob("report.json")).parent


def _quarto() -> Renderer | None:
    try:
        return choose_renderer("quarto").renderer
    except InputError:
        return None


def main() -> None:
    report = _report("".join(sys.argv[1:2]))
    edition = read_edition(report)
    with in_language(edition.record.language):
        site = learning_site(edition, read_brand())
        timed = ways(edition, site, _quarto())
        for work in timed.values():  # what is only done once a process: imports, fonts, Vega
            on_the_clock(work)
        seconds = {name: [] for name in timed}
        for _turn in range(TURNS):
            for name, work in timed.items():
                seconds[name].append(on_the_clock(work))
    middle = {name: statistics.median(turns) for name, turns in seconds.items()}
    ours = middle["embedded, the pages"] / len(site.pages)
    theirs = middle["nbconvert, the notebooks as pages"] / (len(edition.runs) + 1)
    results = {
        "date": date.today().isoformat(),
        "machine": {"system": f"{platform.system()} {platform.machine()}", "python": platform.python_version()},
        "versions": {name: version(name) for name in ("nbconvert", "pypandoc-binary", "typst")},
        "pages": len(site.pages),
        "turns": TURNS,
        "seconds": {
            name: {"median": round(middle[name], 3), "all": [round(s, 3) for s in seconds[name]]} for name in timed
        },
        "a page": {"embedded": round(ours, 3), "nbconvert": round(theirs, 3), "ratio": round(theirs / ours, 1)},
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2))
    if not sys.argv[1:]:
        shutil.rmtree(report.parents[2])


if __name__ == "__main__":
    main()
