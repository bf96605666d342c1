"""How to cite a report: in words, and for programs that keep references."""

import json
import re
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from collective_impact.blocks import plain
from collective_impact.language import day, listing
from collective_impact.language import translate as _
from collective_impact.reporting.edition import Edition

BIBTEX, CSL_JSON = "citation.bib", "citation.json"
_PROGRAM = "collective-impact-toolkit"
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}%$#&_"},
}
_AUTHORS = {"author", "creator", ""}


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference to a report says.

    Attributes
    ----------
    key : str
        Id of the reference: letters, digits and hyphens.
    authors : tuple of str
        Names of people or organizations, as they stand in the package.
    title, kind, made_with : str
        Title of the report, what it is, and the program that made it.
    as_of : date
        Up to which day it knows.
    language : str
    """

    key: str
    authors: tuple[str, ...]
    title: str
    kind: str
    made_with: str
    as_of: date
    language: str

    def text(self) -> str:
        """Write it as a sentence for a list of references."""
        words = _("{authors} ({year}). {title}: {kind}, data up to {day}. Made with {program}.")
        without = _("{title} ({year}): {kind}, data up to {day}. Made with {program}.")
        return (words if self.authors else without).format(
            authors=listing(list(self.authors)),
            year=self.as_of.year,
            title=self.title,
            kind=self.kind[:1].lower() + self.kind[1:],
            day=day(self.as_of),
            program=self.made_with,
        )

    def bibtex(self) -> str:
        """Write it as an entry of BibTeX."""
        note = _("Data up to {day}. Made with {program}.").format(day=day(self.as_of), program=self.made_with)
        fields = {
            "author": " and ".join(f"{{{_tex(name)}}}" for name in self.authors),
            "title": f"{{{_tex(self.title)}}}",
            "type": _tex(self.kind),
            "year": str(self.as_of.year),
            "month": str(self.as_of.month),
            "note": _tex(note),
            "langid": self.language,
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return "\n".join([f"@techreport{{{self.key},", ",\n".join(lines), "}", ""])

    def csl_json(self) -> str:
        """Write it as CSL-JSON, which reference managers and Pandoc read."""
        entry = {
            "id": self.key,
            "type": "report",
            "title": self.title,
            "genre": self.kind,
            "author": [{"literal": name} for name in self.authors],
            "issued": {"date-parts": [[self.as_of.year, self.as_of.month, self.as_of.day]]},
            "language": self.language,
            "note": _("Made with {program}.").format(program=self.made_with),
        }
        content = [{name: value for name, value in entry.items() if value}]
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def citation_of(edition: Edition) -> Citation:
    """Give the reference to a report, in the current language."""
    record = edition.record
    authors = [plain(each.title) for each in edition.facts.contributors if each.role in _AUTHORS and plain(each.title)]
    return Citation(
        key=re.sub(r"[^a-z0-9-]", "", f"{record.initiative}-{record.as_of.isoformat()}-{record.language}".lower()),
        authors=tuple(dict.fromkeys(authors)),
        title=plain(record.title),
        kind=_("Learning report"),
        made_with=f"{_PROGRAM} {version(_PROGRAM)}",
        as_of=record.as_of,
        language=record.language,
    )


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)
