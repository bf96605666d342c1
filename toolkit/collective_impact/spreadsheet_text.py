"""Text that a spreadsheet does not take for a formula, and the way back.

A cell of a CSV file that begins with ``=``, ``+``, ``-`` or ``@`` is run by a spreadsheet that opens the file. An
apostrophe before it keeps it text; what already begins with apostrophes before such a sign gets one more, so that
nothing is lost on the way back (OWASP, *CSV Injection*).
"""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Give a text as it may stand in a CSV file that somebody opens in a spreadsheet."""
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """Take the apostrophe of `guarded` off a text."""
    return text[1:] if _GUARDED.match(text) else text
