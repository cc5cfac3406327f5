"""Run every check and every test, report all failures, change nothing.

    python tools/check.py          everything that must pass
    python tools/check.py --lint   the checks without the tests
    python tools/check.py --deep   also the tests that are too long for every run, and half an hour of mutants

The checks run beside the tests. The exit code is 0 only if everything passed.
"""

import os
import secrets
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "imports": ["lint-imports", "--no-cache"],
    "yaml": ["yamllint", "--strict", "."],
    "openapi": ["python", "-m", "app", "openapi", "--check"],
    "law": ["python", "tools/law_pages.py", "--check"],
    "mypy": ["mypy", "--no-error-summary"],
}
MUTANTS = ("mutants", ["python", "tools/mutate.py", "--minutes", "30"])
TESTS = ["pytest", "--no-header", "--continue-on-collection-errors", "-n", "2", "--dist", "worksteal"]


@dataclass(frozen=True)
class Outcome:
    """What a check came to, in how many seconds, and what it said."""

    name: str
    passed: bool
    seconds: float
    said: str = ""


def main() -> int:
    """Run what was asked for; the exit code says whether all of it passed."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        checks = [pool.submit(_check, name, words) for name, words in CHECKS.items()]
        outcomes = [] if "--lint" in sys.argv else [_tests()]
    if "--deep" in sys.argv:
        outcomes.append(_check(*MUTANTS))
    outcomes += [check.result() for check in checks]
    for outcome in outcomes:
        verdict = "passed" if outcome.passed else "FAILED"
        print(f"{outcome.said}{outcome.name:<8} {verdict} in {outcome.seconds:.0f} s")
    return int(not all(outcome.passed for outcome in outcomes))


def _check(name: str, words: list[str]) -> Outcome:
    """Run one check; keep what it says for when it failed."""
    start = monotonic()
    done = subprocess.run(_command(words), cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    said = f"\n{done.stdout}{done.stderr}" if done.returncode else ""
    return Outcome(name, done.returncode == 0, monotonic() - start, said)


def _tests() -> Outcome:
    """Run the tests where they can be watched, on two cores, which share one order of sets, new in each run."""
    start = monotonic()
    selection = ["-m", "not nginx and not idp" if "--deep" in sys.argv else "not deep and not nginx and not idp"]
    seed = os.environ.get("PYTHONHASHSEED", str(secrets.randbelow(2**32)))
    print(f"PYTHONHASHSEED={seed}", flush=True)
    environment = os.environ | {"PYTHONHASHSEED": seed}
    with subprocess.Popen(_command([*TESTS, *selection]), cwd=ROOT, env=environment) as tests:  # noqa: S603
        try:
            code = tests.wait()
        except SystemExit:  # told to end: the tests take their database down first
            tests.terminate()
            raise
    return Outcome("tests", code == 0, monotonic() - start)


def _command(words: list[str]) -> list[str | Path]:
    return [BIN / words[0], *words[1:]]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
