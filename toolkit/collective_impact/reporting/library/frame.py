"""What the library's pages have in common: the frame around their content, and the mark by which they are ours."""

from html import escape
from pathlib import Path
from string import Template

from collective_impact.language import current_language
from collective_impact.language import translate as _
from collective_impact.reporting.library.look import ASSETS
from collective_impact.shipped import shipped

_MARK = '<meta name="generator" content="collective-impact library">'


def framed(title: str, lead: str, content: str) -> str:
    """Give a page.

    Parameters
    ----------
    title, lead : str
        Plain text.
    content : str
        HTML.
    """
    template = Template((shipped("reports/theme") / "library.html").read_text(encoding="utf-8"))
    return template.substitute(
        mark=_MARK,
        assets=ASSETS,
        language=current_language(),
        title=escape(title),
        skip=escape(_("Skip to content")),
        lead=escape(lead),
        content=content,
        made=escape(_("Made with collective-impact-toolkit.")),
    )


def is_ours(page: Path) -> bool:
    """Whether a page of the library stands there."""
    try:
        with page.open(encoding="utf-8") as file:
            return _MARK in file.read(1000)
    except (OSError, UnicodeDecodeError):
        return False
