"""Write the software bill of materials of the run-time lock (CycloneDX 1.6), with each package's licence.

    python tools/sbom.py          writes docs/assurance/sbom.json
    python tools/sbom.py --check  says whether it names what the lock names

Licences are as the installed packages state them; a package that is not installed here, being for another platform, has
none. No package under the AGPL is accepted.
"""

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
SBOM = ROOT / "docs" / "assurance" / "sbom.json"
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def locked() -> dict[str, str]:
    """Return the packages of the run-time lock and their versions."""
    return dict(PINNED.findall(LOCK.read_text(encoding="utf-8")))


def licence(name: str) -> str | None:
    """Return the licence that an installed package states, or None."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    classified = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License")]
    short = (told.get("License") or "").strip().splitlines()
    return told.get("License-Expression") or "; ".join(classified) or (short[0][:80] if short else None)


def component(name: str, version: str) -> dict[str, Any]:
    """Return one package as CycloneDX has it."""
    stated = licence(name)
    licences = {"licenses": [{"license": {"name": stated}}]} if stated else {}
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl} | licences


def bill() -> dict[str, Any]:
    """Return the whole bill."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "oocd", "licenses": [{"license": {"id": "MIT"}}]}},
        "components": [component(name, version) for name, version in sorted(locked().items())],
    }


def main() -> int:
    """Write the bill, or with `--check` say whether it names what the lock names; refuse the AGPL."""
    made = bill()
    affero = [
        one["name"] for one in made["components"] if re.search("AGPL|Affero", json.dumps(one.get("licenses", "")))
    ]
    if affero:
        print(f"under the AGPL: {', '.join(affero)}")
        return 1
    if "--check" in sys.argv[1:]:
        written = {one["name"]: one["version"] for one in json.loads(SBOM.read_text(encoding="utf-8"))["components"]}
        print("up to date" if written == locked() else "out of date: python tools/sbom.py")
        return 0 if written == locked() else 1
    SBOM.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
