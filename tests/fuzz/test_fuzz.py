"""The targets of the fuzzer hold for all that was found so far; and, for minutes, for what it finds anew."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).with_name("corpus")
SECONDS = int(os.environ.get("OOCD_FUZZ_SECONDS", "60"))


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_kept_of_the_corpus_breaks_nothing(target: str) -> None:
    """Every input that reached something new, and every one that once broke something."""
    kept = sorted((CORPUS / target).iterdir())

    assert kept
    for one in kept:
        TARGETS[target](one.read_bytes())


@pytest.mark.deep
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is there on Linux alone")
@pytest.mark.parametrize("target", TARGETS)
def test_fuzzer_finds_nothing(target: str, tmp_path: Path) -> None:
    """A minute of new inputs each, grown from the corpus; what breaks it is printed in base64."""
    words = [f"-max_total_time={SECONDS}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"]
    command = [sys.executable, "-m", "tests.fuzz.run", target, *words, f"-artifact_prefix={tmp_path}/", tmp_path]

    done = subprocess.run([*command, CORPUS / target], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode == 0, done.stderr[-3000:]
