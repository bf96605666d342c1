"""The keys of a brand file, looked up with their places, and every problem on the way kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from collective_impact.errors import InputError, Problem
from collective_impact.language import number
from collective_impact.language import translate as _

DARK = "-dark"
_MOST_ENTRIES = 10_000
"""How many values a file may hold with every alias written out; few aliases can stand for billions."""


@dataclass(slots=True)
class BrandFile:
    """A brand file that is being read.

    Attributes
    ----------
    path : Path
    content : dict
    problems : list of Problem
        What stops it from being used, and notes on what it cannot have; as far as it has been read.
    """

    path: Path
    content: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def section(self, *keys: str) -> Mapping[str, Any]:
        """Give a section; an empty one where there is none. One that holds something else is a problem."""
        value: Any = self.content
        for depth, key in enumerate(keys):
            value = value.get(key)
            if value is None:
                return {}
            if not isinstance(value, dict):
                self.wrong(
                    ".".join(keys[: depth + 1]), shown(value), _("names and values"), _("give it keys of its own")
                )
                return {}
        return {str(key): entry for key, entry in value.items()}

    def wrong(self, key: str, found: str, expected: str, mend: str) -> None:
        """Keep a problem; once, however often what is wrong is looked at."""
        problem = Problem(str(self.path), f"{key}: {found}", expected, mend)
        if problem not in self.problems:
            self.problems.append(problem)

    def note(self, key: str, found: str, expected: str, mend: str) -> None:
        """Keep a note on what cannot be had."""
        self.problems.append(Problem(str(self.path), f"{key}: {found}", expected, mend, severity="note"))

    def file(self, key: str, relative: object) -> Path | None:
        """Give a file that the brand file names; one that is not there is a problem."""
        if not isinstance(relative, str) or not relative.strip() or "\x00" in relative:
            self.wrong(key, shown(relative), _("the path of a file"), _("write it as seen from the brand file"))
            return None
        path = self.path.parent / relative
        found = _("no file {file}").format(file=relative)
        try:
            if path.is_file():
                path.open("rb").close()
                return path
        except OSError as error:  # no permission, or a name that no disk can hold
            found = _("{file} cannot be read ({reason})").format(file=relative, reason=error.strerror)
        mend = _("put the file there, or correct its path, which is seen from the brand file")
        self.wrong(key, found, _("a file"), mend)
        return None


def open_brand_file(path: Path) -> BrandFile:
    """Read a brand file as YAML.

    Raises
    ------
    InputError
        When there is no such file, or it is no YAML with sections.
    """
    expected, mend = _("a brand file as brand.yml describes it"), _("mend the file; docs/brand.md shows one")
    try:
        content = _parsed(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        raise InputError([Problem(str(path), found, expected, _("name a file that can be read"))]) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: no such day, a number without digits
        raise InputError([Problem(str(path), _one_line(error), expected, mend)]) from None
    if not isinstance(content, dict):
        raise InputError([Problem(str(path), shown(content), expected, mend)])
    return BrandFile(path, content)


def _parsed(text: str) -> Any:
    """Read YAML, unless it would be endless or too much once its aliases are followed."""
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if _entries(node, {}) > _MOST_ENTRIES:
            raise yaml.YAMLError(
                _("more than {n} values once its aliases are followed").format(n=number(_MOST_ENTRIES, 0))
            )
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _entries(node: yaml.Node, known: dict[int, int | None]) -> int:
    """How many values a node holds, itself among them; each node is looked at once."""
    if id(node) in known:
        count = known[id(node)]
        if count is None:
            raise yaml.YAMLError(_("an alias of something that it stands in itself"))
        return count
    known[id(node)] = None
    parts = [node.value] if isinstance(node, yaml.ScalarNode) else node.value
    within = [each for part in parts for each in (part if isinstance(part, tuple) else (part,))]
    count = 1 + sum(_entries(each, known) for each in within if isinstance(each, yaml.Node))
    known[id(node)] = count
    return count


def shown(value: object, most: int = 80) -> str:
    """A value in a message: short, in quotation marks where it is text."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
