"""Names for what goes in: arrays, and the labels of units and periods."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
"""Floats; each docstring gives the shape."""

Label: TypeAlias = Any
"""A period's label: a pandas ``Period``, a number (a year), or anything that sorts."""

Unit: TypeAlias = Any
"""A unit's label: the id of an area, a site or an organisation."""
