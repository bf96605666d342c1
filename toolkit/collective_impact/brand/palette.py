"""The colours of a brand file: palette, roles, names that stand for other names, and their dark versions."""

from collections.abc import Iterator
from typing import Any, Literal

from collective_impact.brand.brand_file import DARK, BrandFile, shown
from collective_impact.brand.colours import read_colour
from collective_impact.brand.theme_colours import Given
from collective_impact.language import translate as _

Screen = Literal["light", "dark"]


def read_palette(file: BrandFile) -> dict[Screen, dict[str, Given]]:
    """Read every colour that a brand file gives, by its key (``color.palette.teal``, ``color.primary``).

    A colour for dark screens is one given as ``{light: ..., dark: ...}``, as Quarto has it, or by a name of the
    palette that ends in ``-dark``. Whatever is no colour is a problem of the file.
    """
    palette = dict(file.section("color", "palette"))
    roles = {key: value for key, value in file.section("color").items() if key != "palette"}
    names = {**roles, **palette}
    keys = {f"color.{key}": value for key, value in roles.items()}
    keys |= {f"color.palette.{key}": value for key, value in palette.items()}
    found: dict[Screen, dict[str, Given]] = {"light": {}, "dark": {}}
    for key, value in keys.items():
        for screen, wanted in _wanted(key, value, palette):
            colour = _followed(file, key, wanted, screen, names)
            if colour:
                found[screen][key] = Given(colour, key)
    return found


def _wanted(key: str, value: Any, palette: dict[str, Any]) -> Iterator[tuple[Screen, Any]]:
    """What stands for a colour on each screen; a dark one only where it is given."""
    yield "light", value
    own = palette.get(key.rpartition(".")[2] + DARK) if key.startswith("color.palette.") else None
    yield "dark", value if own is None else {"dark": own}


def _followed(file: BrandFile, key: str, value: Any, screen: Screen, names: dict[str, Any]) -> str | None:
    """Follow names to the colour that they stand for; None where there is none for a dark screen, or a problem."""
    seen: list[str] = []
    is_own = screen == "light"  # on the way to a dark colour, one for every screen does not count
    while True:
        if isinstance(value, dict):
            value, is_own = value.get(screen, value.get("light") if screen == "light" else None), True
            if value is None:
                return None
        if not isinstance(value, str):
            if is_own:
                _no_colour(file, key, value)
            return None
        if value in seen:
            file.wrong(key, " → ".join([*seen, value]), _("a colour at the end of the names"), _("name a colour once"))
            return None
        if value not in names:
            break
        seen.append(value)
        dark = names.get(value + DARK) if screen == "dark" else None
        value, is_own = (dark, True) if dark is not None else (names[value], is_own)
    if not is_own:
        return None
    colour = read_colour(value)
    if colour is None:
        _no_colour(file, key, value)
    return colour


def _no_colour(file: BrandFile, key: str, value: object) -> None:
    mend = _("write it in quotation marks as “#rrggbb”, or name a colour of the palette")
    file.wrong(key, shown(value), _("a colour"), mend)
