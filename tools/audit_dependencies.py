"""Hold what is locked against the known vulnerabilities, and say plainly what could not be.

    python tools/audit_dependencies.py

Needs an advisory database on the network. Where none is reached nothing has been audited, and that is what is said: the
exit code is then 2. It is 1 for a known vulnerability, and 0 only if every package was looked up and none has one.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
PATIENCE = 120  # seconds for a lock


def main() -> int:
    """Audit each lock; the exit code is the worst that was found."""
    worst = 0
    for lock in LOCKS:
        code, said = verdict(lock, _audited(lock))
        print("\n".join(said))
        worst = code if worst == 0 or code == 1 else worst
    return worst


def _audited(lock: str) -> str:
    """Return what pip-audit writes of a lock, or nothing if it came to no end."""
    words = ["--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json", "--timeout", "10"]
    command = [Path(sys.executable).with_name("pip-audit"), *words, "--requirement", lock]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def verdict(lock: str, report: str) -> tuple[int, Sequence[str]]:
    """Return the exit code and the lines for a lock, from what pip-audit wrote of it."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 2, [f"{lock}: NOT AUDITED, no advisory database was reached. Nothing is known of any package in it."]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    faults = [
        f"{lock}: {one['name']} {one['version']}: {fault['id']}, mended in {' or '.join(fault['fix_versions'])}"
        for one in packages
        for fault in one.get("vulns", ())
    ]
    looked_up = len(packages) - len(skipped)
    lines = [f"{lock}: {len(packages)} packages, {looked_up} looked up, {len(faults)} known vulnerabilities.", *faults]
    if skipped:
        lines.append(
            f"{lock}: NOT AUDITED, {len(skipped)} packages that no database was asked about: {', '.join(skipped)}"
        )
    return (1 if faults else 2 if skipped else 0), lines


if __name__ == "__main__":
    sys.exit(main())
