"""Tells another machine what is new after a batch: reports that begin to fail, signals that appear.

What is sent names initiatives, reports, templates and findings by their ids; nothing of what stands in them. What was
told is kept beside the reports, so that news that could not be delivered are told the next time.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from time import sleep
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from collective_impact.batch.records.journal import BatchSummary, ReportOutcome, last_outcomes
from collective_impact.batch.shard import Shard
from collective_impact.errors import InputError, Problem
from collective_impact.files import read_json_object, write_whole
from collective_impact.language import translate as _

WAITS = (2.0, 8.0)
"""Seconds before the second and the third try."""
_SECONDS = 10
_MOST_NAMED = 200
_WORTH_ANOTHER_TRY = {408, 425, 429}


@dataclass(frozen=True, slots=True)
class News:
    """What is new of a report: that it fails, and signals that it did not have."""

    outcome: ReportOutcome
    fails: bool
    signals: tuple[str, ...]


def check_webhook(url: str) -> None:
    """Refuse an address that nothing can be sent to.

    Raises
    ------
    InputError
        Without the address, which may hold a secret.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        good = good and parts.username is None and url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        good = False
    if not good:
        expected = _("an address that begins with http:// or https://, without a user's name before the host")
        raise InputError([Problem("--webhook", _("an address that cannot be used"), expected, _("correct it there"))])


def tell_webhook(
    url: str, out: Path, summary: BatchSummary, shard: Shard | None = None, waits: Sequence[float] = WAITS
) -> str:
    """Send what is new since the last time, if anything is.

    Parameters
    ----------
    url : str
    out : Path
        Folder of reports.
    summary : BatchSummary
        The batch that has ended.
    shard : Shard or None
        The part that it was.
    waits : sequence of float
        Seconds before each further try.

    Returns
    -------
    str
        Why it could not be delivered, to be shown; empty where it was, or nothing is new.
    """
    place = out / f"batch-told{f'-{shard.name}' if shard else ''}.json"
    told = _told(place)
    own = {one.initiative for one in summary.reports}
    now = [one for (name, _language), one in sorted(last_outcomes(out).items()) if name in own]
    news = list(_news(now, told))
    failure = _post(url, message(summary, news), waits) if news else ""
    if not failure:
        known = {name: sorted(set().union(*(_facts(one) for one in now if one.initiative == name))) for name in own}
        with suppress(OSError):  # without it, the same is told again the next time
            write_whole(place, json.dumps(told | known, indent=0, sort_keys=True) + "\n")
    return failure


def message(summary: BatchSummary, news: Sequence[News]) -> dict[str, Any]:
    """Give what is sent: counts, and ids of what is new; at most 200 of each kind by name."""
    failing = [each.outcome for each in news if each.fails]
    signalling = [each for each in news if each.signals]
    outcomes = [one.outcome for one in summary.reports]
    return {
        "event": "batch",
        "config": summary.config,
        "started": summary.started,
        "ended": summary.ended,
        "outcomes": {name: outcomes.count(name) for name in dict.fromkeys(sorted(outcomes))},
        "n_newly_failed": len(failing),
        "n_new_signals": sum(len(each.signals) for each in signalling),
        "newly_failed": [
            {**_named(one), "outcome": one.outcome, "templates": list(one.failed), "standing": one.standing}
            for one in failing[:_MOST_NAMED]
        ],
        "new_signals": [{**_named(each.outcome), "signals": list(each.signals)} for each in signalling[:_MOST_NAMED]],
    }


def _named(one: ReportOutcome) -> dict[str, str]:
    return {"initiative": one.initiative, "language": one.language, "report": one.report}


def _news(now: Iterable[ReportOutcome], told: dict[str, list[str]]) -> Iterator[News]:
    for one in now:
        new = _facts(one) - set(told.get(one.initiative, ()))
        if new:
            yield News(one, one.failing_since in new, tuple(each for each in one.signals if each in new))


def _facts(one: ReportOutcome) -> set[str]:
    """What there is to tell of a report: since when it fails, and its signals."""
    return {each for each in (one.failing_since, *one.signals) if each}


def _told(place: Path) -> dict[str, list[str]]:
    return {name: [*map(str, known)] for name, known in read_json_object(place).items() if isinstance(known, list)}


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_told: Any) -> None:
        """Follow none: what is sent is meant for that address alone."""


def _post(url: str, content: dict[str, Any], waits: Sequence[float]) -> str:
    """Send it, and try again where that may help; give the last reason why it could not be delivered."""
    failure = ""
    for wait in (0.0, *waits):
        sleep(wait)
        failure, again = _one_try(url, json.dumps(content).encode())
        if not again:
            break
    host = urlsplit(url).hostname or ""
    return _("{host} was not told what is new: {reason}").format(host=host, reason=failure) if failure else ""


def _one_try(url: str, body: bytes) -> tuple[str, bool]:
    """Why it failed, and whether another try may help."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "collective-impact"}
    try:
        with build_opener(_NoRedirects).open(Request(url, body, headers), timeout=_SECONDS):
            return "", False
    except HTTPError as error:
        error.close()
        return f"HTTP {error.code}", error.code >= 500 or error.code in _WORTH_ANOTHER_TRY
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return getattr(reason, "strerror", None) or type(reason).__name__, True
