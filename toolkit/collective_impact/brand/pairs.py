"""What stands on what in the theme, and whether a brand's colours let it be read."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collective_impact.brand.colours import contrast
from collective_impact.brand.theme_colours import FROM_ROLES, MARKED, READABLE
from collective_impact.errors import Problem
from collective_impact.language import number
from collective_impact.language import translate as _


class Pair(NamedTuple):
    """A colour of the theme on another, and the contrast that it needs."""

    front: str
    ground: str
    ratio: float


PAIRS = (
    *(Pair(text, ground, READABLE) for text in ("ink", "muted", "teal", "orange") for ground in ("paper", "wash")),
    Pair("paper", "teal", READABLE),  # the cover and the signs on paper, buttons on screen
    Pair("paper", "orange", READABLE),
    Pair("ink", "sand", READABLE),
    Pair("grey", "paper", MARKED),  # marks and axes of the charts
)


def too_close(colours: Mapping[str, str], keys: Mapping[str, str], place: str, dark: bool) -> Iterator[Problem]:
    """Tell each pair of a brand's colours that the theme needs and that does not stand out enough.

    Parameters
    ----------
    colours : mapping of str to str
        The theme's colours, ``#rrggbb``.
    keys : mapping of str to str
        The brand file's key behind each; one that was worked out has none.
    place : str
        The brand file.
    dark : bool
        Whether these are the colours of a dark screen.
    """
    seen = set()
    for front, ground, least in PAIRS:
        both = frozenset((colours[front], colours[ground]))
        ratio = contrast(colours[front], colours[ground])
        if ratio >= least or (both, least) in seen:
            continue
        seen.add((both, least))
        found = _("{front} {front_colour} on {ground} {ground_colour}: contrast {ratio}:1")
        yield Problem(
            place,
            found.format(
                front=_named(front, keys, dark),
                front_colour=colours[front],
                ground=_named(ground, keys, dark),
                ground_colour=colours[ground],
                ratio=number(int(ratio * 100) / 100, 2),  # never rounded up to what is asked for
            ),
            _expected(least).format(ratio=number(least, 1)),
            _("choose a lighter or a darker one of the two"),
        )


def _expected(least: float) -> str:
    return (
        _("text that can be read: at least {ratio}:1")
        if least == READABLE
        else _("marks that can be seen: at least {ratio}:1")
    )


def _named(name: str, keys: Mapping[str, str], dark: bool) -> str:
    """The brand file's key for a colour, and whether it was worked out."""
    key = keys.get(name)
    if key:
        return key
    words = _("{name} (worked out, on a dark screen)") if dark else _("{name} (worked out)")
    return words.format(name=f"color.{FROM_ROLES[name][0]}" if name in FROM_ROLES else f"color.palette.{name}")
