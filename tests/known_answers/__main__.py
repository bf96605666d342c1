"""Write the table of known answers into docs/methods.md: `PYTHONPATH=tests python -m known_answers`."""

from pathlib import Path

from known_answers import table
from known_answers.page import put_into

page = Path(__file__).parents[2] / "docs/methods.md"
page.write_text(put_into(page.read_text(), table()))
