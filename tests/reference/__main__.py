"""Execute the templates and keep what they show as Markdown: ``PYTHONPATH=tests python -m reference``."""

from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

from collective_impact.batch.notebooks.templates import TEMPLATES as KNOWN
from reference import FOLDER, TEMPLATES, left_out

for template in KNOWN:
    if template.name in TEMPLATES:
        notebook = nbformat.read(template.path, as_version=4)
        with TemporaryDirectory() as folder:
            NotebookClient(notebook, resources={"metadata": {"path": folder}}, record_timing=False).execute()
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                output["data"] = {kind: left_out(content) for kind, content in data.items()}
        nbformat.write(notebook, FOLDER / f"{template.name}.ipynb")
