"""The site in a real browser, from the file system: charts come alive under the page's own security policy."""

import shutil
from collections.abc import Iterator

import pytest
from rendering_fixture import write_report

from collective_impact.brand import read_brand
from collective_impact.reporting.renderer import Rendered

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return write_report(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


def test_a_chart_comes_alive_without_network_or_complaint(report: Rendered, browser: "sync_api.Browser") -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    complaints: list[str] = []
    asked_for: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(report.pages[1].as_uri())
    page.wait_for_selector("#fig-gap .chart-live svg")
    assert "Two lines" in (page.get_attribute("#fig-gap .chart-live", "aria-label") or "")
    assert not page.is_visible("#fig-gap .chart")
    teal = read_brand().colour("teal")
    colour = page.eval_on_selector(f'.chart-live [stroke="{teal}"]', "line => getComputedStyle(line).stroke")
    assert colour == "rgb" + str(tuple(bytes.fromhex(read_brand().colour("teal", dark=True)[1:])))
    width = page.locator("#fig-gap .chart-live").evaluate("chart => chart.clientWidth")
    for x in (width - 34, width - 30):
        page.hover("#fig-gap .chart-live", position={"x": x, "y": 46})
    page.wait_for_selector(".chart-tooltip:not([hidden])")
    assert "2020" in page.inner_text(".chart-tooltip")
    page.emulate_media(media="print")
    assert page.is_visible("#fig-gap .chart")
    assert not page.is_visible("#fig-gap .chart-live")
    assert complaints == []
    assert all(url.startswith(("file://", "data:")) for url in asked_for)
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_chart_fills_its_figure_and_cuts_no_label(report: Rendered, browser: "sync_api.Browser", width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(report.pages[1].as_uri())
    page.wait_for_selector("#fig-gap .chart-live svg")
    room, drawn, outside = page.evaluate(
        """() => {
            const chart = document.querySelector('#fig-gap .chart-live'), svg = chart.querySelector('svg');
            const frame = svg.getBoundingClientRect();
            const cut = [...svg.querySelectorAll('text')].map(label => label.getBoundingClientRect())
                .filter(box => box.width && (box.left < frame.left - 1 || box.right > frame.right + 1));
            return [chart.clientWidth, svg.width.baseVal.value, cut.length];
        }"""
    )
    assert outside == 0
    assert 0.95 * room <= drawn <= room + 4
    page.close()


@pytest.mark.parametrize("width", [320, 500, 1000, 1400])
def test_no_page_scrolls_sideways(report: Rendered, browser: "sync_api.Browser", width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path in report.pages:
        page.goto(path.as_uri())
        if path.stem == "summative_outcome":
            page.wait_for_selector("#fig-gap .chart-live svg")
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path.name
    page.close()


def test_a_page_without_scripts_shows_its_pictures(report: Rendered, browser: "sync_api.Browser") -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.pages[1].as_uri())
    assert page.is_visible("#fig-gap .chart svg")
    context.close()
