"""All that readers see is there in every language, says the same, and writes figures and dates as the language does."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from collective_impact.errors import InputError
from collective_impact.findings.wording_rules import broken_rules
from collective_impact.language import (
    CATALOGUES,
    SOURCE_LANGUAGE,
    day,
    figure_text,
    in_language,
    languages,
    large_figure,
    listing,
    number,
    percent,
    period_label,
    probability,
    translate,
    translate_plural,
    use_language,
)
from collective_impact.reporting.renderer import WORDS

ROOT = Path(__file__).parents[1]
SV = CATALOGUES / "sv" / "LC_MESSAGES" / "collective_impact.po"
KEYWORDS = ("_", "translate", "translate_plural:1,2", "marked")

WORD = re.compile(r"[^\W\d_]")
SAME_IN_SWEDISH = {
    "Data",
    "Data:",
    "Forum",
    "Id",
    "Instrument",
    "Median",
    "Median {value}",
    "PDF:",
    "Period",
    "Program",
    "Start",
    "Start {first}",
    "Start {period}",
    "Status",
    "Trend",
    "Version",
    "cell {cell}",
    "median {value}",
    "neutral",
    "p",
    "signal",
    "text",
    "{n} period",
    "{wave} (n = {n})",
}


def texts(message: Message) -> list[tuple[str, str]]:
    """English and translation of a message, of each of its forms where it counts something."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return list(zip(message.id, message.string, strict=True))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every message in code and templates, by its (first) English form."""
    file = tmp_path_factory.mktemp("messages") / "messages.pot"
    keywords = [part for keyword in KEYWORDS for part in ("--keyword", keyword)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        command = ["pybabel", "-q", "extract", "--mapping", "babel.cfg", *keywords, "--output", str(file), "."]
        CommandLineInterface().run(command)
    with file.open("rb") as handle:
        found = {texts(message)[0][0] for message in read_po(handle) if message.id}
    return found | set(inside_f_strings())


def inside_f_strings() -> Iterator[str]:
    """Messages within f-strings, where Babel does not look on Python 3.11."""
    for file in (ROOT / "toolkit/collective_impact").rglob("*.py"):
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(text, ast.JoinedStr):
                for node in ast.walk(text):
                    match node:
                        case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(message))]):
                            yield message


@pytest.fixture(scope="module")
def swedish() -> Catalog:
    with SV.open("rb") as handle:
        return read_po(handle, abort_invalid=True)


def test_every_message_is_translated_and_none_is_stale(extracted: set[str], swedish: Catalog) -> None:
    translated = {texts(message)[0][0] for message in swedish if message.id and all(t for _, t in texts(message))}
    assert len(extracted) > 500
    assert sorted(extracted - translated) == []
    assert sorted(set(WORDS.values()) - translated) == []
    assert sorted(translated - extracted - set(WORDS.values())) == []


def test_translations_are_what_readers_get(swedish: Catalog) -> None:
    assert swedish.locale_identifier == "sv"
    with in_language("sv"):
        for message in swedish:
            if isinstance(message.id, str) and message.id:
                assert translate(message.id) == message.string
        counted = [translate_plural("{n} area", "{n} areas", n).format(n=n) for n in (0, 1, 2, 21)]
    assert counted == ["0 områden", "1 område", "2 områden", "21 områden"]


def test_translations_keep_placeholders_and_markup(swedish: Catalog) -> None:
    def skeleton(text: str) -> tuple[object, ...]:
        placeholders = sorted({(name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None})
        return placeholders, re.findall(r"^#+ ", text, re.MULTILINE), text.count("\n\n"), text.count("*")

    changed = [(a, b) for message in swedish if message.id for a, b in texts(message) if skeleton(a) != skeleton(b)]
    assert changed == []


def test_swedish_is_not_english(swedish: Catalog) -> None:
    same = {english for message in swedish if message.id for english, text in texts(message) if text == english}
    assert {text for text in same if WORD.search(re.sub(r"\{.*?\}", "", text))} == SAME_IN_SWEDISH
    quoted_in_english = [text for message in swedish for _, text in texts(message) if set(text) & set("“‘")]
    assert quoted_in_english == []


def test_swedish_keeps_the_wording_rules(swedish: Catalog) -> None:
    """Most of all: what is inconclusive in English is so in Swedish, in the words that the rules look for."""
    pairs = [pair for message in swedish if message.id for pair in texts(message)]
    broken = {
        text: rules
        for english, text in pairs
        if (rules := broken_rules(text, inconclusive="inconclusive" in english.lower()))
    }
    assert broken == {}


WRITTEN = [
    (lambda: number(-1234567.89), "−1,234,567.9", "−1 234 567,9"),
    (lambda: number(-0.04), "0.0", "0,0"),
    (lambda: figure_text(89.76), "89.8", "89,8"),
    (lambda: figure_text(0.125), "0.12", "0,12"),
    (lambda: percent(0.4), "40%", "40 %"),
    (lambda: percent(-0.123, 1), "−12.3%", "−12,3 %"),
    (lambda: probability(0.0256), "0.026", "0,026"),
    (lambda: probability(0.00001), "< 0.001", "< 0,001"),
    (lambda: day(date(2000, 12, 31)), "31 December 2000", "31 december 2000"),
    (lambda: period_label(pd.Period("1989", "Y")), "1989", "1989"),
    (lambda: period_label(pd.Period("2025-Q2")), "Q2 2025", "kv. 2 2025"),
    (lambda: period_label(pd.Period("2020-10", "M")), "Oct 2020", "okt. 2020"),
    (lambda: large_figure(29760), "29,760", "29 760"),
    (lambda: large_figure(1_540_000), "1.5 million", "1,5 miljoner"),
    (lambda: large_figure(-14_678_000_000), "−15 billion", "−15 miljarder"),
    (lambda: listing(["a", "b", "c"]), "a, b and c", "a, b och c"),
]


@pytest.mark.parametrize(("write", "english", "swedish_text"), WRITTEN, ids=[row[1] for row in WRITTEN])
def test_figures_and_dates_are_written_as_the_language_does(write, english: str, swedish_text: str) -> None:
    for language, expected in (("en", english), ("sv", swedish_text)):
        with in_language(language):
            assert write().replace("\u00a0", " ") == expected


def test_an_unknown_language_is_refused_with_the_known_ones_named() -> None:
    assert languages() == (SOURCE_LANGUAGE, "sv")
    with pytest.raises(InputError) as refused:
        use_language("xx")
    (problem,) = refused.value.problems
    assert (problem.place, problem.found, problem.expected) == ("language", "'xx'", "en, sv")
    with in_language("sv"):
        assert translate("yes") == "ja"
    assert translate("yes") == "yes"
