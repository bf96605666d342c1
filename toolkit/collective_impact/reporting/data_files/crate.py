"""The report as a research object: what each run read, ran and made, for programs that follow provenance.

Written as `RO-Crate 1.1 <https://w3id.org/ro/crate/1.1>`_ with the profile
`Process Run Crate 0.5 <https://w3id.org/ro/wfrun/process/0.5>`_. The data of the package are named with their SHA-256
and are not part of the crate.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote as url_quote

from collective_impact.blocks import plain
from collective_impact.files import write_whole
from collective_impact.language import day
from collective_impact.language import translate as _
from collective_impact.reporting.citation import Citation, citation_of
from collective_impact.reporting.edition import MANIFEST, RUNS, Edition
from collective_impact.reporting.run_page import RECORD, Run

CRATE = "ro-crate-metadata.json"
PLACES = frozenset({"package", "output_dir", "findings_dir", "earlier_findings"})
"""Parameters that say where something lies: of no use on another machine."""

_RO_CRATE = "https://w3id.org/ro/crate/1.1"
_PROCESS_RUN = "https://w3id.org/ro/wfrun/process/0.5"
_TERMS = "https://w3id.org/ro/terms/workflow-run/context"
_TOOLKIT = "collective-impact-toolkit"
_FORMATS = {
    "bib": "application/x-bibtex",
    "css": "text/css",
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "ipynb": "application/x-ipynb+json",
    "js": "text/javascript",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "woff2": "font/woff2",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_STATUS = {"ok": "http://schema.org/CompletedActionStatus", "failed": "http://schema.org/FailedActionStatus"}

Entity = dict[str, Any]


def write_crate(edition: Edition, folder: Path) -> None:
    """Write ``ro-crate-metadata.json`` for all that lies in a report's folder; the last step of making a report.

    Parameters
    ----------
    edition : Edition
    folder : Path
        Of the report, with everything but this file and ``report.json`` in it.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in {CRATE, MANIFEST})
    paths = [path.relative_to(folder).as_posix() for path in files]
    citation = citation_of(edition)
    runs = (edition.learning, *edition.runs)
    graph = [
        *_descriptors(),
        _root(edition, citation, paths, [_id("run", run.record["template"]) for run in runs]),
        _licence(edition),
        *({"@id": _id("author", name), "@type": "Organization", "name": name} for name in citation.authors),
        *(_file(path, file) for path, file in zip(paths, files, strict=True)),
        *_package(edition, runs),
        *_programs(edition.learning.record["versions"]),
        *(entity for run in runs for entity in _run(run, paths)),
        _publishing(paths, edition.learning.record["versions"][_TOOLKIT]),
    ]
    content = {"@context": [f"{_RO_CRATE}/context", _TERMS], "@graph": graph}
    write_whole(folder / CRATE, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _id(kind: str, name: str) -> str:
    return f"#{kind}/{url_quote(name)}"


def _refer(ids: Iterable[str]) -> list[Entity]:
    return [{"@id": each} for each in ids]


def _descriptors() -> list[Entity]:
    return [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _RO_CRATE},
            "about": {"@id": "./"},
        },
        {"@id": _PROCESS_RUN, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
    ]


def _root(edition: Edition, citation: Citation, paths: Iterable[str], actions: Iterable[str]) -> Entity:
    ended = max(str(run.record["ended"]) for run in (edition.learning, *edition.runs))
    authors = _refer(_id("author", name) for name in citation.authors)
    words = _("Learning report with data up to {day}: its pages, its documents, and the runs that it was made from.")
    return {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": {"@id": _PROCESS_RUN},
        "name": citation.title,
        "description": words.format(day=day(citation.as_of)),
        "datePublished": ended,
        "temporalCoverage": f"../{citation.as_of.isoformat()}",
        "inLanguage": citation.language,
        "creditText": citation.text(),
        "license": {"@id": _licence(edition)["@id"]},
        **({"author": authors[0] if len(authors) == 1 else authors} if authors else {}),
        "mainEntity": {"@id": "index.html"},
        "hasPart": _refer(url_quote(path) for path in paths),
        "mentions": _refer([*actions, "#publishing"]),
    }


def _licence(edition: Edition) -> Entity:
    """The terms of the data package, which are those of the report made from it."""
    for licence in edition.facts.licenses:
        name = plain(licence.title or licence.name)
        if name:
            address = licence.path if licence.path.startswith(("https://", "http://")) else _id("licence", name)
            return {"@id": address, "@type": "CreativeWork", "name": name, "description": name}
    name = _("No licence is stated")
    return {"@id": "#licence", "@type": "CreativeWork", "name": name, "description": name}


def _file(path: str, file: Path) -> Entity:
    content = file.read_bytes()
    kind = _FORMATS.get(path.rpartition(".")[2])
    return {
        "@id": url_quote(path),
        "@type": "File",
        "name": path,
        **({"encodingFormat": kind} if kind else {}),
        "contentSize": str(len(content)),
        "sha256": sha256(content).hexdigest(),
    }


def _package(edition: Edition, runs: Iterable[Run]) -> Iterator[Entity]:
    """The data package and its files, by name and hash."""
    files = {name: digest for run in runs for name, digest in sorted(run.record["data"].items())}
    yield {
        "@id": "#package",
        "@type": "CreativeWork",
        "name": edition.record.initiative,
        "hasPart": _refer(_id("package", name) for name in files),
    }
    for name, digest in files.items():
        yield {"@id": _id("package", name), "@type": "CreativeWork", "name": name, "sha256": digest}


def _programs(versions: Mapping[str, str]) -> Iterator[Entity]:
    for name, version in versions.items():
        address = _address(name, version)
        yield {
            "@id": address,
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": version,
            "url": address,
        }


def _address(program: str, version: str) -> str:
    """Where a version of a program can be had."""
    if program == "python":
        return f"https://www.python.org/downloads/release/python-{version.replace('.', '')}/"
    return f"https://pypi.org/project/{program}/{version}/"


def _run(run: Run, paths: Iterable[str]) -> Iterator[Entity]:
    """One run: its template as the instrument, data and parameters as objects, what it left as results."""
    record, name = run.record, run.record["template"]
    parameters = {key: value for key, value in record["parameters"].items() if key not in PLACES}
    yield {
        "@id": _id("template", name),
        "@type": "SoftwareSourceCode",
        "name": f"{name}.ipynb",
        "programmingLanguage": "Python",
        "sha256": record["template_sha256"],
        "version": record["versions"][_TOOLKIT],
        "softwareRequirements": _refer(_address(*program) for program in record["versions"].items()),
    }
    for key, value in parameters.items():
        written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield {"@id": _id(f"parameter/{name}", key), "@type": "PropertyValue", "name": key, "value": written}
    failed = {"error": f"{record['error']['name']}: {record['error']['message']}"} if record["error"] else {}
    yield {
        "@id": _id("run", name),
        "@type": "CreateAction",
        "name": _("Run of the template {template}").format(template=name),
        "description": _("An executed notebook, its findings and its figures, made from the package by papermill."),
        "startTime": record["started"],
        "endTime": record["ended"],
        "actionStatus": _STATUS[record["status"]],
        **failed,
        "instrument": {"@id": _id("template", name)},
        "object": _refer(
            [
                *(_id("package", file) for file in record["data"]),
                *(_id(f"parameter/{name}", key) for key in parameters),
            ]
        ),
        "result": _refer(url_quote(path) for path in paths if path.startswith(f"{RUNS}/{name}/")),
    }


def _publishing(paths: Iterable[str], version: str) -> Entity:
    """From the runs to what readers see."""
    known = list(paths)
    of_runs = [path for path in known if path.startswith(f"{RUNS}/") and not path.endswith(f"/{RECORD}")]
    return {
        "@id": "#publishing",
        "@type": "CreateAction",
        "name": _("Publication of the report"),
        "description": _("Pages, documents and downloads, made from the executed notebooks and their findings."),
        "instrument": {"@id": _address(_TOOLKIT, version)},
        "object": _refer(url_quote(path) for path in of_runs),
        "result": _refer(url_quote(path) for path in known if not path.startswith(f"{RUNS}/")),
    }
