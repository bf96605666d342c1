"""Contribution: evidence weighed, configurations shortened."""

from functools import cache

import pandas as pd

from collective_impact.statistics.contribution.process_tracing import process_tracing
from collective_impact.statistics.contribution.sufficient_combinations import sufficient_combinations
from collective_impact.statistics.contribution.truth_table import truth_table
from known_answers.known import Known

BAYES = "Bayes' rule, by arithmetic"
RIHOUX = "Rihoux & De Meur 2009, in Configurational Comparative Methods, ch. 3; data LC of the R package QCA"
LIPSET = {
    "AU": "101100",
    "BE": "111111",
    "CZ": "111111",
    "EE": "001010",
    "FI": "101011",
    "FR": "101111",
    "DE": "111100",
    "GR": "000000",
    "HU": "001000",
    "IE": "101011",
    "IT": "000000",
    "NL": "111111",
    "PL": "001000",
    "PT": "000000",
    "RO": "000000",
    "ES": "000000",
    "SE": "101111",
    "UK": "111111",
}
"""European democracies between the wars: wealthy, urban, literate, industrial, stable government; survived."""
CONDITIONS = ["DEV", "URB", "LIT", "IND", "STB"]


def lipset():
    rows = [[letter == "1" for letter in letters] for letters in LIPSET.values()]
    return pd.DataFrame(rows, index=list(LIPSET), columns=[*CONDITIONS, "SURV"])


@cache
def solution(kind="conservative"):
    return sufficient_combinations(truth_table(lipset(), CONDITIONS, "SURV"), kind).models[0]


def path(**conditions):
    return next(path for path in solution().paths if dict(path.conditions) == conditions)


def without_cities():
    return path(DEV=True, URB=False, LIT=True, STB=True)


def with_industry():
    return path(DEV=True, LIT=True, IND=True, STB=True)


def posterior(*pairs):
    evidence = pd.DataFrame(pairs, columns=["p_if_true", "p_if_false"])
    evidence = evidence.assign(evidence_id=evidence.index, observed=True, independent_group=None)
    return lambda: process_tracing(evidence, 0.5).posterior


KNOWN: list[Known] = [
    Known("KA39", "Process tracing, prior .5, one piece (.8, .1)", 0.8889, 1e-4, posterior((0.8, 0.1)), BAYES, 4),
    Known("KA39", "… a second one (.6, .3)", 0.9412, 1e-4, posterior((0.8, 0.1), (0.6, 0.3)), BAYES, 4),
    Known("QCA", "Democracies, paths of the conservative solution", 2, 0, lambda: len(solution().paths), RIHOUX, 0),
    Known("QCA", "… DEV*urb*LIT*STB, raw coverage", 0.5, 5e-4, lambda: without_cities().raw_coverage, RIHOUX),
    Known("QCA", "… its unique coverage", 0.25, 5e-4, lambda: without_cities().unique_coverage, RIHOUX),
    Known("QCA", "… DEV*LIT*IND*STB, raw coverage", 0.75, 5e-4, lambda: with_industry().raw_coverage, RIHOUX),
    Known("QCA", "… its unique coverage", 0.5, 5e-4, lambda: with_industry().unique_coverage, RIHOUX),
]
