"""The one look of pages, documents and charts, read from a brand file (brand.yml)."""

from collective_impact.brand.look import Brand, Face, Logo
from collective_impact.brand.reading import read_brand

__all__ = ["Brand", "Face", "Logo", "read_brand"]
