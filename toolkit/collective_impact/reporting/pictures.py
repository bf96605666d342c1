"""The pictures of a page made ready to stand in HTML: SVG cleaned and with ids of its own, PNG as it is."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from collective_impact.brand import Brand, read_brand
from collective_impact.brand.clean_svg import clean_svg
from collective_impact.brand.png_file import SIGNATURE
from collective_impact.reporting.renderer import RenderError

_SVG = "http://www.w3.org/2000/svg"
_LINKED = re.compile(r"\(figures/([A-Za-z0-9_-][A-Za-z0-9_.-]*\.(?:svg|png))\)")
_PLACE = re.compile(r"<!--picture ([A-Za-z0-9_.-]+)-->")
_SHAPES = {"path", "rect", "line", "circle", "ellipse", "polygon", "polyline", "text", "tspan"}
_KEPT_ELEMENTS = _SHAPES | {"svg", "g", "defs", "clipPath", "linearGradient", "radialGradient", "stop"}
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")


def linked_pictures(body: str, folder: Path | None) -> tuple[Path, ...]:
    """Give the pictures that a page's Markdown shows and that are there, in the order of their names."""
    if folder is None:
        return ()
    names = sorted(set(_LINKED.findall(body)))
    return tuple(folder / name for name in names if (folder / name).is_file())


def inline_pictures(pictures: tuple[Path, ...], brand: Brand) -> dict[str, str]:
    """Give each SVG among pictures by its name, cleaned and in the brand, for a page to hold.

    Raises
    ------
    RenderError
        When a picture is not what its name says.
    """
    inline = {}
    for picture in pictures:
        if picture.suffix == ".svg":
            inline[picture.name] = brand.recoloured(_inline_svg(picture), read_brand())
        elif not picture.read_bytes().startswith(SIGNATURE):
            raise RenderError(f"{picture}: found no PNG in it; expected a picture; draw it again")
    return inline


def with_pictures(html: str, inline: Mapping[str, str]) -> str:
    """Put SVG pictures by their names into the places that web.lua has left for them."""
    return _PLACE.sub(lambda found: inline.get(found[1], ""), html)


def picture_for_paper(picture: Path, brand: Brand) -> bytes:
    """Give a picture for a document: an SVG without what acts or loads, a chart in the brand; a PNG as it is.

    Raises
    ------
    RenderError
        When it is not what its name says.
    """
    content = picture.read_bytes()
    if picture.suffix != ".svg":
        if not content.startswith(SIGNATURE):
            raise RenderError(f"{picture}: found no PNG in it; expected a picture; draw it again")
        return content
    try:
        return brand.recoloured(clean_svg(content).decode(), read_brand()).encode()
    except ValueError as error:
        raise RenderError(f"{picture}: found no SVG in it ({error}); expected a picture; draw it again") from None


def write_linked(html: str, pictures: tuple[Path, ...], out: Path) -> None:
    """Copy the pictures that a finished page links to; what it does not show is not published."""
    for picture in pictures:
        if f'src="figures/{out.name}/{picture.name}"' in html:
            out.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, out / picture.name)


def _inline_svg(path: Path) -> str:
    """SVG without scripts, styles and outside references, whose ids do not clash with other pictures' ids."""
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise RenderError(f"{path}: found no SVG in it ({error}); expected a picture; draw it again") from None
    _keep_known(root)
    prefix = f"{path.stem}-"
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name.startswith(("on", "{", "aria-", "style", "role", "href")):
                del element.attrib[name]
            elif name == "id":
                element.set(name, prefix + value)
            elif "url(" in value:
                element.set(name, _REFERENCE.sub(rf"url(#{prefix}\1)", value) if _REFERENCE.search(value) else "none")
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    root.set("aria-hidden", "true")
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)


def _keep_known(element: ElementTree.Element) -> None:
    for child in list(element):
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag.removeprefix(f"{{{_SVG}}}") in _KEPT_ELEMENTS:
            _keep_known(child)
        else:
            element.remove(child)
