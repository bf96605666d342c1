"""The instruments: one TOML file each in the folder beside this module; adding an instrument is adding its file."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from collective_impact.errors import InputError, Problem
from collective_impact.framework.catalogue import catalogue
from collective_impact.framework.instrument import Instrument, Item, Scale
from collective_impact.language import quote
from collective_impact.language import translate as _
from collective_impact.translations import translated

FOLDER = Path(__file__).parent / "instruments"


def instruments(folder: Path = FOLDER) -> tuple[Instrument, ...]:
    """Read all instruments of a folder, in alphabetical order of their ids.

    Parameters
    ----------
    folder : Path
        The toolkit's own, if not given.

    Raises
    ------
    InputError
        With everything that is wrong in any of the files.
    """
    return _read(folder)


@cache
def _read(folder: Path) -> tuple[Instrument, ...]:
    found: list[Instrument] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            found.append(read_instrument(file))
        except InputError as error:
            problems += error.problems
    times = Counter(item.id for instrument in found for item in instrument.items)
    problems += [_repeated(folder, item, n) for item, n in times.items() if n > 1]
    if problems:
        raise InputError(problems)
    return tuple(found)


def instrument(instrument_id: str, folder: Path = FOLDER) -> Instrument:
    """Find one instrument by its id.

    Raises
    ------
    InputError
        If there is none; with the ids there are and the one that is most like it.
    """
    known = {instrument.id: instrument for instrument in instruments(folder)}
    if instrument_id in known:
        return known[instrument_id]
    close = get_close_matches(instrument_id.lower(), known, n=1)
    mend = _("write {key}").format(key=quote(close[0])) if close else _("choose one of these")
    raise InputError([Problem(_("instruments"), quote(instrument_id), ", ".join(known), mend)])


@cache
def criteria(table: str, folder: Path = FOLDER) -> Mapping[str, tuple[Instrument, Item]]:
    """Give the items whose answers stand in a table of the contract.

    Parameters
    ----------
    table : str
        For example ``rubric_score``; a table that no instrument fills has none.
    folder : Path

    Returns
    -------
    mapping of str to (Instrument, Item)
        By the item's id.
    """
    filling = [instrument for instrument in instruments(folder) if instrument.table == table]
    return MappingProxyType({item.id: (instrument, item) for instrument in filling for item in instrument.items})


def read_instrument(file: Path) -> Instrument:
    """Read an instrument from its file, for example another edition of a published inventory.

    Raises
    ------
    InputError
        With everything that is wrong in it.
    """
    try:
        content = translated(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        expected = _("a TOML file encoded as UTF-8")
        raise InputError([Problem(file.name, str(error), expected, _("mend the file"))]) from error
    try:
        read = Instrument.model_validate(content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise InputError([_misfit(file.name, detail) for detail in details]) from error
    faults = [Problem(file.name, found, expected, mend, field=field) for field, found, expected, mend in _faults(read)]
    if read.id != file.stem:
        mend = _("give the file and the instrument the same name")
        faults.append(Problem(file.name, quote(read.id), quote(file.stem), mend, field="id"))
    if faults:
        raise InputError(faults)
    return read


Fault = tuple[str, str, str, str]
"""Key, and what was found there, what was expected and how to mend it."""


def _faults(read: Instrument) -> Iterator[Fault]:
    """What no single key shows: references that lead nowhere, parts that do not fit together."""
    yield from _unknown_names(read)
    yield from _misscored(read)
    for item in read.items:
        yield from _misformed(item, read)


def _unknown_names(read: Instrument) -> Iterator[Fault]:
    terms = {concept.id for concept in catalogue().concepts} | {each.id for each in catalogue().indicators}
    sections = terms | {section.id for section in read.sections}
    named = [(item.id, item.concept, terms) for item in read.items]
    named += [(item.id, item.section, sections) for item in read.items if item.section]
    named += [("concepts", concept, terms) for concept in read.concepts]
    named += [("source", read.source, {source.id for source in catalogue().sources})]
    for field, name, known in named:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            mend = _("write {key}").format(key=quote(close[0])) if close else _("choose one of the catalogue’s ids")
            yield field, quote(name), _("an id that the catalogue knows"), mend


def _misscored(read: Instrument) -> Iterator[Fault]:
    scoring, remove_or_add = read.scoring, _("add what is missing or remove what does not fit")
    if (scoring.rule == "lowest") != (scoring.gate is not None):
        yield "scoring.gate", scoring.rule, _("a gate with the rule lowest, and with no other"), remove_or_add
    if (scoring.rule == "count") != bool(scoring.column):
        yield "scoring.column", scoring.rule, _("a column with the rule count, and with no other"), remove_or_add
    if (read.form == "log") == bool(read.items):
        yield "item", str(len(read.items)), _("items, but none in a log"), remove_or_add
    if scoring.gate and scoring.gate.section and scoring.gate.section not in {item.section for item in read.items}:
        yield "scoring.gate.section", quote(scoring.gate.section), _("a section of the items"), _("correct this value")


def _misformed(item: Item, read: Instrument) -> Iterator[Fault]:
    prefix, remove_or_add = f"{read.prefix or read.id}_", _("add what is missing or remove what does not fit")
    if not item.id.startswith(prefix):
        yield item.id, quote(item.id), _("an id that begins with {prefix}").format(prefix=prefix), _("rename the item")
    if bool(item.text) == read.licensed:
        yield item.id, quote(str(item.text)), _("a text, but none where the items are licensed"), remove_or_add
    if (item.kind == "scale") != (item.scale is not None):
        yield item.id, item.kind, _("a scale for an item of the kind scale, and for no other"), remove_or_add
    if (item.kind in ("choice", "choices")) != bool(item.options):
        yield (
            item.id,
            item.kind,
            _("options for an item of the kind choice or choices, and for no other"),
            remove_or_add,
        )
    if item.asked_if and item.asked_if.item not in {other.id for other in read.items}:
        yield item.id, quote(item.asked_if.item), _("the id of another item"), _("correct this value")
    if item.scale and not _sound(item.scale):
        expected = _("a minimum below the maximum, and anchors within them from the lowest up")
        yield item.id, f"{item.scale.minimum}–{item.scale.maximum}", expected, _("correct the scale")


def _sound(scale: Scale) -> bool:
    steps = [anchor.value for anchor in scale.anchors]
    return scale.minimum < scale.maximum and steps == sorted(set(steps)) and all(scale.holds(step) for step in steps)


def _misfit(place: str, detail: ErrorDetails) -> Problem:
    field = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return Problem(place, _("an unknown key"), _("a key of an instrument"), _("take it away"), field=field)
    if detail["type"] == "missing":
        return Problem(place, _("nothing"), _("a value"), _("add the key {key}").format(key=quote(field)), field=field)
    return Problem(place, quote(str(detail["input"])[:40]), detail["msg"], _("correct this value"), field=field)


def _repeated(folder: Path, item: str, n: int) -> Problem:
    expected = _("an id that is used once")
    return Problem(folder.name, quote(item), expected, _("rename the item"), field="id", count=n)
