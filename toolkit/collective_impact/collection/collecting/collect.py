"""A request to collect data: what goes into the file, and whether the request makes sense."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from collective_impact.collection.collecting.prefilled import known_values, languages_of, package_rows, rating_rows
from collective_impact.collection.collecting.survey_form import survey_form
from collective_impact.collection.collecting.workbook import Filled, write_workbook
from collective_impact.collection.sheets import ALL_SHEETS, rating_sheet, sheet
from collective_impact.data.answers import ROW_AN_ANSWER
from collective_impact.data.initiative import Initiative
from collective_impact.data.quoting import quoted, suggestion, visible
from collective_impact.data.reading import check_package
from collective_impact.errors import InputError, Problem
from collective_impact.files import write_whole
from collective_impact.framework.instrument import Instrument
from collective_impact.framework.instruments import instrument, instruments
from collective_impact.language import translate as _

ENDING = ".xlsx"
_WAVE = re.compile(r"[^\s'\"$]+")


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """What a file to collect data with is wanted for.

    Attributes
    ----------
    out : pathlib.Path
        File to write; there must be none.
    package : str
        Package whose rows are filled in already: its folder, or the name of a shipped example; empty: none yet.
    tables : tuple of str
        Tables that are asked for; empty, and no instrument: all.
    instruments : tuple of str
        Ids of instruments that are asked for.
    wave : str
        Id of the wave that an instrument is used in; empty: left open.
    empty : bool
        Whether the package's rows are left out.
    """

    out: Path
    package: str = ""
    tables: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    wave: str = ""
    empty: bool = False


def collect(request: CollectRequest) -> Path:
    """Write the file: a survey form for an instrument that people answer alone, or else a workbook.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    InputError
        With everything that is wrong with the request and with the package.
    """
    chosen, problems = _chosen(request.instruments)
    check = check_package(request.package) if request.package else None
    initiative = check.initiative if check else None
    problems += _file_problems(request.out) + _combination_problems(request, chosen)
    problems += [problem for problem in check.problems if problem.severity == "error"] if check else []
    problems += _wave_problems(request, initiative)
    problems += [_unknown_table(name) for name in request.tables if name not in ALL_SHEETS]
    if problems:
        raise InputError(problems)
    survey = next((each for each in chosen if each.form == "survey"), None)
    content = survey_form(survey, initiative, request.wave) if survey else _workbook(request, chosen, initiative)
    try:
        write_whole(request.out, content)
    except OSError as error:
        raise InputError([_not_written(request.out, error)]) from error
    return request.out


def _chosen(names: Sequence[str]) -> tuple[list[Instrument], list[Problem]]:
    chosen: list[Instrument] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        try:
            chosen.append(instrument(name))
        except InputError as error:
            problems += error.problems
    return chosen, problems


def _file_problems(out: Path) -> list[Problem]:
    place, name = "--out", visible(out, 200)
    if out.suffix.lower() != ENDING:
        mend = _("give the file a name that ends in {ending}").format(ending=ENDING)
        return [Problem(place, name, _("an Excel workbook, such as {example}").format(example="data.xlsx"), mend)]
    try:
        taken = out.exists()
    except (OSError, ValueError) as error:
        return [_not_written(out, error)]
    if taken:
        found, expected = _("a file that is there already: {file}").format(file=name), _("a new file")
        return [Problem(place, found, expected, _("give another name, or move the file away; it may be filled in"))]
    return []


def _not_written(out: Path, error: OSError | ValueError) -> Problem:
    reason = getattr(error, "strerror", None) or error
    found, mend = f"{visible(out, 200)}: {reason}", _("choose a file that can be written")
    return Problem("--out", found, _("a file to write to"), mend)


def _combination_problems(request: CollectRequest, chosen: Sequence[Instrument]) -> list[Problem]:
    surveys = [each for each in chosen if each.form == "survey"]
    problems = [_without_texts(each) for each in surveys if each.licensed]
    if surveys and (len(chosen) > 1 or request.tables):
        found = _("the survey {name} together with something else").format(name=quoted(surveys[0].id))
        expected = _("a survey alone, for its form is a file of its own")
        problems.append(Problem("--instrument", found, expected, _("run the command once for each file")))
    if request.wave and not chosen:
        mend = _("add --instrument, or leave out --wave")
        problems.append(Problem("--wave", quoted(request.wave), _("an instrument that is used in the wave"), mend))
    if request.empty and not request.package:
        mend = _("give the package, or leave out --empty")
        problems.append(Problem("--empty", _("no package"), _("a package whose rows are left out"), mend))
    if request.empty and surveys:
        found, expected = _("a survey, which has no rows"), _("tables, or instruments of another form")
        problems.append(Problem("--empty", found, expected, _("leave out --empty")))
    return problems


def _without_texts(survey: Instrument) -> Problem:
    found = _("{name}, whose questions are under copyright").format(name=quoted(survey.id))
    mend = _("ask with your licensed copy, and fill in the answers with --table {table}").format(table=survey.table)
    return Problem("--instrument", found, _("an instrument with questions of its own"), mend)


def _wave_problems(request: CollectRequest, initiative: Initiative | None) -> list[Problem]:
    wave = request.wave
    if not wave:
        return []
    if not _WAVE.fullmatch(wave):
        expected = _("a short id, such as {example}").format(example="2024")
        return [Problem("--wave", quoted(wave), expected, _("write it without spaces and quotation marks"))]
    if initiative is None or not initiative.has("wave") or wave in set(initiative.tables["wave"]["wave_id"]):
        return []
    known = list(initiative.tables["wave"]["wave_id"])
    meant = suggestion(wave, known)
    mend = (
        _("write {value}").format(value=quoted(meant))
        if meant
        else _("add it to the table {table} first").format(table="wave")
    )
    return [Problem("--wave", quoted(wave), ", ".join(known), mend)]


def _unknown_table(name: str) -> Problem:
    meant = suggestion(name, ALL_SHEETS)
    mend = _("write {value}").format(value=quoted(meant)) if meant else _("choose one of these")
    return Problem("--table", quoted(name), ", ".join(ALL_SHEETS), mend)


def _workbook(request: CollectRequest, chosen: Sequence[Instrument], initiative: Initiative | None) -> bytes:
    asked = {*request.tables, *(each.table for each in chosen)} or {*ALL_SHEETS}
    rating = [each for each in chosen if each.form == "rating"]
    rated = {each.table for each in rating}
    translations = languages_of(initiative) if initiative else ()
    source = None if request.empty else initiative
    filled = []
    for table in (name for name in ALL_SHEETS if name in asked):
        if table in rated:
            rows = rating_rows([each for each in rating if each.table == table], initiative, request.wave)
            filled.append(Filled(rating_sheet(table, translations), rows))
        else:
            filled.append(Filled(sheet(table, translations), package_rows(source, table) if source else pd.DataFrame()))
    worded = asked & ROW_AN_ANSWER.keys()  # whose rows name an item, so that its wording must be at hand
    told = [each for each in instruments() if each.table in worded and (each in chosen or each.table not in rated)]
    subject = initiative.title if initiative else _("A new initiative")
    known = known_values(initiative, asked if source else ()) if initiative else {}
    return write_workbook(filled, subject, known, told)
