"""Fill .venv from the hashed locks: by uv, and by pip where uv cannot.

    python tools/install.py          what the service and its tests need, and nothing else
    python tools/install.py --long   adds what the deep tests and the benchmarks need

No lock names an index. Where packages come from is the business of whoever runs this: pip's own configuration and
its `PIP_*` variables are read and handed to uv, which does not look there. Should uv still not reach the index, pip
installs the same locked files, more slowly.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_LOCK = ROOT / "requirements-uv.txt"
DEV_LOCK = ROOT / "requirements-dev.txt"
LONG_LOCK = ROOT / "requirements-long.txt"


def main() -> int:
    """Install; the exit code is that of the installer."""
    lock, verb = (LONG_LOCK, ["install", "-r"]) if "--long" in sys.argv else (DEV_LOCK, ["sync"])
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*pip, "-r", UV_LOCK], check=False).returncode == 0 and _by_uv(verb, lock):  # noqa: S603 - our own lock
        return 0
    print("uv could not install; trying pip", file=sys.stderr)
    return subprocess.run([*pip, "-r", lock], check=False).returncode  # noqa: S603 - our own lock


def _by_uv(verb: list[str], lock: Path) -> bool:
    """Make the environment hold exactly what the lock says (`sync`), or that on top of what it holds (`install -r`)."""
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "pip", *verb, lock, "--quiet", "--require-hashes", "--python", sys.executable]
    return subprocess.run(command, env=os.environ | uv_settings(pip_settings()), check=False).returncode == 0  # noqa: S603


def pip_settings() -> dict[str, str]:
    """Answer what pip has been told, by files and by variables; a later line of `pip config list` wins."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    pairs = (line.partition("=") for line in listed.splitlines())
    settings = {name.rpartition(".")[2]: value.strip("'\"") for name, _, value in pairs}
    return settings | {
        name: os.environ[variable]
        for name in ("index-url", "extra-index-url", "find-links", "cert", "trusted-host")
        if (variable := "PIP_" + name.upper().replace("-", "_")) in os.environ
    }


def uv_settings(pip: dict[str, str]) -> dict[str, str]:
    """Say the same in the words of uv; what uv has been told itself stays."""
    words = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": _present(pip.get("extra-index-url")),
        "UV_FIND_LINKS": ",".join(_present(pip.get("find-links")).split()),
        "UV_INSECURE_HOST": pip.get("trusted-host"),
        "SSL_CERT_FILE": pip.get("cert"),
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # as pip: any index will do, for the hash decides
        "UV_NO_PROGRESS": "1",
    }
    return {name: value for name, value in words.items() if value and name not in os.environ}


def _present(places: str | None) -> str:
    """Keep the places that are there, where they are folders here: uv takes a missing one for a fault."""
    return " ".join(
        place
        for place in (places or "").replace("\\n", " ").split()
        if "://" in place.removeprefix("file://") or Path(place.removeprefix("file://")).exists()
    )


if __name__ == "__main__":
    sys.exit(main())
