"""What a fork server and those who ask it for kernels say to one another: one JSON object a line."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SOCKET = "COLLECTIVE_IMPACT_KERNELS"
"""Environment variable that holds the path of the fork server's socket."""
PROVISIONER = "collective-impact"
"""Name of the kernel provisioner, as the distribution's entry points have it."""


@dataclass(frozen=True, slots=True)
class Launch:
    """The kernel that is asked for.

    Attributes
    ----------
    arguments : sequence of str
        What follows ``python -m ipykernel_launcher``.
    environment : Mapping of str to str
    folder : str
        Its working folder.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str

    def line(self) -> bytes:
        """Write it for the server."""
        return line(asdict(self))


def servers_folder() -> str | None:
    """Folder that the fork server takes away once its owner has ended, however that ends; None without a server."""
    folder = Path(os.environ.get(SOCKET, "")).parent
    return str(folder) if os.environ.get(SOCKET) and folder.is_dir() else None


def line(message: Mapping[str, Any]) -> bytes:
    """Write a message as one line."""
    return json.dumps(message).encode() + b"\n"
