"""Write the complete example: ``python data/generator FOLDER [--seed N]``."""

import argparse
import sys
from pathlib import Path


def main() -> None:
    """Read the command line and write the package."""
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from generator.package import generate
    from generator.truths import DEFAULT_SEED

    parser = argparse.ArgumentParser(prog="python data/generator", description="Write the complete, invented example.")
    parser.add_argument("folder", type=Path, help="where the package is written, for example data/examples/alla-i-mal")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="of all that is drawn (default: %(default)s)")
    arguments = parser.parse_args()
    generate(arguments.folder, arguments.seed)


if __name__ == "__main__":
    main()
