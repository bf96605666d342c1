"""The contract of a package as a page: ``python -m collective_impact.data.documentation`` prints it."""

from collective_impact.data.schema import TABLES, Field, TableSchema, table_schema

_OPENING = """# The data of an initiative

<!-- Made by `python -m collective_impact.data.documentation`; a test holds it to the schemas. -->

A package is a folder with a `datapackage.json` ([Frictionless Data Package](https://datapackage.org)) and one CSV
file for each table. Every table is optional. Under the key `initiative` the descriptor tells the initiative's own
facts: `title`, `programme`, `place`, `goal`, `partners`, `notes` (a text, or one for each language), `language`,
`phases` (each with `phase`, `start` and, once it is over, `end`) and `suppression` (`min_cell`, `min_respondents`). A
text column that can be translated may have a sister column for each other language, such as `name_sv`.

`collective-impact check PATH` lists every problem at once, with table, row, field and what to do about it.
"""


def contract_page() -> str:
    """Describe every table of the contract in Markdown, in English."""
    return "\n".join([_OPENING, *(_table(table_schema(name)) for name in TABLES)])


def _table(schema: TableSchema) -> str:
    keys = [f"Key: {', '.join(f'`{field}`' for field in schema.primary_key)}."]
    keys += [f"`{key.field}` stands in `{key.table}.{key.target}`." for key in schema.foreign_keys]
    rows = [_row(field) for field in schema.fields]
    lines = [f"## {schema.name}", "", " ".join(keys), "", "| column | holds | meaning |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _row(field: Field) -> str:
    holds: list[str] = [field.kind]
    holds += ["required"] if field.required else []
    holds += [f"one of {', '.join(field.allowed)}"] if field.allowed else []
    holds += [f"empty: {field.default}"] if field.default else []
    holds += ["can be translated"] if field.translatable else []
    return f"| `{field.name}` | {'; '.join(holds)} | {field.description['en']} |"


if __name__ == "__main__":
    print(contract_page(), end="")
