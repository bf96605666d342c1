"""The files that every page of a site shares: stylesheet, fonts, and what makes charts interactive."""

import shutil
from pathlib import Path
from urllib.parse import quote

from collective_impact.brand import Brand, Face
from collective_impact.shipped import shipped

# The small file holds what Western European text needs, and is asked for before the large one.
_LATIN = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2191, "
    "U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)
_SHARED = ("icon.svg", "page.js", "search.js", "minisearch.js", "minisearch-LICENSE.txt")
_CHARTS = ("charts.js", "vega.js", "vega-LICENSE.txt")
_LATIN_ONLY = "-latin"
_FORMATS = {".woff2": "woff2", ".woff": "woff", ".otf": "opentype", ".ttf": "truetype"}


def write_assets(out: Path, brand: Brand, charts: bool) -> None:
    """Write the shared files into the site's folder ``assets``; Vega only for a site with interactive charts."""
    theme, assets = shipped("reports/theme"), out / "assets"
    assets.mkdir()
    (assets / "report.css").write_text(stylesheet(brand), encoding="utf-8")
    for name in _SHARED:
        shutil.copyfile(theme / "assets" / name, assets / name)
    write_fonts(assets / "fonts", brand)
    for name, content in (brand.logo.files if brand.logo else {}).items():
        (assets / name).write_bytes(content)
    if charts:
        for name in _CHARTS:
            shutil.copyfile(theme / "assets" / name, assets / name)


def stylesheet(brand: Brand) -> str:
    """Give the site's stylesheet: the brand as variables, then the theme's own rules."""
    rules = (shipped("reports/theme") / "assets" / "report.css").read_text(encoding="utf-8")
    return "\n".join([*_faces(brand), _variables(brand), _charts_turned_dark(brand), rules])


def write_fonts(folder: Path, brand: Brand) -> None:
    """Write the fonts that the stylesheet asks for, and the licence of those that are the toolkit's own."""
    folder.mkdir(parents=True)
    for font in (file for face in brand.faces for file in face.web):
        shutil.copyfile(font, folder / font.name)
    own = shipped("reports/theme") / "fonts"
    if any(face.path.parent == own for face in brand.faces):
        shutil.copyfile(own / "LICENSE.txt", folder / "OFL.txt")


def _faces(brand: Brand) -> list[str]:
    return [_face(face, file) for face in brand.faces for file in face.web]


def _face(face: Face, file: Path) -> str:
    span = f" unicode-range: {_LATIN};" if file.stem.endswith(_LATIN_ONLY) else ""
    style = "italic" if face.italic else "normal"
    return (
        f'@font-face {{ font-family: "{face.family}"; font-style: {style}; font-weight: {face.weight}; '
        f'font-display: swap; src: url("fonts/{quote(file.name)}") format("{_FORMATS[file.suffix.lower()]}");{span} }}'
    )


def _variables(brand: Brand) -> str:
    light = " ".join(f"--{name}: {value};" for name, value in brand.light.items())
    dark = " ".join(f"--{name}: {value};" for name, value in brand.dark.items())
    return (
        f':root {{ --font: "{brand.family}"; --font-headings: "{brand.headings}"; {light} }}\n'
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    )


def _charts_turned_dark(brand: Brand) -> str:
    rules = " ".join(
        f':is(.chart, .chart-live) [{mark}="{light}" i] {{ {mark}: {dark}; }}'
        for light, dark in brand.turned_dark.items()
        for mark in ("fill", "stroke")
    )
    return f"@media screen and (prefers-color-scheme: dark) {{ {rules} }}"
