"""Rates and shares hidden together with the counts behind them, from which they could be worked out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.privacy.complementary_cells import Totals
from collective_impact.statistics.privacy.sums import Classes
from collective_impact.statistics.privacy.suppression import MIN_CELL, suppress

Kind = Literal["share", "rate"]
