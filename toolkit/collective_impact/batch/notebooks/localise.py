"""A template's prose in another language: each Markdown cell is one message of the catalogue."""

from typing import TYPE_CHECKING

from collective_impact.language import in_language, translate

if TYPE_CHECKING:
    from nbformat import NotebookNode


def localise_notebook(notebook: "NotebookNode", language: str) -> "NotebookNode":
    """Put the translation of each Markdown cell in its place; a cell without one stays as it is.

    Parameters
    ----------
    notebook : NotebookNode
        The template; changed in place and returned.
    language : str
        Code of the language.
    """
    with in_language(language):
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = translate(cell.source)
    return notebook
