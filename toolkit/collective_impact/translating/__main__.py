"""``python -m collective_impact.translating check`` or ``update [LANGUAGE ...]``: what those who translate need."""

import click

from collective_impact.errors import InputError
from collective_impact.terminal.console import console
from collective_impact.terminal.problems import print_problems
from collective_impact.translating.check import check_translations
from collective_impact.translating.update import update_translations


@click.group()
def translating() -> None:
    """Keep the catalogues of all languages in step with the sentences that readers see."""


@translating.command()
def check() -> None:
    """List every message that is missing, stale, unsure or wrong in a catalogue."""
    problems = check_translations()
    print_problems(console(), problems)
    raise SystemExit(1 if problems else 0)


@translating.command()
@click.argument("languages", nargs=-1, metavar="[LANGUAGE]...")
def update(languages: tuple[str, ...]) -> None:
    """Put new sentences into the catalogues and take stale ones out; begin those of a further LANGUAGE (nb, pt-BR)."""
    for file in update_translations(languages):
        click.echo(f"Changed: {file}")


if __name__ == "__main__":
    try:
        translating(standalone_mode=False)
    except InputError as error:
        print_problems(console(errors=True), error.problems)
        raise SystemExit(1) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
