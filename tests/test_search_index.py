"""What readers can search: each section once, where it stands in full."""

import json

from collective_impact.reporting.embedded.search_index import write_search_index

PAGE = """<html><body><nav>Menu</nav><article><h1>{title}</h1><p>First words.</p>
<h2 id="conclude">What we conclude</h2><p>{conclusion}</p>
<{level} id="finding">Scores rose</{level}><p>{told}</p></article></body></html>"""


def test_what_a_later_page_comes_back_to_is_listed_once(tmp_path):
    pages = {
        "one": {"title": "One", "conclusion": "Of one.", "level": "h3", "told": "By four points."},
        "two": {"title": "Two", "conclusion": "Of two.", "level": "h4", "told": "From 120 rows."},
    }
    for name, parts in pages.items():
        (tmp_path / f"{name}.html").write_text(PAGE.format(**parts))
    write_search_index([(name, tmp_path / f"{name}.html") for name in pages], tmp_path / "index.js")
    script = (tmp_path / "index.js").read_text()
    found = json.loads(script.removeprefix("window.reportIndex = ").rstrip(";\n"))
    assert [(each["address"], each["text"]) for each in found] == [
        ("one.html", "First words."),
        ("one.html#conclude", "Of one."),
        ("one.html#finding", "By four points."),
        ("two.html", "First words."),
        ("two.html#conclude", "Of two."),
    ]
