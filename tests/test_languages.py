"""All that readers see is there in every language, says the same, and writes figures and dates as the language does."""

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner
from conftest import AT_ITS_END, ROOT
from notebooks import run_cells

from collective_impact import translations
from collective_impact.errors import InputError
from collective_impact.findings.wording_rules import broken_rules
from collective_impact.framework.vocabulary import Level, label, read_data
from collective_impact.language import (
    SOURCE_LANGUAGE,
    day,
    day_in_table,
    figure_text,
    in_language,
    languages,
    large_figure,
    listing,
    number,
    number_signs,
    percent,
    period_label,
    probability,
    translate,
    translate_plural,
    use_language,
)
from collective_impact.terminal.untranslated import untranslated
from collective_impact.translating.__main__ import translating
from collective_impact.translating.check import check_translations
from collective_impact.translating.messages import sentences
from collective_impact.translating.update import update_translations
from collective_impact.translations import SENTENCES, TERMS, catalogue_file, share_translated, texts_of

SWEDISH = catalogue_file("sv")

WORD = re.compile(r"[^\W\d_]")
SAME_IN_SWEDISH = {
    "Dask distributed",
    "Data",
    "Data:",
    "Forum",
    "Id",
    "Instrument",
    "Median",
    "Median {value}",
    "MiB",
    "Period",
    "Program",
    "Start",
    "Start {first}",
    "Start {period}",
    "Status",
    "Trend",
    "ok",
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
    return list(zip(texts_of(message.id), texts_of(message.string), strict=True))


@pytest.fixture(scope="module")
def swedish() -> Catalog:
    with SWEDISH.open("rb") as handle:
        return read_po(handle, abort_invalid=True)


@pytest.fixture
def catalogues(tmp_path, monkeypatch) -> Path:
    """A copy of all catalogues that a test may break or add to."""
    copy = Path(shutil.copytree(translations.CATALOGUES, tmp_path / "locale"))
    monkeypatch.setattr(translations, "CATALOGUES", copy)
    _forget()
    yield copy
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for remembers in (translations.translations_of, translations.terms, translations._keys, read_data):
        remembers.cache_clear()


def _pseudo(text: str) -> str:
    """A text that can be told from English and has its placeholders and marks: every vowel outside them turned."""
    parts = re.split(r"(\{[^}]*\}|`[^`]*`|\]\([^)]*\)|@[\w-]+)", text)
    turned = str.maketrans("aeiouyAEIOUY", "åéïøůýÅÉÏØŮÝ")
    return "".join(part if at % 2 else part.translate(turned) for at, part in enumerate(parts))


def _translate_all(file: Path, language: str) -> None:
    with file.open("rb") as handle:
        catalogue = read_po(handle, locale=language)
    for message in catalogue:
        if message.id:
            forms = tuple(map(_pseudo, texts_of(message.id)))
            message.string = forms if isinstance(message.id, tuple) else forms[0]
    with file.open("wb") as handle:
        write_po(handle, catalogue)


def test_every_catalogue_is_whole_and_in_step_with_the_sentences():
    assert len(sentences()) > 3000
    assert check_translations() == ()


FAULTS = {
    "missing": ('msgid "yes"\nmsgstr "ja"\n', "", "nothing for “yes”", "make translations"),
    "untranslated": (
        'msgid "yes"\nmsgstr "ja"',
        'msgid "yes"\nmsgstr ""',
        "“yes” without a translation",
        "translate it",
    ),
    "fuzzy": ('msgid "yes"', '#, fuzzy\nmsgid "yes"', "“yes” marked as fuzzy", "look it over"),
    "stale": (
        'msgid "yes"',
        'msgid "yess"\nmsgstr "jaa"\n\nmsgid "yes"',
        "“yess”, which stands nowhere",
        "make transl",
    ),
    "placeholder": ('msgstr "{k} av {n}"', 'msgstr "{k} av {antal}"', "“{k} av {antal}”", "placeholders"),
    "braces": ('msgstr "{k} av {n}"', 'msgstr "{k} av {n"', "“{k} av {n”", "placeholders"),
    "forms": ('msgstr[1] "{n} områden"', 'msgstr[1] ""', "“{n} area” without a translation", "translate it"),
    "markup": ('"# Är indikatorerna', '"Är indikatorerna', "“Är indikatorerna på rätt väg", "leave the marks"),
    "unreadable": ('msgid "yes"', 'mgsid "yes"', "misformatted keyword", "PO editor"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_a_catalogue_is_named_with_file_message_and_mend(catalogues, fault):
    """The complete catalogue has no problem, so the one that is found is that of the fault."""
    before, after, found, mend = FAULTS[fault]
    file = catalogue_file("sv")
    content = file.read_text(encoding="utf-8")
    assert content.count(before) == 1
    file.write_text(content.replace(before, after), encoding="utf-8")
    (problem,) = check_translations()
    assert problem.place == f"locale/sv/LC_MESSAGES/{SENTENCES}"
    assert found in problem.found
    assert mend in problem.mend
    assert problem.row is not None or fault in ("missing", "stale")


def test_the_check_is_a_command_that_fails_on_a_problem_and_the_update_mends_what_it_can(catalogues):
    file = catalogue_file("sv")
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace('msgid "yes"\n', 'msgid "yess"\n'), encoding="utf-8")
    failed = CliRunner().invoke(translating, ["check"])
    assert failed.exit_code == 1
    assert "“yess”, which stands nowhere any more" in failed.output
    assert "run `make translations`, then translate it" in failed.output
    assert CliRunner().invoke(translating, ["update"]).exit_code == 0
    assert file.read_text(encoding="utf-8") == whole.replace('msgid "yes"\nmsgstr "ja"\n', 'msgid "yes"\nmsgstr ""\n')
    unknown = CliRunner().invoke(translating, ["update", "qq"])
    assert isinstance(unknown.exception, InputError)
    assert "no language of this code" in str(unknown.exception)


@pytest.mark.parametrize(("target", "command"), [("check", "check"), ("translations", "update")])
def test_make_runs_the_commands(target, command):
    steps = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True).stdout
    assert f"-m collective_impact.translating {command}" in steps


def test_a_language_is_added_by_its_catalogues_alone(catalogues, complete, tmp_path):
    """A third language begun by the command, every vowel turned in it: it checks out, and turns a whole page."""
    english = label(Level.INITIATIVE)
    written = update_translations(["nb"])
    assert [file.name for file in written] == [SENTENCES, TERMS]
    assert {problem.mend for problem in check_translations()} == {"translate it"}
    for file in written:
        _translate_all(file, "nb")
    _forget()
    assert languages() == (SOURCE_LANGUAGE, "nb", "sv")
    assert check_translations() == ()
    assert untranslated("nb") == ()
    with in_language("nb"):
        assert label(Level.INITIATIVE) == _pseudo(english)
    findings, page = run_cells("readiness", tmp_path, initiative=complete, language="nb", **AT_ITS_END)
    assert findings.language == "nb"
    headings = re.findall(r"^#+ (.+)$", re.sub(r"“[^”]*”|\{#[^}]*\}", "", page), re.MULTILINE)
    assert len(headings) > 3
    assert [text for text in headings if re.search("[aeiou]", text)] == []


def test_the_command_line_offers_every_language_there_is(tmp_path):
    """In a copy of the project that has one more folder of catalogues."""
    for name in ("data", "notebooks", "reports", "_brand.yml", "_quarto.yml"):
        (tmp_path / name).symlink_to(ROOT / name)
    package = tmp_path / "toolkit/collective_impact"
    shutil.copytree(ROOT / "toolkit/collective_impact", package, copy_function=os.symlink)
    shutil.copytree(package / "locale/sv", package / "locale/nb")
    command = [sys.executable, "-m", "collective_impact", "check", "--help"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "toolkit")}
    told = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True).stdout
    assert "[en|nb|sv]" in told


def test_a_half_translated_language_says_once_how_much_is_in_english(catalogues):
    content = SWEDISH.read_text(encoding="utf-8")
    (catalogues / "nb/LC_MESSAGES").mkdir(parents=True)
    catalogue_file("nb").write_text(content[: content.index("\nmsgid", len(content) // 2)] + "\n", encoding="utf-8")
    assert untranslated("sv") == ()
    assert 0.3 < share_translated("nb") < 0.7
    with in_language("sv"):
        (note,) = untranslated("nb")
    assert note.severity == "note"
    assert note.place == "Norsk bokmål"
    assert note.found == f"{percent(1 - share_translated('nb'))[:-1]}\u00a0% av meningarna är inte översatta"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"hello"], ids=["encoding", "no-catalogue"])
def test_a_catalogue_that_cannot_be_read_is_one_clear_error(catalogues, content):
    catalogue_file("sv").write_bytes(content)
    with pytest.raises(InputError) as refused:
        use_language("sv")
    (problem,) = refused.value.problems
    assert problem.place == f"locale/sv/LC_MESSAGES/{SENTENCES}"
    assert "PO editor" in problem.mend
    assert translate("yes") == "yes"


def test_a_translation_that_would_break_a_page_is_left_in_english(catalogues):
    file = catalogue_file("sv")
    text = file.read_text(encoding="utf-8").replace('msgstr "{k} av {n}"', 'msgstr "{k} av {antal}"')
    file.write_text(text, encoding="utf-8")
    with in_language("sv"):
        assert translate("{k} of {n}").format(k=1, n=2) == "1 of 2"
        assert translate("yes") == "ja"


def test_plurals_follow_the_catalogue_not_english(catalogues):
    (catalogues / "pl/LC_MESSAGES").mkdir(parents=True)
    catalogue_file("pl").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"\n\n'
        'msgid "{n} year"\nmsgid_plural "{n} years"\n'
        'msgstr[0] "{n} rok"\nmsgstr[1] "{n} lata"\nmsgstr[2] "{n} lat"\n',
        encoding="utf-8",
    )
    with in_language("pl"):
        counted = [translate_plural("{n} year", "{n} years", n).format(n=n) for n in (1, 2, 5, 22)]
    assert counted == ["1 rok", "2 lata", "5 lat", "22 lata"]


def test_translations_are_what_readers_get(swedish: Catalog) -> None:
    assert swedish.locale_identifier == "sv"
    with in_language("sv"):
        for message in swedish:
            if isinstance(message.id, str) and message.id:
                assert translate(message.id) == message.string
        counted = [translate_plural("{n} area", "{n} areas", n).format(n=n) for n in (0, 1, 2, 21)]
    assert counted == ["0 områden", "1 område", "2 områden", "21 områden"]


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
    (lambda: day_in_table(date(2000, 12, 31)), "31 Dec 2000", "31 dec. 2000"),
    (lambda: period_label(pd.Period("1989", "Y")), "1989", "1989"),
    (lambda: period_label(pd.Period("2025-Q2")), "Q2 2025", "kv. 2 2025"),
    (lambda: period_label(pd.Period("2020-10", "M")), "Oct 2020", "okt. 2020"),
    (lambda: large_figure(29760), "29,760", "29 760"),
    (lambda: large_figure(1_540_000), "1.5 million", "1,5 miljoner"),
    (lambda: large_figure(-14_678_000_000), "−15 billion", "−15 miljarder"),
    (lambda: str(number_signs()["percent"]), "%", " %"),
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
