"""What a result depends on beside its inputs, and in what a worker's differs from the client's."""

import platform
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, requires, version

from collective_impact.batch.notebooks.sources import toolkit_sha256, versions
from collective_impact.errors import ToolkitError
from collective_impact.language import translate as _

_DISTRIBUTION = "collective-impact-toolkit"
_OWN = ("dask", "distributed", "cloudpickle")


class EnvironmentMismatchError(ToolkitError):
    """A worker would not come to the same result as the client."""


def own_environment() -> dict[str, str]:
    """Versions of all that a run builds on in this process: Python, packages, the toolkit's own files, the machine."""
    told = [
        re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in requires(_DISTRIBUTION) or () if "extra ==" not in each
    ]
    packages = {name: _version(name) for name in sorted({*told, *_OWN})}
    toolkit = {"source of the toolkit": toolkit_sha256(pages=True)[:12]}
    return {**packages, **versions(), **toolkit, "machine": f"{platform.system()} {platform.machine()}"}


def differences(worker: Mapping[str, str], client: Mapping[str, str]) -> list[str]:
    """Say in words in what a worker's environment differs from the client's."""
    words = _("{name} {worker} instead of {client}")
    names = sorted(name for name in worker.keys() | client.keys() if worker.get(name) != client.get(name))
    return [
        words.format(name=name, worker=worker.get(name) or _("(none)"), client=client.get(name) or _("(none)"))
        for name in names
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
