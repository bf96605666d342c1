"""The contract of a package as a page: ``python -m collective_impact.data.documentation`` prints it."""

from collective_impact.data.rules.registry import rules_of
from collective_impact.data.schema import FACTS, THEMES, Field, TableSchema, table_schema

_THEME_TITLES = {
    "who": "Who takes part",
    "plan": "What is planned and done",
    "learning": "What is noticed and decided",
    "asking": "What people say and rate",
    "power": "Who has power",
    "context": "The surroundings",
    "system": "The system",
    "contribution": "What the initiative contributed",
    "outcome": "The outcome",
}
_OPENING = """# The data of an initiative

<!-- Made by `python -m collective_impact.data.documentation`; a test holds it to the schemas and the rules. -->

A package is a folder with a `datapackage.json` ([Frictionless Data Package](https://datapackage.org)) and one CSV
or Parquet file for each table. Every table is optional: an evaluation uses those that are there, and says what it would
need to answer more. `collective-impact check PATH` lists every problem at once, with table, row, column and what to do
about it. A problem is an error, which stops a run, or a note, which does not.

## How cells are written

| kind | written as |
|---|---|
| id | short text that other rows refer to, such as `norra`; capital and small letters differ |
| text | any text |
| number, whole number | `1234.5`, `12`; a file with other signs declares `decimalChar` and `groupChar` in its schema |
| true or false | `true` or `false` (`1` or `0`) |
| date | `2024-01-31` |
| period | as the column says: a year `1989`, a quarter `1989-Q2`, a month `1989-04`, or a day `1989-04-10` |

An empty cell means that the value is not known, or what the column says. Where a column can be translated, a sister
column with the code of the language may stand beside it, such as `name_sv` beside `name`. A column that the contract
does not know is left unread and told of in a note. The ids of items and criteria, and those of the catalogue of
indicators, are the ones that `collective-impact catalogue` lists.

## People and privacy

A package tells of organizations, groups and places. People stand in it as codes only: `respondent_id` and `rater_id`
are codes that lead to nobody without a key that is kept elsewhere, and what asks who noticed or confirmed something
wants a role. Ids stay in the package: the rows of single people and their codes are not for reports, which show
figures of groups. `min_cell` and `min_respondents` say how small a count, or a group of respondents, may be and still
be shown. An open answer is quoted only where its row says `true` under `may_quote`, and without telling whose it is.
Who works with whom and who trusts whom is told of by role, unless `partner_names` is `true`.

Whatever a report tells passes a gate first. It takes out the codes of people (those of four characters or more that no
ordinary word is), what stands as a person's name (two words or more with a capital each) where a role is asked for,
open answers that nobody may quote, addresses of electronic mail, telephone numbers and Swedish personal identity
numbers. A name inside another text it cannot know: leave names out of descriptions and summaries.

## Tables
"""
_FACTS_OPENING = """## The initiative itself

These facts stand in `datapackage.json` and not in a table of their own. `id` and `title` are its keys `name` and
`title`. All others stand under its key `initiative`: the phases as the list `phases`; `min_cell`, `min_respondents` and
`partner_names` under `suppression`. A text that can be translated is a text, or one for each language:
`{"en": "…", "sv": "…"}`.
"""
_KINDS = {"integer": "whole number", "boolean": "true or false"}


def contract_page() -> str:
    """Describe every table of the contract in Markdown, in English."""
    parts = [_OPENING + _contents(), _FACTS_OPENING, *(_table(table_schema(name)) for name in FACTS)]
    for theme, tables in THEMES.items():
        parts += [f"## {_THEME_TITLES[theme]}\n", *(_table(table_schema(name)) for name in tables)]
    return "\n".join(parts)


def _contents() -> str:
    lines = []
    for theme, tables in THEMES.items():
        lines += [f"\n**{_THEME_TITLES[theme]}**\n"]
        lines += [f"- [`{name}`](#{name}) {table_schema(name).describe()}" for name in tables]
    return "\n".join(lines) + "\n"


def _table(schema: TableSchema) -> str:
    rows = "" if schema.name in FACTS else f" One row for each {_together(schema.primary_key)}."
    lines = [f"### {schema.name}", "", f"**{schema.label()}.** {schema.describe()}{rows}", ""]
    lines += ["| column | holds | meaning | example |", "|---|---|---|---|"]
    lines += [_row(field, schema) for field in schema.fields]
    choices = [field for field in schema.fields if field.allowed]
    if choices:
        lines += ["", *(f"- `{field.name}`: {_choices(field)}." for field in choices)]
    rules = [*_stated(schema), *(rule.sentence() + _weight(rule.severity) for rule in rules_of(schema.name))]
    if rules:
        lines += ["", "What must hold:", "", *(f"- {rule}" for rule in rules)]
    return "\n".join([*lines, ""])


def _row(field: Field, schema: TableSchema) -> str:
    example = f"`{field.example}`" if field.example else ""
    return f"| `{field.name}` | {_holds(field, schema)} | _{field.label()}._ {field.describe()}. | {example} |"


def _holds(field: Field, schema: TableSchema) -> str:
    """What a column's cells may hold, in short."""
    others = [key.table for key in schema.foreign_keys if key.fields[-1] == field.name]
    holds = [f"id in [`{table}`](#{table})" for table in others] or [_KINDS.get(field.kind, field.kind)]
    holds += [str(field.unit)] if field.unit else []
    holds += [bounds] if (bounds := _bounds(field)) else []
    holds += ["**required**"] if field.required else []
    holds += [f"empty: `{field.default}`"] if field.default else []
    holds += ["can be translated"] if field.translatable else []
    return "; ".join(holds)


def _bounds(field: Field) -> str:
    if field.minimum is not None and field.maximum is not None:
        return f"{field.minimum} to {field.maximum}"
    if field.above is not None and field.below is not None:
        return f"above {field.above}, below {field.below}"
    return "" if field.minimum is None else f"at least {field.minimum}"


def _choices(field: Field) -> str:
    return ", ".join(f"`{value}` ({field.label_of(value)})" for value in field.allowed)


def _stated(schema: TableSchema) -> list[str]:
    """What the schema itself says of columns that belong together."""
    several = [key for key in schema.foreign_keys if len(key.fields) > 1]
    references = [f"{_together(key.fields)} stand together in a row of `{key.table}`." for key in several]
    return references + [f"`{first}` is no later than `{second}`." for first, second in schema.in_order]


def _together(columns: tuple[str, ...]) -> str:
    return " + ".join(f"`{column}`" for column in columns)


def _weight(severity: str) -> str:
    return " (note)" if severity == "note" else ""


if __name__ == "__main__":
    print(contract_page(), end="")
