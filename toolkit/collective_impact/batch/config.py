"""The configuration of a batch: which initiatives, how, and into which folder; a file in TOML."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from collective_impact.batch.storage.urls import in_shared_storage, is_url, on_this_machine
from collective_impact.data.places import DESCRIPTOR, shipped_example
from collective_impact.errors import InputError, Problem
from collective_impact.language import languages
from collective_impact.language import translate as _

Texts = Annotated[tuple[str, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Part):
    """Which reports of an initiative are made; empty: those of the whole file, or all there are.

    Attributes
    ----------
    methods, levels, languages : tuple of str
    as_of : date or None
        The reports' today; None: the end of the last period in the data.
    parameters : mapping
        Of templates, by name.
    """

    methods: tuple[Literal["developmental", "formative", "summative"], ...] = ()
    levels: tuple[Literal["context", "initiative", "system", "outcome"], ...] = ()
    languages: Texts = ()
    as_of: date | None = None
    parameters: Mapping[str, Any] = Field(default_factory=dict)


class Initiative(Choice):
    """An initiative, or several by a pattern: a folder with a data package, or the name of a shipped example."""

    package: str


class Publishing(_Part):
    """How reports are published, as the options of ``run`` say it."""

    renderer: Literal["auto", "quarto", "embedded"] = "auto"
    brand: str = ""
    profile: Literal["public", "internal"] = "public"
    decimal_comma: bool = False


class Work(_Part):
    """How hard the batch works.

    Attributes
    ----------
    jobs : int
        Notebooks that run at the same time.
    retries : int
        Further tries for a run whose worker or kernel was lost.
    timeout : int
        Seconds that a notebook may take.
    memory : int
        MiB that a kernel may have; 0: all there is.
    fail_fast : bool
        Begin nothing more once a run has failed.
    executor : {"local", "dask"}
        Where notebooks run: on this machine, or on a Dask cluster, at least one on each of its workers.
    scheduler : str
        Address of the cluster's scheduler.
    """

    jobs: int = Field(2, ge=1, le=256)
    retries: int = Field(2, ge=0, le=10)
    timeout: int = Field(3600, ge=1)
    memory: int = Field(0, ge=0)
    fail_fast: bool = False
    executor: Literal["local", "dask"] = "local"
    scheduler: str = ""


class Schedule(_Part):
    """What whoever looks after the batch should know.

    Attributes
    ----------
    note : str
        When it runs, in a few words.
    hours : float
        A report counts as stale that was last good longer ago; 0: none does.
    webhook : str
        Address that is told when a report begins to fail or a signal appears.
    """

    note: str = ""
    hours: float = Field(0, ge=0, allow_inf_nan=False)
    webhook: str = ""


class BatchConfig(Choice):
    """What the file says.

    Attributes
    ----------
    output : str
        Folder below which reports stand, or the URL of a place in shared storage.
    initiatives : tuple of Initiative
        A plain text counts as a package.
    publishing : Publishing
    work : Work
    schedule : Schedule
    """

    output: str = "reports"
    initiatives: tuple[
        Annotated[Initiative, BeforeValidator(lambda given: {"package": given} if isinstance(given, str) else given)],
        ...,
    ] = Field(min_length=1)
    publishing: Publishing = Publishing()
    work: Work = Work()
    schedule: Schedule = Schedule()


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A configuration that was read, with its packages found.

    Attributes
    ----------
    path : Path
    config : BatchConfig
    packages : tuple of (str, Choice, str)
        Each package with what is made of it and the initiative's id, or its path without one; in the order of the file,
        those of a pattern in the order of their names.
    """

    path: Path
    config: BatchConfig
    packages: tuple[tuple[str, Choice, str], ...]

    @property
    def output(self) -> Path:
        """Folder below which reports stand; a relative one starts where the file lies."""
        if is_url(self.config.output):
            return on_this_machine(self.config.output)
        return (self.path.parent / self.config.output).resolve()


def read_config(path: Path) -> BatchFile:
    """Read a configuration and find its packages.

    Raises
    ------
    InputError
        With every problem of the file: unknown keys, wrong values, patterns that match nothing, an initiative that
        is there twice, an output inside a package.
    """
    config = _parsed(path)
    found: list[tuple[str, Choice, str]] = []
    problems = [problem for language in config.languages for problem in _unknown_language(path, language)]
    for each in config.initiatives:
        packages = _packages(path.parent, each.package)
        if not packages:
            problems.append(_no_match(path, each.package))
        problems += [problem for language in each.languages for problem in _unknown_language(path, language)]
        found += [(package, _together(config, each), _package_id(package) or package) for package in packages]
    file = BatchFile(path, config, tuple(found))
    problems += [*_twice(file), *_output_inside(file)]
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return file


def _parsed(path: Path) -> BatchConfig:
    expected = _("a configuration in TOML")
    try:
        content = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        mend = _("give the path of a configuration file; docs/batch.md shows one")
        raise InputError([Problem(str(path), error.strerror or str(error), expected, mend)]) from None
    except ValueError as error:
        raise InputError([Problem(str(path), str(error), expected, _("correct it there"))]) from None
    try:
        return BatchConfig.model_validate(content)
    except ValidationError as error:
        raise InputError([_wrong(path, detail) for detail in error.errors()]) from None


def _wrong(path: Path, detail: Any) -> Problem:
    """What pydantic found, by its place in the file."""
    place = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in detail["loc"])
    if detail["type"] != "extra_forbidden":
        found = repr(detail["input"]) if detail["type"] != "missing" else _("nothing")
        return Problem(f"{path}: {place}", found, str(detail["msg"]), _("correct it there"))
    known = _known_keys(detail["loc"])
    near = get_close_matches(str(detail["loc"][-1]), known, n=1)
    mend = _("did you mean {name}?").format(name=near[0]) if near else _("take it out")
    return Problem(f"{path}: {place}", _("an unknown key"), ", ".join(known), mend)


def _known_keys(loc: Sequence[str | int]) -> list[str]:
    parts: dict[str, type[_Part]] = {
        "initiatives": Initiative,
        "publishing": Publishing,
        "work": Work,
        "schedule": Schedule,
    }
    model = parts.get(str(loc[0]), BatchConfig) if len(loc) > 1 else BatchConfig
    return sorted(model.model_fields)


def _unknown_language(path: Path, language: str) -> Iterator[Problem]:
    if language not in languages():
        yield Problem(f"{path}: languages", repr(language), ", ".join(languages()), _("choose one of these"))


def _packages(base: Path, pattern: str) -> list[str]:
    """The packages that a pattern, a path, a URL or the name of an example stands for."""
    if in_shared_storage(pattern):
        from collective_impact.batch.storage.store import fetched_packages

        return fetched_packages(pattern)
    pattern = str(on_this_machine(pattern)) if is_url(pattern) else pattern
    if shipped_example(pattern) and not (base / pattern).exists():
        return [pattern]
    whole = base / pattern
    if not any(sign in pattern for sign in "*?["):
        return [str(whole)] if whole.exists() else []
    root = Path(whole.anchor) if whole.anchor else Path()
    matched = root.glob(str(whole.relative_to(root)))
    return [str(folder) for folder in sorted(matched) if (folder / DESCRIPTOR).is_file()]


def _no_match(path: Path, pattern: str) -> Problem:
    expected = _("a folder with a {file}, a pattern that such folders match, or a shipped example").format(
        file=DESCRIPTOR
    )
    mend = _("correct it; a relative path starts where the configuration lies")
    return Problem(f"{path}: initiatives", _("nothing at {place}").format(place=repr(pattern)), expected, mend)


def _together(whole: Choice, own: Choice) -> Choice:
    """An initiative's own choice, and that of the whole file where it has none."""
    chosen = {name: getattr(own, name) or getattr(whole, name) for name in Choice.model_fields if name != "parameters"}
    return Choice(**chosen, parameters={**whole.parameters, **own.parameters})


def _twice(file: BatchFile) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for package, _choice, name in file.packages:
        if name in seen:
            found = _("the initiative {name} twice: {one} and {other}").format(name=name, one=seen[name], other=package)
            mend = _("leave one of them out, or give each a name of its own in its {file}").format(file=DESCRIPTOR)
            yield Problem(f"{file.path}: initiatives", found, _("initiatives with names of their own"), mend)
        seen.setdefault(name, package)


def _package_id(package: str) -> str:
    """Name that a package has in its descriptor; empty where it tells none."""
    folder = shipped_example(package) or Path(package)
    descriptor = folder if folder.name == DESCRIPTOR else folder / DESCRIPTOR
    try:
        content = json.loads(descriptor.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(content.get("name", "")) if isinstance(content, dict) else ""


def _output_inside(file: BatchFile) -> Iterator[Problem]:
    around = {file.output, *file.output.parents}
    for package, _choice, _name in file.packages:
        if not shipped_example(package) and Path(package).resolve() in around:
            found = _("a folder inside the package {package}").format(package=package)
            yield Problem(f"{file.path}: output", found, _("a folder outside all packages"), _("choose another folder"))
