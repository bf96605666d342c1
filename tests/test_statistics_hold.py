"""What holds for every method alike: frozen results without missing numbers, errors of ours, the same bytes again."""

import ast
import math
import os
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from statistics_examples import SOUND

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient

FAMILIES = tuple(module.stem for module in sorted((Path(__file__).parent / "statistics_examples").glob("[a-z]*.py")))
EXAMPLES = {
    name: call for family in FAMILIES for name, call in import_module(f"statistics_examples.{family}").EXAMPLES.items()
}
DEGENERATE = [row for family in FAMILIES for row in import_module(f"statistics_examples.{family}").DEGENERATE]

ENVIRONMENT = dict(os.environ)
"""As this process began: with the same number of threads as its own numpy."""
INNER = {"feasible_intervals", "repeated_observations", "own_trend_of", "panel_from_wide"}
"""Steps of other methods, which meet broken data there."""


@cache
def result_of(name: str) -> object:
    return EXAMPLES[name]()


def missing_numbers(result: object, path: str = "result") -> list[str]:
    """Places of a result that hold NaN, columns of frames excepted: there a hole may have its meaning."""
    if is_dataclass(result):
        return [
            place
            for field in fields(result)
            for place in missing_numbers(getattr(result, field.name), f"{path}.{field.name}")
        ]
    if isinstance(result, dict):
        return [place for key, value in result.items() for place in missing_numbers(value, f"{path}[{key!r}]")]
    if isinstance(result, tuple | list):
        return [place for at, value in enumerate(result) for place in missing_numbers(value, f"{path}[{at}]")]
    if isinstance(result, float | np.floating) and math.isnan(result):
        return [path]
    return []


def as_text(result: object) -> str:
    """Everything in a result, to the last digit, in the order that it stands there."""
    if is_dataclass(result):
        return f"{type(result).__name__}({[as_text(getattr(result, field.name)) for field in fields(result)]})"
    if isinstance(result, pd.DataFrame | pd.Series):
        return result.to_csv(float_format="%.17g")
    if isinstance(result, np.ndarray):
        return as_text(result.tolist())
    if isinstance(result, dict):
        return as_text(list(result.items()))
    if isinstance(result, tuple | list):
        return f"[{', '.join(as_text(value) for value in result)}]"
    return repr(result)


def guarded_functions() -> set[str]:
    """Names of all methods that may find data too thin."""
    return {
        node.name
        for module in (ROOT / "toolkit/collective_impact/statistics").rglob("*.py")
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "guarded" in [getattr(decorator, "id", "") for decorator in node.decorator_list]
    }


def test_every_method_has_an_example_and_meets_broken_data():
    shown, broken = (
        {name.split(".")[-1] for name in names} for names in (EXAMPLES, [row.method for row in DEGENERATE])
    )
    assert not guarded_functions() - shown - INNER
    assert not guarded_functions() - broken - INNER


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_method_gives_a_whole_frozen_result(name):
    result = result_of(name)
    assert not isinstance(result, Insufficient)
    assert not missing_numbers(result)
    if is_dataclass(result):
        first = fields(result)[0].name
        with pytest.raises(FrozenInstanceError):
            setattr(result, first, None)


@pytest.mark.parametrize("case", DEGENERATE, ids=lambda case: f"{case.method}, {case.data}")
def test_broken_data_get_an_error_of_ours_or_a_reason(case):
    if case.expected is MethodError:
        with pytest.raises(MethodError) as error:
            case.call()
        assert len(str(error.value)) > 20
        return
    result = case.call()
    if case.expected == SOUND:
        assert not isinstance(result, Insufficient)
        assert not missing_numbers(result)
    else:
        assert isinstance(result, Insufficient)
        assert result.reason == case.expected


def test_another_hash_seed_gives_the_same_bytes():
    """The strings of this process are hashed with one seed, those of another process with another."""
    code = "import test_statistics_hold as t\nfor name in t.EXAMPLES: print(name, t.as_text(t.result_of(name)))"
    seed = "1" if ENVIRONMENT.get("PYTHONHASHSEED") != "1" else "2"
    environment = {**ENVIRONMENT, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "".join(f"{name} {as_text(result_of(name))}\n" for name in EXAMPLES)
