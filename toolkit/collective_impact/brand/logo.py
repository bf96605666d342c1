"""The logo of a brand file, made ready to be shown."""

from pathlib import Path
from typing import Any

from collective_impact.brand.brand_file import BrandFile, shown
from collective_impact.brand.clean_svg import clean_svg
from collective_impact.brand.look import Logo
from collective_impact.brand.png_file import is_png
from collective_impact.language import translate as _

_SIZES = ("medium", "small", "large")
_MOST_BYTES = 1_000_000


def read_logo(file: BrandFile, name: str) -> Logo | None:
    """Read the section ``logo``: a path, or named images and which of them serves as the medium, small or large one.

    Parameters
    ----------
    file : BrandFile
    name : str
        Who publishes: what the logo says where the file gives no words for it.
    """
    if file.content.get("logo") is None:
        return None
    key, chosen = _chosen(file)
    light, dark = _on_both_screens(chosen)
    picture = _picture(file, key, light if light is not None else dark)
    dark_picture = _picture(file, f"{key}.dark", dark) if dark is not None and light is not None else None
    if picture is None:
        return None
    ending, content, alt = picture
    words = alt or name or _("Logo")
    if dark_picture is None:
        return Logo(f"logo.{ending}", content, words)
    return Logo(f"logo.{ending}", content, words, f"logo-dark.{dark_picture[0]}", dark_picture[1])


def _chosen(file: BrandFile) -> tuple[str, Any]:
    """The logo's key and what stands there: the section itself, one of the sizes, or the first image."""
    section = file.content["logo"]
    if _entry(section, {}):
        return "logo", section
    sizes = file.section("logo")
    for size in _SIZES:
        if sizes.get(size):
            return f"logo.{size}", sizes[size]
    return "logo.images", next(iter(_images(file).values()), None)


def _on_both_screens(value: Any) -> tuple[Any, Any]:
    """The picture for light screens and the one for dark screens; None where there is none of its own."""
    if isinstance(value, dict) and value.keys() & {"light", "dark"}:
        return value.get("light"), value.get("dark")
    return value, None


def _images(file: BrandFile) -> dict[str, Any]:
    return dict(file.section("logo", "images")) if isinstance(file.content.get("logo"), dict) else {}


def _entry(value: Any, images: dict[str, Any]) -> tuple[Any, str] | None:
    """Path and words of a picture: named among the images, or a path by itself."""
    value = images.get(value, value) if isinstance(value, str) else value
    if isinstance(value, str):
        return value, ""
    if isinstance(value, dict) and "path" in value:
        return value["path"], str(value.get("alt") or "")
    return None


def _picture(file: BrandFile, key: str, value: Any) -> tuple[str, bytes, str] | None:
    entry = _entry(value, _images(file))
    if entry is None:
        file.wrong(key, shown(value), _("the path of a picture, or the name of one of the images"), _("name a picture"))
        return None
    path = file.file(key, entry[0])
    content = _content(file, key, path) if path else None
    return (*content, entry[1]) if content else None


def _content(file: BrandFile, key: str, path: Path) -> tuple[str, bytes] | None:
    data = path.read_bytes()
    mend = _("give an SVG or PNG file of at most 1 MB")
    if len(data) > _MOST_BYTES:
        file.wrong(key, _("{file} is too large").format(file=path.name), _("a small picture"), mend)
    elif is_png(data):
        return "png", data
    else:
        try:
            return "svg", clean_svg(data)
        except ValueError:
            file.wrong(key, _("no SVG or PNG picture in {file}").format(file=path.name), _("a picture"), mend)
    return None
