"""What tells of a single person, wherever it stands in a text: codes, names, addresses, numbers.

Codes and names come from the columns that the contract marks as personal. Because ordinary words may not fall victim to
them, only these are looked for, as whole words:

- codes of at least `SHORTEST` characters that hold a digit and something else, or at least `FIGURES` digits;
- codes of letters alone where no text of the toolkit or of the package's names holds that word;
- names of people: two words or more with a capital each, of which the toolkit or the package's names do not know all.
  A single word where a role is asked for ("Teacher") is taken for a role;
- open answers that nobody may quote, where they have at least three words.

Addresses of electronic mail, telephone numbers and Swedish personal identity numbers are found by their form.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from itertools import pairwise
from types import MappingProxyType

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.schema import TABLES, table_schema
from collective_impact.framework import catalogue
from collective_impact.language import translate as _
from collective_impact.translations import SOURCE_LANGUAGE, catalogue_file, languages, read_catalogue

SHORTEST = 4
FIGURES = 6
SENTENCE = 3
"""Words from which on an open answer is looked for as a whole."""

_WORD = re.compile(r"\w+")
_ESCAPED = re.compile(
    r"\\u(?P<hex>[0-9a-fA-F]{4})|&(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z]+\d*);|\\[nrt](?![A-Za-z])|\\(?=[!-/:-@\[-`{-~])"
    r"|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_MAIL = re.compile(r"[\w.+%'-]*\w@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
_BEFORE, _AFTER = r"(?<!\w)(?<!\d[.,/+-])", r"(?!\w|[.,/-]\d)"
_PERSONAL_NUMBER = re.compile(rf"{_BEFORE}(?:1[89]|20)?\d{{6}}[-+]?\d{{4}}{_AFTER}")
_TELEPHONE = re.compile(
    rf"{_BEFORE}(?:(?:\+|00)[1-9]|\(?0\d|\(\d{{3}}\)|\d{{3}}(?P<between>[-.])\d{{3}}(?P=between)(?=\d{{4}}{_AFTER}))"
    rf"(?:[ \n()/.\u00a0\u2011\u2013-]{{0,3}}\d)*{_AFTER}"
)
_DATE = re.compile(r"\d{1,2}([-/. ])\d{1,2}\1(?:\d{2}|\d{4})|00?\d\d[-–]00?\d\d")
_BY_THOUSANDS = re.compile(r"\+\d{1,3}(?:[ \u00a0]\d{3})+")


Wanted = tuple[tuple[str, ...], tuple[str, ...]]
"""The words of something to look for, in lower case, and what stands between them, spaces folded."""


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What to look for; made by `identifiers_of`.

    Attributes
    ----------
    by_first_word : mapping of str to tuple of Wanted
        Codes, names and answers by their first word; longest first.
    """

    by_first_word: Mapping[str, tuple[Wanted, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def replaced(self, text: str, sign: str) -> str:
        """Put a sign in the place of all that tells of a person, also where Markdown, HTML or JSON escapes it."""
        if not text:
            return text
        plain, at = _without_escapes(text)
        spans = sorted([*_by_form(plain), *self._known(plain)])
        parts, done = [], 0
        for start, end in spans:
            if start >= done:
                parts += [text[at[done] : at[start]], sign]
            done = max(done, end)
        return "".join([*parts, text[at[done] :]]) if parts else text

    def _known(self, plain: str) -> Iterator[tuple[int, int]]:
        """Where codes, names and answers stand."""
        words = [(match.group().casefold(), match.start(), match.end()) for match in _WORD.finditer(plain)]
        for place, (word, start, _end) in enumerate(words):
            for wanted, between in self.by_first_word.get(word, ()):
                found = words[place : place + len(wanted)]
                if tuple(each for each, _s, _e in found) == wanted and _between(plain, found) == between:
                    yield start, found[-1][2]
                    break


def identifiers_of(initiative: Initiative) -> Identifiers:
    """Collect what tells of single people in an initiative's tables."""
    public = cache(lambda: _public_words(initiative))
    texts = (*_codes(initiative, public), *_names(initiative, public), *_answers(initiative))
    by_first: dict[str, list[Wanted]] = defaultdict(list)
    for wanted in sorted({_wanted(text) for text in texts}, key=lambda wanted: (-len(wanted[0]), wanted)):
        by_first["".join(wanted[0][:1])].append(wanted)
    return Identifiers(MappingProxyType({first: tuple(each) for first, each in by_first.items()}))


def without_identifiers(initiative: Initiative, known: Identifiers) -> Initiative:
    """Take what tells of single people out of an initiative's texts; codes by which rows hang together stay.

    A sign in the current language stands in its place.

    Parameters
    ----------
    initiative : Initiative
    known : Identifiers
        What tells of single people in it.
    """
    sign = _("[removed]")
    tables = {}
    for name, table in initiative.tables.items():
        found = {column: _told(table[column], known, sign) for column in _columns_of_texts(name, table)}
        cleaned = {column: table[column].replace(told) for column, told in found.items() if told}
        tables[name] = table.assign(**cleaned) if cleaned else table
    return replace(initiative, tables=tables)


def _columns_of_texts(table: str, rows: pd.DataFrame) -> Iterator[str]:
    """Columns that hold words of the package's own, in all languages."""
    schema = table_schema(table)
    for column in map(str, rows):
        field_ = schema.translated(column) or (schema.field(column) if column in schema.names else None)
        if field_ and field_.kind == "text" and not field_.allowed:
            yield column


def _told(texts: "pd.Series[str]", known: Identifiers, sign: str) -> dict[str, str]:
    """Texts that tell of somebody, and what is left of each."""
    found = {text: known.replaced(text, sign) for text in texts.dropna().unique() if isinstance(text, str)}
    return {text: clean for text, clean in found.items() if clean != text}


def _codes(initiative: Initiative, public: Callable[[], frozenset[str]]) -> Iterator[str]:
    for text in _personal(initiative, "id"):
        letters = not any(each.isdigit() for each in text)
        known = letters and public().issuperset(_words(text))
        if len(text) >= (FIGURES if text.isdigit() else SHORTEST) and not known:
            yield text


def _names(initiative: Initiative, public: Callable[[], frozenset[str]]) -> Iterator[str]:
    for text in _personal(initiative, "text"):
        for each in (text, *re.split(r"[,;/&()]| and | och ", text)):
            words = re.findall(r"[^\W\d_][\w'’-]*", each)
            if len(words) > 1 and all(word[0].isupper() for word in words) and not public().issuperset(_words(each)):
                yield each.strip()


def _answers(initiative: Initiative) -> Iterator[str]:
    """Open answers that nobody may quote, unless somebody else gave the same and allows it."""
    if not initiative.has("survey_response"):
        return
    answers = initiative.tables["survey_response"]
    texts = answers["text"].fillna("").astype(str).str.strip()
    may_quote = answers["may_quote"].eq(True).fillna(False).astype(bool)
    quotable = {_words(text) for text in texts[may_quote].unique()}
    yield from (
        text for text in texts[~may_quote].unique() if len(_words(text)) >= SENTENCE and _words(text) not in quotable
    )


def _personal(initiative: Initiative, kind: str) -> Iterator[str]:
    """Every value of the columns of a kind that are marked as personal."""
    for table in (name for name in TABLES if initiative.has(name)):
        for each in table_schema(table).fields:
            if each.personal and (each.kind == "id") is (kind == "id"):
                values = initiative.tables[table][each.name].dropna().astype(str).str.strip()
                yield from (value for value in values.unique() if value)


def _public_words(initiative: Initiative) -> frozenset[str]:
    """Words of the toolkit's own texts, and of what the package names: partners, areas, groups, rounds."""
    concepts = (
        word for concept in catalogue.concepts() for text in concept.name.root.values() for word in _words(text)
    )
    names = (
        word
        for name in TABLES
        if initiative.has(name)
        for column in _columns_of_names(name, initiative.tables[name])
        for text in initiative.tables[name][column].dropna().astype(str).unique()
        for word in _words(text)
    )
    return frozenset({*_words_of_the_catalogues(), *concepts, *names})


@cache
def _words_of_the_catalogues() -> frozenset[str]:
    """Words of the toolkit's own sentences, in all languages."""
    texts: set[str] = set()
    for language in languages():
        if language != SOURCE_LANGUAGE:
            for message in read_catalogue(catalogue_file(language), language):
                texts |= {text for each in (message.id, message.string) for text in _forms(each)}
    return frozenset(word for text in texts for word in _words(text))


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _columns_of_names(table: str, rows: pd.DataFrame) -> Iterator[str]:
    """Columns of a table that name what is public: its own first id, and names in all languages."""
    schema = table_schema(table)
    public = {schema.primary_key[0], "name"}
    for column in map(str, rows):
        translated = schema.translated(column)
        if (translated.name if translated else column) in public:
            yield column


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", text)))


def _wanted(text: str) -> Wanted:
    plain = unicodedata.normalize("NFC", text)
    found = [(match.group().casefold(), match.start(), match.end()) for match in _WORD.finditer(plain)]
    return tuple(word for word, _s, _e in found), _between(plain, found)


def _between(plain: str, found: list[tuple[str, int, int]]) -> tuple[str, ...]:
    """What stands between words, spaces folded."""
    gaps = (plain[first[2] : second[1]] for first, second in pairwise(found))
    return tuple(re.sub(r"\s+", " ", gap) for gap in gaps)


def _without_escapes(text: str) -> tuple[str, list[int]]:
    """The text as readers see it, and where in the escaped text each of its characters begins."""
    plain: list[str] = []
    at: list[int] = []
    done = 0
    for match in _ESCAPED.finditer(text):
        plain.append(text[done : match.start()])
        at.extend(range(done, match.start()))
        shown = chr(int(match["hex"], 16)) if match["hex"] else _shown(match.group())
        plain.append(shown)
        at.extend([match.start()] * len(shown))
        done = match.end()
    plain.append(text[done:])
    return "".join(plain), [*at, *range(done, len(text) + 1)]


def _shown(escaped: str) -> str:
    """What readers see of an entity, of an escaped end of line, or of a sign that escapes the next or is unseen."""
    return unescape(escaped) if escaped[0] == "&" else " " if len(escaped) > 1 else ""


def _by_form(plain: str) -> Iterable[tuple[int, int]]:
    if "@" in plain:
        yield from (match.span() for match in _MAIL.finditer(plain))
    yield from (match.span() for match in _PERSONAL_NUMBER.finditer(plain) if _is_personal_number(match.group()))
    yield from (match.span() for match in _TELEPHONE.finditer(plain) if _is_telephone(match.group()))


def _is_personal_number(text: str) -> bool:
    """Ten or twelve digits that begin with a day of birth; without the sign between, their check digit must fit."""
    digits = re.sub(r"\D", "", text)
    month, day = int(digits[-8:-6]), int(digits[-6:-4])
    born = 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)
    return born and (not text.isdigit() or _check_digit_fits(digits[-10:]))


def _check_digit_fits(digits: str) -> bool:
    """Luhn's rule."""
    doubled = (int(each) * (2 - place % 2) for place, each in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _is_telephone(text: str) -> bool:
    """8 to 15 digits that are neither a date, nor a sum with its sign and thousands."""
    n = sum(each.isdigit() for each in text)
    if not 8 <= n <= 15 or _DATE.fullmatch(text) or (_BY_THOUSANDS.fullmatch(text) and n < 10):
        return False
    return text[0] in "+(" or text.isdigit() or bool(re.search(r"\d{3}", text)) or "-" in text
