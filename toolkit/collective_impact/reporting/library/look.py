"""The files that the library's page shares with nothing else: stylesheet, fonts, and the script of its choices."""

import shutil
from pathlib import Path

from collective_impact.brand import Brand
from collective_impact.reporting.embedded.theme import stylesheet, write_fonts
from collective_impact.shipped import shipped

ASSETS = "library-assets"


def write_look(folder: Path, brand: Brand) -> None:
    """Write them; files that are there already are replaced one by one, others stay."""
    own = shipped("reports/theme") / "assets"
    folder.mkdir(parents=True, exist_ok=True)
    rules = (own / "library.css").read_text(encoding="utf-8")
    (folder / "library.css").write_text(stylesheet(brand) + "\n" + rules, encoding="utf-8")
    for name in ("icon.svg", "library.js"):
        shutil.copyfile(own / name, folder / name)
    shutil.rmtree(folder / "fonts", ignore_errors=True)
    write_fonts(folder / "fonts", brand)
