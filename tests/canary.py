"""A copy of the complete example with people and small counts planted in it, and where these may lie in a report."""

import csv
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

CODES = ("canary-resp-4411", "canary-rater-8822", "canary-judge-9933")
NAMES = ("Greta Kanariefågel", "Sixten Kanariefågel")
ADDRESSES = ("greta.kanarie@hemlig.example", "070-555 12 34", "850101-1236")
WITHHELD = "Min kanariefågel sa till rektorn att hon ljög om pengarna"
QUOTABLE = "Kanariefåglar borde få vara med och bestämma mer än de får i dag"
EVERYBODY = (*CODES, *NAMES, *ADDRESSES, WITHHELD)
INDICATOR, AREA, FEW = "gymnasieexamen", "fjallsta", 3
"""In each year before the start, so many young people of this area complete school."""


def plant(source: Path, target: Path) -> Path:
    """Copy a package with people and small counts planted."""
    shutil.copytree(source, target)
    change(target, "survey_response", _respondents)
    change(target, "rubric_score", lambda rows: _code(rows, "rater_id", CODES[1]))
    change(target, "partnership_rating", lambda rows: _code(rows, "rater_id", CODES[2]))
    change(target, "emergence", _log)
    change(target, "decision", lambda rows: _comment(rows, "summary"))
    change(target, "indicator_value", _few)
    return target


def change(package: Path, table: str, edit) -> None:
    file = package / "data" / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    edit(rows)
    with file.open("w", encoding="utf-8", newline="") as goal:
        writer = csv.DictWriter(goal, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _respondents(rows: list[dict[str, str]]) -> None:
    for row in rows:
        if row["respondent_id"] == "r002":
            row["respondent_id"] = CODES[0]
    written = [row for row in rows if row["text"]]
    written[0] |= {"text": WITHHELD, "may_quote": "false"}
    for row in [row for row in written if row["wave_id"] == written[-1]["wave_id"] and row["may_quote"] == "true"]:
        row["text"] = f"{QUOTABLE}: {ADDRESSES[0]}"


def _code(rows: list[dict[str, str]], column: str, code: str) -> None:
    first = rows[0][column]
    for row in rows:
        row[column] = code if row[column] == first else row[column]


def _log(rows: list[dict[str, str]]) -> None:
    for row in rows:
        row |= {"logged_by": NAMES[0], "description": f"{row['description']} ({NAMES[0]}, {ADDRESSES[0]})"}
        row |= {"description_en": f"{row['description_en']} ({NAMES[0]}, {ADDRESSES[1]})"}


def _comment(rows: list[dict[str, str]], column: str) -> None:
    for row in rows:
        row |= {column: f"{row[column]} Ring {NAMES[0]}, {ADDRESSES[1]} eller {ADDRESSES[2]}."}
        row |= {f"{column}_en": f"{row[f'{column}_en']} Call {NAMES[0]}, {ADDRESSES[1]} or {ADDRESSES[2]}."}


def _few(rows: list[dict[str, str]]) -> None:
    """Let few of an area complete school, and as many of one group; the values follow."""
    for row in rows:
        if (row["indicator_id"], row["area_id"]) == (INDICATOR, AREA) and row["period"] < "2021" and row["denominator"]:
            n = FEW if row["group"] == "all" else min(FEW, 1)
            row |= {"numerator": str(n), "value": str(round(100 * n / float(row["denominator"]), 1))}


def published(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything under a published folder as text: names of files, what packed files hold, what PDFs say."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        yield name, name
        if file.suffix in (".docx", ".xlsx", ".zip"):
            with zipfile.ZipFile(file) as packed:
                for part in packed.namelist():
                    yield f"{name}/{part}", part + packed.read(part).decode("utf-8", errors="ignore")
        elif file.suffix == ".pdf":
            yield name, in_pdf(file)
        else:
            yield name, file.read_bytes().decode("utf-8", errors="ignore")


def in_pdf(file: Path) -> str:
    """Text and metadata of a PDF, with its streams unpacked."""
    from pypdf import PdfReader

    reader = PdfReader(file)
    pages = "\n".join(page.extract_text() for page in reader.pages)
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", file.read_bytes(), re.DOTALL)
    return "\n".join([pages, str(reader.metadata), *(_unpacked(stream) for stream in streams)])


def _unpacked(stream: bytes) -> str:
    try:
        return zlib.decompress(stream).decode("utf-8", errors="ignore")
    except zlib.error:
        return stream.decode("utf-8", errors="ignore")


def chart_data(folder: Path, name: str) -> list[dict[str, object]]:
    """The rows that a chart's own data hold, over all pages."""
    rows: list[dict[str, object]] = []
    for page in sorted(folder.glob("*.html")):
        for attributes, spec in re.findall(
            r"<script([^>]*vega-lite[^>]*)>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            if name in attributes:
                rows += [row for each in json.loads(spec)["datasets"].values() for row in each]
    return rows
