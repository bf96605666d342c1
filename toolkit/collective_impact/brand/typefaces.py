"""The fonts of a brand file: which families are used, and the files of their cuts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collective_impact.brand.brand_file import BrandFile, shown
from collective_impact.brand.font_file import FontFile, read_font
from collective_impact.brand.look import Face
from collective_impact.language import listing
from collective_impact.language import translate as _

LATIN = "-latin"
"""End of the name of a font file that holds what Western European text needs, and no more."""

_FAMILY = re.compile(r"[^\"\\{};<>\x00-\x1f]{1,80}")
_WEIGHTS = {"thin": 100, "light": 300, "normal": 400, "regular": 400, "medium": 500, "semi-bold": 600, "semibold": 600,
            "bold": 700, "extra-bold": 800, "black": 900}  # fmt: skip
_WEB, _WEB_ONLY = (".woff2", ".woff"), b"wOF"
_PAPER = (".ttf", ".otf")


@dataclass(frozen=True, slots=True)
class Typefaces:
    """Family of text, family of headings, and the cuts of both."""

    family: str
    headings: str
    faces: tuple[Face, ...]


def read_typefaces(file: BrandFile, fallback: Typefaces | None) -> Typefaces:
    """Read the section ``typography``.

    Parameters
    ----------
    file : BrandFile
    fallback : Typefaces or None
        What is used for a family that has no files here; None for the brand file that has to have them all.
    """
    base = _family(file, "base") or (fallback.family if fallback else "")
    headings = _family(file, "headings") or base
    fonts = _fonts(file)
    used = {family: _faces(file, family, fonts, fallback) for family in dict.fromkeys((base, headings))}
    faces = tuple(face for cuts in used.values() for face in cuts)
    if fallback:
        base, headings = (family if used[family] else fallback.family for family in (base, headings))
    return Typefaces(base, headings, faces or (fallback.faces if fallback else ()))


def _family(file: BrandFile, use: str) -> str:
    value = file.section("typography").get(use)
    family = value.get("family", "") if isinstance(value, dict) else value
    if family is None or family == "":
        return ""
    if isinstance(family, str) and _FAMILY.fullmatch(family):
        return family
    file.wrong(f"typography.{use}", shown(family), _("the name of a font family"), _("write the family's own name"))
    return ""


def _fonts(file: BrandFile) -> dict[str, list[Mapping[str, Any]]]:
    """The entries of ``typography.fonts`` by family."""
    entries = file.section("typography").get("fonts") or []
    found: dict[str, list[Mapping[str, Any]]] = {}
    for i, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        if isinstance(entry, dict) and isinstance(entry.get("family"), str):
            found.setdefault(entry["family"], []).append(entry)
        else:
            mend = _("give each font its family, its source and its files")
            file.wrong(f"typography.fonts[{i}]", shown(entry), _("a font with a family"), mend)
    return found


def _faces(
    file: BrandFile, family: str, fonts: Mapping[str, list[Mapping[str, Any]]], fallback: Typefaces | None
) -> list[Face]:
    """The cuts of one family; none, with a note, where its files would have to be fetched."""
    if fallback and family == fallback.family:
        return list(fallback.faces)
    files = [each for entry in fonts.get(family, []) for each in _file_entries(entry)]
    if not files and fallback:
        sources = [str(entry.get("source", "")) for entry in fonts.get(family, [])]
        found = _("{family}, from {source}") if any(sources) else _("{family}, without files")
        file.note(
            "typography",
            found.format(family=family, source=listing(sources)),
            _("font files beside the brand file: nothing is fetched"),
            _("{family} is used in its place; give the files with source: file").format(family=fallback.family),
        )
        return []
    return _cuts(file, family, files)


def _file_entries(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if entry.get("source", "file") != "file":
        return []
    files = entry.get("files") or []
    listed = files if isinstance(files, list) else [files]
    return [each if isinstance(each, dict) else {"path": each} for each in listed]


def _cuts(file: BrandFile, family: str, entries: list[Mapping[str, Any]]) -> list[Face]:
    for_web: dict[tuple[int, bool], Path] = {}
    for_paper: dict[tuple[int, bool], Path] = {}
    for entry in entries:
        path = file.file(f"typography.fonts ({family})", entry.get("path"))
        if path is None:
            continue
        if path.suffix.lower() in _WEB and path.read_bytes().startswith(_WEB_ONLY):
            for_web[_cut(entry, None)] = path
        elif font := _checked(file, family, path):
            for_paper[_cut(entry, font)] = path
    if for_web and not for_paper:
        mend = _("name the .ttf or .otf files as well")
        file.wrong(
            f"typography.fonts ({family})", _("only files for the web"), _("files that paper can use, too"), mend
        )
    return [
        Face(family, path, weight, italic, (for_web[cut],) if (cut := (weight, italic)) in for_web else _beside(path))
        for (weight, italic), path in for_paper.items()
    ]


def _checked(file: BrandFile, family: str, path: Path) -> FontFile | None:
    font = read_font(path) if path.suffix.lower() in _PAPER else None
    key = f"typography.fonts ({family})"
    if font is None:
        mend = _("name a .ttf, .otf or .woff2 file")
        file.wrong(key, _("no font in {file}").format(file=path.name), _("a font file"), mend)
    elif family not in font.families:
        found = _("{file} holds {families}").format(file=path.name, families=listing(sorted(font.families)))
        file.wrong(key, found, _("a file of that family"), _("write the family as the font itself does"))
        return None
    return font


def _cut(entry: Mapping[str, Any], font: FontFile | None) -> tuple[int, bool]:
    """Weight and slant: as the brand file says, else as the font says."""
    given = str(entry.get("weight", "")).strip().lower()
    weight = int(given) if given.isdigit() else _WEIGHTS.get(given, font.weight if font else 400)
    style = str(entry.get("style", "")).strip().lower()
    return min(max(weight, 1), 1000), style in ("italic", "oblique") if style else bool(font and font.italic)


def _beside(path: Path) -> tuple[Path, ...]:
    """The files for screens that lie beside a font, else the font itself."""
    beside = (path.with_suffix(".woff2"), path.with_name(f"{path.stem}{LATIN}.woff2"))
    return tuple(each for each in beside if each.is_file()) or (path,)
