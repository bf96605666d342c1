"""What a reader is told of a language that is not yet whole."""

from collective_impact.errors import Problem
from collective_impact.language import name_of_language, percent, share_translated
from collective_impact.language import translate as _


def untranslated(language: str) -> tuple[Problem, ...]:
    """Note that part of a language is not translated, and how to list it; nothing where it is whole."""
    lacking = 1 - share_translated(language)
    if not lacking:
        return ()
    share = percent(lacking) if lacking >= 0.01 else _("less than {share}").format(share=percent(0.01))
    return (
        Problem(
            place=name_of_language(language),
            found=_("{share} of the sentences are not translated").format(share=share),
            expected=_("a whole catalogue; what is missing is shown in English"),
            mend=_("list what is missing with `python -m collective_impact.translating check`"),
            severity="note",
        ),
    )
