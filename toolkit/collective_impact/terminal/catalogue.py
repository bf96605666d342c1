"""Entries of the catalogue, as the command line shows them."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from collective_impact.framework.catalogue import concepts, entry, indicators, source
from collective_impact.framework.entries import Concept
from collective_impact.framework.instrument_in_words import item_in_words, rules_in_words
from collective_impact.framework.instruments import instrument
from collective_impact.framework.listing import Listed
from collective_impact.framework.vocabulary import Phase
from collective_impact.language import translate as _
from collective_impact.terminal.console import shown, shown_lines


def print_catalogue(to: Console, found: Sequence[Listed], text: str, *, overview: bool) -> None:
    """Print entries of the catalogue; in full the one whose id was asked for.

    Parameters
    ----------
    to : Console
    found : sequence of Listed
    text : str
        What was asked for.
    overview : bool
        Only count the concepts of each kind, because there are many.
    """
    asked_for = [one for one in found if one.id.casefold() == text.strip().casefold()]
    for one in asked_for:
        _print_in_full(to, one)
    if asked_for:
        return
    kinds = [(kind, [one for one in found if one.kind == kind.id]) for kind in concepts("kind")]
    in_tables = [(kind, entries) for kind, entries in kinds if entries and entries[0].levels]
    terms = [(kind, entries) for kind, entries in kinds if entries and not entries[0].levels]
    for kind, entries in in_tables:
        to.print(f"\n[bold]{shown(kind.name)}[/] ({len(entries)})")
        to.print(_entries_wide(entries) if to.width >= 120 else _entries_narrow(entries))
    if overview and terms:
        _print_kinds(to, terms)
        return
    for kind, entries in terms:
        to.print(f"\n[bold]{shown(kind.name)}[/] ({len(entries)})")
        _print_definitions(to, entries)


def _entries_wide(entries: Sequence[Listed]) -> Table:
    gist = _("How it is measured") if entries[0].measure else _("What it is for")
    headers = (_("Name"), _("Level"), _("Methods"), _("Phases"), gist)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="dim")
    table.add_column(_("Id"), no_wrap=True, style="cyan")
    for header, ratio in zip(headers, (5, 2, 2, 3, 5), strict=True):
        table.add_column(header, ratio=ratio)
    for one in entries:
        table.add_row(one.id, shown(one.name), _names(one.levels), _names(one.methods), _phases(one), _gist(one))
    return table


def _entries_narrow(entries: Sequence[Listed]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), show_header=False)
    table.add_column(no_wrap=True, style="cyan")
    table.add_column()
    for one in entries:
        gist = _("Measured by: {measure}").format(measure=_gist(one)) if one.measure else _gist(one)
        place = " · ".join((_names(one.levels), _names(one.methods), _phases(one)))
        table.add_row(one.id, f"[bold]{shown(one.name)}[/]\n{gist}\n[dim]{place}[/]")
    return table


def _gist(one: Listed) -> str:
    return shown(one.measure or one.about)


def _phases(one: Listed) -> str:
    """Phases in short: the first, where all that follow it are meant too."""
    every = tuple(Phase)
    if one.phases == every:
        return _("all phases")
    if one.phases == every[-len(one.phases) :]:
        return _("from {phase}").format(phase=_names(one.phases[:1]))
    return _names(one.phases)


def _names(ids: Sequence[str]) -> str:
    """Names of concepts in the current language."""
    return shown(", ".join(str(entry(name).name) for name in ids))


def _print_kinds(to: Console, by_kind: Sequence[tuple[Concept, Sequence[Listed]]]) -> None:
    to.print("\n" + _("Concepts: show those of a kind with {option}").format(option="[bold]--kind[/]"))
    table = Table(box=None, pad_edge=False, show_header=False)
    for kind, entries in by_kind:
        table.add_row(f"[cyan]{kind.id}[/]", str(len(entries)), shown(kind.name))
    to.print(table)


def _print_definitions(to: Console, entries: Sequence[Listed]) -> None:
    for one in entries:
        to.print(f"[bold]{shown(one.name)}[/]  [cyan]{one.id}[/]")
        to.print(Padding(shown(one.about), (0, 0, 0, 2), expand=False))


def _print_in_full(to: Console, one: Listed) -> None:
    to.print(f"\n[bold]{shown(one.name)}[/]  [cyan]{one.id}[/]")
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    for name, value in _particulars(one):
        if value:
            table.add_row(name, value)
    to.print(table)
    if one.kind == "instrument":
        _print_items(to, one.id)


def _print_items(to: Console, instrument_id: str) -> None:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="cyan")
    asked = instrument(instrument_id)
    for item in asked.items:
        if item.text:
            table.add_row(item.id, shown_lines(item_in_words(asked, item)))
    to.print(table)


def _particulars(one: Listed) -> Iterator[tuple[str, str]]:
    """Everything known of an entry, each with its name; empty where it has none."""
    yield _("Kind"), _names([one.kind])
    yield (_("Sign of") if one.measure else _("What it is for") if one.respondents else _("Meaning")), shown(one.about)
    yield _("How it is measured"), shown(one.measure)
    yield _("Respondents"), shown(one.respondents)
    yield _("Note"), shown(one.note)
    yield _("Assumes that"), shown(one.assumes)
    yield _("Belongs to"), _names([one.belongs_to] if one.belongs_to else [])
    yield _("Level"), _names(one.levels)
    yield _("Methods"), _names(one.methods)
    yield _("Phases"), _names(one.phases)
    yield _("Data from"), _names(one.collection)
    yield _("Tables"), ", ".join(one.tables)
    if one.kind == "instrument":
        yield from ((name, shown_lines(rule)) for name, rule in rules_in_words(instrument(one.id)))
    else:
        yield _("Indicators"), ", ".join(i.id for i in indicators() if one.id in (i.domain, *i.collection))
    cited = source(one.source)
    yield _("Source"), shown(" ".join((cited.reference, f"doi:{cited.doi}" if cited.doi else "", cited.url)))
    about_standing = {standing.id: standing.about for standing in concepts("standing")}
    yield _("Wording"), f"{_names([one.standing])}. {shown(about_standing[one.standing])}"
