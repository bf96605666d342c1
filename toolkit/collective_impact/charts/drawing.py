"""Specifications drawn as SVG: in this process, or by a neighbour that has the program that draws at hand.

To start that program, a JavaScript engine, takes half a second; to draw a chart, a small part of that. A process that
has many notebooks run one after the other draws for all of them.
"""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.connection import Client, Connection
from pathlib import Path
from threading import Thread
from typing import Any

from collective_impact.shipped import shipped

DRAWN_AT = "COLLECTIVE_IMPACT_DRAWING"
"""Environment variable that holds the path of the socket of a neighbour that draws."""
_SECONDS_TO_WAIT = 20
_MOST_BYTES = 2**23
"""Of a specification or a picture; what is larger is drawn where it was made."""


def draw(spec: dict[str, Any], signs: dict[str, Any]) -> str:
    """Draw a Vega-Lite specification as SVG, the same bytes wherever that is done.

    Parameters
    ----------
    spec : dict
    signs : dict
        What numbers on the axes are written with, as d3 takes it.
    """
    return _drawn_by_neighbour(spec, signs) or _drawn_here(spec, signs)


@contextmanager
def drawing_for(folder: str) -> Iterator[dict[str, str]]:
    """Draw for a neighbour inside a ``with`` block.

    Parameters
    ----------
    folder : str
        An existing folder that nobody else can look into, with a short path.

    Yields
    ------
    dict of str to str
        Environment variables that lead the neighbour here.
    """
    if sys.platform == "win32":
        yield {}
        return
    path = str(Path(folder, "d"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        Thread(target=_serve, args=(listener,), daemon=True).start()
        try:
            yield {DRAWN_AT: path}
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket) -> None:
    """Draw a specification for each connection, until there is anything wrong with one, or no more to come."""
    with suppress(OSError, EOFError):
        while True:
            with Connection(listener.accept()[0].detach()) as connection:
                asked = connection.recv_bytes(_MOST_BYTES)
                with suppress(Exception):  # the neighbour tries for itself then, and tells what is wrong
                    connection.send_bytes(_drawn_here(**json.loads(asked)).encode())


def _drawn_by_neighbour(spec: dict[str, Any], signs: dict[str, Any]) -> str:
    """Give what the neighbour draws; empty without one, or where it cannot."""
    path = os.environ.get(DRAWN_AT, "")
    if not path:
        return ""
    try:
        with Client(path) as connection:
            connection.send_bytes(json.dumps({"spec": spec, "signs": signs}).encode())
            if connection.poll(_SECONDS_TO_WAIT):
                return connection.recv_bytes(_MOST_BYTES).decode()
    except (OSError, EOFError):
        pass
    del os.environ[DRAWN_AT]
    return ""


def _drawn_here(spec: dict[str, Any], signs: dict[str, Any]) -> str:
    svg: str = _program().vegalite_to_svg(spec, format_locale=signs)
    return svg


@cache
def _program() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(shipped("reports/theme/fonts")))
    return vl_convert
