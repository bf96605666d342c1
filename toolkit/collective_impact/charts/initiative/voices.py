"""What people said in their own words, as a page shows it."""

from collective_impact.analysis.initiative.own_words import LONGEST, SHORTEST, OwnWords
from collective_impact.blocks import Block, Bullets, Paragraph, Stack
from collective_impact.language import number, quote
from collective_impact.language import translate as _


def quotes(said: OwnWords) -> Block:
    """Show the answers drawn, with how they were drawn; or why there are none."""
    if not said.quotes:
        return Paragraph(_("No open answers are quoted: too few people have said that theirs may be."))
    text = _(
        "In the last round {n} people wrote an open answer, and {allowed} of them let it be quoted. These were drawn "
        "by lot among those of {shortest} to {longest} characters, each in the language it was written in."
    )
    words = {"n": number(said.n_answers, 0), "allowed": number(said.n_allowed, 0)}
    drawn = Bullets([quote(each) for each in said.quotes])
    return Stack([Paragraph(text.format(**words, shortest=SHORTEST, longest=LONGEST)), drawn])
