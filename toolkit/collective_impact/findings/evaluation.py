"""One evaluation as a notebook goes through it: the data at hand, what it concludes, what stays open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from collective_impact.blocks import Block, Callout, Paragraph, Stack, Table
from collective_impact.data.identifiers import identifiers_of, without_identifiers
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.period import read_date
from collective_impact.data.reading import read_package
from collective_impact.data.schema import table_schema
from collective_impact.data.snapshot import read_snapshot
from collective_impact.data.tables_read import TablesRead
from collective_impact.files import write_whole
from collective_impact.findings.finding import FINDINGS, Finding, Findings, Unanswered
from collective_impact.findings.missing import reason_and_unlock
from collective_impact.findings.presentation import finding_block, unanswered_block
from collective_impact.findings.question import Conclusion, Open
from collective_impact.findings.rows_used import rows_used
from collective_impact.framework.vocabulary import Inquiry, inquiry, label
from collective_impact.language import current_language, listing, number, quote, use_language
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient


class Evaluation:
    """What a template works with; made by `begin`.

    Attributes
    ----------
    initiative : Initiative
        The package, without what came after ``as_of``.
    inquiry : Inquiry
        Its question, the tables it needs, its place in the grid of twelve evaluations.
    as_of : date
        The report's today.
    """

    def __init__(self, inquiry: Inquiry, initiative: Initiative, as_of: date, output_dir: Path) -> None:
        self.inquiry = inquiry
        self.initiative = initiative
        self.as_of = as_of
        self._output_dir = output_dir
        self._findings: list[Finding] = []
        self._unanswered: list[Unanswered] = []

    def data_at_hand(self) -> Block:
        """List the tables that the evaluation uses, at hand or missing, and warn where it does not fit the phase."""
        rows = [self._table_row(name, _("needed")) for name in self.inquiry.needs]
        rows += [self._table_row(name, _("one of these is needed")) for name in self.inquiry.needs_one_of]
        rows += [self._table_row(name, _("helpful")) for name in self.inquiry.helps]
        columns = [_("Table"), _("Use"), _("Rows")]
        table = Table(columns, rows, _("Data at hand"), "data-at-hand", numeric=(2,))
        return Stack([*self._phase_warning(), table])

    def rows(self, table: str) -> pd.DataFrame | Insufficient:
        """Give a table's rows in the page's language; where there are none, that is what is missing."""
        if not self.initiative.has(table):
            return Insufficient("no_rows", 0, 1, table)
        return table_or_empty(self.initiative, table)

    def show(self, *results: Block | Insufficient) -> Block:
        """Show pictures and tables; in the place of one that the data could not carry stands the reason, once."""
        if not results:
            return Stack([])
        blocks = self._blocks(results)
        return Stack(blocks or [Paragraph(_("Not shown, for a reason given above."))])

    def conclude(self, *results: Conclusion | Insufficient) -> Block:
        """Take findings into the record and show them; an insufficient one becomes an open question."""
        self._findings += [result for result in results if isinstance(result, Finding)]
        return Stack(self._blocks([finding_block(r) if isinstance(r, Finding) else r for r in results]))

    def leave_open(self, question: str, missing: Insufficient) -> Block:
        """Take a question that the data could not answer into the record, and show why and what would unlock it."""
        reason, unlock = reason_and_unlock(missing)
        open_question = Unanswered(question=question, reason=reason, unlock=unlock)
        self._unanswered.append(open_question)
        return unanswered_block(open_question)

    def _blocks(self, results: Sequence[Block | Insufficient | Open]) -> list[Block]:
        """Blocks as they are; of what is insufficient, an open question for each reason not given yet."""
        blocks: list[Block] = []
        for result in results:
            if isinstance(result, Block):
                blocks.append(result)
                continue
            missing = result.missing if isinstance(result, Open) else result
            question = result.question if isinstance(result, Open) else self.inquiry.question
            if not self._given_already(reason_and_unlock(missing)[0], question):
                blocks.append(self.leave_open(question, missing))
        return blocks

    def _given_already(self, reason: str, question: str) -> bool:
        """Whether a reason stands on the page; a question of its own takes the place of the whole evaluation's."""
        for position, given in enumerate(self._unanswered):
            if given.reason == reason:
                if given.question == self.inquiry.question:
                    self._unanswered[position] = given.model_copy(update={"question": question})
                return True
        return False

    def months_ahead(self, months: int) -> date:
        """A day some months after the report's today, to propose for what should be done."""
        month = self.as_of.month - 1 + months
        return date(self.as_of.year + month // 12, month % 12 + 1, 1)

    def record(self) -> None:
        """Write ``findings.json`` into the output folder, whole or not at all."""
        found = Findings(
            template=self.inquiry.id,
            initiative=self.initiative.facts.id,
            initiative_title=str(self.initiative.facts.title),
            as_of=self.as_of,
            language=current_language(),
            findings=tuple(self._findings),
            unanswered=tuple(self._unanswered),
            rows=rows_used(self.initiative, self.inquiry, self._findings),
            tables_read=tables_read(self.initiative),
        )
        write_whole(self._output_dir / FINDINGS, found.model_dump_json(indent=2) + "\n")

    def _table_row(self, name: str, use: str) -> list[str]:
        table = self.initiative.table(name)
        shown = _("{title} ({table})").format(title=table_schema(name).label(), table=name)
        return [shown, use, _("missing") if table is None else number(len(table), 0)]

    def _phase_warning(self) -> list[Block]:
        phase = self.initiative.phase_at(self.as_of)
        fitting = self.inquiry.phases
        if phase is None or phase in fitting:
            return []
        text = _(
            "The initiative is in the phase {phase}. This kind of evaluation is mostly used in {fitting}. "
            "It can still teach something: read it with that in mind."
        )
        words = text.format(phase=quote(label(phase)), fitting=listing([quote(label(p)) for p in fitting]))
        return [Callout(_("An unusual moment for this evaluation"), [Paragraph(words)], "warning")]


def tables_read(initiative: Initiative) -> tuple[str, ...]:
    """Names of the tables that were looked for in an initiative as `read_until` gives it, whether there or not."""
    return tuple(sorted(initiative.tables.read)) if isinstance(initiative.tables, TablesRead) else ()


def begin(template: str, package: str, *, as_of: str, language: str, output_dir: str) -> Evaluation:
    """Begin an evaluation: read the package, leave out what came after ``as_of``, take the language into use.

    Parameters
    ----------
    template : str
        Id of the evaluation, for example ``"summative_outcome"``.
    package : str
        Folder of the data package, or the name of an example that the toolkit ships.
    as_of : str
        ISO date.
    language : str
        Code of the page's language.
    output_dir : str
        Folder to write ``findings.json`` into.

    Raises
    ------
    InputError
        With every problem of the package, or for a date or language that cannot be read.
    """
    initiative, today = read_until(package, as_of, language)
    return Evaluation(inquiry(template), initiative, today, Path(output_dir))


def read_until(package: str, as_of: str, language: str) -> tuple[Initiative, date]:
    """Read a package as it stood on a day, in a language; parameters and errors as for `begin`.

    What tells of single people is taken out of its texts, so that no evaluation can show it.
    """
    use_language(language)
    today = read_date(as_of, "as_of")
    known = read_snapshot(package, today, language)
    if known is None:
        given = read_package(package)
        known = without_identifiers(given, identifiers_of(given)).until(today)
    return replace(known, tables=TablesRead(known.tables)), today
