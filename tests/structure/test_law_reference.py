"""Every enumeration that the interface speaks can be looked up, and every legal fact that is written down is used."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.law.book import LawBook

ROOT = Path(__file__).resolve().parents[2]
NOT_ENUMERATIONS = {
    frozenset({"csv", "html", "json"}): "formats of a file",
    frozenset({"1", "2", "3", "4", "5"}): "the scores of the matrix, as keys",
    frozenset({"UNKNOWN"}): "one word, not a choice",
    frozenset({"POLICE", "YJS", "CPS"}): "three of the agencies",
    frozenset({"UP", "DOWN"}): "what monitors read, as Spring Boot writes it",
    frozenset({"LOCAL", "LIVE"}): "how the service runs, for its operator",
}
UNREAD = {
    "cif_adult_maximum_years": "the adult maximum stands with each offence of `offences.csv`, flag by flag",
}


def _enumerations(part: Any) -> Iterator[frozenset[str]]:
    if isinstance(part, dict):
        if isinstance(part.get("enum"), list):
            yield frozenset(map(str, part["enum"]))
        for member in part.values():
            yield from _enumerations(member)
    elif isinstance(part, list):
        for member in part:
            yield from _enumerations(member)


def test_every_enumeration_of_the_interface_is_a_reference_list(law_book: LawBook) -> None:
    """A client finds label, description and dates of every word that it may send or be answered."""
    listed = {frozenset(item.code for item in one.items) for one in law_book.references.values()}
    spoken = set(_enumerations(json.loads((ROOT / "openapi/openapi.json").read_text())))

    unlisted = spoken - listed - set(NOT_ENUMERATIONS)

    assert [sorted(words) for words in unlisted] == []


def test_no_name_of_the_description_is_that_of_a_module() -> None:
    """Two models of one name would be told apart by where they stand in the code, which is nobody's business."""
    schemas = json.loads((ROOT / "openapi/openapi.json").read_text())["components"]["schemas"]

    assert [name for name in schemas if "__" in name or "-" in name] == []


def _words(folder: Path) -> set[str]:
    trees = (ast.parse(path.read_text()) for path in folder.rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_parameter_is_read_or_says_why_not(law_book: LawBook) -> None:
    """A legal fact that no code reads is either listed with its reason or a mistake."""
    unread = set(law_book.parameters) - _words(ROOT / "app")

    assert unread == set(UNREAD)
