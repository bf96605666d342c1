"""Let ``python -m collective_impact`` do what ``collective-impact`` does."""

from collective_impact.cli import main

main()
