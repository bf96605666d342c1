"""Quarto: found and judged, given a project in which nothing of the data acts, and its work taken over or refused."""

import dataclasses
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import nbformat
import pypandoc
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from rendering_fixture import make_site

from collective_impact.errors import InputError
from collective_impact.reporting.choice import choose_renderer
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.pandoc import finished
from collective_impact.reporting.quarto import program
from collective_impact.reporting.quarto.prepared_notebook import prepare_notebook
from collective_impact.reporting.quarto.prepared_page import READ_AS, begin_body
from collective_impact.reporting.quarto.program import find_quarto
from collective_impact.reporting.quarto.project_files import write_project
from collective_impact.reporting.quarto.quarto_renderer import QuartoRenderer
from collective_impact.reporting.renderer import Page, RenderError, Site
from collective_impact.reporting.run_page import Run

ROOT = Path(__file__).parents[1]
STAND_IN = Path(__file__).parent / "stand_in" / "quarto"
HOSTILE = (
    "{{< include /etc/passwd >}}",
    "{{{< env HOME >}}}",
    "---\nfilters: [evil.lua]\n---",
    "```{python}\nprint(1)\n```",
    "`x`{=html} <script>alert(1)</script> <b onclick=x>",
    '::: {.callout-note title="{{< meta x >}}"}\ninside\n:::',
    "$x$ $$y$$ \\begin{x} \\input{/etc/passwd}",
    "@fig-gap [@nothing] [a](javascript:x) ![b](../../etc/passwd)",
    "1. no list  - none # heading | cell ~~x~~ ^y^ _z_ *w* ... -- --- \"quoted\" 'so'",
    "#read('/etc/passwd') #import \"@preview/x:1.0\" <label>",
    "data-is-shortcode=\"1\" data-raw='{{< x >}}'",
    "a\u202eb\u200bc",
)


@pytest.fixture
def quarto(tmp_path, monkeypatch):
    """Put a stand-in for Quarto on the PATH, alone; give a function that sets its behaviour."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "quarto"
    script.write_text(f"#!{sys.executable}\n{STAND_IN.read_text()}")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))

    def behave(**behaviour: object) -> Path:
        (folder / "behaviour.json").write_text(json.dumps(behaviour))
        return script

    behave()
    return behave


def tree(source: str) -> list:
    """The blocks of a source as Quarto's own reader sees them."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", READ_AS, "-t", "json"],
        input=source.encode(),
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)["blocks"]


def elements(node: object, kind: str) -> list:
    """Every element of a kind, wherever it stands."""
    if isinstance(node, list):
        return [found for each in node for found in elements(each, kind)]
    if not isinstance(node, dict):
        return []
    own = [node["c"]] if node.get("t") == kind and "c" in node else []
    return own + [found for value in node.values() for found in elements(value, kind)]


def words(node: object) -> str:
    """The text of a tree, a space for each break."""
    if isinstance(node, list):
        return "".join(words(each) for each in node)
    if not isinstance(node, dict):
        return ""
    if node.get("t") in {"Space", "SoftBreak", "LineBreak"}:
        return " "
    if node.get("t") == "Str":
        return node["c"]
    return words(node["c"][-1]) if node.get("t") in {"Code", "CodeBlock"} else words(list(node.values()))


def body_for_quarto(site: Site, pictures: Path) -> str:
    """The body of a site's first page as Quarto is to read it."""
    with tempfile.TemporaryDirectory() as work:
        return finished([begin_body(site, site.pages[0], pictures, Path(work))])[0]


def one_page(body: str, figures: Path | None = None) -> Site:
    return Site("A report", "en", (Page("index", "A page", body, figures),), datetime.date(2020, 12, 31))


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("1.8.27", "is version 1.8.27; 1.9 or newer"),
        ("99.9.9", ""),
        ("1.10.18", ""),
        ("what?", "does not tell its version"),
    ],
)
def test_quarto_is_taken_when_it_is_new_enough(quarto, version: str, reason: str) -> None:
    script = quarto(version=version)
    found = find_quarto()
    assert reason in found.reason
    assert (found.program is None) == bool(reason)
    choice = choose_renderer("auto")
    assert choice.renderer.name == ("embedded" if reason else "quarto")
    assert (str(script) if reason else f"Quarto {version}") in choice.reason


def test_without_quarto_auto_says_so_and_quarto_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    choice = choose_renderer("auto")
    assert choice.renderer == EmbeddedRenderer()
    assert "there is no quarto on the PATH" in choice.reason
    assert choose_renderer("embedded").reason == ""
    with pytest.raises(InputError, match=r"--renderer quarto: found .* expected Quarto 1.9 or newer; install Quarto"):
        choose_renderer("quarto")


def test_the_command_line_tells_at_once_what_it_cannot_publish_with(tmp_path) -> None:
    command = [
        sys.executable,
        "-m",
        "collective_impact",
        "render",
        "reports",
        "--renderer",
        "quarto",
        "--brand",
        "gone.yml",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "gone.yml" in done.stderr
    assert find_quarto().program is not None or "Quarto 1.9 or newer" in done.stderr


def test_a_quarto_that_does_not_answer_is_not_waited_for(quarto, monkeypatch) -> None:
    quarto(mute=True)
    monkeypatch.setattr(program, "SECONDS_TO_ANSWER", 0.5)
    started = time.monotonic()
    assert "does not answer" in find_quarto().reason
    assert time.monotonic() - started < 5


@pytest.fixture
def out(tmp_path) -> Path:
    """A report's folder that holds something already."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "findings.json").write_text("{}")
    return folder


def test_the_site_comes_out_under_the_same_names_as_from_the_embedded_renderer(quarto, tmp_path, out) -> None:
    site = make_site(tmp_path / "figures")
    report = dataclasses.replace(site.documents[0], formats=("pdf", "docx"))
    short = dataclasses.replace(report, name="short", form="summary", pages=site.pages[:1], formats=("pdf",))
    rendered = QuartoRenderer(quarto()).render(dataclasses.replace(site, documents=(report, short)), out)
    assert [page.name for page in rendered.pages] == [f"{page.name}.html" for page in site.pages]
    assert {name: path.name for name, path in rendered.files.items()} == {
        name: name for name in (*report.files, "short.pdf")
    }
    assert all(path.is_file() for path in (*rendered.pages, *rendered.files.values()))
    assert (out / "findings.json").read_text() == "{}"
    calls = (quarto().parent / "calls.jsonl").read_text().splitlines()
    assert [json.loads(call) for call in calls] == [["render", "."]]


def test_a_page_runs_the_scripts_of_quarto_and_no_other(quarto, tmp_path, out) -> None:
    script = quarto(
        adds_to_text="<script>evil()</script><img src=x onerror='evil()'>", adds='<a onclick="toggle()">x</a>'
    )
    page = QuartoRenderer(script).render(one_page("Words."), out).pages[0].read_text(encoding="utf-8")
    policy = page.split('content="')[1].split('"')[0]
    allowed = {
        "'sha256-" + b64encode(sha256(code).digest()).decode() + "'" for code in (b"window.quarto = 1;", b"toggle()")
    }
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert {word for word in policy.replace(";", " ").split() if word.startswith("'sha256")} == allowed
    assert "default-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ({"fails": "ERROR: typst: unknown font"}, r"exit code 1.*ERROR: typst: unknown font"),
        ({"forgets": ["index.qmd"]}, r"without index\.html"),
        ({"adds": '<script src="https://cdn.example/require.js"></script>'}, r"found https://cdn\.example/require\.js"),
        ({"hangs": True}, r"took more than 1 s and was ended; it said: rendering"),
    ],
)
def test_what_quarto_cannot_do_leaves_everything_as_it_was(quarto, tmp_path, out, behaviour, message: str) -> None:
    script = quarto(**behaviour)
    with pytest.raises(RenderError, match=message):
        QuartoRenderer(script, seconds=1 if "hangs" in behaviour else 60).render(one_page("Words."), out)
    assert [path.name for path in out.iterdir()] == ["findings.json"]
    if "hangs" in behaviour:
        time.sleep(3)
        assert not (script.parent / "late").exists()  # what it had started was ended with it


def test_the_sources_hold_the_constructs_of_the_page(tmp_path) -> None:
    site = make_site(tmp_path / "figures")
    project = tmp_path / "project"
    project.mkdir()
    write_project(site, project)
    page = tree((project / "summative_outcome.qmd").read_text(encoding="utf-8"))
    figures = [figure[0][0] for figure in elements(page, "Figure")]
    assert figures == ["fig-gap", "fig-placebos"]
    alternatives = [dict(image[0][2])["fig-alt"] for image in elements(page, "Image")]
    assert alternatives[0].startswith("Two lines. Both stand near 52 percent")
    classes = [name for div in elements(page, "Div") for name in div[0][1]]
    assert {"facts", "lead", "callout-note", "callout-warning", "callout-tip", "callout-important"} <= set(classes)
    assert [cite["citationId"] for group in elements(page, "Cite") for cite in group[0]] == [
        "fig-gap", "tbl-sizes", "fig-placebos"
    ]  # fmt: skip
    captions = {words(table[1]): table[0][0] for table in elements(page, "Table")}
    assert captions["The difference in children, by school year"] == "tbl-sizes"
    assert ["strength", "strength-moderate"] in [span[0][1] for span in elements(page, "Span")]
    assert not elements(page, "RawBlock")
    assert not elements(page, "RawInline")
    paper = tree((project / "document-report.qmd").read_text(encoding="utf-8"))
    chapters = [header[1][0] for header in elements(paper, "Header") if header[0] == 1]
    assert chapters == ["chapter-index", "chapter-summative-outcome", "chapter-formative-initiative"]
    assert {raw[0] for raw in elements(paper, "RawBlock")} == {"typst"}
    ids = [header[1][0] for header in elements(paper, "Header") if header[0] == 2 and header[1][0].startswith("sec-")]
    assert ids == ["sec-summative-outcome-effect"]


def test_the_conformance_page_keeps_every_construct(tmp_path) -> None:
    body = (ROOT / "reports/conformance.qmd").read_text(encoding="utf-8").split("---", 2)[2]
    figures = ROOT / "reports/figures"
    site = one_page(body, figures)
    page = tree(body_for_quarto(site, figures))
    named = [figure[0][0] for figure in elements(page, "Figure")]
    assert named == ["fig-one", "fig-two", "fig-live", "fig-tab", "fig-boxed"]
    classes = {name for div in elements(page, "Div") for name in div[0][1]}
    boxes = {f"callout-{kind}" for kind in ("note", "tip", "warning", "important", "caution")}
    assert boxes | {"panel-tabset", "column-margin", "lead", "key-findings"} <= classes
    assert ["layout-ncol", "2"] in [pair for div in elements(page, "Div") for pair in div[0][2]]
    assert ["aside"] in [span[0][1] for span in elements(page, "Span")]
    assert len(elements(page, "Math")) == 1
    assert "Only for those who work on the report" not in words(page)
    assert "(490)" in words(page)  # of the literature, which is resolved before Quarto sees the page
    cited = [cite["citationId"] for group in elements(page, "Cite") for cite in group[0]]
    assert cited == ["fig-one", "fig-two", "tbl-sizes", "eq-wilson"]
    assert min(header[0] for header in elements(page, "Header")) == 2


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("escaped", [True, False], ids=["escaped", "as it stands"])
def test_text_of_the_data_stays_text_for_quarto(tmp_path, text: str, escaped: bool) -> None:
    from collective_impact.blocks import Bullets, Heading, Paragraph, Stack, Table, plain

    own = Stack(
        [Paragraph(text), Heading(text), Bullets([text]), Table(["A", "B"], [[text, "x"]], text, "t")]
    ).markdown()
    site = one_page(own if escaped else text)
    if not escaped and "@" in text:
        with pytest.raises(RenderError, match="no entry in the bibliography for @"):
            body_for_quarto(site, tmp_path)
        return
    source = body_for_quarto(site, tmp_path)
    found = tree(source)
    assert not elements(found, "RawBlock")
    assert not elements(found, "RawInline")
    assert not elements(found, "Math")
    assert "{{<" not in source
    assert "\n---\n" not in source
    assert not [target for link in elements(found, "Link") for target in [link[2][0]] if ":" in target]
    if escaped:
        assert [words(block) for block in found[:3]] == [plain(text)] * 3
        assert not elements(found, "Div")
    else:
        assert not elements(found, "CodeBlock")


def test_titles_and_names_of_the_data_stay_text_for_quarto(quarto, tmp_path, out) -> None:
    hostile = " ".join(HOSTILE[:-1]).replace("\n", " ")
    page = Page("index", hostile, "Body.", None, hostile, hostile, (hostile,), ((hostile, hostile),))
    site = Site(hostile, "sv", (page,), datetime.date(2020, 12, 31), groups=((hostile, ("index",)),), citation=hostile)
    rendered = QuartoRenderer(quarto()).render(site, out)
    html = rendered.pages[0].read_text(encoding="utf-8")
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
    assert "<script>alert" not in html
    assert html.count("{{&lt; include /etc/passwd &gt;}}") >= 4


def test_the_alternative_text_of_a_picture_cannot_act(tmp_path) -> None:
    (tmp_path / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    site = one_page('![**T.**](figures/a.svg){#fig-a fig-alt="{{< include x >}} a \\\\ \\"b\\" } c"}', tmp_path)
    source = body_for_quarto(site, tmp_path)
    assert "{{<" not in source
    (image,) = elements(tree(source), "Image")
    assert dict(image[0][2])["fig-alt"] == '{{< include x >}} a \\ "b" } c'


def test_the_project_file_at_the_root_is_one_that_quarto_accepts() -> None:
    settings = {name: yaml.safe_load((ROOT / name).read_text()) for name in ("_quarto.yml", "_brand.yml")}
    project = settings["_quarto.yml"]
    assert project["project"]["type"] == "website"
    assert project["execute"]["enabled"] is False
    assert {"html", "typst"} == set(project["format"])
    assert all(project["format"][name]["format-links"] is False for name in project["format"])
    assert project["format"]["html"]["html-math-method"] == "mathml"
    named = [each for each in project["format"]["html"]["theme"] if each.endswith(".scss")]
    named += [
        project["format"]["html"]["include-in-header"],
        "reports/index.qmd",
        project["bibliography"],
        project["csl"],
    ]
    named += [f"_quarto-{profile}.yml" for profile in project["profile"]["group"]]
    assert all((ROOT / name).is_file() for name in named)
    assert "$web-font-path: false;" in (ROOT / "reports/theme/quarto/report.scss").read_text()
    listing = yaml.safe_load((ROOT / "reports/index.qmd").read_text().split("---")[1])["listing"]
    assert listing["contents"] == "library.yml"
    assert {"title", "date", "methods", "levels"} <= set(listing["fields"])


def executed(status: str) -> Run:
    """A run as its folder holds it, with all that Quarto would stumble over."""
    figure = (
        '![**A** b](figures/f.svg){#fig-f fig-alt="{{< env HOME >}}"}\n\n```{=html}\n<script type="application/json">'
        '{}</script>\n```\n\n::: {.figure-data title="Behind"}\n| a |\n|---|\n| 1 |\n:::\n\n[why](provenance.html#x)'
    )
    shown = new_output("display_data", {"text/html": "<table>", "text/markdown": figure, "text/plain": "Figure"})
    secret = new_output("execute_result", {"text/html": "<table>1912</table>", "text/plain": "191212121212"})
    cells = [
        new_markdown_cell("# Title {{< meta x >}}\n\nFirst words."),
        new_code_cell("seed = 1", metadata={"tags": ["parameters"]}),
        new_code_cell("seed = 2", metadata={"tags": ["injected-parameters"], "papermill": {"duration": 1}}),
        new_code_cell("show()", outputs=[shown], metadata={"execution": {"iopub": "x"}}),
        new_code_cell("frame", outputs=[secret, new_output("stream", text="191212121212")]),
    ]
    return Run(Path("unused"), {"template": "summative_outcome", "status": status}, cells, None)


def test_an_executed_notebook_is_prepared_for_quarto_by_hand() -> None:
    prepared = nbformat.from_dict(prepare_notebook(executed("ok"), "sv"))
    nbformat.validate(prepared)
    text = nbformat.writes(prepared)
    unwanted = ("text/html", "papermill", 'execution"', "seed", "191212", "{{<", "{=html}")
    assert not [word for word in unwanted if word in text]
    head = yaml.safe_load(prepared.cells[0].source.strip("-"))
    assert head == {"title": "Title &#123;&#123;&#60; meta x &#62;&#125;&#125;", "lang": "sv"}
    (output,) = prepared.cells[2].outputs
    assert '::: {.callout-note collapse="true" title="Behind"}' in output.data["text/markdown"]
    assert "[why](../../provenance.html#x)" in output.data["text/markdown"]


def test_a_failed_run_is_a_draft_for_quarto_and_shows_nothing() -> None:
    prepared = prepare_notebook(executed("failed"), "en")
    assert yaml.safe_load(prepared["cells"][0]["source"].strip("-"))["draft"] is True
    assert "fig-f" not in json.dumps(prepared)


@pytest.mark.needs_quarto
def test_the_real_quarto_renders_the_site(tmp_path, out) -> None:
    found = find_quarto()
    assert found.program is not None, found.reason
    rendered = QuartoRenderer(found.program, found.version).render(make_site(tmp_path / "figures"), out)
    page = rendered.pages[1].read_text(encoding="utf-8")
    assert 'id="fig-gap"' in page
    assert "callout" in page
    assert "strength-moderate" in page
    assert rendered.files["report.pdf"].read_bytes().startswith(b"%PDF")


@pytest.mark.needs_quarto
def test_the_real_quarto_renders_the_conformance_page(tmp_path) -> None:
    found = find_quarto()
    assert found.program is not None, found.reason
    project = tmp_path / "project"
    shutil.copytree(ROOT / "reports", project / "reports", ignore=shutil.ignore_patterns("_site*", ".*"))
    for name in ("_quarto.yml", "_quarto-public.yml", "_quarto-internal.yml", "_brand.yml"):
        shutil.copyfile(ROOT / name, project / name)
    program.run_quarto(found.program, ["render", "reports/conformance.qmd"], project)
    assert list((project / "reports/_site").rglob("conformance.html"))
