"""The one look of pages, PDF and charts, read from the brand file ``_brand.yml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from collective_impact.errors import InputError, Problem
from collective_impact.shipped import shipped

_DARK = "-dark"


@dataclass(frozen=True, slots=True)
class Brand:
    """Colours and fonts.

    Attributes
    ----------
    name : str
        Who or what publishes.
    light, dark : mapping of str to str
        Colour name to ``#rrggbb`` on a light and on a dark screen, same names in both. Role names
        (``foreground``, ``background``, ``primary`` ...) are among them.
    family : str
        Font family of text, headings and charts.
    fonts : tuple of Path
        The font files for PDF and charts.
    """

    name: str
    light: Mapping[str, str]
    dark: Mapping[str, str]
    family: str
    fonts: tuple[Path, ...]

    def colour(self, name: str, dark: bool = False) -> str:
        """Give a colour by its name or role, as ``#rrggbb``.

        Raises
        ------
        InputError
            When the brand file has no such colour; says which ones it has.
        """
        try:
            return (self.dark if dark else self.light)[name]
        except KeyError:
            raise _wrong("color", f"no colour {name!r}", "one of " + ", ".join(sorted(self.light))) from None

    @property
    def turned_dark(self) -> dict[str, str]:
        """What each light colour turns into on a dark screen, ``#rrggbb`` to ``#rrggbb``."""
        return {light: self.dark[name] for name, light in self.light.items() if self.dark[name] != light}


@cache
def read_brand(path: Path | None = None) -> Brand:
    """Read a brand file; without a path, the one that travels with the toolkit.

    Raises
    ------
    InputError
        When a role names a colour that the palette lacks, or a section is missing.
    """
    path = path or shipped("_brand.yml")
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        palette, roles = content["color"]["palette"], {k: v for k, v in content["color"].items() if k != "palette"}
        names = [name for name in palette if not name.endswith(_DARK)]
        light = {name: str(palette[name]).lower() for name in names}
        dark = {name: str(palette.get(name + _DARK, palette[name])).lower() for name in names}
        light |= {role: light[name] for role, name in roles.items()}
        dark |= {role: dark[name] for role, name in roles.items()}
        typography = content["typography"]
        files = [file["path"] for font in typography["fonts"] for file in font["files"]]
        return Brand(
            name=content["meta"]["name"],
            light=MappingProxyType(light),
            dark=MappingProxyType(dark),
            family=typography["base"]["family"],
            fonts=tuple(path.parent / file for file in files),
        )
    except (KeyError, TypeError) as error:
        raise _wrong(str(path), f"nothing under {error}", "meta, color and typography as in the shipped one") from None


def _wrong(place: str, found: str, expected: str) -> InputError:
    return InputError([Problem(place, found, expected, "mend the brand file, or the name that asked for it")])
