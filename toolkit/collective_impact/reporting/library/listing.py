"""The library's reports as the file that Quarto's listing shows."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from collective_impact.blocks import plain
from collective_impact.framework.vocabulary import Inquiry, label
from collective_impact.language import languages, name_of_language
from collective_impact.reporting.edition import EditionRecord

LISTING = "library.yml"
_MARK = "# The reports below this folder, written by collective-impact for Quarto's listing in index.qmd."
_ACTING = str.maketrans({sign: f"&#{ord(sign)};" for sign in "*_[]{}$@#\\`~^|!"})


def listing_file(out: Path, reports: Sequence[tuple[Path, EditionRecord, Sequence[Inquiry]]]) -> str:
    """Give the file's content: one item a report, as JSON, which is YAML.

    Parameters
    ----------
    out : Path
        Folder that the file lies in.
    reports : sequence of (folder, record, evaluations)
    """
    items = [_item(out, folder, record, evaluations) for folder, record, evaluations in reports]
    return f"{_MARK}\n{json.dumps(items, ensure_ascii=False, indent=2)}\n"


def _item(out: Path, folder: Path, record: EditionRecord, evaluations: Sequence[Inquiry]) -> dict[str, Any]:
    methods = list(dict.fromkeys(label(each.method) for each in evaluations if each.method))
    levels = list(dict.fromkeys(label(each.level) for each in evaluations if each.level))
    title = _shown(record.title) or _shown(record.initiative)
    return {
        "path": (folder / "index.html").relative_to(out).as_posix(),
        "title": title,
        "date": record.as_of.isoformat(),
        "initiative": _shown(record.initiative),
        "language": _shown(language_shown(record.language)),
        "methods": ", ".join(methods),
        "levels": ", ".join(levels),
        "categories": [title, *methods, *levels],
    }


def language_shown(language: str) -> str:
    """Give a language's own name for itself; its code where there is no catalogue for it."""
    return name_of_language(language) if language in languages() else plain(language)


def _shown(text: str) -> str:
    """Text that Quarto puts into HTML and reads as Markdown: what could act in either as entities."""
    return escape(plain(text)).translate(_ACTING)
