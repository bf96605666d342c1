"""The colours that the theme uses, from those that a brand file gives; what it does not give is worked out."""

from collections.abc import Mapping
from typing import NamedTuple

from collective_impact.brand.colours import luminance, mixed, nearest_readable

THEME = ("ink", "muted", "line", "wash", "paper", "grey", "teal", "orange", "sand")
"""Names of the theme's colours: text, quiet text, lines, tinted ground, ground, plain marks, two accents, tint."""

FROM_ROLES: Mapping[str, tuple[str, ...]] = {
    "ink": ("foreground",),
    "paper": ("background",),
    "teal": ("primary",),
    "muted": ("secondary",),
    "orange": ("warning", "danger", "tertiary"),
    "wash": ("light",),
}
"""The roles of a brand file that stand for a colour of the theme which the palette does not name, the first given."""

ROLES = {"foreground": "ink", "background": "paper", "primary": "teal", "secondary": "muted", "warning": "orange"}
"""Roles that others ask a brand for, with the theme's colour behind each."""

READABLE, MARKED = 4.5, 3.0
"""Contrast that text and marks need (WCAG 2.2, 1.4.3 and 1.4.11)."""

_TO_SPARE = 0.3
_DARKEST = 0.012  # relative luminance of a dark ground that is worked out


class Given(NamedTuple):
    """A colour and the key of the brand file that it stands under."""

    colour: str
    key: str


def chosen(given: Mapping[str, Given]) -> dict[str, Given]:
    """Pick the theme's colours from a brand's palette and roles: the palette's own name first, then the roles."""
    found = {}
    for name in THEME:
        for candidate in (f"color.palette.{name}", *(f"color.{role}" for role in FROM_ROLES.get(name, ()))):
            if candidate in given:
                found[name] = given[candidate]
                break
    return found


def completed(light: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """Give every colour of the theme on a light screen."""
    full = {name: light.get(name) or defaults[name] for name in ("ink", "paper", "teal", "orange")}
    return _with_tints(full, light)


def completed_dark(dark: Mapping[str, str], light: Mapping[str, str], own_muted: bool) -> dict[str, str]:
    """Give every colour of the theme on a dark screen.

    Parameters
    ----------
    dark : mapping of str to str
        Those that the brand gives.
    light : mapping of str to str
        All of them on a light screen.
    own_muted : bool
        Whether the brand gives the light one of quiet text, whose hue is then kept.
    """
    paper = dark.get("paper") or _darkened(light["ink"])
    full = {"paper": paper, "ink": dark.get("ink") or mixed("#ffffff", paper, 0.1)}
    grounds = (paper, dark.get("wash") or _wash(full, 0.06))
    for name in ("teal", "orange", *(("muted",) if own_muted else ())):
        full[name] = dark.get(name) or nearest_readable(light[name], "#ffffff", grounds, READABLE + _TO_SPARE)
    return _with_tints(full, {**dark, **({"muted": full["muted"]} if own_muted else {})}, tint=0.06, line=0.18)


def _with_tints(
    full: dict[str, str], given: Mapping[str, str], tint: float = 0.05, line: float = 0.16
) -> dict[str, str]:
    """Add the quiet ones, each between ink and paper or between accent and paper."""
    ink, paper = full["ink"], full["paper"]
    full["wash"] = given.get("wash") or _wash(full, tint)
    grounds = (paper, full["wash"])
    full["line"] = given.get("line") or mixed(paper, ink, line)
    full["sand"] = given.get("sand") or mixed(paper, full["orange"], 0.25)
    full["muted"] = given.get("muted") or nearest_readable(
        mixed(paper, ink, 0.5), ink, grounds, READABLE + 2 * _TO_SPARE
    )
    full["grey"] = given.get("grey") or nearest_readable(mixed(paper, ink, 0.3), ink, grounds, MARKED + _TO_SPARE)
    return {name: full[name] for name in THEME}


def _wash(full: Mapping[str, str], share: float) -> str:
    return mixed(full["paper"], full["ink"], share)


def _darkened(ink: str) -> str:
    """A dark ground in the hue of the text."""
    steps = (mixed(ink, "#000000", step / 100) for step in range(101))
    return next(each for each in steps if luminance(each) <= _DARKEST)
