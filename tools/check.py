"""Run every check and every test, report all failures, change nothing.

    python tools/check.py          everything that must pass
    python tools/check.py --lint   the checks without the tests
    python tools/check.py --deep   also the tests that are too long for every run

The checks run while the tests do; what a check has to say is printed when it failed. The exit code is 0 only if all passed.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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
    "mypy": ["mypy", "--no-error-summary"],
}
TESTS = ["pytest", "-q", "--no-header"]


def main() -> int:
    """Run what was asked for; the exit code says whether all of it passed."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        checks = [pool.submit(_check, name, words) for name, words in CHECKS.items()]
        tests_failed = "--lint" not in sys.argv and _run_tests()
    failed = [name for check in checks for name in check.result()] + ["tests"] * tests_failed
    print("All passed." if not failed else f"FAILED: {', '.join(failed)}", flush=True)
    return int(bool(failed))


def _check(name: str, words: list[str]) -> list[str]:
    """Run one check; answer its name if it failed."""
    start = monotonic()
    done = subprocess.run(_command(words), cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    verdict = "passed" if done.returncode == 0 else "FAILED"
    said = f"{done.stdout}{done.stderr}" if done.returncode else ""
    print(f"\n{said}{name}: {verdict} in {monotonic() - start:.1f} s", flush=True)
    return [name] if done.returncode else []


def _run_tests() -> bool:
    """Run the tests; answer whether they failed."""
    selection = [] if "--deep" in sys.argv else ["-m", "not deep"]
    return subprocess.run(_command([*TESTS, *selection]), cwd=ROOT, check=False).returncode != 0  # noqa: S603


def _command(words: list[str]) -> list[str | Path]:
    return [BIN / words[0], *words[1:]]


if __name__ == "__main__":
    sys.exit(main())
