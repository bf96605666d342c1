"""The way of an initiative that keeps its data in a workbook: collect, fill in, import, check, run, read the report."""

import json
from datetime import date
from pathlib import Path

import openpyxl

TOWNS = ("Björkö", "Ekåsen", "Furuvik", "Granö", "Lindås", "Norrån", "Södra Ängen", "Tallåsen", "Vitsand", "Östra Näs")
FACTS = {
    "Id": "hela-vagen",
    "Namn": "Hela vägen",
    "Plats": "Fjällbygden",
    "Gemensam agenda": "Alla unga ska gå klart gymnasiet.",
    "Parter": "=Kommuner, skolor & <b>föreningar</b>",
    "Språk": "Svenska",
}
PHASES = [
    {"Fas": "Sätta i gång", "Start": date(2018, 1, 1), "Slut": date(2018, 12, 31)},
    {"Fas": "Organisera för effekt", "Start": "1 januari 2019", "Slut": "2020-12-31"},
    {"Fas": "Hålla i arbetet och effekten", "Start": "2021-01-01"},
]
PARTNERS = [
    {"Part-id": "kommunen", "Namn": "Björkö kommun ", "Sektor": "Offentlig sektor", "Gick med": date(2018, 1, 1)},
    {"Part-id": "idrotten", "Namn": "Idrottsföreningen", "Sektor": "ideell sektor", "Gick med": "2018-03-01"},
]
INDICATOR = {
    "Indikator-id": "examen",
    "Nivå": "Slutligt utfall",
    "Namn": "Fullföljd gymnasieutbildning",
    "Enhet": "procent av eleverna",
    "Bättre när den": "ökar",
    "Mål": "75,5",
    "Målperiod": 2027,
    "Katalog-id": "OUT-01",
}


def completed(town: int, year: int) -> float:
    """Per cent of a town's pupils in a year: a slow rise with ups and downs, and five more in Björkö from 2021."""
    own = 58 + 1.3 * town + 0.35 * (year - 2008) + ((town * 7 + year * 5) % 11 - 5) / 4
    return round(own + (5 if town == 0 and year >= 2021 else 0), 1)


def typed(town: int, year: int) -> str:
    return str(completed(town, year)).replace(".", ",")


def fill(workbook: Path) -> None:
    """Stand in for the staff: type into the sheets as people do, by the headings they see."""
    book = openpyxl.load_workbook(workbook)

    def type_in(sheet: str, rows: list[dict[str, object]]) -> None:
        columns = {cell.value: cell.column for cell in book[sheet][1]}
        for n, row in enumerate(rows, start=2):
            for heading, value in row.items():
                cell = book[sheet].cell(n, columns[heading], value)
                if isinstance(value, str) and value.startswith("="):
                    cell.data_type = "s"

    areas = [{"Områdes-id": f"t{n}", "Namn": town} for n, town in enumerate(TOWNS)]
    areas[0] |= {"Deltar från och med": 2021, "Folkmängd": "12 400"}
    figures = [
        dict(
            zip(
                ("Indikator-id", "Områdes-id", "Period", "Värde"),
                ("examen", f"t{n}", year, typed(n, year)),
                strict=True,
            )
        )
        for n in range(len(TOWNS))
        for year in range(2008, 2026)
    ]
    type_in("Initiativet", [FACTS])
    type_in("Faser", PHASES)
    type_in("Parter", PARTNERS)
    type_in("Områden", areas)
    type_in("Indikatorer", [INDICATOR])
    type_in("Indikatorvärden", figures)
    book.save(workbook)


def test_a_filled_workbook_becomes_a_report(command, tmp_path):
    def said(*arguments: str) -> str:
        code, printed = command(*arguments, "--language", "sv")
        assert code == 0, printed
        return printed

    said("collect", "--out", "arbetsbok.xlsx")
    fill(tmp_path / "arbetsbok.xlsx")
    shown = said("import", "arbetsbok.xlsx", "--into", "hela-vagen")
    assert not (tmp_path / "hela-vagen").exists(), "nothing is written before somebody says yes"
    assert "180" in shown
    said("import", "arbetsbok.xlsx", "--into", "hela-vagen", "--yes")
    facts = json.loads((tmp_path / "hela-vagen/datapackage.json").read_text())["initiative"]
    assert facts["partners"] == "=Kommuner, skolor & <b>föreningar</b>"
    assert "2019-01-01" in json.dumps(facts["phases"])
    assert "Inga fel" in said("check", "hela-vagen")
    said("run", "hela-vagen", "--out", "rapporter", "--method", "summative")
    report = tmp_path / "rapporter/hela-vagen/2025-12-31/sv-summative"
    first_page = (report / "index.html").read_text()
    assert "Hela vägen" in first_page
    assert "<b>föreningar" not in first_page
    findings = json.loads((report / "runs/summative_outcome/findings.json").read_text())
    effect = next(finding["estimate"] for finding in findings["findings"] if finding.get("estimate"))
    assert effect["low"] <= 5 <= effect["high"]
    assert list(report.glob("*.pdf"))
