"""The question that a conclusion answers, said once where the conclusion is written."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from collective_impact.findings.finding import Finding
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Open:
    """A question that the data could not answer."""

    question: str
    missing: Insufficient


Conclusion = Finding | Open


def answers(
    question: str,
) -> Callable[[Callable[P, Finding | Insufficient]], Callable[P, Conclusion]]:
    """Say which question a function concludes on; an `Insufficient` among its arguments leaves the question open.

    Parameters
    ----------
    question : str
        Marked for translation; given to the finding, or to what stays open.
    """

    def asking(conclude: Callable[P, Finding | Insufficient]) -> Callable[P, Conclusion]:
        @wraps(conclude)
        def concluding(*args: P.args, **kwargs: P.kwargs) -> Conclusion:
            missing = next((each for each in (*args, *kwargs.values()) if isinstance(each, Insufficient)), None)
            found = missing or conclude(*args, **kwargs)
            if isinstance(found, Insufficient):
                return Open(_(question), found)
            return found.model_copy(update={"question": _(question)})

        return concluding

    return asking
