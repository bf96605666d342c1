"""How dense and how centred a network of reported ties is."""

import numpy as np
import pandas as pd

COOPERATION = 2


def density(reported: pd.DataFrame) -> float:
    """Give the share of the reports that tell of cooperation or more.

    Parameters
    ----------
    reported : pandas.DataFrame
        Columns of the table ``relation``: each partner that answered reports on every other one.
    """
    return float((reported["intensity"].astype(int) >= COOPERATION).mean())


def centralization(reported: pd.DataFrame) -> float:
    """Give the degree centralization (Freeman 1979): 0 where all have as many ties, 1 for a star.

    Two partners are tied where at least one of them reports cooperation.
    """
    close = reported[reported["intensity"].astype(int) >= COOPERATION]
    nodes = sorted({*reported["from_partner_id"], *reported["to_partner_id"]})
    place = {partner: number for number, partner in enumerate(nodes)}
    tied = np.zeros((len(nodes), len(nodes)), dtype=bool)
    for one, other in zip(close["from_partner_id"], close["to_partner_id"], strict=True):
        tied[place[one], place[other]] = tied[place[other], place[one]] = True
    degree = tied.sum(axis=0)
    n = len(nodes)
    return float((degree.max() - degree).sum() / ((n - 1) * (n - 2)))
