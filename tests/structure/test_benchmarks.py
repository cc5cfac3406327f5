"""The benchmarks stay runnable; what they come to is for a quiet machine to say (`make bench`)."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES, cells_of
from benchmarks.measuring import compared

ROOT = Path(__file__).resolve().parents[2]


def test_a_result_tells_its_ratio_its_spread_and_whether_its_limit_is_kept() -> None:
    """The ratio is that of the medians, the spread that of the rounds."""
    result = compared("of three rounds", [2.0, 3.0, 8.0], [1.0, 2.0, 2.0], "ms", limit=1.4)

    assert cells_of(result)[3:] == ["1.50", "1.50 to 4.00", "≤ 1.4", "", "no"]


@pytest.mark.deep
@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_on_a_small_scale(name: str) -> None:
    """Each prints a line for everything that it measures."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "benchmarks", "--tiny", name], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n|") >= 2
