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
again with Quarto where there is one; then both by their commands. They take turns. Each turn is a process of its own
that begins with what is imported and with nothing remembered of the turns before, so what our command takes beyond the
renderer is its start, its imports, and the files beside the pages. Both the clock and the processor are read; the
middle of the turns counts. Results go to `rendering.json`. Needs a system that can fork.
"""

import json
import multiprocessing
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
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
TURNS = 3
OURS, OUR_PAGES, OUR_COMMAND = "embedded: pages and documents", "embedded: the pages", "collective-impact render"
THEIRS, THEIR_COMMAND = "nbconvert: the notebooks", "jupyter nbconvert --to html: each notebook"


@dataclass(frozen=True, slots=True)
class Seconds:
    """What some work took."""

    clock: float
    processor: float


def measured(work: Callable[[Path], object]) -> Seconds:
    """Time some work in an empty folder, in a process of its own and all that it starts."""
    with tempfile.TemporaryDirectory() as folder:
        process = multiprocessing.get_context("fork").Process(target=work, args=(Path(folder),))
        begun, used = time.perf_counter(), _used()
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit("what was to be timed has failed")
        return Seconds(time.perf_counter() - begun, _used() - used)


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def ways(report: Path, edition: Edition, site: Site, quarto: Renderer | None) -> dict[str, Callable[[Path], object]]:
    """What is timed, by its name in the results."""
    exporter, notebooks = HTMLExporter(), [run.notebook for run in (*edition.runs, edition.learning)]
    timed: dict[str, Callable[[Path], object]] = {
        OURS: lambda out: EmbeddedRenderer().render(site, out),
        OUR_PAGES: lambda out: finished([begin_site(site, out, out)]),
        THEIRS: lambda out: [exporter.from_filename(file) for file in notebooks],
        OUR_COMMAND: lambda out: _render_again(report, out),
        THEIR_COMMAND: lambda out: [_nbconvert(file, out) for file in notebooks],
    }
    for document in site.documents:
        name = f"embedded: {document.name}.pdf"
        timed[name] = lambda out, document=document: finished([begin_pdf(site, document, out, out)])
    if quarto:
        timed["Quarto: pages and documents"] = lambda out: quarto.render(site, out)
    return timed


def _render_again(report: Path, out: Path) -> None:
    copy = shutil.copytree(report, out / report.parents[1].name / report.parents[0].name / report.name)
    _command("collective_impact", "render", copy, "--renderer", "embedded")


def _nbconvert(notebook: Path, out: Path) -> None:
    _command("jupyter", "nbconvert", "--to", "html", notebook, "--output-dir", out)


def _command(*words: object) -> None:
    subprocess.run([sys.executable, "-m", *map(str, words)], check=True, capture_output=True)


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


def _a_page(middle: dict[str, Seconds], ours: int, theirs: int) -> dict[str, dict[str, dict[str, float]]]:
    """Seconds a page, and how often ours goes into theirs: on the clock, where both processors help us, and of both."""
    pairs = {
        "both within a process, imports not counted": (OUR_PAGES, THEIRS),
        "our pages within a process, theirs by its command, start included": (OUR_PAGES, THEIR_COMMAND),
        "both by their commands, start included": (OUR_COMMAND, THEIR_COMMAND),
    }
    return {
        name: {
            "clock": _beside(middle[a].clock / ours, middle[b].clock / theirs),
            "processor": _beside(middle[a].processor / ours, middle[b].processor / theirs),
        }
        for name, (a, b) in pairs.items()
    }


def _beside(ours: float, theirs: float) -> dict[str, float]:
    return {"ours": round(ours, 3), "nbconvert": round(theirs, 3), "times faster": round(theirs / ours, 1)}


def _middle(turns: list[Seconds]) -> Seconds:
    middle = len(turns) // 2
    return Seconds(sorted(s.clock for s in turns)[middle], sorted(s.processor for s in turns)[middle])


def main() -> None:
    report = _report("".join(sys.argv[1:2])).resolve()
    edition = read_edition(report)
    with in_language(edition.record.language):
        site = learning_site(edition, read_brand())
        timed = ways(report, edition, site, _quarto())
        seconds: dict[str, list[Seconds]] = {name: [] for name in timed}
        for _turn in range(TURNS):
            for name, work in timed.items():
                seconds[name].append(measured(work))
    middle = {name: _middle(turns) for name, turns in seconds.items()}
    results = {
        "date": date.today().isoformat(),
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "processors": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
        },
        "versions": {name: version(name) for name in ("nbconvert", "pypandoc-binary", "typst")},
        "pages": len(site.pages),
        "notebooks": len(edition.runs) + 1,
        "turns": TURNS,
        "seconds": {
            name: {
                "clock": round(middle[name].clock, 2),
                "shortest": round(min(each.clock for each in seconds[name]), 2),
                "processor": round(middle[name].processor, 2),
            }
            for name in timed
        },
        "a page": _a_page(middle, len(site.pages), len(edition.runs) + 1),
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2))
    if not sys.argv[1:]:
        shutil.rmtree(report.parents[2])


if __name__ == "__main__":
    main()
