"""The library: one page that lists and links all reports below a folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from collective_impact.blocks import plain
from collective_impact.brand import Brand, read_brand
from collective_impact.errors import InputError
from collective_impact.files import write_whole
from collective_impact.framework.vocabulary import Inquiry, Level, Method, inquiries, inquiry, label
from collective_impact.language import SOURCE_LANGUAGE, current_language, day, in_language, languages
from collective_impact.language import translate as _
from collective_impact.reporting.edition import MANIFEST, EditionRecord, read_record
from collective_impact.reporting.library.batch_page import BATCH_PAGE, has_batch_page
from collective_impact.reporting.library.frame import framed, is_ours
from collective_impact.reporting.library.listing import LISTING, language_shown, listing_file
from collective_impact.reporting.library.look import ASSETS, write_look
from collective_impact.reporting.writing import unwritable

INDEX, OTHERWISE = "index.html", "library.html"
_DEPTH = 3  # initiative, date, language


@dataclass(frozen=True, slots=True)
class Entry:
    """A report in one language: its folder, its record and the evaluations in it."""

    folder: Path
    record: EditionRecord
    evaluations: tuple[Inquiry, ...]


def reports_below(place: Path) -> tuple[Path, ...]:
    """Give the folders of reports in and below a folder, which may be one itself, in the order of their paths.

    Links below it are not followed: what they lead to is listed where it lies, or is somebody else's.
    """
    if (place / MANIFEST).is_file():
        return (place,)
    depths = ("/".join(["*"] * depth) for depth in range(1, _DEPTH + 1))
    found = (file.parent for depth in depths for file in place.glob(f"{depth}/{MANIFEST}"))
    return tuple(sorted(folder for folder in found if not _is_hidden_or_linked(folder, place)))


def is_library(folder: Path) -> bool:
    """Whether a library of ours stands in a folder."""
    return any(is_ours(folder / name) for name in (INDEX, OTHERWISE))


def write_library(out: Path, brand: Brand | None = None) -> Path | None:
    """Write the page that lists all reports below a folder, in the language of most of them.

    What a stranger put there stays: where ``index.html`` is not ours, the page is called ``library.html``. A report
    whose record cannot be read is named on the page and left out.

    Parameters
    ----------
    out : Path
    brand : Brand or None
        None for the toolkit's own.

    Returns
    -------
    Path or None
        The page; None where both names are taken.

    Raises
    ------
    InputError
        When the folder cannot be written.
    """
    page = next((out / name for name in (INDEX, OTHERWISE) if not (out / name).exists() or is_ours(out / name)), None)
    entries, broken = _entries(out)
    if page is None:
        return None
    try:
        write_look(out / ASSETS, brand or read_brand())
        with in_language(_language_of_most(entries)):
            write_whole(page, _html(out, entries, broken))
            _write_listing(out, entries)
    except OSError as error:
        raise unwritable(out, error, mend=_("choose another folder with --out")) from error
    return page


def _is_hidden_or_linked(folder: Path, place: Path) -> bool:
    parents = folder.parents[: len(folder.relative_to(place).parts) - 1]
    return any(path.name.startswith((".", "_")) or path.is_symlink() for path in (folder, *parents))


def _entries(out: Path) -> tuple[list[Entry], list[Path]]:
    """The reports that can be listed, newest first within an initiative, and the folders of those that cannot."""
    entries, broken, known = [], [], {each.id for each in inquiries()}
    for folder in reports_below(out):
        try:
            record = read_record(folder)
            evaluations = tuple(inquiry(name) for name in record.runs if name in known)
            entries.append(Entry(folder, record, evaluations))
        except InputError:
            broken.append(folder)
    entries.sort(key=lambda entry: entry.record.as_of, reverse=True)
    entries.sort(key=lambda entry: entry.record.initiative)
    return entries, broken


def _language_of_most(entries: Sequence[Entry]) -> str:
    spoken = [entry.record.language for entry in entries if entry.record.language in languages()]
    return max(sorted(set(spoken), key=lambda each: each != SOURCE_LANGUAGE), key=spoken.count, default=SOURCE_LANGUAGE)


def _html(out: Path, entries: Sequence[Entry], broken: Sequence[Path]) -> str:
    reports = "\n".join(_initiatives(out, entries)) or f"<p>{escape(_('There is no report here yet.'))}</p>"
    parts = (
        f'<form class="choices" hidden>\n{_filters(entries)}\n</form>',
        f'<p class="none" role="status" data-text="{escape(_("No report fits that choice."))}"></p>',
        reports,
        _broken(out, broken),
        _to_batch_page(out),
    )
    lead = _("Choose a report, or go straight to one of its evaluations.")
    return framed(_("Learning reports"), lead, "\n".join(part for part in parts if part))


def _filters(entries: Sequence[Entry]) -> str:
    """Choices that a small script makes work; without it they stay hidden, and the list is complete."""
    initiatives = [(own[0].record.initiative, _title(own)) for own in _by_initiative(entries)]
    spoken = sorted({entry.record.language for entry in entries})
    evaluated = [each for entry in entries for each in entry.evaluations]
    choices = (
        ("initiative", _("Initiative"), initiatives),
        ("year", _("Year"), [(y, y) for y in sorted({str(e.record.as_of.year) for e in entries}, reverse=True)]),
        ("language", _("Language"), [(tag, language_shown(tag)) for tag in spoken]),
        ("method", _("Method"), [(m.value, label(m)) for m in Method if m in {e.method for e in evaluated}]),
        ("level", _("Level"), [(v.value, label(v)) for v in Level if v in {e.level for e in evaluated}]),
    )
    return "\n".join(_choice(name, words, options) for name, words, options in choices if len(options) > 1)


def _choice(name: str, words: str, options: Sequence[tuple[str, str]]) -> str:
    every = f'<option value="">{escape(_("All"))}</option>'
    own = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options)
    return f'<label>{escape(words)}<select data-filter="{name}">{every}{own}</select></label>'


def _initiatives(out: Path, entries: Sequence[Entry]) -> Iterator[str]:
    """A section for each initiative: its dates, newest first, each with its languages and evaluations."""
    for own in _by_initiative(entries):
        yield f'<section class="initiative">\n<h2>{escape(_title(own))}</h2>'
        yield from (_report(out, entry) for entry in own)
        yield "</section>"


def _by_initiative(entries: Sequence[Entry]) -> list[list[Entry]]:
    names = dict.fromkeys(entry.record.initiative for entry in entries)
    return [[entry for entry in entries if entry.record.initiative == name] for name in names]


def _title(reports: Sequence[Entry]) -> str:
    """What an initiative is called in its newest report, one in the page's language if there is any."""
    record = min(reports, key=lambda entry: entry.record.language != current_language()).record
    return plain(record.title) or plain(record.initiative)


def _report(out: Path, entry: Entry) -> str:
    record, link = entry.record, _link(out, entry.folder, INDEX)
    found = {
        "initiative": record.initiative,
        "year": str(record.as_of.year),
        "language": record.language,
        "method": " ".join(sorted({each.method.value for each in entry.evaluations if each.method})),
        "level": " ".join(sorted({each.level.value for each in entry.evaluations if each.level})),
    }
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in found.items())
    state = "" if record.complete else f' <span class="failed">{escape(_("not complete"))}</span>'
    when = escape(_("Data up to {day}").format(day=day(record.as_of)))
    return (
        f'<article class="report"{data}>\n<h3><a href="{link}">{when}</a>{state}</h3>\n'
        f'<p class="language" lang="{escape(record.language)}">{escape(language_shown(record.language))}</p>\n'
        f"{_evaluations(out, entry)}\n</article>"
    )


def _evaluations(out: Path, entry: Entry) -> str:
    """Links to the evaluations, a line for each method."""
    lines = []
    for method in (None, *Method):
        own = [each for each in entry.evaluations if each.method is method]
        links = [f'<a href="{_link(out, entry.folder, each.id + ".html")}">{escape(_called(each))}</a>' for each in own]
        if links:
            head = f"<dt>{escape(label(method))}</dt>" if method else f"<dt>{escape(_('Preparation'))}</dt>"
            lines.append(f"<div>{head}<dd>{', '.join(links)}</dd></div>")
    return f'<dl class="evaluations">{"".join(lines)}</dl>' if lines else ""


def _called(each: Inquiry) -> str:
    return label(each.level) if each.level else each.name


def _link(out: Path, folder: Path, file: str) -> str:
    return escape(quote((folder / file).relative_to(out).as_posix()))


def _broken(out: Path, folders: Sequence[Path]) -> str:
    if not folders:
        return ""
    names = "".join(f"<li>{escape(plain(folder.relative_to(out).as_posix()))}</li>" for folder in folders)
    words = _("These folders hold a report that cannot be read; run its evaluations again:")
    return f'<aside class="broken"><p>{escape(words)}</p><ul>{names}</ul></aside>'


def _to_batch_page(out: Path) -> str:
    if not has_batch_page(out):
        return ""
    return f'<p class="to-other-page"><a href="{BATCH_PAGE}">{escape(_("How the reports stand"))}</a></p>'


def _write_listing(out: Path, entries: Sequence[Entry]) -> None:
    """Write what Quarto's listing shows, unless a stranger's file has its name."""
    file = out / LISTING
    content = listing_file(out, [(entry.folder, entry.record, entry.evaluations) for entry in entries])
    if not file.exists() or file.read_bytes().startswith(content.encode().splitlines()[0]):
        write_whole(file, content)
