"""An SVG picture made harmless: it can neither run nor load anything, and says the same thing in pixels."""

import re
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

_SVG = "http://www.w3.org/2000/svg"
_ACTING = {
    "script", "foreignObject", "animate", "animateMotion", "animateTransform", "set", "handler", "listener", "iframe",
    "audio", "video", "embed", "object", "feImage", "metadata",
}  # fmt: skip
_OWN = re.compile(r"#[\w.:-]+|data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_LOADS = re.compile(r"@import|expression\s*\(|javascript:|url\(\s*(?!['\"]?#)", re.IGNORECASE)


def clean_svg(content: bytes) -> bytes:
    """Take out scripts, events, animations and whatever loads from elsewhere.

    Raises
    ------
    ValueError
        When it is no SVG.
    """
    try:
        root: ElementTree.Element = fromstring(content)
        if _plain_name(root.tag) != "svg":
            raise ValueError(_plain_name(root.tag))
        _clean(root)
        root.set("xmlns", _SVG)
        return bytes(ElementTree.tostring(root, encoding="utf-8", short_empty_elements=True))
    except (ElementTree.ParseError, DefusedXmlException, LookupError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _clean(element: ElementTree.Element) -> None:
    element.tag = _plain_name(element.tag)
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        plain = _plain_name(name)
        if not _acts(plain, value) and (plain == "href" or not name.startswith("{")):
            element.set(plain, value)
    if element.tag == "style" and _LOADS.search(element.text or ""):
        element.text = ""
    for child in list(element):
        if not isinstance(child.tag, str) or _plain_name(child.tag) in _ACTING or _is_foreign(child):
            element.remove(child)
        else:
            _clean(child)


def _acts(name: str, value: str) -> bool:
    if name == "href":
        return not _OWN.fullmatch(value.strip())
    return name.lower().startswith("on") or bool(_LOADS.search(value))


def _is_foreign(element: ElementTree.Element) -> bool:
    """Whether it belongs to another vocabulary, for example the drawing program's own."""
    return element.tag.startswith("{") and not element.tag.startswith(f"{{{_SVG}}}")


def _plain_name(name: str) -> str:
    return name.rpartition("}")[2]
