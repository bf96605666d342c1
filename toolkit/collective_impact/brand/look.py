"""A brand as everything that draws uses it: colours, fonts, logo."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collective_impact.errors import InputError, Problem

_COLOUR_IN_CHART = re.compile(r"(?<=[\":=])#[0-9a-fA-F]{6}\b")
_FONT_IN_CHART = """(font-family="'?|[fF]ont": ?"'?)"""


@dataclass(frozen=True, slots=True)
class Face:
    """One cut of a font.

    Attributes
    ----------
    family : str
    path : Path
        TrueType or OpenType, for paper and charts.
    weight : int
        100-900; 400 is regular.
    italic : bool
    web : tuple of Path
        The files for screens, the one with the fewest characters last: WOFF2 where there is one, else ``path``.
    """

    family: str
    path: Path
    weight: int
    italic: bool
    web: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Logo:
    """The publisher's sign.

    Attributes
    ----------
    file : str
        Name to write it under: ``logo.svg`` or ``logo.png``.
    content : bytes
        The picture; an SVG has been cleaned of all that could act or load.
    alt : str
        What it shows, in words.
    dark_file, dark_content :
        The same for dark screens; empty where there is only one.
    """

    file: str
    content: bytes
    alt: str
    dark_file: str = ""
    dark_content: bytes = b""

    @property
    def files(self) -> dict[str, bytes]:
        """Content of each of its files by name."""
        dark = {self.dark_file: self.dark_content} if self.dark_file else {}
        return {self.file: self.content} | dark


@dataclass(frozen=True, slots=True)
class Brand:
    """Colours, fonts and logo.

    Attributes
    ----------
    name : str
        Who or what publishes.
    light, dark : mapping of str to str
        The theme's colours by name, ``#rrggbb``, on a light and on a dark screen; role names (``foreground``,
        ``background``, ``primary`` ...) are among them.
    family, headings : str
        Font family of text and charts, and of headings.
    faces : tuple of Face
        All cuts of both families.
    fallback : tuple of Face
        Cuts of the shipped font, which has the characters that another may lack.
    fallback_family : str
    logo : Logo or None
    notes : tuple of Problem
        What of the brand file could not be followed, and what is used in its place.
    """

    name: str
    light: Mapping[str, str]
    dark: Mapping[str, str]
    family: str
    headings: str
    faces: tuple[Face, ...]
    fallback: tuple[Face, ...] = ()
    fallback_family: str = ""
    logo: Logo | None = None
    notes: tuple[Problem, ...] = ()

    @property
    def fonts(self) -> tuple[Path, ...]:
        """The font files for paper and charts, those to fall back on last."""
        return tuple(dict.fromkeys(face.path for face in (*self.faces, *self.fallback)))

    @property
    def families(self) -> tuple[str, ...]:
        """Family of text, then the one to fall back on."""
        return tuple(dict.fromkeys((self.family, self.fallback_family or self.family)))

    def colour(self, name: str, dark: bool = False) -> str:
        """Give a colour by its name or role, as ``#rrggbb``.

        Raises
        ------
        InputError
            When there is no such colour; says which ones there are.
        """
        try:
            return (self.dark if dark else self.light)[name]
        except KeyError:
            names = ", ".join(sorted(self.light))
            raise InputError([Problem("brand", f"no colour {name!r}", f"one of {names}", "use one of them")]) from None

    @property
    def turned_dark(self) -> dict[str, str]:
        """What each light colour turns into on a dark screen, ``#rrggbb`` to ``#rrggbb``."""
        return {light: self.dark[name] for name, light in self.light.items() if self.dark[name] != light}

    def recoloured(self, chart: str, drawn_in: "Brand") -> str:
        """Turn a chart that was drawn in another brand into this one.

        Parameters
        ----------
        chart : str
            SVG, or a Vega-Lite specification as JSON.
        drawn_in : Brand
            The brand whose colours and font stand in it.
        """
        if self == drawn_in:
            return chart
        pairs = [(drawn_in.dark[name], self.dark[name]) for name in drawn_in.light]
        pairs += [(drawn_in.light[name], self.light[name]) for name in drawn_in.light]
        turned = dict(pairs)
        coloured = _COLOUR_IN_CHART.sub(lambda found: turned.get(found[0].lower(), found[0]), chart)
        family = re.compile(_FONT_IN_CHART + re.escape(drawn_in.family))
        return family.sub(lambda found: found[1] + self.family, coloured)
