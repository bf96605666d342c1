"""A brand file read as a brand: everything that is wrong with it told at once."""

from functools import cache
from pathlib import Path
from types import MappingProxyType

from collective_impact.brand.brand_file import BrandFile, open_brand_file
from collective_impact.brand.logo import read_logo
from collective_impact.brand.look import Brand
from collective_impact.brand.pairs import too_close
from collective_impact.brand.palette import read_palette
from collective_impact.brand.theme_colours import ROLES, Given, chosen, completed, completed_dark
from collective_impact.brand.typefaces import Typefaces, read_typefaces
from collective_impact.errors import InputError
from collective_impact.shipped import shipped


def read_brand(path: Path | None = None) -> Brand:
    """Read a brand file (brand.yml); without a path, the one that travels with the toolkit.

    The theme's colours that the file does not give are worked out from those that it gives. What it asks for and
    cannot be had, such as a font that would have to be fetched, is told in the brand's ``notes``.

    Raises
    ------
    InputError
        With everything that is wrong: no YAML, no such file, no colour, no font, and each pair of colours that does
        not stand out as it must, with both colours and the contrast found and needed.
    """
    return _shipped_brand() if path is None else _read(path, _shipped_brand())


@cache
def _shipped_brand() -> Brand:
    return _read(shipped("_brand.yml"), None)


def _read(path: Path, default: Brand | None) -> Brand:
    file = open_brand_file(path)
    name = _name(file)
    light, dark = _colours(file, default)
    own = Typefaces(default.family, default.headings, default.faces) if default else None
    typefaces = read_typefaces(file, own)
    logo = read_logo(file, name)
    errors = [problem for problem in file.problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    return Brand(
        name=name,
        light=MappingProxyType(light),
        dark=MappingProxyType(dark),
        family=typefaces.family,
        headings=typefaces.headings,
        faces=typefaces.faces,
        fallback=default.faces if default else (),
        fallback_family=default.family if default else "",
        logo=logo,
        notes=tuple(file.problems),
    )


def _name(file: BrandFile) -> str:
    meta = file.content.get("meta")
    name = meta.get("name") if isinstance(meta, dict) else None
    if isinstance(name, dict):
        name = name.get("full") or name.get("short")
    return str(name or "")


def _colours(file: BrandFile, default: Brand | None) -> tuple[dict[str, str], dict[str, str]]:
    """The theme's colours and roles on both screens, and a problem for each pair that cannot be told apart."""
    palette = read_palette(file)
    given, given_dark = chosen(palette["light"]), chosen(palette["dark"])
    defaults = default.light if default else {}
    light = completed(_plain(given), defaults)
    dark = completed_dark(_plain(given_dark), light, own_muted="muted" in given)
    if not any(problem.severity == "error" for problem in file.problems):
        place = str(file.path)
        file.problems += too_close(light, {name: each.key for name, each in given.items()}, place, dark=False)
        file.problems += too_close(
            dark, {name: each.key + ".dark" for name, each in given_dark.items()}, place, dark=True
        )
    return _with_roles(light), _with_roles(dark)


def _plain(given: dict[str, Given]) -> dict[str, str]:
    return {name: each.colour for name, each in given.items()}


def _with_roles(colours: dict[str, str]) -> dict[str, str]:
    return colours | {role: colours[name] for role, name in ROLES.items()}
