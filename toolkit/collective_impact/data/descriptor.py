"""Read ``datapackage.json``: the initiative's facts and which files hold its tables."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from collective_impact.data.facts import Facts
from collective_impact.data.places import DESCRIPTOR
from collective_impact.data.quoting import quoted
from collective_impact.data.validation import validated
from collective_impact.errors import Problem
from collective_impact.language import translate as _

STANDARD_FACTS = ("title", "sources", "licenses", "contributors")  # keys of the Data Package standard itself
NAME_PATTERN = r"^[a-z0-9]+([-._][a-z0-9]+)*$"


class Dialect(BaseModel):
    """How a CSV file is written."""

    delimiter: str = Field(",", pattern=r'^[^\r\n"]$')
    header: bool = True


class FieldFormat(BaseModel):
    """How the numbers of a column are written."""

    model_config = ConfigDict(populate_by_name=True)

    name: str
    decimal_char: str = Field(".", alias="decimalChar", pattern="^[^0-9]$")
    group_char: str = Field("", alias="groupChar", max_length=1)


class ResourceSchema(BaseModel):
    """What a resource's own schema says of how it is written; what it must hold is in the contract."""

    model_config = ConfigDict(populate_by_name=True)

    fields: tuple[FieldFormat, ...] = ()
    missing_values: tuple[str, ...] = Field(("",), alias="missingValues")


class Resource(BaseModel):
    """A file of the package."""

    model_config = ConfigDict(populate_by_name=True)

    name: str
    path: str
    format: str = ""
    encoding: str = "utf-8"
    dialect: Dialect = Dialect()
    written: ResourceSchema = Field(ResourceSchema(), alias="schema")

    @field_validator("dialect", "written", mode="before")
    @classmethod
    def _inline_only(cls, given: Any) -> Any:
        return {} if isinstance(given, str) else given

    @property
    def kind(self) -> str:
        """Format of the file in lower case: the declared one, or else ``"csv"`` or ``"parquet"`` by the path's end."""
        by_path = "parquet" if self.path.lower().endswith(".parquet") else "csv"
        return self.format.lower() or by_path


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str = Field(pattern=NAME_PATTERN, max_length=80)
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A package's descriptor.

    Attributes
    ----------
    facts : Facts
    resources : tuple of Resource
    sha256 : str
        Of its canonical JSON: the same however the file is indented or ordered.
    """

    facts: Facts
    resources: tuple[Resource, ...]
    sha256: str


def read_descriptor(file: Path) -> tuple[Descriptor | None, list[Problem]]:
    """Read a descriptor and collect everything that is wrong with it.

    Returns
    -------
    descriptor : Descriptor or None
        None if there is a problem.
    problems : list of Problem
    """
    content, problems = _read_json(file)
    if content is None:
        return None, problems
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    own = content.get("initiative", {})
    if not isinstance(own, dict):
        return None, [_not_an_object("initiative", own)]
    envelope, problems = validated(_Envelope, content, DESCRIPTOR)
    standard = {key: content[key] for key in STANDARD_FACTS if key in content and key not in own}
    facts, more = validated(Facts, {**standard, **own, "id": ""}, DESCRIPTOR, "initiative", standard)
    if envelope is None or facts is None:
        return None, problems + more
    facts = facts.model_copy(update={"id": envelope.name})
    sha256 = hashlib.sha256(canonical.encode()).hexdigest()
    return Descriptor(facts, envelope.resources, sha256), []


def _read_json(file: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    try:
        content = json.loads(file.read_bytes().decode("utf-8-sig"))
        json.dumps(content, ensure_ascii=False).encode()  # fails on half a character, such as "\\ud800"
    except OSError as error:
        reason = error.strerror or str(error)
        return None, [_unreadable(reason, _("a file that can be read"), _("check its permissions"))]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [_not_utf8(line, error.object[error.start])]
    except json.JSONDecodeError as error:
        where = _("{what} at line {line}, column {column}")
        found = where.format(what=error.msg, line=error.lineno, column=error.colno)
        return None, [_unreadable(found, _("valid JSON"), _("mend the file at this place"), error.lineno)]
    except (ValueError, RecursionError):
        found = _("a number, a character or a nesting that cannot be read")
        return None, [_unreadable(found, _("valid JSON"), _("mend the file"))]
    if not isinstance(content, dict):
        return None, [_not_an_object("", content)]
    return content, []


def _unreadable(found: str, wanted: str, mend: str, line: int | None = None) -> Problem:
    return Problem(place=DESCRIPTOR, row=line, found=found, expected=wanted, mend=mend)


def _not_utf8(line: int, byte: int) -> Problem:
    found = _("byte 0x{byte:02X}, which is not UTF-8").format(byte=byte)
    return _unreadable(found, _("text encoded as UTF-8"), _("save the file as UTF-8"), line)


def _not_an_object(field: str, found: object) -> Problem:
    return Problem(
        place=DESCRIPTOR,
        field=field,
        found=quoted(json.dumps(found)),
        expected=_("an object with keys, {example}").format(example='{"...": ...}'),
        mend=_("put the facts between braces"),
    )
