"""What is said of requirements and threats is generated, whole, and shown by tests that exist."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ASSURANCE = runpy.run_path(str(ROOT / "tools" / "assurance.py"))


def rows_of(kind: str) -> dict[Any, dict[str, Any]]:
    """Return a list as it is written."""
    rows: dict[Any, dict[str, Any]] = yaml.safe_load((ROOT / "docs" / "assurance" / f"{kind}.yaml").read_text())
    return rows


@pytest.mark.parametrize("kind", ["requirements", "threats", "bad-input"])
def test_list_is_whole_and_its_tests_exist(kind: str) -> None:
    """Every row has a state; whatever is met, or partly, names tests that are there; what is missing is said."""
    assert ASSURANCE["faults_of"](kind, rows_of(kind), ASSURANCE["known_tests"]()) == []


@pytest.mark.parametrize("kind", ["requirements", "threats", "bad-input"])
def test_page_is_what_the_list_says(kind: str) -> None:
    """`make assurance` writes it anew."""
    written = (ROOT / "docs" / "assurance" / f"{kind}.md").read_text(encoding="utf-8")

    assert written == ASSURANCE["page"](kind, rows_of(kind), ASSURANCE["known_tests"]())


def test_test_that_is_gone_is_told() -> None:
    """A renamed test does not leave its requirement met."""
    rows = rows_of("requirements")
    rows["REQ-65"] = {"says": "x", "status": "MET", "tests": ["test_that_was_renamed"]}

    assert ASSURANCE["faults_of"]("requirements", rows, ASSURANCE["known_tests"]()) == [
        "REQ-65: no test is called test_that_was_renamed"
    ]


def test_bill_of_materials_names_what_the_lock_names() -> None:
    """Package by package and version by version, none of them under the AGPL."""
    sbom = runpy.run_path(str(ROOT / "tools" / "sbom.py"))
    written = json.loads((ROOT / "docs" / "assurance" / "sbom.json").read_text(encoding="utf-8"))

    assert {one["name"]: one["version"] for one in written["components"]} == sbom["locked"]()
    assert not [one["name"] for one in written["components"] if "AGPL" in str(one) or "Affero" in str(one)]
