"""The locks: whole, hashed, and silent about where packages come from."""

import json
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {
    "runtime.in": "requirements.txt",
    "dev.in": "requirements-dev.txt",
    "long.in": "requirements-long.txt",
    "clients.in": "requirements-clients.txt",
    "uv.in": "requirements-uv.txt",
}


def wanted(source: str) -> set[str]:
    """Return the names that a source file asks for."""
    lines = (ROOT / "requirements" / source).read_text().splitlines()
    return {match[0].lower() for line in lines if (match := re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line))}


def locked(lock: str) -> dict[str, str]:
    """Return the pinned names of a lock with all that stands under each."""
    entries = re.split(r"\n(?=[a-z0-9])", "\n" + (ROOT / lock).read_text())
    return {entry.partition("==")[0]: entry for entry in entries if "==" in entry}


@pytest.mark.parametrize("lock", LOCKS.values())
def test_lock_names_no_index(lock: str) -> None:
    """Where packages come from is the business of whoever installs."""
    text = (ROOT / lock).read_text()

    assert re.findall(r"https?://|--(?:extra-)?index|--find-links|@ ", text) == []


@pytest.mark.parametrize("lock", LOCKS.values())
def test_lock_hashes_every_package(lock: str) -> None:
    """No package is taken on its name alone."""
    unhashed = [name for name, entry in locked(lock).items() if "--hash=sha256:" not in entry]

    assert unhashed == []


@pytest.mark.parametrize(("source", "lock"), LOCKS.items())
def test_lock_holds_everything_asked_for(source: str, lock: str) -> None:
    """A dependency that was added is locked in the same change."""
    assert wanted(source) <= set(locked(lock))


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [("requirements.txt", "requirements-dev.txt"), ("requirements-dev.txt", "requirements-long.txt")],
)
def test_larger_lock_agrees_with_the_smaller(smaller: str, larger: str) -> None:
    """Tests run on the versions that the service runs on, the long ones too."""
    inner, outer = locked(smaller), locked(larger)

    versions = {name: entry.split()[0] for name, entry in inner.items()}

    assert versions == {name: outer[name].split()[0] for name in inner}


@pytest.mark.parametrize("source", ["runtime.in", "dev.in", "long.in", "clients.in"])
def test_every_dependency_has_its_reason(source: str) -> None:
    """Dependencies are few, and each says what it is for."""
    lines = (ROOT / "requirements" / source).read_text().splitlines()

    silent = [line for line in lines if line and not line.startswith(("#", "-r")) and "  # " not in line]

    assert silent == []


AUDIT = runpy.run_path(str(ROOT / "tools" / "audit_dependencies.py"))


@pytest.mark.parametrize(
    ("report", "code", "says"),
    [
        ("", 2, "NOT AUDITED, no advisory database"),
        ('{"dependencies": [{"name": "a", "skip_reason": "x"}]}', 2, "NOT AUDITED, 1 packages"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0, "1 looked up, 0 known"),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}',
            1,
            "CVE-1, mended in 2",
        ),
    ],
)
def test_audit_says_what_it_could_not_look_up(report: str, code: int, says: str) -> None:
    """A package that no database was asked about is never counted as sound."""
    found, lines = AUDIT["verdict"]("a.txt", report)

    assert found == code
    assert says in "\n".join(lines)


def test_no_dependency_is_under_the_agpl() -> None:
    """Nor under any licence that nobody has looked up, whether it runs with the service or with its tests."""
    listed = json.loads((ROOT / "docs" / "assurance" / "sbom.json").read_text(encoding="utf-8"))["components"]

    told = {one["name"]: json.dumps(one.get("licenses", [])) for one in listed}
    assert [name for name, licence in told.items() if "AGPL" in licence or "Affero" in licence] == []
    assert [name for name, licence in told.items() if licence == "[]"] == ["colorama"], "BSD; for Windows alone"
