"""What Quarto made, held against what it was asked for, shut off from the outside, and put in its place."""

import re
import shutil
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from collective_impact.reporting.quarto.project_files import DOCUMENT, OUTPUT, quarto_makes
from collective_impact.reporting.renderer import Rendered, RenderError, Site

_ELEMENTS_THAT_LOAD = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "object": "data",
    "source": "src",
}
_OUTSIDE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
_NOT_RUN = {"application/json", "text/plain", "application/ld+json"}
_LEFT_BEHIND = {"robots.txt", "sitemap.xml", ".nojekyll"}


def take_over(site: Site, project: Path, out: Path) -> Rendered:
    """Check what Quarto made of a project and move it into the report's folder.

    Raises
    ------
    RenderError
        When a page or document is missing, or a page would load something from outside.
    """
    made = project / OUTPUT
    wanted = [f"{page.name}.html" for page in site.pages]
    papers = {f"{each.name}.pdf": f"{DOCUMENT}{each.name}.pdf" for each in site.documents if quarto_makes(each, "pdf")}
    own = [name for each in site.documents for name in each.files if name not in papers]
    missing = [name for name in (*wanted, *papers.values(), *own) if not (made / name).is_file()]
    if missing:
        raise RenderError(f"quarto ended without an error and without {', '.join(missing)}")
    for name in wanted:
        page = made / name
        page.write_text(_shut(page.read_text(encoding="utf-8"), name), encoding="utf-8")
    for name, source in papers.items():
        (made / source).replace(made / name)
    _merge(made, out)
    return Rendered(
        tuple(out / name for name in wanted), {name: out / name for each in site.documents for name in each.files}
    )


def _merge(made: Path, out: Path) -> None:
    for file in sorted(path for path in made.rglob("*") if path.is_file() and path.name not in _LEFT_BEHIND):
        target = out / file.relative_to(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, target)


def _shut(html: str, name: str) -> str:
    """Put a content security policy into a page: it loads nothing from elsewhere and runs Quarto's own scripts only.

    Quarto's scripts stand outside the page's text, so that a script in the text is never among those allowed.
    """
    reader = _Scripts()
    reader.feed(html)
    if reader.outside:
        raise RenderError(
            f"{name}: found {', '.join(sorted(reader.outside))}; expected nothing to be loaded from outside"
        )
    hashes = " ".join(sorted({f"'sha256-{_digest(script)}'" for script in reader.scripts}))
    policy = (
        f"default-src 'none'; script-src 'self' 'unsafe-hashes' {hashes}; style-src 'self' 'unsafe-inline' data:; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return _HEAD.sub(lambda head: f"{head[0]}\n{meta}", html, count=1)


def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


class _Scripts(HTMLParser):
    """The scripts that stand in a page outside its text, and what any part of it would load from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.outside: set[str] = set()
        self._depth_in_text = 0
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        address = attributes.get(_ELEMENTS_THAT_LOAD.get(tag, ""), "")
        if _OUTSIDE.match(address) and not (tag == "link" and attributes.get("rel") in {"canonical", "alternate"}):
            self.outside.add(address)
        self._depth_in_text += tag == "main"
        if self._depth_in_text:
            return
        self.scripts += [value for name, value in attributes.items() if name.startswith("on")]
        if tag == "script" and "src" not in attributes and attributes.get("type") not in _NOT_RUN:
            self._script = []

    def handle_endtag(self, tag: str) -> None:
        self._depth_in_text -= tag == "main" and self._depth_in_text > 0
        if tag == "script" and self._script is not None:
            self.scripts.append("".join(self._script))
            self._script = None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
