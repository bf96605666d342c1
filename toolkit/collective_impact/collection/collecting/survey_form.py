"""An instrument that people answer alone, as a form for survey tools.

The form's questions are named by the items' ids, and its keys by the columns of the table that the answers fill, so
that what a survey tool gives back needs no mapping.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from collective_impact.collection.collecting.xlsform import Form, form_bytes
from collective_impact.collection.wording import DONT_KNOW, dont_know, in_all_languages, key_question, yes_or_no
from collective_impact.data.initiative import Initiative
from collective_impact.framework.catalogue import entry
from collective_impact.framework.instrument import Instrument, Item
from collective_impact.language import in_language, languages
from collective_impact.language import translate as _
from collective_impact.words import Words

FORM_ID_BEGINS = "collective_impact_"
TIES = "ties"
"""Name of the group that is repeated for each partner."""
_ID_PATTERN = "^[A-Za-z0-9_.-]+$"
_USUAL_LEAST = 5
_SHORT = 24  # characters of an anchor; longer ones do not fit side by side
_LONGEST_ANSWER = 2000


def survey_form(instrument: Instrument, initiative: Initiative | None = None, wave: str = "") -> bytes:
    """Make the form; the same input gives the same bytes.

    Parameters
    ----------
    instrument : Instrument
        Of the form "survey", with texts of its own.
    initiative : Initiative, optional
        Whose partners and waves there are to choose from; without one, their ids are written.
    wave : str, optional
        Id of the wave that it asks for, without quotation marks; without one, the respondent states it.

    Returns
    -------
    bytes
        Of an .xlsx file.
    """
    title = str(instrument.name) if initiative is None else f"{instrument.name} – {initiative.title}"
    form = Form(FORM_ID_BEGINS + instrument.id, title)
    _open(form, instrument, initiative, wave)
    if instrument.table == "relation":
        _add_ties(form, instrument, initiative)
    else:
        _add_pages(form, instrument)
    return form_bytes(form)


def _open(form: Form, instrument: Instrument, initiative: Initiative | None, wave: str) -> None:
    """Ask for what all answers share: the wave, and the partner or the area and group."""
    form.add("note", "privacy", label=in_all_languages(lambda: _privacy(instrument, initiative)))
    if wave:
        form.add("calculate", "wave_id", calculation=f"'{wave}'")
    else:
        _add_choice(form, "wave_id", _options(initiative, "wave"), required=True)
    if instrument.table == "relation":
        _add_choice(form, "from_partner_id", _options(initiative, "partner"), required=True)
    elif instrument.answers_for == "partner":
        hint = in_all_languages(lambda: _("Leave it out if you do not belong to any."))
        _add_choice(form, "partner_id", _options(initiative, "partner"), hint=hint)
    elif instrument.answers_for == "area":
        hint = in_all_languages(lambda: _("Leave it out if none fits, or if you would rather not say."))
        _add_choice(form, "area_id", _options(initiative, "area"), hint=hint)
        groups = _options(initiative, "group")
        if groups:
            _add_choice(form, "group", groups, hint=hint)


def _privacy(instrument: Instrument, initiative: Initiative | None) -> str:
    if instrument.table == "relation":
        return _(
            "You answer for your organization. The form asks for no name and no contact details. The answers are used "
            "to see how the partners work together. Questions without a star may be left out."
        )
    least = initiative.facts.suppression.min_respondents if initiative else _USUAL_LEAST
    return _(
        "The form asks for no name and no contact details. Results are shown only for groups of at least {n} people. "
        "Questions without a star may be left out."
    ).format(n=max(least, instrument.min_respondents or 0))


def _add_choice(form: Form, name: str, options: dict[str, Words], *, required: bool = False, other_than: str = "",
                **cells: str | Words) -> None:  # fmt: skip
    """Ask for one row of a table: from a list where there is one, or else by its id."""
    cells["label"] = key_question(name)
    constraints = [f". != ${{{other_than}}}"] if other_than else []
    if other_than:
        cells["constraint_message"] = in_all_languages(lambda: _("Choose another partner than the one you answer for."))
    if required:
        cells |= _required()
    if options:
        kind = f"select_one {form.list_of(f'list_of_{name}', options)}"
        cells["appearance"] = "minimal"
    else:
        kind = "text"
        constraints.insert(0, f"regex(., '{_ID_PATTERN}')")
        cells["constraint_message"] = in_all_languages(
            lambda: _("Write the short id that you were given: only the letters a-z, digits and the signs - _ .")
        )
    if constraints:
        cells["constraint"] = " and ".join(constraints)
    form.add(kind, name, **cells)


def _options(initiative: Initiative | None, table: str) -> dict[str, Words]:
    """Ids of the rows of a table, and what they are called in every language."""
    if initiative is None or not initiative.has(table):
        return {}
    options: dict[str, dict[str, str]] = {name: {} for name in initiative.tables[table][f"{table}_id"]}
    for language in languages():
        with in_language(language):
            named = initiative.table(table)
        if named is not None:
            for name, words in zip(options, named["name"], strict=True):
                options[name][language] = words or name
    return {name: Words(words) for name, words in options.items()}


def _add_ties(form: Form, instrument: Instrument, initiative: Initiative | None) -> None:
    """Ask the same of each other partner."""
    form.add("begin_repeat", TIES, label=in_all_languages(lambda: _("Another partner")), appearance="field-list")
    _add_choice(form, "to_partner_id", _options(initiative, "partner"), required=True, other_than="from_partner_id")
    for item in instrument.items:
        _add_item(form, item, required=item.column == "intensity")
    form.add("end_repeat")


def _add_pages(form: Form, instrument: Instrument) -> None:
    """Ask the items, those of a section on a page of their own."""
    names = {section.id: section.name for section in instrument.sections}
    for n, (section, items) in enumerate(groupby(instrument.items, key=lambda item: item.section), 1):
        title = names.get(section) or (entry(section).name if section else instrument.name)
        form.add("begin_group", f"page_{n}", label=title, appearance="field-list")
        for item in items:
            _add_item(form, item)
        form.add("end_group")
    if written := [item.id for item in instrument.items if item.kind == "text"]:
        _ask_for_consent(form, written)


def _ask_for_consent(form: Form, written: Sequence[str]) -> None:
    """Ask whether open answers may be quoted, where there are any."""
    some = " or ".join(f"${{{item}}} != ''" for item in written)
    options = form.list_of("list_of_may_quote", yes_or_no())
    form.add(f"select_one {options}", "may_quote", label=key_question("may_quote"), relevant=some)


def _add_item(form: Form, item: Item, *, required: bool = False) -> None:
    cells: dict[str, str | Words] = {"label": item.text}
    if item.asked_if:
        cells["relevant"] = f"${{{item.asked_if.item}}} >= {item.asked_if.at_least}"
    if required:
        cells |= _required()
    if item.kind == "text":
        form.add("text", item.id, **cells, **_open_answer())
        return
    options = _answers(item)
    if item.dont_know and item.kind != "choices":
        options[DONT_KNOW] = dont_know()
    elif item.kind == "scale" and _side_by_side(options.values()):
        cells["appearance"] = "likert"
    kind = "select_multiple" if item.kind == "choices" else "select_one"
    form.add(f"{kind} {form.list_of(f'answers_{item.id}', options)}", item.id, **cells)


def _required() -> dict[str, str | Words]:
    """Columns of a question that must be answered."""
    return {"required": "yes", "required_message": in_all_languages(lambda: _("Please answer this question."))}


def _open_answer() -> dict[str, str | Words]:
    """Columns of a question that is answered in words."""
    return {
        "hint": in_all_languages(lambda: _("Please name no persons, and write nothing that tells who somebody is.")),
        "appearance": "multiline",
        "constraint": f"string-length(.) <= {_LONGEST_ANSWER}",
        "constraint_message": in_all_languages(
            lambda: _("Please write at most {n} characters.").format(n=_LONGEST_ANSWER)
        ),
    }


def _answers(item: Item) -> dict[str, Words]:
    """Values that an item is answered with, and what they stand for; a step without an anchor stands for itself."""
    if item.scale is None:
        return {str(option.value): option.label for option in item.options}
    anchors = {anchor.value: anchor.label for anchor in item.scale.anchors}
    steps = range(item.scale.minimum, item.scale.maximum + 1)
    return {str(step): anchors.get(step, Words(str(step))) for step in steps}


def _side_by_side(labels: Iterable[Words]) -> bool:
    return all(len(text) <= _SHORT for words in labels for text in words.root.values())
