"""From an edition to what is published: downloads, pages, documents, and the crate that describes them."""

from pathlib import Path

from collective_impact.brand import Brand
from collective_impact.language import in_language
from collective_impact.reporting.data_files.crate import write_crate
from collective_impact.reporting.data_files.downloads import write_downloads
from collective_impact.reporting.edition import Edition, write_record
from collective_impact.reporting.quarto.prepared_notebook import write_prepared
from collective_impact.reporting.renderer import Rendered, Renderer
from collective_impact.reporting.site import learning_site


def publish(
    edition: Edition, folder: Path, *, renderer: Renderer, brand: Brand, decimal_comma: bool = False
) -> Rendered:
    """Write everything that readers get into a report's folder, where its runs lie already.

    Parameters
    ----------
    edition : Edition
        With runs that have passed the privacy gate.
    folder : Path
    renderer : Renderer
    brand : Brand
    decimal_comma : bool
        Write the figures of CSV files with a comma, and semicolons between columns.

    Raises
    ------
    RenderError
        When a page or a document cannot be made.
    """
    with in_language(edition.record.language):
        write_prepared(edition)
        downloads = write_downloads(edition, folder, brand=brand, decimal_comma=decimal_comma)
        rendered = renderer.render(learning_site(edition, brand, downloads), folder)
        write_crate(edition, folder)
    write_record(folder, edition.record)
    return rendered
