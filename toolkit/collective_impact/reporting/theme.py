"""The files that every page of a site shares: stylesheet, fonts, and what makes charts interactive."""

import shutil
from functools import cache
from pathlib import Path

from collective_impact.brand import Brand, read_brand
from collective_impact.shipped import shipped

# The small file holds what Western European text needs, and is asked for before the large one.
_LATIN = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2191, "
    "U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)
_FACES = (("Regular", "normal", 400), ("It", "italic", 400), ("Semibold", "normal", 600))


def write_assets(out: Path, charts: bool) -> None:
    """Write the shared files into the site's folder ``assets``; Vega only for a site with interactive charts."""
    theme, assets = shipped("reports/theme"), out / "assets"
    (assets / "fonts").mkdir(parents=True)
    (assets / "report.css").write_text(stylesheet(read_brand()), encoding="utf-8")
    shutil.copyfile(theme / "assets" / "icon.svg", assets / "icon.svg")
    for font in sorted((theme / "fonts").glob("*.woff2")):
        shutil.copyfile(font, assets / "fonts" / font.name)
    shutil.copyfile(theme / "fonts" / "LICENSE.txt", assets / "fonts" / "OFL.txt")
    if charts:
        shutil.copyfile(theme / "assets" / "charts.js", assets / "charts.js")
        (assets / "vega.js").write_text(_vega(), encoding="utf-8")


def stylesheet(brand: Brand) -> str:
    """Give the site's stylesheet: the brand as variables, then the theme's own rules."""
    rules = (shipped("reports/theme") / "assets" / "report.css").read_text(encoding="utf-8")
    return "\n".join([*_faces(brand), _variables(brand), _charts_turned_dark(brand), rules])


def _faces(brand: Brand) -> list[str]:
    stem = brand.family.replace(" ", "")
    return [
        f'@font-face {{ font-family: "{brand.family}"; font-style: {style}; font-weight: {weight}; '
        f'font-display: swap; src: url("fonts/{stem}-{cut}{part}.woff2") format("woff2");{span} }}'
        for cut, style, weight in _FACES
        for part, span in (("", ""), ("-latin", f" unicode-range: {_LATIN};"))
    ]


def _variables(brand: Brand) -> str:
    light = " ".join(f"--{name}: {value};" for name, value in brand.light.items())
    dark = " ".join(f"--{name}: {value};" for name, value in brand.dark.items())
    return (
        f':root {{ --font: "{brand.family}"; {light} }}\n'
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    )


def _charts_turned_dark(brand: Brand) -> str:
    rules = " ".join(
        f':is(.chart, .chart-live) [{mark}="{light}" i] {{ {mark}: {dark}; }}'
        for light, dark in brand.turned_dark.items()
        for mark in ("fill", "stroke")
    )
    return f"@media screen and (prefers-color-scheme: dark) {{ {rules} }}"


@cache
def _vega() -> str:
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
