"""Resolve requirements/*.in into hashed locks that hold for Python 3.11 to 3.13 and name no index."""

import os
import subprocess
import sys
from pathlib import Path

from install import pip_settings, uv_settings

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "runtime.in": "requirements.txt",
    "dev.in": "requirements-dev.txt",
    "long.in": "requirements-long.txt",
    "clients.in": "requirements-clients.txt",
    "uv.in": "requirements-uv.txt",
}
BOUND_BY = {"dev.in": "requirements.txt", "long.in": "requirements-dev.txt"}


def main() -> int:
    """Write the locks; `--upgrade` and other words go on to uv. The exit code is uv's."""
    uv = Path(sys.executable).with_name("uv")
    words = "pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header"
    environment = os.environ | uv_settings(pip_settings())
    for source, lock in LOCKS.items():
        constraint = ["-c", BOUND_BY[source]] if source in BOUND_BY else []
        command = [uv, *words.split(), *constraint, f"requirements/{source}", "-o", lock, *sys.argv[1:]]
        if code := subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:  # noqa: S603
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
