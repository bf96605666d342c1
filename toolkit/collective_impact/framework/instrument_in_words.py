"""What an instrument asks and how it is scored, in words: scale, evidence, gate, bands, agreement."""

from collections.abc import Iterator

from collective_impact.framework.catalogue import entry
from collective_impact.framework.instrument import GateRule, Instrument, Item, Scale
from collective_impact.language import number, quote
from collective_impact.language import translate as _


def rules_in_words(instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Give each rule of an instrument: its name, and what it says, on several lines where there are steps.

    Parameters
    ----------
    instrument : Instrument

    Yields
    ------
    tuple of str
        Only the rules that it has: the scale of most of its items, from which score on evidence is asked for, what the
        gate takes, the bands of scores, and the agreement asked for.
    """
    if scale := _usual_scale(instrument):
        yield _("Scale"), _steps(scale)
    for score, items in _evidence(instrument).items():
        says = _("From {score} up, a rater says what the score rests on.")
        if len(items) < len(instrument.items):
            says = _("From {score} up, a rater says what the score rests on for {items}.")
        yield _("Evidence"), says.format(score=score, items=", ".join(items))
    if gate := instrument.scoring.gate:
        yield _("Gate"), _gate(instrument, gate)
    if bands := instrument.scoring.bands:
        band_from = _("from {score}: {name}")
        lines = [band_from.format(score=number(band.at_least, 1), name=band.label) for band in bands]
        yield _("Bands"), "\n".join(lines)
    if agreement := instrument.scoring.agreement:
        says = _("Krippendorff’s alpha over all ratings: firm from {firm}, tentative from {tentative}.")
        firm, tentative = number(agreement.firm, 3), number(agreement.tentative, 3)
        yield _("Agreement"), says.format(firm=firm, tentative=tentative)


def item_in_words(instrument: Instrument, item: Item) -> str:
    """Give an item's text, and on lines of their own its options, or its scale where most items have another."""
    if item.options:
        return "\n".join([str(item.text), *(f"  {option.value}: {option.label}" for option in item.options)])
    if item.scale is None or item.scale == _usual_scale(instrument):
        return str(item.text)
    return "\n".join([str(item.text), *(f"  {line}" for line in _steps(item.scale).splitlines())])


def _usual_scale(instrument: Instrument) -> Scale | None:
    """The scale that most items have; None where no two items share one."""
    scales = [item.scale for item in instrument.scale_items]
    usual = max(scales, key=scales.count, default=None)
    return usual if scales.count(usual) > 1 else None


def _steps(scale: Scale) -> str:
    if not scale.anchors:
        return f"{scale.minimum}–{scale.maximum}"
    return "\n".join(f"{anchor.value}: {anchor.label}" for anchor in scale.anchors)


def _evidence(instrument: Instrument) -> dict[int, list[str]]:
    """Ids of the items by the score from which on they ask for evidence."""
    asked: dict[int, list[str]] = {}
    for item in instrument.items:
        if item.evidence_from is not None:
            asked.setdefault(item.evidence_from, []).append(item.id)
    return asked


def _gate(instrument: Instrument, gate: GateRule) -> str:
    if not gate.section:
        return _("Each criterion has to reach {least}: the weakest decides, never an average.").format(
            least=gate.at_least
        )
    names = {section.id: section.name for section in instrument.sections}
    name = names[gate.section] if gate.section in names else entry(gate.section).name
    says = _("Each criterion of {section} has to reach {least}: the weakest decides, never an average.")
    return says.format(section=quote(str(name)), least=gate.at_least)
