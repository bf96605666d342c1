"""Where data packages lie, without reading any."""

from pathlib import Path

from collective_impact.shipped import shipped

DESCRIPTOR = "datapackage.json"
EXAMPLES = "data/examples"


def examples() -> tuple[str, ...]:
    """Names of the packages that travel with the toolkit."""
    return tuple(sorted(file.parent.name for file in shipped(EXAMPLES).glob(f"*/{DESCRIPTOR}")))


def shipped_example(name: str) -> Path | None:
    """Folder of a package that travels with the toolkit; None where none has this name."""
    return shipped(EXAMPLES) / name if name in examples() else None
