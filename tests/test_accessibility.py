"""The site for everybody: WCAG 2.2 AA by axe-core in a real browser, and every control by keyboard alone."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from rendering_fixture import make_site

from collective_impact.reporting.constructs import page_body
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.library.batch_page import BatchRow, write_batch_page
from collective_impact.reporting.library.library import write_library
from collective_impact.reporting.renderer import Alternate, Download, Page, Rendered
from collective_impact.shipped import shipped

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")

AXE = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = "{ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false }"
"""All rules, without the details of what holds; style sheets need no loading, for they stand beside the page."""
LOOKS_ALIKE = """() => {
  axe.configure({rules: [{id: 'color-contrast', selector: ':not(.looks-alike, svg *)'}]});
  const looks = new Map([[null, '']]), times = new Map();
  const look = element => {
    if (!looks.has(element)) {
      const {color, background, opacity, fontSize, fontWeight} = getComputedStyle(element);
      looks.set(element, [look(element.parentElement), color, background, opacity, fontSize, fontWeight].join());
    }
    return looks.get(element);
  };
  document.querySelectorAll('td, th').forEach(cell => {
    times.set(look(cell), 1 + (times.get(look(cell)) ?? 0));
    cell.classList.toggle('looks-alike', !cell.firstElementChild && times.get(look(cell)) > 3);
  });
}"""
"""Of plain cells that look alike, contrast is judged in three, and in charts not at all: axe-core leaves these open.

Contrast takes four fifths of the time, and a page may have 800 cells. All other rules are for every element.
"""
CONTROLS = "a, button, summary, input"
SMALLEST_TARGET = 24  # px, WCAG 2.5.8


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The made-up report with a page of every construct, for those who work on it, in two languages."""
    folder = tmp_path_factory.mktemp("accessible")
    site = make_site(folder / "run")
    body = page_body(shipped("reports/conformance.qmd").read_text(encoding="utf-8"))
    constructs = Page("constructs", "Every construct", body, shipped("reports/figures"))
    whole = make_site(
        folder / "run",
        pages=(*site.pages, constructs),
        documents=(),
        downloads=(Download("All tables", "tables.xlsx"), Download("All findings", "findings.json")),
        alternates=(Alternate("sv", "Svenska", "../sv"),),
        groups=(*site.groups, ("More", ("constructs",))),
        profile="internal",
    )
    out = folder / "site"
    out.mkdir()
    return EmbeddedRenderer().render(whole, out)


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def wide(browser: "sync_api.Browser") -> Iterator["sync_api.Page"]:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield page
    page.close()


def settle(page: "sync_api.Page") -> None:
    """Wait until charts have come alive and every table that scrolls is a tab stop, at most ten seconds."""
    waiting = (
        "[...document.querySelectorAll('.table-scroll')].some(e => e.scrollWidth > e.clientWidth && e.tabIndex < 0)"
        " || document.querySelectorAll('script.vega-lite').length > document.querySelectorAll('.chart-live').length"
    )
    for _ in range(50):
        page.wait_for_timeout(200)
        if not page.evaluate(waiting):
            return


EVERY_LOOK = tuple(product((1280, 320), ("light", "dark")))


def violations(browser: "sync_api.Browser", path: Path) -> list[str]:
    """Open a page with all that is folded, and give what axe-core finds wrong, wide and on a phone, light and dark."""
    page = browser.new_page(reduced_motion="reduce")
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
    page.evaluate(AXE)
    found = []
    for width, scheme in EVERY_LOOK:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        settle(page)
        page.evaluate(LOOKS_ALIKE)
        wrong = page.evaluate(f"tags => axe.run(document, {OPTIONS})", STANDARDS)
        found += [
            f"{path.name}, {width} px, {scheme}: {each['id']} at {node['html'][:200]}"
            for each in wrong["violations"]
            for node in each["nodes"]
        ]
    page.close()
    return found


def test_axe_finds_nothing(report: Rendered, browser: "sync_api.Browser") -> None:
    assert [found for path in report.pages for found in violations(browser, path)] == []


def test_axe_finds_nothing_in_the_complete_example(planted_report: Path, browser: "sync_api.Browser") -> None:
    pages = sorted(planted_report.glob("*.html"))
    assert len(pages) > 15
    assert [found for path in pages for found in violations(browser, path)] == []


def test_axe_finds_nothing_in_the_library_and_its_page_of_the_batch(
    browser: "sync_api.Browser", tmp_path: Path
) -> None:
    now = datetime(2026, 3, 5, tzinfo=UTC)
    rows = [
        BatchRow("harbour", "en", "failed, stale", False, now, now, None, 0, 0, ""),
        BatchRow("hill", "sv", "made", True, now, None, now, 12.5, 300, "hill/2025-12-31/sv"),
    ]
    pages = [write_batch_page(tmp_path, rows, ["nightly"]), write_library(tmp_path)]
    assert [found for path in pages if path for found in violations(browser, path)] == []
    assert all(pages)


def test_axe_finds_nothing_in_open_menus(report: Rendered, wide: "sync_api.Page") -> None:
    wide.goto(report.pages[0].as_uri())
    wide.click(".downloads > summary")
    wide.fill("#search", "reading")
    wide.wait_for_selector("#search-results a")
    wide.evaluate(AXE)
    found = wide.evaluate(f"tags => axe.run('header', {OPTIONS})", STANDARDS)
    assert [each["id"] for each in found["violations"]] == []


def focused(page: "sync_api.Page", script: str) -> object:
    return page.evaluate(f"(() => {{ const here = document.activeElement; return {script}; }})()")


def test_the_first_stop_skips_to_the_content(report: Rendered, wide: "sync_api.Page") -> None:
    wide.goto(report.pages[1].as_uri())
    wide.keyboard.press("Tab")
    assert focused(wide, "here.className") == "skip"
    wide.keyboard.press("Enter")
    assert focused(wide, "here.id") == "content"


def test_search_finds_and_is_used_by_keyboard(report: Rendered, wide: "sync_api.Page") -> None:
    wide.goto(report.pages[0].as_uri())
    wide.focus("#search")
    wide.keyboard.type("language")
    wide.wait_for_selector("#search-results a")
    assert "found: " in wide.inner_text(".search-status")
    wide.keyboard.press("ArrowDown")
    assert focused(wide, "here.closest('#search-results') !== null")
    wide.keyboard.press("Escape")
    assert focused(wide, "here.id") == "search"
    assert not wide.is_visible(".search-panel")
    wide.fill("#search", "placebos matched")
    wide.keyboard.press("Enter")
    wide.wait_for_selector("#search-results a:has-text('matched')")
    wide.keyboard.press("ArrowDown")
    wide.keyboard.press("Enter")
    wide.wait_for_url("**/summative_outcome.html*")


@pytest.mark.parametrize("asked", ["matchd", "LANGUAGE", "enrol", "stricts"])
def test_search_forgives(report: Rendered, wide: "sync_api.Page", asked: str) -> None:
    wide.goto(report.pages[0].as_uri())
    wide.fill("#search", asked)
    wide.wait_for_selector("#search-results a")


def test_search_says_when_there_is_nothing(report: Rendered, wide: "sync_api.Page") -> None:
    wide.goto(report.pages[0].as_uri())
    wide.fill("#search", "<img src=x onerror=alert(1)> qqqq")
    wide.wait_for_selector(".search-status:text-is('Nothing found')")
    assert wide.locator(".search img").count() == 0


def test_the_menu_of_downloads_opens_and_closes_by_keyboard(report: Rendered, wide: "sync_api.Page") -> None:
    wide.goto(report.pages[0].as_uri())
    wide.focus(".downloads > summary")
    wide.keyboard.press("Enter")
    wide.keyboard.press("Tab")
    assert focused(wide, "here.getAttribute('href')") == "tables.xlsx"
    wide.keyboard.press("Escape")
    assert focused(wide, "here.parentElement.className") == "downloads"
    assert not wide.is_visible(".downloads ul")


def test_each_page_leads_to_its_namesake_in_the_other_language(report: Rendered, wide: "sync_api.Page") -> None:
    for path in report.pages:
        wide.goto(path.as_uri())
        link = wide.locator(".languages a")
        assert [link.get_attribute(name) for name in ("href", "hreflang", "lang")] == [
            f"../sv/{path.name}",
            "sv",
            "sv",
        ]
        assert link.inner_text() == "Svenska"


def test_tabs_turn_with_the_arrows_and_open_for_a_link(report: Rendered, wide: "sync_api.Page") -> None:
    wide.goto(report.pages[3].as_uri())
    wide.focus('[role="tab"][aria-selected="true"]')
    wide.keyboard.press("ArrowRight")
    assert focused(wide, "here.textContent") == "By group"
    assert wide.is_visible("text=What is in the second tab.")
    assert not wide.is_visible("#fig-tab")
    wide.goto(report.pages[3].as_uri() + "#fig-tab")
    assert wide.is_visible("#fig-tab")
    wide.emulate_media(media="print")
    assert wide.is_visible("text=What is in the second tab.")
    assert wide.is_visible("#by-year")


def test_a_chart_tells_its_values_to_the_keyboard(report: Rendered, wide: "sync_api.Page") -> None:
    wide.goto(report.pages[3].as_uri())
    wide.wait_for_selector("#fig-live .chart-live svg")
    wide.focus("#fig-live .chart-live")
    told = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        wide.keyboard.press(key)
        told.append(wide.inner_text(".chart-tooltip").split("\n")[0])
    assert told[0] == told[2] != told[1]
    assert told[0] == "Year 1"
    wide.keyboard.press("Escape")
    assert not wide.is_visible(".chart-tooltip")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_table_is_a_stop_where_it_scrolls(report: Rendered, browser: "sync_api.Browser", width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(report.pages[1].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    settle(page)
    tables = page.evaluate(
        "[...document.querySelectorAll('.table-scroll')].map(e => [e.scrollWidth > e.clientWidth ||"
        " e.scrollHeight > e.clientHeight + 1, e.tabIndex === 0])"
    )
    assert all(scrolls == is_stop for scrolls, is_stop in tables)
    assert (width == 320) in {scrolls for scrolls, _ in tables}
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_controls_are_large_enough_to_hit(report: Rendered, browser: "sync_api.Browser", width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for path in report.pages:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        small = page.evaluate(
            """([controls, least]) => [...document.querySelectorAll(controls)].filter(control => {
                const box = control.getBoundingClientRect();
                const inSentence = getComputedStyle(control).display === 'inline' && !control.closest('nav');
                return box.width && box.left > -1 && !inSentence && (box.height < least || box.width < least);
            }).map(control => control.outerHTML.slice(0, 120))""",
            [CONTROLS, SMALLEST_TARGET],
        )
        assert small == []
    page.close()


def test_focus_can_be_seen_on_every_stop(report: Rendered, wide: "sync_api.Page") -> None:
    wide.goto(report.pages[3].as_uri())
    wide.keyboard.press("Tab")
    seen = 0
    while focused(wide, "here !== document.body") and seen < 200:
        assert focused(wide, "parseFloat(getComputedStyle(here).outlineWidth) >= 2"), focused(wide, "here.outerHTML")
        wide.keyboard.press("Tab")
        seen += 1
    assert 30 < seen < 200


def test_a_page_without_scripts_hides_what_needs_them(report: Rendered, browser: "sync_api.Browser") -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.pages[3].as_uri())
    assert not page.is_visible("#search")
    assert page.is_visible("text=What is in the first tab")
    assert page.is_visible("text=What is in the second tab")
    page.click(".downloads > summary")
    assert page.is_visible('.downloads a[href="tables.xlsx"]')
    context.close()


def test_signs_stay_in_forced_colours_and_nothing_moves_when_asked(report: Rendered, browser) -> None:
    page = browser.new_page(forced_colors="active", reduced_motion="reduce")
    page.goto(report.pages[0].as_uri())
    sign = "getComputedStyle(document.querySelector('.strength'), '::before')"
    ground = "getComputedStyle(document.body)"
    assert page.evaluate(f"{sign}.backgroundColor !== {ground}.backgroundColor")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.close()
