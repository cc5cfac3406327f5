"""Write what is met of the security requirements and threats, with the test beside each, so that it cannot drift.

    python tools/assurance.py          writes requirements.md, threats.md, bad-input.md; prints the counts
    python tools/assurance.py --check  says whether they are up to date

A row may be MET or PARTLY only with tests that exist; the tests themselves run with all others.
"""

import ast
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "assurance"
STATES = {"MET": "met", "PARTLY": "partly", "NOT_MET": "not met", "NOT_OURS": "not ours"}
TITLES = {
    "requirements": "Security and data-protection requirements",
    "threats": "Threats",
    "bad-input": "The catalogue of bad input",
}
EXPECTED = {"requirements": 72, "threats": 62, "bad-input": 109}


def known_tests() -> dict[str, str]:
    """Return every test of the project: its name, and its place."""
    found: dict[str, str] = {}
    for place in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(place.read_text(encoding="utf-8"))
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        found |= {name: str(place.relative_to(ROOT)) for name in names if name.startswith("test_")}
    return found


def faults_of(kind: str, rows: dict[Any, dict[str, Any]], tests: dict[str, str]) -> list[str]:
    """Return what is wrong with a list: rows missing, states unknown, tests that are not there."""
    faults = [] if len(rows) == EXPECTED[kind] else [f"{kind}: {len(rows)} rows instead of {EXPECTED[kind]}"]
    for key, row in rows.items():
        named = row.get("tests", [])
        faults += [f"{key}: no test is called {name}" for name in named if name not in tests]
        faults += [f"{key}: {row['status']} is no state"] if row["status"] not in STATES else []
        faults += [f"{key}: nothing shows it"] if row["status"] in {"MET", "PARTLY"} and not named else []
        faults += [f"{key}: what is missing is not said"] if row["status"] == "PARTLY" and not row.get("note") else []
    return faults


def page(kind: str, rows: dict[Any, dict[str, Any]], tests: dict[str, str]) -> str:
    """Return the page of a list."""
    lines = [
        f"# {TITLES[kind]}",
        "",
        f"Generated from `{kind}.yaml` by `make assurance`. {counts(rows)}.",
        "",
        "| | | State | Shown by | Note |",
        "|---|---|---|---|---|",
    ]
    for key, row in rows.items():
        shown = "<br>".join(f"`{tests[name]}::{name}`" for name in row.get("tests", []))
        lines.append(f"| {key} | {row['says']} | {STATES[row['status']]} | {shown} | {row.get('note', '')} |")
    return "\n".join(lines) + "\n"


def counts(rows: dict[Any, dict[str, Any]]) -> str:
    """Return how many rows are in each state."""
    found = Counter(row["status"] for row in rows.values())
    return f"{len(rows)}: " + ", ".join(f"{found[state]} {word}" for state, word in STATES.items())


def main() -> int:
    """Write the pages, or with `--check` say whether they are up to date; print the counts."""
    tests = known_tests()
    status = 0
    for kind in TITLES:
        rows = yaml.safe_load((FOLDER / f"{kind}.yaml").read_text(encoding="utf-8"))
        if faults := faults_of(kind, rows, tests):
            print("\n".join(faults))
            return 1
        text, place = page(kind, rows, tests), FOLDER / f"{kind}.md"
        if "--check" not in sys.argv[1:]:
            place.write_text(text, encoding="utf-8")
        elif not place.exists() or place.read_text(encoding="utf-8") != text:
            print(f"{place.name} is out of date: make assurance")
            status = 1
        print(f"{kind}: {counts(rows)}")
    return status


if __name__ == "__main__":
    sys.exit(main())
