"""A document as a Word file, for those who go on working on its text: real styles, headings, lists and tables.

Pandoc writes the text; the styles, the language and what the file says of itself are put in afterwards, as are the
dates of its parts, so that equal input gives equal bytes.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from babel.core import get_global

from collective_impact.blocks import Heading
from collective_impact.brand import Brand
from collective_impact.reporting.page_reading import page_reading, place
from collective_impact.reporting.pandoc import Begun, Writing
from collective_impact.reporting.pictures import linked_pictures, picture_for_paper
from collective_impact.reporting.renderer import Document, Page, Site
from collective_impact.shipped import shipped

TEXT_WIDTH = "16.6cm"
PIXELS_PER_INCH = 160
_FAMILY = re.compile('font-family="([^"\']+)"')
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can tell
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="ownFooter"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1200" w:right="1248" w:bottom="1200" w:left="1248" w:header="600" w:footer="600" w:gutter="0"/>'
    "</w:sectPr>"
)
_FOOTER_RELATION = (
    '<Relationship Id="ownFooter" Target="footer.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"/>'
)
_FOOTER_TYPE = (
    '<Override PartName="/word/footer.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>'
)


def begin_docx(site: Site, document: Document, out: Path, work: Path) -> Begun[tuple[Path, ...]]:
    """Begin a document as a Word file; what comes of it is one file.

    Parameters
    ----------
    site : Site
    document : Document
    out : Path
        Folder to write it into.
    work : Path
        Existing folder for what is needed on the way.

    Raises
    ------
    RenderError
        When a picture is damaged.
    """
    prepared = work / "word" / document.name
    prepared.mkdir(parents=True)
    for page in document.chapters:
        for picture in linked_pictures(page.printed, page.figures):
            (prepared / f"{picture.stem}.png").write_bytes(_png(picture, site.brand))
    first, *others = document.chapters
    text = "\n\n".join([first.printed, *(f"{Heading(page.title, 2).markdown()}\n\n{page.printed}" for page in others)])
    told = {
        **place((), document),
        "folder": str(prepared),
        "title": first.title,
        "subtitle": first.subtitle,
        "width": TEXT_WIDTH,
    }
    made = prepared / f"{document.name}.docx"
    reading = page_reading(site, first, text, Writing(made, "docx", "word.lua", told))
    return Begun((reading,), partial(_finish_docx, made, out / made.name, _values(site, first)))


def _finish_docx(made: Path, target: Path, values: Mapping[str, str]) -> tuple[Path]:
    target.write_bytes(_finished(made.read_bytes(), values))
    return (target,)


def _png(picture: Path, brand: Brand) -> bytes:
    """A picture as PNG, which every version of Word shows."""
    content = picture_for_paper(picture, brand)
    if picture.suffix != ".svg":
        return content
    import vl_convert

    for folder in _folders(brand.fonts):
        vl_convert.register_font_directory(str(folder))
    # Without quotation marks, the name of a font that ends in a number is not understood.
    svg = _FAMILY.sub("font-family=\"'\\1'\"", content.decode())
    png: bytes = vl_convert.svg_to_png(svg, ppi=PIXELS_PER_INCH)
    return png


@cache
def _folders(fonts: tuple[Path, ...]) -> list[Path]:
    return sorted({font.parent for font in fonts})


def _values(site: Site, page: Page) -> dict[str, str]:
    """What the theme's files leave open, as text of XML."""
    brand = site.brand
    plain = {
        **{name: colour.removeprefix("#") for name, colour in brand.light.items()},
        "family": brand.family,
        "headings": brand.headings,
        "language": _with_country(site.language),
        "foot": f"{site.title} · {site.subtitle}",
        "title": page.title,
        "subject": page.subtitle or site.subtitle,
        "author": ", ".join(site.authors) or site.publisher or site.title,
        "made": f"{site.date.isoformat()}T00:00:00Z",
    }
    values = {name: escape(value, {'"': "&quot;"}) for name, value in plain.items()}
    families = dict.fromkeys((values["family"], values["headings"]))
    return values | {"fonts": "".join(_FONT.format(family=family) for family in families)}


def _with_country(language: str) -> str:
    """A language tag as Word knows it: ``sv`` is ``sv-SE`` there."""
    likely = str(get_global("likely_subtags").get(language, language)).split("_")
    return language if "-" in language or len(likely) < 2 else f"{language}-{likely[-1]}"


def _finished(written: bytes, values: Mapping[str, str]) -> bytes:
    """Put the theme's parts into the package that Pandoc wrote, and every part under the same date."""
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        parts = {name: package.read(name) for name in sorted(package.namelist())}
    parts.pop("docProps/custom.xml", None)
    for name, change in _CHANGES.items():
        parts[name] = change(parts[name].decode(), values).encode()
    for name, file in _OWN_PARTS.items():
        text = (shipped("reports/theme/word") / file).read_text(encoding="utf-8")
        parts[name] = Template(text).substitute(values).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            package.writestr(zipfile.ZipInfo(name, _FIRST_DAY), parts[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _laid_out(text: str, values: Mapping[str, str]) -> str:
    """The page with its foot, and rows of tables that stay on one page."""
    whole_rows = re.sub(r"<w:tr>(?!\s*<w:trPr>)", "<w:tr><w:trPr><w:cantSplit/></w:trPr>", text)
    return re.sub(r"<w:sectPr\b.*?(?:</w:sectPr>|/>)(?=\s*</w:body>)", _SECTION, whole_rows, flags=re.DOTALL)


def _with_footer_type(text: str, values: Mapping[str, str]) -> str:
    without = re.sub(r'<Override[^>]*PartName="/docProps/custom.xml"[^>]*/>', "", text)
    return without.replace("</Types>", f"{_FOOTER_TYPE}</Types>")


def _with_footer_relation(text: str, values: Mapping[str, str]) -> str:
    return text.replace("</Relationships>", f"{_FOOTER_RELATION}</Relationships>")


def _without_custom(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r'<Relationship [^>]*Target="docProps/custom.xml"[^>]*/>', "", text)


def _in_brand(text: str, values: Mapping[str, str]) -> str:
    """The palette and fonts that Word offers to those who go on working on the file."""
    for role, name in _PALETTE.items():
        text = re.sub(
            rf"(<a:{role}>).*?(</a:{role}>)", rf'\1<a:srgbClr val="{values[name]}"/>\2', text, flags=re.DOTALL
        )
    for role, name in (("majorFont", "headings"), ("minorFont", "family")):
        face = values[name].replace("\\", "")
        text = re.sub(rf'(<a:{role}>\s*<a:latin typeface=")[^"]*', rf"\g<1>{face}", text)
    return text


_FONT = '<w:font w:name="{family}"><w:altName w:val="Calibri,Arial"/><w:family w:val="swiss"/></w:font>'
_PALETTE = {"dk2": "ink", "lt2": "wash", "accent1": "teal", "accent2": "orange", "accent3": "grey", "hlink": "teal"}
_CHANGES = {
    "word/document.xml": _laid_out,
    "word/_rels/document.xml.rels": _with_footer_relation,
    "word/theme/theme1.xml": _in_brand,
    "[Content_Types].xml": _with_footer_type,
    "_rels/.rels": _without_custom,
}
_OWN_PARTS = {
    "word/styles.xml": "styles.xml",
    "word/footer.xml": "footer.xml",
    "word/fontTable.xml": "fontTable.xml",
    "docProps/core.xml": "core.xml",
}
