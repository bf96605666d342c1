"""A user's brand file: what it asks for is shown everywhere, and what cannot be read or had is told at once."""

import json
import re
import shutil
from pathlib import Path

import pypdf
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from rendering_fixture import make_site

from collective_impact.brand import Brand, read_brand
from collective_impact.brand.colours import contrast
from collective_impact.brand.pairs import PAIRS
from collective_impact.brand.theme_colours import THEME
from collective_impact.errors import InputError
from collective_impact.language import in_language
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.quarto.project_files import write_project
from collective_impact.reporting.renderer import Rendered
from collective_impact.shipped import shipped

SECOND = Path(__file__).parent / "data" / "second-brand"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360000000"
    "02000148afa4710000000049454e44ae426082"
)
"""One grey pixel."""
BOMB = "a: &a [x]\n" + "".join(
    f"{n}: &{n} [{', '.join([f'*{o}'] * 10)}]\n" for o, n in zip("abcdef", "bcdefg", strict=True)
)
"""A few lines that stand for a million values."""
SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{}</svg>"


def write(folder: Path, **sections: object) -> Path:
    """Write a brand file."""
    file = folder / "_brand.yml"
    file.write_text(yaml.safe_dump({"meta": {"name": "A name"}, **sections}), encoding="utf-8")
    return file


def found(file: Path) -> list[str]:
    """What is found wrong with a brand file."""
    with pytest.raises(InputError) as caught:
        read_brand(file)
    assert all(problem.place == str(file) and problem.expected and problem.mend for problem in caught.value.problems)
    return [problem.found for problem in caught.value.problems]


def low_pairs(brand: Brand) -> list[tuple[str, str]]:
    screens = (brand.light, brand.dark)
    return [(p.front, p.ground) for colours in screens for p in PAIRS
            if contrast(colours[p.front], colours[p.ground]) < p.ratio]  # fmt: skip


def test_the_toolkits_own_brand_is_what_its_file_says() -> None:
    palette = yaml.safe_load(shipped("_brand.yml").read_text(encoding="utf-8"))["color"]["palette"]
    brand = read_brand()
    assert {name: brand.light[name] for name in THEME} == {name: palette[name] for name in THEME}
    assert {name: brand.dark[name] for name in THEME} == {name: palette[f"{name}-dark"] for name in THEME}
    assert brand.families == ("Source Sans 3",)
    assert brand.notes == ()
    assert low_pairs(brand) == []


def test_a_standard_brand_file_gives_every_colour_of_the_theme() -> None:
    brand = read_brand(SECOND / "_brand.yml")
    assert brand.name == "Stiftelsen Havslyktan"
    given_ones = {"ink": "#241a2e", "paper": "#fffdfa", "teal": "#6b2350", "orange": "#4f6114", "wash": "#f8f3ee"}
    assert given_ones.items() <= dict(brand.light).items()
    assert brand.dark["teal"] == "#e3a8ce"
    assert set(THEME) <= set(brand.light) == set(brand.dark)
    assert low_pairs(brand) == []
    assert brand.families == ("Caladea", "Source Sans 3")
    assert [(face.weight, face.italic) for face in brand.faces] == [(400, False), (400, True), (700, False)]
    assert brand.logo is not None
    assert set(brand.logo.files) == {"logo.svg", "logo-dark.svg"}
    assert brand.logo.alt.startswith("Stiftelsen Havslyktan")


def test_the_brand_file_in_the_documents_is_one(tmp_path) -> None:
    page = (Path(__file__).parents[1] / "docs/brand.md").read_text(encoding="utf-8")
    folder = Path(shutil.copytree(SECOND, tmp_path / "brand"))
    (folder / "_brand.yml").write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    brand = read_brand(folder / "_brand.yml")
    assert (brand.light["teal"], brand.family, brand.notes) == ("#6b2350", "Caladea", ())
    assert "color.primary #ffdd00 on color.background #ffffff: contrast 1.34:1" in page  # as the test below finds it


COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(
    st.fixed_dictionaries(
        {}, optional={"foreground": COLOURS, "background": COLOURS, "primary": COLOURS, "dark": COLOURS}
    )
)
@settings(max_examples=60, deadline=None)
def test_a_brand_that_is_taken_can_be_read_on_both_screens(tmp_path_factory, roles) -> None:
    file = write(tmp_path_factory.mktemp("brand"), color=roles)
    try:
        problems = low_pairs(read_brand(file))
    except InputError as error:
        refused = re.compile(r"#[0-9a-f]{6} on .*#[0-9a-f]{6}: contrast \d+\.\d\d:1")
        problems = [problem.found for problem in error.problems if not refused.search(problem.found)]
    assert problems == []


def test_colours_that_cannot_be_read_are_refused_with_their_contrast(tmp_path) -> None:
    file = write(
        tmp_path, color={"palette": {"sun": "#fd0"}, "primary": "sun", "background": "white", "secondary": "#999"}
    )
    problems = found(file)
    assert "color.primary #ffdd00 on color.background #ffffff: contrast 1.34:1" in problems
    assert "color.secondary #999999 on color.background #ffffff: contrast 2.84:1" in problems
    with in_language("sv"), pytest.raises(InputError, match=re.escape("1,34:1")):
        read_brand(file)


def test_everything_that_is_wrong_is_told_at_once(tmp_path) -> None:
    (tmp_path / "no.ttf").write_bytes(b"no font")
    (tmp_path / "no.svg").write_text("no picture")
    fonts = [
        {"family": "Caladea", "source": "file", "files": ["gone.ttf", "no.ttf"]},
        {"family": "Other", "files": [str(SECOND / "fonts/Caladea-Bold.ttf")]},
        "Arial",
    ]
    file = write(
        tmp_path,
        logo={"images": {"a": "no.svg"}, "medium": {"light": "a", "dark": "gone.png"}},
        color={
            "palette": {"a": "b", "b": "a", "c": "mauve-ish", "d": 7},
            "primary": {"light": "#zzz"},
            "success": ["x"],
        },
        typography={"fonts": fonts, "base": "Caladea", "headings": {"family": 'x"; } body { display: none'}, "link": 3},
    )
    text = "\n".join([*found(file), *found(write(tmp_path, typography={"fonts": fonts, "base": "Other"}))])
    told = ("color.palette.a: b → a → b", "color.palette.c: 'mauve-ish'", "color.palette.d: 7", "color.primary: '#zzz'",
            "color.success: ['x']", "no file gone.ttf", "no font in no.ttf", "typography.fonts[2]: 'Arial'",
            "no SVG or PNG picture in no.svg", "no file gone.png", "typography.headings: 'x\"; } body",
            "Caladea-Bold.ttf holds Caladea")  # fmt: skip
    assert [part for part in told if part not in text] == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"color: [", "expected a brand file"), (b"- a\n- b", "found ['a', 'b']"), (b"\xff\xfe\x00", "can't decode"),
     (b"color: red", "color: 'red'"), (None, "No such file")],
)  # fmt: skip
def test_a_file_that_is_no_brand_file_is_one_clear_error(tmp_path, content, message: str) -> None:
    file = tmp_path / "brand.yml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read_brand(file)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("fonts", [[{"family": "Lora", "source": "google"}], []])
def test_a_font_that_would_have_to_be_fetched_gives_way_to_ours_and_is_told(tmp_path, fonts) -> None:
    brand = read_brand(write(tmp_path, typography={"fonts": fonts, "base": "Lora", "headings": "Lora"}))
    assert (brand.family, brand.headings) == ("Source Sans 3", "Source Sans 3")
    assert brand.faces == read_brand().faces
    (note,) = brand.notes
    assert note.severity == "note"
    assert "Lora" in note.found
    assert "Source Sans 3 is used in its place" in note.mend


def test_a_font_for_the_web_only_cannot_be_printed(tmp_path) -> None:
    shutil.copyfile(shipped("reports/theme/fonts/SourceSans3-Regular.woff2"), tmp_path / "a.woff2")
    fonts = [{"family": "Caladea", "files": ["a.woff2"]}]
    assert "only files for the web" in found(write(tmp_path, typography={"fonts": fonts, "base": "Caladea"}))[0]
    fonts[0]["files"].append({"path": str(SECOND / "fonts/Caladea-Regular.ttf")})
    (face,) = read_brand(write(tmp_path, typography={"fonts": fonts, "base": "Caladea"})).faces
    assert face.web == (tmp_path / "a.woff2",)


@pytest.mark.parametrize(
    "acting",
    ["<script>alert(1)</script>", "<g onload='alert(1)'/>", "<image href='https://x.example/a.png'/>",
     "<image xlink:href='https://x.example/a.png'/>", "<foreignObject><p>x</p></foreignObject>",
     "<a href='javascript:alert(1)'><text>x</text></a>", "<style>@import 'https://x.example/a.css';</style>",
     "<rect style='fill: url(https://x.example/a)'/>", "<set attributeName='href' to='javascript:alert(1)'/>",
     "<use href='other.svg#a'/>"],
)  # fmt: skip
def test_a_logo_can_neither_run_nor_load_anything(tmp_path, acting: str) -> None:
    drawing = "<defs><linearGradient id='a'/></defs><path d='M0 0' fill='url(#a)' style='stroke:#123456'/>"
    (tmp_path / "l.svg").write_text(SVG.format(drawing + acting))
    logo = read_brand(write(tmp_path, logo="l.svg")).logo
    assert logo is not None
    clean = logo.content.decode()
    assert "url(#a)" in clean
    assert "stroke:#123456" in clean
    assert not re.search(r"alert|https?://x|foreignObject|other\.svg|onload|@import", clean)


@pytest.mark.parametrize("logo", ["a.png", {"path": "a.png", "alt": "Us"}, {"small": "a.png"},
                                  {"images": {"x": {"path": "a.png", "alt": "Us"}}, "large": "x"}])  # fmt: skip
def test_a_logo_may_be_given_in_every_way_of_the_standard(tmp_path, logo) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    read = read_brand(write(tmp_path, logo=logo)).logo
    assert read is not None
    assert (read.file, read.content) == ("logo.png", PNG)
    assert read.alt == ("Us" if "Us" in str(logo) else "A name")


def test_an_entity_bomb_is_no_logo(tmp_path) -> None:
    (tmp_path / "l.svg").write_text(
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    )
    assert found(write(tmp_path, logo="l.svg")) == ["logo: no SVG or PNG picture in l.svg"]


def test_a_chart_takes_the_brand_and_its_words_stay() -> None:
    ours, second = read_brand(), read_brand(SECOND / "_brand.yml")
    svg = (
        """<text fill="#00606B" font-family="'Source Sans 3', x">#00606b in Source Sans 3</text>"""
        '<i style="fill:#5cc6d0"/>'
    )
    turned = (
        """<text fill="#6b2350" font-family="'Caladea', x">#00606b in Source Sans 3</text>"""
        '<i style="fill:#e3a8ce"/>'
    )
    assert second.recoloured(svg, ours) == turned
    spec = json.dumps(
        {"config": {"font": "Source Sans 3", "bar": {"color": "#b3470f"}}, "name": "Source Sans 3 #b3470f"}
    )
    assert json.loads(second.recoloured(spec, ours)) == {
        "config": {"font": "Caladea", "bar": {"color": "#4f6114"}}, "name": "Source Sans 3 #b3470f"
    }  # fmt: skip
    assert ours.recoloured(svg, ours) == svg


@pytest.fixture(scope="module")
def branded(tmp_path_factory) -> Rendered:
    """The fixture's report in the second brand."""
    folder = tmp_path_factory.mktemp("branded")
    out = folder / "site"
    out.mkdir()
    return EmbeddedRenderer().render(make_site(folder / "run", brand=read_brand(SECOND / "_brand.yml")), out)


def test_pages_show_logo_colours_and_fonts_of_a_brand(branded: Rendered) -> None:
    page = branded.pages[1]
    html, assets = page.read_text(encoding="utf-8"), page.parent / "assets"
    rules = (assets / "report.css").read_text(encoding="utf-8")
    assert re.search(r'<img[^>]*src="assets/logo\.svg"[^>]*alt="Stiftelsen Havslyktan: a lantern over the sea"', html)
    assert (assets / "logo.svg").is_file()
    assert (assets / "logo-dark.svg").is_file()
    assert "--teal: #6b2350" in rules
    assert "--teal: #e3a8ce" in rules
    assert '--font: "Caladea"' in rules
    assert {path.name for path in (assets / "fonts").iterdir()} == {
        f"Caladea-{cut}.ttf" for cut in ("Regular", "Italic", "Bold")
    }
    ours = {read_brand().light[name] for name in THEME} - {"#ffffff"}
    assert not [colour for colour in ours if colour in html or colour in rules]
    assert re.search(r"font-family=\"'?Caladea", html)


def test_the_pdf_shows_colours_and_fonts_of_a_brand(branded: Rendered) -> None:
    reader = pypdf.PdfReader(branded.files["report.pdf"])
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in page["/Resources"].get("/Font", {}).values()}
    assert {font.partition("+")[2] for font in fonts} >= {"Caladea-Regular", "Caladea-Bold"}
    assert all("Caladea" in font or "SourceSans3" in font for font in fonts)  # ours has the signs that the other lacks
    drawn = b"".join(page.get_contents().get_data() for page in reader.pages)
    assert b"0.41960785 0.13725491 0.3137255" in drawn  # plum


def test_quarto_is_given_logo_colours_and_fonts_of_a_brand(tmp_path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    write_project(make_site(tmp_path / "run", brand=read_brand(SECOND / "_brand.yml")), project)
    again = read_brand(project / "_brand.yml")
    assert {name: again.light[name] for name in ("ink", "paper", "teal")} == {
        "ink": "#241a2e",
        "paper": "#fffdfa",
        "teal": "#6b2350",
    }
    assert again.dark["teal"] == "#e3a8ce"
    assert again.family == "Caladea"
    assert again.logo is not None
    assert again.notes == ()
    charts = [chart.read_text(encoding="utf-8") for chart in (project / "figures").rglob("*.svg")]
    assert charts
    assert all("Caladea" in chart and "#00606b" not in chart for chart in charts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "once its aliases are followed"),
        ("meta: &a {name: *a}", "an alias of something that it stands in itself"),
        ("meta: {name: 2020-99-99}", "month must be in"),
        (f"logo: {'x' * 5000}.svg", "cannot be read"),
        ("logo: deep.svg", "no SVG or PNG picture in deep.svg"),
        ("logo: cut.png", "no SVG or PNG picture in cut.png"),
    ],
)
def test_what_would_overwhelm_a_reader_is_one_message(tmp_path, text, words):
    (tmp_path / "deep.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{"<g>" * 9000}{"</g>" * 9000}</svg>')
    (tmp_path / "cut.png").write_bytes(PNG[:-20])
    (tmp_path / "_brand.yml").write_text(text)
    with pytest.raises(InputError, match=words):
        read_brand(tmp_path / "_brand.yml")
