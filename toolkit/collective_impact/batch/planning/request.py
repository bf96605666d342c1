"""What a user asks for: reports of one initiative, and how they are published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from collective_impact.brand import Brand, read_brand
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.renderer import Profile, Renderer


@dataclass(frozen=True, slots=True)
class Publishing:
    """How a report is published.

    Attributes
    ----------
    renderer : Renderer
    brand : Brand
    profile : {"public", "internal"}
    decimal_comma : bool
        Whether the figures of CSV files are written with a comma.
    """

    renderer: Renderer = field(default_factory=EmbeddedRenderer)
    brand: Brand = field(default_factory=read_brand)
    profile: Profile = "public"
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What the user asked for.

    Attributes
    ----------
    package : str
        Folder of the data package, or name of a shipped example.
    out : Path
        Folder below which reports stand, as ``<initiative>/<as_of>/<language>``.
    methods, levels : sequence of str
        Evaluations to run; empty: all there are.
    as_of : date or None
        The report's today; None: the end of the last period in the data.
    languages : sequence of str
        One report in each; empty: the package's own.
    parameters : Mapping
        Parameters given by name.
    publishing : Publishing
    """

    package: str
    out: Path
    methods: Sequence[str] = ()
    levels: Sequence[str] = ()
    as_of: date | None = None
    languages: Sequence[str] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    publishing: Publishing = field(default_factory=Publishing)

    def folder_name(self, language: str) -> str:
        """Name a report's folder by language and what it was narrowed to: a part never takes the whole's place."""
        return "-".join([language, *sorted(self.methods), *sorted(self.levels)])
